"""How long decisions and searches stay on record: what is older is let go, and the proof that it was there is kept.

An expiry is a fact like any other.  Once it is on record, the database lets the rows before its instant be deleted, and
with them the payloads of their journal entries; the entries, their leaves and every proof stay, and digests without a
payload and a salt tell nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.oversight import JournalEntry, JournalLeaf, JournalPayload
from training_app.models.recorded import RecordedDecision, RecordedSearch, RecordExpiry

KINDS: tuple[type[RecordedDecision] | type[RecordedSearch], ...] = (RecordedDecision, RecordedSearch)
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Old:
    """What is older than the installation keeps it."""

    kept_from: datetime
    decisions: int
    searches: int


def old(session: Session, *, days: int, at: datetime) -> Old:
    """Count what was recorded more than *days* before *at*; what has no leaf in the tree yet is not old."""
    kept_from = at - timedelta(days=days)
    decisions, searches = (_count(session, kind, kept_from) for kind in KINDS)
    return Old(kept_from, decisions, searches)


def expire(session: Session, found: Old, *, at: datetime) -> RecordExpiry:
    """Record that what is older than ``found.kept_from`` is kept no longer; `delete_some` can then delete it."""
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
    fact = RecordExpiry(**stamp, kept_from=found.kept_from, decisions=found.decisions, searches=found.searches)
    session.add(fact)
    session.flush()
    return fact


def delete_some(session: Session) -> int:
    """Delete some of what an expiry on record lets go, with its payloads; return how many rows, 0 at the end.

    A run at a time, so that nobody who asks meanwhile waits long; interrupted, the next call goes on.
    """
    instant = kept_from(session)
    if instant is None:
        return 0
    for kind in KINDS:
        ids = session.scalars(_before(kind, instant).limit(ROWS_AT_ONCE)).all()
        if ids:
            entries = select(JournalEntry.id).where(
                JournalEntry.fact_kind == kind.__tablename__, JournalEntry.fact_id.in_(ids)
            )
            session.execute(delete(JournalPayload).where(JournalPayload.entry_id.in_(entries)))
            session.execute(delete(kind).where(kind.id.in_(ids)))
            return len(ids)
    return 0


def kept_from(session: Session) -> datetime | None:
    """Return the instant before which nothing is kept any more; ``None`` where nothing was ever let go."""
    return session.scalar(select(func.max(RecordExpiry.kept_from)))


def _before(kind: type[Fact], instant: datetime) -> Select[int]:
    """Select the ids of what was recorded before *instant* and has its leaf in the tree.

    The newest of a kind always stays: SQLite numbers rows on from the last, and no number may come twice.
    """
    newest = select(func.max(kind.id)).scalar_subquery()
    return (
        select(kind.id)
        .join(JournalEntry, (JournalEntry.fact_kind == kind.__tablename__) & (JournalEntry.fact_id == kind.id))
        .join(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id)
        .where(kind.recorded_at < instant, kind.id < newest)
    )


def _count(session: Session, kind: type[Fact], instant: datetime) -> int:
    return session.scalar(select(func.count()).select_from(_before(kind, instant).subquery())) or 0
