"""The facts that a question about an officer and a tool is answered from.

Each is a value: versions are named by their label (unique within a tool), awards and other facts by an opaque id.
Nothing here is derived; see `certification`, `paths` and `access` for what follows from the facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo


class Prohibition(StrEnum):
    """The answer to the questions on prohibited practice, asked of every tool and every version."""

    NONE = "none"
    LAW = "law"
    POLICY = "policy"


class VersionChange(StrEnum):
    ANNOUNCED = "announced"
    RELEASED = "released"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"


class Level(IntEnum):
    """What a new version asks of an officer certified on an older one; modelled on aviation's difference levels."""

    CARRY_OVER = 0
    FAMILIARISATION = 1
    DIFFERENCES = 2
    DIFFERENCES_OBSERVED = 3
    FULL = 4


class AwardKind(StrEnum):
    FULL = "full"
    RENEWAL = "renewal"
    DELTA = "delta"


class AwardEndKind(StrEnum):
    REVOKED = "revoked"
    VOIDED = "voided"


class EvaluationOutcome(StrEnum):
    """Milder first; the order decides between two of the same instant."""

    CLEARED = "cleared"
    RESTRICTED = "restricted"
    PENDING = "pending"
    NOT_CLEARED = "not-cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that holds from *effective_at* on and was known from *recorded_at* on (both aware)."""

    effective_at: datetime
    recorded_at: datetime


F = TypeVar("F", bound=Fact)


def in_effect(facts: Iterable[F], at: datetime) -> tuple[F, ...]:
    """Return the facts that hold at *at*, the oldest first."""
    return tuple(sorted((fact for fact in facts if fact.effective_at <= at), key=lambda fact: fact.effective_at))


def latest(facts: Iterable[F], at: datetime) -> F | None:
    """Return the fact that governs at *at*: the last to take effect, of several the last recorded."""
    held = [fact for fact in facts if fact.effective_at <= at]
    return max(held, key=lambda fact: (fact.effective_at, fact.recorded_at), default=None)


# -- tools ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Fact):
    """The terms of certification; months are calendar months.  No seat review: ``seat_review_months`` is ``None``."""

    revision: int
    validity_months: int
    window_months: int
    pass_age_months: int
    evaluation_required: bool
    seats_required: bool
    seat_review_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Fact):
    label: str
    predecessor: str | None = None
    prohibition: Prohibition = Prohibition.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChanged(Fact):
    id: str
    version: str
    change: VersionChange
    ends: str | None = None
    """Of a resumption: the id of the suspension that it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Fact):
    """A signed training impact assessment of one edge; in force from its second signature on.

    ``level`` is ``None`` for a signed "no way from here".
    """

    id: str
    start: str
    end: str
    level: Level | None
    grace_days: int = 0
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements(Fact):
    """What earns a full award for a version and what renews one; in force from its second signature on."""

    id: str
    version: str
    full: tuple[str, ...]
    renewal: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts(Fact):
    slug: str
    prohibition: Prohibition = Prohibition.NONE
    purposes: frozenset[str] = frozenset()
    purpose_required: bool = False
    max_cache_seconds: int = 60
    policies: tuple[Policy, ...] = ()
    versions: tuple[Version, ...] = ()
    changes: tuple[VersionChanged, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    requirements: tuple[Requirements, ...] = ()

    def timeline(self) -> tuple[Fact, ...]:
        """Return every fact about the tool, in no order."""
        return (self, *self.policies, *self.versions, *self.changes, *self.assessments, *self.requirements)


# -- officers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Fact):
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAssigned(Fact):
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Fact):
    """Of the tool in question or of every tool; suspensions of other tools are not among an officer's facts here."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstated(Fact):
    suspension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated(Fact):
    outcome: EvaluationOutcome
    through: date | None = None
    restriction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGranted(Fact):
    id: str
    unit: str
    purposes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReleased(Fact):
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReviewed(Fact):
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptOpened(Fact):
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredStep:
    """One step of the path that a delta award was made for, as it was assessed then."""

    start: str
    end: str
    level: Level
    modules: tuple[str, ...] = ()
    assessment: str | None = None
    """Id of that assessment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award(Fact):
    """*attempts_from*: when the first attempt behind it was opened.  *steps* and *base* are a delta's only.

    *evidence*: ids of the submissions and signatures that earned it; empty for what was imported.
    """

    id: str
    version: str
    kind: AwardKind
    policy: Policy
    attempts_from: datetime
    base: str | None = None
    steps: tuple[CoveredStep, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardEnded(Fact):
    """Revoked: from *effective_at* on.  Voided: at every instant, once it is recorded."""

    award: str
    kind: AwardEndKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerFacts:
    """What is recorded about one officer in view of one tool."""

    number: str
    accounts: tuple[AccountChanged, ...] = ()
    units: tuple[UnitAssigned, ...] = ()
    suspensions: tuple[Suspended, ...] = ()
    reinstatements: tuple[Reinstated, ...] = ()
    evaluations: tuple[Evaluated, ...] = ()
    seats: tuple[SeatGranted, ...] = ()
    seat_releases: tuple[SeatReleased, ...] = ()
    seat_reviews: tuple[SeatReviewed, ...] = ()
    attempts: tuple[AttemptOpened, ...] = ()
    awards: tuple[Award, ...] = ()
    award_ends: tuple[AwardEnded, ...] = ()

    def timeline(self) -> tuple[Fact, ...]:
        """Return every fact about the officer, in no order."""
        return (
            *self.accounts,
            *self.units,
            *self.suspensions,
            *self.reinstatements,
            *self.evaluations,
            *self.seats,
            *self.seat_releases,
            *self.seat_reviews,
            *self.attempts,
            *self.awards,
            *self.award_ends,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that one answer rests on.  ``None`` for a tool or an officer that nobody has registered."""

    zone: ZoneInfo
    tool: ToolFacts | None
    officer: OfficerFacts | None


def _recorded(facts: Iterable[F], known_at: datetime) -> tuple[F, ...]:
    return tuple(fact for fact in facts if fact.recorded_at <= known_at)


def as_known(facts: Facts, known_at: datetime) -> Facts:
    """Return the facts that were recorded by *known_at*; what was recorded later did not exist for anyone then."""
    tool, officer = facts.tool, facts.officer
    if tool is not None and tool.recorded_at > known_at:
        tool = None
    if tool is not None:
        tool = replace(
            tool,
            policies=_recorded(tool.policies, known_at),
            versions=_recorded(tool.versions, known_at),
            changes=_recorded(tool.changes, known_at),
            assessments=_recorded(tool.assessments, known_at),
            requirements=_recorded(tool.requirements, known_at),
        )
    if officer is not None:
        officer = replace(
            officer,
            accounts=_recorded(officer.accounts, known_at),
            units=_recorded(officer.units, known_at),
            suspensions=_recorded(officer.suspensions, known_at),
            reinstatements=_recorded(officer.reinstatements, known_at),
            evaluations=_recorded(officer.evaluations, known_at),
            seats=_recorded(officer.seats, known_at),
            seat_releases=_recorded(officer.seat_releases, known_at),
            seat_reviews=_recorded(officer.seat_reviews, known_at),
            attempts=_recorded(officer.attempts, known_at),
            awards=_recorded(officer.awards, known_at),
            award_ends=_recorded(officer.award_ends, known_at),
        )
    return replace(facts, tool=tool, officer=officer)
