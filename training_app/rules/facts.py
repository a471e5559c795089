"""The facts that a question about an officer and a tool is answered from.

Each is a value: versions are named by their label (unique within a tool), awards and other facts by an opaque id.
Nothing here is derived; see `certification`, `paths` and `access` for what follows from the facts.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar
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


class RenewalBasis(StrEnum):
    """What the last day after a renewal counts from."""

    LAST_DAY = "last-day"
    """Inside the window from the old last day, before it from the day of the award."""
    AWARD_DAY = "award-day"
    """Always from the day of the award."""
    FIXED_DATE = "fixed-date"
    """No counting: the first such date of the calendar at least a minimum period after the award."""


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

    @property
    def rank(self) -> int:
        """Of two facts with the same two instants the one with the higher rank governs: see `latest`."""
        return 0


F = TypeVar("F", bound=Fact)


_effective_at = attrgetter("effective_at")


def in_effect(facts: Iterable[F], at: datetime) -> tuple[F, ...]:
    """Return the facts that hold at *at*, the oldest first."""
    held = [fact for fact in facts if fact.effective_at <= at]
    if len(held) > 1:  # seldom, and this is asked some thirty times for one answer
        held.sort(key=_effective_at)
    return tuple(held)


def latest(facts: Iterable[F], at: datetime) -> F | None:
    """Return the fact that governs at *at*: the last to take effect.

    Of several for one instant the last recorded, for a later revision replaces what was planned before; of several
    recorded at once the one that says so by its `Fact.rank`.
    """
    held = [fact for fact in facts if fact.effective_at <= at]
    if len(held) < 2:
        return held[0] if held else None
    return max(held, key=lambda fact: (fact.effective_at, fact.recorded_at, fact.rank))


# -- tools ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Fact):
    """The terms of certification; months are calendar months.  No seat review: ``seat_review_months`` is ``None``.

    With a fixed date, every certification ends on *fixed_month* and *fixed_day* (clamped to the month), the first time
    that day comes at least *minimum_months* after the award; ``validity_months`` then bounds nothing.
    """

    revision: int
    validity_months: int
    window_months: int
    pass_age_months: int
    evaluation_required: bool
    seats_required: bool
    seat_review_months: int | None = None
    renewal_basis: RenewalBasis = RenewalBasis.LAST_DAY
    fixed_month: int | None = None
    fixed_day: int | None = None
    minimum_months: int | None = None
    suspended_seats_count: bool = True
    """Whether the seat of a suspended officer counts under the cap."""

    @property
    def rank(self) -> int:
        return self.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased(Fact):
    """The terms running at *effective_at* are recomputed as if each of their awards had been made under *policy*."""

    id: str
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPolicy(Fact):
    """What the agency asks whatever the tool: an evaluation is asked where both the agency and the tool ask for it."""

    evaluation_required: bool

    @property
    def rank(self) -> int:
        """The stricter governs."""
        return int(self.evaluation_required)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineCase:
    """One row of the agency's guideline for an intrusive tool: which crimes, which circumstances, on whose leave.

    *sentence* is quoted in a refusal; *source* is the legal source.  Empty crime types or circumstances: any.
    """

    crime_types: frozenset[str]
    circumstances: frozenset[str]
    authorisation: bool
    sentence: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose(Fact):
    """A purpose for which the tool may be used, or (*permitted* false) no longer may; the latest of a code governs.

    Without *cases* nothing more than the purpose is asked, and of an intrusive tool no use is permitted; with them one
    that fits must be given.
    """

    code: str
    permitted: bool = True
    cases: tuple[GuidelineCase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProhibitionCorrected(Fact):
    """Two persons corrected the answer on prohibited practice, of *version* or (``None``) of the tool."""

    version: str | None
    prohibition: Prohibition


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
class ReleaseCancelled(Fact):
    """A scheduled release was called off before its instant; *release* is the id of that change."""

    release: str


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
    """What earns a full award for a version and what renews one; in force from its second signature on.

    *revision* counts from 1.  A later one is assessed as an edge is: *level*, *grace_days* and *modules* say what it
    asks of officers whose award was made before it took effect.  Of a version's first set in force they mean nothing.
    *full_observed* and *renewal_observed*: whether an assessor must also observe the officer on the version.
    """

    id: str
    version: str
    full: tuple[str, ...]
    renewal: tuple[str, ...]
    full_observed: bool = False
    renewal_observed: bool = False
    revision: int = 1
    level: Level = Level.CARRY_OVER
    grace_days: int = 0
    modules: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        return self.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencySet(Fact):
    """For how long a confirmed emergency lets an officer use the tool at most; ``None``: it has no emergency access."""

    most_minutes: int | None

    @property
    def rank(self) -> int:
        """The stricter governs."""
        return -(self.most_minutes or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts(Fact):
    slug: str
    prohibition: Prohibition = Prohibition.NONE
    purpose_required: bool = False
    max_cache_seconds: int = 60
    agency: tuple[AgencyPolicy, ...] = ()
    policies: tuple[Policy, ...] = ()
    rebases: tuple[Rebased, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    corrections: tuple[ProhibitionCorrected, ...] = ()
    versions: tuple[Version, ...] = ()
    changes: tuple[VersionChanged, ...] = ()
    """As recorded; the rules read `standing_changes`."""
    cancellations: tuple[ReleaseCancelled, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    requirements: tuple[Requirements, ...] = ()
    emergency_settings: tuple[EmergencySet, ...] = ()

    def timeline(self) -> tuple[Fact, ...]:
        """Return every fact about the tool, in no order."""
        return (self, *chain.from_iterable(getattr(self, name) for name in TOOL_TIMELINES))

    @property
    def standing_changes(self) -> tuple[VersionChanged, ...]:
        """The changes without the releases that were called off in time; a release that took place cannot be."""
        if not self.cancellations:
            return self.changes
        called_off = {one.release: one.effective_at for one in self.cancellations}
        return tuple(
            change
            for change in self.changes
            if not called_off.get(change.id, change.effective_at) < change.effective_at
        )


#: Names of the members of `ToolFacts` that hold facts.
TOOL_TIMELINES = (
    "agency", "policies", "rebases", "purposes", "corrections", "versions", "changes", "cancellations", "assessments",
    "requirements", "emergency_settings",
)  # fmt: skip


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
    """Id of that assessment, or of the requirement set whose change it was."""
    revision: int | None = None
    """Of a step to a later requirement set of one version (*start* and *end* are that version): the set's revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award(Fact):
    """*attempts_from*: when the first attempt behind it was opened.  *steps* and *base* are a delta's only.

    *evidence*: ids of the submissions and signatures that earned it; empty for what was imported.  *modules*: slugs of
    the modules that were passed for it.
    """

    id: str
    version: str
    kind: AwardKind
    policy: Policy
    attempts_from: datetime
    base: str | None = None
    steps: tuple[CoveredStep, ...] = ()
    evidence: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    @property
    def says(self) -> Hashable:
        """What was met, when and by what: an award in place of a void one says the same, and no other does."""
        return self.version, self.kind, self.effective_at, self.attempts_from, self.evidence, self.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardEnded(Fact):
    """Revoked: from *effective_at* on.  Voided: at every instant, once it is recorded."""

    award: str
    kind: AwardEndKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardReviewed(Fact):
    """An award came under review: somebody doubts what it rests on, as a trainer whose qualification was revoked."""

    id: str
    award: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardUpheld(Fact):
    """An oversight person ended a review in the award's favour; a void ends it the other way."""

    review: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainingOrdered(Fact):
    """The officer must pass *modules* again, in attempts opened from then on, by the last day *due*, inclusive.

    Of the tool in question or of every tool.
    """

    id: str
    modules: tuple[str, ...]
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyGranted(Fact):
    """An emergency was confirmed by a second person: the officer may use *version* until *until* (exclusive)."""

    id: str
    version: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyEnded(Fact):
    """Officer or supervisor ended it early; before it was confirmed, it never begins."""

    emergency: str


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
    award_reviews: tuple[AwardReviewed, ...] = ()
    award_upholdings: tuple[AwardUpheld, ...] = ()
    retraining_orders: tuple[RetrainingOrdered, ...] = ()
    emergencies: tuple[EmergencyGranted, ...] = ()
    emergency_ends: tuple[EmergencyEnded, ...] = ()

    def timeline(self) -> tuple[Fact, ...]:
        """Return every fact about the officer, in no order."""
        return tuple(chain.from_iterable(getattr(self, name) for name in OFFICER_TIMELINES))


