"""Classical item analysis: how hard an item is, how well it tells the able from the weak, what its alternatives do.

Every figure comes with the number of officers behind it; below 30 there is none (`scored_papers.weight`).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev

from quizzes.interactions import (
    FALSE,
    TRUE,
    Case,
    Choice,
    Interaction,
    MarkingUp,
    Matching,
    NumericEntry,
    ReasonedVerdict,
    Response,
    TextEntry,
)
from quizzes.probability import normal_quantile
from quizzes.scored_papers import SILENT_BELOW, PaperSet, ScoredItem, Weight, weight

GROUP_SHARE = 0.27
"""Of all officers, those in the upper and in the lower group.

Kelley (1939), Journal of Educational Psychology 30: 17-24: with 27 percent the difference between the groups is large
against its own error.
"""

CONFIDENCE = 0.95

TOO_HARD, TOO_EASY = 0.30, 0.95
"""Below and above these an item tells few officers apart."""

WEAK_CORRELATION = 0.15

IDLE_ALTERNATIVE = 0.05
"""A wrong alternative that fewer choose fools nobody (Haladyna & Downing, 1993, Educational and Psychological
Measurement 53: 999-1010)."""

LEAST_ALIKE = 5
"""An answer that officers put into words or figures themselves is shown where at least so many gave the same."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the interval of 95 percent around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one of an item's alternatives did; shares are from 0 to 1."""

    mark: str
    chosen: int
    """Officers who chose it."""
    share: float
    upper: float
    """Of the best 27 percent, the share who chose it."""
    middle: float
    lower: float
    rest: float | None
    """Mean standing of who chose it, in points above or below what is usual, on the other items of their papers."""


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What is known of one item; figures are ``None`` where nothing can be said."""

    officers: int
    facility: Estimate | None = None
    """Mean share of the points: for an item that is right or wrong, the share of officers who had it right."""
    rest_correlation: Estimate | None = None
    """Corrected point-biserial: with the rest of the paper."""
    discrimination: float | None = None
    """Facility in the upper less that in the lower 27 percent, from -1 to 1."""
    omission: float | None = None
    """Share of officers who left it blank, or a part of it."""
    median_seconds: float | None = None
    timed: int = 0
    """Officers whose time is known."""
    alternatives: tuple[Alternative, ...] = ()

    @property
    def weight(self) -> Weight:
        return weight(self.officers)


def item_statistics(papers: PaperSet, item: str, alternatives: Iterable[str] = ()) -> ItemStatistics:
    """Return what *papers* tell of *item*; nothing but the number of officers where they are fewer than 30.

    :param alternatives: marks that the item offers, in their order (see `offered`); others that five officers or more
        gave alike follow, the most frequent first.
    """
    met = papers.met(item)
    if len(met) < SILENT_BELOW:
        return ItemStatistics(len(met))
    entries = [entry for entry, _standing in met]
    shares = [entry.points / entry.of for entry in entries]
    rests = [papers.rest(item, entry, standing) for entry, standing in met]
    standings = [standing for _entry, standing in met]
    upper, lower = extreme_groups(standings)
    seconds = [entry.seconds for entry in entries if entry.seconds is not None]
    return ItemStatistics(
        officers=len(met),
        facility=facility(shares),
        rest_correlation=correlation_estimate(shares, rests),
        discrimination=_mean_of(shares, upper) - _mean_of(shares, lower),
        omission=sum(not entry.answered for entry in entries) / len(entries),
        median_seconds=median(seconds) if len(seconds) >= SILENT_BELOW else None,
        timed=len(seconds),
        alternatives=_alternatives(entries, rests, upper, lower, tuple(alternatives)),
    )


def facility(shares: Sequence[float]) -> Estimate:
    """Return the mean of *shares* of an item's points, at least two, with its interval.

    Also called difficulty or p-value: Crocker & Algina (1986), Introduction to Classical and Modern Test Theory, ch. 5.
    The interval of a share of officers is Wilson's (1927), Journal of the American Statistical Association 22:
    209-212; where an item gives points in part, the normal one of a mean, held between 0 and 1.
    """
    number, mean = len(shares), fmean(shares)
    z = normal_quantile((1 + CONFIDENCE) / 2)
    if all(share in (0, 1) for share in shares):
        centre = (mean + z**2 / (2 * number)) / (1 + z**2 / number)
        reach = z / (1 + z**2 / number) * math.sqrt(mean * (1 - mean) / number + z**2 / (4 * number**2))
        return Estimate(mean, max(0.0, centre - reach), min(1.0, centre + reach))
    reach = z * stdev(shares) / math.sqrt(number)
    return Estimate(mean, max(0.0, mean - reach), min(1.0, mean + reach))


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Pearson's correlation, from -1 to 1; ``None`` where one of the two does not vary.

    Between an item that is right or wrong and a score this is the point-biserial: Lord & Novick (1968), Statistical
    Theories of Mental Test Scores, ch. 15.  It is corrected where the score leaves the item itself out: Henrysson
    (1963), Psychometrika 28: 211-218.
    """
    mean_first, mean_second = fmean(first), fmean(second)
    left = [value - mean_first for value in first]
    right = [value - mean_second for value in second]
    spread = math.sqrt(math.fsum(x * x for x in left) * math.fsum(y * y for y in right))
    if spread < 1e-9:
        return None
    return max(-1.0, min(1.0, math.fsum(x * y for x, y in zip(left, right, strict=True)) / spread))


