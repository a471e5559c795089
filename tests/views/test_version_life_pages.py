"""The registrar's desk: releases called off and moved, versions taken out of use, later requirement sets."""

import re

import pytest
from sqlalchemy import select

from tests.views.test_registrar_pages import NEXT_YEAR, Desk, digest_on, grounds_of, words_on
from training_app.models.oversight import JournalEntry
from training_app.models.tools import (
    ImpactAssessment,
    ReleaseCancellation,
    RequirementChange,
    RequirementSet,
    ToolVersion,
    VersionFact,
)
from training_app.rules.access import Ground
from training_app.rules.facts import VersionChange

IN_JANUARY = {"when": "later", "day": f"{NEXT_YEAR}-01-13", "clock": "06:00"}
IN_MARCH = {"when": "later", "day": f"{NEXT_YEAR}-03-01", "clock": "06:00"}
SET = {"full": "ai-limits", "renewal": "ai-limits"}
CHANGE = {"level": "1", "what_changed": "Custody pictures of minors are no longer compared."}


@pytest.fixture
def desk(agency) -> Desk:
    return Desk(agency, agency.browser("registrar"), agency.browser("registrar2"))


@pytest.fixture
def in_use(agency) -> str:
    """Address of the page of 3.2, which is in use."""
    return f"/registrar/versions/{agency.id_of(ToolVersion, label='3.2')}"


def facts(agency, change):
    with agency.database.reading() as session:
        return session.scalars(select(VersionFact).where(VersionFact.change == change).order_by(VersionFact.id)).all()


def schedule(desk) -> str:
    """Bring 3.3 to a scheduled release; return the address of that release."""
    desk.write()
    desk.sign()
    assert desk.release(**IN_JANUARY).status_code == 302
    return f"/registrar/releases/{desk.released()[0].id}"


def test_a_scheduled_release_is_called_off_once_and_with_a_reason(desk, agency):
    planned = schedule(desk)
    assert f'href="{planned}/cancel"' in desk.first.get(desk.page).text
    silent = desk.first.post(f"{planned}/cancel", {"reason": " "})
    assert silent.status_code == 422
    assert "Say why the release is called off." in words_on(silent)
    assert desk.first.post(f"{planned}/cancel", {"reason": "A fault was found."}).status_code == 302
    again = desk.second.post(f"{planned}/cancel", {"reason": "A fault was found."})
    assert again.status_code == 422
    assert "This was done already" in words_on(again)
    assert agency.count(ReleaseCancellation) == 1
    shown = words_on(desk.first.get(desk.page))
    assert "Its release is scheduled" not in shown
    assert "See the forecast, then release 3.3" in shown


def test_a_release_moves_on_a_fresh_forecast(desk, agency):
    planned = schedule(desk)
    assert "Choose the new time" in words_on(desk.second.get(f"{planned}/move"))
    shown = desk.second.get(f"{planned}/move", query_string=IN_MARCH)
    assert f"if it moves to 1 March {NEXT_YEAR}, 06:00." in words_on(shown)
    silent = desk.second.post(f"{planned}/move", {**IN_MARCH, "seen": digest_on(shown)})
    assert silent.status_code == 422
    assert "Say why the release is moved." in words_on(silent)
    stale = desk.second.post(f"{planned}/move", {**IN_MARCH, "seen": "0" * 64, "reason": "The vendor is late."})
    assert stale.status_code == 422
    assert "The vendor is late." in stale.text, "what was typed is still there"
    assert agency.count(ReleaseCancellation) == 0
    said = {**IN_MARCH, "seen": digest_on(stale), "reason": "The vendor is late."}
    assert desk.second.post(f"{planned}/move", said).status_code == 302
    assert f"In use from 1 March {NEXT_YEAR}, 06:00 on." in words_on(desk.first.get(desk.page))
    twice = desk.second.post(f"{planned}/move", said)
    assert twice.status_code == 422
    assert (agency.count(ReleaseCancellation), len(desk.released())) == (1, 2)