#: Names of the members of `OfficerFacts` that hold facts.
OFFICER_TIMELINES = (
    "accounts", "units", "suspensions", "reinstatements", "evaluations", "seats", "seat_releases", "seat_reviews",
    "attempts", "awards", "award_ends", "award_reviews", "award_upholdings", "retraining_orders", "emergencies",
    "emergency_ends",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that one answer rests on.  ``None`` for a tool or an officer that nobody has registered."""

    zone: ZoneInfo
    tool: ToolFacts | None
    officer: OfficerFacts | None


H = TypeVar("H", ToolFacts, OfficerFacts)


def _as_known(holder: H, timelines: Iterable[str], known_at: datetime) -> H:
    recorded: dict[str, Any] = {
        name: tuple(fact for fact in getattr(holder, name) if fact.recorded_at <= known_at) for name in timelines
    }
    return replace(holder, **recorded)


def as_known(facts: Facts, known_at: datetime) -> Facts:
    """Return the facts that were recorded by *known_at*; what was recorded later did not exist for anyone then."""
    tool, officer = facts.tool, facts.officer
    if tool is not None and tool.recorded_at > known_at:
        tool = None
    if tool is not None:
        tool = _as_known(tool, TOOL_TIMELINES, known_at)
    if officer is not None:
        officer = _as_known(officer, OFFICER_TIMELINES, known_at)
    return replace(facts, tool=tool, officer=officer)
