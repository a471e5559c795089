"""From the versions that an officer is certified on to the one asked for: what each way there demands.

Source: popAI recommendations (January 2024): training before a tool is in use and each time it is updated.  Levels and
the training by differences follow aviation's operator difference requirements.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from training_app.rules.civil_time import CivilInstant, days_after, ends_at
from training_app.rules.facts import Assessment, CoveredStep, Level, Requirements, ToolFacts, VersionChange, in_effect


def first_releases(tool: ToolFacts, *, at: datetime) -> Mapping[str, datetime]:
    """Return the instant at which each version that was released by *at* first was, by its label.

    The first: releasing a withdrawn version again gives nobody new grace.
    """
    released: dict[str, datetime] = {}
    for change in in_effect(tool.standing_changes, at):
        if change.change is VersionChange.RELEASED:
            released.setdefault(change.version, change.effective_at)
    return released


@dataclass(frozen=True, slots=True)
class Start:
    """Where a path starts: certified on *version* at *since*, and thereby under the requirement set in force then.

    ``None``: of nobody in particular, as the release gate asks; no revision of a requirement set is later then.
    """

    version: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A step as an officer covered it by a delta award at *at*."""

    step: CoveredStep
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path, with what it demands.  *assessment* is ``None`` where nobody assessed it (then level 4)."""

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
    revision: int | None = None
    """Of a step to a later requirement set of one version (*start* and *end* are that version): the set's revision."""
    open_from: datetime | None = None
    """Of such a step: when the later set took effect."""
    met: CoveredStep | None = None
    """As the officer covered it before, where that still is enough: the step then demands nothing (level 0)."""

    @property
    def covered(self) -> CoveredStep:
        """What an award for this step keeps of it."""
        if self.met is not None:
            return self.met
        return CoveredStep(
            start=self.start,
            end=self.end,
            level=self.level,
            modules=self.modules,
            assessment=self.assessment,
            revision=self.revision,
        )


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
        """The versions along the path, each once."""
        return (self.steps[0].start, *(step.end for step in self.steps if step.revision is None))

    @property
    def assessed(self) -> bool:
        return all(step.assessment is not None for step in self.steps)

    @property
    def overdue_from(self) -> datetime | None:
        """When the earliest step becomes overdue; a later release never restarts it."""
        return min((step.overdue_from for step in self.steps if step.overdue_from is not None), default=None)

    @property
    def due(self) -> date | None:
        """Last day of grace of the step that is due first; ``None`` where that step has no grace."""
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


def _strictness(assessment: Assessment) -> tuple[int, int, int, tuple[str, ...], str]:
    """Of several from one instant the strictest holds: highest level, most modules, least grace; then by content."""
    level = Level.FULL + 1 if assessment.level is None else int(assessment.level)
    return level, len(assessment.modules), -assessment.grace_days, assessment.modules, assessment.id


def meets(step: CoveredStep, assessment: Assessment) -> bool:
    """Tell whether *step* as it was covered is enough for *assessment*; lowering one never takes away."""
    return (
        assessment.level is not None and assessment.level <= step.level and set(assessment.modules) <= set(step.modules)
    )


