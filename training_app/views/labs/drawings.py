"""Where the parts of a lab's drawing stand.  The script moves them, and puts them where these functions would."""

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
DOT = 11
"""How much room a sign takes, across and upwards."""
LABEL = 22
"""Room for the words above a row."""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: int
    score: int
    is_wanted: bool
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The people of a group along the scale, the wanted above the others, and the line."""

    dots: list[Dot]
    line: float
    middle: int
    bottom: int
    """Where the lowest signs of the upper and of the lower row stand."""


def across(score: float) -> float:
    return round(STRIP_LEFT + STRIP_STEP * score, 1)


def strip(group: ScoredGroup, threshold: int) -> Strip:
    wanted, others = _piled(group.wanted), _piled(group.others)
    middle = LABEL + DOT * max(2, *(level + 1 for _, level in wanted))
    bottom = middle + LABEL + DOT * max(2, *(level + 1 for _, level in others))
    dots = [
        Dot(across(score), floor - DOT * level, score, is_wanted, score >= threshold)
        for piled, floor, is_wanted in ((wanted, middle, True), (others, bottom, False))
        for score, level in piled
    ]
    return Strip(dots, across(threshold - 0.5), middle, bottom)


def _piled(scores: Sequence[int]) -> list[tuple[int, int]]:
    """Return each score, ascending, with the lowest level from 0 on which its sign touches no other."""
    last: list[float] = []
    found = []
    for score in scores:
        level = next((place for place, x in enumerate(last) if across(score) - x >= DOT), len(last))
        last[level : level + 1] = [across(score)]
        found.append((score, level))
    return found


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
    """A tool's rate in both groups, as places along the scale."""

    name: str
    y: int
    first: float
    second: float


def scale_of(lab: SpotTheBias, measure: Measure) -> Fraction:
    """Return where the scale ends: the next tenth above every rate."""
    rates = [rate(measure, counts) or Fraction(0) for tool in lab.tools for counts in tool.groups]
    return min(Fraction(int(max(rates) * 10) + 1, 10), Fraction(1))


def pairs(lab: SpotTheBias, measure: Measure, scale: Fraction) -> list[Pair]:
    """Return one line for each tool, along a scale from 0 to *scale*; every rate is defined, or the lab had a fault."""
    found = []
    for place, tool in enumerate(lab.tools):
        first, second = (round(14 + 372 * float((rate(measure, counts) or 0) / scale), 1) for counts in tool.groups)
        found.append(Pair(tool.name, 34 + 44 * place, first, second))
    return found
