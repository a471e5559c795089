"""What a version's card must say, how old its tests are, and which figures can be compared."""

from datetime import date
from decimal import Decimal

import pytest

from tests.rules.factories import BRUSSELS, local
from training_app.rules.cards import (
    Card,
    Gap,
    GroupFigure,
    GroupTest,
    GroupTesting,
    age_months,
    amount,
    comparisons,
    gaps,
    how_tested,
    is_outdated,
    outdated,
    standing,
)
from training_app.rules.civil_time import CivilInstant


def on(text):
    return CivilInstant(local(text), BRUSSELS)


def a_test(day, groups="age"):
    return GroupTest(date.fromisoformat(day), "Unit of methods", "Test set 1", groups, "No difference found.")


FIGURE = GroupFigure("Women", "False match rate", "0.4 %")


def test_a_card_with_every_part_is_complete():
    assert gaps(Card("Licensed portraits.", "Night pictures.", (FIGURE,), (a_test("2026-01-02"),))) == ()


def test_a_version_without_a_card_lacks_every_part():
    assert gaps(None) == tuple(Gap)


@pytest.mark.parametrize(
    ("card", "missing"),
    [
        (Card(" ", "Night pictures.", (FIGURE,), (a_test("2026-01-02"),)), Gap.TRAINING_DATA),
        (Card("Portraits.", "", (FIGURE,), (a_test("2026-01-02"),)), Gap.KNOWN_LIMITS),
        (Card("Portraits.", "Night.", (), (a_test("2026-01-02"),)), Gap.FIGURES),
        (Card("Portraits.", "Night.", (FIGURE,), ()), Gap.TESTS),
    ],
)
def test_each_part_left_out_is_named(card, missing):
    assert gaps(card) == (missing,)


@pytest.mark.parametrize(
    ("tested_on", "now", "old"),
    [
        pytest.param("2026-03-14", "2027-03-14 23:59:59", False, id="last-second-of-the-twelfth-month"),
        pytest.param("2026-03-14", "2027-03-15 00:00:00", True, id="first-second-after-it"),
        pytest.param("2028-02-29", "2029-02-28 12:00:00", False, id="clamped-to-the-end-of-february"),
        pytest.param("2028-02-29", "2029-03-01 00:00:00", True, id="after-the-clamped-day"),
    ],
)
def test_a_test_counts_for_twelve_civil_months_in_the_agencys_zone(tested_on, now, old):
    assert is_outdated(date.fromisoformat(tested_on), on=on(now)) is old


@pytest.mark.parametrize(
    ("tested_on", "months"),
    [
        ("2026-11-22", 0),
        ("2026-10-23", 0),
        ("2026-10-22", 1),
        ("2025-11-23", 11),
        ("2025-11-22", 12),
        ("2026-12-24", 0),
    ],
)
def test_an_age_is_counted_in_whole_months(tested_on, months):
    assert age_months(date.fromisoformat(tested_on), on=on("2026-11-22")) == months


def test_a_later_test_of_the_same_groups_stands_in_for_an_older_one():
    old, again, other = a_test("2025-01-10"), a_test("2026-10-01", " AGE "), a_test("2024-06-01", "skin tone")
    assert outdated([again, old, other], on=on("2026-11-22")) == (other,)
    assert outdated([old], on=on("2026-11-22")) == (old,)
    assert outdated([], on=on("2026-11-22")) == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("98.2 %", (Decimal("98.2"), "%")),
        ("98,2%", (Decimal("98.2"), "%")),
        ("0.003", (Decimal("0.003"), "")),
        ("12", (Decimal(12), "")),
        ("40 ms", (Decimal(40), "ms")),
        ("1,200", None),
        ("1.200", None),
        ("below 0.1 %", None),
        ("< 0.1", None),
        ("1 in 10,000", None),
        ("-3", None),
        ("", None),
    ],
)
def test_only_what_is_plainly_one_number_is_read_as_one(written, read):
    assert amount(written) == read


def test_figures_of_one_measure_compare_where_all_are_numbers_of_one_unit():
    found = comparisons(
        (
            GroupFigure("Women", "Misses", "2.5 %"),
            GroupFigure("Women", "Score", "good"),
            GroupFigure("Men", "Misses", "1 %"),
            GroupFigure("Men", "Time", "1 s"),
            GroupFigure("Women", "Time", "1 min"),
        )
    )
    assert [(one.measure, one.amounts, one.largest) for one in found] == [
        ("Misses", (Decimal("2.5"), Decimal(1)), Decimal("2.5")),
        ("Score", None, None),
        ("Time", None, None),
    ]


def test_figures_that_are_all_zero_have_no_scale():
    (found,) = comparisons((GroupFigure("Women", "Misses", "0 %"), GroupFigure("Men", "Misses", "0.0 %")))
    assert found.largest is None


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        pytest.param((), GroupTesting.MISSING, id="never"),
        pytest.param((a_test("2025-11-30"),), GroupTesting.CURRENT, id="last-day-of-twelve-months"),
        pytest.param((a_test("2025-11-29"),), GroupTesting.OUTDATED, id="a-day-older"),
        pytest.param((a_test("2025-01-02"), a_test("2026-06-01")), GroupTesting.CURRENT, id="made-again"),
        pytest.param((a_test("2025-01-02", "skin"), a_test("2026-06-01")), GroupTesting.OUTDATED, id="one-of-two"),
    ],
)
def test_how_a_version_stands_with_its_tests(tests, expected):
    assert how_tested(tests, on=on("2026-11-30")) is expected
    assert list(GroupTesting).index(GroupTesting.MISSING) == 0


def test_of_the_same_groups_only_the_latest_test_counts():
    first, later, other = a_test("2025-01-02", "Age "), a_test("2026-06-01"), a_test("2026-02-01", "skin")
    assert standing([first, later, other]) == (other, later)
