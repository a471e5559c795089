"""An answer that a process kept is given again only where the rule would still give it, whatever happened meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.rules.factories import BRUSSELS, local
from tests.services import recorded
from tests.services.test_status_lists import BEGIN, World
from training_app import demo
from training_app.models.clients import ClientCredential, CredentialEndReason
from training_app.models.people import Person
from training_app.models.tools import VersionFact
from training_app.rules.access import Question
from training_app.rules.facts import VersionChange
from training_app.services import client_credentials, known_answers, machine_questions
from training_app.services.known_answers import KnownAnswers

NOON = local("2026-11-22 12:00")


def everything(_slug):
    return True


class Asked:
    """A process that keeps answers, and how often it gave one again."""

    def __init__(self, database):
        self.database, self.known, self.again = database, KnownAnswers(), 0

    def compare(self, questions, at):
        """Ask, and hold each answer against the one that is decided from nothing."""
        self.known.follow(self.database.glance)
        with self.database.reading() as session:
            self.again += sum(self.known._standing(one, at) is not None for one in questions)
            given = list(self.known.answers(lambda: session, everything, questions, zone=BRUSSELS, at=at))
            decided = list(machine_questions.answers(session, everything, questions, zone=BRUSSELS, at=at))
        assert [replace(one, same_until=at) for one in given] == [replace(one, same_until=at) for one in decided]


class Releases:
    """Versions of the first tool that are withdrawn and released again."""

    def __init__(self, world):
        self.world, self.withdrawn = world, set()

    def happens(self, at):
        version = self.world.lot.choice(self.world.tools[0].versions).id
        self.withdrawn ^= {version}
        change, forecast = (
            (VersionChange.WITHDRAWN, None) if version in self.withdrawn else (VersionChange.RELEASED, "-")
        )
        with self.world.database.transaction() as session:
            self.world.stamped(session, VersionFact, at, version_id=version, change=change, forecast=forecast)


@pytest.mark.parametrize("seed", range(2))
def test_answers_given_again_are_those_that_would_be_decided(database, seed):
    world, at = World(database, seed), BEGIN
    releases, processes = Releases(world), [Asked(database), Asked(database)]
    with database.reading() as session:
        numbers = [session.get_one(Person, person).service_number for person in world.people[:4]]
    questions = [
        Question(number, tool.slug, version.label, purpose=purpose)
        for number in [*numbers, "nobody"]
        for tool in world.tools
        for version in tool.versions[:2]
        for purpose in (None, "missing-person")
    ]
    for _ in range(20):
        at += timedelta(minutes=world.lot.choice((0, 1, 7, 45, 60)), seconds=world.lot.randrange(60))
        if world.lot.random() < 0.4:
            world.lot.choice((world.happens, world.happens, releases.happens))(at)
        for process in processes[: world.lot.choice((1, 2))]:
            process.compare(world.lot.sample(questions, 12), at)
    assert all(process.again for process in processes), "no answer was given again"


@pytest.fixture
def asked(demo_database):
    return Asked(demo_database)


@pytest.fixture
def question(asked):
    found = Question("DP-1003", "sightline", "3.2")
    asked.compare([found], NOON)
    assert asked.known._answers
    return found


def test_the_same_answer_is_given_again_until_the_civil_day_ends_and_not_before_it_was_given(asked, question):
    last = local("2026-11-23 00:00") - timedelta(microseconds=1)
    assert asked.known._standing(question, NOON) is not None
    assert asked.known._standing(question, last) is not None
    assert asked.known._standing(question, local("2026-11-23 00:00")) is None
    assert asked.known._standing(question, NOON - timedelta(microseconds=1)) is None


def test_what_is_recorded_about_one_officer_leaves_the_answers_about_others(asked, question):
    other = replace(question, officer="DP-1002")
    asked.compare([other], NOON)
    with asked.database.transaction() as session:
        person = session.query(Person).filter_by(service_number="DP-1003").one()
        recorded.assignment(session, person_id=person.id)
    asked.known.follow(asked.database.glance)
    assert asked.known._standing(question, NOON) is None
    assert asked.known._standing(other, NOON) is not None


def test_what_is_recorded_about_another_tool_leaves_an_answer_once_its_own_was_compared(asked, question):
    other = replace(question, officer="DP-1002")
    asked.compare([other], NOON)
    with asked.database.transaction() as session:
        recorded.tool(session, slug="of-no-concern")
    asked.known.follow(asked.database.glance)
    assert asked.known._standing(question, NOON) is None
    asked.compare([question], NOON)
    assert asked.known._standing(other, NOON) is not None


def test_what_was_read_while_something_was_forgotten_is_given_and_not_kept(asked, question):
    other = replace(question, officer="DP-1002")
    asked.known.follow(asked.database.glance)
    with asked.database.reading() as session:
        decided = asked.known.answers(lambda: session, everything, [other, other], zone=BRUSSELS, at=NOON)
        next(decided)
        with asked.database.transaction() as writing:
            recorded.tool(writing, slug="of-no-concern")
        asked.known._answers.pop(other)
        asked.known.follow(asked.database.glance)
        assert next(decided).decision.question == other
    assert other not in asked.known._answers


def test_no_more_is_kept_than_there_is_room_for_and_nothing_about_whom_nobody_knows(asked, question, monkeypatch):
    monkeypatch.setattr(known_answers, "MOST_ANSWERS", 2)
    asked.compare([replace(question, version=str(number)) for number in range(5)], NOON)
    asked.compare([replace(question, officer="nobody"), replace(question, tool="nothing")], NOON)
    assert [one.version for one in asked.known._answers] == ["3", "4"]


# -- who asks ----------------------------------------------------------------------------------------------------------


def caller(asked, at, token=demo.TOKEN):
    asked.known.follow(asked.database.glance)
    with asked.database.reading() as session:
        found = asked.known.caller(lambda: session, token, at=at)
        assert found == client_credentials.caller_with(session, token, at=at)
    return found


def test_a_credential_that_is_revoked_lets_nobody_in_from_the_next_request_on(asked):
    assert caller(asked, NOON) is not None
    with asked.database.transaction() as session:
        credential = session.query(ClientCredential).first()
        client_credentials.revoke(session, credential, at=NOON, by=None)
    assert caller(asked, NOON) is None


def test_a_credential_that_ends_at_an_instant_lets_nobody_in_from_then_on(asked):
    with asked.database.transaction() as session:
        credential = session.query(ClientCredential).first()
        client_credentials._end(
            session, credential, CredentialEndReason.ROTATED, effective_at=NOON + timedelta(hours=1), at=NOON, by=None
        )
    assert caller(asked, NOON) is not None
    assert caller(asked, NOON + timedelta(minutes=59)) is not None
    assert caller(asked, NOON + timedelta(hours=1)) is None
