"""Marking: from a paper and the responses to points, exactly.  No figure here is ever a float."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.bank import Bank
from quizzes.errors import UnknownItem, UnknownOption
from quizzes.item import Item, ItemKind
from quizzes.paper import Paper

Response = frozenset[str]
"""The ids of the options that an officer chose for one item; empty where none was."""


@dataclass(frozen=True, slots=True)
class ItemMark:
    item_id: str
    objective: str
    points: Fraction
    of: int


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    objective: str
    points: Fraction
    of: int


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to, as a whole, by objective and by item."""

    points: Fraction
    of: int
    """Points that could be had."""
    cut_score: Fraction
    """Share of the points that was asked for."""
    by_objective: tuple[ObjectiveResult, ...]
    """In the order of the blueprint."""
    items: tuple[ItemMark, ...]
    """In the order of the paper."""

    @property
    def share(self) -> Fraction:
        """Share of the points, from 0 to 1; 0 where no points could be had."""
        return self.points / self.of if self.of else Fraction(0)

    @property
    def passed(self) -> bool:
        """Whether the share reaches the cut score; the cut score itself passes."""
        return self.share >= self.cut_score

    def to_json(self) -> dict[str, object]:
        """Return the result as JSON values, fractions as texts such as ``"7/8"``; see `from_json`."""
        return {
            "points": str(self.points),
            "of": self.of,
            "share": str(self.share),
            "cut_score": str(self.cut_score),
            "passed": self.passed,
            "by_objective": [
                {"objective": entry.objective, "points": str(entry.points), "of": entry.of}
                for entry in self.by_objective
            ],
            "items": [
                {"item": entry.item_id, "objective": entry.objective, "points": str(entry.points), "of": entry.of}
                for entry in self.items
            ],
        }

    @classmethod
    def from_json(cls, data: object) -> "Result":
        """Return the result whose `to_json` is *data*; share and pass are worked out again.

        :raises ContentError: for the first fault, if *data* has no such form.
        """
        faults: list[ContentError] = []
        fields = Fields(data, file="result.json", faults=faults)
        result = cls(
            points=fields.fraction("points"),
            of=fields.number("of", least=0),
            cut_score=fields.fraction("cut_score"),
            by_objective=tuple(
                ObjectiveResult(entry.text("objective"), entry.fraction("points"), entry.number("of"))
                for entry in fields.tables("by_objective", each="objective")
            ),
            items=tuple(
                ItemMark(entry.text("item"), entry.text("objective"), entry.fraction("points"), entry.number("of"))
                for entry in fields.tables("items", each="item")
            ),
        )
        if faults:
            raise faults[0]
        return result


def mark_item(item: Item, response: Response) -> Fraction:
    """Return the points, from 0 to ``item.points``, that *response* earns; an empty response earns none.

    Single choice: all points for the key alone, else none.  Multiple response: each key that was chosen counts for,
    each wrong option that was chosen counts against, as one share of the keys, and no item goes below 0:
    max(0, right - wrong) / keys x points.  Choosing everything therefore does not pay.

    :raises UnknownOption: if *response* has an option that the item does not.
    """
    if unknown := sorted(response - set(item.options)):
        raise UnknownOption(item.id, unknown)
    if item.kind is ItemKind.SINGLE_CHOICE:
        return Fraction(item.points if response == item.key else 0)
    right, wrong = len(response & item.key), len(response - item.key)
    return Fraction(max(0, right - wrong) * item.points, len(item.key))


def mark(paper: Paper, bank: Bank, responses: Mapping[str, Response]) -> Result:
    """Return what *responses*, by item id, come to on *paper*.

    :param bank: the bank of the revision that the paper was drawn from.
    :param responses: an item without a response counts as unanswered and earns nothing.
    :raises UnknownItem: if the bank lacks an item of the paper, or the paper one that was responded to.
    :raises UnknownOption: if a response has an option that its item does not.
    """
    items = bank.by_id()
    on_paper = [entry.item_id for entry in paper.items]
    for item in on_paper:
        if item not in items:
            raise UnknownItem(item, lacking="bank")
    for item in sorted(set(responses) - set(on_paper)):
        raise UnknownItem(item, lacking="paper")
    marks = tuple(_mark(items[item], responses.get(item, Response())) for item in on_paper)
    return Result(
        points=sum((entry.points for entry in marks), Fraction(0)),
        of=sum(entry.of for entry in marks),
        cut_score=bank.plan.cut_score,
        by_objective=_by_objective([cell.objective for cell in bank.plan.blueprint], marks),
        items=marks,
    )


def _mark(item: Item, response: Response) -> ItemMark:
    return ItemMark(item_id=item.id, objective=item.objective, points=mark_item(item, response), of=item.points)


def _by_objective(objectives: list[str], marks: tuple[ItemMark, ...]) -> tuple[ObjectiveResult, ...]:
    """Return the sum for each of *objectives* that has an item among *marks*."""
    results = []
    for objective in objectives:
        of_it = [entry for entry in marks if entry.objective == objective]
        if of_it:
            points = sum((entry.points for entry in of_it), Fraction(0))
            results.append(ObjectiveResult(objective, points, sum(entry.of for entry in of_it)))
    return tuple(results)
