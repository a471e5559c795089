"""How often a tool errs in each group, and how far the groups lie apart.  Positive means flagged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

FOUR_FIFTHS = Fraction(4, 5)
"""29 CFR 1607.4(D), a guideline of the United States for employment."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The people of one group by what the tool did and what was true: whole numbers, none negative."""

    hits: int
    """Flagged, and rightly: true positives."""
    missed: int
    """Not flagged, and wrongly: false negatives."""
    wrong: int
    """Flagged, and wrongly: false positives."""
    left_alone: int
    """Not flagged, and rightly: true negatives."""

    @property
    def people(self) -> int:
        return self.hits + self.missed + self.wrong + self.left_alone

    @property
    def selection_rate(self) -> Fraction | None:
        """Share of all who are flagged; each rate is ``None`` where there is nobody to count."""
        return _share(self.hits + self.wrong, self.people)

    @property
    def true_positive_rate(self) -> Fraction | None:
        return _share(self.hits, self.hits + self.missed)

    @property
    def false_negative_rate(self) -> Fraction | None:
        return _share(self.missed, self.hits + self.missed)

    @property
    def false_positive_rate(self) -> Fraction | None:
        return _share(self.wrong, self.wrong + self.left_alone)

    @property
    def precision(self) -> Fraction | None:
        """Share of the flagged who are rightly flagged: the positive predictive value."""
        return _share(self.hits, self.hits + self.wrong)


class Measure(StrEnum):
    """What may lie apart between groups, by the field's terms."""

    SELECTION_RATE = "selection-rate"
    """Demographic parity asks that it be equal."""
    FALSE_POSITIVE_RATE = "false-positive-rate"
    FALSE_NEGATIVE_RATE = "false-negative-rate"
    """Equal opportunity asks that it be equal; its gap is that of the true positive rate."""
    PRECISION = "precision"
    """Predictive parity asks that it be equal."""


_RATES: dict[Measure, Callable[[Counts], Fraction | None]] = {
    Measure.SELECTION_RATE: lambda counts: counts.selection_rate,
    Measure.FALSE_POSITIVE_RATE: lambda counts: counts.false_positive_rate,
    Measure.FALSE_NEGATIVE_RATE: lambda counts: counts.false_negative_rate,
    Measure.PRECISION: lambda counts: counts.precision,
}


def rate(measure: Measure, counts: Counts) -> Fraction | None:
    """Return what *measure* looks at in one group."""
    return _RATES[measure](counts)


def gap(measure: Measure, groups: Sequence[Counts]) -> Fraction | None:
    """Return how far the groups lie apart, greatest less least; ``None`` where it is not defined for one of them."""
    rates = [found for found in (rate(measure, counts) for counts in groups) if found is not None]
    return max(rates) - min(rates) if len(rates) == len(groups) else None


def equalised_odds_gap(groups: Sequence[Counts]) -> Fraction | None:
    """Return the larger of the gaps in true and in false positive rates."""
    found = [gap(Measure.FALSE_NEGATIVE_RATE, groups), gap(Measure.FALSE_POSITIVE_RATE, groups)]
    known = [one for one in found if one is not None]
    return max(known) if len(known) == len(found) else None


def favourable_ratio(groups: Sequence[Counts]) -> Fraction | None:
    """Return the least share of people who are *not* flagged over the greatest, for the four-fifths rule.

    Not to be flagged is what is favourable.  ``None`` where everybody in every group is flagged.
    """
    shares = [1 - found for found in (counts.selection_rate for counts in groups) if found is not None]
    return min(shares) / max(shares) if len(shares) == len(groups) and max(shares) else None


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
