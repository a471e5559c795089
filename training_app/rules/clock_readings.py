"""What the agency's clocks showed, as instants: where the clocks change, a time is missing or comes twice."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from training_app.rules.civil_time import first_instant

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CIVIL = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
_RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})")


class NoInstant(ValueError):
    """A text names no instant, or more than one; the message says what to write instead."""


def instants_of(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the instants, in UTC, at which the clocks of *zone* showed *clock* on *day*, the earlier first.

    One as a rule; none where the clocks were put forward over it, two where they were put back over it.
    """
    shown = datetime.combine(day, clock)
    found = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in found if one.astimezone(zone).replace(tzinfo=None) == shown))


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, that *text* names.

    :param text: RFC 3339 with its offset (``2026-03-12T13:03:00Z``); or day and time without one
        (``2026-03-12 14:03``), read on the clocks of *zone*; or a day alone: its first instant there.
    :raises NoInstant: if it is none of these, no such time was shown that day, or it was shown twice.
    """
    text = text.strip()
    try:
        if _RFC_3339.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        if _DAY.fullmatch(text):
            return first_instant(date.fromisoformat(text), zone)
        if _CIVIL.fullmatch(text):
            shown = datetime.fromisoformat(text.upper())
            return _the_one(text, instants_of(shown.date(), shown.time(), zone), zone)
    except NoInstant:
        raise
    except (ValueError, OverflowError):
        raise NoInstant(f"{text!r} is on no calendar.") from None
    raise NoInstant(
        f"{text!r} is no time. Write 2026-03-12T13:03:00Z, or 2026-03-12 14:03 as the clocks in {zone} show."
    )


def _the_one(text: str, found: tuple[datetime, ...], zone: ZoneInfo) -> datetime:
    if not found:
        raise NoInstant(f"The clocks in {zone} never showed {text}: they were put forward over it.")
    if len(found) > 1:
        both = " or ".join(f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in found)
        raise NoInstant(f"The clocks in {zone} showed {text} twice. Write which: {both}.")
    return found[0]


def offset_of(instant: datetime, zone: ZoneInfo) -> str:
    """Return by how much the clocks of *zone* were ahead of UTC at *instant*: ``UTC+2``, ``UTC-3:30``."""
    ahead = instant.astimezone(zone).utcoffset() or timedelta(0)
    hours, minutes = divmod(abs(int(ahead.total_seconds())) // 60, 60)
    sign = "-" if ahead < timedelta(0) else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
