"""A paper: the items drawn for one attempt, in the order in which its officer sees them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.bank import Bank
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


@dataclass(frozen=True, slots=True)
class Met:
    """What a draw takes into account besides chance; none of it is needed to read or mark a paper later."""

    last: frozenset[str] = frozenset()
    """Items of this officer's last attempt: taken only where nothing else is left."""
    before: frozenset[str] = frozenset()
    """Items of any earlier attempt of this officer: taken after those that were never met."""
    used: Mapping[str, int] = field(default_factory=dict)
    """On how many papers of all officers each item has been; the least used come first."""


NOTHING_MET = Met()


def draw(bank: Bank, *, seed: int, met: Met = NOTHING_MET) -> Paper:
    """Return a paper drawn from *bank* by its blueprint: for each cell as many items as it asks for.

    Within a cell, items that the officer has not met come first, then met ones, those of the last attempt last; among
    equals the least used, and chance decides the rest, the order of the items and that of each item's options.  Enemies
    never stand on one paper.  The same arguments give the same paper on any machine, in whatever order the bank lists
    its items.

    :param seed: any whole number; the only chance there is.
    :raises BankTooSmall: if a cell cannot be filled.
    """
    by_chance = _shuffled(seed, "draw", [item.id for item in bank.items])
    rank = {name: (name in met.last, name in met.before, met.used.get(name, 0)) for name in by_chance}
    preferred = sorted(by_chance, key=rank.__getitem__)  # a stable sort: chance among equals
    items = bank.by_id()
    drawn = _filled(bank, [items[name] for name in preferred])
    placed = _shuffled(seed, "place", [item.id for item in drawn])
    options = {item.id: _shuffled(seed, f"options of {item.id}", item.interaction.shuffled) for item in drawn}
    return Paper(module=bank.module, seed=seed, items=tuple(PaperItem(item, tuple(options[item])) for item in placed))


def _filled(bank: Bank, preferred: Sequence[Item]) -> list[Item]:
    """Return items for every place of the blueprint, the preferred ones first, and no two enemies."""
    foes = enemies(bank)
    places = [cell for cell in bank.plan.blueprint for _ in range(cell.items)]
    candidates = {cell: [item for item in preferred if cell.holds(item)] for cell in bank.plan.blueprint}
    for cell, there in candidates.items():
        if len(there) < cell.items:
            raise BankTooSmall(bank.module, cell.objective, wanted=cell.items, there=len(there))
    rank = {item.id: number for number, item in enumerate(preferred)}

    def fill(place: int, drawn: list[Item]) -> list[Item] | None:
        if place == len(places):
            return drawn
        same_cell = place > 0 and places[place] is places[place - 1]
        after = rank[drawn[-1].id] if same_cell else -1  # each choice within a cell is tried in one order only
        taken = {item.id for item in drawn}
        for item in candidates[places[place]]:
            if rank[item.id] > after and not foes.get(item.id, frozenset()) & taken:
                whole = fill(place + 1, [*drawn, item])
                if whole is not None:
                    return whole
        return None

    found = fill(0, [])
    if found is None:
        cell = max(bank.plan.blueprint, key=lambda cell: cell.items - len(candidates[cell]))
        raise BankTooSmall(bank.module, cell.objective, wanted=cell.items, there=len(candidates[cell]))
    return found


def enemies(bank: Bank) -> Mapping[str, frozenset[str]]:
    """Return for each item with enemies all of them, whichever of the two names the other."""
    pairs = {(item.id, foe) for item in bank.items for foe in item.enemies}
    both = pairs | {(foe, item) for item, foe in pairs}
    return {name: frozenset(foe for item, foe in both if item == name) for name, _foe in both}


def _shuffled(seed: int, purpose: str, ids: Sequence[str]) -> list[str]:
    """Return *ids* in the order of their digests: a shuffle that no release of Python's `random` can change."""
    return sorted(ids, key=lambda name: hashlib.sha256(f"{seed}\n{purpose}\n{name}".encode()).digest())
