"""Three tools by their results in two groups: which one is biased, and what shows it?"""

from dataclasses import dataclass
from typing import ClassVar

from courses.fields import Fields
from courses.labs.fairness import Counts, Measure, gap
from courses.labs.reading import Block, bounded, two_names


@dataclass(frozen=True, slots=True)
class ComparedTool:
    name: str
    groups: tuple[Counts, ...]
    """In the order of the lab's group names."""


@dataclass(frozen=True, slots=True)
class SpotTheBias:
    kind: ClassVar[str] = "spot-the-bias"
    title: str
    intro: str
    groups: tuple[str, str]
    tools: tuple[ComparedTool, ...]
    """Three."""
    biased: int
    """Index of the biased tool."""
    measure: Measure
    """The measure that shows it most plainly, as the author judges."""
    why: str
    """What the author says to the answer."""

    @classmethod
    def read(cls, block: Block) -> "SpotTheBias":
        fields = block.fields
        title, intro, why = fields.text("title"), fields.text("intro"), fields.text("why")
        names = two_names(fields, "groups")
        biased, measure = fields.text("biased"), fields.choice("measure", Measure)
        with block.entries("tools", each="tool") as entries:
            tools = tuple(_tool(entry) for entry in entries)
        fields.close()
        known = [tool.name for tool in tools]
        if fields.has("tools") and (len(tools) != 3 or len(set(known)) != 3):
            fields.note("has 'tools' that are not three of different names")
        if biased and biased not in known:
            fields.note(f"has a 'biased' tool '{biased}' that is none of its tools")
        place = known.index(biased) if biased in known else 0
        lab = cls(title, intro, names, tools, place, measure, why)
        if not fields.faults and not lab.is_shown_by(measure):
            fields.note(f"has a 'measure' that does not show it: the gap of '{biased}' is not the widest of the three")
        return lab

    def is_shown_by(self, measure: Measure) -> bool:
        """Tell whether the groups lie further apart in the biased tool, by *measure*, than in either of the others."""
        gaps = [gap(measure, tool.groups) or 0 for tool in self.tools]
        return all(gaps[self.biased] > other for place, other in enumerate(gaps) if place != self.biased)


def _tool(fields: Fields) -> ComparedTool:
    tool = ComparedTool(fields.text("name"), tuple(_counts(fields, name) for name in ("first", "second")))
    fields.close()
    return tool


def _counts(fields: Fields, name: str) -> Counts:
    place = f"{fields.place} '{name}'"
    table = fields.table(name, place=place)
    hits, missed, wrong, left_alone = (
        bounded(table, field, least=0, most=1_000_000) for field in ("hits", "missed", "wrong", "left_alone")
    )
    table.close()
    counts = Counts(hits, missed, wrong, left_alone)
    if not (hits + missed and wrong + left_alone and hits + wrong):
        table.note("has nobody flagged, or nobody wanted, or nobody else: its rates are not defined")
    return counts
