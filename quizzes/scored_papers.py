"""Papers as they were marked, and each item's distance from what officers usually earn on it.

Officers meet different items, drawn for them by chance: nobody's total can be compared with another's as it is.  So
every score is taken as its distance from the item's mean over all who met the item, and an officer's standing as the
sum of these distances over their own paper.  Where all had the same items that is the total less its mean, and every
statistic here is the textbook's; where they had not, a hard paper counts against nobody.  That rests on the draw: an
item goes to whom chance gives it, never to the able or the weak (missing by design; Lord, 1962, Educational and
Psychological Measurement 22: 259-267, on item sampling).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from quizzes.interactions import Response

SILENT_BELOW = 30
"""From fewer officers nothing is said."""

TENTATIVE_BELOW = 100
"""From fewer officers what is said may change with the next ones."""


class Weight(StrEnum):
    """How much a figure can bear."""

    SILENT = "silent"
    TENTATIVE = "tentative"
    FIRM = "firm"


def weight(officers: int) -> Weight:
    """Return what a figure from so many *officers* can bear: silent below 30, tentative below 100."""
    if officers < SILENT_BELOW:
        return Weight.SILENT
    return Weight.TENTATIVE if officers < TENTATIVE_BELOW else Weight.FIRM


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """What one officer's answer to one item came to."""

    points: float
    of: int
    """Points that could be had."""
    marks: Response = frozenset()
    """What was answered; empty where nothing was."""
    answered: bool = True
    """Whether the whole of it was answered."""
    seconds: float | None = None
    """From the answer before it to its own first answer; unknown where that tells nothing."""


@dataclass(frozen=True, slots=True)
class ScoredPaper:
    """One officer's first attempt, without the items that were voided."""

    items: Mapping[str, ScoredItem]
    first_met: frozenset[str] | None = None
    """Items that this officer had never met before; ``None`` for all of them.  Only these tell of an item."""
    group: str = ""
    """What groups are compared by, such as the language of the paper."""
    cut_score: float = 0.0
    """Share of the points that was asked for."""

    def tells_of(self, item: str) -> bool:
        return item in self.items and (self.first_met is None or item in self.first_met)

    @property
    def points(self) -> float:
        return sum(entry.points for entry in self.items.values())

    @property
    def of(self) -> int:
        return sum(entry.of for entry in self.items.values())


@dataclass(frozen=True)
class PaperSet:
    """The papers that statistics are worked out from."""

    papers: Sequence[ScoredPaper]

    @cached_property
    def means(self) -> Mapping[str, float]:
        """Mean points by item, over the papers that tell of it; 0 where none does."""
        sums: dict[str, list[float]] = {}
        for paper in self.papers:
            for item, entry in paper.items.items():
                total = sums.setdefault(item, [0.0, 0])
                if paper.tells_of(item):
                    total[0] += entry.points
                    total[1] += 1
        return {item: points / number if number else 0.0 for item, (points, number) in sums.items()}

    @cached_property
    def standings(self) -> Sequence[float]:
        """Each paper's points less what officers usually earn on the same items; as many as papers, in their order."""
        means = self.means
        return [sum(entry.points - means[item] for item, entry in paper.items.items()) for paper in self.papers]

    @cached_property
    def by_item(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the papers that tell of each item."""
        found: dict[str, list[int]] = {}
        for number, paper in enumerate(self.papers):
            for item in paper.items:
                if paper.tells_of(item):
                    found.setdefault(item, []).append(number)
        return found

    def met(self, item: str) -> list[tuple[ScoredItem, float]]:
        """Return, for each officer who met *item*, what they did with it and their standing with it included."""
        return [(self.papers[number].items[item], self.standings[number]) for number in self.by_item.get(item, ())]

    def rest(self, item: str, entry: ScoredItem, standing: float) -> float:
        """Return the standing on the other items of the same paper."""
        return standing - (entry.points - self.means[item])