def test_a_way_that_a_scheduled_release_rests_on_is_not_taken_away(desk, agency):
    schedule(desk)
    desk.assess(level="none", what_changed="Nothing of the old training holds.")
    newest = f"/registrar/assessments/{max(_ids(agency))}"
    refused = desk.second.post(newest)
    assert refused.status_code == 422
    assert "Call that release off or move it first, then sign." in words_on(refused)


def _ids(agency):
    with agency.database.reading() as session:
        return session.scalars(select(ImpactAssessment.id)).all()


def test_who_withdraws_sees_first_who_is_refused(desk, agency, in_use):
    shown = words_on(desk.first.get(f"{in_use}/withdraw"))
    assert re.search(r"\d+ officers may use 3\.2 today and would be refused at once", shown)
    assert "Nobody's certification changes" in shown
    entries = agency.count(JournalEntry)
    assert desk.first.post(f"{in_use}/withdraw", {"reason": ""}).status_code == 422
    assert agency.count(JournalEntry) == entries
    assert desk.first.post(f"{in_use}/withdraw", {"reason": "Replaced by 3.3."}).status_code == 302
    assert desk.second.post(f"{in_use}/withdraw", {"reason": "Replaced by 3.3."}).status_code == 422
    assert len(facts(agency, VersionChange.WITHDRAWN)) == 1
    assert grounds_of(agency, "DP-1003", "3.2") == (Ground.VERSION_WITHDRAWN,)
    page = words_on(desk.second.get(in_use))
    assert "Withdrawn: nobody may use it" in page
    assert "Replaced by 3.3." in page


def test_the_last_version_left_is_withdrawn_with_a_warning(desk, agency, in_use):
    oldest = f"/registrar/versions/{agency.id_of(ToolVersion, label='3.1')}"
    assert "It is the only version that may be used" not in words_on(desk.first.get(f"{in_use}/withdraw"))
    desk.first.post(f"{oldest}/withdraw", {"reason": "No longer supported."})
    assert "It is the only version that may be used" in words_on(desk.first.get(f"{in_use}/withdraw"))


def test_a_withdrawn_version_is_released_again_from_its_forecast(desk, agency):
    oldest = agency.id_of(ToolVersion, label="3.1")
    page = f"/registrar/versions/{oldest}"
    desk.first.post(f"{page}/withdraw", {"reason": "A mistake."})
    assert "The way from 3.2 must be assessed" in words_on(desk.first.get(f"{page}/release"))
    back = {"level": "0", "what_changed": "Nothing that officers do."}
    newest = agency.id_of(ToolVersion, label="3.2")
    assert desk.first.post(f"{page}/assess/{newest}", back).status_code == 302
    assert desk.second.post(f"/registrar/assessments/{max(_ids(agency))}").status_code == 302
    shown = desk.second.get(f"{page}/release")
    assert desk.second.post(f"{page}/release", {"when": "now", "seen": digest_on(shown)}).status_code == 302
    assert Ground.VERSION_WITHDRAWN not in grounds_of(agency, "DP-1003", "3.1")


def test_a_suspension_is_ended_by_another_registrar(desk, agency, in_use):
    assert desk.first.post(f"{in_use}/suspend", {"reason": "It lists the wrong people."}).status_code == 302
    assert desk.first.post(f"{in_use}/suspend", {"reason": "It lists the wrong people."}).status_code == 422
    (fact,) = facts(agency, VersionChange.SUSPENDED)
    assert grounds_of(agency, "DP-1003", "3.2") == (Ground.VERSION_SUSPENDED,)
    end = f"/registrar/suspensions/{fact.id}/end"
    assert "Another registrar ends the suspension." in words_on(desk.first.get(end))
    refused = desk.first.post(end, {"reason": "Mended."})
    assert refused.status_code == 422
    assert "You suspended it yourself." in words_on(refused)
    assert f'href="{end}"' in desk.second.get(in_use).text
    assert "It lists the wrong people." in words_on(desk.second.get(end))
    assert desk.second.post(end, {"reason": "Mended by the vendor."}).status_code == 302
    assert desk.second.post(end, {"reason": "Mended by the vendor."}).status_code == 422
    assert grounds_of(agency, "DP-1003", "3.2") == ()


