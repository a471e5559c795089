"""The pages on reports: two minutes for an officer, every step seen, handled and closed by two, nothing lost."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.passwords import PASSWORD
from tests.views.demo_agency import Agency
from tests.views.test_conduct_pages import words_on
from training_app.models.people import Person, RetrainingOrder, RoleAssignment
from training_app.models.reports import ReportStep, ReportStepText, ReportText, ResultReport
from training_app.models.tools import ImpactAssessment, ToolVersion, VersionFact
from training_app.rules.facts import VersionChange
from training_app.rules.permissions import Role
from training_app.rules.reports import StepKind

HAPPENED = "The first three candidates were all women with a headscarf, and none looked like the picture."
NEW = "/my-reports/new"


def version(agency: Agency, label: str = "3.2") -> int:
    return agency.id_of(ToolVersion, label=label)


def said(agency: Agency, **given) -> dict:
    return {
        "version": str(version(agency)),
        "problem": "biased",
        "happened": HAPPENED,
        "acted": "no",
        "done_instead": "Set them aside.",
        "groups": ["religion", "gender"],
        "which_group": "",
        **given,
    }


def newest(agency: Agency) -> ResultReport:
    with agency.database.reading() as session:
        return session.scalars(select(ResultReport).order_by(ResultReport.id.desc())).first()


def report(agency: Agency, by: str = "officer", **given) -> int:
    answer = agency.browser(by).post(NEW, said(agency, **given))
    assert answer.status_code == 303, words_on(answer)
    made = newest(agency).id
    assert answer.location == f"/my-reports/{made}"
    return made


def taken(agency: Agency, **given) -> int:
    made = report(agency, **given)
    assert agency.browser("registrar").post(f"/reports/{made}/take", {}).status_code == 303
    return made


def done(agency: Agency, number: int, name: str, sent: dict, by: str = "registrar"):
    answer = agency.browser(by).post(f"/reports/{number}/{name}", sent)
    assert (answer.status_code, answer.location) == (303, f"/reports/{number}"), words_on(answer)


# -- made --------------------------------------------------------------------------------------------------------------


def test_an_officer_reports_from_the_page_of_the_tool_and_its_card(agency):
    browser = agency.browser("officer")
    for page in ("/tools/sightline", "/tools/sightline/card"):
        assert f"{NEW}?version={version(agency)}" in browser.get(page).text
    form = browser.get(f"{NEW}?version={version(agency, '3.1')}")
    assert re.search(rf'<option selected value="{version(agency, "3.1")}">', form.text)
    assert "Nobody is sanctioned" in words_on(form)
    number = report(agency)
    page = words_on(browser.get(f"/my-reports/{number}"))
    assert "Received" in page
    assert "You reported it" in page
    assert HAPPENED in page
    assert "Sightline Face Matching 3.2" in words_on(browser.get("/my-reports"))
    assert agency.browser("officer1").get(f"/my-reports/{number}").status_code == 404


def test_sent_twice_it_is_one_report(agency):
    browser, sent = agency.browser("officer"), said(agency)
    first = browser.post(NEW, sent)
    again = browser.post(NEW, sent)
    assert first.location == again.location
    assert "It is one report" in browser.get(again.location).text


def test_what_is_missing_is_said_and_nothing_that_was_written_is_lost(agency):
    before = newest(agency).id
    refused = agency.browser("officer").post(NEW, said(agency, problem="", version=""))
    assert refused.status_code == 422
    words = words_on(refused)
    assert "Choose the tool and version." in words
    assert "Choose what it was." in words
    assert HAPPENED in refused.text
    assert newest(agency).id == before


def test_what_looks_like_an_identifier_is_shown_and_taken_out_or_said_to_be_none(agency):
    browser, before = agency.browser("officer"), newest(agency).id
    sent = said(agency, happened="DP-1003 saw it too, call +32 470 12 34 56.")
    warned = browser.post(NEW, sent)
    assert warned.status_code == 422
    assert "“DP-1003” looks like a service number" in words_on(warned)
    assert "“+32 470 12 34 56” looks like a telephone number" in words_on(warned)
    assert newest(agency).id == before
    shown = re.search(r'name="shown" type="hidden" value="([^"]+)"', warned.text).group(1)
    other = browser.post(NEW, {**sent, "happened": "By 1-ABC-123.", "shown": shown, "none_of_them": "y"})
    assert other.status_code == 422, "what was said of one finding does not hold for another"
    assert "looks like a number plate" in words_on(other)
    unticked = browser.post(NEW, {**sent, "shown": shown})
    assert unticked.status_code == 422
    assert browser.post(NEW, {**sent, "shown": shown, "none_of_them": "y"}).status_code == 303


# -- followed and handled ----------------------------------------------------------------------------------------------


def test_the_officer_sees_each_step_and_neither_notes_nor_names(agency):
    number = taken(agency)
    done(agency, number, "note", {"text": "Found again with the same setting."})
    done(agency, number, "ask", {"text": "Which setting was it?"})
    done(agency, number, "provider", {"told_on": "2026-11-23", "reference": "SL-7"})
    done(agency, number, "lesson", {"module": "ai-limits", "text": "Dark pictures."})
    officer = agency.browser("officer")
    assert "You are asked something" in words_on(officer.get("/tools"))
    page = words_on(officer.get(f"/my-reports/{number}"))
    for told in ("A registrar looks into it", "Which setting was it?", "The provider was told on 23 November 2026"):
        assert told in page
    for not_told in ("Found again", "Verbeke", "SL-7"):
        assert not_told not in page
    sent = {"text": "Setting 80."}
    for _ in range(2):
        assert officer.post(f"/my-reports/{number}/answer", sent).status_code == 303
    assert "Setting 80." in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    assert "Setting 80." not in words_on(agency.browser("registrar2").get(f"/reports/{number}"))
    assert "Setting 80." in words_on(agency.browser("oversight").get(f"/reports/{number}"))
    late = officer.post(f"/my-reports/{number}/answer", {"text": "No, 90."})
    assert late.status_code == 422
    assert "No question waits" in words_on(late)


def test_only_the_handler_learns_who_reported(agency):
    number = taken(agency)
    assert "Julie Bakker" in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    for who in ("registrar2", "oversight"):
        assert "Julie Bakker" not in words_on(agency.browser(who).get(f"/reports/{number}"))
    assert agency.browser("officer1").get(f"/reports/{number}").status_code == 403
    assert agency.browser("supervisor").get("/reports").status_code == 403


def test_oversight_reads_all_and_changes_nothing(agency):
    number = report(agency)
    oversight = agency.browser("oversight")
    desk = words_on(oversight.get("/reports"))
    assert "Overdue: not acknowledged in time" in desk
    assert HAPPENED in words_on(oversight.get(f"/reports/{number}"))
    assert "is overdue" in words_on(oversight.get("/oversight/"))
    for address in ("take", "give-back", "note", "decide"):
        assert oversight.post(f"/reports/{number}/{address}", {}).status_code == 403


def test_the_home_page_of_registrars_says_what_waits(agency):
    assert "1 report waits to be acknowledged." in words_on(agency.browser("registrar").get("/registrar/tools"))
    report(agency)
    words = words_on(agency.browser("registrar").get("/registrar/tools"))
    assert "2 reports wait to be acknowledged." in words
    assert "1 decision waits for your signature." in words
    assert "waits for your signature" not in words_on(agency.browser("registrar2").get("/reports"))


def test_a_registrar_who_reported_handles_nothing_of_it(agency):
    number = report(agency)
    with agency.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.service_number == "DP-1002")).one()
        stamp = {"effective_at": newest(agency).effective_at, "recorded_at": newest(agency).recorded_at}
        session.add(RoleAssignment(**stamp, person_id=person.id, role=Role.REGISTRAR, granted=True))
    browser = agency.browser("officer")
    assert browser.get(f"/reports/{number}").status_code == 404
    assert browser.post(f"/reports/{number}/take", {}).status_code == 404
    assert f"/reports/{number}" not in browser.get("/reports").text


def test_the_version_is_suspended_at_once_from_the_report(agency):
    number = taken(agency)
    address = f"/registrar/versions/{version(agency)}/suspend?report={number}"
    assert address.replace("&", "&amp;") in agency.browser("registrar").get(f"/reports/{number}").text
    other = agency.browser("registrar2").post(address, {"reason": "Biased."})
    assert other.status_code == 422
    assert "Take this report first." in words_on(other)
    answer = agency.browser("registrar").post(address, {"reason": "Biased."})
    assert (answer.status_code, answer.location) == (302, f"/reports/{number}")
    suspended = "Version 3.2 was suspended for safety"
    assert suspended in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    assert suspended in words_on(agency.browser("officer").get(f"/my-reports/{number}"))
    with agency.database.reading() as session:
        kinds = session.scalars(select(VersionFact.change).where(VersionFact.reason == "Biased.")).all()
    assert kinds == [VersionChange.SUSPENDED]


def test_retraining_names_the_report_on_the_officers_record_and_not_to_who_reported(agency):
    number = taken(agency)
    sent = {
        "officer": "DP-1012",
        "tool": str(tool_id(agency)),
        "modules": ["ai-limits"],
        "due": "2027-03-14",
        "reason": "errors-in-use",
    }
    unknown = agency.browser("registrar").post(f"/reports/{number}/retrain", {**sent, "officer": "DP-9999"})
    assert "Nobody here has that service number." in words_on(unknown)
    done(agency, number, "retrain", sent)
    record = words_on(agency.browser("registrar2").get("/registrar/people/DP-1012"))
    assert f"Source: report {number}" in record
    assert "Paul Leclerc, DP-1012" in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    assert "Leclerc" not in words_on(agency.browser("officer").get(f"/my-reports/{number}"))
    assert agency.count(RetrainingOrder) == 1


def tool_id(agency: Agency) -> int:
    with agency.database.reading() as session:
        return session.scalars(select(ToolVersion.tool_id).where(ToolVersion.label == "3.1")).one()


# -- its end -----------------------------------------------------------------------------------------------------------


def test_a_decision_is_sent_back_decided_anew_and_signed_by_an_independent_registrar(agency):
    number = taken(agency)
    ending = {"outcome": "cause-found", "told": "You were right.", "published": "A fault was found."}
    done(agency, number, "decide", ending)
    assert "You were right." not in words_on(agency.browser("officer").get(f"/my-reports/{number}"))
    assert "Sign how it ends" not in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    done(agency, number, "send-back", {"text": "No test per group yet."}, by="registrar2")
    assert "No test per group yet." in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    done(agency, number, "decide", ending)
    second = agency.browser("registrar2")
    page = second.get(f"/reports/{number}")
    assert HAPPENED in words_on(page)
    address = re.search(r'action="(/reports/\d+/decisions/\d+/sign)"', page.text).group(1)
    own = agency.browser("registrar").post(address, {})
    assert own.status_code == 422
    assert "You handled it yourself." in words_on(own)
    assert second.post(address, {}).status_code == 303
    again = second.post(address, {})
    assert again.status_code == 422
    assert "This report is closed" in words_on(again)
    told = words_on(agency.browser("officer").get(f"/my-reports/{number}"))
    assert "A cause was found" in told
    assert "You were right." in told
    assert agency.browser("registrar").get(f"/reports/{number}/note").status_code == 303, "nothing is left to do"


def test_words_that_stay_on_record_are_looked_through_too(agency):
    number = taken(agency)
    sent = {"outcome": "cause-found", "told": "DP-1012 was right.", "published": ""}
    warned = agency.browser("registrar").post(f"/reports/{number}/decide", sent)
    assert warned.status_code == 422
    assert "looks like a service number" in words_on(warned)


def test_a_new_assessment_names_the_report_and_both_sides_show_it(agency):
    number = taken(agency)
    start, end = version(agency, "3.1"), version(agency)
    address = f"/registrar/versions/{end}/assess/{start}"
    form = agency.browser("registrar").get(f"{address}?report={number}")
    assert re.search(rf'<input checked [^>]*value="{number}"', form.text)
    sent = {"level": "2", "modules": ["sightline-3-2"], "what_changed": "Answers a report.", "answers": [str(number)]}
    assert agency.browser("registrar").post(address, sent).status_code == 302
    assessment = agency.id_of(ImpactAssessment, what_changed="Answers a report.")
    page = words_on(agency.browser("registrar2").get(f"/registrar/assessments/{assessment}"))
    assert f"Report {number}: Biased result, version 3.2" in page
    names = "The assessment of the way from 3.1 to 3.2 names this report"
    assert names in words_on(agency.browser("registrar").get(f"/reports/{number}"))
    officer = agency.browser("officer")
    assert names not in words_on(officer.get(f"/my-reports/{number}")), "it is not signed yet"
    assert agency.browser("registrar2").post(f"/registrar/assessments/{assessment}", {}).status_code == 302
    assert names in words_on(officer.get(f"/my-reports/{number}"))


def test_what_is_closed_and_answered_is_not_offered_again(agency):
    start, end = version(agency, "3.1"), version(agency)
    address = f"/registrar/versions/{end}/assess/{start}"
    assert "Report 1: Biased result, version 3.1, Closed" in words_on(agency.browser("registrar").get(address))
    sent = {"level": "2", "modules": ["sightline-3-2"], "what_changed": "Answers a report.", "answers": ["1"]}
    assert agency.browser("registrar").post(address, sent).status_code == 302
    assessment = agency.id_of(ImpactAssessment, what_changed="Answers a report.")
    assert "Report 1:" in words_on(agency.browser("registrar").get(address)), "it is not signed yet"
    agency.browser("registrar2").post(f"/registrar/assessments/{assessment}", {})
    assert "Report 1:" not in words_on(agency.browser("registrar").get(address))
    assert "Report 4:" in words_on(agency.browser("registrar").get(address))


# -- an expired session ------------------------------------------------------------------------------------------------


@pytest.fixture
def expired(agency, let_pass):
    """A browser of the officer whose session has expired while the form was open."""
    browser = agency.browser("officer")
    browser.get(NEW)
    let_pass(idle=timedelta(hours=1))
    return browser


def sign_in_again(agency: Agency, browser, path: str):
    browser.get(path)
    return browser.post(path, {"identifier": "officer@demo.example", "password": PASSWORD})


def test_a_report_that_met_an_expired_session_is_made_once_signed_in_again(agency, expired):
    before = newest(agency).id
    sent = expired.post(NEW, said(agency))
    landed = sign_in_again(agency, expired, sent.location)
    made = newest(agency)
    assert made.id > before
    assert landed.location == f"/my-reports/{made.id}"
    with agency.database.reading() as session:
        assert session.get_one(ReportText, made.id).happened == HAPPENED


def test_one_that_is_not_ready_comes_back_with_all_that_was_written(agency, expired):
    before = newest(agency).id
    sent = expired.post(NEW, said(agency, happened="Ask DP-1003 about it."))
    landed = sign_in_again(agency, expired, sent.location)
    assert landed.location == NEW
    page = expired.get(NEW)
    assert "Ask DP-1003 about it." in page.text
    assert "It is not sent yet" in page.text
    assert re.search(r'<input checked [^>]*value="religion"', page.text)
    assert newest(agency).id == before
    assert "Ask DP-1003" not in expired.get(NEW).text, "once"
    assert expired.post(NEW, said(agency)).status_code == 303


def test_an_answer_that_met_an_expired_session_is_sent_once_signed_in_again(agency, let_pass):
    number = taken(agency)
    done(agency, number, "ask", {"text": "Which setting was it?"})
    browser = agency.browser("officer")
    browser.get(f"/my-reports/{number}")
    let_pass(idle=timedelta(hours=1))
    sent = browser.post(f"/my-reports/{number}/answer", {"text": "Setting 80."})
    landed = sign_in_again(agency, browser, sent.location)
    assert landed.location == f"/my-reports/{number}"
    with agency.database.reading() as session:
        assert "Setting 80." in session.scalars(select(ReportStepText.text)).all()


# -- training that changes, and who owns the tool ----------------------------------------------------------------------


def test_authors_read_what_is_wanted_and_nothing_of_the_report(agency):
    number = taken(agency)
    done(agency, number, "lesson", {"module": "ai-limits", "text": "Dark pictures."})
    wish = agency.id_of(ReportStep, report_id=number, kind=StepKind.LESSON)
    author, lead = agency.browser("trainer"), agency.browser("lead")
    for page in (author.get("/content"), author.get(f"/content/wishes/{wish}")):
        assert "Dark pictures." in words_on(page)
        assert HAPPENED not in page.text
        assert "Ruben Almeida" not in page.text
    assert agency.browser("officer").get(f"/content/wishes/{wish}").status_code == 403
    opened = author.post(f"/content/wishes/{wish}/draft", {})
    assert opened.location.startswith("/content/drafts/"), words_on(opened)
    draft = opened.location.rpartition("/")[2]
    assert f"Answers report {number}" in words_on(author.get(opened.location))
    assert "Being written" in words_on(agency.browser("registrar").get("/reports"))
    assert author.post(f"/content/wishes/{wish}/untie/{draft}", {}).status_code == 303
    assert f"Answers report {number}" not in words_on(author.get(opened.location))
    refused = author.post(f"/content/wishes/{wish}/decline", {"reason": "It says so already."})
    assert refused.status_code == 422, "an instructor is no lead"
    named = lead.post(f"/content/wishes/{wish}/decline", {"reason": "DP-1003 knows it already."})
    assert "looks like a service number" in words_on(named)
    assert lead.post(f"/content/wishes/{wish}/decline", {"reason": "It says so already."}).status_code == 303
    for who, page in (("registrar", f"/reports/{number}"), ("officer", f"/my-reports/{number}")):
        said = words_on(agency.browser(who).get(page))
        assert "The training stays as it is: The limits of AI" in said
        assert "It says so already." in said


def test_the_title_of_a_module_is_marked_with_its_language_and_not_shown_as_tags(agency):
    number = taken(agency)
    done(agency, number, "lesson", {"module": "sightline-3-3", "text": "Dark pictures."})
    browser = agency.browser("registrar")
    browser.post("/language", {"language": "fr"})
    page = browser.get(f"/reports/{number}").text
    assert '<span lang="en">Sightline 3.3: what changed</span>' in page
    assert "&lt;span" not in page


def test_a_report_says_for_which_owner_it_is_kept(agency):
    first, owner = agency.browser("registrar"), agency.browser("registrar2")
    page = "/registrar/tools/sightline/owner"
    assert first.post(page, {"owner": str(agency.person("DP-1003").id)}).status_code == 422
    assert first.post(page, {"owner": str(agency.person("DP-3002").id)}).status_code == 303
    assert "Jonas Lemaire" in words_on(first.get("/registrar/tools/sightline"))
    number = report(agency)
    assert "For the owner of the tool Jonas Lemaire takes it first." in words_on(first.get(f"/reports/{number}"))
    assert "It is for the owner of the tool first." in words_on(first.post(f"/reports/{number}/take", {}))
    assert "waits for you: you own the tool" in words_on(owner.get("/reports"))
    assert owner.post(f"/reports/{number}/take", {}).status_code == 303
