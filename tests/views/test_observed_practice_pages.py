"""Observed practice in the pages: checklist, observation without scripts, both signatures, and what each is shown."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services import version_life
from tests.services.taken import right, take
from tests.views.officer_walk import words
from tests.views.page_forms import filled
from training_app.clock import now
from training_app.models.certification import Award
from training_app.models.observed_practice import (
    Checklist,
    ChecklistApproval,
    Observation,
    ObservationTick,
    ObservedPractice,
    ObservedPracticeSignature,
)
from training_app.models.tools import ToolVersion
from training_app.rules.facts import Level
from training_app.services import checklists, content

OFFICER = "DP-1001"
DESK = "/practice"


@pytest.fixture
def version_id(agency) -> int:
    with agency.database.reading() as session:
        return version_life.version(session, "3.2").id


@pytest.fixture
def asked(agency) -> None:
    """The way to 3.2 asks an observation, and the officer has passed its module."""
    with agency.database.transaction() as session:
        at = now()
        version_life.assess(session, "3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2", at=at)
        officer = version_life.person(session, OFFICER)
        take(session, content.newest(session, "sightline-3-2"), right, seed=7, officer=officer, at=at)


def begin(browser, version_id, officer=OFFICER) -> str:
    """Begin an observation and return its address."""
    browser.get(DESK)
    answer = browser.post(f"{DESK}/begin", {"officer": officer, "version": str(version_id)})
    assert answer.status_code == 303, words(answer)
    return answer.location


def ids(agency) -> list[str]:
    with agency.database.reading() as session:
        return [one.id for one in checklists.behaviours_of(session.scalars(select(Checklist)).one())]


def sign(agency, browser, address, **but):
    """Sign the page with everything met, but for what is named by the behaviour's id."""
    ticks = {f"{one}-answer": but.get(one, "met") for one in ids(agency)}
    return browser.post(address, {**filled(browser.get(address)), **ticks, "sign": "1"})


def signed_by_assessor(agency, version_id, **but) -> int:
    browser = agency.browser("trainer2")
    answer = sign(agency, browser, begin(browser, version_id), **but)
    assert answer.status_code == 303, words(answer)
    return int(answer.location.rpartition("/")[2])


# -- checklists --------------------------------------------------------------------------------------------------------


def test_a_checklist_is_written_by_one_and_approved_by_another_who_sees_what_changes(agency, version_id):
    author, assessor = agency.browser("trainer"), agency.browser("trainer2")
    page = f"/practice/checklists/versions/{version_id}"
    form = author.get(f"{page}/write")
    typed = {"behaviours-0-text": "Says which offence it is", "behaviours-6-text": "Says who decides"}
    assert author.post(f"{page}/write", {**filled(form), **typed}).status_code == 303
    assert "You wrote this list yourself" in words(author.get(page))
    shown = words(assessor.get(page))
    assert "Reworded: Says which offence and which purpose" in shown
    assert "New: Says who decides" in shown
    newest = agency.id_of(Checklist, revision=2)
    assert agency.browser("trainer").post(f"/practice/checklists/{newest}/approve").status_code == 422
    assert assessor.post(f"/practice/checklists/{newest}/approve").status_code == 303
    assert "In force: revision 2" in words(assessor.get(page))
    assert assessor.post(f"/practice/checklists/{newest}/approve").status_code == 422
    assert agency.count(ChecklistApproval) == 2


def test_places_put_behaviours_in_order_and_an_emptied_row_is_taken_out(agency, version_id):
    author = agency.browser("trainer")
    page = f"/practice/checklists/versions/{version_id}/write"
    form = author.get(page)
    author.post(page, {**filled(form), "behaviours-0-text": "", "behaviours-5-place": "1"})
    with agency.database.reading() as session:
        found = session.scalars(select(Checklist).order_by(Checklist.id.desc())).first()
    assert [one["id"] for one in found.behaviours] == ["b6", "b2", "b3", "b4", "b5"]


