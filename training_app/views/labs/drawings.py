"""Where the parts of a lab's drawing stand.  The script moves them, and puts them where these functions would."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.labs.bias_threshold import ScoredGroup
from courses.labs.fairness import Measure, rate
from courses.labs.feedback_loop import Month
from courses.labs.spot_the_bias import SpotTheBias

# -- a hundred of the flagged ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    x: int
    y: int
    is_right: bool


def hundred_marks(right: int) -> list[Mark]:
    """Return four rows of 25 marks, the first *right* of them for people rightly flagged."""
    return [Mark(8 + 16 * (place % 25), 8 + 16 * (place // 25), place < right) for place in range(100)]


# -- scores by group ---------------------------------------------------------------------------------------------------

STRIP_LEFT, STRIP_STEP = 14, 3.72
"""Of the scale: where score 0 stands, and how far apart two scores are."""
WANTED_FLOOR, OTHERS_FLOOR = 62, 138
"""Where the lowest dot of each row stands; others pile up on it."""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    score: int
    is_wanted: bool
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The people of a group along the scale, the wanted above the others, and the line."""

    dots: list[Dot]
    line: float


def across(score: float) -> float:
    return round(STRIP_LEFT + STRIP_STEP * score, 1)


def strip(group: ScoredGroup, threshold: int) -> Strip:
    dots = [
        *_row(group.wanted, WANTED_FLOOR, threshold, is_wanted=True),
        *_row(group.others, OTHERS_FLOOR, threshold, is_wanted=False),
    ]
    return Strip(dots, across(threshold - 0.5))


def _row(scores: Sequence[int], floor: int, threshold: int, *, is_wanted: bool) -> list[Dot]:
    """Return one dot for each score; those whose dots would touch pile up."""
    height: Counter[int] = Counter()
    dots = []
    for score in scores:
        column = score // 3
        y = floor - 11 * height[column]
        height[column] += 1
        dots.append(Dot(across(column * 3 + 1), y, score, is_wanted, score >= threshold))
    return dots


# -- shares over the months --------------------------------------------------------------------------------------------

CHART_LEFT, CHART_STEP, CHART_TOP, CHART_HEIGHT = 44, 27, 12, 150


@dataclass(frozen=True, slots=True)
class Shares:
    """The first district's share of the record, month by month, and of what really happens."""

    points: list[tuple[int, float]]
    """Of all months."""
    shown: int
    """How many of them have passed."""
    real: float

    @property
    def line(self) -> str:
        return " ".join(f"{x},{y:g}" for x, y in self.points[: self.shown])


def height(value: Fraction) -> float:
    return round(float(CHART_TOP + CHART_HEIGHT * (1 - value)), 1)


def shares(year: Sequence[Month], happening: tuple[int, int], month: int) -> Shares:
    points = [(CHART_LEFT + CHART_STEP * one.number, height(Fraction(one.record[0], sum(one.record)))) for one in year]
    return Shares(points, month + 1, height(Fraction(happening[0], sum(happening))))


# -- two groups, three tools -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A tool's rate in both groups along a scale from 0 to 100 per cent."""

    name: str
    y: int
    first: float
    second: float


def pairs(lab: SpotTheBias, measure: Measure) -> list[Pair]:
    """Return one line for each tool; an undefined rate cannot be, since the lab was read."""
    found = []
    for place, tool in enumerate(lab.tools):
        first, second = (round(14 + 372 * float(rate(measure, counts) or 0), 1) for counts in tool.groups)
        found.append(Pair(tool.name, 34 + 44 * place, first, second))
    return found
