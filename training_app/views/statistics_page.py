"""What the pages of item statistics show: rows in words, the picture of all items, the alternatives of one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import get_locale

from quizzes.interactions import Response
from quizzes.prompts import prompts_of
from quizzes.scored_papers import Weight
from quizzes.statistics import Alternative, Estimate, is_right
from training_app.services.item_statistics import ItemRecord, RevisionStatistics
from training_app.wording import items as wording_of_items
from training_app.wording import statistics as wording
from training_app.wording.statistics import Remark

WIDTH, HEIGHT = 440, 300
"""Of the picture, in the units of its view box."""

LEAST_CORRELATION, MOST_CORRELATION = -0.4, 0.8
"""Ends of the picture's upright scale; what lies beyond is drawn at its end."""

RADIUS, BESIDE, LETTER, LINE = 6, 10, 10, 15

MOST_LOOKED_AT_FIRST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the table."""

    number: int
    """In the picture and in the table."""
    record: ItemRecord
    stem: str
    language: str
    """In which *stem* is written."""
    remarks: Sequence[Remark]

    @property
    def silent(self) -> bool:
        return self.record.void or self.record.statistics.weight is Weight.SILENT

    @property
    def urgency(self) -> int:
        return max((remark.urgency for remark in self.remarks), default=0)


@dataclass(frozen=True, slots=True)
class Dot:
    """An item in the picture, where its figures put it."""

    x: float
    y: float
    tentative: bool
    urgent: bool
    label: "Label | None"
    """Its number, for an item that asks for a look."""


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    x: float
    y: float
    anchor: str


def rows(found: RevisionStatistics) -> list[Row]:
    """Return every item in the order of the bank."""
    return [row(record, number) for number, record in enumerate(found.items, start=1)]


def row(record: ItemRecord, number: int) -> Row:
    language, text = record.item.text_in(str(get_locale()))
    said = texts(record, [one.mark for one in record.statistics.alternatives])
    return Row(number, record, text.stem, language, wording.remarks(record, said))


def dots(listed: Sequence[Row]) -> list[Dot]:
    """Return each item that figures tell of: facility from left to right, correlation with the rest from below.

    Items that ask for a look come last, so that they lie on top, and have their number beside them.
    """
    found: list[Dot] = []
    labels: list[Label] = []
    for one in sorted(listed, key=lambda row: row.urgency):
        facility, correlation = one.record.statistics.facility, one.record.statistics.rest_correlation
        if one.silent or facility is None or correlation is None:
            continue
        x, y = round(WIDTH * facility.value, 1), height(correlation.value)
        label = _label(str(one.number), x, y, labels) if one.urgency > 1 else None
        if label is not None:
            labels.append(label)
        tentative = one.record.statistics.weight is Weight.TENTATIVE
        found.append(Dot(x, y, tentative, one.urgency == 3, label))
    return found


def _label(text: str, x: float, y: float, others: Sequence[Label]) -> Label:
    """Return where *text* stands beside the dot at *x*, *y*: at the first place where no other label is."""
    places = [
        Label(text, x + side * BESIDE, round(y + below, 1), "start" if side > 0 else "end")
        for below in (5, -9, 19, -23, 33)
        for side in (1, -1)
    ]
    return next((place for place in places if not any(_overlap(place, other) for other in others)), places[0])


def _overlap(one: Label, other: Label) -> bool:
    apart = abs(_middle(one) - _middle(other))
    return apart < LETTER * (len(one.text) + len(other.text)) / 2 and abs(one.y - other.y) < LINE


def _middle(label: Label) -> float:
    half = LETTER * len(label.text) / 2
    return label.x + (half if label.anchor == "start" else -half)


def height(correlation: float) -> float:
    """Return how far below the picture's upper edge a correlation is drawn."""
    held = max(LEAST_CORRELATION, min(MOST_CORRELATION, correlation))
    return round(HEIGHT * (MOST_CORRELATION - held) / (MOST_CORRELATION - LEAST_CORRELATION), 1)