def test_who_saves_after_a_colleague_reads_theirs_first(agency, version_id):
    author, assessor = agency.browser("trainer"), agency.browser("trainer2")
    page = f"/practice/checklists/versions/{version_id}/write"
    stale = filled(author.get(page))
    assert (
        assessor.post(page, {**filled(assessor.get(page)), "behaviours-6-text": "Says who decides"}).status_code == 303
    )
    answer = author.post(page, {**stale, "behaviours-6-text": "Says who looks again"})
    assert answer.status_code == 422
    assert "What Karim Haddad saved" in words(answer)
    assert "7. Says who decides" in words(answer)
    assert "Says who looks again" in answer.text
    assert agency.count(Checklist) == 2
    assert author.post(page, filled(answer)).status_code == 303


def test_more_rows_are_asked_for_without_losing_what_was_typed(agency, version_id):
    author = agency.browser("trainer")
    page = f"/practice/checklists/versions/{version_id}/write"
    form = author.get(page)
    answer = author.post(page, {**filled(form), "behaviours-6-text": "Says who decides", "more": "behaviours"})
    assert "Says who decides" in answer.text
    assert 'name="behaviours-9-text"' in answer.text
    assert agency.count(Checklist) == 1


def test_who_is_not_qualified_for_the_tool_is_told_so(agency, version_id):
    lead = agency.browser("lead")
    shown = words(lead.get(f"/practice/checklists/versions/{version_id}"))
    assert "You cannot write for this tool now" in shown
    assert "You are not qualified as a trainer for Sightline Face Matching" in shown
    assert "You are not an assessor for any tool" in words(lead.get(DESK))


# -- observing ---------------------------------------------------------------------------------------------------------


def test_an_observation_is_kept_and_signed_without_scripts(agency, version_id):
    browser = agency.browser("trainer2")
    address = begin(browser, version_id)
    kept = {**filled(browser.get(address)), "b1-answer": "met", "b2-answer.comment": "Looked twice."}
    assert browser.post(address, kept).location == DESK
    assert "1 of 6 ticked." in words(browser.get(DESK))
    again = browser.get(address)
    assert filled(again)["b1-answer"] == ["met"]
    assert filled(again)["b2-answer.comment"] == ["Looked twice."]
    refused = browser.post(address, {**filled(again), "sign": "1"})
    assert refused.status_code == 422
    assert "Behaviour 3: tick what you saw." in words(refused)
    assert agency.count(ObservedPractice) == 0
    answer = sign(agency, browser, address)
    assert browser.post(address, {"sign": "1"}).location == answer.location, "signing twice is signing once"
    assert agency.count(ObservedPractice) == 1
    assert "Now Ruben Almeida signs" in words(browser.get(answer.location))


def test_a_page_left_as_it_was_wipes_nothing_out_that_another_tab_ticked(agency, version_id):
    browser = agency.browser("trainer2")
    address = begin(browser, version_id)
    stale = filled(browser.get(address))
    browser.post(address, {**stale, "b1-answer": "not-met"})
    browser.post(address, stale)
    assert filled(browser.get(address))["b1-answer"] == ["not-met"]


def test_what_another_tab_ticked_is_shown_before_it_is_signed(agency, version_id):
    browser = agency.browser("trainer2")
    address = begin(browser, version_id)
    browser.post(address, {**filled(browser.get(address)), **{f"{one}-answer": "met" for one in ids(agency)}})
    stale = filled(browser.get(address))
    browser.post(address, {**stale, "b3-answer": "not-met"})
    refused = browser.post(address, {**stale, "sign": "1"})
    assert refused.status_code == 422
    assert "Behaviour 3: look at it again." in words(refused)
    assert filled(refused)["b3-answer"] == ["not-met"]
    assert agency.count(ObservedPractice) == 0
    assert browser.post(address, {**filled(refused), "sign": "1"}).status_code == 303


