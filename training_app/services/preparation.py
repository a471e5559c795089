"""How far the officers who are certified today are with a version to come: who is ready, and what is still to do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from training_app.rules import versions
from training_app.rules.certification import Coverage, standing
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Aim, Duty, Task, TaskKind, duties
from training_app.rules.facts import ToolFacts, VersionChange, VersionChanged
from training_app.rules.paths import Graph
from training_app.rules.retrained import is_certified, trained_on
from training_app.services import certification, content, gather, sign_offs
from training_app.services.concerned import Alike, everyone


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of the officers certified on the tool today: how many trained for the version, day by day, and how many did not.

    *days* are the days on which somebody was done, each with the number done by its end, the oldest first.
    """

    since: date | None
    """Day of the announcement, from which the training is open; ``None`` before it."""
    today: date
    days: tuple[tuple[date, int], ...]
    certified: int
    nothing_to_do: int
    """Covered without training, by what the assessments say."""

    @property
    def trained(self) -> int:
        return self.days[-1][1] if self.days else 0

    @property
    def missing(self) -> int:
        return self.certified - self.trained - self.nothing_to_do


@dataclass(frozen=True, slots=True)
class Preparation:
    readiness: Readiness
    to_do: Mapping[str, tuple[Task, ...]]
    """By service number: what officers who are certified today have still to do for the version, at least one task."""


def preparation(
    session: Session, tool: ToolFacts, groups: Iterable[Alike], label: str, *, on: CivilInstant
) -> Preparation:
    """Return how far the officers of *groups* are with the version *label* as of *on*.

    A fixed number of statements for every 10,000 officers.  Before the announcement: what it would ask if it were made.
    """
    graph = Graph(tool, on)
    certified = [one for one in groups if is_certified(one.facts, tool, on)]
    days: Counter[date] = Counter()
    nothing_to_do, missing = 0, []
    for group in certified:
        if standing(group.facts, tool, label, on=on, graph=graph).coverage is not Coverage.COVERED:
            missing.append(group)
        elif (day := trained_on(group.facts, label, on)) is not None:
            days[day] += len(group.people)
        else:
            nothing_to_do += len(group.people)
    announced = versions.announced_at(tool, label, at=on.instant)
    readiness = Readiness(
        since=None if announced is None else on.at(announced).day,
        today=on.day,
        days=_cumulative(days),
        certified=sum(len(group.people) for group in certified),
        nothing_to_do=nothing_to_do,
    )
    opened = tool if announced is not None else _announced(tool, label, on)
    return Preparation(readiness, to_do(session, opened, missing, label, on))


def _cumulative(days: Mapping[date, int]) -> tuple[tuple[date, int], ...]:
    total, found = 0, []
    for day, number in sorted(days.items()):
        total += number
        found.append((day, total))
    return tuple(found)


def _announced(tool: ToolFacts, label: str, on: CivilInstant) -> ToolFacts:
    assumed = VersionChanged(
        effective_at=on.instant, recorded_at=on.instant, id="assumed", version=label, change=VersionChange.ANNOUNCED
    )
    return replace(tool, changes=(*tool.changes, assumed))


def to_do(
    session: Session, tool: ToolFacts, groups: Sequence[Alike], label: str, on: CivilInstant
) -> dict[str, tuple[Task, ...]]:
    """Return what the officers of *groups* have still to do for the version *label*, by service number.

    Who has begun is asked one by one, the others once for all alike.
    """
    passed = certification.passes_of(session, everyone(groups))
    signed = certification.readings_of(session, everyone(groups))
    observed = sign_offs.of_many(session, everyone(groups))
    begun = {person for person in passed if passed[person] or signed[person] or observed[person]}
    own = gather.officers(session, begun, tool.slug)
    found: dict[str, tuple[Task, ...]] = {}
    for group in groups:
        from_the_start = _left(duties(group.facts, tool, passed=(), signed=(), observed=(), on=on), label)
        for person, number in group.people:
            left = from_the_start
            if person in begun:
                theirs = duties(
                    own[person],
                    tool,
                    passed=passed[person],
                    signed=signed[person],
                    observed=observed[person],
                    on=on,
                )
                left = _left(theirs, label)
            if left:
                found[number] = left
    return found


def _left(asked: Iterable[Duty], label: str) -> tuple[Task, ...]:
    """Return what is not done for the version *label*, each task once; renewals and orders are no part of it."""
    left = {
        (task.kind, task.subject): task
        for duty in asked
        if duty.version == label and duty.aim is not Aim.RENEW and duty.order is None
        for task in duty.tasks
        if not task.done
    }
    return tuple(left.values())


@dataclass(frozen=True, slots=True)
class UnitNeed:
    """What the officers of one unit have still to do, in all."""

    unit: str
    officers: int
    modules: int
    minutes: int
    readings: int
    """Texts to read and sign."""
    observations: int
    """Sign-offs by an assessor."""


@dataclass(frozen=True, slots=True)
class ModuleNeed:
    slug: str
    officers: int
    minutes_each: int

    @property
    def minutes(self) -> int:
        return self.officers * self.minutes_each


@dataclass(frozen=True, slots=True)
class Needs:
    units: tuple[UnitNeed, ...]
    modules: tuple[ModuleNeed, ...]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.modules)

    @property
    def observations(self) -> int:
        return sum(one.observations for one in self.units)


def needs(session: Session, to_do: Mapping[str, Sequence[Task]], unit_of: Mapping[str, str]) -> Needs:
    """Return what *to_do* adds up to by module, and by the unit that each officer works in.

    Minutes are those that the newest published revision states; of a module that nobody has published, none.
    """
    slugs = Counter(task.subject for tasks in to_do.values() for task in tasks if task.kind is TaskKind.MODULE)
    minutes = {slug: _minutes(session, slug) for slug in slugs}
    by_unit: dict[str, list[Sequence[Task]]] = {}
    for number, tasks in to_do.items():
        by_unit.setdefault(unit_of.get(number, ""), []).append(tasks)
    return Needs(
        units=tuple(_unit(unit, asked, minutes) for unit, asked in sorted(by_unit.items())),
        modules=tuple(ModuleNeed(slug, number, minutes[slug]) for slug, number in slugs.items()),
    )


def _minutes(session: Session, slug: str) -> int:
    published = content.newest(session, slug)
    return 0 if published is None else published.module.minutes


def _unit(unit: str, asked: Sequence[Sequence[Task]], minutes: Mapping[str, int]) -> UnitNeed:
    kinds = Counter(task.kind for tasks in asked for task in tasks)
    return UnitNeed(
        unit=unit,
        officers=len(asked),
        modules=kinds[TaskKind.MODULE],
        minutes=sum(minutes[task.subject] for tasks in asked for task in tasks if task.kind is TaskKind.MODULE),
        readings=kinds[TaskKind.READING],
        observations=kinds[TaskKind.OBSERVATION],
    )
