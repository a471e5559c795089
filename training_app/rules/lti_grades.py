"""What an officer's grade at a learning platform should be, and whether the platform has it already.

Nothing for who has not started.  What is shown there follows from the facts here; a platform decides nothing.

Source: 1EdTech Assignment and Grade Services 2.0, section 3.4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from training_app.rules.access import certified
from training_app.rules.facts import OfficerFacts
from training_app.rules.tool_now import ToolNow

Score = Mapping[str, Any]
"""What a platform is told, in the words of the standard, without account and time."""

SCORE_MAXIMUM = 100
DECIMALS = 4

FULL: Score = {
    "scoreGiven": SCORE_MAXIMUM,
    "scoreMaximum": SCORE_MAXIMUM,
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
}
CLEARED: Score = {"activityProgress": "Initialized", "gradingProgress": "NotReady"}
"""Takes a grade away that was given, and the completion that came with it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one submitted assessment came to."""

    points: Fraction
    of: int
    """Points that could be had; at least 1 in a paper that asks anything."""
    passed: bool
    submitted_at: datetime


def of_module(marks: Iterable[Mark]) -> Score | None:
    """Return the score of the mark that counts; ``None`` where no assessment was submitted.

    A mark that passes counts before one that does not, then the greater share, then the later one.
    """
    counting = [mark for mark in marks if mark.of]
    if not counting:
        return None
    best = max(counting, key=lambda mark: (mark.passed, mark.points / mark.of, mark.submitted_at))
    return {**FULL, "scoreGiven": _number(best.points), "scoreMaximum": best.of}


def of_course(asked: Iterable[str], passed: Iterable[str], *, told: bool) -> Score | None:
    """Return the full score once every module that the version in use asks for is passed.

    :param told: whether a grade was given before: where a later version asks for more, it is taken away.
    """
    missing = set(asked) - set(passed)
    return FULL if not missing else _taken_away(told)


def of_certification(officer: OfficerFacts, now: ToolNow, label: str, *, told: bool) -> Score | None:
    """Return the full score while training and award allow the use of the version *label*; seats do not count.

    :param told: whether a grade was given before: what is overdue, expired, revoked or under review is taken away.
    """
    return FULL if certified(officer, now, label) else _taken_away(told)


def _taken_away(told: bool) -> Score | None:
    return CLEARED if told else None


def _number(points: Fraction) -> int | float:
    return points.numerator if points.denominator == 1 else round(float(points), DECIMALS)


# -- what a platform has -----------------------------------------------------------------------------------------------


def is_there(score: Score, results: Iterable[object], subject: str) -> bool:
    """Tell whether the *results* of a column show *score* for the account *subject*: then it need not be sent again.

    A platform scales a score to its column, so that shares are compared; it leaves out who has none.

    :param results: as the platform states them (result service, section 3.3); what has another form shows nothing.
    """
    share = _share_in(results, subject)
    if "scoreGiven" not in score:
        return share is None
    given = Fraction(score["scoreGiven"]) / Fraction(score["scoreMaximum"])
    return share is not None and abs(share - given) < Fraction(1, 1000)


def _share_in(results: Iterable[object], subject: str) -> Fraction | None:
    for one in results:
        if not isinstance(one, Mapping) or str(one.get("userId")) != subject:
            continue
        given, most = one.get("resultScore"), one.get("resultMaximum", 1)
        if isinstance(given, int | float) and isinstance(most, int | float) and most > 0:
            return Fraction(given) / Fraction(most)
    return None


# -- when it may be told -----------------------------------------------------------------------------------------------


def timestamp(last: datetime | None, *, at: datetime) -> datetime | None:
    """Return the time that a score sent at *at* states: in whole seconds, never ahead of *at*, later than *last*.

    ``None``: not before the next second.  Platforms refuse a score that is not later than the one they have, and one
    from the future would have every true one refused until then.
    """
    stated = at.replace(microsecond=0)
    return None if last is not None and stated < last + timedelta(seconds=1) else stated
