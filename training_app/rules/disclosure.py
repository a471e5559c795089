"""What of a count of people or events may be published, so that nobody can be found in it.

Three rules, and no fourth:

- From 1 up to the limit (exclusive) a count is withheld: "fewer than 5".  None is said, for it concerns nobody.
- A count that is published once, of a time that is over, is exact.  One that is published again and again while it
  changes is rounded to the nearest multiple of the limit, so that yesterday's figure and today's never differ by one.
  So is one beside another whose people are known to be among its own: the difference would be a count of the rest.
- A total over counts of which one is withheld is a bound, made of what is shown alone: "at least 13".  Where others
  withhold further counts so that the total cannot give one away, here the total never knew it (complementary
  suppression, of the total).

What is published therefore stays the same whatever the withheld counts are, and nothing about them can be computed.

Source: threshold rule ("some agencies require at least five respondents in a cell") and conventional rounding to a
base, in: Glossary of Statistical Disclosure Control, UNECE/Eurostat work session on statistical data confidentiality,
Geneva, November 2005 (https://stats.oecd.org/glossary/detail.asp?ID=7010 and ID=6898).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

LIMIT = 5
"""The smallest count, beside none, that is published."""


class Form(StrEnum):
    EXACT = "exact"
    FEWER_THAN = "fewer-than"
    """At least 1 and below `Published.number`, which is the limit."""
    ABOUT = "about"
    """Rounded to the nearest multiple of the limit."""
    AT_LEAST = "at-least"
    """A total of which a part is withheld."""


@dataclass(frozen=True, slots=True)
class Published:
    """A count as everybody may know it."""

    form: Form
    number: int


def once(count: int, *, limit: int = LIMIT) -> Published:
    """Return *count* as it is published of a time that is over: exact, or withheld below *limit*.

    :param count: people or events; :raises ValueError: if negative.
    """
    _check(count, limit)
    return Published(Form.FEWER_THAN, limit) if 0 < count < limit else Published(Form.EXACT, count)


def standing(count: int, *, limit: int = LIMIT) -> Published:
    """Return *count* as it is published again and again while it changes: rounded, or withheld below *limit*.

    Halfway between two multiples of an even limit counts as the higher one.
    """
    _check(count, limit)
    if count < limit:
        return once(count, limit=limit)
    return Published(Form.ABOUT, (2 * count + limit) // (2 * limit) * limit)


def total(parts: Iterable[Published]) -> Published:
    """Return the total of counts published by `once`: exact where all are, else a bound from what is shown.

    A withheld count is at least 1, as everybody may know; of none at all the total is 0.

    :raises ValueError: for a rounded count, or a total, which do not add up.
    """
    kept = list(parts)
    if any(one.form not in {Form.EXACT, Form.FEWER_THAN} for one in kept):
        raise ValueError("rounded counts and totals do not add up")
    withheld = sum(one.form is Form.FEWER_THAN for one in kept)
    shown = sum(one.number for one in kept if one.form is Form.EXACT)
    return Published(Form.AT_LEAST, shown + withheld) if withheld else Published(Form.EXACT, shown)


def events(count: int, people: int, *, limit: int = LIMIT) -> Published:
    """Return *count* events of a time that is over, as it is published: rounded where enough *people* are behind them.

    Seven refusals of one officer tell of that officer as one refusal does.  With fewer people than *limit* nothing is
    said but that there was one: "at least 1", the same for every number of events.

    :param people: how many different people had one; :raises ValueError: if more than events, or none of some.
    """
    if people > count or (count and not people):
        raise ValueError("each of the people had an event, and each event its person")
    if once(people, limit=limit).form is Form.FEWER_THAN:
        return Published(Form.AT_LEAST, 1)
    return standing(count, limit=limit)


def together(parts: Iterable[Published], *, limit: int = LIMIT) -> Published:
    """Return the total of parts of which some may be rounded, or bounds themselves, as those of `events`: see `total`.

    What a rounded count is at least goes into the bound.
    """
    kept = list(parts)
    bounds = [one.number for one in kept if one.form is Form.AT_LEAST]
    bounds += [max(limit, one.number - limit // 2) for one in kept if one.form is Form.ABOUT]
    rest = total(one for one in kept if one.form not in {Form.AT_LEAST, Form.ABOUT})
    return Published(Form.AT_LEAST, rest.number + sum(bounds)) if bounds else rest


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by row and column with their totals, in the order in which they were given."""

    cells: Sequence[Sequence[Published]]
    row_totals: Sequence[Published]
    column_totals: Sequence[Published]
    total: Published


def table(counts: Sequence[Sequence[int]], *, limit: int = LIMIT) -> Table:
    """Return a table of counts with every total, as it is published of a time that is over.

    :param counts: rows of equal length; :raises ValueError: otherwise.
    """
    cells = [[once(count, limit=limit) for count in row] for row in counts]
    return Table(
        cells=cells,
        row_totals=[total(row) for row in cells],
        column_totals=[total(column) for column in zip(*cells, strict=True)],
        total=total(cell for row in cells for cell in row),
    )


@dataclass(frozen=True, slots=True)
class Parted:
    """How many of a whole, and how many not; *share* (0 to 1) only where both are shown."""

    part: Published
    rest: Published
    whole: Published
    share: Fraction | None


def parted(part: int, whole: int, *, limit: int = LIMIT) -> Parted:
    """Return *part* of *whole*; who is left over is a count like any other, and would follow from the two.

    :raises ValueError: if *part* is no part of *whole*.
    """
    if part > whole:
        raise ValueError("a part is no larger than its whole")
    shown, rest = once(part, limit=limit), once(whole - part, limit=limit)
    both = total([shown, rest])
    share = Fraction(part, whole) if both.form is Form.EXACT and whole else None
    return Parted(shown, rest, both, share)


def by_name(counts: Mapping[str, int], *, limit: int = LIMIT) -> tuple[dict[str, Published], Published]:
    """Return each of *counts* as it is published, and their total."""
    shown = {name: once(count, limit=limit) for name, count in counts.items()}
    return shown, total(shown.values())


def _check(count: int, limit: int) -> None:
    if count < 0:
        raise ValueError("a count is not negative")
    if limit < 2:
        raise ValueError("below a limit of 2 nothing would be withheld")