@dataclass(frozen=True, slots=True)
class AlternativeRow:
    text: str
    right: bool
    part: str
    """Stem of the part of a case; empty where the item is one question."""
    found: Alternative


def alternatives(record: ItemRecord) -> list[AlternativeRow]:
    """Return what each alternative did, in the order of the item."""
    _language, text = record.item.text_in(str(get_locale()))
    prompts = prompts_of(record.item, text, record.item.interaction.shuffled, Response())
    stems = {prompt.part: prompt.text.stem if prompt.part else "" for prompt in prompts}
    said = texts(record, [one.mark for one in record.statistics.alternatives])
    return [
        AlternativeRow(
            text=said[one.mark],
            right=is_right(record.item.interaction, one.mark),
            part=stems.get(one.mark.partition("/")[0], ""),
            found=one,
        )
        for one in record.statistics.alternatives
    ]


def texts(record: ItemRecord, marks: Sequence[str]) -> dict[str, str]:
    """Return what each of *marks* says, in the reader's language."""
    _language, text = record.item.text_in(str(get_locale()))
    found = {}
    for prompt in prompts_of(record.item, text, record.item.interaction.shuffled, Response()):
        prefix = f"{prompt.part}/" if prompt.part else ""
        for mark in marks:
            if mark.startswith(prefix):
                own = Response({mark.removeprefix(prefix)})
                found[mark] = " ".join(wording_of_items.said(replace(prompt, response=own)))
    return found


HEADER = (
    "item", "objective", "void", "officers", "weight", "facility", "facility_low", "facility_high",
    "item_rest_correlation", "item_rest_low", "item_rest_high", "discrimination_27", "blank", "median_seconds",
    "timed_officers", "papers", "exposure",
)  # fmt: skip
"""Of the file; names as programs read them, in no language."""


def file_rows(found: RevisionStatistics) -> list[tuple[object, ...]]:
    """Return the rows of the file; figures with four places and a point, empty where nothing is said."""
    return [
        (
            record.item.id,
            record.item.objective,
            int(record.void),
            record.statistics.officers,
            record.statistics.weight.value,
            *_estimate(record.statistics.facility),
            *_estimate(record.statistics.rest_correlation),
            _written(record.statistics.discrimination),
            _written(record.statistics.omission),
            _written(record.statistics.median_seconds),
            record.statistics.timed,
            record.papers,
            _written(found.exposure(record)),
        )
        for record in found.items
    ]


def _estimate(estimate: Estimate | None) -> tuple[str, str, str]:
    if estimate is None:
        return "", "", ""
    return _written(estimate.value), _written(estimate.low), _written(estimate.high)


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def even_share(found: RevisionStatistics, record: ItemRecord) -> float | None:
    """Return the share of papers on which the item would stand if every item of its cell were drawn alike."""
    bank = found.published.bank
    cell = next((cell for cell in bank.plan.blueprint if cell.holds(record.item)), None)
    return None if cell is None else min(1.0, cell.items / sum(cell.holds(item) for item in bank.items))


def context(found: RevisionStatistics) -> dict[str, Any]:
    """Return what the page of all items shows."""
    listed = rows(found)
    telling = [one for one in listed if not one.silent]
    first = sorted((one for one in listed if one.urgency > 1), key=lambda one: (-one.urgency, one.number))
    return {
        "found": found,
        "rows": listed,
        "telling": telling,
        "first": first[:MOST_LOOKED_AT_FIRST],
        "more": len(first[MOST_LOOKED_AT_FIRST:]),
        "dots": dots(listed),
        "grid": [(value, height(value)) for value in (-0.4, 0.0, 0.4, 0.8)],
        "radius": RADIUS,
        "width": WIDTH,
        "height": HEIGHT,
        "compared": [(one, comparison) for one in listed for comparison in one.record.comparisons],
    }
