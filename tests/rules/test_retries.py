"""How long is waited before a message is sent again, and when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.retries import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    MOST_REFUSALS,
    wait_before_next,
)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (MOST_ATTEMPTS - 1, 3600)]
)
def test_the_wait_doubles_up_to_an_hour(attempts, seconds):
    assert wait_before_next(attempts, 0, chance=0.5) == timedelta(seconds=seconds)


@given(st.integers(1, MOST_ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_chance_moves_the_wait_by_a_quarter_at_most(attempts, chance):
    plain = wait_before_next(attempts, 0, chance=0.5)
    moved = wait_before_next(attempts, 0, chance=chance)
    assert plain * 0.75 <= moved <= plain * 1.25
    assert FIRST_WAIT * 0.75 <= moved <= LONGEST_WAIT * 1.25


def test_a_receiver_that_is_down_for_a_day_gets_everything_and_one_that_refuses_is_not_asked_for_long():
    at_least = sum((wait_before_next(n, 0, chance=0.0) for n in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=1) < at_least
    assert wait_before_next(MOST_ATTEMPTS, 0, chance=0.5) is None
    assert wait_before_next(MOST_REFUSALS, MOST_REFUSALS, chance=0.5) is None
    assert wait_before_next(MOST_REFUSALS - 1, MOST_REFUSALS - 1, chance=0.5) is not None
