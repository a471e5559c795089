"""The registrar's desk: terms by revision, running certifications re-based by two, and what the public sees."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from training_app import demo
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.tools import AgencyPolicy, TermsRebase, TermsRebaseSignature, ToolPolicy, ToolVersion
from training_app.rules.facts import Level
from training_app.services import assessments

PAGE = "/registrar/tools/sightline/policies"
TERMS = {
    "after": "1",
    "validity_months": "9",
    "window_months": "2",
    "renewal_basis": "last-day",
    "fixed_day": "",
    "fixed_month": "",
    "minimum_months": "",
    "pass_age_months": "12",
    "evaluation_required": "yes",
    "seats_required": "yes",
    "seat_review_months": "",
    "suspended_seats_count": "yes",
    "when": "now",
    "day": "",
}


@pytest.fixture
def registrar(agency):
    return agency.browser("registrar")


def words_on(page) -> str:
    """Return the main part of a page as its reader sees it, without tags."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def seen_on(page) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    return found[1] if found else ""


def write(browser, **changed: str):
    browser.get(f"{PAGE}/new")
    return browser.post(f"{PAGE}/new", TERMS | changed)


def test_the_page_shows_every_revision_and_which_is_in_effect(agency, registrar):
    assert write(registrar).status_code == 302
    assert write(registrar, after="2", validity_months="12", when="later", day="2099-01-01").status_code == 422
    shown = words_on(registrar.get(PAGE))
    assert "Awards keep the policy that they were made under." in shown
    assert "Revision 2: In effect" in shown
    assert "Revision 1: Replaced" in shown
    assert "Runs for 9 months" in shown
    assert "Runs for 24 months" in shown
    assert agency.count(ToolPolicy) == 3, "one more than the demonstration has"


def test_a_double_click_writes_one_revision_and_keeps_what_was_typed(agency, registrar):
    before = agency.count(ToolPolicy)
    assert write(registrar).status_code == 302
    again = registrar.post(f"{PAGE}/new", TERMS)
    assert again.status_code == 422
    assert "Another revision was written since you opened this page." in words_on(again)
    assert 'value="9"' in again.text
    assert agency.count(ToolPolicy) == before + 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"window_months": "9"}, "Enter fewer months than a certification runs for."),
        ({"validity_months": "0"}, "Enter a whole number of months from 1 to 120."),
        ({"validity_months": "a year"}, "Enter a whole number of months from 1 to 120."),
        ({"seat_review_months": "0"}, "Enter a whole number of months from 1 to 60, or leave this empty."),
        ({"evaluation_required": ""}, "Choose whether this tool asks for an evaluation."),
        ({"when": "later"}, "Enter the day from whose start on this holds."),
        ({"when": "later", "day": "2020-01-01"}, "That day has begun. Choose a later one, or now."),
        ({"when": "later", "day": "2099-01-01"}, "A policy is set for a day within 2 years. Choose an earlier day."),
        ({"renewal_basis": "fixed-date"}, "Choose the month in which certifications end."),
        (
            {"renewal_basis": "fixed-date", "fixed_month": "2", "fixed_day": "30", "minimum_months": "6"},
            "That month has no such day. Enter an earlier one.",
        ),
        ({"validity_months": "24", "window_months": "3"}, "This is what holds on that day already."),
    ],
)
def test_what_is_wrong_with_a_revision_is_said_and_nothing_is_written(agency, registrar, changed, sentence):
    before = agency.count(JournalEntry)
    answer = write(registrar, **changed)
    assert answer.status_code == 422
    assert sentence in words_on(answer)
    assert agency.count(JournalEntry) == before


def test_every_certification_may_end_on_one_day_of_the_year(registrar):
    fixed = {"renewal_basis": "fixed-date", "fixed_month": "6", "fixed_day": "30", "minimum_months": "9"}
    assert write(registrar, **fixed).status_code == 302
    expected = "Ends on 30 June, the first time that day comes at least 9 months after the award"
    assert expected in words_on(registrar.get(PAGE))