def test_a_note_of_several_lines_is_the_same_however_its_lines_end(agency, version_id):
    browser = agency.browser("trainer2")
    address = begin(browser, version_id)
    browser.get(address)
    note = "Looked twice.\nAsked a colleague."
    assert fetch(browser, f"{address}/behaviours/b1", **{"answer": "met", "answer.comment": note}).status_code == 200
    page = {**filled(browser.get(address)), "b1-answer.comment": note.replace("\n", "\r\n")}
    assert fetch(browser, f"{address}/behaviours/b1", answer="not-met").status_code == 200
    browser.post(address, page)
    assert filled(browser.get(address))["b1-answer"] == ["not-met"], "the page was left as it was"
    long = "x" * 200 + "\r\n" + "y" * 79
    browser.post(address, {**filled(browser.get(address)), "b2-answer": "met", "b2-answer.comment": long})
    assert filled(browser.get(address))["b2-answer"] == ["met"], "280 characters, as the browser counts them"


def fetch(browser, address, **form):
    return browser.post(address, form, headers={"X-Requested-With": "fetch"})


def test_each_tick_is_sent_by_itself_and_refused_in_words(agency, version_id):
    browser = agency.browser("trainer2")
    address = begin(browser, version_id)
    browser.get(address)
    tick = f"{address}/behaviours/b1"
    first = fetch(browser, tick, answer="met", sequence="1")
    assert (first.status_code, first.json["sequence"]) == (200, 1)
    assert re.fullmatch(r"\d\d:\d\d", first.json["saved_at"])
    long = fetch(browser, tick, **{"answer": "met", "answer.comment": "x" * 281, "sequence": "2"})
    assert (long.status_code, long.json) == (422, {"error": "Use at most 280 characters."})
    assert fetch(browser, f"{address}/behaviours/b99", answer="met", sequence="2").status_code == 422
    assert agency.count(ObservationTick) == 1
    sign(agency, browser, address)
    assert fetch(browser, tick, answer="not-met", sequence="9").status_code == 409


def test_an_observation_is_its_assessors_alone(agency, version_id):
    address = begin(agency.browser("trainer2"), version_id)
    other = agency.browser("lead")
    assert other.get(address).status_code == 404
    assert other.post(address, {"sign": "1"}).status_code == 404
    assert fetch(other, f"{address}/behaviours/b1", answer="met", sequence="1").status_code == 404
    practice = signed_by_assessor(agency, version_id)
    assert other.get(f"/practice/signed/{practice}").status_code == 404
    assert agency.browser("officer").get(f"/observations/{practice}").status_code == 404


@pytest.mark.parametrize(
    ("officer", "sentence"),
    [
        ("DP-4002", "This concerns yourself."),
        ("DP-9999", "Nobody has this service number."),
    ],
)
def test_who_cannot_be_observed_is_told_why(agency, version_id, officer, sentence):
    browser = agency.browser("trainer2")
    browser.get(DESK)
    answer = browser.post(f"{DESK}/begin", {"officer": officer, "version": str(version_id)})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert agency.count(Observation) == 0


def test_who_may_not_assess_is_offered_no_version(agency, version_id):
    browser = agency.browser("trainer")
    browser.get(DESK)
    assert browser.post(f"{DESK}/begin", {"officer": OFFICER, "version": str(version_id)}).status_code == 422
    assert agency.count(Observation) == 0


def test_ticks_that_met_an_expired_session_are_there_after_signing_in_again_and_are_not_signed(
    agency, version_id, let_pass
):
    browser = agency.browser("trainer2")
    address = begin(browser, version_id)
    page = browser.get(address)
    form = {**filled(page), **{f"{one}-answer": "met" for one in ids(agency)}, "sign": "1"}
    let_pass(idle=timedelta(hours=2))
    browser.post(address, form)
    browser.sign_in(agency.person("DP-4002"))
    assert filled(browser.get(address))["b6-answer"] == ["met"]
    assert agency.count(ObservedPractice) == 0


# -- the officer -------------------------------------------------------------------------------------------------------


