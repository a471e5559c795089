"""A tool beyond a client's reach is, to that client, one that nobody has registered."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.rules.factories import BRUSSELS, local
from training_app.models.people import OfficerSuspension, Person
from training_app.models.tools import Tool
from training_app.rules.access import Ground, Question
from training_app.rules.clients import Caller, ClientKind, Scope
from training_app.services import clients, machine_questions, recorded
from training_app.services.clients import Grant
from training_app.services.machine_questions import Decided

NOW = local("2026-11-22 12:00")
ASKED = Question("DP-1003", "sightline", "3.2")


@pytest.fixture
def suspended(demo_session):
    """A session in which DP-1003 is suspended from Sightline alone."""
    officer = demo_session.scalars(select(Person.id).where(Person.service_number == "DP-1003")).one()
    tool = demo_session.scalars(select(Tool.id).where(Tool.slug == "sightline")).one()
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": None, "reason_code": "inquiry-open"}
    demo_session.add(OfficerSuspension(**stamp, officer_id=officer, tool_id=tool))
    return demo_session


def asking_about(session, tool) -> Caller:
    grant = Grant(frozenset({Scope.EVALUATE}), frozenset({tool}), 60)
    made = clients.register(session, f"Asks about {tool}", ClientKind.TOOL, grant, at=NOW, by=None)
    return Caller(made.id, made.name, made.kind, grant.scopes, grant.tools, 60, 1, None)


def told(session, caller, question=ASKED):
    """Return the answer, the same alone and in a batch."""
    alone = machine_questions.answer(session, caller, question, zone=BRUSSELS, at=NOW)
    [batch] = machine_questions.answers(session, caller.sees, [question], zone=BRUSSELS, at=NOW)
    assert alone == batch
    return alone


def test_an_answer_about_a_tool_beyond_reach_tells_nothing_that_turns_on_that_tool(suspended):
    assert told(suspended, asking_about(suspended, "sightline")).decision.grounds == (Ground.SUSPENDED,)
    caller = asking_about(suspended, "lockpick")
    hidden, nowhere = (told(suspended, caller, one) for one in (ASKED, replace(ASKED, tool="registered-nowhere")))
    assert hidden.decision.grounds == (Ground.TOOL_UNKNOWN,)
    assert replace(hidden, decision=replace(hidden.decision, question=nowhere.decision.question)) == nowhere


def test_an_answer_about_a_tool_beyond_reach_is_the_same_when_it_is_replayed(suspended):
    caller = asking_about(suspended, "lockpick")
    decided = Decided(caller, [told(suspended, caller)], [{}], NOW)
    [[number]] = machine_questions.record(suspended.connection(), [decided])
    again = recorded.replay(suspended, recorded.decision(suspended, number), zone=BRUSSELS)
    assert (again.same, again.same_facts, again.same_rule) == (True, True, True)