def test_two_registrars_rebase_running_certifications_on_what_both_were_shown(agency, registrar):
    write(registrar)
    preview = registrar.get(f"{PAGE}/2/rebase")
    assert "officers would lose access at once" in words_on(preview)
    assert "9 of 9" in words_on(preview)
    said = {"reason": "Order 17", "seen": seen_on(preview)}
    written = registrar.post(f"{PAGE}/2/rebase", said)
    assert written.status_code == 302
    assert registrar.post(f"{PAGE}/2/rebase", said).status_code == 422, "a second click"
    address, second = written.location, agency.browser("registrar2")
    assert "You wrote this yourself." in words_on(registrar.get(address))
    assert registrar.post(address, {"seen": seen_on(preview)}).status_code == 422
    page = second.get(address)
    assert seen_on(page) == seen_on(preview)
    assert second.post(address, {"seen": "0" * 64}).status_code == 422
    assert second.post(address, {"seen": seen_on(page)}).status_code == 302
    assert (agency.count(TermsRebase), agency.count(TermsRebaseSignature)) == (1, 1)
    supervisor = agency.browser("supervisor")
    assert "10 November 2026" in words_on(supervisor.get("/unit/officers/DP-1003"))
    assert "Jonas Lemaire" in words_on(second.get(PAGE))
    assert "What it would do now" not in words_on(second.get(address)), "it is decided"


def test_a_rebase_without_a_reason_is_not_written(agency, registrar):
    preview = registrar.get(f"{PAGE}/1/rebase")
    answer = registrar.post(f"{PAGE}/1/rebase", {"reason": " ", "seen": seen_on(preview)})
    assert answer.status_code == 422
    assert "Say why running certifications change." in words_on(answer)
    assert agency.count(TermsRebase) == 0
    assert registrar.get(f"{PAGE}/7/rebase").status_code == 404


def test_the_agency_switches_the_evaluation_off_and_everybody_is_told(agency, registrar):
    visitor = agency.app.test_client()
    assert "asks for no psychological evaluation" not in words_on(visitor.get("/public/tools"))
    registrar.get("/registrar/agency-policy")
    said = {"evaluation_required": "no", "reason": "Order 18", "when": "now", "day": "", "after": "0"}
    assert registrar.post("/registrar/agency-policy", said).status_code == 302
    assert registrar.post("/registrar/agency-policy", said).status_code == 422, "a second click"
    assert agency.count(AgencyPolicy) == 1
    assert "This agency asks for no psychological evaluation" in words_on(visitor.get("/public/tools"))
    for tool in ("sightline", "lockpick"):
        assert "Not asked, by agency policy" in words_on(visitor.get(f"/public/tools/{tool}"))
    assert "Not required, by agency policy" in words_on(registrar.get("/registrar/tools/sightline"))
    assert "The agency asks for no evaluation" in words_on(registrar.get(PAGE))


def test_the_public_list_counts_where_update_training_was_put_off(agency):
    visitor = agency.app.test_client()
    page = "/public/tools/sightline"
    assert "Update training put off None" in words_on(visitor.get(page))
    at, first, second = now(), agency.person("DP-3001"), agency.person("DP-3002")
    with agency.database.transaction() as session:
        named = {row.label: row for row in session.scalars(select(ToolVersion))}
        put_off = assessments.Verdict(Level.DIFFERENCES, 20, ("sightline-3-2",), "Bands.", "The change is small.")
        written = assessments.assess(session, named["3.1"], named["3.2"], put_off, at=at, by=first)
        assessments.sign_assessment(session, written, reason="Agreed.", at=at, by=second, zone=demo.ZONE)
    assert "Update training put off 1 decision, up to 20 days" in words_on(visitor.get(page))


def test_oversight_reads_policies_and_writes_none(agency):
    oversight = agency.browser("oversight")
    for page in (PAGE, "/registrar/agency-policy"):
        assert oversight.get(page).status_code == 200
        assert "Write a new revision" not in words_on(oversight.get(page))
    assert oversight.get(f"{PAGE}/new").status_code == 403
    assert oversight.post("/registrar/agency-policy", {}).status_code == 403
    assert oversight.get(f"{PAGE}/1/rebase").status_code == 403
    for mailbox in ("officer", "supervisor", "evaluator"):
        assert agency.browser(mailbox).get(PAGE).status_code == 403
