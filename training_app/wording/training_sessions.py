"""Training sessions in words: kinds, attendance, what stands against a plan or a place, and when one is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.rules.clock_readings import instants_of, offset_of
from training_app.rules.training_sessions import (
    ATTENDANCE_DAYS,
    MOST_PLACES,
    PLANNED_MONTHS,
    AttendanceFault,
    Fault,
    Obstacle,
    Plan,
    Presence,
    SessionKind,
)
from training_app.wording.decisions import civil

KINDS: Mapping[SessionKind, Any] = {
    SessionKind.CLASSROOM: _l("Classroom"),
    SessionKind.SIMULATOR: _l("Simulator"),
}

PRESENCES: Mapping[Presence, Any] = {
    Presence.PRESENT: _l("Present"),
    Presence.ABSENT: _l("Absent"),
    Presence.LEFT_EARLY: _l("Left early"),
}

FAULTS: Mapping[Fault, Any] = {
    Fault.OVER: _l("That time has passed. Choose a later one."),
    Fault.TOO_FAR: _l("A session is planned for a day within %(months)s months.", months=PLANNED_MONTHS),
    Fault.ENDS_BEFORE: _l("A session ends after it begins."),
    Fault.TOO_LONG: _l("A session lasts 12 hours at most. Plan two."),
    Fault.CAPACITY: _l("Enter from 1 to %(most)s places.", most=MOST_PLACES),
}

OBSTACLES: Mapping[Obstacle, Any] = {
    Obstacle.CANCELLED: _l("The session is called off."),
    Obstacle.BEGUN: _l("The session has begun. Only its instructor adds who comes now."),
    Obstacle.OVER: _l("The session is over for too long. Nobody is added any more."),
    Obstacle.INSTRUCTOR: _l("They hold this session, and nobody is taught by themselves."),
    Obstacle.JOINED_ALREADY: _l("They are on this session already."),
    Obstacle.ELSEWHERE: _l("They are on another session at that time. Withdraw from that one first."),
}

OBSTACLES_OF_ONESELF: Mapping[Obstacle, Any] = {
    **OBSTACLES,
    Obstacle.INSTRUCTOR: _l("You hold this session."),
    Obstacle.JOINED_ALREADY: _l("You are on this session already."),
    Obstacle.ELSEWHERE: _l("You are on another session at that time. Withdraw from that one first."),
}

ATTENDANCE_FAULTS: Mapping[AttendanceFault, Any] = {
    AttendanceFault.CANCELLED: _l("The session is called off."),
    AttendanceFault.NOT_BEGUN: _l("The session has not begun. Attendance is recorded from its start on."),
    AttendanceFault.TOO_LATE: _l(
        "Attendance is recorded through the %(days)sth day after the session. What is recorded can still be corrected.",
        days=ATTENDANCE_DAYS,
    ),
    AttendanceFault.NOT_ON_ROSTER: _l("Somebody is no longer on the roster. Load the page again."),
    AttendanceFault.REASON_MISSING: _l("Say why you correct what was recorded."),
}


def when(plan: Plan, zone: ZoneInfo) -> str:
    """Return when a session is, on the agency's clocks: ``Tuesday, 12 January 2027, 09:00 to 12:00``."""
    start, end = plan.starts_at.astimezone(zone), plan.ends_at.astimezone(zone)
    names = {"weekday": format_date(start.date(), "EEEE"), "day": civil(start.date())}
    clocks = {"start": clock(plan, zone), "end": clock(plan, zone, end=True)}
    if start.date() == end.date():
        return _("%(weekday)s, %(day)s, %(start)s to %(end)s", **names, **clocks)
    return _(
        "%(weekday)s, %(day)s, %(start)s to %(end)s on the next day", **names, **clocks
    )  # a session is 12 hours at most


def clock(plan: Plan, zone: ZoneInfo, *, end: bool = False) -> str:
    """Return what the agency's clocks show then; a time that comes twice that day, with its distance from UTC."""
    instant = plan.ends_at if end else plan.starts_at
    local = instant.astimezone(zone)
    if get_locale().language == "en":
        shown = f"{local:%H:%M}"
    else:
        shown = format_time(local, "short", rebase=False)
    twice = len(instants_of(local.date(), local.time().replace(tzinfo=None, fold=0), zone)) > 1
    return f"{shown} ({offset_of(instant, zone)})" if twice else shown


def week_of(plan: Plan, zone: ZoneInfo) -> str:
    """Return the name of the week that a session begins in, by its Monday."""
    day = plan.starts_at.astimezone(zone).date()
    return _("Week of %(day)s", day=civil(day - timedelta(days=day.weekday())))
