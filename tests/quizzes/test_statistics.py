"""Item analysis against published tables, numpy and girth."""

from dataclasses import replace
from fractions import Fraction

import girth
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.interactions import (
    Case,
    Choice,
    MarkingUp,
    Matching,
    NumericEntry,
    Part,
    ReasonedVerdict,
    Response,
    TextEntry,
)
from quizzes.scored_papers import PaperSet, ScoredItem, ScoredPaper, Weight, weight
from quizzes.statistics import (
    correlation,
    discrimination,
    extreme_groups,
    facility,
    is_right,
    item_statistics,
    offered,
    strongest_wrong,
)
from tests.quizzes import published_tables, simulated
from tests.quizzes.published_tables import WORKSHEET, WORKSHEET_DISCRIMINATION, WORKSHEET_PERCENT

LSAT = published_tables.lsat_6()


@pytest.mark.parametrize(
    ("officers", "bears"),
    [(0, Weight.SILENT), (29, Weight.SILENT), (30, Weight.TENTATIVE), (99, Weight.TENTATIVE), (100, Weight.FIRM)],
)
def test_figures_are_silent_below_30_officers_and_tentative_below_100(officers, bears):
    assert weight(officers) is bears


@pytest.mark.parametrize(
    ("item", "facility", "point_biserial"),
    [("1", 0.924, 0.1128), ("2", 0.709, 0.1532), ("3", 0.553, 0.1728), ("4", 0.763, 0.1444), ("5", 0.870, 0.1216)],
)
def test_facility_and_corrected_point_biserial_of_the_lsat_are_those_published(item, facility, point_biserial):
    """As `descript` of the R package ltm prints them: Rizopoulos (2006), Journal of Statistical Software 17(5)."""
    found = item_statistics(LSAT, item)
    assert found.officers == 1000
    assert found.facility.value == pytest.approx(facility, abs=1e-9)
    assert found.rest_correlation.value == pytest.approx(point_biserial, abs=5e-5)


@pytest.mark.parametrize(("item", "expected"), list(enumerate(WORKSHEET_DISCRIMINATION)))
def test_upper_lower_discrimination_is_that_of_the_worksheet(item, expected):
    shares = [int(row[item]) for row in WORKSHEET]
    assert discrimination(shares, WORKSHEET_PERCENT, group=0.5) == pytest.approx(expected)


def test_the_interval_of_a_share_of_officers_is_wilsons():
    """81 of 263: Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3."""
    found = facility([1] * 81 + [0] * 182)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_the_groups_of_27_percent_share_equal_scores_equally():
    upper, lower = extreme_groups([3, 2, 2, 2, 1, 1, 1, 1, 1, 0], share=0.3)
    assert upper == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3, 0, 0, 0, 0, 0, 0])
    assert lower == pytest.approx([0, 0, 0, 0, 0.4, 0.4, 0.4, 0.4, 0.4, 1])


def test_item_analysis_agrees_with_numpy_and_girth():
    table = simulated.answers(officers=400, items=12, seed=7)
    papers = simulated.as_papers(table)
    theirs = girth.classical_test_statistics(table.T, start_value=0, stop_value=1)
    for at in range(12):
        found = item_statistics(papers, f"i{at}")
        rest = table.sum(axis=1) - table[:, at]
        assert found.facility.value == pytest.approx(theirs["Mean"][at])
        assert found.rest_correlation.value == pytest.approx(theirs["Item-Score Correlation"][at])
        assert found.rest_correlation.value == pytest.approx(np.corrcoef(table[:, at], rest)[0, 1])


def test_drawn_papers_tell_of_an_item_what_whole_papers_tell():
    table = simulated.answers(officers=6000, items=12, seed=11, spread=1.5)
    whole, drawn = simulated.as_papers(table), simulated.as_papers(table, drawn=8, seed=3)
    for item in ("i0", "i5", "i11"):
        by_all, by_some = item_statistics(whole, item), item_statistics(drawn, item)
        assert by_some.officers == pytest.approx(4000, rel=0.06)
        assert by_some.facility.value == pytest.approx(by_all.facility.value, abs=0.02)
        # seven other items tell less of an officer than eleven do
        assert by_all.rest_correlation.value - 0.09 < by_some.rest_correlation.value < by_all.rest_correlation.value
        assert by_some.discrimination == pytest.approx(by_all.discrimination, abs=0.08)


def test_a_hard_paper_counts_against_nobody():
    """Half met two hard items beside the one in question, half two easy ones; all are equally able."""
    chance = np.random.default_rng(5)
    made = []
    for number in range(2000):
        share = 0.2 if number % 2 else 0.9
        others = {f"{number % 2}-{at}": ScoredItem(int(chance.random() < share), 1) for at in range(2)}
        made.append(ScoredPaper({"asked": ScoredItem(int(chance.random() < 0.5), 1), **others}))
    found = item_statistics(PaperSet(made), "asked")
    assert found.rest_correlation.low < 0 < found.rest_correlation.high


def test_nothing_is_said_of_an_item_that_29_officers_met():
    few = PaperSet(LSAT.papers[:29])
    found = item_statistics(few, "1")
    assert (found.officers, found.weight, found.facility, found.alternatives) == (29, Weight.SILENT, None, ())


def test_an_item_that_nobody_met_has_no_officers():
    assert item_statistics(LSAT, "unknown").officers == 0


def test_only_the_first_time_that_an_officer_meets_an_item_counts():
    again = [replace(paper, first_met=frozenset({"2", "3", "4", "5"})) for paper in LSAT.papers[:500]]
    both = PaperSet([*again, *LSAT.papers[500:]])
    assert item_statistics(both, "1").officers == 500
    assert item_statistics(both, "2").officers == 1000


