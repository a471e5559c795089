"""How many of the people that a search flags are wrong, by how rare the wanted are and how often the tool errs."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from courses.labs.controls import Control
from courses.labs.reading import Block, bounded

_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_FOUND = (50, 60, 70, 80, 85, 90, 95, 98, 99, 100)
_FLAGGED_IN_100_000 = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True, slots=True)
class Searched:
    """What to expect of one search; people may be parts of one, since these are averages."""

    wanted: Fraction
    others: Fraction
    hits: Fraction
    """True positives."""
    missed: Fraction
    """False negatives."""
    wrong: Fraction
    """False positives."""
    left_alone: Fraction
    """True negatives."""

    @property
    def flagged(self) -> Fraction:
        return self.hits + self.wrong

    @property
    def precision(self) -> Fraction:
        """Share of the flagged who are wanted, the positive predictive value; somebody is always flagged."""
        return self.hits / self.flagged

    @property
    def right_of_100(self) -> int:
        """Of 100 people flagged, how many are wanted, as a whole number, halves up."""
        return int(self.precision * 100 + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class BaseRate:
    kind: ClassVar[str] = "base-rate"
    title: str
    intro: str
    people: int
    """How many are searched, 1,000 to 1,000,000."""
    wanted: Control
    """How many of them are on the list."""
    found: Control
    """Share of the wanted who are flagged: the true positive rate."""
    flagged: Control
    """Share of the others who are flagged: the false positive rate."""

    @classmethod
    def read(cls, block: Block) -> "BaseRate":
        fields = block.fields
        title, intro = fields.text("title"), fields.text("intro")
        people = bounded(fields, "people", least=1_000, most=1_000_000)
        wanted = bounded(fields, "wanted", least=1, most=people // 2)
        found, flagged = fields.share("true_positive_rate"), fields.share("false_positive_rate")
        fields.close()
        stops = [step * power for power in (1, 1000, 1_000_000) for step in _STEPS]
        return cls(
            title=title,
            intro=intro,
            people=people,
            wanted=Control.over("wanted", (stop for stop in stops if stop <= people // 2), start=wanted),
            found=Control.over("found", (Fraction(share, 100) for share in _FOUND), start=found),
            flagged=Control.over("flagged", (Fraction(n, 100_000) for n in _FLAGGED_IN_100_000), start=flagged),
        )

    @property
    def controls(self) -> tuple[Control, ...]:
        return (self.wanted, self.found, self.flagged)

    def searched(self, chosen: Mapping[str, int]) -> Searched:
        """Return what to expect with the stops *chosen* by their index, each counted by its rate, nothing rounded."""
        wanted = self.wanted.stops[chosen["wanted"]]
        others = self.people - wanted
        hits = wanted * self.found.stops[chosen["found"]]
        wrong = others * self.flagged.stops[chosen["flagged"]]
        return Searched(wanted, others, hits, wanted - hits, wrong, others - wrong)
