"""The sums that the items of *Sightline 3.2: what changed* ask for, worked anew from its invented counts."""

from fractions import Fraction

import pytest

from quizzes.catalogue import STARTER_CONTENT, load_bank

ITEMS = load_bank(STARTER_CONTENT / "sightline-3-2").by_id()


@pytest.mark.parametrize(
    ("item", "worked"),
    [
        ("s32-score-09", f"{float(100 * Fraction(9, 1000))} %"),
        ("s32-list-09", f"{100 * Fraction(500 - 460, 500)} %"),
    ],
)
def test_a_sum_that_an_item_asks_for_has_the_right_key(item, worked):
    [key] = ITEMS[item].interaction.key
    assert ITEMS[item].texts["en"].options[key] == worked
