"""Where the line is drawn, and who is wrongly flagged on either side of it, group by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from courses.fields import Fields
from courses.labs.controls import Control
from courses.labs.fairness import Counts
from courses.labs.reading import Block, bounded

MOST_SCORES = 40
"""Of one list: more dots are a cloud on a phone."""


@dataclass(frozen=True, slots=True)
class ScoredGroup:
    """A group of people by what the tool scored them, 0 to 100."""

    name: str
    wanted: tuple[int, ...]
    others: tuple[int, ...]

    def counts(self, threshold: int) -> Counts:
        """Return who is rightly and wrongly flagged where *threshold* or a higher score flags."""
        hits = sum(score >= threshold for score in self.wanted)
        wrong = sum(score >= threshold for score in self.others)
        return Counts(hits, len(self.wanted) - hits, wrong, len(self.others) - wrong)


@dataclass(frozen=True, slots=True)
class BiasThreshold:
    kind: ClassVar[str] = "bias-threshold"
    title: str
    intro: str
    threshold: Control
    """The lowest score that flags, 0 to 101; at 101 nobody is flagged."""
    groups: tuple[ScoredGroup, ...]
    """Two or three."""

    @classmethod
    def read(cls, block: Block) -> "BiasThreshold":
        fields = block.fields
        title, intro = fields.text("title"), fields.text("intro")
        threshold = bounded(fields, "threshold", least=0, most=101)
        with block.entries("groups", each="group") as entries:
            groups = tuple(_group(entry) for entry in entries)
        if fields.has("groups") and len(groups) not in (2, 3):
            fields.note(f"has {len(groups)} 'groups'; two or three can be compared")
        if len({group.name for group in groups}) < len(groups):
            fields.note("has two 'groups' of one name")
        fields.close()
        return cls(title, intro, Control.over("threshold", range(102), start=threshold), groups)

    @property
    def controls(self) -> tuple[Control, ...]:
        return (self.threshold,)

    def counts(self, chosen: Mapping[str, int]) -> tuple[Counts, ...]:
        """Return the counts of each group with the threshold *chosen* by its index."""
        threshold = int(self.threshold.stops[chosen["threshold"]])
        return tuple(group.counts(threshold) for group in self.groups)


def _group(fields: Fields) -> ScoredGroup:
    group = ScoredGroup(fields.text("name"), _scores(fields, "wanted"), _scores(fields, "others"))
    fields.close()
    return group


def _scores(fields: Fields, name: str) -> tuple[int, ...]:
    scores = fields.numbers(name)
    if not 1 <= len(scores) <= MOST_SCORES or not all(0 <= score <= 100 for score in scores):
        fields.note(f"has a '{name}' that is not 1 to {MOST_SCORES} scores from 0 to 100")
        return ()
    return tuple(sorted(scores))
