"""How far each version of a tool is on its way into use, who did what on it, and what one person can do next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.people import Person, SeatCap
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolVersion,
    VersionFact,
)
from training_app.rules import releases as rule
from training_app.rules import safeguards, versions
from training_app.rules.cards import GroupTest
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level, Policy, Prohibition, ToolFacts, VersionChange, latest
from training_app.rules.versions import VersionState
from training_app.services import cards, gather, schedules, tools
from training_app.services.cards import CardOfVersion
from training_app.services.schedules import Scheduled
from training_app.services.tools import PurposeOfTool

#: States from which nothing leads into use any more, or that are use itself.
ARRIVED = frozenset({VersionState.IN_USE, VersionState.SUSPENDED, VersionState.WITHDRAWN, VersionState.PROHIBITED})

#: States in which nobody can use the version, so that nothing asked for it waits for anybody.
OVER = frozenset({VersionState.WITHDRAWN, VersionState.PROHIBITED})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did something, and when; *by* is empty where the installation itself did."""

    by_id: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one registrar writes and another signs: a requirement set, or an assessment."""

    id: int
    written: Stamp
    signed: Stamp | None

    def waits_for(self, person_id: int) -> bool:
        """Tell whether the second signature is missing and *person_id* could give it."""
        return self.signed is None and self.written.by_id != person_id


@dataclass(frozen=True, slots=True)
class WayFrom:
    """How officers certified on the version *start* come to the new one, with the latest assessment of that edge."""

    start: ToolVersion
    way: rule.Way
    assessment: Proposal | None
    verdict: Level | None
    """What that assessment finds; ``None`` for "no way from here", and without one."""
    follows: str | None
    """The version whose assessment settles this way too, where that alone is missing."""

    @property
    def settled(self) -> bool:
        return self.way.settled

    @property
    def by_way_of(self) -> tuple[str, ...]:
        """The versions between; empty where the way is direct or there is none."""
        return self.way.path.labels[1:-1] if self.way.path else ()


@dataclass(frozen=True, slots=True)
class Journey:
    """One version between its registration and its use."""

    version: ToolVersion
    predecessor: ToolVersion | None
    state: VersionState
    registered: Stamp
    requirements: Proposal | None
    card: CardOfVersion
    tests_outdated: tuple[GroupTest, ...]
    """Tests by group that are to be made again; empty where the version was withdrawn or never may be used."""
    announced: Stamp | None
    ways: tuple[WayFrom, ...]
    obstacles: tuple[rule.Obstacle, ...]
    released: Stamp | None
    """Who released it first, with the instant from which it is in use; that may lie ahead."""
    schedule: Scheduled | None
    """The release to come, with what stands against it by now."""

    @property
    def scheduled_for(self) -> datetime | None:
        return None if self.schedule is None else self.schedule.change.effective_at

    @property
    def under_way(self) -> bool:
        return self.state not in ARRIVED and self.schedule is None

    @property
    def releasable(self) -> bool:
        """Whether a release could be what comes next: of a version under way, or again of one that was withdrawn."""
        return self.under_way or (self.state is VersionState.WITHDRAWN and self.schedule is None)

    @property
    def proposals(self) -> Iterator[Proposal]:
        if self.requirements:
            yield self.requirements
        yield from (way.assessment for way in self.ways if way.assessment)


class StepKind(StrEnum):
    PROPOSE_REQUIREMENTS = "propose-requirements"
    SIGN_REQUIREMENTS = "sign-requirements"
    FILL_IN_CARD = "fill-in-card"
    SIGN_WAIVER = "sign-waiver"
    ANNOUNCE = "announce"
    ASSESS = "assess"
    SIGN_ASSESSMENT = "sign-assessment"
    RELEASE = "release"
    WAIT = "wait"
    """Only another registrar's signature leads on."""


@dataclass(frozen=True, slots=True)
class NextStep:
    kind: StepKind
    target_id: int | None = None
    """Of the requirement set, waiver or assessment to sign; of the version to assess the way from."""
    start: str | None = None
    """Label of the version from which the way is assessed."""


def next_step(journey: Journey, person_id: int) -> NextStep | None:
    """Return the one thing that a registrar can do next for a version; ``None`` where nothing leads on any more."""
    if not journey.under_way:
        return None
    return next(_steps(journey, person_id), NextStep(StepKind.WAIT))


def _steps(journey: Journey, person_id: int) -> Iterator[NextStep]:
    asked = journey.requirements
    if asked is None:
        yield NextStep(StepKind.PROPOSE_REQUIREMENTS)
    elif asked.waits_for(person_id):
        yield NextStep(StepKind.SIGN_REQUIREMENTS, asked.id)
    yield from _card_steps(journey.card, person_id)
    if journey.announced is None:
        yield NextStep(StepKind.ANNOUNCE)
    for way in journey.ways:
        if way.assessment and way.assessment.waits_for(person_id):
            yield NextStep(StepKind.SIGN_ASSESSMENT, way.assessment.id, way.start.label)
    for way in journey.ways:
        unsigned = way.assessment is not None and way.assessment.signed is None
        if not (way.settled or way.follows or unsigned):
            yield NextStep(StepKind.ASSESS, way.start.id, way.start.label)
    if not journey.obstacles:
        yield NextStep(StepKind.RELEASE)


