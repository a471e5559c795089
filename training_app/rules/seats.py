"""Seats under their caps: who holds one, how many are held, who is over, and what stands against granting one more.

A cap of the tool counts every seat, a cap of a unit those of the unit and of all units below it.  Lowering a cap drops
nobody: it says who is over, and nobody new gets a seat until there is room.

Source: popAI recommendations (January 2024): few, trained people reach personal data.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from training_app.rules.access import Question, account_open, judge
from training_app.rules.certification import Validity
from training_app.rules.civil_time import CivilInstant, days_after
from training_app.rules.facts import (
    Fact,
    Facts,
    OfficerFacts,
    Policy,
    Prohibition,
    SeatGranted,
    ToolFacts,
    in_effect,
    latest,
)
from training_app.rules.purposes import permitted_purposes
from training_app.rules.safeguards import (
    SEAT_REVIEW_MARGIN,
    running_seats,
    seat_review_day,
    standing_suspensions,
)
from training_app.rules.tool_now import ToolNow
from training_app.rules.versions import prohibition_of

#: Days before the day of its review from which on a seat is listed as due.
REVIEW_NOTICE = 14

Parents = Mapping[str, str | None]
"""The unit above each unit; ``None`` at the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapSet(Fact):
    """So many seats may be held at a time: of the tool (*unit* ``None``), or by a unit with all units below it."""

    seats: int
    unit: str | None = None


def cap_of(caps: Iterable[CapSet], unit: str | None, *, at: datetime) -> int | None:
    """Return the cap in effect, the latest, of two at one instant the lower; ``None`` where none was set."""
    held = [fact for fact in in_effect(caps, at) if fact.unit == unit]
    found = max(held, key=lambda fact: (fact.effective_at, -fact.seats), default=None)
    return None if found is None else found.seats


def with_units_above(unit: str, parents: Parents) -> tuple[str, ...]:
    """Return *unit* and every unit above it, from the lowest up."""
    chain = [unit]
    while (above := parents.get(chain[-1])) is not None and above not in chain:
        chain.append(above)
    return tuple(chain)


class Review(StrEnum):
    """How a seat stands with its review."""

    NOT_ASKED = "not-asked"
    AHEAD = "ahead"
    DUE = "due"
    """Its day comes within `REVIEW_NOTICE` days, or is today."""
    OVERDUE = "overdue"
    """Its day has passed; the seat runs until its last day."""


@dataclass(frozen=True, slots=True)
class Held:
    """A running seat, and what its unit should know of it."""

    officer: str
    """Service number."""
    seat: SeatGranted
    counts: bool
    """Whether it counts under the caps: always, but for a suspended officer where policy says otherwise."""
    suspended: bool
    ended: Validity | None
    """``expired`` or ``revoked`` where the certification has ended: the seat is to be released."""
    review: Review
    review_day: date | None
    """Day by which it is to be reviewed; ``None`` where policy asks for none."""

    @property
    def last_day(self) -> date | None:
        """Last day of the seat without a further review, inclusive."""
        return None if self.review_day is None else days_after(self.review_day, SEAT_REVIEW_MARGIN)

    @property
    def to_release(self) -> bool:
        return self.ended is not None


def held_seats(tool: ToolFacts, officers: Iterable[OfficerFacts], *, on: CivilInstant) -> tuple[Held, ...]:
    """Return the running seats of *officers* on *tool*, the one granted first first."""
    policy, now = latest(tool.policies, on.instant), ToolNow(tool, on)
    found = [
        _held(now, officer, seat, policy, on) for officer in officers for seat in running_seats(officer, policy, on=on)
    ]
    return tuple(sorted(found, key=lambda one: (one.seat.effective_at, one.officer, one.seat.id)))


def _held(now: ToolNow, officer: OfficerFacts, seat: SeatGranted, policy: Policy | None, on: CivilInstant) -> Held:
    tool = now.tool
    suspended = bool(standing_suspensions(officer, at=on.instant))
    standing = judge(
        Question(officer.number, tool.slug, None), Facts(zone=on.zone, tool=tool, officer=officer), on=on, now=now
    ).standing
    ended = standing.validity if standing and standing.validity in {Validity.EXPIRED, Validity.REVOKED} else None
    by = seat_review_day(seat, officer, policy, on=on)
    return Held(
        officer=officer.number,
        seat=seat,
        counts=not suspended or policy is None or policy.suspended_seats_count,
        suspended=suspended,
        ended=ended,
        review=_review(by, on.day),
        review_day=by,
    )


def _review(by: date | None, today: date) -> Review:
    if by is None:
        return Review.NOT_ASKED
    if today > by:
        return Review.OVERDUE
    return Review.DUE if by - today <= timedelta(days=REVIEW_NOTICE) else Review.AHEAD


@dataclass(frozen=True, slots=True)
class Room:
    """How many officers hold a counting seat under one cap."""

    unit: str | None
    """``None``: of the tool as a whole."""
    held: int
    cap: int | None
    """``None``: no cap was set."""
    over: tuple[Held, ...] = ()
    """Who is over the cap: the seats granted last, the earliest of them first."""

    @property
    def full(self) -> bool:
        return self.cap is not None and self.held >= self.cap

    @property
    def free(self) -> int | None:
        """How many more can be granted; ``None`` without a cap."""
        return None if self.cap is None else max(0, self.cap - self.held)


