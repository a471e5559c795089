"""Which items fill a blueprint: the preferred ones, as few as can be of those to avoid, and no two enemies.

Without enemies that is a walk down the list.  With them a good choice may leave no way to fill the rest, so that it
is a search; what keeps it short is a bound.  Enemies come in groups of which a paper holds one at most, and how many
places such groups can fill is a matching, found at once by augmenting paths (H. W. Kuhn, "The Hungarian method", Naval
Research Logistics Quarterly 2, 1955).  Where each item of a group is an enemy of each other, as authors write them,
the bound is exact and the search never turns back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from quizzes.bank import BlueprintCell
from quizzes.item import Item

MOST_STEPS = 1_000
"""So many items are tried; a tangle of enemies that takes longer is said to leave no paper."""

Foes = Mapping[str, frozenset[str]]


class _TooLong(Exception):
    pass


def fill(
    cells: Sequence[BlueprintCell], preferred: Sequence[Item], foes: Foes, *, avoided: frozenset[str] = frozenset()
) -> list[Item] | None:
    """Return items for every place of *cells*, or ``None`` where there are none.

    :param preferred: all items, the best first.
    :param foes: for each item with enemies, all of them; both ways.
    :param avoided: ids of items of which as few as can be are taken.
    """
    fewest_foes = sorted(preferred, key=lambda item: len(foes.get(item.id, ())))
    for order in (preferred, fewest_foes):  # the second where the first comes to no end
        search = _Search(foes, avoided, _groups(order, foes))
        try:
            return search.run([(cell.items, [item for item in order if cell.holds(item)]) for cell in cells])
        except _TooLong:
            continue
    return None


def _groups(items: Sequence[Item], foes: Foes) -> Mapping[str, int]:
    """Return for each item the number of its group; within a group all are enemies of each other."""
    groups: list[set[str]] = []
    number: dict[str, int] = {}
    for item in items:
        mine = foes.get(item.id, frozenset())
        fits = next((one for one, group in enumerate(groups) if mine and group <= mine), len(groups))
        if fits == len(groups):
            groups.append(set())
        groups[fits].add(item.id)
        number[item.id] = fits
    return number


Cell = tuple[int, list[Item]]
"""How many places are to be filled, and the items that still may, the best first."""


@dataclass(slots=True)
class _Search:
    foes: Foes
    avoided: frozenset[str]
    group: Mapping[str, int]
    steps: int = 0

    def run(self, cells: list[Cell]) -> list[Item] | None:
        places = sum(wanted for wanted, _items in cells)
        if self._most(cells) < places:
            return None
        for spare in count(places - self._most(cells, but=self.avoided)):
            found = self._filled(cells, spare)
            if found is not None or spare >= places:
                return found
        return None

    def _filled(self, cells: list[Cell], spare: int) -> list[Item] | None:
        """Return items for every place, at most *spare* of them avoided ones; ``None`` where there are none."""
        open_cells = [cell for cell in cells if cell[0]]
        if not open_cells:
            return []
        (wanted, items), *others = open_cells
        for place, item in enumerate(items):
            self._count()
            left = spare - (item.id in self.avoided)
            if left < 0:
                continue
            foes = self.foes.get(item.id, frozenset())
            rest = items[place + 1 :]  # of a cell, each choice is tried in one order only
            narrowed = [(n, [one for one in there if one.id not in foes]) for n, there in [(wanted - 1, rest), *others]]
            if self._hopeless(narrowed, left):
                continue
            found = self._filled(narrowed, left)
            if found is not None:
                return [item, *found]
        return None

    def _count(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooLong

    def _hopeless(self, cells: list[Cell], spare: int) -> bool:
        places = sum(wanted for wanted, _items in cells)
        without_avoided = self._most(cells, but=self.avoided)
        if without_avoided >= places:
            return False  # the other bound is no lower; seldom must it be worked out
        return without_avoided < places - spare or self._most(cells) < places

    def _most(self, cells: list[Cell], *, but: frozenset[str] = frozenset()) -> int:
        """Return a bound on how many places items can fill, *but* some; no group fills two."""
        by_cell = [[*dict.fromkeys(self.group[one.id] for one in items if one.id not in but)] for _n, items in cells]
        taken_for: dict[int, int] = {}

        def seat(cell: int, seen: set[int]) -> bool:
            for group in by_cell[cell]:
                if group not in seen:
                    seen.add(group)
                    if group not in taken_for or seat(taken_for[group], seen):
                        taken_for[group] = cell
                        return True
            return False

        return sum(seat(cell, set()) for cell, (wanted, _items) in enumerate(cells) for _place in range(wanted))
