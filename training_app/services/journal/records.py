"""The sealed journal as a stream of records: what an audit reads, be it from the database or from an exported file."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf, TreeHead
from training_app.services.journal.sealing import leaf_content

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LeafRecord:
    """A leaf, its hash in hexadecimal, and what it hashes (``None`` where the entry is not there)."""

    number: int
    leaf_hash: str
    content: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class HeadRecord:
    """A tree head; hashes in hexadecimal."""

    size: int
    root: str
    frontier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A checkpoint's note, and size and root as stored beside it."""

    note: str
    size: int
    root: str


Record = LeafRecord | HeadRecord | NoteRecord


def sealed_records(session: Session) -> Iterator[Record]:
    """Yield the notes, then the leaves in order, each head after the last leaf that it counts."""
    for made in session.execute(select(Checkpoint.note, Checkpoint.size, Checkpoint.root).order_by(Checkpoint.id)):
        yield NoteRecord(made.note, made.size, made.root)
    heads = _heads(session)
    pending = next(heads, None)
    for leaf in _leaves(session):
        while pending is not None and pending.size <= leaf.number:
            yield pending
            pending = next(heads, None)
        yield leaf
    if pending is not None:
        yield pending
        yield from heads


def _heads(session: Session) -> Iterator[HeadRecord]:
    query = select(TreeHead.size, TreeHead.root, TreeHead.frontier).order_by(TreeHead.size)
    for size, root, frontier in session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield HeadRecord(size, root, tuple(frontier))


def _leaves(session: Session) -> Iterator[LeafRecord]:
    query = (
        select(JournalLeaf.number, JournalLeaf.leaf_hash, *JournalEntry.__table__.columns)
        .join(JournalEntry, JournalEntry.id == JournalLeaf.entry_id, isouter=True)
        .order_by(JournalLeaf.number)
    )
    for row in session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield LeafRecord(row.number, row.leaf_hash, None if row.id is None else leaf_content(row))