def test_a_later_set_is_written_with_what_it_asks_and_signed_with_it(desk, agency, in_use):
    silent = desk.first.post(f"{in_use}/requirements", SET)
    assert silent.status_code == 422
    assert "Choose what officers must do." in words_on(silent)
    written = desk.first.post(f"{in_use}/requirements", {**SET, **CHANGE})
    assert written.status_code == 302
    with agency.database.reading() as session:
        change = session.scalars(select(RequirementChange)).one()
    assert (change.level, change.grace_days) == (1, 14)
    page = f"/registrar/requirement-sets/{change.requirement_set_id}"
    assert page == written.location
    assert "Sign what earns a certification on 3.2" in words_on(desk.second.get("/registrar/tools"))
    shown = words_on(desk.second.get(page))
    assert "In force now Proposed" in shown
    assert "Who must do what, if it is signed now" in shown
    assert "Luca Conti" in shown
    assert grounds_of(agency, "DP-1003", "3.2") == ()
    assert desk.second.post(page).status_code == 302
    assert desk.second.post(page).status_code == 422
    officer = agency.browser("officer")
    assert officer.get("/tools/sightline").status_code == 200


def test_level_three_is_offered_for_a_later_set_and_asks_for_modules(desk, in_use):
    asked = {**SET, **CHANGE, "level": "3"}
    refused = desk.first.post(f"{in_use}/requirements", {**asked, "modules": []})
    assert refused.status_code == 422
    assert "Choose at least one delta module" in words_on(refused)
    assert desk.first.post(f"{in_use}/requirements", {**asked, "modules": "ai-limits"}).status_code == 302


def test_any_published_module_can_be_asked_of_certified_officers(desk, agency, in_use):
    asked = {**SET, "level": "2", "modules": "ai-limits", "what_changed": "The limits were taught wrongly."}
    written = desk.first.post(f"{in_use}/requirements", {**asked, "grace_days": "10"})
    assert written.status_code == 422
    assert "Say why officers may go on" in words_on(written)
    graced = {**asked, "grace_days": "10", "grace_reason": "The tool is little used."}
    page = desk.first.post(f"{in_use}/requirements", graced).location
    assert desk.second.post(page).status_code == 422, "the second person says why, too"
    assert desk.second.post(page, {"reason": "Agreed."}).status_code == 302


def test_oversight_reads_a_later_set_by_number_only(desk, agency, in_use):
    page = desk.first.post(f"{in_use}/requirements", {**SET, **CHANGE}).location
    shown = words_on(agency.browser("oversight").get(page))
    assert "DP-1003" in shown
    assert "Luca Conti" not in shown


def test_only_registrars_take_a_version_out_of_use(desk, agency, in_use):
    planned = schedule(desk)
    oversight = agency.browser("oversight")
    for path in (f"{in_use}/withdraw", f"{planned}/cancel", f"{planned}/move"):
        assert oversight.get(path).status_code == 403, path
        assert oversight.post(path, {"reason": "x"}).status_code == 403, path
        assert agency.browser("supervisor").get(path).status_code == 403, path


def test_what_is_no_release_and_no_suspension_has_no_page(desk, agency):
    announced = facts(agency, VersionChange.ANNOUNCED)[0].id
    for path in (f"releases/{announced}/cancel", f"releases/{announced}/move", f"suspensions/{announced}/end"):
        assert desk.first.get(f"/registrar/{path}").status_code == 404, path


def test_the_forecast_shows_how_many_are_ready_and_what_is_still_needed(desk):
    desk.write()
    desk.sign()
    shown = words_on(desk.second.get(f"{desk.page}/release"))
    assert re.search(r"0 of the (\d+) officers certified today have trained for it\. \1 are still missing\.", shown)
    assert "Training still needed, by unit" in shown
    assert "No observed sign-off is needed." in shown


def test_reading_the_pages_writes_nothing(desk, agency, in_use):
    planned = schedule(desk)
    entries, sets = agency.count(JournalEntry), agency.count(RequirementSet)
    for path in (f"{in_use}/withdraw", f"{in_use}/suspend", f"{planned}/cancel", f"{planned}/move"):
        assert desk.first.get(path).status_code == 200
    assert (agency.count(JournalEntry), agency.count(RequirementSet)) == (entries, sets)
