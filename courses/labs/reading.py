"""The TOML of a lab's block, with every fault told by its line in the block."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager

from courses.errors import ContentError
from courses.fields import Fields

_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_NAMED = re.compile(r"'([a-z_]+)'|\b([a-z]+(?:_[a-z]+)+)\b")


class Block:
    """One block while it is read.  Faults are noted, never raised; a lab is fit for use only without any."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._faults: list[ContentError] = []
        self._within: dict[str, tuple[int, int]] = {}
        self._broken: list[str] = []
        table: dict[str, object] = {}
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = int(place[1]) if place and place[1] else len(self._lines)
            self._broken.append(f"line {line}: is not TOML: {_PLACE.sub('', str(error)).strip()}")
        self.fields = Fields(table, file="", faults=self._faults)

    @contextmanager
    def entries(self, name: str, *, each: str) -> Iterator[list[Fields]]:
        """Give the tables that begin with ``[[name]]``; what is wrong with one is told by its own lines."""
        starts = [number for number, line in enumerate(self._lines, 1) if line.strip() == f"[[{name}]]"]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(self._lines) + 1], strict=True), 1):
            self._within[f"{each} {number} "] = (start, end)
        yield self.fields.tables(name, each=each)

    def located(self) -> list[str]:
        """Return every fault, its line first."""
        if self._broken:
            return self._broken
        return [f"line {self._line_of(fault.problem)}: {fault.problem}" for fault in self._faults]

    def _line_of(self, problem: str) -> int:
        """Return the line of the field that *problem* names, else the one where its table begins."""
        places = [(len(place), lines) for place, lines in self._within.items() if problem.startswith(place)]
        start, end = max(places)[1] if places else (1, len(self._lines) + 1)
        for name in (quoted or bare for quoted, bare in _NAMED.findall(problem)):
            for number in range(start, end):
                if re.match(rf"\s*(?:\[\[{name}\]\]|{name}\s*=)", self._lines[number - 1]):
                    return number
        return start


def two_names(fields: Fields, name: str) -> tuple[str, str]:
    """Return the two different names in field *name*."""
    names = fields.strings(name)
    if len(names) != 2:
        fields.note(f"has '{name}' that are not two names")
        return "", ""
    return names[0], names[1]


def bounded(fields: Fields, name: str, *, least: int, most: int) -> int:
    """Return the whole number in field *name*, from *least* to *most*."""
    before = len(fields.faults)
    value = fields.number(name, least=None)
    if len(fields.faults) == before and not least <= value <= most:
        fields.note(f"has a '{name}' of {value}; it goes from {least} to {most}")
    return min(max(value, least), most)
