"""More time for an officer, with the same papers.  Why is not asked, so that it is not stored anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.rulings import TimeAccommodation
from training_app.rules.civil_time import CivilInstant, add_months, in_force
from training_app.services.locks import one_at_a_time

MOST_PERCENT = 200
MOST_YEARS = 5
"""Of the last day: one that was mistyped would be found out too late."""


class OwnTime(TrainingError):
    def __init__(self) -> None:
        super().__init__("You cannot give yourself more time. Somebody else does that.")


class LastDayPassed(TrainingError):
    def __init__(self) -> None:
        super().__init__("That day has passed. The last day is today at the earliest.")


class LastDayTooFar(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"The last day is within {MOST_YEARS} years. Enter an earlier day, or none.")


def governing(session: Session, officer_id: int) -> TimeAccommodation | None:
    """Return what was said last about the officer's time, be it in force or over; ``None`` if nothing was."""
    return session.scalars(
        select(TimeAccommodation)
        .where(TimeAccommodation.officer_id == officer_id)
        .order_by(TimeAccommodation.id.desc())
        .limit(1)
    ).first()


def holds(found: TimeAccommodation | None, *, on: CivilInstant) -> bool:
    """Tell whether *found* gives more time on that day; without a last day it does until it is ended."""
    if found is None or not found.percent:
        return False
    return found.valid_through is None or in_force(found.valid_through, on=on)


def extra_percent(session: Session, officer_id: int, at: CivilInstant) -> int:
    """Return how much more time the officer gets for a paper that is opened *at* an instant, in percent; 0 for none.

    The latest record governs, as long as it runs: its last day is inclusive, and without one it runs on.
    """
    latest = session.scalars(
        select(TimeAccommodation)
        .where(TimeAccommodation.officer_id == officer_id, TimeAccommodation.effective_at <= at.instant)
        .order_by(TimeAccommodation.effective_at.desc(), TimeAccommodation.id.desc())
        .limit(1)
    ).first()
    return latest.percent if latest is not None and holds(latest, on=at) else 0


def give(
    session: Session,
    officer: Person,
    percent: int,
    through: date | None,
    *,
    at: datetime,
    by: Person,
    zone: ZoneInfo,
) -> tuple[TimeAccommodation, bool]:
    """Give *officer* that much more time from now on; an attempt that is open keeps the deadline it was told.

    :param percent: from 1 to `MOST_PERCENT`: 25 makes 40 minutes 50.
    :param through: the last day, inclusive, on which an attempt is opened with it; ``None``: until it is ended.
    :returns: the fact, and whether it is new: what holds already is not said twice.
    :raises OwnTime: if it is oneself; :raises LastDayPassed: :raises LastDayTooFar:
    """
    if not 0 < percent <= MOST_PERCENT:
        raise ValueError(f"more time is 1 to {MOST_PERCENT} percent, not {percent}")
    today = CivilInstant(at, zone).day
    if through is not None and through < today:
        raise LastDayPassed
    if through is not None and through > add_months(today, 12 * MOST_YEARS):
        raise LastDayTooFar
    return _say(session, officer, percent, through, at=at, by=by)


def end(session: Session, officer: Person, *, at: datetime, by: Person) -> tuple[TimeAccommodation | None, bool]:
    """End what was given from now on; where nothing was given, nothing is written.

    :raises OwnTime: if it is oneself.
    """
    if governing(session, officer.id) is None:
        if officer.id == by.id:
            raise OwnTime
        return None, False
    return _say(session, officer, 0, None, at=at, by=by)


def _say(
    session: Session, officer: Person, percent: int, through: date | None, *, at: datetime, by: Person
) -> tuple[TimeAccommodation, bool]:
    if officer.id == by.id:
        raise OwnTime
    one_at_a_time(session, "person", officer.id)
    there = governing(session, officer.id)
    if there is not None and (there.percent, there.valid_through) == (percent, through):
        return there, False
    fact = TimeAccommodation(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=officer.id,
        percent=percent,
        valid_through=through,
    )
    session.add(fact)
    session.flush()
    return fact, True


@dataclass(frozen=True, slots=True)
class MoreTime:
    """An officer with more time."""

    officer: str
    """Service number."""
    percent: int
    through: date | None


def in_force_now(session: Session, *, on: CivilInstant) -> Sequence[MoreTime]:
    """Return everybody who has more time on that day, by service number."""
    latest = select(func.max(TimeAccommodation.id)).group_by(TimeAccommodation.officer_id)
    rows = session.execute(
        select(TimeAccommodation, Person.service_number)
        .join(Person, Person.id == TimeAccommodation.officer_id)
        .where(TimeAccommodation.id.in_(latest), TimeAccommodation.percent > 0)
        .order_by(Person.service_number)
    )
    return [
        MoreTime(row.service_number, row.TimeAccommodation.percent, row.TimeAccommodation.valid_through)
        for row in rows
        if holds(row.TimeAccommodation, on=on)
    ]
