"""A module's bank of items, and the plan by which papers are drawn from it and marked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from courses.errors import ContentError
from courses.fields import Fields, repeated
from quizzes.item import CognitiveLevel, Item, read_item


class CutScoreStandard(StrEnum):
    """How the cut score came about."""

    PROVISIONAL = "provisional"
    """Chosen by the author."""
    STANDARD_SET = "standard-set"
    """The outcome of a documented standard setting, one share for every paper."""
    ANGOFF = "angoff"
    """From the judges' ratings of the items that were drawn: a harder paper asks for less."""


class Layout(StrEnum):
    """How officers see a paper."""

    ONE_AT_A_TIME = "one-at-a-time"
    ALL_AT_ONCE = "all-at-once"


@dataclass(frozen=True, slots=True)
class BlueprintCell:
    """How many items on one objective, and where it says so at one cognitive level, each paper holds."""

    objective: str
    items: int
    level: CognitiveLevel | None = None
    """``None`` draws from every level."""

    def holds(self, item: Item) -> bool:
        """Tell whether *item* may be drawn for this cell."""
        return item.objective == self.objective and self.level in (None, item.level)

    def to_json(self) -> dict[str, object]:
        written: dict[str, object] = {"objective": self.objective, "items": self.items}
        return written if self.level is None else written | {"level": self.level.value}


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What every paper from a bank has in common."""

    length: int
    """Items in a paper: the sum over the blueprint."""
    cut_score: Fraction
    """Share of the points, from which on an attempt is passed; with `CutScoreStandard.ANGOFF` the least that any paper
    asks for."""
    standard: CutScoreStandard
    open_days: int
    """An attempt closes this many days after it was opened."""
    blueprint: tuple[BlueprintCell, ...]
    """The cells, in the order in which results are told."""
    minutes: int | None = None
    """An attempt closes so many minutes after it was opened, if that is sooner; an officer may be given more."""
    cooling_off_hours: int = 0
    """After a failed attempt, the next one opens so much later."""
    layout: Layout = Layout.ONE_AT_A_TIME
    """Of an assessment; practice shows one item at a time, since it tells what was right after each."""
    attempts: int | None = None
    """So many assessments an officer may open until one is passed; ``None`` sets no limit."""

    @property
    def objectives(self) -> tuple[str, ...]:
        """Return each objective that is tested once, in the order in which results are told."""
        return tuple(dict.fromkeys(cell.objective for cell in self.blueprint))

    def to_json(self) -> dict[str, object]:
        """Return the plan as JSON values; what is at its default and came after the first revisions is left out."""
        written: dict[str, object] = {
            "length": self.length,
            "cut_score": str(self.cut_score),
            "standard": self.standard.value,
            "open_days": self.open_days,
            "blueprint": [cell.to_json() for cell in self.blueprint],
        }
        if self.minutes is not None:
            written["minutes"] = self.minutes
        if self.cooling_off_hours:
            written["cooling_off_hours"] = self.cooling_off_hours
        if self.layout is not Layout.ONE_AT_A_TIME:
            written["layout"] = self.layout.value
        if self.attempts is not None:
            written["attempts"] = self.attempts
        return written


@dataclass(frozen=True, slots=True)
class Bank:
    module: str
    languages: tuple[str, ...]
    """Languages that are complete; the first is the source language."""
    plan: PaperPlan
    items: tuple[Item, ...]

    def by_id(self) -> Mapping[str, Item]:
        """Return the items by their id."""
        return {item.id: item for item in self.items}

    def examined(self) -> "Bank":
        """Return the bank without the items on one country's law, which are met in practice only."""
        return replace(self, items=tuple(item for item in self.items if item.country is None))

    def to_json(self) -> dict[str, object]:
        """Return the bank as JSON values, with everything that a revision must keep; see `from_json`."""
        return {
            "module": self.module,
            "languages": list(self.languages),
            "paper": self.plan.to_json(),
            "items": [item.to_json() for item in self.items],
        }

    @classmethod
    def from_json(cls, data: object) -> "Bank":
        """Return the bank whose `to_json` is *data*.

        :raises ContentError: for the first fault, if *data* has no such form.
        """
        faults: list[ContentError] = []
        bank = read_bank(Fields(data, file="bank.json", faults=faults))
        if faults:
            raise faults[0]
        return bank


def read_bank(fields: Fields) -> Bank:
    """Return the bank that *fields* describe; it is fit for use only where ``fields.faults`` stays empty.

    *fields* have the form of `Bank.to_json`, dates as text or as TOML dates.
    """
    module, languages = fields.slug("module"), fields.languages("languages")
    bank = Bank(
        module=module,
        languages=languages,
        plan=_plan(fields.table("paper", place="paper")),
        items=tuple(
            read_item(item, module=module, languages=languages) for item in fields.tables("items", each="item")
        ),
    )
    _note_misfits(fields, bank)
    fields.close()
    return bank


def _note_misfits(fields: Fields, bank: Bank) -> None:
    """Note what is wrong between the items of *bank*, and between them and its plan."""
    for twice in repeated([item.id for item in bank.items]):
        fields.note(f"has the item '{twice}' twice")
    known = {item.id for item in bank.items}
    for item in bank.items:
        for stranger in sorted(set(item.enemies) - known):
            fields.note(f"item '{item.id}' has the enemy '{stranger}', which is not in the bank")
        if bank.plan.standard is CutScoreStandard.ANGOFF and item.rating is None:
            fields.note(f"item '{item.id}' has no rating, by which the cut score is set")


def _plan(fields: Fields) -> PaperPlan:
    plan = PaperPlan(
        length=fields.number("length"),
        cut_score=fields.share("cut_score"),
        standard=fields.choice("standard", CutScoreStandard),
        open_days=fields.number("open_days"),
        blueprint=tuple(_cell(cell) for cell in fields.tables("blueprint", each="blueprint cell")),
        minutes=fields.optional_number("minutes"),
        cooling_off_hours=fields.optional_number("cooling_off_hours", least=0) or 0,
        layout=fields.choice("layout", Layout) if fields.has("layout") else Layout.ONE_AT_A_TIME,
        attempts=fields.optional_number("attempts"),
    )
    drawn = sum(cell.items for cell in plan.blueprint)
    if drawn != plan.length:
        fields.note(f"has the length {plan.length}, but its blueprint draws {drawn} items")
    for twice in repeated([_name(cell) for cell in plan.blueprint]):
        fields.note(f"has two blueprint cells for '{twice}'")
    by_level = {cell.objective for cell in plan.blueprint if cell.level}
    for objective in sorted(by_level & {cell.objective for cell in plan.blueprint if cell.level is None}):
        fields.note(f"has a blueprint cell for '{objective}' with a level and one without")
    fields.close()
    return plan


def _name(cell: BlueprintCell) -> str:
    return cell.objective if cell.level is None else f"{cell.objective}, {cell.level.value}"


def _cell(fields: Fields) -> BlueprintCell:
    cell = BlueprintCell(
        objective=fields.text("objective"),
        items=fields.number("items"),
        level=fields.choice("level", CognitiveLevel) if fields.has("level") else None,
    )
    fields.close()
    return cell