def room(held: Iterable[Held], caps: Iterable[CapSet], unit: str | None, parents: Parents, *, at: datetime) -> Room:
    """Return how the seats *held* (of one tool) stand under the cap of *unit*, or (``None``) of the tool."""
    counting: dict[str, Held] = {}
    for one in sorted(held, key=lambda one: one.seat.effective_at):
        if one.counts and (unit is None or unit in with_units_above(one.seat.unit, parents)):
            counting.setdefault(one.officer, one)
    cap = cap_of(caps, unit, at=at)
    over = () if cap is None else tuple(counting.values())[cap:]
    return Room(unit, len(counting), cap, over)


def capped_units(caps: Iterable[CapSet], *, at: datetime) -> tuple[str, ...]:
    """Return every unit that has a cap of its own, as first set."""
    return tuple(dict.fromkeys(fact.unit for fact in in_effect(caps, at) if fact.unit is not None))


class ObstacleKind(StrEnum):
    TOOL_PROHIBITED = "tool-prohibited"
    FOR_ONESELF = "for-oneself"
    NOT_IN_UNIT = "not-in-unit"
    ACCOUNT_CLOSED = "account-closed"
    ALREADY_HELD = "already-held"
    PURPOSE_NEEDED = "purpose-needed"
    PURPOSE_NOT_PERMITTED = "purpose-not-permitted"
    CAP_REACHED = "cap-reached"
    UNIT_CAP_REACHED = "unit-cap-reached"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands against granting a seat."""

    kind: ObstacleKind
    room: Room | None = None
    """Of a cap that is reached."""
    purposes: tuple[str, ...] = ()
    """The codes that the tool does not permit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a supervisor wants to grant: to whom (by facts), for which purposes, from which standing."""

    officer: OfficerFacts
    purposes: Collection[str]
    by: str
    """Service number of the supervisor."""
    units: Collection[str]
    """The supervisor's unit and every unit below it."""


def obstacles(
    asked: Asked,
    tool: ToolFacts,
    held: Collection[Held],
    caps: Collection[CapSet],
    parents: Parents,
    *,
    on: CivilInstant,
) -> tuple[Obstacle, ...]:
    """Return everything that stands against granting the seat; empty where it may be granted.

    :param held: every running seat on the tool, whoever holds it.
    """
    unit = unit_of(asked.officer, at=on.instant)
    return (
        *_of_the_officer(asked, tool, held, unit, on),
        *_of_the_purposes(asked, tool, on),
        *_of_the_caps(held, caps, unit, parents, on),
    )


def _of_the_officer(
    asked: Asked, tool: ToolFacts, held: Collection[Held], unit: str | None, on: CivilInstant
) -> Iterator[Obstacle]:
    if prohibited(tool, at=on.instant):
        yield Obstacle(ObstacleKind.TOOL_PROHIBITED)
    if asked.officer.number == asked.by:
        yield Obstacle(ObstacleKind.FOR_ONESELF)
    if unit is None or unit not in asked.units:
        yield Obstacle(ObstacleKind.NOT_IN_UNIT)
    if not account_open(asked.officer, at=on.instant):
        yield Obstacle(ObstacleKind.ACCOUNT_CLOSED)
    if any(one.officer == asked.officer.number for one in held):
        yield Obstacle(ObstacleKind.ALREADY_HELD)


def _of_the_purposes(asked: Asked, tool: ToolFacts, on: CivilInstant) -> Iterator[Obstacle]:
    permitted = permitted_purposes(tool, at=on.instant)
    if permitted and not asked.purposes:
        yield Obstacle(ObstacleKind.PURPOSE_NEEDED)
    if refused := sorted(set(asked.purposes) - set(permitted)):
        yield Obstacle(ObstacleKind.PURPOSE_NOT_PERMITTED, purposes=tuple(refused))


def _of_the_caps(
    held: Collection[Held], caps: Collection[CapSet], unit: str | None, parents: Parents, on: CivilInstant
) -> Iterator[Obstacle]:
    whole = room(held, caps, None, parents, at=on.instant)
    if whole.full:
        yield Obstacle(ObstacleKind.CAP_REACHED, whole)
    for above in with_units_above(unit, parents) if unit is not None else ():
        part = room(held, caps, above, parents, at=on.instant)
        if part.full:
            yield Obstacle(ObstacleKind.UNIT_CAP_REACHED, part)


def unit_of(officer: OfficerFacts, *, at: datetime) -> str | None:
    """Return the unit of the officer's latest assignment, or ``None``."""
    assigned = in_effect(officer.units, at)
    last = max(assigned, key=lambda one: (one.effective_at, one.recorded_at, one.unit), default=None)
    return last.unit if last else None


def prohibited(tool: ToolFacts, *, at: datetime) -> bool:
    """Tell whether *tool* is prohibited, by law or by policy."""
    return prohibition_of(tool, None, at=at) is not Prohibition.NONE
