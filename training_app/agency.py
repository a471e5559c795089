"""The agency's calendar: the zone in which every last day ends."""

from zoneinfo import ZoneInfo

from flask import current_app


def zone() -> ZoneInfo:
    """Return the zone that the installation is set to; in a request."""
    return ZoneInfo(current_app.extensions["config"].agency_zone)
