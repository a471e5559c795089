"""Emergency access: what a danger that two people named lifts, for which minutes, and what it never lifts.

It is off unless the tool's setting turns it on.  An officer asks, a supervisor other than the officer confirms, and for
some minutes the lack of a seat, training on what changed that is overdue and a certification that ended a short while
ago do not stand against one version of one tool.  Every other ground stands.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, days_after, in_force
from training_app.rules.decision import Ground
from training_app.rules.facts import EmergencyGranted, EmergencySet, OfficerFacts, ToolFacts, in_effect, latest

LIFTABLE = frozenset({Ground.NO_SEAT, Ground.OVERDUE, Ground.EXPIRED})
EXPIRED_DAYS = 30
"""Days after its last day through which an expired certification can be lifted."""
MOST_MINUTES = 240
"""No emergency lasts longer, whatever a tool's setting says."""
REQUEST_MINUTES = 15
"""A request that nobody has confirmed by then lapses."""


class Danger(StrEnum):
    """What an emergency is for."""

    LIFE = "life"
    ATTACK = "attack"
    MISSING_PERSON = "missing-person"
    HOSTAGE = "hostage"
    DISASTER = "disaster"
    OTHER = "other"


class State(StrEnum):
    """How an emergency stands."""

    WAITING = "waiting"
    """Asked for, and not confirmed yet."""
    LAPSED = "lapsed"
    """Nobody confirmed it in time."""
    CALLED_OFF = "called-off"
    """Withdrawn or refused before it was confirmed."""
    RUNNING = "running"
    OVER = "over"
    """By itself, or because the tool's setting no longer allowed it."""
    ENDED = "ended"
    """Early, by officer or supervisor."""


def lapses_at(requested_at: datetime) -> datetime:
    """Return the instant from which a request made at *requested_at* can no longer be confirmed."""
    return requested_at + timedelta(minutes=REQUEST_MINUTES)


def longest(settings: Iterable[EmergencySet], *, at: datetime) -> int | None:
    """Return how many minutes an emergency that begins at *at* may last; ``None`` where there is no such access."""
    setting = latest(settings, at)
    return None if setting is None else _minutes(setting)


def _minutes(setting: EmergencySet) -> int | None:
    return min(setting.most_minutes, MOST_MINUTES) if setting.most_minutes else None


def ends_by_itself(emergency: EmergencyGranted, settings: Iterable[EmergencySet], *, at: datetime) -> datetime:
    """Return the instant at which *emergency* is over if nobody ends it, by the *settings* in effect at *at*.

    That is its own end or, if earlier, what the settings allow that have governed since it began: a later, longer one
    gives nothing back, and one that turned the access off ended it for good.
    """
    begun = emergency.effective_at
    known = in_effect(settings, at)
    at_first = latest(known, begun)
    if at_first is None:
        return begun
    found = [emergency.until]
    for setting in (at_first, *(one for one in known if one.effective_at > begun)):
        minutes = _minutes(setting)
        found.append(max(begun, setting.effective_at) if minutes is None else begun + timedelta(minutes=minutes))
    return min(found)


def running(officer: OfficerFacts, tool: ToolFacts, version: str, *, at: datetime) -> EmergencyGranted | None:
    """Return the emergency of *officer* on *version* that runs at *at*, of several the one that lasts longest."""
    ended = {end.emergency for end in in_effect(officer.emergency_ends, at)}
    found = (
        (ends_by_itself(one, tool.emergency_settings, at=at), one)
        for one in in_effect(officer.emergencies, at)
        if one.version == version and one.id not in ended
    )
    return max(((until, one.id, one) for until, one in found if at < until), default=(None, None, None))[2]


def ends_of(officer: OfficerFacts, tool: ToolFacts) -> set[datetime]:
    """Return every instant at which one of the officer's emergencies can end by itself."""
    minutes = {one for one in map(_minutes, tool.emergency_settings) if one is not None}
    found = {emergency.until for emergency in officer.emergencies}
    return found | {one.effective_at + timedelta(minutes=most) for one in officer.emergencies for most in minutes}


def lifts_expiry(last_day: date | None, *, on: CivilInstant) -> bool:
    """Tell whether a certification that ended after *last_day* can still be lifted."""
    return last_day is not None and in_force(days_after(last_day, EXPIRED_DAYS), on=on)


def state(
    *,
    requested_at: datetime,
    granted: EmergencyGranted | None,
    ended_at: datetime | None,
    settings: Iterable[EmergencySet],
    at: datetime,
) -> State:
    """Return how an emergency stands at *at*; it agrees with `running`."""
    over = ended_at is not None and ended_at <= at
    if granted is None or granted.effective_at > at:
        return State.CALLED_OFF if over else State.WAITING if at < lapses_at(requested_at) else State.LAPSED
    until = ends_by_itself(granted, settings, at=at)
    if over and ended_at is not None and ended_at < until:
        return State.ENDED
    return State.RUNNING if at < until else State.OVER
