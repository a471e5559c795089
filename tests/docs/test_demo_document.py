"""`docs/demo.md` says what the demonstration really is."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.docs.documents import blocks, codes, section, table, tables
from tests.rules.factories import local
from training_app import demo
from training_app.demo import lockpick
from training_app.models.people import Person
from training_app.models.reports import ResultReport
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.access import Ground, Question
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import VersionChange
from training_app.rules.incidents import state as incident_state
from training_app.rules.purposes import Authorisation
from training_app.rules.reports import state
from training_app.services import access, cards, incidents, oversight_threads, reports

FIRST_DAY, LAST_DAY = local("2026-11-21 00:00"), local("2027-12-31 23:59:59")
OFFICERS = table(section("demo.md", "The officers and their answers"))
LOSING = table(section("demo.md", "Who loses access next"))


def start_of(later: dict[str, str]) -> datetime:
    """Return the first instant of the day from which a row of `LOSING` holds."""
    return local(f"{later['from']} 00:00")


@pytest.fixture
def agency(demo_session):
    return demo_session


def answer(session, officer: str, version: str, at):
    return access.answer(session, Question(officer, "sightline", version), zone=demo.ZONE, at=at, known_at=at)


def test_what_happened_besides_changes_no_answer(agency):
    def answers():
        return {
            (row["officer"], version): answer(agency, row["officer"], version, FIRST_DAY).grounds
            for row in OFFICERS
            for version in ("3.1", "3.2")
        }

    before = answers()
    demo.load_overviews(agency)
    assert answers() == before


@pytest.mark.parametrize("at", [FIRST_DAY, LAST_DAY], ids=["first-day", "last-day"])
def test_every_answer_is_the_one_that_the_page_promises(agency, at):
    by_then = {later["officer"]: later for later in LOSING if at >= start_of(later)}
    for row in [by_then.get(row["officer"], row) for row in OFFICERS]:
        for version in ("3.1", "3.2"):
            promised = row[f"asked for {version}"]
            expected = [] if promised == "allow" else codes(promised)
            decision = answer(agency, row["officer"], version, at)
            assert [ground.value for ground in decision.grounds] == expected, f"{row['officer']} for {version}"
            assert decision.allowed is (promised == "allow")


def test_the_questions_are_as_the_page_says(agency):
    shown = {
        (str(row.question.id), row.question.due_on.isoformat(), row.state.value)
        for row in oversight_threads.every(agency)
    }
    told = table(section("demo.md", "What the oversight body sees"))
    assert shown == {(row["question"], row["to be answered by"], codes(row["state"])[0]) for row in told}


def test_the_reports_are_as_the_page_says(agency):
    shown = {
        str(report.id): (
            agency.get_one(ToolVersion, report.version_id).label,
            CivilInstant(report.effective_at, demo.ZONE).day.isoformat(),
            agency.get_one(Person, reports.reporter_of(agency, report.id)).service_number,
            state(reports.history_of(agency, report)).value,
        )
        for report in agency.scalars(select(ResultReport))
    }
    said = table(section("demo.md", "Reports of wrong results"))
    assert shown == {
        row["report"]: (row["version"], row["reported"], row["by"], codes(row["state"])[0]) for row in said
    }


def test_the_incidents_are_as_the_page_says_and_their_codes_open_them(agency):
    for row in table(section("demo.md", "Incidents of citizens")):
        incident = incidents.by_code(agency, codes(row["receipt code"])[0])
        assert incident is not None, row
        received = CivilInstant(incident.effective_at, demo.ZONE).day.isoformat()
        shown = (str(incident.id), received, incident_state(incidents.history_of(agency, incident)))
        assert shown == (row["incident"], row["received"], codes(row["state"])[0])


def test_who_loses_access_next_is_answered_as_before_until_the_first_instant_of_the_day_named(agency):
    for later in LOSING:
        assert start_of(later) - FIRST_DAY < timedelta(days=90)
        before = next(row for row in OFFICERS if row["officer"] == later["officer"])
        assert "allow" in before.values()
        for row, at in ((before, start_of(later) - timedelta(seconds=1)), (later, start_of(later))):
            for version in ("3.1", "3.2"):
                promised = row[f"asked for {version}"]
                grounds = [ground.value for ground in answer(agency, row["officer"], version, at).grounds]
                assert grounds == ([] if promised == "allow" else codes(promised)), (at, version)
    assert {later["officer"] for later in LOSING} == {
        one.number for one in demo.OFFICERS if FIRST_DAY.date() < last_day(one) < LAST_DAY.date()
    }


def last_day(officer: demo.Officer) -> date:
    return date.fromisoformat(officer.cleared_through or "9999-12-31")


def test_the_facts_are_those_that_the_page_tells():
    told = [
        {
            "officer": one.number,
            "name": one.name,
            "unit": one.unit,
            "full award": " on ".join(one.full) if one.full else "",
            "delta award": one.delta,
            "evaluation through": one.cleared_through,
            "seat": "yes" if one.seat else "no",
            "besides": besides(one),
        }
        for one in demo.OFFICERS
    ]
    assert told == [{name: value for name, value in row.items() if not name.startswith("asked")} for row in OFFICERS]


def besides(one: demo.Officer) -> str:
    found = {
        "suspended on {}": one.suspended,
        "obligation `{}`": one.restriction,
        "quiz begun on {}": one.in_training,
    }
    return ", ".join(text.format(value) for text, value in found.items() if value)


def test_the_certification_of_those_with_an_award_runs_for_two_years_from_it(agency):
    for row in OFFICERS:
        standing = answer(agency, row["officer"], "3.2", FIRST_DAY).standing
        day = row["full award"].rpartition(" ")[2]
        expected = day.replace("2026", "2028") if day else None
        assert (standing.last_day and standing.last_day.isoformat()) == expected, row["officer"]


def test_the_versions_are_those_that_the_page_tells(agency):
    sightline = select(Tool.id).where(Tool.slug == "sightline").scalar_subquery()
    releases = agency.scalars(select(VersionFact).where(VersionFact.change == VersionChange.RELEASED))
    released = {fact.version_id: fact.effective_at.date().isoformat() for fact in releases}
    versions = agency.scalars(
        select(ToolVersion).where(ToolVersion.tool_id == sightline).order_by(ToolVersion.id)
    ).all()
    labels = {version.id: version.label for version in versions}
    assert table(section("demo.md", "The tool")) == [
        {
            "version": version.label,
            "comes after": labels.get(version.predecessor_id, ""),
            "registered": version.effective_at.date().isoformat(),
            "released": released[version.id],
        }
        for version in versions
    ]


LEAVE = {"valid": timedelta(0), "lapsed": timedelta(days=-1)}


def asked_of_lockpick(row: dict[str, str], at) -> Question:
    """Return the question in a row of the page's table, asked at *at*."""
    said = {name: next(iter(codes(row[name])), None) for name in ("purpose", "crime type", "circumstance")}
    until = at.astimezone(demo.ZONE).date() + LEAVE[row["authorisation"]] if row["authorisation"] else None
    return Question(
        row["officer"],
        "lockpick",
        "5.0",
        purpose=said["purpose"],
        crime_type=said["crime type"],
        circumstance=said["circumstance"],
        authorisation=Authorisation("Court of Demo City", "JI-17/2026", until) if until else None,
    )


