"""Every number that *Human oversight of AI decisions* asks for, worked anew."""

from fractions import Fraction

import pytest

from quizzes.catalogue import STARTER_CONTENT, load_bank

ITEMS = load_bank(STARTER_CONTENT / "human-oversight").by_id()


@pytest.mark.parametrize(
    ("item", "part", "worked"),
    [
        ("ho-check-09", None, Fraction(14, 100) * 50),
        ("ho-load-07", 0, Fraction(12, 1200) * 100),
        ("ho-seed-05", 1, Fraction(2, 3) * 100),
    ],
)
def test_a_sum_that_an_item_asks_for_has_the_right_key(item, part, worked):
    interaction = ITEMS[item].interaction
    asked = interaction if part is None else interaction.parts[part].interaction
    assert abs(asked.value - worked) <= asked.tolerance
