"""Sessions in a classroom or simulator: who has a place and who waits, what stands against joining, who was there.

Sources: ISO 29993 (information before enrolment, competent staff); ISO/IEC 17024, 5.2 (who taught somebody is known
before they examine them).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months


class SessionKind(StrEnum):
    CLASSROOM = "classroom"
    SIMULATOR = "simulator"


LONGEST = timedelta(hours=12)
"""A session is one sitting, a night shift's included."""
MOST_PLACES = 500
PLANNED_MONTHS = 24
"""A session is planned, or moved, to a day within so many months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When and where a session is, and for how many; all that can change after it was planned."""

    starts_at: datetime
    ends_at: datetime
    place: str
    capacity: int
    instructor: int


class Fault(StrEnum):
    """What is wrong with a plan, in the order in which it is told."""

    OVER = "over"
    """It would have begun already."""
    TOO_FAR = "too-far"
    ENDS_BEFORE = "ends-before"
    TOO_LONG = "too-long"
    CAPACITY = "capacity"


def faults(plan: Plan, *, on: CivilInstant) -> tuple[Fault, ...]:
    """Return everything that is wrong with *plan* at *on*; empty where it can be recorded."""
    found = {
        Fault.OVER: plan.starts_at <= on.instant,
        Fault.TOO_FAR: on.at(plan.starts_at).day > last_day_to_plan(on=on),
        Fault.ENDS_BEFORE: plan.ends_at <= plan.starts_at,
        Fault.TOO_LONG: plan.ends_at - plan.starts_at > LONGEST,
        Fault.CAPACITY: not 1 <= plan.capacity <= MOST_PLACES,
    }
    return tuple(fault for fault in Fault if found[fault])


def last_day_to_plan(*, on: CivilInstant) -> date:
    return add_months(on.day, PLANNED_MONTHS)


def overlap(one: Plan, other: Plan) -> bool:
    """Tell whether nobody could be at both; one may begin at the instant at which the other ends."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


# -- the roster --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Somebody was put on a session's roster; *id* grows in the order of joining."""

    id: int
    person: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on a session, the first to join first: as many as there are places, and then those who wait.

    Nobody is moved up by an act: when somebody withdraws, or there are more places, who is first in line has one.
    """

    placed: tuple[Enrolment, ...]
    waiting: tuple[Enrolment, ...]

    @property
    def everybody(self) -> tuple[Enrolment, ...]:
        return self.placed + self.waiting

    @property
    def persons(self) -> frozenset[int]:
        return frozenset(one.person for one in self.everybody)

    def of(self, person: int) -> Enrolment | None:
        return next((one for one in self.everybody if one.person == person), None)

    def line_of(self, person: int) -> int | None:
        """Return the person's number in the line of those who wait, from 1; ``None`` for who does not wait."""
        return next((number for number, one in enumerate(self.waiting, 1) if one.person == person), None)


def roster(enrolments: Iterable[Enrolment], capacity: int) -> Roster:
    """Return who has a place and who waits.  Of one person's enrolments the first that stands counts."""
    standing: dict[int, Enrolment] = {}
    for one in sorted(enrolments, key=lambda one: one.id):
        if not one.withdrawn:
            standing.setdefault(one.person, one)
    in_order = tuple(standing.values())
    return Roster(in_order[:capacity], in_order[capacity:])


class Obstacle(StrEnum):
    """What stands against somebody's joining, in the order in which it is told."""

    CANCELLED = "cancelled"
    BEGUN = "begun"
    """Only the instructor adds who comes now."""
    OVER = "over"
    INSTRUCTOR = "instructor"
    """Nobody is taught by themselves."""
    JOINED_ALREADY = "joined-already"
    ELSEWHERE = "elsewhere"
    """They are on another session at that time."""


def obstacles(
    person: int,
    plan: Plan,
    held: Roster,
    others: Iterable[Plan],
    *,
    cancelled: bool,
    at: datetime,
    by_instructor: bool = False,
) -> tuple[Obstacle, ...]:
    """Return everything that stands against putting *person* on the roster at *at*; a full session is no obstacle.

    :param others: sessions that the person is on or holds.
    :param by_instructor: while the session runs and on, until `attendance_open_until`, the instructor adds who came.
    """
    found = {
        Obstacle.CANCELLED: cancelled,
        Obstacle.BEGUN: not by_instructor and plan.starts_at <= at,
        Obstacle.OVER: by_instructor and at > attendance_open_until(plan),
        Obstacle.INSTRUCTOR: person == plan.instructor,
        Obstacle.JOINED_ALREADY: person in held.persons,
        Obstacle.ELSEWHERE: any(overlap(plan, other) for other in others),
    }
    return tuple(obstacle for obstacle in Obstacle if found[obstacle])


# -- attendance --------------------------------------------------------------------------------------------------------


class Presence(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    LEFT_EARLY = "left-early"


TAUGHT = frozenset({Presence.PRESENT, Presence.LEFT_EARLY})
"""Who left early was taught, too: what keeps teaching and assessing apart does not ask for how long."""

ATTENDANCE_DAYS = 14
"""For so long after its end attendance is recorded for the first time; later nobody remembers who sat there."""


def attendance_open_until(plan: Plan) -> datetime:
    return plan.ends_at + timedelta(days=ATTENDANCE_DAYS)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Attendance of one person as it was recorded; of several the one with the highest *revision* governs."""

    person: int
    revision: int
    presence: Presence


def governing(records: Iterable[Attendance]) -> dict[int, Attendance]:
    """Return what is recorded of each person by the latest correction."""
    return {one.person: one for one in sorted(records, key=lambda one: one.revision)}


def taught(records: Iterable[Attendance]) -> frozenset[int]:
    """Return who was taught, by the latest correction."""
    return frozenset(person for person, one in governing(records).items() if one.presence in TAUGHT)


class AttendanceFault(StrEnum):
    """What stands against recording attendance, in the order in which it is told."""

    CANCELLED = "cancelled"
    NOT_BEGUN = "not-begun"
    TOO_LATE = "too-late"
    NOT_ON_ROSTER = "not-on-roster"
    REASON_MISSING = "reason-missing"
    """What was recorded is changed with a reason."""


def attendance_faults(
    plan: Plan,
    held: Roster,
    before: Collection[Attendance],
    new: Sequence[tuple[int, Presence]],
    reason: str,
    *,
    cancelled: bool,
    at: datetime,
) -> tuple[AttendanceFault, ...]:
    """Return everything that stands against recording *new*, persons with their records, at *at*.

    A correction has no last day: it says why, and the record shows both.
    """
    recorded = governing(before)
    found = set(_attendance_faults(plan, held, recorded, new, reason, cancelled, at))
    return tuple(fault for fault in AttendanceFault if fault in found)


def _attendance_faults(
    plan: Plan,
    held: Roster,
    recorded: dict[int, Attendance],
    new: Sequence[tuple[int, Presence]],
    reason: str,
    cancelled: bool,
    at: datetime,
) -> Iterator[AttendanceFault]:
    if cancelled:
        yield AttendanceFault.CANCELLED
    if at < plan.starts_at:
        yield AttendanceFault.NOT_BEGUN
    for person, presence in new:
        if person in recorded:
            if recorded[person].presence is not presence and not reason:
                yield AttendanceFault.REASON_MISSING
            continue
        if at > attendance_open_until(plan):
            yield AttendanceFault.TOO_LATE
        if person not in held.persons:
            yield AttendanceFault.NOT_ON_ROSTER
