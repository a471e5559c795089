"""Angoff's method: means, agreement, and the cut score of what was drawn."""

import math
from dataclasses import replace
from fractions import Fraction
from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import mark, standard_setting
from quizzes.bank import CutScoreStandard
from quizzes.paper import draw
from quizzes.standard_setting import agreement, complete, cut_score, cut_scores, spreads
from tests.quizzes import factories
from tests.quizzes.published_tables import SHROUT_FLEISS

#: Judges by number; Shrout and Fleiss have marks up to 10, here they are tens of percent.
FOUR_JUDGES = {
    judge: {f"target-{row}": marks[judge] * 10 for row, marks in enumerate(SHROUT_FLEISS)} for judge in range(4)
}


def test_agreement_is_that_of_shrout_and_fleiss():
    """ICC(2,1) = .29 and ICC(2,4) = .62 in their table 4."""
    found = agreement(FOUR_JUDGES)
    assert (found.judges, found.items) == (4, 6)
    assert round(found.single, 2) == 0.29
    assert round(found.panel, 2) == 0.62


def test_the_standard_error_follows_from_their_mean_square_of_judges():
    """Their table 3: 32.49 between judges; over four judges and six targets it is the variance of the mean."""
    assert agreement(FOUR_JUDGES).standard_error == pytest.approx(math.sqrt(32.49 / 24) / 10, abs=1e-4)


def test_the_cut_score_is_the_mean_of_the_judges_sums():
    """Three judges, three items of one point: 190, 220 and 205 of 300 percent."""
    ratings = {1: {"a": 60, "b": 70, "c": 60}, 2: {"a": 70, "b": 80, "c": 70}, 3: {"a": 65, "b": 75, "c": 65}}
    drawn = [factories.item(name) for name in "abc"]
    found = cut_score(ratings, drawn)
    assert found.share == Fraction(615, 900)
    assert found.standard_error == pytest.approx(stdev([190 / 300, 220 / 300, 205 / 300]) / math.sqrt(3))
    assert agreement(ratings).mean == Fraction(615, 900)


def test_an_item_with_more_points_weighs_more():
    ratings = {1: {"a": 50, "b": 80}, 2: {"a": 50, "b": 80}}
    drawn = [factories.item("a", points=1), factories.item("b", points=2)]
    assert cut_score(ratings, drawn).share == Fraction(210, 300)


def test_the_spread_of_an_item_is_told_in_percent():
    found = spreads({1: {"a": 60}, 2: {"a": 70}, 3: {"a": 90}})["a"]
    assert (found.mean, found.low, found.high) == (Fraction(220, 300), 60, 90)
    assert found.deviation == pytest.approx(stdev([60, 70, 90]))


def test_a_judge_who_left_an_item_out_does_not_count():
    ratings = {1: {"a": 50, "b": 80, "gone": 10}, 2: {"a": 50}}
    assert complete(ratings, ["a", "b"]) == {1: {"a": 50, "b": 80}}


def test_judges_who_say_the_same_of_everything_have_no_coefficient():
    found = agreement({1: {"a": 60, "b": 60}, 2: {"a": 60, "b": 60}})
    assert (found.standard_error, found.single, found.panel) == (0, None, None)


def test_judges_of_one_item_have_no_coefficient():
    found = agreement({1: {"a": 60}, 2: {"a": 70}})
    assert (found.single, found.panel) == (None, None)


@st.composite
def rated_banks(draw_from: st.DrawFn):
    bank = draw_from(factories.banks())
    percent = st.integers(1, 100)
    ratings = {
        judge: {item.id: draw_from(percent) for item in bank.items} for judge in range(draw_from(st.integers(2, 4)))
    }
    return bank, ratings


@settings(max_examples=40)
@given(rated=rated_banks(), seed=st.integers(0, 1000))
def test_what_a_drawn_paper_asks_for_is_what_the_judges_said_of_it(rated, seed):
    """The panel's cut score of a paper is the one that the paper is marked by, to the last fraction."""
    bank, ratings = rated
    means = {item: spread.mean for item, spread in spreads(ratings).items()}
    plan = replace(bank.plan, standard=CutScoreStandard.ANGOFF, cut_score=Fraction(1, 1000))
    adopted = replace(bank, plan=plan, items=tuple(replace(item, rating=means[item.id]) for item in bank.items))
    paper = draw(adopted, seed=seed)
    items = adopted.by_id()
    drawn = [items[entry.item_id] for entry in paper.items]
    asked = mark.cut_score(paper, adopted)
    assert asked == cut_score(ratings, drawn).share
    if len({item.points for item in adopted.items}) == 1:
        between = cut_scores(adopted, means)
        assert between.lowest <= asked <= between.highest
        assert between.lowest <= between.usual <= between.highest


def test_three_judges_are_the_least():
    assert standard_setting.LEAST_JUDGES == 3
