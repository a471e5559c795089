"""The page that answers about an instant of the past, and the facts that can be had with it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.certification import Award, AwardEnd
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_looks import OversightLook
from training_app.models.people import Evaluation, Person
from training_app.rules.access import Question
from training_app.rules.evidence import from_text
from training_app.rules.facts import OFFICER_TIMELINES, TOOL_TIMELINES, AwardEndKind, EvaluationOutcome
from training_app.services import access
from training_app.wording.as_of import KINDS

ASKED = {"officer": "DP-1001", "tool": "sightline", "version": "3.1", "day": "2026-06-01", "clock": "14:03"}


def ask(browser, path="/as-of", **given):
    return browser.get(f"{path}?{urlencode(ASKED | given)}")


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def void_award_of(agency: Agency, number: str) -> None:
    at, officer = now() - timedelta(minutes=1), agency.person(number)
    with agency.database.transaction() as session:
        award = session.scalars(select(Award).where(Award.officer_id == officer.id).order_by(Award.id)).first()
        session.add(
            AwardEnd(
                effective_at=award.effective_at,
                recorded_at=at,
                recorded_by_id=agency.person("DP-6001").id,
                officer_id=officer.id,
                award_id=award.id,
                kind=AwardEndKind.VOIDED,
                reason_code="deception",
            )
        )


def test_the_form_stands_alone_until_it_is_asked(agency):
    page = agency.browser("registrar").get("/as-of")
    assert page.status_code == 200
    assert "As it was known then" not in page.text
    assert "There is a problem" not in page.text
    assert "Europe/Brussels" in words_on(page), "whose clocks are meant"


def test_from_an_officers_page_the_supervisor_comes_with_the_number_filled_in(agency):
    supervisor = agency.browser("supervisor")
    link = re.search(r'href="(/unit/as-of[^"]*)"', supervisor.get("/unit/officers/DP-1003").text)
    page = supervisor.get(unescape(link[1]))
    assert page.status_code == 200
    assert 'value="DP-1003"' in page.text
    assert "There is a problem" not in page.text


def test_the_question_is_answered_twice_with_what_was_known(agency):
    shown = words_on(ask(agency.browser("oversight")))
    assert "The answer for 1 June 2026, 14:03 (UTC+2)" in shown
    assert "Both answers are the same" in shown
    assert shown.count("DP-1001 could use Sightline Face Matching 3.1 at that moment.") == 2
    assert shown.count("Last day of the certification 10 February 2028") == 2
    assert "Nothing that counts at that moment was recorded after it." in shown
    assert "more facts were recorded since" in shown


def test_every_ground_is_given_with_its_way_out(agency):
    page = ask(agency.browser("registrar"), officer="DP-1004", version="3.2", day="2026-11-22")
    shown = words_on(page)
    assert "could not use" in shown
    assert "No psychological evaluation is in force. Ask the evaluation service for an appointment." in shown


def test_the_page_says_what_the_rule_says_for_every_officer(agency):
    registrar, at = agency.browser("registrar"), local("2026-11-22 12:00")
    for officer in demo.OFFICERS:
        for version in ("3.1", "3.2"):
            with agency.database.reading() as session:
                question = Question(officer.number, "sightline", version)
                decision = access.answer(session, question, zone=demo.ZONE, at=at, known_at=at)
            page = ask(registrar, officer=officer.number, version=version, day="2026-11-22", clock="12:00")
            shown = words_on(page)
            assert (f"{officer.number} could use " in shown) is decision.allowed, f"{officer.number} {version}"
            grounds = page.text.partition('id="answer-1"')[2].partition("</section>")[0]
            assert grounds.count("<li>") == len(decision.grounds)


def test_what_was_recorded_later_and_counts_is_listed_and_parts_the_answers(agency):
    void_award_of(agency, "DP-1001")
    shown = words_on(ask(agency.browser("oversight")))
    assert "The two answers differ" in shown
    assert "DP-1001 could use Sightline Face Matching 3.1 at that moment." in shown
    assert "DP-1001 could not use Sightline Face Matching 3.1 at that moment." in shown
    assert "Award revoked or voided 10 February 2026" in shown


def test_a_number_is_found_as_people_type_it_and_a_purpose_is_asked_with(agency):
    shown = words_on(ask(agency.browser("registrar"), officer=" dp-1001 ", purpose="nobody-permits-this"))
    assert "DP-1001 could not use" in shown
    assert "This purpose is not permitted" in shown


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"officer": ""}, 422, "Enter the officer's service number."),
        ({"officer": "XX-9"}, 404, "Nobody here has the service number XX-9."),
        ({"tool": "nothing"}, 422, "Choose one of the tools in the list."),
        ({"version": "9.9"}, 422, "This tool never had a version 9.9. Registered are: 3.1, 3.2"),
        ({"day": "2026-02-30"}, 422, "Enter a day, for example 2026-03-12."),
        ({"clock": "noon"}, 422, "Enter a time, for example 14:03."),
        ({"day": "2999-01-01"}, 422, "That time has not come yet."),
        ({"day": "0001-01-01", "clock": "00:00"}, 422, "Enter a day of the year 1900 or later"),
        ({"day": "2026-03-29", "clock": "02:30"}, 422, "they were put forward over it"),
        ({"day": "2025-10-26", "clock": "02:30"}, 422, "The clocks showed this time twice that night."),
    ],
)
def test_what_cannot_be_answered_comes_back_with_what_was_typed(agency, given, status, said):
    page = ask(agency.browser("registrar"), **given)
    assert page.status_code == status
    assert said in words_on(page)
    assert "As it was known then" not in page.text
    if "officer" not in given:
        assert 'value="DP-1001"' in page.text


def test_on_the_night_the_clocks_are_put_back_the_reader_chooses_which_hour(agency):
    registrar = agency.browser("registrar")
    night = {"day": "2025-10-26", "clock": "02:30"}
    shown = words_on(ask(registrar, **night))
    assert "The first, at UTC+2" in shown
    assert "The second, at UTC+1" in shown
    assert "26 October 2025, 02:30 (UTC+2)" in words_on(ask(registrar, **night, which="first"))
    assert "26 October 2025, 02:30 (UTC+1)" in words_on(ask(registrar, **night, which="second"))
    assert "Which of the two?" not in words_on(ask(registrar)), "on every other night nothing is asked"


# -- who may ask -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mailbox", ["officer", "trainer", "evaluator"])
def test_nobody_else_may_ask(agency, mailbox):
    browser = agency.browser(mailbox)
    for path in ("/as-of", "/unit/as-of", "/as-of/evidence?officer=DP-1001&tool=sightline"):
        assert browser.get(path).status_code == 403


def test_a_supervisor_asks_about_the_own_units_officers_only(agency):
    supervisor = agency.browser("supervisor")
    assert supervisor.get("/as-of").status_code == 403
    assert supervisor.get("/as-of/evidence?officer=DP-1001&tool=sightline").status_code == 403
    page = ask(supervisor, "/unit/as-of")
    assert page.status_code == 200
    assert "DP-1001 could use" in words_on(page)
    assert "Download" not in words_on(page)
    elsewhere, unknown = (ask(supervisor, "/unit/as-of", officer=number) for number in ("DP-3001", "XX-9"))
    assert (elsewhere.status_code, unknown.status_code) == (404, 404)
    assert words_on(elsewhere).replace("DP-3001", "XX-9") == words_on(unknown), "who works elsewhere is as unknown"


def test_a_supervisor_learns_of_an_evaluation_that_it_was_recorded_and_nothing_else(agency):
    at = now() - timedelta(minutes=1)
    with agency.database.transaction() as session:
        session.add(
            Evaluation(
                effective_at=local("2026-05-01"),
                recorded_at=at,
                recorded_by_id=agency.person("DP-5001").id,
                officer_id=session.scalars(select(Person.id).where(Person.service_number == "DP-1001")).one(),
                outcome=EvaluationOutcome.NOT_CLEARED,
                restriction=None,
                through=None,
            )
        )
    page = ask(agency.browser("supervisor"), "/unit/as-of")
    assert "Evaluation recorded 1 May 2026, 09:00" in words_on(page)
    assert "No psychological evaluation is in force." in words_on(page)
    assert not re.search("not.cleared", page.text, re.IGNORECASE)


def test_the_page_is_in_the_navigation_of_who_reads_everybodys_records(agency):
    listed = dict.fromkeys(("registrar", "oversight"), "/evidence-packs")  # a page of the same section
    for mailbox in ("registrar", "oversight", "supervisor", "officer"):
        page = agency.browser(mailbox).get(listed.get(mailbox, "/accessibility"))
        assert ('href="/as-of"' in page.text) is (mailbox in listed)


# -- the facts ---------------------------------------------------------------------------------------------------------


def test_the_facts_are_handed_out_as_a_file_and_reading_writes_none_but_that_oversight_looked(agency):
    oversight = agency.browser("oversight")
    with agency.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(JournalEntry))
    link = re.search(r'href="(/as-of/evidence[^"]*)"', ask(oversight).text)
    answer = oversight.get(unescape(link[1]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="evidence-DP-1001-sightline.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"
    found = from_text(answer.text)
    assert (found.origin.officer, found.origin.tool) == ("DP-1001", "sightline")
    with agency.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == before + 2
        looked = session.scalars(select(OversightLook).order_by(OversightLook.id)).all()
    assert [(look.page, look.subject_id) for look in looked] == [
        ("as_of.of_anybody", agency.person("DP-1001").id),
        ("as_of.evidence", agency.person("DP-1001").id),
    ]


@pytest.mark.parametrize("query", ["", "officer=XX-9&tool=sightline", "officer=DP-1001&tool=nothing"])
def test_there_is_no_file_about_whom_or_what_nobody_knows(agency, query):
    assert agency.browser("registrar").get(f"/as-of/evidence?{query}").status_code == 404


def test_every_kind_of_fact_has_its_words():
    assert set(KINDS) == {"tool", *TOOL_TIMELINES, *OFFICER_TIMELINES}


LEAVE = {
    "officer": "DP-1003", "tool": "lockpick", "version": "5.0", "day": "2026-11-22", "purpose": "extract-evidence",
    "crime_type": "homicide", "circumstance": "seized-device", "issuer": "Court of Demo City",
    "reference": "JI-17/2026",
}  # fmt: skip


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-11-22", "DP-1003 could use"),
        ("2026-11-21", "DP-1003 could not use"),
        ("", "State the authorisation whole"),
    ],
)
def test_of_an_intrusive_tool_the_use_is_stated_as_its_guideline_asks(agency, until, said):
    page = ask(agency.browser("registrar"), **LEAVE, valid_until=until)
    assert said in words_on(page)
    assert page.status_code == (200 if until else 422)
    assert re.search(r'<details class="more" open>', page.text)
