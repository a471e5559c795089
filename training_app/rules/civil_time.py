"""Civil days in the agency's time zone: the one place that knows that a last day is inclusive."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class CivilInstant:
    """An instant, and the zone in which its day is read.

    :raises ValueError: if the instant has no zone of its own.
    """

    instant: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {self.instant!r}")

    @property
    def day(self) -> date:
        return self.instant.astimezone(self.zone).date()

    def at(self, instant: datetime) -> "CivilInstant":
        """Return *instant* as read in the same zone."""
        return CivilInstant(instant, self.zone)


#: No earlier day is taken from anybody: before the first day of the calendar a zone cannot be read at all.
FIRST_DAY = date(1900, 1, 1)
#: No civil day is later: a last day may be entered that no calendar continues after.
LAST_DAY = date(9999, 12, 30)
#: The day before it may begin before the calendar does, in zones east of Greenwich.
_FIRST_WITH_AN_INSTANT = date(1, 1, 2)


def in_force(last_day: date | None, *, on: CivilInstant) -> bool:
    """Tell whether something that runs through *last_day*, inclusive, still runs; ``None`` never does."""
    return last_day is not None and on.day <= last_day


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of *day* in *zone*, in UTC, also where the clocks change at midnight."""
    return datetime.combine(max(_FIRST_WITH_AN_INSTANT, min(day, LAST_DAY)), time.min, tzinfo=zone).astimezone(UTC)


def ends_at(last_day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant at which something that ran through *last_day* no longer does."""
    return first_instant(days_after(last_day, 1), zone)


def days_after(day: date, days: int) -> date:
    """Return the day *days* after *day*, never later than `LAST_DAY`."""
    return day + timedelta(days=days) if (LAST_DAY - day).days >= days else LAST_DAY


def working_days_after(day: date, days: int, holidays: Collection[date] = frozenset()) -> date:
    """Return the *days*-th working day after *day*: Monday to Friday, without the public *holidays*.

    With 0 days it is the last working day up to *day*.
    """
    found = _weekdays_after(day, days)
    if days == 0:
        while found in holidays:
            found = _weekdays_after(found - timedelta(days=1), 0)
        return found
    counted = day
    while True:
        lost = sum(counted < one <= found and one.weekday() < 5 for one in holidays)
        if not lost:
            return found
        counted, found = found, _weekdays_after(found, lost)


def _weekdays_after(day: date, days: int) -> date:
    weeks, rest = divmod(days, 5)
    monday_to_friday = day - timedelta(days=max(0, day.weekday() - 4))
    found = days_after(monday_to_friday, 7 * weeks + rest)
    return days_after(found, 2) if monday_to_friday.weekday() + rest > 4 else found


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, *months* later (or earlier), clamped to the month's last day.

    Chained periods count from one anchor day, never from each other, so that clamping does not add up:
    31 August, 28 February, 31 August.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return day_of_month(year, month + 1, day.day)


def day_of_month(year: int, month: int, day: int) -> date:
    """Return the *day* of the month, or the month's last where it has no such day; never later than `LAST_DAY`."""
    if year > LAST_DAY.year:
        return LAST_DAY
    return date(year, month, min(day, monthrange(year, month)[1]))