def _card_steps(card: CardOfVersion, person_id: int) -> Iterator[NextStep]:
    """The card comes before the announcement, for officers read it with what is announced."""
    if card.allows_release:
        return
    if card.waiver is None:
        yield NextStep(StepKind.FILL_IN_CARD)
    elif card.waiver.waits_for(person_id):
        yield NextStep(StepKind.SIGN_WAIVER, card.waiver.id)


@dataclass(frozen=True, slots=True)
class ToolOverview:
    tool: Tool
    policy: Policy | None
    cap: int | None
    """How many seats may be held at a time; ``None`` where no cap is set."""
    newest_in_use: str | None
    evaluation_asked: bool
    """Whether both the agency and the tool ask for one."""
    prohibition: Prohibition
    """Of the tool, as it was registered or corrected."""
    purposes: Sequence[PurposeOfTool]
    journeys: tuple[Journey, ...]
    """One for each version, each after its predecessor."""

    def journey(self, version_id: int) -> Journey:
        return next(found for found in self.journeys if found.version.id == version_id)

    def to_sign(self, person_id: int) -> Iterator[tuple[Journey, NextStep]]:
        """Yield what waits for the signature of *person_id*."""
        for journey in self.journeys:
            waiting = journey.requirements and journey.requirements.waits_for(person_id)
            if journey.requirements and waiting and journey.state not in OVER:
                yield journey, NextStep(StepKind.SIGN_REQUIREMENTS, journey.requirements.id)
            if journey.state not in ARRIVED:
                steps = _card_steps(journey.card, person_id)
                yield from ((journey, step) for step in steps if step.kind is StepKind.SIGN_WAIVER)
            for way in journey.ways:
                if way.assessment and way.assessment.waits_for(person_id):
                    yield journey, NextStep(StepKind.SIGN_ASSESSMENT, way.assessment.id, way.start.label)


def overview(session: Session, tool: Tool, *, at: datetime, zone: ZoneInfo) -> ToolOverview:
    """Return everything that the registrars' pages show of *tool*, in a fixed number of statements."""
    facts = gather.tool(session, tool.slug)
    if facts is None:
        raise LookupError(tool.slug)
    rows = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id)).all()
    reader = _Reader(session, facts, rows, CivilInstant(at, zone))
    by_label = {row.label: row for row in rows}
    caps = session.scalars(select(SeatCap).where(SeatCap.tool_id == tool.id, SeatCap.effective_at <= at))
    cap = max(caps, key=lambda fact: fact.effective_at, default=None)
    return ToolOverview(
        tool=tool,
        policy=latest(facts.policies, at),
        cap=None if cap is None else cap.seats,
        newest_in_use=versions.newest_in_use(facts, at=at),
        evaluation_asked=safeguards.evaluation_asked(facts, at=at),
        prohibition=versions.prohibition_of(facts, None, at=at),
        purposes=tools.purposes_of(session, tool, at=at),
        journeys=tuple(reader.journey(by_label[label]) for label in versions.by_registration(facts, at=at)),
    )


Signature = TypeVar("Signature", AssessmentSignature, RequirementSetSignature)


