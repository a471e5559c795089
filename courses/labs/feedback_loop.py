"""Patrols are sent where offences were recorded, and record what they see: twelve months of it.

A model to think with, not a forecast.  Two districts; each month some hours of patrol, a set number of offences, of
which patrols see a share that grows with their hours and residents report a share.  Hours and offences are whole
numbers, each rounded to the nearest, halves up.  That what is recorded where patrols are sent feeds upon itself, and
that reports dampen it without ending it: Ensign et al., PMLR 81, 2018.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from courses.labs.controls import Control
from courses.labs.reading import Block, bounded, two_names

MONTHS = 12
HOURS = 1_000
"""Of patrol in a month, for both districts."""
HOT_SPOT_HOURS = 800
"""Of these, for the district with more on record, where patrols follow the hot spot."""
SEEN_IN_1000_HOURS = Fraction(1, 2)
"""Share of a district's offences that 1,000 hours of patrol would see."""


class Method(StrEnum):
    """By what the hours of the next month are shared out."""

    HOT_SPOT = "hot-spot"
    """Four fifths to the district with more on record."""
    IN_PROPORTION = "in-proportion"
    """In proportion to the record."""
    EQUAL = "equal"
    """Half to each, whatever the record says."""


METHODS = tuple(Method)


@dataclass(frozen=True, slots=True)
class Month:
    """A month for the first and the second district; month 0 is the record with which it begins."""

    number: int
    hours: tuple[int, int]
    seen: tuple[int, int]
    reported: tuple[int, int]
    record: tuple[int, int]
    """All that is on record at its end."""


@dataclass(frozen=True, slots=True)
class FeedbackLoop:
    kind: ClassVar[str] = "feedback-loop"
    title: str
    intro: str
    districts: tuple[str, str]
    record: tuple[int, int]
    """On record in each district before the first month, 1 to 1,000."""
    method: Control
    """Index into `METHODS`."""
    first: Control
    second: Control
    """What really happens in each district in a month, 20 to 400 offences."""
    reported: Control
    """Share of offences that residents report, wherever patrols are."""
    month: Control
    """How far the model has run, 0 to 12."""

    @classmethod
    def read(cls, block: Block) -> "FeedbackLoop":
        fields = block.fields
        title, intro = fields.text("title"), fields.text("intro")
        names = two_names(fields, "districts")
        happening, record = fields.numbers("offences"), fields.numbers("record")
        if len(happening) != 2 or not all(20 <= number <= 400 for number in happening):
            fields.note("has 'offences' that are not two numbers from 20 to 400")
            happening = (100, 100)
        if len(record) != 2 or not all(1 <= number <= 1_000 for number in record):
            fields.note("has a 'record' that is not two numbers from 1 to 1000")
            record = (1, 1)
        method = fields.choice("method", Method)
        reported = bounded(fields, "reported_percent", least=0, most=50)
        fields.close()
        return cls(
            title=title,
            intro=intro,
            districts=names,
            record=(record[0], record[1]),
            method=Control.over("method", range(len(METHODS)), start=METHODS.index(method)),
            first=Control.over("first", range(20, 401, 20), start=happening[0]),
            second=Control.over("second", range(20, 401, 20), start=happening[1]),
            reported=Control.over(
                "reported", (Fraction(n, 100) for n in range(0, 51, 5)), start=Fraction(reported, 100)
            ),
            month=Control.over("month", range(MONTHS + 1), start=0),
        )

    @property
    def controls(self) -> tuple[Control, ...]:
        return (self.first, self.second, self.reported, self.method, self.month)

    def happening(self, chosen: Mapping[str, int]) -> tuple[int, int]:
        """Return the offences of one month in each district."""
        return int(self.first.stops[chosen["first"]]), int(self.second.stops[chosen["second"]])

    def year(self, chosen: Mapping[str, int]) -> tuple[Month, ...]:
        """Return the beginning and all twelve months with the stops *chosen* by their index."""
        happening, method = self.happening(chosen), METHODS[chosen["method"]]
        share = self.reported.stops[chosen["reported"]]
        reported = _both(happening, share)
        months = [Month(0, (0, 0), (0, 0), (0, 0), self.record)]
        for number in range(1, MONTHS + 1):
            before = months[-1].record
            hours = shared_out(method, before)
            seen = (_nearest(happening[0] * _seen(hours[0])), _nearest(happening[1] * _seen(hours[1])))
            record = (before[0] + seen[0] + reported[0], before[1] + seen[1] + reported[1])
            months.append(Month(number, hours, seen, reported, record))
        return tuple(months)


def shared_out(method: Method, record: tuple[int, int]) -> tuple[int, int]:
    """Return the hours of the next month for each district; they are `HOURS` together."""
    first, second = record
    if method is Method.EQUAL or first == second:
        mine = HOURS // 2
    elif method is Method.HOT_SPOT:
        mine = HOT_SPOT_HOURS if first > second else HOURS - HOT_SPOT_HOURS
    else:
        mine = _nearest(Fraction(HOURS * first, first + second))
    return mine, HOURS - mine


def _seen(hours: int) -> Fraction:
    return SEEN_IN_1000_HOURS * Fraction(hours, 1_000)


def _both(numbers: tuple[int, int], share: Fraction) -> tuple[int, int]:
    return _nearest(numbers[0] * share), _nearest(numbers[1] * share)


def _nearest(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
