"""When the next assessment may be opened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.admission import Sat, admission, time_allowed
from tests.quizzes.factories import bank, item

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = bank(item(), blueprint={"count-alarms": 1}).plan
THREE = replace(OPEN, attempts=3)
COOLING = replace(OPEN, cooling_off_hours=24)


def failed(hours_ago: float) -> Sat:
    return Sat(AT - hours_ago * HOUR, passed=False)


def passed(hours_ago: float) -> Sat:
    return Sat(AT - hours_ago * HOUR, passed=True)


@pytest.mark.parametrize(
    ("sat", "granted", "left"),
    [
        pytest.param([], [], 3, id="never-sat"),
        pytest.param([failed(9), failed(8)], [], 1, id="two-failed"),
        pytest.param([failed(9), failed(8), failed(7)], [], 0, id="used-up"),
        pytest.param([failed(9), failed(8), failed(7)], [6], 1, id="one-more-granted"),
        pytest.param([failed(9), failed(8), failed(7), failed(5)], [6], 0, id="that-one-failed-too"),
        pytest.param([failed(9), failed(8), passed(7)], [], 3, id="a-pass-begins-anew"),
        pytest.param([failed(9), passed(7), failed(5)], [8], 2, id="a-grant-before-the-pass-is-gone"),
        pytest.param([failed(n) for n in range(9, 3, -1)], [], 0, id="a-lower-limit-than-before"),
    ],
)
def test_so_many_attempts_are_left(sat, granted, left):
    found = admission(THREE, sat, [AT - hours * HOUR for hours in granted], at=AT)
    assert (found.left, found.used_up, found.open) == (left, left == 0, left > 0)


def test_without_a_limit_none_is_ever_used_up():
    found = admission(OPEN, [failed(n) for n in range(50, 0, -1)], [], at=AT)
    assert (found.left, found.used, found.open) == (None, 50, True)


@pytest.mark.parametrize(
    ("sat", "opens_at"),
    [
        pytest.param([], None, id="never-sat"),
        pytest.param([failed(23)], AT + HOUR, id="an-hour-to-wait"),
        pytest.param([failed(24)], None, id="open-from-the-instant-itself-on"),
        pytest.param([failed(50), failed(1)], AT + 23 * HOUR, id="counted-from-the-latest"),
        pytest.param([passed(1)], None, id="nobody-waits-after-a-pass"),
        pytest.param([failed(2), passed(1)], None, id="a-pass-ends-the-wait"),
    ],
)
def test_a_failed_attempt_lets_the_next_wait(sat, opens_at):
    found = admission(COOLING, sat, [], at=AT)
    assert (found.opens_at, found.open) == (opens_at, opens_at is None)


def test_a_granted_attempt_still_waits_for_the_cooling_off():
    plan = replace(COOLING, attempts=1)
    found = admission(plan, [failed(1)], [AT], at=AT)
    assert (found.left, found.opens_at, found.open) == (1, AT + 23 * HOUR, False)


@given(st.lists(st.booleans(), max_size=8), st.integers(1, 5), st.integers(0, 4))
def test_a_grant_adds_one_and_an_attempt_takes_one(outcomes, limit, grants):
    sat = [Sat(AT - (20 - number) * HOUR, passed=one) for number, one in enumerate(outcomes)]
    plan = replace(OPEN, attempts=limit)
    before = admission(plan, sat, [AT] * grants, at=AT)
    assert admission(plan, sat, [AT] * (grants + 1), at=AT).left >= before.left
    after = admission(plan, [*sat, failed(0)], [AT] * grants, at=AT)
    assert after.left == max(0, before.left - 1)


@pytest.mark.parametrize(
    ("minutes", "percent", "allowed"),
    [
        (None, 50, None),
        (40, 0, timedelta(minutes=40)),
        (40, 25, timedelta(minutes=50)),
        (45, 33, timedelta(seconds=3591)),
    ],
)
def test_more_time_is_a_share_of_the_minutes(minutes, percent, allowed):
    assert time_allowed(replace(OPEN, minutes=minutes), extra_percent=percent) == allowed
