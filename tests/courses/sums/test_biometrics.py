"""Every number that *Biometric data and face search* prints or asks for, worked anew."""

from fractions import Fraction

from courses.catalogue import STARTER_CONTENT, load_module
from quizzes.catalogue import STARTER_CONTENT as BANKS
from quizzes.catalogue import load_bank

BODY = {lesson.slug: lesson.body for lesson in load_module(STARTER_CONTENT / "biometrics").lessons["en"]}
ITEMS = load_bank(BANKS / "biometrics").by_id()


def test_ten_times_the_list_gives_ten_times_the_false_alerts():
    short, long = Fraction(1, 60_000), Fraction(1, 6_000)
    assert long / short == 10_000 / 1_000
    assert "one false alert in 6,000 passers-by" in BODY["05-lists-and-probes"]
    assert "one in 60,000" in BODY["05-lists-and-probes"]


def test_the_expected_false_alerts_of_an_item_follow_from_its_rate():
    assert ITEMS["bm-list-05"].interaction.value == 120_000 * Fraction(1, 6_000)


def test_the_hours_that_items_ask_for_are_those_of_the_lessons():
    assert "within 24 hours at the latest" in BODY["03-gates-of-live-search"]
    assert ITEMS["bm-live-02"].interaction.value == 24
    assert "within 48 hours" in BODY["04-searching-later"]
    assert ITEMS["bm-post-03"].interaction.value == 48
