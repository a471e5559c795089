"""Whether an item is harder for one group than for another *at the same standing*: Mantel-Haenszel, ETS classes.

Groups are compared by what the product holds anyway and may lawfully use, such as the language of the paper.  It holds
no protected ground (sex, origin, belief, health, age), asks for none, and compares by none.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizzes.probability import chi_square_above, normal_quantile
from quizzes.scored_papers import SILENT_BELOW, PaperSet, ScoredItem, Weight, weight

DELTA = -2.35
"""From a log odds ratio to the delta scale of ETS."""

SLIGHT, LARGE = 1.0, 1.5
"""Sizes on the delta scale, between classes A, B and C."""

SIGNIFICANT = 0.05

LEAST_EXPECTED = 5.0
"""Mantel & Fleiss (1980), American Journal of Epidemiology 112: 129-134: how far the sum of right answers must be able
to move either way from what is expected, for the chi-square to hold."""

MOST_EXACT_LEVELS, MOST_STRATA, OFFICERS_PER_STRATUM = 40, 10, 20


class SizeClass(StrEnum):
    """Zieky (1993), in Holland & Wainer (eds.), Differential Item Functioning, ch. 16."""

    A = "A"
    """Negligible."""
    B = "B"
    """Moderate: to be looked at."""
    C = "C"
    """Large: to be mended, or defended in writing."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Officers of one standing: right and wrong answers in the reference group and in the other."""

    reference_right: int
    reference_wrong: int
    other_right: int
    other_wrong: int


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """The answers of two groups, compared stratum by stratum."""

    odds_ratio: float
    """Above 1 where the item is easier for the reference group."""
    chi_square: float
    """With Mantel's correction for continuity, one degree of freedom."""
    p: float
    delta: float
    """-2.35 times the logarithm of the odds ratio: below 0 where the item is harder for the other group."""
    standard_error: float
    """Of *delta*."""
    enough: bool
    """Whether the cells are large enough for the chi-square: `LEAST_EXPECTED`."""

    @property
    def size(self) -> SizeClass:
        """Return the class: A if not significant or below 1; C from 1.5 on if significantly above 1; else B."""
        away = abs(self.delta)
        if self.p >= SIGNIFICANT or away < SLIGHT:
            return SizeClass.A
        surely_above = away - SLIGHT > normal_quantile(1 - SIGNIFICANT) * self.standard_error
        return SizeClass.C if away >= LARGE and surely_above else SizeClass.B


def mantel_haenszel(strata: Iterable[Stratum]) -> MantelHaenszel | None:
    """Return the comparison over *strata*; ``None`` where it has no finite odds ratio.

    Mantel & Haenszel (1959), Journal of the National Cancer Institute 22: 719-748; for items, with the delta scale:
    Holland & Thayer (1988), in Wainer & Braun (eds.), Test Validity, ch. 9; its error: Robins, Breslow & Greenland
    (1986), Biometrics 42: 311-323.
    """
    right = wrong = observed = expected = variance = lowest = highest = 0.0
    both = beside = against = 0.0
    for one in strata:
        a, b, c, d = one.reference_right, one.reference_wrong, one.other_right, one.other_wrong
        number, reference, got = a + b + c + d, a + b, a + c
        if number < 2 or not reference or reference == number:
            continue
        r, s = a * d / number, b * c / number
        p, q = (a + d) / number, (b + c) / number
        right, wrong = right + r, wrong + s
        both, beside, against = both + p * r, beside + p * s + q * r, against + q * s
        observed, expected = observed + a, expected + reference * got / number
        variance += reference * (number - reference) * got * (number - got) / (number**2 * (number - 1))
        lowest, highest = lowest + max(0, got - (number - reference)), highest + min(got, reference)
    if not right or not wrong or not variance:
        return None
    ratio = right / wrong
    chi_square = max(0.0, abs(observed - expected) - 0.5) ** 2 / variance
    of_log = both / (2 * right**2) + beside / (2 * right * wrong) + against / (2 * wrong**2)
    return MantelHaenszel(
        odds_ratio=ratio,
        chi_square=chi_square,
        p=chi_square_above(chi_square),
        delta=DELTA * math.log(ratio),
        standard_error=abs(DELTA) * math.sqrt(of_log),
        enough=min(expected - lowest, highest - expected) >= LEAST_EXPECTED,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item, one group beside the reference group."""

    reference: str
    group: str
    of_reference: int
    """Officers of the reference group who met the item."""
    of_group: int
    found: MantelHaenszel | None
    """``None`` where a group has fewer than 30 officers, or the cells are too small."""

    @property
    def weight(self) -> Weight:
        return weight(min(self.of_reference, self.of_group))


def comparisons(papers: PaperSet, item: str) -> list[Comparison]:
    """Return the item compared between the largest group and each other one, by name; empty where there is one group.

    Officers are matched by their standing on the whole paper, the item included (Holland & Thayer): level by level
    where there are at most 40 levels, else in up to ten strata of equal size (Donoghue & Allen, 1993, Journal of
    Educational Statistics 18: 131-154).  A part of the points counts as a wrong answer.
    """
    members: dict[str, list[tuple[ScoredItem, float]]] = {}
    for number in papers.by_item.get(item, ()):
        paper = papers.papers[number]
        members.setdefault(paper.group, []).append((paper.items[item], papers.standings[number]))
    if len(members) < 2:
        return []
    reference = max(sorted(members), key=lambda name: len(members[name]))
    others = sorted(name for name in members if name != reference)
    return [_comparison(members, reference, name) for name in others]


def _comparison(members: Mapping[str, Sequence[tuple[ScoredItem, float]]], reference: str, group: str) -> Comparison:
    first, second = members[reference], members[group]
    found = None
    if min(len(first), len(second)) >= SILENT_BELOW:
        found = mantel_haenszel(_strata(first, second))
    return Comparison(reference, group, len(first), len(second), found if found is not None and found.enough else None)


def _strata(first: Sequence[tuple[ScoredItem, float]], second: Sequence[tuple[ScoredItem, float]]) -> list[Stratum]:
    scores = [round(standing, 6) for _entry, standing in (*first, *second)]
    edges = _edges(scores)
    cells = [[0, 0, 0, 0] for _ in range(len(edges) + 1)]
    for place, (entry, _standing) in enumerate((*first, *second)):
        stratum = sum(scores[place] > edge for edge in edges)
        cells[stratum][(0 if place < len(first) else 2) + (entry.points < entry.of)] += 1
    return [Stratum(*cell) for cell in cells]


def _edges(scores: Sequence[float]) -> list[float]:
    """Return the upper ends of all strata but the last."""
    levels = sorted(set(scores))
    if len(levels) <= MOST_EXACT_LEVELS:
        return levels[:-1]
    number = max(2, min(MOST_STRATA, len(scores) // OFFICERS_PER_STRATUM))
    ordered = sorted(scores)
    return sorted({ordered[len(ordered) * cut // number - 1] for cut in range(1, number)})
