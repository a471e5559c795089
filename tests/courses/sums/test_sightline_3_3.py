"""The sums that the items of *Sightline 3.3: what changed* ask for, worked anew from its invented counts."""

from fractions import Fraction

from quizzes.catalogue import STARTER_CONTENT, load_bank

ITEMS = load_bank(STARTER_CONTENT / "sightline-3-3").by_id()
MISSED_BY_NIGHT = 1 - Fraction(272, 400)
MISSED_BY_DAY = 1 - Fraction(368, 400)


def test_a_sum_that_an_item_asks_for_has_the_right_key():
    [key] = ITEMS["s33-night-12"].interaction.key
    assert ITEMS["s33-night-12"].texts["en"].options[key] == str(250 * MISSED_BY_NIGHT)


def test_a_distractor_is_what_the_mistake_in_its_feedback_gives():
    options = set(ITEMS["s33-night-12"].texts["en"].options.values())
    assert {str(250 * MISSED_BY_DAY), str(250 * (1 - MISSED_BY_NIGHT)), str(100 * MISSED_BY_NIGHT)} <= options
