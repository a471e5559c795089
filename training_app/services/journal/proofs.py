"""Proofs to hand out: that an entry is in the tree, and that a later tree only added to an earlier one."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.oversight import JournalEntry, JournalLeaf
from training_app.rules import merkle
from training_app.rules.canonical import canonical
from training_app.services.journal.sealing import NothingSealed, hash_of_leaf, head, leaf_content


class NoSuchEntry(TrainingError):
    def __init__(self, entry_id: int) -> None:
        super().__init__(f"The journal has no entry {entry_id}.")


class NotYetSealed(TrainingError):
    def __init__(self, entry_id: int) -> None:
        super().__init__(f"Entry {entry_id} is not sealed yet: its proof exists a moment after it was recorded.")


class NotInTree(TrainingError):
    def __init__(self, entry_id: int, leaf: int, size: int, newest: int) -> None:
        super().__init__(
            f"A tree of {size} leaves does not hold entry {entry_id}, which is leaf {leaf} of {newest}, counted from 0."
        )


class NoSuchTree(TrainingError):
    def __init__(self, first: int, second: int, size: int) -> None:
        super().__init__(f"There is no tree of {first} leaves within one of {second}: the journal has {size}.")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf stands in the tree; hashes in hexadecimal, the path from the leaf upwards."""

    leaf: dict[str, object]
    index: int
    size: int
    root: str
    path: tuple[str, ...]

    @property
    def holds(self) -> bool:
        path = [bytes.fromhex(node) for node in self.path]
        return merkle.verify_inclusion(hash_of_leaf(self.leaf), self.index, self.size, path, bytes.fromhex(self.root))

    def __str__(self) -> str:
        return canonical(asdict(self))


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree of *first* leaves became the tree of *second* leaves by adding only; hashes in hexadecimal."""

    first: int
    second: int
    first_root: str
    second_root: str
    path: tuple[str, ...]

    @property
    def holds(self) -> bool:
        roots = bytes.fromhex(self.first_root), bytes.fromhex(self.second_root)
        return merkle.verify_consistency(self.first, self.second, *roots, [bytes.fromhex(node) for node in self.path])

    def __str__(self) -> str:
        return canonical(asdict(self))


def prove(session: Session, entry_id: int, *, size: int | None = None) -> InclusionProof:
    """Return the proof that an entry stands in the tree as last sealed, or as it was when it had *size* leaves.

    :raises NoSuchEntry: if there is no such entry.
    :raises NotYetSealed: if it has no leaf yet.
    :raises NotInTree: if the tree of *size* leaves does not hold it, or there is no such tree.
    """
    entry = session.get(JournalEntry, entry_id)
    if entry is None:
        raise NoSuchEntry(entry_id)
    index = session.scalar(select(JournalLeaf.number).where(JournalLeaf.entry_id == entry_id))
    newest = head(session)
    if index is None or newest is None:
        raise NotYetSealed(entry_id)
    if size is None:
        size, root = newest.size, newest.root
        hashes = _hashes(session, size)
    elif index < size <= newest.size:
        hashes = _hashes(session, size)
        root = merkle.root(hashes).hex()
    else:
        raise NotInTree(entry_id, index, size, newest.size)
    path = merkle.inclusion_proof(hashes, index)
    return InclusionProof(leaf_content(entry), index, size, root, tuple(node.hex() for node in path))


def consistency(session: Session, first: int, second: int) -> ConsistencyProof:
    """Return the proof that the tree of *first* leaves is the beginning of the tree of *second* leaves.

    :raises NothingSealed: if there is no tree.
    :raises NoSuchTree: unless 0 <= *first* <= *second* <= the number of leaves.
    """
    newest = head(session)
    if newest is None:
        raise NothingSealed
    if not 0 <= first <= second <= newest.size:
        raise NoSuchTree(first, second, newest.size)
    hashes = _hashes(session, second)
    path = merkle.consistency_proof(hashes, first)
    roots = merkle.root(hashes[:first]).hex(), merkle.root(hashes).hex()
    return ConsistencyProof(first, second, *roots, tuple(node.hex() for node in path))


def _hashes(session: Session, size: int) -> list[bytes]:
    leaves = session.scalars(
        select(JournalLeaf.leaf_hash).where(JournalLeaf.number < size).order_by(JournalLeaf.number)
    )
    return [bytes.fromhex(leaf) for leaf in leaves]
