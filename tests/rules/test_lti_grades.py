"""What a platform is told of an officer, and what it is taken to have: tables worked by hand, and properties."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules import lti_grades as rule
from training_app.rules.lti_grades import CLEARED, FULL, Mark

T0 = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def mark(points: str, of: int = 10, *, passed: bool = False, minute: int = 0) -> Mark:
    return Mark(Fraction(points), of, passed, T0 + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("marks", "given", "of"),
    [
        pytest.param([mark("4")], 4, 10, id="a-quiz-that-was-not-passed"),
        pytest.param([mark("9", minute=5), mark("7", passed=True)], 7, 10, id="passed-counts-before-more-points"),
        pytest.param([mark("3"), mark("5", minute=1), mark("4", minute=2)], 5, 10, id="of-none-passed-the-best"),
        pytest.param([mark("5", 10), mark("6", 8)], 6, 8, id="the-share-counts-not-the-points"),
        pytest.param([mark("7/2")], 3.5, 10, id="half-a-point"),
        pytest.param([mark("10/3")], 3.3333, 10, id="a-third-to-four-places"),
        pytest.param([mark("0")], 0, 10, id="nothing-right-is-a-grade"),
    ],
)
def test_the_mark_that_counts_is_told_with_its_maximum(marks, given, of):
    assert rule.of_module(marks) == {**FULL, "scoreGiven": given, "scoreMaximum": of}


@pytest.mark.parametrize("marks", [[], [mark("0", 0)]], ids=["never-submitted", "a-paper-without-points"])
def test_who_submitted_nothing_is_told_of_nowhere(marks):
    assert rule.of_module(marks) is None


@pytest.mark.parametrize(
    ("asked", "passed", "told", "expected"),
    [
        ({"a", "b"}, {"a", "b", "c"}, False, FULL),
        ({"a", "b"}, {"a"}, False, None),
        ({"a", "b"}, {"a"}, True, CLEARED),
        ({"a"}, set(), False, None),
    ],
)
def test_a_course_is_told_when_whole_and_taken_back_only_where_it_was_told(asked, passed, told, expected):
    assert rule.of_course(asked, passed, told=told) == expected


def test_what_clears_a_grade_states_no_points():
    assert CLEARED == {"activityProgress": "Initialized", "gradingProgress": "NotReady"}


@pytest.mark.parametrize(
    ("results", "score", "there"),
    [
        pytest.param([{"userId": "7", "resultScore": 100, "resultMaximum": 100}], FULL, True, id="the-same"),
        pytest.param([{"userId": "7", "resultScore": 10, "resultMaximum": 10}], FULL, True, id="scaled"),
        pytest.param([{"userId": "7", "resultScore": 99, "resultMaximum": 100}], FULL, False, id="another"),
        pytest.param([{"userId": "8", "resultScore": 100, "resultMaximum": 100}], FULL, False, id="somebody-elses"),
        pytest.param([{"userId": 7, "resultScore": 1}], FULL, True, id="a-number-for-an-id-and-one-as-the-maximum"),
        pytest.param([], FULL, False, id="nothing-there"),
        pytest.param([], CLEARED, True, id="nothing-there-and-nothing-wanted"),
        pytest.param([{"userId": "7"}], CLEARED, True, id="cleared-before"),
        pytest.param([{"userId": "7", "resultScore": 0, "resultMaximum": 100}], CLEARED, False, id="zero-is-a-grade"),
        pytest.param([None, 3, {"userId": "7", "resultScore": "100"}], FULL, False, id="no-results-at-all"),
        pytest.param([{"userId": "7", "resultScore": 5, "resultMaximum": 0}], FULL, False, id="a-maximum-of-nothing"),
    ],
)
def test_a_platform_has_a_score_where_its_result_has_the_same_share(results, score, there):
    assert rule.is_there(score, results, "7") is there


@pytest.mark.parametrize(
    ("last", "at", "stated"),
    [
        pytest.param(None, T0 + timedelta(milliseconds=999), T0, id="cut-to-whole-seconds"),
        pytest.param(T0, T0 + timedelta(milliseconds=999), None, id="not-twice-in-a-second"),
        pytest.param(T0, T0 + timedelta(seconds=1), T0 + timedelta(seconds=1), id="the-next-second"),
        pytest.param(T0 + timedelta(hours=1), T0, None, id="our-clock-was-set-back"),
    ],
)
def test_a_time_is_later_than_the_last_and_never_ahead(last, at, stated):
    assert rule.timestamp(last, at=at) == stated


@given(st.lists(st.integers(0, 5_000_000), min_size=1, max_size=30))
def test_whatever_the_clock_does_times_rise_by_whole_seconds_and_are_never_ahead(ticks):
    last = None
    for tick in ticks:
        at = T0 + timedelta(microseconds=tick)
        stated = rule.timestamp(last, at=at)
        if stated is not None:
            assert stated <= at
            assert stated.microsecond == 0
            assert last is None or stated >= last + timedelta(seconds=1)
            last = stated
