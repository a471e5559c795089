"""Every number that the *Sightline operator course* prints or asks for, worked anew from its invented premises."""

from fractions import Fraction

import pytest

from courses.catalogue import STARTER_CONTENT as COURSES
from quizzes.catalogue import STARTER_CONTENT, load_bank

ITEMS = load_bank(STARTER_CONTENT / "sightline").by_id()
LESSONS = COURSES / "sightline" / "en"

WANTED, OTHERS = 100, 900
FOUND = Fraction(90, 100) * WANTED
FALSE_AT_071 = Fraction(9, 1000) * OTHERS
FALSE_AT_064 = Fraction(21, 100) * OTHERS


def percent(share: Fraction, digits: int = 1) -> str:
    return f"{100 * float(share):.{digits}f} %"


@pytest.mark.parametrize(
    ("lesson", "printed"),
    [
        ("02-a-picture-fit-to-search", f"368 of 400 people by day ({percent(Fraction(368, 400), 0)})"),
        ("02-a-picture-fit-to-search", f"272 of 400 in infra-red ({percent(Fraction(272, 400), 0)})"),
        ("03-right-version-right-setting", f"| 0.5 % and 0.2 % | {float(Fraction(5, 2)):.1f} |"),
        ("03-right-version-right-setting", f"| 0.6 % and 0.2 % | {Fraction(6, 2)} |"),
        (
            "04-reading-the-list",
            f"| {FOUND} | {float(FALSE_AT_071):.1f} (0.9 % of 900) | {percent(FOUND / (FOUND + FALSE_AT_071))} |",
        ),
        (
            "04-reading-the-list",
            f"| {FALSE_AT_064} (21 % of 900) | {percent(WANTED / (WANTED + FALSE_AT_064))} at most |",
        ),
        ("06-reject-stop-report", f"198 of 200 candidates, {percent(Fraction(198, 200), 0)}"),
    ],
)
def test_a_lesson_prints_the_sum_as_it_comes_out(lesson, printed):
    assert printed in (LESSONS / f"{lesson}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("lesson", "said", "worked"),
    [
        ("02-a-picture-fit-to-search", "about one in three is missed", round(Fraction(400, 400 - 272)) == 3),
        ("04-reading-the-list", "about one hit in twelve", round((FOUND + FALSE_AT_071) / FALSE_AT_071) == 12),
        ("04-reading-the-list", "the ten who were missed", WANTED - FOUND == 10),
        ("04-reading-the-list", "two hits in three", round(3 * FALSE_AT_064 / (WANTED + FALSE_AT_064)) == 2),
        ("03-right-version-right-setting", "still three times as often", Fraction(6, 10) / Fraction(2, 10) == 3),
    ],
)
def test_a_proportion_put_in_words_is_right(lesson, said, worked):
    assert worked
    assert said in (LESSONS / f"{lesson}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("item", "part", "worked"),
    [
        ("so-probe-04", None, 300 * (1 - Fraction(68, 100))),
        ("so-vers-07", 0, Fraction(6, 10) / Fraction(2, 10)),
        ("so-list-04", None, Fraction(9, 1000) * 2000),
        ("so-list-05", 0, 100 * Fraction(8, 98)),
    ],
)
def test_a_sum_that_an_item_asks_for_has_the_right_key(item, part, worked):
    interaction = ITEMS[item].interaction
    asked = interaction if part is None else interaction.parts[part].interaction
    assert abs(asked.value - worked) <= asked.tolerance


def test_the_counts_that_items_give_follow_from_the_lesson():
    case = ITEMS["so-list-05"].texts["en"].stem
    assert f"there are {round(FALSE_AT_071)} false hits" in case
    assert f"rise to {FALSE_AT_064}" in case
    assert round(3 * FALSE_AT_064 / (WANTED + FALSE_AT_064)) == 2
