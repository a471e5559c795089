"""Mantel and Haenszel's comparison against published tables and simulated groups."""

import math
from dataclasses import replace

import numpy as np
import pytest

from quizzes.differential_functioning import MantelHaenszel, SizeClass, Stratum, comparisons, mantel_haenszel
from quizzes.scored_papers import PaperSet, Weight
from tests.quizzes import simulated
from tests.quizzes.published_tables import BERKELEY, RABBITS


@pytest.mark.parametrize(
    ("table", "odds_ratio", "chi_square", "p", "low", "high"),
    [
        pytest.param(BERKELEY, 0.9046968, 1.4269, 0.2323, 0.7719074, 1.0603298, id="berkeley"),
        pytest.param(RABBITS, 7.0, 3.9286, 0.04747, 1.026713, 47.725133, id="rabbits"),
    ],
)
def test_the_comparison_is_the_published_one(table, odds_ratio, chi_square, p, low, high):
    """As R's own documentation of `mantelhaen.test` works these tables out."""
    found = mantel_haenszel(Stratum(*cells) for cells in table)
    assert found.odds_ratio == pytest.approx(odds_ratio, rel=1e-6)
    assert found.chi_square == pytest.approx(chi_square, abs=5e-5)
    assert found.p == pytest.approx(p, abs=5e-5)
    of_log = found.standard_error / 2.35
    assert math.exp(math.log(found.odds_ratio) - 1.959964 * of_log) == pytest.approx(low, rel=1e-4)
    assert math.exp(math.log(found.odds_ratio) + 1.959964 * of_log) == pytest.approx(high, rel=1e-4)
    assert found.delta == pytest.approx(-2.35 * math.log(odds_ratio), rel=1e-6)


def test_the_rabbits_are_too_few_for_the_chi_square():
    assert not mantel_haenszel(Stratum(*cells) for cells in RABBITS).enough
    assert mantel_haenszel(Stratum(*cells) for cells in BERKELEY).enough


@pytest.mark.parametrize(
    ("delta", "error", "p", "size"),
    [
        (0.99, 0.1, 0.001, SizeClass.A),
        (2.0, 1.1, 0.07, SizeClass.A),
        (1.0, 0.1, 0.001, SizeClass.B),
        (-1.49, 0.01, 0.001, SizeClass.B),
        (1.5, 0.31, 0.001, SizeClass.B),
        (-1.5, 0.30, 0.001, SizeClass.C),
        (2.5, 0.2, 0.001, SizeClass.C),
    ],
)
def test_classes_have_their_bounds(delta, error, p, size):
    assert MantelHaenszel(1.0, 1.0, p, delta, error, enough=True).size is size


def test_without_both_groups_in_a_stratum_there_is_no_comparison():
    assert mantel_haenszel([Stratum(5, 5, 0, 0), Stratum(0, 0, 5, 5)]) is None
    assert mantel_haenszel([]) is None


def two_groups(*, harder_by: float, drawn: int | None, officers: int = 1600) -> PaperSet:
    """Return simulated papers; the item i3 is harder for the second group, which is weaker as a whole."""
    chance = np.random.default_rng(21)
    second = np.arange(officers) % 5 > 2
    ability = chance.normal(0, 1, officers) - 0.5 * second
    hardness = np.tile(np.linspace(-1.5, 1, 20), (officers, 1))
    hardness[:, 3] += harder_by * second
    table = (chance.random((officers, 20)) < 1 / (1 + np.exp(hardness - ability[:, None]))).astype(int)
    papers = simulated.as_papers(table, drawn=drawn, seed=2).papers
    return PaperSet([replace(paper, group="fr" if second[at] else "en") for at, paper in enumerate(papers)])


@pytest.mark.parametrize("drawn", [None, 12])
def test_an_item_that_is_harder_for_one_group_is_found_and_the_groups_ability_is_not_taken_for_it(drawn):
    papers = two_groups(harder_by=1.2, drawn=drawn)
    by_item = {item: comparisons(papers, item)[0] for item in papers.means}
    assert by_item["i3"].found.size is SizeClass.C
    assert by_item["i3"].found.delta == pytest.approx(-2.35 * 1.2, abs=1.0)
    assert [item for item, one in by_item.items() if one.found.size is SizeClass.C] == ["i3"]


def test_the_largest_group_is_what_the_others_are_held_against():
    papers = two_groups(harder_by=0, drawn=None, officers=400).papers
    more = PaperSet([*papers, *(replace(paper, group="de") for paper in papers[:100:2]), papers[0]])
    found = comparisons(more, "i1")
    assert [(one.reference, one.group, one.of_reference, one.of_group) for one in found] == [
        ("en", "de", 241, 50),
        ("en", "fr", 241, 160),
    ]
    assert [one.weight for one in found] == [Weight.TENTATIVE, Weight.FIRM]


def test_nothing_is_said_of_a_group_of_29():
    papers = two_groups(harder_by=1, drawn=None, officers=400).papers
    few = [paper for paper in papers if paper.group == "fr"][:29]
    [found] = comparisons(PaperSet([*(paper for paper in papers if paper.group == "en"), *few]), "i3")
    assert (found.weight, found.of_group, found.found) == (Weight.SILENT, 29, None)


def test_one_group_is_compared_with_nothing():
    papers = [paper for paper in two_groups(harder_by=0, drawn=None, officers=100).papers if paper.group == "en"]
    assert comparisons(PaperSet(papers), "i3") == []
