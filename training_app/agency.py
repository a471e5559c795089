"""The agency's calendar and clocks: the zone of its last days, its public holidays, and how an instant is written."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_time, get_locale
from flask_babel import gettext as _

from training_app import wording
from training_app.clock import now
from training_app.rules.civil_time import CivilInstant


def zone() -> ZoneInfo:
    """Return the zone that the installation is set to; in a request."""
    return ZoneInfo(current_app.extensions["config"].agency_zone)


def on_now() -> CivilInstant:
    """Return this instant in the agency's zone, as rules on days ask for it; in a request."""
    return CivilInstant(now(), zone())


def holidays() -> frozenset[date]:
    """Return the agency's public holidays, for every deadline in working days; in a request."""
    found: frozenset[date] = current_app.extensions["holidays"]
    return found


def moment(instant: datetime, *, seconds: bool = False) -> str:
    """Return *instant* as day and time on the agency's clocks, for example 11 January 2027, 06:00."""
    local = instant.astimezone(zone())
    if get_locale().language == "en":  # the English of the catalogue is European, as in `wording.civil`
        clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    else:
        clock = format_time(local, "medium" if seconds else "short", rebase=False)
    return _("%(day)s, %(time)s", day=wording.civil(local.date()), time=clock)
