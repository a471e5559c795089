"""What an officer sets in a lab: one of some stops, from the least to the greatest."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Control:
    name: str
    stops: tuple[Fraction, ...]
    """Ascending, each once."""
    start: int
    """Index of the stop at which the lesson begins."""

    @classmethod
    def over(cls, name: str, stops: Iterable[Fraction | int], *, start: Fraction | int) -> "Control":
        """Return the control with *stops*, of which *start* is one even where it is not listed."""
        ordered = tuple(sorted({*map(Fraction, stops), Fraction(start)}))
        return cls(name, ordered, ordered.index(Fraction(start)))

    def chosen(self, index: str | None, *, step: int = 0) -> int:
        """Return the index that was sent, moved by *step* and kept within the stops; the start for anything else."""
        known = index is not None and index.isascii() and index.isdecimal() and len(index) < 6
        return min(max((int(index or "0") if known else self.start) + step, 0), len(self.stops) - 1)