def test_an_item_that_everybody_gets_right_has_no_correlation():
    assert correlation([1, 1, 1], [1, 2, 3]) is None
    assert correlation([1, 0, 1], [2, 2, 2]) is None


def chosen(mark: str, *, ability: int) -> ScoredPaper:
    items = {"asked": ScoredItem(float(mark == "b"), 1, Response({mark} if mark else ()), answered=bool(mark))}
    return ScoredPaper(items | {f"rest-{at}": ScoredItem(float(ability > at), 1) for at in range(4)})


ONE_HUNDRED = PaperSet(
    [chosen("b", ability=4)] * 20
    + [chosen("c", ability=4)] * 20
    + [chosen("b", ability=2)] * 30
    + [chosen("a", ability=0)] * 25
    + [chosen("", ability=0)] * 5
)
"""Forty of the best, who are split between the key b and c; thirty in the middle; thirty weak."""


def test_alternatives_are_told_by_upper_middle_and_lower_group():
    found = item_statistics(ONE_HUNDRED, "asked", ("a", "b", "c", "d"))
    by_mark = {one.mark: one for one in found.alternatives}
    assert [one.mark for one in found.alternatives] == ["a", "b", "c", "d"]
    assert [by_mark[mark].chosen for mark in "abcd"] == [25, 50, 20, 0]
    assert by_mark["a"].lower == pytest.approx(25 / 30)
    assert by_mark["a"].upper == 0
    # 27 of 100: all twenty with everything right, and seven of the twenty with one less
    assert by_mark["b"].upper == pytest.approx(20 / 27)
    assert by_mark["c"].upper == pytest.approx(7 / 27)
    assert by_mark["c"].rest == pytest.approx(4 - 2.2)
    assert by_mark["d"].rest is None
    assert found.omission == 0.05


def test_a_wrong_alternative_that_draws_the_best_is_found():
    found = item_statistics(ONE_HUNDRED, "asked", ("a", "b", "c", "d"))
    assert strongest_wrong(found, Choice(tuple("abcd"), Response({"b"}), several=False)).mark == "c"
    assert strongest_wrong(found, Choice(tuple("abcd"), Response({"b", "c"}), several=True)) is None


@pytest.mark.parametrize(
    ("interaction", "marks", "right"),
    [
        (Choice(("a", "b"), Response({"b"}), several=False), ["a", "b"], ["b"]),
        (NumericEntry(Fraction(91), Fraction(1)), ["90", "92", "93", "91.5"], ["90", "92", "91.5"]),
        (TextEntry(Response({"False positive"})), ["false positive", "alarm"], ["false positive"]),
        (Case((Part("p", 1, Choice(("a", "b"), Response({"a"}), several=False)),)), ["p/a", "p/b", "q/a"], ["p/a"]),
    ],
)
def test_a_right_alternative_is_told_from_a_wrong_one(interaction, marks, right):
    assert [mark for mark in marks if is_right(interaction, mark)] == right


def test_what_an_item_offers_is_listed_even_if_nobody_chooses_it():
    pairs = Matching(("x", "y"), ("1", "2"), Response({"x:1", "y:2"}))
    assert offered(pairs) == ("x:1", "x:2", "y:1", "y:2")
    assert offered(ReasonedVerdict(True, ("r1", "r2"), "r1")) == ("true", "false", "r1", "r2")
    assert offered(MarkingUp(("one", "two"), Response({"one"}))) == ("one", "two")
    assert offered(Case((Part("p", 1, pairs), Part("q", 1, TextEntry(Response({"word"})))))) == tuple(
        f"p/{pair}" for pair in offered(pairs)
    )


def test_answers_in_words_are_told_where_five_officers_gave_the_same():
    words = ["false positive"] * 4 + ["error"] * 5 + ["alarm"] * 20 + ["noise"] * 10
    papers = [
        ScoredPaper({"asked": ScoredItem(0, 1, Response({word})), "other": ScoredItem(at % 2, 1)})
        for at, word in enumerate(words)
    ]
    found = item_statistics(PaperSet(papers), "asked")
    assert [(one.mark, one.chosen) for one in found.alternatives] == [
        ("alarm", 20),
        ("noise", 10),
        ("error", 5),
    ]


def test_the_median_time_is_that_of_those_whose_time_is_known():
    timed = [
        ScoredPaper({"1": replace(paper.items["1"], seconds=float(at) if at < 31 else None), "2": paper.items["2"]})
        for at, paper in enumerate(LSAT.papers[:200])
    ]
    found = item_statistics(PaperSet(timed), "1")
    assert (found.timed, found.median_seconds) == (31, 15.0)


tables = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=30, max_size=60)


@settings(max_examples=40)
@given(rows=tables, shuffled=st.randoms())
def test_figures_stay_in_their_bounds_and_do_not_depend_on_the_order_of_officers(rows, shuffled):
    def found(order):
        made = [ScoredPaper({str(at): ScoredItem(points, 3) for at, points in enumerate(row)}) for row in order]
        return item_statistics(PaperSet(made), "0")

    first = found(rows)
    assert 0 <= first.facility.low <= first.facility.value <= first.facility.high <= 1
    assert -1 <= first.discrimination <= 1
    if first.rest_correlation is not None:
        assert -1 <= first.rest_correlation.low <= first.rest_correlation.value <= first.rest_correlation.high <= 1
    mixed = list(rows)
    shuffled.shuffle(mixed)
    second = found(mixed)
    assert second.facility.value == pytest.approx(first.facility.value)
    assert second.discrimination == pytest.approx(first.discrimination)
