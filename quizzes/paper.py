"""A paper: the items drawn for one attempt, in the order in which its officer sees them."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.bank import Bank, BlueprintCell
from quizzes.errors import BankTooSmall
from quizzes.item import Item


@dataclass(frozen=True, slots=True)
class PaperItem:
    """An item of a paper, with its options in the order shown."""

    item_id: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is stored with an attempt: marking and every later look at it use this, never a second draw."""

    module: str
    seed: int
    items: tuple[PaperItem, ...]

    def to_json(self) -> dict[str, object]:
        """Return the paper as JSON values; see `from_json`."""
        return {
            "module": self.module,
            "seed": self.seed,
            "items": [{"item": item.item_id, "options": list(item.options)} for item in self.items],
        }

    @classmethod
    def from_json(cls, data: object) -> "Paper":
        """Return the paper whose `to_json` is *data*.

        :raises ContentError: for the first fault, if *data* has no such form.
        """
        faults: list[ContentError] = []
        fields = Fields(data, file="paper.json", faults=faults)
        paper = cls(
            module=fields.text("module"),
            seed=fields.number("seed", least=None),
            items=tuple(
                PaperItem(item.text("item"), item.strings("options")) for item in fields.tables("items", each="item")
            ),
        )
        if faults:
            raise faults[0]
        return paper


def draw(bank: Bank, *, seed: int, seen: Collection[str] = ()) -> Paper:
    """Return a paper drawn from *bank* by its blueprint: for each objective as many items as its cell asks for.

    Within a cell, items that the officer has not met come first; met ones fill what is left.  Chance decides the rest,
    the order of the items and the order of each item's options.  The same bank, seed and *seen* always give the same
    paper, on any machine and version of Python and in whatever order the bank lists its items.

    :param seed: any whole number; the only chance there is.
    :param seen: ids of items on this officer's earlier papers; unknown ids are ignored.
    :raises BankTooSmall: if an objective has fewer items than its cell asks for.
    """
    met = frozenset(seen)
    drawn = [item for cell in bank.plan.blueprint for item in _fill(cell, bank, seed, met)]
    placed = _shuffled(seed, "place", [item.id for item in drawn])
    options = {item.id: _shuffled(seed, f"options of {item.id}", item.options) for item in drawn}
    return Paper(module=bank.module, seed=seed, items=tuple(PaperItem(item, tuple(options[item])) for item in placed))


def _fill(cell: BlueprintCell, bank: Bank, seed: int, met: frozenset[str]) -> list[Item]:
    there = {item.id: item for item in bank.items if item.objective == cell.objective}
    if len(there) < cell.items:
        raise BankTooSmall(bank.module, cell.objective, wanted=cell.items, there=len(there))
    by_chance = _shuffled(seed, "draw", list(there))
    # The sort is stable: unmet items first, by chance among themselves.
    unmet_first = sorted(by_chance, key=lambda item: item in met)
    return [there[item] for item in unmet_first[: cell.items]]


def _shuffled(seed: int, purpose: str, ids: Sequence[str]) -> list[str]:
    """Return *ids* in the order of their digests: a shuffle that no release of Python's `random` can change."""
    return sorted(ids, key=lambda name: hashlib.sha256(f"{seed}\n{purpose}\n{name}".encode()).digest())
