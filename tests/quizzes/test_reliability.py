"""Alpha, its intervals, the standard error and the agreement of decisions."""

import math
from dataclasses import replace

import numpy as np
import pytest
from girth.common.cronbach_alpha import cronbach_alpha

from quizzes.reliability import Coefficient, alpha, decision_consistency, feldt, reliability
from quizzes.scored_papers import PaperSet, ScoredItem, ScoredPaper, Weight
from tests.quizzes import published_tables, simulated

LSAT = published_tables.lsat_6()


def test_kr_20_of_the_lsat_is_the_published_one():
    """0.295: Bartholomew, Steele, Moustaki & Galbraith and the R package ltm print it for these answers."""
    found = reliability(LSAT)
    assert found.coefficient is Coefficient.KR_20
    assert round(found.alpha.value, 3) == 0.295
    assert (found.officers, found.items, found.points) == (1000, 5, 5)


def test_kr_20_of_ten_students_is_that_of_the_worked_example():
    """Variance of the totals 5.84; the sum of p times q is 2.18."""
    found = alpha(published_tables.papers(published_tables.TEN_STUDENTS))
    assert found.value == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))


def test_feldts_interval_is_the_published_one():
    """0.85 with 7 items and 89 people: `ci.cronbach` of the R package statpsych, after Feldt (1965)."""
    found = feldt(0.85, officers=89, items=7)
    assert (round(found.low, 4), round(found.high, 4)) == (0.7971, 0.8932)


def test_alpha_with_points_in_part_agrees_with_numpy_and_girth():
    parts = simulated.answers(officers=300, items=10, seed=2) + simulated.answers(officers=300, items=10, seed=3)
    papers = PaperSet([ScoredPaper({str(at): ScoredItem(int(p), 2) for at, p in enumerate(row)}) for row in parts])
    found = reliability(papers)
    by_hand = 10 / 9 * (1 - parts.var(axis=0, ddof=1).sum() / parts.sum(axis=1).var(ddof=1))
    assert found.coefficient is Coefficient.ALPHA
    assert found.alpha.value == pytest.approx(by_hand)
    assert found.alpha.value == pytest.approx(cronbach_alpha(parts.T))
    assert found.standard_error == pytest.approx(parts.sum(axis=1).std(ddof=1) * math.sqrt(1 - by_hand))


def test_the_alpha_of_drawn_papers_is_that_of_a_paper_of_their_length():
    """By Spearman and Brown, what 24 items give tells what 12 of them give; three quarters of all cells are missing."""
    table = simulated.answers(officers=4000, items=48, seed=4)
    whole = alpha(simulated.as_papers(table)).value
    foretold = whole * 0.25 / (1 - 0.75 * whole)
    found = reliability(simulated.as_papers(table, drawn=12, seed=8))
    assert found.coefficient is Coefficient.ALPHA_OF_DRAWN_PAPERS
    assert found.alpha.value == pytest.approx(foretold, abs=0.02)
    assert found.alpha.low < foretold < found.alpha.high
    assert found.hardest < found.easiest


def test_the_average_covariance_of_pairs_met_together_gives_the_same_alpha():
    """The pairs one by one, as the definition says, beside the sums that the product works out."""
    papers = simulated.as_papers(simulated.answers(officers=900, items=8, seed=6), drawn=5, seed=1)
    scores = np.full((900, 8), np.nan)
    for row, paper in enumerate(papers.papers):
        for item, entry in paper.items.items():
            scores[row, int(item[1:])] = entry.points
    away = scores - np.nanmean(scores, axis=0)
    variances = np.nansum(away**2)
    covariances = sum(
        np.nansum(away[:, one] * away[:, other]) for one in range(8) for other in range(8) if one != other
    )
    assert alpha(papers).value == pytest.approx(5 / 4 * (1 - variances / (variances + covariances)))


def test_both_intervals_are_much_the_same_where_both_may_be_used():
    """One officer with a paper that lacks an item makes it a set of drawn papers."""
    papers = simulated.as_papers(simulated.answers(officers=1500, items=20, seed=9))
    whole = alpha(papers)
    first = papers.papers[0]
    holed = alpha(PaperSet([replace(first, items=dict(list(first.items.items())[1:])), *papers.papers[1:]]))
    assert holed.value == pytest.approx(whole.value, abs=0.005)
    assert holed.low == pytest.approx(whole.low, abs=0.01)
    assert holed.high == pytest.approx(whole.high, abs=0.01)


def test_the_interval_of_drawn_papers_holds_the_truth_as_often_as_it_says():
    """Of 60 agencies with 150 officers each; 95 percent are 57, and five less is what chance allows for."""
    truth = alpha(simulated.as_papers(simulated.answers(officers=8_000, items=12, seed=100), drawn=8)).value
    held = 0
    for seed in range(60):
        table = simulated.answers(officers=150, items=12, seed=1000 + seed)
        found = alpha(simulated.as_papers(table, drawn=8, seed=seed))
        held += found.low <= truth <= found.high
    assert held >= 52


def test_scores_that_do_not_vary_have_no_alpha():
    alike = PaperSet([ScoredPaper({"1": ScoredItem(1, 1), "2": ScoredItem(0, 1)})] * 40)
    found = reliability(alike)
    assert (found.alpha, found.standard_error, found.consistency) == (None, None, None)


def test_papers_of_one_item_have_no_alpha():
    assert alpha(published_tables.papers(["1", "0"] * 20)) is None


def test_nothing_is_said_of_29_papers():
    found = reliability(PaperSet(LSAT.papers[:29]))
    assert (found.weight, found.alpha) == (Weight.SILENT, None)


def test_decisions_at_the_mean_agree_as_sheppards_formula_says():
    """Half the officers pass: 1/2 + arcsin(r)/pi agree.  Sheppard (1898), Philosophical Transactions A 192: 101-167."""
    margins = [-2.0, -1.0, 1.0, 2.0]
    spread = math.sqrt(10 / 3)
    for reliable in (0.0, 0.5, 0.8):
        error = spread * math.sqrt(1 - reliable)
        assert decision_consistency(margins, error) == pytest.approx(0.5 + math.asin(reliable) / math.pi, abs=1e-9)


def test_decisions_agree_as_often_as_two_simulated_papers_do():
    chance = np.random.default_rng(12)
    true = chance.normal(0.5, 2.0, 200_000)
    first, second = (true + chance.normal(0, 1.0, true.size) for _ in range(2))
    agreed = float(np.mean((first >= 0) == (second >= 0)))
    assert decision_consistency(list(first[:20_000]), 1.0) == pytest.approx(agreed, abs=0.01)


def test_without_error_every_decision_would_be_the_same():
    assert decision_consistency([-1.0, 0.5, 2.0], 0.0) == pytest.approx(1)
