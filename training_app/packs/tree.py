"""The proof that many leaves stand in one tree, without the others: as short as it can be, written and read in a run.

The tree is walked from left to right.  A part with no wanted leaf is one line, the root of that part; a wanted leaf is
a line with what it hashes; a part with both is walked further.  Whoever reads the lines computes the root from them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from training_app.rules import merkle
from training_app.rules.canonical import canonical


class ProofFault(ValueError):
    """The lines prove nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A leaf that is shown: its number and what it hashes."""

    number: int
    content: Mapping[str, object]


Leaf = tuple[bytes, Mapping[str, object] | None]
"""The hash of a leaf and, if it is to be shown, what it hashes."""


def proof_lines(leaves: Iterable[Leaf], size: int) -> Iterator[str]:
    """Yield the lines of the proof for the leaves that are to be shown, given every leaf in order.

    :param leaves: *size* of them; read once, from the first to the last.

    Memory grows with the depth of the tree, and with the leaves of one part at most.
    """
    if size:
        for part in _parts(iter(leaves), 0, size):
            yield part.line


@dataclass(frozen=True, slots=True)
class _Part:
    """A walked part of the tree: a leaf that is shown, or any number of leaves of which none is."""

    start: int
    leaves: int
    root: bytes
    content: Mapping[str, object] | None = None

    def hides(self, leaves: int) -> bool:
        """Tell whether it is all of a part with so many leaves, and shows none."""
        return self.content is None and self.leaves == leaves

    @property
    def line(self) -> str:
        if self.content is not None:
            return canonical({"leaf": self.start, "content": self.content}) + "\n"
        return canonical({"from": self.start, "leaves": self.leaves, "root": self.root.hex()}) + "\n"


def _parts(leaves: Iterator[Leaf], start: int, end: int) -> Iterator[_Part]:
    """Yield what the leaves from *start* to *end* come to: one part if nothing is shown there, else several."""
    if end - start == 1:
        leaf, content = next(leaves)
        yield _Part(start, 1, leaf, content)
        return
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    left = _parts(leaves, start, middle)
    first = next(left)
    if not first.hides(middle - start):
        yield first
        yield from left
        yield from _parts(leaves, middle, end)
        return
    right = _parts(leaves, middle, end)
    second = next(right)
    if second.hides(end - middle):
        yield _Part(start, end - start, merkle.node_hash(first.root, second.root))
    else:
        yield first
        yield second
        yield from right


def proven_root(lines: Iterable[str], size: int, show: Callable[[Wanted], object]) -> bytes:
    """Return the root that the lines of a proof come to, telling *show* of every leaf in them.

    :raises ProofFault: if they are not the lines of a proof for a tree of *size* leaves.
    """
    if not size:
        return merkle.EMPTY_ROOT
    numbered = enumerate(lines, start=1)
    found = _root(_read(numbered), 0, size, show, [])
    if next(numbered, None) is not None:
        raise ProofFault("more lines follow than the tree has parts")
    return found


_Line = Mapping[str, Any]


def _root(lines: Iterator[_Line], start: int, end: int, show: Callable[[Wanted], object], ahead: list[_Line]) -> bytes:
    line = ahead.pop() if ahead else next(lines, None)
    if line is None:
        raise ProofFault("lines are missing at its end")
    if "root" in line and (line["from"], line["from"] + line["leaves"]) == (start, end):
        return bytes.fromhex(line["root"])
    if end - start == 1:
        if line.get("leaf") != start:
            raise ProofFault(f"nothing stands where leaf {start} belongs")
        show(Wanted(start, line["content"]))
        return merkle.leaf_hash(canonical(line["content"]).encode())
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    ahead.append(line)
    left = _root(lines, start, middle, show, ahead)
    return merkle.node_hash(left, _root(lines, middle, end, show, ahead))


def _read(numbered: Iterator[tuple[int, str]]) -> Iterator[_Line]:
    for number, text in numbered:
        line = _line(text)
        if line is None:
            raise ProofFault(f"line {number} is no line of a proof")
        yield line


def _line(text: str) -> _Line | None:
    try:
        line: _Line = json.loads(text)
        match line:
            case {"leaf": int(), "content": {"entry": int(), "kind": str(), "fact": int()}}:
                return line
            case {"from": int(), "leaves": int(), "root": str(root)} if len(bytes.fromhex(root)) == 32:
                return line
    except ValueError:
        pass
    return None