def test_one_click_of_the_officer_completes_the_training(agency, version_id, asked):
    officer, assessor = agency.browser("officer1"), agency.browser("trainer2")
    page = words(officer.get("/tools/sightline"))
    assert "Be observed by an assessor" in page
    who = words(officer.get("/tools/sightline/versions/3.2/be-observed"))
    assert "Karim Haddad" in who
    assert "Looks at the quality of the picture" in who
    assert "Ruben Almeida" in words(assessor.get(DESK)), "listed as who needs a sign-off"
    practice = signed_by_assessor(agency, version_id)
    home = officer.get("/tools")
    assert "One click is missing: sign what was observed" in words(home)
    assert f"/observations/{practice}" in home.text
    assert "Sign what was observed" in words(officer.get("/tools/sightline"))
    before = agency.count(Award)
    page = officer.get(f"/observations/{practice}")
    for _click in range(2):
        answer = officer.post(f"/observations/{practice}", {**filled(page), "agreement": "agree"})
        assert answer.status_code == 303, words(answer)
    assert agency.count(Award) == before + 1
    assert "It counts" in words(officer.get(f"/observations/{practice}"))
    assert "You may use Sightline Face Matching 3.2 now." in words(officer.get("/tools/sightline"))


def test_an_officer_who_does_not_agree_says_why_and_another_assessor_observes_next(agency, version_id, asked):
    practice = signed_by_assessor(agency, version_id)
    officer, assessor = agency.browser("officer1"), agency.browser("trainer2")
    address = f"/observations/{practice}"
    page = officer.get(address)
    bare = officer.post(address, {**filled(page), "agreement": "disagree"})
    assert bare.status_code == 422
    assert "Say in a sentence what was different." in words(bare)
    assert agency.count(ObservedPracticeSignature) == 0
    officer.post(address, {**filled(page), "agreement": "disagree", "reason": "I did ask a colleague."})
    assert "You did not agree, so it does not count" in words(officer.get(address))
    assert "I did ask a colleague." in words(assessor.get(f"/practice/signed/{practice}"))
    assert "Nobody may observe you on this version now" in words(
        officer.get("/tools/sightline/versions/3.2/be-observed")
    )
    assessor.get(DESK)
    again = assessor.post(f"{DESK}/begin", {"officer": OFFICER, "version": str(version_id)})
    assert "Another assessor observes them next." in words(again)


def test_what_was_not_seen_is_told_and_counts_for_nothing(agency, version_id, asked):
    practice = signed_by_assessor(agency, version_id, b6="not-seen")
    officer = agency.browser("officer1")
    shown = words(officer.get(f"/observations/{practice}"))
    assert "Not everything was met, so it does not count" in shown
    assert "One click is missing" in words(officer.get("/tools"))
    page = officer.get(f"/observations/{practice}")
    officer.post(f"/observations/{practice}", {**filled(page), "agreement": "agree"})
    assert "You may not use Sightline Face Matching 3.2 now." in words(officer.get("/tools/sightline"))


# -- the registrar -----------------------------------------------------------------------------------------------------


def test_a_registrar_is_warned_where_no_checklist_is_in_force(agency, version_id):
    with agency.database.transaction() as session:
        made = version_life.prepare(session, "3.3", at=now())
        version_life.assess(session, "3.2", "3.3", Level.DIFFERENCES_OBSERVED, "sightline-3-2", at=now())
        new = made.id
    registrar = agency.browser("registrar")
    sentence = "No checklist for observed practice is in force for 3.3"
    assert sentence in words(registrar.get(f"/registrar/versions/{new}"))
    assert "No checklist for observed practice" not in words(registrar.get(f"/registrar/versions/{version_id}"))


def test_a_set_can_ask_an_observation_and_says_so_before_it_is_signed(agency, version_id):
    registrar = agency.browser("registrar")
    page = f"/registrar/versions/{version_id}/requirements"
    form = {
        **filled(registrar.get(page)), "full_observed": "y", "level": "0",
        "what_changed": "Assessors watch beginners at work.",
    }  # fmt: skip
    answer = registrar.post(page, form)
    assert answer.status_code == 302, words(answer)
    shown = words(agency.browser("registrar2").get(answer.location))
    assert shown.count("An assessor also observes the officer at work.") == 1
    with agency.database.reading() as session:
        assert session.get_one(ToolVersion, version_id).label == "3.2"
