"""Before a version is put into use: what stands against it, and who will lose access when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from training_app.rules import versions
from training_app.rules.access import Decision, Question, judge
from training_app.rules.certification import requirements_of
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts, VersionChange, VersionChanged
from training_app.rules.outlook import usable
from training_app.rules.paths import Graph, Path, Start
from training_app.rules.purposes import permitted_purposes
from training_app.rules.tool_now import ToolNow


class ObstacleKind(StrEnum):
    NOT_REGISTERED = "not-registered"
    PROHIBITED = "prohibited"
    IN_USE = "in-use"
    NOT_ANNOUNCED = "not-announced"
    NO_REQUIREMENTS = "no-requirements"
    NO_CARD = "no-card"
    NO_GUIDELINE = "no-guideline"
    UNASSESSED = "unassessed"
    UNASSESSED_ONWARD = "unassessed-onward"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands against a release; no assessed way leads from the *other* version, or to it."""

    kind: ObstacleKind
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How officers certified on *start* come to the version: an assessed path, a signed "no way", or neither."""

    start: str
    path: Path | None
    blocked: bool

    @property
    def settled(self) -> bool:
        return self.blocked or (self.path is not None and self.path.assessed)


def ways_to(tool: ToolFacts, label: str, *, on: CivilInstant) -> tuple[Way, ...]:
    """Return the way to *label* from each version in use as of *on*, the instant of its release."""
    graph = Graph(tool, on)
    return tuple(_way(graph, start, label) for start in versions.in_use(tool, at=on.instant) if start != label)


def _way(graph: Graph, start: str, end: str) -> Way:
    assessment = graph.assessment(start, end)
    return Way(start, graph.held_path([Start(start)], end), assessment is not None and assessment.level is None)


def _scheduled_after(tool: ToolFacts, on: CivilInstant) -> tuple[str, ...]:
    later = (
        change.version
        for change in tool.standing_changes
        if change.change is VersionChange.RELEASED and change.effective_at > on.instant
    )
    return tuple(dict.fromkeys(later))


def obstacles(tool: ToolFacts, label: str, *, on: CivilInstant, carded: bool) -> tuple[Obstacle, ...]:
    """Return everything that stands against releasing *label* as of *on*, the instant of its release; empty if nothing.

    Every version in use then needs an assessed path to it or a signed "no way from here", so does the way from it to
    each version scheduled later, and the version needs a signed set of requirements: a release must leave nobody with
    an unforeseen answer.  An intrusive tool needs the rows of the guideline for each of its purposes.

    :param carded: whether the version's card is complete, or two persons gave a reason to do without.
    """
    return tuple(_obstacles(tool, label, on, carded))


def _obstacles(tool: ToolFacts, label: str, on: CivilInstant, carded: bool) -> Iterator[Obstacle]:
    if versions.version(tool, label, at=on.instant) is None:
        yield Obstacle(ObstacleKind.NOT_REGISTERED)
        return
    if versions.state(tool, label, at=on.instant) is versions.VersionState.PROHIBITED:
        yield Obstacle(ObstacleKind.PROHIBITED)
    if label in versions.in_use(tool, at=on.instant):
        yield Obstacle(ObstacleKind.IN_USE)
    if versions.announced_at(tool, label, at=on.instant) is None:
        yield Obstacle(ObstacleKind.NOT_ANNOUNCED)
    if requirements_of(tool, label, at=on.instant) is None:
        yield Obstacle(ObstacleKind.NO_REQUIREMENTS)
    if not carded:
        yield Obstacle(ObstacleKind.NO_CARD)
    if tool.purpose_required and not _guided(tool, on):
        yield Obstacle(ObstacleKind.NO_GUIDELINE)
    yield from _unassessed(tool, label, on)


def _guided(tool: ToolFacts, on: CivilInstant) -> bool:
    """Tell whether there is a purpose, and rows of the guideline for each: without them nobody could use the tool."""
    purposes = permitted_purposes(tool, at=on.instant)
    return bool(purposes) and all(purpose.cases for purpose in purposes.values())


def _unassessed(tool: ToolFacts, label: str, on: CivilInstant) -> Iterator[Obstacle]:
    for way in ways_to(tool, label, on=on):
        if not way.settled:
            yield Obstacle(ObstacleKind.UNASSESSED, way.start)
    graph = Graph(tool, on)
    for later in _scheduled_after(tool, on):
        if later != label and not _way(graph, label, later).settled:
            yield Obstacle(ObstacleKind.UNASSESSED_ONWARD, later)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a release means for one officer: the versions usable today, and the answer for the new one from then on.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.
    """

    officer: str
    allowed_today: tuple[str, ...]
    then: Decision

    @property
    def affected(self) -> bool:
        """Tell whether somebody who may use the tool today will be refused for the new version."""
        return bool(self.allowed_today) and not self.usable

    @property
    def usable(self) -> bool:
        """Tell whether the officer may use the new version from its release on, in grace or not."""
        return usable(self.then)

    @property
    def in_grace(self) -> bool:
        """Tell whether the officer is allowed on the new version, but only for as long as grace runs."""
        return self.usable and bool(self.then.standing and self.then.standing.path and self.then.standing.path.due)


def forecast(
    tool: ToolFacts, officers: Iterable[OfficerFacts], label: str, *, release_at: datetime, on: CivilInstant
) -> tuple[Outlook, ...]:
    """Return the outlook of each of *officers* if *label* were released at *release_at*, in the order given."""
    assumed = VersionChanged(
        effective_at=release_at, recorded_at=on.instant, id="forecast", version=label, change=VersionChange.RELEASED
    )
    after = replace(tool, changes=(*tool.changes, assumed))
    today = versions.in_use(tool, at=on.instant)
    now, released = ToolNow(tool, on), ToolNow(after, on.at(release_at))

    def outlook(officer: OfficerFacts) -> Outlook:
        known = Facts(zone=on.zone, tool=tool, officer=officer)
        allowed = [
            version
            for version in today
            if usable(judge(Question(officer.number, tool.slug, version), known, on=on, now=now))
        ]
        question = Question(officer.number, tool.slug, label)
        then = judge(question, replace(known, tool=after), on=released.on, now=released)
        return Outlook(officer.number, tuple(allowed), then)

    return tuple(outlook(officer) for officer in officers)


def is_scheduled(tool: ToolFacts, label: str, *, at: datetime) -> datetime | None:
    """Return the instant for which a release of *label* is scheduled after *at*, if it is."""
    ahead = (
        change.effective_at
        for change in tool.standing_changes
        if change.version == label and change.change is VersionChange.RELEASED and change.effective_at > at
    )
    return min(ahead, default=None)
