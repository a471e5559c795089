"""`docs/demo.md` says what the demonstration really is."""

import pytest
from sqlalchemy import select

from courses.catalogue import STARTER_CONTENT as MODULES
from quizzes.catalogue import STARTER_CONTENT as BANKS
from tests.docs.documents import blocks, codes, section, table
from tests.rules.factories import local
from training_app import demo
from training_app.models.people import Person
from training_app.models.tools import ToolVersion, VersionFact
from training_app.rules.access import Question
from training_app.rules.facts import VersionChange
from training_app.services import access, content

FIRST_DAY, LAST_DAY = local("2026-11-21 00:00"), local("2027-12-31 23:59:59")
OFFICERS = table(section("demo.md", "The officers and their answers"))


@pytest.fixture
def agency(session):
    content.load_catalogue(session, MODULES, BANKS, at=local("2025-12-01"))
    demo.load(session, password_hash="no password is asked here")
    return session


def answer(session, officer: str, version: str, at):
    return access.answer(session, Question(officer, "sightline", version), zone=demo.ZONE, at=at, known_at=at)


@pytest.mark.parametrize("at", [FIRST_DAY, LAST_DAY], ids=["first-day", "last-day"])
def test_every_answer_is_the_one_that_the_page_promises(agency, at):
    for row in OFFICERS:
        for version in ("3.1", "3.2"):
            promised = row[f"asked for {version}"]
            expected = [] if promised == "allow" else codes(promised)
            decision = answer(agency, row["officer"], version, at)
            assert [ground.value for ground in decision.grounds] == expected, f"{row['officer']} for {version}"
            assert decision.allowed is (promised == "allow")


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
    releases = agency.scalars(select(VersionFact).where(VersionFact.change == VersionChange.RELEASED))
    released = {fact.version_id: fact.effective_at.date().isoformat() for fact in releases}
    versions = agency.scalars(select(ToolVersion).order_by(ToolVersion.id)).all()
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
