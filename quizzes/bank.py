"""A module's bank of items, and the plan by which papers are drawn from it and marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from courses.errors import ContentError
from courses.fields import Fields, repeated
from quizzes.item import Item, read_item


class CutScoreStandard(StrEnum):
    """How the cut score came about."""

    PROVISIONAL = "provisional"
    """Chosen by the author."""
    STANDARD_SET = "standard-set"
    """The outcome of a documented standard setting."""


@dataclass(frozen=True, slots=True)
class BlueprintCell:
    """How many items on one objective each paper holds."""

    objective: str
    items: int


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What every paper from a bank has in common."""

    length: int
    """Items in a paper: the sum over the blueprint."""
    cut_score: Fraction
    """Share of the points, from which on an attempt is passed."""
    standard: CutScoreStandard
    open_days: int
    """An attempt closes this many days after it was opened."""
    blueprint: tuple[BlueprintCell, ...]
    """One cell for each objective that is tested, in the order in which results are told."""


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

    def to_json(self) -> dict[str, object]:
        """Return the bank as JSON values, with everything that a revision must keep; see `from_json`."""
        return {
            "module": self.module,
            "languages": list(self.languages),
            "paper": {
                "length": self.plan.length,
                "cut_score": str(self.plan.cut_score),
                "standard": self.plan.standard.value,
                "open_days": self.plan.open_days,
                "blueprint": [{"objective": cell.objective, "items": cell.items} for cell in self.plan.blueprint],
            },
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
    for twice in repeated([item.id for item in bank.items]):
        fields.note(f"has the item '{twice}' twice")
    fields.close()
    return bank


def _plan(fields: Fields) -> PaperPlan:
    plan = PaperPlan(
        length=fields.number("length"),
        cut_score=fields.share("cut_score"),
        standard=fields.choice("standard", CutScoreStandard),
        open_days=fields.number("open_days"),
        blueprint=tuple(_cell(cell) for cell in fields.tables("blueprint", each="blueprint cell")),
    )
    drawn = sum(cell.items for cell in plan.blueprint)
    if drawn != plan.length:
        fields.note(f"has the length {plan.length}, but its blueprint draws {drawn} items")
    for twice in repeated([cell.objective for cell in plan.blueprint]):
        fields.note(f"has two blueprint cells for '{twice}'")
    fields.close()
    return plan


def _cell(fields: Fields) -> BlueprintCell:
    cell = BlueprintCell(objective=fields.text("objective"), items=fields.number("items"))
    fields.close()
    return cell