class _Reader:
    """Reads the rows of all versions of one tool at once."""

    def __init__(self, session: Session, facts: ToolFacts, rows: Sequence[ToolVersion], on: CivilInstant) -> None:
        self.facts, self.on = facts, on
        self.versions = {row.id: row for row in rows}
        self.by_label = {row.label: row for row in rows}
        ids = list(self.versions)
        self.changes = session.scalars(
            select(VersionFact).where(VersionFact.version_id.in_(ids)).order_by(VersionFact.id)
        ).all()
        sets = session.scalars(
            select(RequirementSet).where(RequirementSet.version_id.in_(ids)).order_by(RequirementSet.revision)
        ).all()
        set_signatures = session.scalars(
            select(RequirementSetSignature)
            .join(RequirementSet, RequirementSet.id == RequirementSetSignature.requirement_set_id)
            .where(RequirementSet.version_id.in_(ids))
        ).all()
        edges = session.scalars(
            select(ImpactAssessment).where(ImpactAssessment.end_id.in_(ids)).order_by(ImpactAssessment.id)
        ).all()
        edge_signatures = session.scalars(
            select(AssessmentSignature)
            .join(ImpactAssessment, ImpactAssessment.id == AssessmentSignature.assessment_id)
            .where(ImpactAssessment.end_id.in_(ids))
        ).all()
        everything: list[Fact] = [*rows, *self.changes, *sets, *set_signatures, *edges, *edge_signatures]
        self.names = _names(session, (fact.recorded_by_id for fact in everything))
        signed_sets = {signature.requirement_set_id: signature for signature in set_signatures}
        signed_edges = {signature.assessment_id: signature for signature in edge_signatures}
        self.sets = {row.version_id: self._proposal(row, signed_sets.get(row.id)) for row in sets}
        self.edges = {(row.start_id, row.end_id): self._proposal(row, signed_edges.get(row.id)) for row in edges}
        self.verdicts = {(row.start_id, row.end_id): row.verdict for row in edges}
        self.cards = cards.cards_of(session, ids)
        ahead = schedules.scheduled(facts, at=on.instant, zone=on.zone)
        self.schedules = {one.change.version: one for one in reversed(ahead)}

    def journey(self, version: ToolVersion) -> Journey:
        state, card = versions.state(self.facts, version.label, at=self.on.instant), self.cards[version.id]
        over = state in {VersionState.WITHDRAWN, VersionState.PROHIBITED}
        return Journey(
            version=version,
            predecessor=self.versions.get(version.predecessor_id or 0),
            state=state,
            registered=_stamp(version, self.names),
            requirements=self.sets.get(version.id),
            card=card,
            tests_outdated=() if over else card.outdated_tests(on=self.on),
            announced=self._change(version, VersionChange.ANNOUNCED),
            ways=tuple(self._ways(version)),
            obstacles=rule.obstacles(self.facts, version.label, on=self.on, carded=card.allows_release),
            released=self._change(version, VersionChange.RELEASED),
            schedule=self.schedules.get(version.label),
        )

    def _ways(self, version: ToolVersion) -> list[WayFrom]:
        """The way from the predecessor first: it often settles the others."""
        ways = rule.ways_to(self.facts, version.label, on=self.on)
        starts = {way.start for way in ways}
        found = [
            WayFrom(
                start=self.by_label[way.start],
                way=way,
                assessment=self.edges.get((self.by_label[way.start].id, version.id)),
                verdict=self.verdicts.get((self.by_label[way.start].id, version.id)),
                follows=_follows(way, version.label, starts),
            )
            for way in ways
        ]
        return sorted(found, key=lambda way: way.start.id != version.predecessor_id)

    def _change(self, version: ToolVersion, change: VersionChange) -> Stamp | None:
        stands = {int(one.id) for one in self.facts.standing_changes}
        made = (
            fact
            for fact in self.changes
            if fact.version_id == version.id and fact.change is change and fact.id in stands
        )
        first = min(made, key=lambda fact: fact.effective_at, default=None)
        return None if first is None else _stamp(first, self.names)

    def _proposal(self, row: RequirementSet | ImpactAssessment, signature: Signature | None) -> Proposal:
        signed = None if signature is None else _stamp(signature, self.names)
        return Proposal(row.id, _stamp(row, self.names), signed)


def _follows(way: rule.Way, end: str, starts: Iterable[str]) -> str | None:
    if way.settled or way.path is None:
        return None
    match [step for step in way.path.steps if step.assessment is None]:
        case [missing] if missing.end == end and missing.start != way.start and missing.start in starts:
            return missing.start
    return None


def proposal_of(session: Session, row: RequirementSet | ImpactAssessment) -> Proposal:
    """Return who wrote *row* and who signed it, be it the latest or not."""
    signature: RequirementSetSignature | AssessmentSignature | None
    if isinstance(row, RequirementSet):
        named = RequirementSetSignature.requirement_set_id == row.id
        signature = session.scalar(select(RequirementSetSignature).where(named))
    else:
        signature = session.scalar(select(AssessmentSignature).where(AssessmentSignature.assessment_id == row.id))
    names = _names(session, [row.recorded_by_id, signature.recorded_by_id if signature else None])
    return Proposal(row.id, _stamp(row, names), None if signature is None else _stamp(signature, names))


def is_latest(session: Session, row: RequirementSet | ImpactAssessment) -> bool:
    """Tell whether nothing newer was written in place of *row*: a later revision, or the same edge assessed again."""
    if isinstance(row, RequirementSet):
        later = select(RequirementSet.id).where(
            RequirementSet.version_id == row.version_id, RequirementSet.revision > row.revision
        )
    else:
        later = select(ImpactAssessment.id).where(
            ImpactAssessment.start_id == row.start_id,
            ImpactAssessment.end_id == row.end_id,
            ImpactAssessment.id > row.id,
        )
    return session.scalars(later).first() is None


def _stamp(fact: Fact, names: Mapping[int | None, str]) -> Stamp:
    return Stamp(fact.recorded_by_id, names.get(fact.recorded_by_id, ""), fact.effective_at)


def _names(session: Session, ids: Iterable[int | None]) -> Mapping[int | None, str]:
    wanted = {person_id for person_id in ids if person_id is not None}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))}
