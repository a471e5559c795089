"""Every number that *Train the trainers* prints or asks for, worked anew."""

from fractions import Fraction
from math import comb

import pytest

from courses.catalogue import STARTER_CONTENT, load_module
from quizzes.catalogue import STARTER_CONTENT as BANKS
from quizzes.catalogue import load_bank

BODY = {lesson.slug: lesson.body for lesson in load_module(STARTER_CONTENT / "train-the-trainers").lessons["en"]}
ITEMS = load_bank(BANKS / "train-the-trainers").by_id()


def passes(items: int, share: float) -> float:
    """Return the chance to get at least 80 percent of *items* right, each with the chance *share*."""
    least = -(-8 * items // 10)
    return sum(comb(items, right) * share**right * (1 - share) ** (items - right) for right in range(least, items + 1))


@pytest.mark.parametrize("items", [10, 20, 30, 60])
def test_the_table_of_pass_rates_is_binomial(items):
    row = f"| {items} | {100 * passes(items, 0.7):.0f} % | {100 * passes(items, 0.9):.0f} % |"
    assert row in BODY["07-standards-and-appeals"]


def test_three_attempts_let_more_pass_who_should_not():
    at_least_once = 1 - (1 - passes(10, 0.7)) ** 3
    assert round(100 * at_least_once) == 76
    assert "passes at least once in 76 of 100 cases" in BODY["07-standards-and-appeals"]
    asked = ITEMS["tt-std-08"].interaction.parts[0].interaction
    assert abs(asked.value - round(100 * at_least_once)) <= asked.tolerance


def test_the_cut_score_of_the_panel_is_the_mean_of_its_items():
    cut = Fraction(70 + 62 + 85 + 76, 4)
    assert cut == Fraction("73.25")
    assert "= 73.25 percent" in BODY["07-standards-and-appeals"]
    assert ITEMS["tt-std-03"].interaction.value == cut


def test_five_critical_items_fail_many_who_are_right_nine_times_in_ten():
    assert round(100 * 0.9**5) == 59
    assert "in only 59 of 100 attempts" in BODY["03-objectives-and-blueprint"]
    assert 0.3 < 0.9**10 < 0.4  # "about a third", as the feedback of an item says


def test_the_bank_holds_three_times_what_is_drawn():
    assert ITEMS["tt-obj-04"].interaction.value == 3 * 4
