"""Answers to the access question, for pages and for machines, all from the one rule."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import Gateway, GatewayClosure, RecordedDecision
from training_app.rules import versions
from training_app.rules.access import Decision, Question, decide, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, ToolFacts
from training_app.services import gather

# Written down once, as in `gather`.
_AT = bindparam("at", type_=GatewayClosure.effective_at.type)
_CLOSED = select(GatewayClosure.gateway_id).where(GatewayClosure.effective_at <= _AT)
_GATEWAY = select(Gateway).where(
    Gateway.token_digest == bindparam("token_digest"), Gateway.effective_at <= _AT, Gateway.id.not_in(_CLOSED)
)
_OFFICER_ID = select(Person.id).where(Person.service_number == bindparam("number"))


def answer(session: Session, question: Question, *, zone: ZoneInfo, at: datetime, known_at: datetime) -> Decision:
    """Answer *question* from what is recorded; see `training_app.rules.access.decide`."""
    facts = gather.question(session, number=question.officer, slug=question.tool, zone=zone)
    return decide(question, facts, at=at, known_at=known_at)


def record(
    session: Session, gateway: Gateway, decision: Decision, *, told: dict[str, Any], at: datetime
) -> RecordedDecision:
    """Record a decision that a machine asked for, before it is answered.

    Of the question only what was decided on is kept, of the answer the whole body as *told*.
    """
    asked = asdict(decision.question)
    fact = RecordedDecision(
        effective_at=decision.at,
        recorded_at=at,
        recorded_by_id=None,
        gateway_id=gateway.id,
        officer_id=session.scalar(_OFFICER_ID, {"number": decision.question.officer}),
        question=asked,
        allowed=decision.allowed,
        grounds=[ground.value for ground in decision.grounds],
        answer=told,
    )
    session.add(fact)
    session.flush()
    return fact


def gateway_by_token(session: Session, token_digest: str, *, at: datetime) -> Gateway | None:
    """Return the gateway whose bearer token has *token_digest* and that is not closed, or ``None``."""
    return session.scalar(_GATEWAY, {"token_digest": token_digest, "at": at})


def matrix(
    session: Session, people: Collection[int], tools: Sequence[ToolFacts], *, zone: ZoneInfo, at: datetime
) -> dict[int, list[Decision]]:
    """Return for each of *people* the decisions for every version in use of *tools*, in the order of `columns`."""
    on = CivilInstant(at, zone)
    answers: dict[int, list[Decision]] = {person: [] for person in people}
    for tool in tools:
        officers = gather.officers(session, people, tool.slug)
        for version in versions.in_use(tool, at=at):
            for person in people:
                officer = officers[person]
                facts = Facts(zone=zone, tool=tool, officer=officer)
                answers[person].append(judge(Question(officer.number, tool.slug, version), facts, on=on))
    return answers


def columns(tools: Sequence[ToolFacts], *, at: datetime) -> list[tuple[ToolFacts, str]]:
    """Return tool and label of every version in use, tool by tool, the newest version last."""
    return [(tool, version) for tool in tools for version in versions.in_use(tool, at=at)]
