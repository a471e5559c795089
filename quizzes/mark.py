"""Marking: from a paper and the responses to points, exactly.  No figure here is ever a float."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.bank import Bank, CutScoreStandard
from quizzes.errors import UnfitResponse, UnknownItem
from quizzes.interactions import Interaction, Response
from quizzes.item import Item
from quizzes.paper import Paper


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
    critical_missed: tuple[str, ...] = ()
    """Critical items that were not wholly right, in the order of the paper."""

    @property
    def share(self) -> Fraction:
        """Share of the points, from 0 to 1; 0 where no points could be had."""
        return self.points / self.of if self.of else Fraction(0)

    @property
    def passed(self) -> bool:
        """Whether the share reaches the cut score, which itself passes, and no critical item was missed."""
        return self.share >= self.cut_score and not self.critical_missed

    def to_json(self) -> dict[str, object]:
        """Return the result as JSON values, fractions as texts such as ``"7/8"``; see `from_json`."""
        written: dict[str, object] = {
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
        return written | {"critical_missed": list(self.critical_missed)} if self.critical_missed else written

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
            critical_missed=fields.optional_strings("critical_missed"),
        )
        if faults:
            raise faults[0]
        return result


def mark_item(item: Item, response: Response) -> Fraction:
    """Return the points, from 0 to ``item.points``, that *response* earns; an empty response earns none.

    What a partly right response earns: see `quizzes.interactions`.

    :raises UnfitResponse: if *response* is none that the item could have been given.
    """
    if not item.interaction.admits(response):
        raise UnfitResponse(item.id, sorted(response))
    return item.points * item.interaction.credit(response)


def cut_score(paper: Paper, bank: Bank) -> Fraction:
    """Return the share of the points that *paper* asks for.

    With `CutScoreStandard.ANGOFF` the ratings of its items, weighed by their points, and never less than the plan's.
    """
    plan, items = bank.plan, bank.by_id()
    if plan.standard is not CutScoreStandard.ANGOFF:
        return plan.cut_score
    drawn = [items[entry.item_id] for entry in paper.items]
    expected = sum((item.points * (item.rating or 0) for item in drawn), Fraction(0))
    points = sum(item.points for item in drawn)
    return max(plan.cut_score, Fraction(expected, points)) if points else plan.cut_score


def mark(paper: Paper, bank: Bank, responses: Mapping[str, Response]) -> Result:
    """Return what *responses*, by item id, come to on *paper*.

    :param bank: the bank of the revision that the paper was drawn from.
    :param responses: an item without a response counts as unanswered and earns nothing.
    :raises UnknownItem: if the bank lacks an item of the paper, or the paper one that was responded to.
    :raises UnfitResponse: if a response is none that its item could have been given.
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
        cut_score=cut_score(paper, bank),
        by_objective=_by_objective(bank.plan.objectives, marks),
        items=marks,
        critical_missed=tuple(
            entry.item_id for entry in marks if items[entry.item_id].critical and entry.points < entry.of
        ),
    )


def _mark(item: Item, response: Response) -> ItemMark:
    return ItemMark(item_id=item.id, objective=item.objective, points=mark_item(item, response), of=item.points)


def _by_objective(objectives: tuple[str, ...], marks: tuple[ItemMark, ...]) -> tuple[ObjectiveResult, ...]:
    """Return the sum for each of *objectives* that has an item among *marks*."""
    results = []
    for objective in objectives:
        of_it = [entry for entry in marks if entry.objective == objective]
        if of_it:
            points = sum((entry.points for entry in of_it), Fraction(0))
            results.append(ObjectiveResult(objective, points, sum(entry.of for entry in of_it)))
    return tuple(results)


Rulings = Mapping[str, Interaction | None]
"""What was decided on items after they had been used, by id: the interaction with its new key, or ``None`` where the
item is void."""


def mark_anew(paper: Paper, bank: Bank, responses: Mapping[str, Response], rulings: Rulings) -> Result:
    """Return what *responses* come to under *rulings*.

    A void item counts for nobody: it is as if the paper had been drawn without it, its points and its weight in the cut
    score included.  Who has nothing left that counts does not pass.

    :raises UnknownItem: as `mark`.
    :raises UnfitResponse: if a new key changes what an item can be answered with.
    """
    void = {item for item, interaction in rulings.items() if interaction is None}
    items = tuple(_rekeyed(item, rulings.get(item.id)) for item in bank.items)
    return mark(
        replace(paper, items=tuple(entry for entry in paper.items if entry.item_id not in void)),
        replace(bank, items=items),
        {item: response for item, response in responses.items() if item not in void},
    )


def _rekeyed(item: Item, interaction: Interaction | None) -> Item:
    return item if interaction is None else replace(item, interaction=interaction)
