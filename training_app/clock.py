"""The one place that reads the clock.  Views and commands ask here and pass the instant down as ``at``."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)
