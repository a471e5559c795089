"""From the versions that an officer is certified on to the one asked for: what each way there demands.

Source: popAI recommendations (January 2024): training before a tool is in use and each time it is updated.  Levels and
the training by differences follow aviation's operator difference requirements.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from training_app.rules.civil_time import CivilInstant, days_after, ends_at
from training_app.rules.facts import Assessment, Level, ToolFacts, VersionChange, in_effect


def first_release(tool: ToolFacts, version: str, *, at: datetime) -> datetime | None:
    """Return the instant at which *version* was first released, or ``None`` if it was not by *at*.

    The first: releasing a withdrawn version again gives nobody new grace.
    """
    released = (
        change.effective_at
        for change in in_effect(tool.changes, at)
        if change.version == version and change.change is VersionChange.RELEASED
    )
    return next(released, None)


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path, with what it demands.  *assessment* is ``None`` where nobody assessed it (then level 4)."""

    start: str
    end: str
    level: Level
    modules: tuple[str, ...] = ()
    assessment: str | None = None
    due: date | None = None
    """Last day of grace, inclusive; ``None`` where there is no grace or the end is not released."""
    overdue_from: datetime | None = None
    """First instant at which the step is overdue; ``None`` at level 0, or where nothing from its end on is released."""
    released_at: datetime | None = None
    """First release of the end, or of the next version on the path that was released."""


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a version that the officer is certified on to the one asked for, at least one."""

    steps: tuple[Step, ...]

    @property
    def level(self) -> Level:
        return max(step.level for step in self.steps)

    @property
    def modules(self) -> tuple[str, ...]:
        """Delta modules of all steps in path order, each once."""
        return tuple(dict.fromkeys(module for step in self.steps for module in step.modules))

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.steps[0].start, *(step.end for step in self.steps))

    @property
    def assessed(self) -> bool:
        return all(step.assessment is not None for step in self.steps)

    @property
    def overdue_from(self) -> datetime | None:
        """When the earliest edge becomes overdue; a later release never restarts it."""
        return min((step.overdue_from for step in self.steps if step.overdue_from is not None), default=None)

    @property
    def due(self) -> date | None:
        """Last day of grace of the edge that is due first; ``None`` where that edge has no grace."""
        timed = [step for step in self.steps if step.overdue_from is not None]
        return min(timed, key=lambda step: step.overdue_from or datetime.max).due if timed else None

    @property
    def refused_from(self) -> datetime | None:
        """When the version at the end began to be refused for want of training: not before its own release."""
        released = self.steps[-1].released_at
        if self.overdue_from is None or released is None:
            return None
        return max(self.overdue_from, released)

    def overdue(self, at: datetime) -> bool:
        return self.overdue_from is not None and self.overdue_from <= at

    def demand(self, at: datetime) -> tuple[object, ...]:
        """Sort key, the least demanding first: not overdue, lowest level, latest due, fewest modules, labels."""
        due = self.overdue_from
        return (
            self.overdue(at),
            self.level,
            (0, 0.0) if due is None else (1, -due.timestamp()),
            len(self.modules),
            self.labels,
        )


class BlockedEdge(ValueError):
    """A signed "no way from here" stands on the edge."""


def _strictness(assessment: Assessment) -> int:
    return Level.FULL + 1 if assessment.level is None else int(assessment.level)


class Graph:
    """The edges of a tool as they stand at an instant: signed assessments, and predecessor to successor."""

    def __init__(self, tool: ToolFacts, on: CivilInstant) -> None:
        self._tool, self._on = tool, on
        # The latest of an edge is in force; of several from one instant the stricter, so it is put last.
        in_order = sorted(in_effect(tool.assessments, on.instant), key=lambda one: (one.effective_at, _strictness(one)))
        self._assessed: dict[tuple[str, str], Assessment] = {(one.start, one.end): one for one in in_order}
        self._ends: dict[str, list[str]] = {}
        for start, end in self._assessed:
            self._ends.setdefault(start, []).append(end)
        for version in in_effect(tool.versions, on.instant):
            if version.predecessor is not None and (version.predecessor, version.label) not in self._assessed:
                self._ends.setdefault(version.predecessor, []).append(version.label)

    def assessment(self, start: str, end: str) -> Assessment | None:
        """Return the signed assessment of the edge that is in force, the latest, or ``None``."""
        return self._assessed.get((start, end))

    def path(self, labels: Sequence[str]) -> Path:
        """Return the path along *labels*, at least two, no edge of which is blocked.

        Where the end of an edge was never released, its grace runs from the release of the next version on the path
        that was: nobody comes to a later version without what an earlier edge asks.
        """
        steps: list[Step] = []
        released: datetime | None = None
        for start, end in reversed(list(pairwise(labels))):
            released = first_release(self._tool, end, at=self._on.instant) or released
            steps.insert(0, self._step(start, end, released))
        return Path(tuple(steps))

    def _step(self, start: str, end: str, released: datetime | None) -> Step:
        assessment = self.assessment(start, end)
        if assessment is None:
            return Step(start, end, Level.FULL, overdue_from=released, released_at=released)
        if assessment.level is None:
            raise BlockedEdge(start, end)
        due = overdue_from = None
        if released is not None and assessment.level > Level.CARRY_OVER:
            overdue_from = released
            if assessment.grace_days:
                due = days_after(self._on.at(released).day, assessment.grace_days)
                overdue_from = ends_at(due, self._on.zone)
        return Step(start, end, assessment.level, assessment.modules, assessment.id, due, overdue_from, released)

    def _blocked(self, start: str, end: str) -> bool:
        assessment = self.assessment(start, end)
        return assessment is not None and assessment.level is None

    def paths(self, start: str, end: str) -> Iterator[Path]:
        """Yield every way from *start* to *end*.

        Between any two versions on the way a direct assessed edge replaces every longer way (a signed "no way from
        here" too); an unassessed predecessor step replaces nothing.
        """

        def onward(labels: tuple[str, ...]) -> Iterator[Path]:
            if labels[-1] == end:
                yield self.path(labels)
                return
            for reached in self._ends.get(labels[-1], ()):
                shortened = any((earlier, reached) in self._assessed for earlier in labels[:-1])
                if not (reached in labels or shortened or self._blocked(labels[-1], reached)):
                    yield from onward((*labels, reached))

        if start != end:
            yield from onward((start,))

    def held_path(self, starts: Iterable[str], end: str) -> Path | None:
        """Return the least demanding path from any of *starts* to *end*, the one the officer is held to.

        ``None`` where there is no path: nothing is assumed backwards or across branches.
        """
        ways = (path for start in starts for path in self.paths(start, end))
        return min(ways, key=lambda path: path.demand(self._on.instant), default=None)
