"""Sealing: committed entries get consecutive leaf numbers and a new tree head, a moment after they were committed.

Writers do not wait for one another to be numbered.  Only sealers do, and one that finds nothing waiting takes no lock.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, exists, func, insert, select, text
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf, TreeHead, WaitingEntry
from training_app.rules.canonical import canonical
from training_app.rules.merkle import Frontier, leaf_hash
from training_app.rules.signed_note import CheckpointText, sign

SEALING_LOCK = 4_611_686_018_427_387_002
"""Key of PostgreSQL's advisory lock that lets one process seal at a time."""
ENTRIES_AT_ONCE = 10_000


class Sealable(Protocol):
    """A database that can be read and written; `training_app.db.Database` is one."""

    def transaction(self) -> AbstractContextManager[Session]: ...

    def reading(self) -> AbstractContextManager[Session]: ...


class EntryColumns(Protocol):
    """What a leaf says of its entry; a `JournalEntry`, or a row of its table."""

    id: int
    fact_kind: str
    fact_id: int
    effective_at: datetime
    recorded_at: datetime
    actor_id: int | None
    subject_pseudonym: str | None
    payload_digest: str


class NothingSealed(TrainingError):
    def __init__(self) -> None:
        super().__init__("The journal has no tree head yet: nothing has been sealed.")


def seal(database: Sealable, *, at: datetime) -> TreeHead | None:
    """Give every committed entry without a leaf its number, and store the new tree head.

    Numbers follow the entries' ids as far as these are visible; one that a slower transaction commits later is numbered
    then.  Many waiting entries are sealed in several transactions.

    :returns: the newest head, or ``None`` if nothing was waiting.
    """
    if not _is_anything_waiting(database):
        return None
    sealed: TreeHead | None = None
    more = True
    while more:
        with database.transaction() as session:
            newest, more = _seal_some(session, at=at)
        sealed = newest or sealed
    return sealed


def head(session: Session) -> TreeHead | None:
    """Return the newest tree head; ``None`` while nothing was sealed."""
    return session.scalars(select(TreeHead).order_by(TreeHead.size.desc()).limit(1)).first()


def head_holding(session: Session, *, recorded_by: datetime) -> TreeHead:
    """Return the earliest tree head that holds every fact recorded by that instant: the same whenever it is asked.

    :raises NothingSealed: if one of them waits to be sealed, or there is none.
    """
    waiting = exists().where(WaitingEntry.entry_id == JournalEntry.id, JournalEntry.recorded_at <= recorded_by)
    last = (
        select(func.max(JournalLeaf.number))
        .join(JournalEntry, JournalEntry.id == JournalLeaf.entry_id)
        .where(JournalEntry.recorded_at <= recorded_by)
    )
    number = None if session.scalar(select(waiting)) else session.scalar(last)
    if number is None:
        raise NothingSealed
    return session.scalars(select(TreeHead).where(TreeHead.size > number).order_by(TreeHead.size).limit(1)).one()


def checkpoint(session: Session, key: Ed25519PrivateKey, origin: str, *, at: datetime) -> Checkpoint:
    """Sign the newest tree head and store the note.

    :param origin: names this journal for good, for example ``agency.example/training-journal``.
    :raises NothingSealed: if there is no head.
    :raises NoteFault: if *origin* cannot name a key: it is empty or holds a space or plus sign.
    """
    newest = head(session)
    if newest is None:
        raise NothingSealed
    statement = CheckpointText(origin, newest.size, bytes.fromhex(newest.root))
    note = sign(str(statement), name=origin, key=key)
    made = Checkpoint(size=newest.size, root=newest.root, note=note, made_at=at)
    session.add(made)
    session.flush()
    return made


def leaf_content(entry: EntryColumns) -> dict[str, object]:
    """Return what the leaf of *entry* hashes."""
    return {
        "entry": entry.id,
        "kind": entry.fact_kind,
        "fact": entry.fact_id,
        "effective_at": entry.effective_at,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor_id,
        "subject": entry.subject_pseudonym,
        "payload": entry.payload_digest,
    }


def hash_of_leaf(content: dict[str, object]) -> bytes:
    """Return the leaf hash of what `leaf_content` gave, or of the same read from JSON."""
    return leaf_hash(canonical(content).encode())


def _is_anything_waiting(database: Sealable) -> bool:
    with database.reading() as session:
        return session.scalars(select(exists(select(WaitingEntry.entry_id)))).one()


def _seal_some(session: Session, *, at: datetime) -> tuple[TreeHead | None, bool]:
    """Seal some entries and tell whether there may be more; on SQLite the transaction itself is the lock."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEALING_LOCK})
    # Ids first: of a join with the entries, some planners make a reading of every entry there is.
    ids = connection.scalars(_waiting.limit(ENTRIES_AT_ONCE)).all()
    if not ids:
        return None, False
    query = select(*JournalEntry.__table__.columns).where(JournalEntry.id.in_(ids)).order_by(JournalEntry.id)
    entries = connection.execute(query).all()
    newest = connection.execute(_newest_head).one_or_none()
    before = Frontier() if newest is None else _frontier(newest.size, newest.frontier)
    hashes = [hash_of_leaf(leaf_content(entry)) for entry in entries]
    leaves = [
        {"number": number, "entry_id": entry.id, "leaf_hash": leaf.hex()}
        for number, (entry, leaf) in enumerate(zip(entries, hashes, strict=True), start=before.size)
    ]
    connection.execute(insert(JournalLeaf), leaves)
    connection.execute(delete(WaitingEntry).where(WaitingEntry.entry_id.in_(ids)))
    after = before.extend(hashes)
    frontier = [node.hex() for node in after.hashes]
    columns = {"size": after.size, "root": after.root().hex(), "sealed_at": at, "frontier": frontier}
    connection.execute(insert(TreeHead), columns)
    return TreeHead(**columns), len(ids) == ENTRIES_AT_ONCE


_waiting = select(WaitingEntry.entry_id).order_by(WaitingEntry.entry_id)
_newest_head = select(*TreeHead.__table__.columns).order_by(TreeHead.size.desc()).limit(1)


def _frontier(size: int, hashes: Sequence[str]) -> Frontier:
    return Frontier(size, tuple(bytes.fromhex(node) for node in hashes))
