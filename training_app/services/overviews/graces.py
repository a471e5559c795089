"""Graces above 0: what two people signed, why, and how many officers use a version through each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementChange,
    RequirementSet,
    RequirementSetSignature,
    Tool,
)
from training_app.rules import graces as rule
from training_app.rules import versions
from training_app.rules.access import Question, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, ToolFacts
from training_app.rules.graces import Grace
from training_app.rules.tool_now import ToolNow
from training_app.services import gather
from training_app.services.concerned import concerned
from training_app.services.people import numbers_of


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a grace, and why; people by service number, reasons empty where none is asked."""

    author: str
    signer: str
    signed_at: datetime
    author_reason: str
    signer_reason: str


@dataclass(frozen=True, slots=True)
class Row:
    tool: str
    """Name."""
    grace: Grace
    signed: Signed
    on_due: int | None
    """How many officers use a version through it now; ``None`` where that was not counted."""
    runs: bool
    """Whether somebody can be in it today."""


def count(tools: Iterable[ToolFacts], *, on: CivilInstant) -> tuple[int, int]:
    """Return how many graces are in force, and in how many of them somebody can be today."""
    found = [one for tool in tools for one in rule.in_force_now(tool, on=on)]
    return len(found), sum(one.runs(on=on) for one in found)


def rows(session: Session, *, on: CivilInstant, counted: bool = True) -> list[Row]:
    """Return every grace in force: those in which somebody can be first, then the longest.

    :param counted: whether officers are counted; that asks the rules about everybody on the tools that are concerned.
    """
    names = {row.slug: row.name for row in session.execute(select(Tool.slug, Tool.name))}
    found: list[Row] = []
    for slug, tool in gather.tools(session).items():
        graces = rule.in_force_now(tool, on=on)
        if not graces:
            continue
        ways = _of_ways(session, [int(one.id) for one in graces if one.revision is None])
        sets = _of_sets(session, [int(one.id) for one in graces if one.revision is not None])
        people = _on_due(session, tool, graces, on=on) if counted else None
        for one in graces:
            signed = (ways if one.revision is None else sets)[int(one.id)]
            due = None if people is None else people[one]
            found.append(Row(names[slug], one, signed, due, one.runs(on=on)))
    return sorted(found, key=lambda one: (not one.runs, -one.grace.days, one.tool, one.grace.end))


def _on_due(session: Session, tool: ToolFacts, graces: Sequence[Grace], *, on: CivilInstant) -> Counter[Grace]:
    """Return how many officers use a version in use through each grace; an officer counts once for each."""
    people: Counter[Grace] = Counter()
    running = [one for one in graces if one.runs(on=on)]
    labels = versions.in_use(tool, at=on.instant)
    if not running or not labels:
        return people
    now = ToolNow(tool, on)
    for group in concerned(session, tool, at=on.instant, zone=on.zone):
        known = Facts(zone=on.zone, tool=tool, officer=group.facts)
        asked = (judge(Question(group.facts.number, tool.slug, label), known, on=on, now=now) for label in labels)
        for one in frozenset[Grace]().union(*(rule.used_through(decision, running) for decision in asked)):
            people[one] += len(group.people)
    return people


def _of_ways(session: Session, ids: Sequence[int]) -> Mapping[int, Signed]:
    rows = session.execute(
        select(ImpactAssessment, AssessmentSignature)
        .join(AssessmentSignature, AssessmentSignature.assessment_id == ImpactAssessment.id)
        .where(ImpactAssessment.id.in_(ids))
    ).all()
    numbers = numbers_of(session, {fact.recorded_by_id for row in rows for fact in row})
    return {written.id: _signed(written, signed, written.grace_reason, numbers) for written, signed in rows}


def _of_sets(session: Session, ids: Sequence[int]) -> Mapping[int, Signed]:
    rows = session.execute(
        select(RequirementSet, RequirementChange, RequirementSetSignature)
        .join(RequirementChange, RequirementChange.requirement_set_id == RequirementSet.id)
        .join(RequirementSetSignature, RequirementSetSignature.requirement_set_id == RequirementSet.id)
        .where(RequirementSet.id.in_(ids))
    ).all()
    numbers = numbers_of(session, {fact.recorded_by_id for row in rows for fact in row})
    return {written.id: _signed(written, signed, change.grace_reason, numbers) for written, change, signed in rows}


def _signed(
    written: Fact,
    signed: AssessmentSignature | RequirementSetSignature,
    why: str | None,
    numbers: Mapping[int | None, str],
) -> Signed:
    first, second = (numbers.get(fact.recorded_by_id, "") for fact in (written, signed))
    return Signed(first, second, signed.effective_at, why or "", signed.reason or "")
