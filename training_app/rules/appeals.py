"""Appeals against a mark: how long there is to make one, and who has no hand in what is appealed against."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, days_after

APPEAL_DAYS = 30
"""Civil days after the one on which the mark was told."""


class Hand(StrEnum):
    """Why somebody does not judge an appeal, the weightiest first."""

    OFFICER = "officer"
    """It is the officer's own."""
    WROTE = "wrote"
    REVIEWED = "reviewed"
    RULED = "ruled"
    """Ruled on an item of the quiz before."""
    MARKED = "marked"
    """Accepted late answers of this attempt before."""


def last_day_to_appeal(marked_at: datetime, *, on: CivilInstant) -> date:
    """Return the last day, inclusive, on which an appeal can be made against a mark that was told at *marked_at*."""
    return days_after(on.at(marked_at).day, APPEAL_DAYS)


def days_waiting(since: datetime, *, on: CivilInstant) -> int:
    """Return how many civil days an appeal has waited: 0 on the day on which it was made."""
    return (on.day - on.at(since).day).days


def hand_of(person: int, hands: Mapping[Hand, Collection[int]]) -> Hand | None:
    """Return the weightiest hand that *person* had in what is appealed against; ``None``: may judge it.

    Source: ISO/IEC 17024:2012, 9.8: an appeal is decided by persons other than those who made the decision.
    """
    return next((hand for hand in Hand if person in hands.get(hand, ())), None)
