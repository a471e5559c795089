"""Grace above 0: which signed assessments give any, until when at the latest, and who uses a version through it.

Source: popAI recommendations (January 2024): training before a tool is in use and each time it is updated.  Every day
of grace is a day without it, so each is signed by two people and shown to the oversight body.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from training_app.rules.certification import Coverage
from training_app.rules.civil_time import CivilInstant, days_after, in_force
from training_app.rules.decision import Decision
from training_app.rules.facts import Assessment, Level, Requirements, ToolFacts, in_effect
from training_app.rules.outlook import usable
from training_app.rules.paths import Graph, first_releases


@dataclass(frozen=True, slots=True)
class Grace:
    """Grace that is in force: of the way between two versions, or of a later requirement set of one version."""

    id: str
    """Of the assessment or the requirement set."""
    start: str
    end: str
    """Label of the same version for a requirement set."""
    revision: int | None
    """Of a requirement set; ``None`` for a way between versions."""
    level: Level
    days: int
    released_at: datetime | None
    """First release of the end; ``None``: grace has not begun."""
    last_day: date | None
    """The last day on which anybody can be in it, inclusive; ``None`` before it has begun.

    Counted from the release or, where that is later, from the signature: who had met an earlier assessment has it anew.
    """

    def runs(self, *, on: CivilInstant) -> bool:
        """Tell whether somebody can be in it today."""
        return in_force(self.last_day, on=on)


def in_force_now(tool: ToolFacts, *, on: CivilInstant) -> tuple[Grace, ...]:
    """Return every grace above 0 in force, those of ways between versions first, in the order of their signatures."""
    released = first_releases(tool, at=on.instant)
    found: list[Assessment | Requirements] = [*_of_ways(tool, on), *_of_requirements(tool, on)]
    return tuple(_grace(one, released.get(_end(one)), on) for one in found)


def _of_ways(tool: ToolFacts, on: CivilInstant) -> Iterator[Assessment]:
    graph, edges = (
        Graph(tool, on),
        dict.fromkeys((one.start, one.end) for one in in_effect(tool.assessments, on.instant)),
    )
    found = [one for edge in edges if (one := graph.assessment(*edge)) is not None]
    for one in sorted(found, key=lambda each: (each.effective_at, each.id)):
        if one.grace_days and one.level is not None and one.level > Level.CARRY_OVER:
            yield one


def _of_requirements(tool: ToolFacts, on: CivilInstant) -> Iterator[Requirements]:
    """Of a version's first set in force, grace means nothing."""
    sets = sorted(in_effect(tool.requirements, on.instant), key=lambda one: (one.effective_at, one.revision))
    seen: set[str] = set()
    for one in sets:
        if one.version in seen and one.grace_days and one.level > Level.CARRY_OVER:
            yield one
        seen.add(one.version)


def _end(one: Assessment | Requirements) -> str:
    return one.end if isinstance(one, Assessment) else one.version


def _grace(one: Assessment | Requirements, released: datetime | None, on: CivilInstant) -> Grace:
    begun = None if released is None else max(released, one.effective_at)
    return Grace(
        id=one.id,
        start=one.start if isinstance(one, Assessment) else one.version,
        end=_end(one),
        revision=None if isinstance(one, Assessment) else one.revision,
        level=one.level if one.level is not None else Level.FULL,
        days=one.grace_days,
        released_at=released,
        last_day=None if begun is None else days_after(on.at(begun).day, one.grace_days),
    )


def used_through(decision: Decision, graces: Collection[Grace]) -> frozenset[Grace]:
    """Return the graces but for which an officer with this answer could not use the version; none where refused.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.
    """
    standing = decision.standing
    if not usable(decision) or standing is None or standing.coverage is not Coverage.DUE or standing.path is None:
        return frozenset()
    steps = {(step.assessment, step.revision) for step in standing.path.steps if step.due is not None}
    return frozenset(one for one in graces if (one.id, one.revision) in steps)
