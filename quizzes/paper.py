"""A paper: the items drawn for one attempt, in the order in which its officer sees them."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.bank import Bank
from quizzes.errors import BankTooSmall, EnemiesLeaveTooFew
from quizzes.filling import fill
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

    As few items of the officer's last attempt as can be; within a cell those that the officer has not met come first,
    among equals the least used, and chance decides the rest, the order of the items and that of each item's options.
    Enemies never stand on one paper.  The same arguments give the same paper on any machine, in whatever order the
    bank lists its items.

    :param seed: any whole number; the only chance there is.
    :raises BankTooSmall: if a cell cannot be filled; `EnemiesLeaveTooFew` where it could be, but for enemies.
    """
    by_chance = _shuffled(seed, "draw", [item.id for item in bank.items])
    rank = {name: (name in met.last, name in met.before, met.used.get(name, 0)) for name in by_chance}
    preferred = sorted(by_chance, key=rank.__getitem__)  # a stable sort: chance among equals
    items = bank.by_id()
    drawn = _filled(bank, [items[name] for name in preferred], met.last)
    placed = _shuffled(seed, "place", [item.id for item in drawn])
    options = {item.id: _shuffled(seed, f"options of {item.id}", item.interaction.shuffled) for item in drawn}
    return Paper(module=bank.module, seed=seed, items=tuple(PaperItem(item, tuple(options[item])) for item in placed))


def _filled(bank: Bank, preferred: Sequence[Item], avoided: frozenset[str]) -> list[Item]:
    """Return items for every place of the blueprint, the preferred ones first, and no two enemies."""
    blueprint = bank.plan.blueprint
    for cell in blueprint:
        there = sum(cell.holds(item) for item in bank.items)
        if there < cell.items:
            raise BankTooSmall(bank.module, cell.objective, wanted=cell.items, there=there)
    found = fill(blueprint, preferred, enemies(bank), avoided=avoided)
    if found is None:
        raise EnemiesLeaveTooFew(bank.module)
    return found


def without(bank: Bank, left_out: Collection[str]) -> Bank:
    """Return *bank* without the items *left_out*, its blueprint cut to what is left.

    :raises BankTooSmall: if nothing is left.
    """
    items = tuple(item for item in bank.items if item.id not in left_out)
    there = [(cell, sum(cell.holds(item) for item in items)) for cell in bank.plan.blueprint]
    blueprint = tuple(replace(cell, items=min(cell.items, count)) for cell, count in there if count)
    if not blueprint:
        raise BankTooSmall(bank.module, bank.plan.blueprint[0].objective, wanted=bank.plan.blueprint[0].items, there=0)
    plan = replace(bank.plan, blueprint=blueprint, length=sum(cell.items for cell in blueprint))
    return replace(bank, items=items, plan=plan)


def enemies(bank: Bank) -> Mapping[str, frozenset[str]]:
    """Return for each item with enemies all of them, whichever of the two names the other."""
    pairs = {(item.id, foe) for item in bank.items for foe in item.enemies}
    both = pairs | {(foe, item) for item, foe in pairs}
    return {name: frozenset(foe for item, foe in both if item == name) for name, _foe in both}


def _shuffled(seed: int, purpose: str, ids: Sequence[str]) -> list[str]:
    """Return *ids* in the order of their digests: a shuffle that no release of Python's `random` can change."""
    return sorted(ids, key=lambda name: hashlib.sha256(f"{seed}\n{purpose}\n{name}".encode()).digest())