@pytest.mark.parametrize("at", [FIRST_DAY, LAST_DAY], ids=["first-day", "last-day"])
def test_the_intrusive_tool_is_answered_as_the_page_promises(agency, at):
    _guideline, _seats, answers = tables(section("demo.md", "The intrusive tool"))
    for row in answers:
        question = asked_of_lockpick(row, at)
        decision = access.answer(agency, question, zone=demo.ZONE, at=at, known_at=at)
        expected = [] if row["answer"] == "allow" else codes(row["answer"])
        assert [ground.value for ground in decision.grounds] == expected, row


def test_the_guideline_and_the_seats_are_those_that_the_page_tells():
    guideline, seats, _answers = tables(section("demo.md", "The intrusive tool"))
    assert [
        (codes(row["purpose"]), codes(row["crime types"]), codes(row["circumstances"]), row["authorisation"])
        for row in guideline
    ] == [
        ([one.code], case["crime_types"], case["circumstances"], "needed" if case["authorisation"] else "not needed")
        for one in lockpick.PURPOSES
        for case in one.cases
    ]
    assert [(row["officer"], row["full award"], codes(row["seat for"])) for row in seats] == [
        (holder.number, holder.certified_on, list(holder.purposes)) for holder in lockpick.HOLDERS
    ]


def test_nobody_may_use_the_prohibited_tool(agency):
    for officer in demo.OFFICERS:
        question = Question(officer.number, "portrait-sorter", "1.0")
        decision = access.answer(agency, question, zone=demo.ZONE, at=FIRST_DAY, known_at=FIRST_DAY)
        assert Ground.TOOL_PROHIBITED in decision.grounds


def test_those_can_sign_in_whom_the_page_names(agency):
    rows = table(section("demo.md", "Sign in"))
    assert [(row["e-mail address"], row["role"]) for row in rows] == [
        (email, role.value) for email, role in demo.accounts()
    ]
    numbers = {person.email: person.service_number for person in agency.scalars(select(Person))}
    assert [row["who"] for row in rows] == [numbers[row["e-mail address"]] for row in rows]


def test_the_token_and_the_command_are_those_that_the_demonstration_prints():
    assert demo.TOKEN in codes(section("demo.md", "Sign in"))
    assert blocks(section("demo.md", "Ask as a tool does")) == [demo.curl_example("http://127.0.0.1:8000") + "\n"]


def test_the_cards_warn_of_old_tests_as_the_page_says(agency):
    text = section("demo.md", "The cards")
    rows = agency.scalars(select(ToolVersion).order_by(ToolVersion.id)).all()
    found = cards.cards_of(agency, [row.id for row in rows])
    days = {row.label: [str(test.date) for test in found[row.id].card.tests] for row in rows}
    assert all(f"{label} ({' and '.join(tested)})" in text for label, tested in days.items())

    def outdated(at):
        on = CivilInstant(local(at), demo.ZONE)
        return {row.label for row in rows if found[row.id].outdated_tests(on=on)}

    assert outdated("2026-11-21") == outdated("2027-08-24") == {"3.1", "5.0"}
    assert "from 25 August 2027 on" in text
    assert outdated("2027-08-25") == {"3.1", "3.2", "5.0"}
    assert all(found[row.id].gaps == () for row in rows)
