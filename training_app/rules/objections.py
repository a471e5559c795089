"""Objections to the void of an award, or to a measure against a trainer: how long there is, and how one ends."""

from datetime import date, datetime
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, days_after

OBJECTION_DAYS = 30
"""Civil days after the one on which the decision was recorded, as for an appeal against a mark."""


class ObjectionOutcome(StrEnum):
    UPHELD = "upheld"
    """The objection was right; what mends it is recorded with the decision."""
    DISMISSED = "dismissed"


def last_day_to_object(recorded_at: datetime, *, on: CivilInstant) -> date:
    """Return the last day, inclusive, on which an objection can be made to what was recorded at *recorded_at*."""
    return days_after(on.at(recorded_at).day, OBJECTION_DAYS)
