"""Angoff's method: judges say how many barely competent officers would get each item right; the cut score follows.

Angoff (1971), in Thorndike (ed.), Educational Measurement, 2nd ed., pp. 508-600; in two rounds with what the others
said in between: Hambleton & Pitoniak (2006), in Brennan (ed.), Educational Measurement, 4th ed., ch. 12.  Ratings are
whole percents and cut scores exact fractions; how far judges agree is an estimate, and a float.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean, stdev

from quizzes.bank import Bank
from quizzes.item import Item

LEAST_JUDGES = 3
"""With fewer there is no spread to speak of, and one judge's slip is the standard."""

RECOMMENDED_JUDGES = 10
"""Hurtz & Hertz (1999), Educational and Psychological Measurement 59: 885-897: from 10 to 15 judges on, another panel
would come to much the same.  Fewer than five are too few for a test with weight (Livingston & Zieky, 1982)."""

FEW_JUDGES = 5

Ratings = Mapping[int, Mapping[str, int]]
"""Percent by judge and item."""


@dataclass(frozen=True, slots=True)
class ItemSpread:
    """What the judges said of one item, in percent."""

    mean: Fraction
    """As a share from 0 to 1."""
    low: int
    high: int
    deviation: float
    """Standard deviation between judges."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the judges agree over all items; shares, not percents."""

    judges: int
    items: int
    mean: Fraction
    """Of all ratings: the cut score of a paper that held every item, each worth the same."""
    deviation: float
    """Standard deviation between the judges' own means."""
    standard_error: float
    """Of the mean: by how much it would differ with other judges of the same kind."""
    single: float | None
    """Agreement of one judge with another in absolute terms: ICC(2,1)."""
    panel: float | None
    """The same of the mean of all judges: ICC(2,k), the dependability of generalisability theory."""


def complete(ratings: Ratings, items: Collection[str]) -> dict[int, Mapping[str, int]]:
    """Return the ratings of the judges who rated every one of *items*, and of nothing else."""
    return {
        judge: {item: given[item] for item in items}
        for judge, given in ratings.items()
        if all(item in given for item in items)
    }


def spreads(ratings: Ratings) -> dict[str, ItemSpread]:
    """Return what the judges said of each item that any of them rated."""
    by_item: dict[str, list[int]] = {}
    for given in ratings.values():
        for item, percent in given.items():
            by_item.setdefault(item, []).append(percent)
    return {
        item: ItemSpread(
            mean=Fraction(sum(said), 100 * len(said)),
            low=min(said),
            high=max(said),
            deviation=stdev(said) if len(said) > 1 else 0.0,
        )
        for item, said in by_item.items()
    }


def agreement(ratings: Ratings) -> Agreement:
    """Return how far judges agree who rated the same items, at least two judges and one item.

    Standard error: the deviation between the judges' means, divided by the root of their number (Cizek & Bunch, 2007,
    Standard Setting, ch. 6; Brennan, 2001, Generalizability Theory: the items are given, the judges a sample).
    ICC: Shrout & Fleiss (1979), Psychological Bulletin 86: 420-428, case 2; ``None`` where the items, or all ratings,
    do not differ.
    """
    rows = [[given[item] / 100 for item in sorted(given)] for _judge, given in sorted(ratings.items())]
    judges, items = len(rows), len(rows[0])
    means = [fmean(row) for row in rows]
    single, panel = _intraclass(rows)
    whole = sum(percent for given in ratings.values() for percent in given.values())
    return Agreement(
        judges=judges,
        items=items,
        mean=Fraction(whole, 100 * judges * items),
        deviation=stdev(means),
        standard_error=stdev(means) / math.sqrt(judges),
        single=single,
        panel=panel,
    )


def _intraclass(rows: Sequence[Sequence[float]]) -> tuple[float | None, float | None]:
    judges, items = len(rows), len(rows[0])
    if items < 2:
        return None, None
    grand = fmean(fmean(row) for row in rows)
    by_item = [fmean(row[item] for row in rows) for item in range(items)]
    of_items = judges * math.fsum((mean - grand) ** 2 for mean in by_item) / (items - 1)
    of_judges = items * math.fsum((fmean(row) - grand) ** 2 for row in rows) / (judges - 1)
    whole = math.fsum((rating - grand) ** 2 for row in rows for rating in row)
    left = whole - of_items * (items - 1) - of_judges * (judges - 1)
    error = left / ((items - 1) * (judges - 1))
    alone = of_items + (judges - 1) * error + judges * (of_judges - error) / items
    together = of_items + (of_judges - error) / items
    if whole < 1e-12 or alone <= 0 or together <= 0:
        return None, None
    return (of_items - error) / alone, (of_items - error) / together


@dataclass(frozen=True, slots=True)
class CutScore:
    """What a paper asks for, by the ratings of its items."""

    share: Fraction
    """Of the points."""
    standard_error: float
    """As a share: by how much it would differ with other judges."""


def cut_score(ratings: Ratings, drawn: Sequence[Item]) -> CutScore:
    """Return the cut score of a paper of *drawn* items, each weighed by its points.

    :param ratings: of at least two judges, each of whom rated every drawn item.
    """
    points = sum(item.points for item in drawn)
    by_judge = [
        Fraction(sum(item.points * given[item.id] for item in drawn), 100 * points) for given in ratings.values()
    ]
    share = sum(by_judge, Fraction(0)) / len(by_judge)
    return CutScore(share, stdev(float(one) for one in by_judge) / math.sqrt(len(by_judge)))


@dataclass(frozen=True, slots=True)
class CutScores:
    """What papers from a bank ask for, the items being drawn by its blueprint."""

    lowest: Fraction
    highest: Fraction
    """Of the papers that could be drawn, were no two items enemies."""
    usual: Fraction
    """Where each cell gives its mean."""


def cut_scores(bank: Bank, means: Mapping[str, Fraction]) -> CutScores:
    """Return between what and what the cut scores of papers from *bank* lie, and what is usual.

    :param means: each item's mean rating; items without one are left out of every paper.
    """
    cells = [
        (
            cell.items,
            sorted((means[item.id], item.points) for item in bank.items if cell.holds(item) and item.id in means),
        )
        for cell in bank.plan.blueprint
    ]
    filled = [(number, held) for number, held in cells if held]
    usual = [(number * _mean_points(held, rated=True), number * _mean_points(held)) for number, held in filled]
    return CutScores(
        lowest=_share([entry for number, held in filled for entry in held[:number]]),
        highest=_share([entry for number, held in filled for entry in held[-number:]]),
        usual=_ratio(sum((rated for rated, _ in usual), Fraction(0)), sum((whole for _, whole in usual), Fraction(0))),
    )


def _mean_points(held: Sequence[tuple[Fraction, int]], *, rated: bool = False) -> Fraction:
    return sum((mean * points if rated else Fraction(points) for mean, points in held), Fraction(0)) / len(held)


def _share(entries: Sequence[tuple[Fraction, int]]) -> Fraction:
    return _ratio(
        sum((mean * points for mean, points in entries), Fraction(0)),
        Fraction(sum(points for _mean, points in entries)),
    )


def _ratio(part: Fraction, whole: Fraction) -> Fraction:
    return part / whole if whole else Fraction(0)
