"""The audit of the tree: what can be checked without any payload, in the database or on another machine."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from training_app.rules.merkle import EMPTY_ROOT, Frontier
from training_app.rules.signed_note import CheckpointText, NoteFault, opened, parse_checkpoint
from training_app.services.journal.records import HeadRecord, LeafRecord, NoteRecord, Record
from training_app.services.journal.sealing import hash_of_leaf


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found.  *faults* are sentences, one for each thing that is not as it must be."""

    entries: int
    leaves: int
    heads: int
    checkpoints: int
    waiting: int
    """Entries that are recorded and not sealed yet."""
    erased: tuple[int, ...]
    """Ids of the people whose payloads and salt are gone; the proofs of their entries hold all the same."""
    faults: tuple[str, ...]
    expired: int = 0
    """Decisions and searches that were let go when their time was over; their proofs hold all the same."""
    erasures: tuple[int, ...] = ()
    """Numbers of the signed orders by which the content about *erased* is gone."""

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(slots=True)
class TreeAudit:
    """Takes the records one after the other, notes first, and says what is wrong with them.

    Of heads that do not fit and follow one another, one sentence tells: after one change no later head fits.
    """

    key: Ed25519PublicKey
    faults: list[str] = field(default_factory=list)
    leaves: int = 0
    heads: int = 0
    checkpoints: int = 0
    newest: int = 0
    """Size in the last head seen."""
    _frontier: Frontier = field(default_factory=Frontier)
    _next: int = 0
    _stated: list[tuple[str, CheckpointText]] = field(default_factory=list)
    _roots: dict[int, bytes | None] = field(default_factory=lambda: {0: EMPTY_ROOT})
    """Root at each size that a checkpoint states; ``None`` until there are so many leaves."""
    _misfits: list[int] = field(default_factory=list)

    def take(self, record: Record) -> None:
        match record:
            case NoteRecord():
                self._note(record)
            case LeafRecord():
                self._leaf(record)
            case HeadRecord():
                self._head(record)

    def keep(self, notes: Iterable[str]) -> None:
        """Hold the tree against checkpoints that were kept elsewhere; before any leaf is taken."""
        for note in notes:
            try:
                stated = parse_checkpoint(opened(note, key=self.key))
            except NoteFault as fault:
                self.faults.append(f"A checkpoint that was kept elsewhere cannot be used: {fault}")
            else:
                self._await("The checkpoint kept elsewhere", stated)

    def finish(self) -> list[str]:
        """Return every fault; to be called once, after the last record."""
        self._tell_of_misfits()
        if self.newest < self._next:
            self.faults.append(f"The newest tree head counts {self.newest} leaves, and there are {self._next}.")
        for name, stated in self._stated:
            if self._roots[stated.size] is None:
                self.faults.append(f"{name} counts {stated.size} leaves, and the journal has {self._frontier.size}.")
            elif self._roots[stated.size] != stated.root:
                self.faults.append(f"{name} of {stated.size} leaves does not fit the leaves.")
        return self.faults

    def _note(self, record: NoteRecord) -> None:
        self.checkpoints += 1
        name = f"Checkpoint {self.checkpoints}"
        try:
            stated = parse_checkpoint(opened(record.note, key=self.key))
        except NoteFault as fault:
            self.faults.append(f"{name} is not to be trusted: {fault}")
            return
        if (stated.size, stated.root.hex()) != (record.size, record.root):
            self.faults.append(f"{name} is stored with another size or root than its note states.")
        self._await(name, stated)

    def _await(self, name: str, stated: CheckpointText) -> None:
        self._stated.append((name, stated))
        self._roots.setdefault(stated.size, None)

    def _leaf(self, record: LeafRecord) -> None:
        self.leaves += 1
        self._expect(record.number)
        if record.content is None:
            self.faults.append(f"The entry of leaf {record.number} is not there.")
        elif not _fits(record.content, record.leaf_hash):
            self.faults.append(f"Entry {record.content['entry']} is not as it was sealed in leaf {record.number}.")
        self._frontier = self._frontier.append(bytes.fromhex(record.leaf_hash))
        if self._frontier.size in self._roots:
            self._roots[self._frontier.size] = self._frontier.root()

    def _expect(self, number: int) -> None:
        if number == self._next + 1:
            self.faults.append(f"Leaf {self._next} is missing.")
        elif number > self._next:
            self.faults.append(f"Leaves {self._next} to {number - 1} are missing.")
        elif number < self._next:
            self.faults.append(f"Leaf {number} stands after leaf {self._next - 1}.")
        self._next = max(self._next, number + 1)

    def _head(self, record: HeadRecord) -> None:
        self.heads += 1
        self.newest = record.size
        fits = (
            record.size == self._frontier.size
            and record.root == self._frontier.root().hex()
            and record.frontier == tuple(node.hex() for node in self._frontier.hashes)
        )
        if fits:
            self._tell_of_misfits()
        else:
            self._misfits.append(record.size)

    def _tell_of_misfits(self) -> None:
        match self._misfits:
            case []:
                return
            case [size]:
                self.faults.append(f"The tree head of {size} leaves does not follow from the leaves.")
            case [first, *_, last]:
                count = len(self._misfits)
                self.faults.append(f"{count} tree heads, of {first} to {last} leaves, do not follow from the leaves.")
        self._misfits.clear()


def _fits(content: dict[str, object], leaf_hash: str) -> bool:
    try:
        return hash_of_leaf(content).hex() == leaf_hash
    except ValueError:  # from an exported file: what no entry can hold, as NaN
        return False