def correlation_estimate(first: Sequence[float], second: Sequence[float]) -> Estimate | None:
    """Return the correlation with its interval by Fisher's (1921) transformation; ``None`` as in `correlation`.

    The interval is that of two normal variables, and for a point-biserial a good approximation.
    """
    value = correlation(first, second)
    if value is None:
        return None
    if abs(value) == 1:
        return Estimate(value, value, value)
    reach = normal_quantile((1 + CONFIDENCE) / 2) / math.sqrt(len(first) - 3)
    return Estimate(value, math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach))


def extreme_groups(scores: Sequence[float], share: float = GROUP_SHARE) -> tuple[list[float], list[float]]:
    """Return how far each officer belongs to the upper and to the lower group, from 0 to 1, in the order of *scores*.

    The groups hold *share* of the officers, rounded to whole ones.  Of several with the same score at a group's edge,
    each belongs to it by an equal part, so that no order of the rows decides.
    """
    size = max(1, round(share * len(scores)))
    return _best(scores, size), _best([-score for score in scores], size)


def _best(scores: Sequence[float], size: int) -> list[float]:
    rounded = [round(score, 9) for score in scores]
    edge = sorted(rounded, reverse=True)[size - 1]
    above, level = sum(score > edge for score in rounded), rounded.count(edge)
    part = (size - above) / level
    return [1.0 if score > edge else part if score == edge else 0.0 for score in rounded]


def discrimination(shares: Sequence[float], scores: Sequence[float], group: float = GROUP_SHARE) -> float:
    """Return the mean of *shares* in the upper group by *scores* less that in the lower, from -1 to 1.

    The upper-lower index D: Johnson (1951), Journal of Educational Psychology 42: 499-504; Ebel (1954).
    """
    upper, lower = extreme_groups(scores, group)
    return _mean_of(shares, upper) - _mean_of(shares, lower)


def _mean_of(values: Sequence[float], belonging: Sequence[float]) -> float:
    whole = math.fsum(belonging)
    return math.fsum(value * part for value, part in zip(values, belonging, strict=True)) / whole if whole else 0.0


def _alternatives(
    entries: Sequence[ScoredItem],
    rests: Sequence[float],
    upper: Sequence[float],
    lower: Sequence[float],
    offered: tuple[str, ...],
) -> tuple[Alternative, ...]:
    middle = [max(0.0, 1 - high - low) for high, low in zip(upper, lower, strict=True)]
    counts: dict[str, int] = dict.fromkeys(offered, 0)
    for entry in entries:
        for mark in entry.marks:
            counts[mark] = counts.get(mark, 0) + 1
    others = sorted(
        (mark for mark, number in counts.items() if mark not in offered and number >= LEAST_ALIKE),
        key=lambda mark: (-counts[mark], mark),
    )
    found = []
    for mark in (*offered, *others):
        chose = [float(mark in entry.marks) for entry in entries]
        of_them = [rest for rest, chosen in zip(rests, chose, strict=True) if chosen]
        found.append(
            Alternative(
                mark=mark,
                chosen=counts[mark],
                share=counts[mark] / len(entries),
                upper=_mean_of(chose, upper),
                middle=_mean_of(chose, middle),
                lower=_mean_of(chose, lower),
                rest=fmean(of_them) if of_them else None,
            )
        )
    return tuple(found)


def offered(interaction: Interaction) -> tuple[str, ...]:
    """Return the marks that an item shows for choosing; those of an order, and what is entered, depend on officers."""
    match interaction:
        case Choice(options=options):
            return options
        case MarkingUp(rows=rows):
            return rows
        case ReasonedVerdict(reasons=reasons):
            return (TRUE, FALSE, *reasons)
        case Matching(prompts=prompts, matches=matches):
            return tuple(f"{prompt}:{match}" for prompt in prompts for match in matches)
        case Case(parts=parts):
            return tuple(f"{part.id}/{mark}" for part in parts for mark in offered(part.interaction))
        case _:
            return ()


def is_right(interaction: Interaction, mark: str) -> bool:
    """Tell whether *mark* belongs to a right response: to the key, or within what is accepted."""
    match interaction:
        case Case(parts=parts):
            name, _slash, own = mark.partition("/")
            return any(part.id == name and is_right(part.interaction, own) for part in parts)
        case NumericEntry() | TextEntry():
            return interaction.credit(Response({mark})) == 1
        case _:
            return mark in interaction.key


def strongest_wrong(found: ItemStatistics, interaction: Interaction) -> Alternative | None:
    """Return the wrong alternative that draws more of the upper than of the lower group, the strongest if several do.

    It is the sign of a wrong key, or of a second answer that can be defended.
    """
    drawing = [one for one in found.alternatives if not is_right(interaction, one.mark) and one.upper > one.lower]
    return max(drawing, key=lambda one: one.upper - one.lower, default=None)
