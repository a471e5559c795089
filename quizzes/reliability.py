"""How far a paper's score can be relied on: alpha (KR-20), its interval, the standard error, agreement of decisions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev

from quizzes.probability import both_below, f_quantile, normal, normal_quantile
from quizzes.scored_papers import SILENT_BELOW, PaperSet, Weight, weight
from quizzes.statistics import CONFIDENCE, Estimate

AIM = 0.80
"""What a decision with weight for a person asks for: Nunnally & Bernstein (1994), Psychometric Theory, ch. 7, put the
bar for basic research here and decisions on persons above it."""


class Coefficient(StrEnum):
    KR_20 = "kr-20"
    """All had the same items, each right or wrong."""
    ALPHA = "alpha"
    """All had the same items, some with points in part."""
    ALPHA_OF_DRAWN_PAPERS = "alpha-of-drawn-papers"
    """Papers differed; see `alpha`."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """What is known of the scores on papers from one bank; figures are ``None`` where nothing can be said."""

    officers: int
    items: float = 0.0
    """Items on a paper; the mean where papers differ in length."""
    points: float = 0.0
    """Points that could be had, likewise."""
    coefficient: Coefficient = Coefficient.ALPHA_OF_DRAWN_PAPERS
    alpha: Estimate | None = None
    standard_error: float | None = None
    """Of measurement, in points."""
    consistency: float | None = None
    """Share of officers for whom another paper would come to the same pass or fail; see `decision_consistency`."""
    hardest: float = 0.0
    easiest: float = 0.0
    """Share of the points that officers in the middle would earn on the hardest and the easiest paper drawn."""

    @property
    def weight(self) -> Weight:
        return weight(self.officers)


def reliability(papers: PaperSet) -> Reliability:
    """Return how reliable the scores on *papers* are; only the number of officers where they are fewer than 30."""
    number = len(papers.papers)
    if number < SILENT_BELOW:
        return Reliability(number)
    length = fmean(len(paper.items) for paper in papers.papers)
    expected = [_expected(papers, at) for at in range(number)]
    known = Reliability(
        officers=number,
        items=length,
        points=fmean(paper.of for paper in papers.papers),
        coefficient=_coefficient(papers),
        hardest=min(expected),
        easiest=max(expected),
    )
    found = alpha(papers)
    if found is None:
        return known
    error = stdev(papers.standings) * math.sqrt(max(0.0, 1 - found.value))
    margins = [paper.points - paper.cut_score * paper.of for paper in papers.papers]
    return Reliability(
        officers=number,
        items=length,
        points=known.points,
        coefficient=known.coefficient,
        alpha=found,
        standard_error=error,
        consistency=decision_consistency(margins, error),
        hardest=known.hardest,
        easiest=known.easiest,
    )


def _expected(papers: PaperSet, number: int) -> float:
    paper = papers.papers[number]
    return sum(papers.means[item] for item in paper.items) / paper.of if paper.of else 0.0


def _coefficient(papers: PaperSet) -> Coefficient:
    if len({frozenset(paper.items) for paper in papers.papers}) > 1:
        return Coefficient.ALPHA_OF_DRAWN_PAPERS
    right_or_wrong = all(entry.points in (0, entry.of) for paper in papers.papers for entry in paper.items.values())
    one_point = len({entry.of for paper in papers.papers for entry in paper.items.values()}) == 1
    return Coefficient.KR_20 if right_or_wrong and one_point else Coefficient.ALPHA


def alpha(papers: PaperSet) -> Estimate | None:
    """Return coefficient alpha with its interval; ``None`` where scores do not vary or papers have a single item.

    alpha = k / (k - 1) * (1 - sum of item variances / variance of totals): Cronbach (1951), Psychometrika 16: 297-334;
    with items that are right or wrong it is formula 20 of Kuder & Richardson (1937), Psychometrika 2: 151-160.

    Where papers differ, scores are distances from their item's mean (`scored_papers`): the variance of their sums over
    each officer's own paper stands for that of totals, and the sum of their squares for the item variances.  What is
    left between the two is the covariance of each pair of items over the officers who met both, each pair weighed by
    how many did.  So the figure is the alpha of a paper as papers were drawn; differences in difficulty between papers
    are no part of it, as the cut score may follow them.  (A plain alpha over a table with holes would be wrong.)

    Interval: for the same items, Feldt (1965), Psychometrika 30: 357-370, as F with n - 1 and (n - 1)(k - 1) degrees of
    freedom; for drawn papers without an assumption on their distribution, from the variance of the ratio of the two
    sums (Cochran, 1977, Sampling Techniques, ch. 6), on the logarithm of 1 - alpha (Bonett, 2002, Journal of
    Educational and Behavioral Statistics 27: 335-340).
    """
    number = len(papers.papers)
    length = fmean(len(paper.items) for paper in papers.papers)
    means, totals = papers.means, [standing**2 for standing in papers.standings]
    squares = [
        math.fsum((entry.points - means[item]) ** 2 for item, entry in paper.items.items()) for paper in papers.papers
    ]
    if length <= 1 or math.fsum(totals) < 1e-9:
        return None
    ratio = math.fsum(squares) / math.fsum(totals)
    lengthened = length / (length - 1)
    value = lengthened * (1 - ratio)
    if _coefficient(papers) is not Coefficient.ALPHA_OF_DRAWN_PAPERS:
        return feldt(value, officers=number, items=round(length))
    return _free_of_distribution(value, squares, totals, ratio, lengthened)


def feldt(value: float, *, officers: int, items: int) -> Estimate:
    """Return *value*, an alpha of *items* taken by *officers*, with Feldt's interval (see `alpha`)."""
    degrees = officers - 1, (officers - 1) * (items - 1)
    high, low = (f_quantile(share, *degrees) for share in ((1 + CONFIDENCE) / 2, (1 - CONFIDENCE) / 2))
    return Estimate(value, 1 - (1 - value) * high, 1 - (1 - value) * low)


def _free_of_distribution(
    value: float, squares: Sequence[float], totals: Sequence[float], ratio: float, lengthened: float
) -> Estimate:
    number = len(totals)
    off = math.fsum((square - ratio * total) ** 2 for square, total in zip(squares, totals, strict=True))
    error = lengthened * math.sqrt(off * number / (number - 1)) / math.fsum(totals)
    if value >= 1:
        return Estimate(value, value, value)
    reach = math.exp(normal_quantile((1 + CONFIDENCE) / 2) * error / (1 - value))
    return Estimate(value, 1 - (1 - value) * reach, 1 - (1 - value) / reach)


def decision_consistency(margins: Sequence[float], standard_error: float) -> float | None:
    """Return the share of officers whom a second paper would treat like the first; ``None`` if all are alike.

    :param margins: points above (or below) what each officer's paper asked for.
    :param standard_error: of measurement, in points.

    Peng & Subkoviak (1980), Journal of Educational Measurement 17: 359-368: both margins are taken as normal, with the
    reliability as their correlation.
    """
    spread = stdev(margins)
    if spread < 1e-9:
        return None
    at = -fmean(margins) / spread
    reliable = max(0.0, min(1.0, 1 - (standard_error / spread) ** 2))
    return 1 - 2 * (normal(at) - both_below(at, reliable))
