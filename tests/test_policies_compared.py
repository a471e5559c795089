"""The one rule, Cedar and Casbin answer alike, on random agencies and after the update of a tool: `bench.policies`."""

from contextlib import contextmanager
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bench import policies
from bench.policies import CURRENT, OLD, UPDATE, Casbin, Cedar, World
from tests.databases import undone
from tests.rules.factories import BRUSSELS, local
from training_app.rules.access import Ground, Question
from training_app.services import machine_questions

NOON = local("2026-11-22 12:00")
LATER = NOON + timedelta(minutes=1)

filled = contextmanager(undone)


def agency_of(seed, *, officers=12):
    return World(seed, officers, tools=2, on=NOON.date())


def every_question(world):
    """Return all that may be asked of *world*, and some about what nobody was told of."""
    known = [
        Question(officer.number, slug, label)
        for officer in world.officers()
        for slug in world.slugs
        for label in (OLD, CURRENT, UPDATE)
    ]
    return [*known, Question("nobody", world.slugs[0], CURRENT), Question("BN-1", "no-tool", CURRENT)]


def ours(session, questions, at=NOON):
    found = machine_questions.answers(session, policies.everything, questions, zone=BRUSSELS, at=at)
    return [one.decision for one in found]


def theirs(engine, questions):
    return [engine.allows(question) for question in questions]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_all_three_answer_alike_before_and_after_an_update(shared_sqlite, seed):
    world = agency_of(seed)
    questions = every_question(world)
    engines = Cedar(world), Casbin(world)
    with filled(shared_sqlite) as session:
        policies.load(session, world)
        allowed = [one.allowed for one in ours(session, questions)]
        assert [theirs(engine, questions) for engine in engines] == [allowed, allowed]
        assert engines[0].allow(questions) == allowed

        policies.release_update(session, world, at=LATER)
        allowed = [one.allowed for one in ours(session, questions, at=LATER)]
    for engine in engines:
        engine.update()
        assert theirs(engine, questions) == allowed


def test_the_agencies_hold_every_ground_that_is_compared_and_many_who_are_allowed(shared_sqlite):
    world = agency_of(7, officers=60)
    with filled(shared_sqlite) as session:
        policies.load(session, world)
        found = ours(session, every_question(world))
    assert sum(one.allowed for one in found) > 20
    assert {ground for one in found for ground in one.grounds} == {
        Ground.NEVER_CERTIFIED,
        Ground.EXPIRED,
        Ground.NOT_COVERED,
        Ground.OVERDUE,
        Ground.SUSPENDED,
        Ground.EVALUATION_NOT_IN_FORCE,
        Ground.NO_SEAT,
        Ground.OFFICER_UNKNOWN,
        Ground.TOOL_UNKNOWN,
        Ground.VERSION_NOT_RELEASED,
        Ground.VERSION_WITHDRAWN,
    }


def test_after_the_update_everybodys_training_is_overdue_and_nobody_is_allowed(shared_sqlite):
    world = agency_of(7, officers=60)
    asked = [Question(officer.number, world.slugs[0], UPDATE) for officer in world.officers()]
    before = [Question(one.officer, one.tool, CURRENT) for one in asked]
    with filled(shared_sqlite) as session:
        policies.load(session, world)
        allowed = {one.question.officer for one in ours(session, before) if one.allowed}
        policies.release_update(session, world, at=LATER)
        found = ours(session, asked, at=LATER)
        assert not any(one.allowed for one in ours(session, before, at=LATER))
    assert allowed
    assert {one.grounds for one in found if one.question.officer in allowed} == {(Ground.OVERDUE,)}
    assert not any(one.allowed for one in found)
