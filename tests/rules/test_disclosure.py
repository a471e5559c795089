"""Nothing under the limit can be computed from what is published."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.disclosure import LIMIT, Form, Published, by_name, once, parted, standing, table, total

LIMITS = st.integers(2, 12)
COUNTS = st.integers(0, 60)


def exact(number):
    return Published(Form.EXACT, number)


@pytest.mark.parametrize(
    ("count", "published"),
    [
        (0, exact(0)),
        (1, Published(Form.FEWER_THAN, 5)),
        (4, Published(Form.FEWER_THAN, 5)),
        (5, exact(5)),
        (6, exact(6)),
    ],
)
def test_a_count_of_a_time_that_is_over_is_exact_from_the_limit_on(count, published):
    assert once(count) == published


@pytest.mark.parametrize(
    ("count", "published"),
    [
        (0, exact(0)),
        (1, Published(Form.FEWER_THAN, 5)),
        (4, Published(Form.FEWER_THAN, 5)),
        (5, Published(Form.ABOUT, 5)),
        (7, Published(Form.ABOUT, 5)),
        (8, Published(Form.ABOUT, 10)),
        (12, Published(Form.ABOUT, 10)),
        (13, Published(Form.ABOUT, 15)),
    ],
)
def test_a_count_that_goes_on_changing_is_rounded(count, published):
    """Counts ending in 1 or 2 go down, in 3 or 4 up: the example of the glossary that the rule is from."""
    assert standing(count) == published


def test_a_half_is_rounded_up_where_the_limit_is_even():
    assert standing(15, limit=10) == Published(Form.ABOUT, 20)


def test_a_total_with_a_withheld_part_is_a_bound_of_what_is_shown():
    assert total([once(12), once(3)]) == Published(Form.AT_LEAST, 13)
    assert total([once(12), once(0)]) == exact(12)
    assert total([]) == exact(0)


def test_one_withheld_cell_withholds_every_total_it_is_part_of():
    shown = table([[20, 3], [8, 9]])
    assert [one.form for one in shown.row_totals] == [Form.AT_LEAST, Form.EXACT]
    assert [one.form for one in shown.column_totals] == [Form.EXACT, Form.AT_LEAST]
    assert shown.total == Published(Form.AT_LEAST, 38)


def test_who_is_left_over_is_not_given_away_by_the_part_and_the_whole():
    """19 of 20 would say that exactly one was not."""
    found = parted(19, 20)
    assert (found.part, found.rest) == (exact(19), Published(Form.FEWER_THAN, 5))
    assert (found.whole, found.share) == (Published(Form.AT_LEAST, 20), None)
    assert parted(15, 20).share == Fraction(3, 4)
    assert parted(0, 0).share is None


@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=1, max_size=4), LIMITS, st.data())
def test_a_table_is_the_same_whatever_its_withheld_counts_are(rows, limit, data):
    """What is published does not depend on what is withheld, so it tells nothing of it: neither alone nor together."""
    others = [[data.draw(st.integers(1, limit - 1)) if 0 < count < limit else count for count in row] for row in rows]
    assert table(rows, limit=limit) == table(others, limit=limit)


@given(COUNTS, COUNTS, LIMITS, st.data())
def test_a_part_of_a_whole_is_published_alike_whatever_is_withheld(part, rest, limit, data):
    def another(count):
        return data.draw(st.integers(1, limit - 1)) if 0 < count < limit else count

    changed, left = another(part), another(rest)
    assert parted(part, part + rest, limit=limit) == parted(changed, changed + left, limit=limit)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=3))
def test_a_reader_who_tries_every_number_is_left_with_all_of_them(counts):
    """By brute force: of all counts that would have been published alike, each withheld one takes every value."""
    names = [str(number) for number in range(len(counts))]
    seen = by_name(dict(zip(names, counts, strict=True)))
    possible = [
        guess
        for guess in product(range(10), repeat=len(counts))
        if by_name(dict(zip(names, guess, strict=True))) == seen
    ]
    for place, count in enumerate(counts):
        left = {guess[place] for guess in possible}
        assert left == (set(range(1, LIMIT)) if 0 < count < LIMIT else {count})


@given(st.integers(1, 60), st.integers(1, 60), LIMITS)
def test_two_rounded_figures_differ_by_nothing_or_by_the_limit_at_least(before, after, limit):
    first, second = standing(before, limit=limit), standing(after, limit=limit)
    assert first.number == second.number or abs(first.number - second.number) >= limit


@given(COUNTS, LIMITS)
def test_no_number_under_the_limit_stands_but_none(count, limit):
    for shown in (once(count, limit=limit), standing(count, limit=limit)):
        assert shown.number == 0 or shown.number >= limit
        assert shown.form is Form.FEWER_THAN or abs(shown.number - count) * 2 <= limit


@pytest.mark.parametrize(
    "call",
    [
        lambda: once(-1),
        lambda: once(3, limit=1),
        lambda: parted(6, 5),
        lambda: table([[1, 2], [3]]),
        lambda: total([standing(12)]),
        lambda: total([total([once(3)])]),
    ],
)
def test_what_is_no_count_is_refused(call):
    with pytest.raises(ValueError, match=r".+"):
        call()
