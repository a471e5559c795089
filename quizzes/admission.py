"""When an officer may open the next assessment: how many are left, and how long a failed one makes them wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.bank import PaperPlan


@dataclass(frozen=True, slots=True)
class Sat:
    """An assessment of one officer that is over: submitted, or closed by its deadline."""

    over_at: datetime
    passed: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """What stands between an officer and the next assessment."""

    left: int | None
    """How many may still be opened; ``None`` without a limit."""
    used: int
    """How many were opened since the last pass."""
    opens_at: datetime | None
    """End of the cooling-off, from which on the next may be opened; ``None`` where none runs."""

    @property
    def used_up(self) -> bool:
        return self.left == 0

    @property
    def open(self) -> bool:
        """Whether an assessment may be opened now."""
        return not self.used_up and self.opens_at is None


def admission(plan: PaperPlan, sat: Sequence[Sat], granted: Sequence[datetime], *, at: datetime) -> Admission:
    """Return what *plan* says about the next assessment as of *at*.

    A pass begins anew: neither what came before it, nor what was granted before it, counts.  That an assessment was
    granted lets it be opened beyond the limit, and shortens no cooling-off.

    :param sat: the officer's assessments of the module, the earliest first; none of them still open.
    :param granted: when further assessments were granted.
    """
    passes = [number for number, one in enumerate(sat, start=1) if one.passed]
    since = sat[passes[-1] :] if passes else sat
    begun = sat[passes[-1] - 1].over_at if passes else None
    further = sum(begun is None or when >= begun for when in granted)
    left = None if plan.attempts is None else max(0, plan.attempts + further - len(since))
    cooled = since[-1].over_at + timedelta(hours=plan.cooling_off_hours) if since else None
    return Admission(left, len(since), cooled if cooled is not None and cooled > at else None)


def time_allowed(plan: PaperPlan, *, extra_percent: int) -> timedelta | None:
    """Return how long an assessment may take from its opening, or ``None`` where no clock runs.

    :param extra_percent: how much more the officer gets; the paper stays the same.
    """
    return None if plan.minutes is None else timedelta(minutes=plan.minutes) * (100 + extra_percent) / 100