class Graph:
    """The edges of a tool as they stand at an instant: signed assessments, and predecessor to successor."""

    def __init__(self, tool: ToolFacts, on: CivilInstant) -> None:
        self._on = on
        self._assessed: dict[tuple[str, str], tuple[Assessment, ...]] = {}
        in_order = sorted(in_effect(tool.assessments, on.instant), key=lambda one: (one.effective_at, _strictness(one)))
        for one in in_order:
            edge = (one.start, one.end)
            earlier = (found for found in self._assessed.get(edge, ()) if found.effective_at != one.effective_at)
            self._assessed[edge] = (*earlier, one)
        self._released = first_releases(tool, at=on.instant)
        self._sets: dict[str, list[Requirements]] = {}
        for found in sorted(in_effect(tool.requirements, on.instant), key=lambda one: (one.effective_at, one.revision)):
            self._sets.setdefault(found.version, []).append(found)
        self._ways: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {}
        self._ends: dict[str, list[str]] = {}
        for start, end in self._assessed:
            self._ends.setdefault(start, []).append(end)
        for version in in_effect(tool.versions, on.instant):
            if version.predecessor is not None and (version.predecessor, version.label) not in self._assessed:
                self._ends.setdefault(version.predecessor, []).append(version.label)

    def assessment(self, start: str, end: str) -> Assessment | None:
        """Return the signed assessment of the edge that is in force, the latest, or ``None``."""
        found = self._assessed.get((start, end))
        return found[-1] if found else None

    def still_meets(self, step: CoveredStep) -> bool:
        """Tell whether a step once covered still is, under the assessment in force now.

        What a later requirement set asked is never raised: the set after it is a step of its own.
        """
        now = None if step.revision is not None else self.assessment(step.start, step.end)
        return now is None or meets(step, now)

    def path(self, labels: Sequence[str], since: datetime | None = None, met: Sequence[Earlier] = ()) -> Path | None:
        """Return the path along *labels*, no edge of which is blocked; ``None`` where it has no step.

        After the versions come the later requirement sets of the last one.  Where the end of an edge was never
        released, its grace runs from the release of the next version on the path that was: nobody comes to a later
        version without what an earlier edge asks.

        :param since: when the start was covered; *met*: the steps that the officer covered before.
        """
        released: datetime | None = None
        releases: list[datetime | None] = []
        for end in reversed(labels[1:]):
            released = self._released.get(end, released)
            releases.insert(0, released)
        steps: list[Step] = []
        for (start, end), released_at in zip(pairwise(labels), releases, strict=True):
            carried = since if all(step.level is Level.CARRY_OVER for step in steps) else None
            steps.append(self._step(start, end, released_at, carried, met))
        steps.extend(self._revisions(labels[-1], since, met))
        return Path(tuple(steps)) if steps else None

    def _step(
        self, start: str, end: str, released: datetime | None, carried: datetime | None, met: Sequence[Earlier]
    ) -> Step:
        """Return one edge; *carried*: since when the officer stood at its start with nothing to do before it."""
        assessment = self.assessment(start, end)
        if assessment is None:
            return Step(start, end, Level.FULL, overdue_from=released, released_at=released)
        if assessment.level is None:
            raise BlockedEdge(start, end)
        earlier = [one for one in met if (one.step.start, one.step.end, one.step.revision) == (start, end, None)]
        for one in earlier:
            if meets(one.step, assessment):
                return Step(start, end, Level.CARRY_OVER, assessment=assessment.id, released_at=released, met=one.step)
        due = overdue_from = None
        if released is not None and assessment.level > Level.CARRY_OVER:
            grace_from = max(filter(None, [released, self._raised_at(start, end, carried, earlier)]))
            due, overdue_from = self._grace(grace_from, assessment.grace_days)
        return Step(start, end, assessment.level, assessment.modules, assessment.id, due, overdue_from, released)

    def _grace(self, start: datetime, days: int) -> tuple[date | None, datetime]:
        """Return the last day of grace that begins at *start*, if there is any, and when it is over."""
        if not days:
            return None, start
        due = days_after(self._on.at(start).day, days)
        return due, ends_at(due, self._on.zone)

    def _raised_at(self, start: str, end: str, carried: datetime | None, earlier: Sequence[Earlier]) -> datetime | None:
        """Return when the edge was raised beyond what the officer had met before that, by a delta or by level 0.

        From that second signature on there is new grace; for who had not met the earlier assessment there is none.
        """
        candidates = [*earlier]
        if carried is not None:
            candidates.append(Earlier(CoveredStep(start=start, end=end, level=Level.CARRY_OVER), carried))
        series = self._assessed[start, end]
        raised: list[datetime] = []
        for one in candidates:
            enough = [place for place, assessment in enumerate(series[:-1]) if meets(one.step, assessment)]
            if enough and one.at < series[enough[-1] + 1].effective_at:
                raised.append(series[enough[-1] + 1].effective_at)
        return max(raised, default=None)

    def _revisions(self, version: str, since: datetime | None, met: Sequence[Earlier]) -> Iterator[Step]:
        """Yield a step for each requirement set of *version* that took effect after *since*, but never for its first.

        Its grace runs from its taking effect, or from the version's release where that is later.
        """
        if since is None:
            return
        sets = self._sets.get(version, ())
        if len(sets) < 2:
            return
        released = self._released.get(version)
        covered = {
            one.step.revision: one.step for one in met if one.step.end == version and one.step.revision is not None
        }
        for found in sets[1:]:
            if found.effective_at <= since:
                continue
            step = Step(
                version,
                version,
                found.level,
                found.modules,
                found.id,
                released_at=released,
                revision=found.revision,
                open_from=found.effective_at,
            )
            if found.revision in covered:
                step = replace(step, level=Level.CARRY_OVER, modules=(), met=covered[found.revision])
            elif released is not None and found.level > Level.CARRY_OVER:
                due, overdue_from = self._grace(max(released, found.effective_at), found.grace_days)
                step = replace(step, due=due, overdue_from=overdue_from)
            yield step

    def _blocked(self, start: str, end: str) -> bool:
        assessment = self.assessment(start, end)
        return assessment is not None and assessment.level is None

    def ways(self, start: str, end: str) -> tuple[tuple[str, ...], ...]:
        """Return the labels along every way from *start* to *end*; the one label where they are the same.

        Between any two versions on the way a direct assessed edge replaces every longer way (a signed "no way from
        here" too); an unassessed predecessor step replaces nothing.
        """
        if (start, end) not in self._ways:
            self._ways[start, end] = tuple(self._onward((start,), end))
        return self._ways[start, end]

    def _onward(self, labels: tuple[str, ...], end: str) -> Iterator[tuple[str, ...]]:
        if labels[-1] == end:
            yield labels
            return
        for reached in self._ends.get(labels[-1], ()):
            shortened = any((earlier, reached) in self._assessed for earlier in labels[:-1])
            if not (reached in labels or shortened or self._blocked(labels[-1], reached)):
                yield from self._onward((*labels, reached), end)

    def held_path(self, starts: Iterable[Start], end: str, met: Sequence[Earlier] = ()) -> Path | None:
        """Return the least demanding path from any of *starts* to *end*, the one the officer is held to.

        ``None`` where there is no path: nothing is assumed backwards or across branches.
        """
        found = (self.path(labels, start.since, met) for start in starts for labels in self.ways(start.version, end))
        ways = (path for path in found if path is not None)
        return min(ways, key=self.demand, default=None)

    def demand(self, path: Path) -> tuple[object, ...]:
        """Return how much *path* demands at the graph's instant, for comparison."""
        return path.demand(self._on.instant)
