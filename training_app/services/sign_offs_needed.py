"""Who needs an assessor's sign-off now, as their duties say, and for which tools a trainer may give it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Aim, Duty, TaskKind, duties
from training_app.rules.facts import Level, ToolFacts
from training_app.rules.trainers import LEVEL_FOR, Act, standing_qualifications
from training_app.services import certification, gather, observations, sign_offs, trainer_facts, units
from training_app.services.concerned import concerned, everyone
from training_app.services.units import Member


@dataclass(frozen=True, slots=True)
class Needed:
    """An officer whom an assessor should observe on *version*."""

    officer: Member
    tool: str
    version: ToolVersion
    aim: Aim
    by: date | None
    """Last day in time, inclusive, where there is one."""
    left: int
    """Modules and readings that the officer has still to do as well."""
    waiting: bool
    """Whether an assessor signed, and the officer's own signature alone is missing."""


def tools_of(session: Session, assessor: Person, *, on: CivilInstant) -> list[Tool]:
    """Return the tools for which *assessor* holds a qualification of the level, by name.

    Whether this one officer may be observed by them, the rule says when it is begun.
    """
    held = standing_qualifications(trainer_facts.of(session, assessor.id), on=on)
    slugs = {one.scope.tool for one in held if one.scope.tool and one.level >= LEVEL_FOR[Act.SIGN_OFF]}
    return list(session.scalars(select(Tool).where(Tool.slug.in_(slugs)).order_by(Tool.name)))


def versions_of(session: Session, tool: Tool, *, on: CivilInstant) -> list[ToolVersion]:
    """Return the versions on which somebody can be observed now, the latest registered first."""
    rows = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id).order_by(ToolVersion.id.desc()))
    return [one for one in rows if observations.open_for_practice(session, one, on=on)]


def needed(session: Session, tool: Tool, *, on: CivilInstant) -> list[Needed]:
    """Return who needs a sign-off on a version of *tool*, the most pressing first.

    First those who have done all else, then by the aim of their training and its last day.
    """
    facts = gather.tool(session, tool.slug)
    if facts is None or not _asks(facts):
        return []
    rows = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id))
    versions = {one.label: one for one in rows}
    members = units.everybody(session, at=on.instant)
    found = [
        Needed(
            officer=members[number],
            tool=tool.name,
            version=versions[task.subject],
            aim=duty.aim,
            by=duty.by,
            left=sum(not one.done and one.kind is not TaskKind.OBSERVATION for one in duty.tasks),
            waiting=task.waiting is not None,
        )
        for number, duty in _asked(session, facts, on=on)
        for task in duty.tasks
        if task.kind is TaskKind.OBSERVATION and not task.done
    ]
    order = list(Aim).index
    return sorted(
        found, key=lambda one: (one.waiting, one.left > 0, order(one.aim), one.by or date.max, one.officer.name)
    )


def _asks(tool: ToolFacts) -> bool:
    """Tell whether anything about the tool ever asked for an observation; of most tools nothing does."""
    of_sets = any(
        one.full_observed or one.renewal_observed or one.level is Level.DIFFERENCES_OBSERVED
        for one in tool.requirements
    )
    return of_sets or any(one.level is Level.DIFFERENCES_OBSERVED for one in tool.assessments)


def _asked(session: Session, tool: ToolFacts, *, on: CivilInstant) -> Iterator[tuple[str, Duty]]:
    """Yield the duties of everybody who was ever given an award or a seat on the tool, by service number."""
    groups = concerned(session, tool, at=on.instant, zone=on.zone)
    people = everyone(groups)
    passed, signed = certification.passes_of(session, people), certification.readings_of(session, people)
    observed = sign_offs.of_many(session, people)
    own = gather.officers(session, people, tool.slug)
    for group in groups:
        for person, number in group.people:
            found = duties(
                own[person], tool, passed=passed[person], signed=signed[person], observed=observed[person], on=on
            )
            for duty in found:
                yield number, duty
