"""The card of a version: what it must say before release, how old its tests are, and which of its figures compare."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months

TEST_AGE_MONTHS = 12
"""A test by group that is older counts as outdated (popAI recommendations, January 2024: tools constantly tested)."""


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One figure of the vendor's own evaluation, as the vendor writes it."""

    group: str
    measure: str
    value: str


@dataclass(frozen=True, slots=True)
class GroupTest:
    """One test of a version by group: on which day, who answers for it, on which data, and what came out."""

    date: date
    owner: str
    data_set: str
    groups: str
    finding: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is stated of a version, beside how it is stopped."""

    training_data: str
    known_limits: str
    figures: tuple[GroupFigure, ...] = ()
    tests: tuple[GroupTest, ...] = ()


class Gap(StrEnum):
    """A part of the card that is not filled in."""

    TRAINING_DATA = "training-data"
    KNOWN_LIMITS = "known-limits"
    FIGURES = "figures"
    TESTS = "tests"


def gaps(card: Card | None) -> tuple[Gap, ...]:
    """Return what a card lacks before it is complete, in its order; all of it where there is no card."""
    if card is None:
        return tuple(Gap)
    filled = {
        Gap.TRAINING_DATA: card.training_data.strip(),
        Gap.KNOWN_LIMITS: card.known_limits.strip(),
        Gap.FIGURES: card.figures,
        Gap.TESTS: card.tests,
    }
    return tuple(gap for gap in Gap if not filled[gap])


def is_outdated(tested_on: date, *, on: CivilInstant) -> bool:
    """Tell whether a test made on the civil day *tested_on* is older than 12 civil months.

    A test of 14 March 2026 counts through 14 March 2027; one of 29 February through 28 February of the next year.
    """
    return on.day > add_months(tested_on, TEST_AGE_MONTHS)


def age_months(tested_on: date, *, on: CivilInstant) -> int:
    """Return the whole civil months since *tested_on*; 0 for a day to come."""
    day = on.day
    months = (day.year - tested_on.year) * 12 + day.month - tested_on.month
    return max(0, months if add_months(tested_on, months) <= day else months - 1)


def standing(tests: Iterable[GroupTest]) -> tuple[GroupTest, ...]:
    """Return the tests that count, the oldest first.

    A later test of the same groups, whatever the case of its letters, stands in the place of an earlier one.
    """
    newest: dict[str, GroupTest] = {}
    for test in sorted(tests, key=lambda one: one.date):
        newest[" ".join(test.groups.casefold().split())] = test
    return tuple(sorted(newest.values(), key=lambda one: one.date))


def outdated(tests: Iterable[GroupTest], *, on: CivilInstant) -> tuple[GroupTest, ...]:
    """Return the tests that count and are to be made again, the oldest first."""
    return tuple(one for one in standing(tests) if is_outdated(one.date, on=on))


class GroupTesting(StrEnum):
    """How a version stands with its tests by group, the worst first."""

    MISSING = "missing"
    OUTDATED = "outdated"
    CURRENT = "current"


def how_tested(tests: Sequence[GroupTest], *, on: CivilInstant) -> GroupTesting:
    """Return how a version with these tests stands; outdated where one of them is to be made again."""
    if not tests:
        return GroupTesting.MISSING
    return GroupTesting.OUTDATED if outdated(tests, on=on) else GroupTesting.CURRENT


_NUMBER = re.compile(r"(?P<whole>\d+)(?:(?P<mark>[.,])(?P<part>\d+))?\s*(?P<unit>%|[^\W\d_][^\d]*)?")


def amount(value: str) -> tuple[Decimal, str] | None:
    """Return the number that *value* writes, and its unit; ``None`` where it is not plainly one number.

    A point or a comma parts the decimals.  One before exactly three digits may as well part the thousands ("1,200"),
    unless the whole part is 0, so nothing is read from it.
    """
    found = _NUMBER.fullmatch(value.strip())
    if found is None:
        return None
    part = found["part"] or ""
    if found["mark"] and len(part) == 3 and int(found["whole"]):
        return None
    number = f"{found['whole']}.{part}" if part else found["whole"]
    return Decimal(number), (found["unit"] or "").strip()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of one measure, in the order of the card; *amounts* only where they can be drawn to one scale."""

    measure: str
    figures: tuple[GroupFigure, ...]
    amounts: tuple[Decimal, ...] | None

    @property
    def largest(self) -> Decimal | None:
        """The end of the scale; ``None`` where there is none, or it would be 0."""
        return (max(self.amounts) or None) if self.amounts else None


def comparisons(figures: Sequence[GroupFigure]) -> tuple[Comparison, ...]:
    """Return *figures* by measure; those of one measure compare where all are numbers of one unit."""
    measures = dict.fromkeys(figure.measure for figure in figures)
    return tuple(_comparison(name, tuple(one for one in figures if one.measure == name)) for name in measures)


def _comparison(measure: str, figures: tuple[GroupFigure, ...]) -> Comparison:
    read = [found for figure in figures if (found := amount(figure.value)) is not None]
    one_unit = len(read) == len(figures) and len({unit for _number, unit in read}) == 1
    return Comparison(measure, figures, tuple(number for number, _unit in read) if one_unit else None)
