"""What an oversight body reads of the journal; people by number only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf
from training_app.models.people import Person


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the journal.  *actor* is a service number, empty for what the installation recorded by itself."""

    id: int
    kind: str
    fact_id: int
    recorded_at: datetime
    effective_at: datetime
    actor: str
    leaf: int | None
    """Number of its leaf in the tree; ``None`` until it is sealed."""


def entries(session: Session, *, page: int, size: int) -> Sequence[EntryRow]:
    """Return one page of the journal, the latest entry first; pages count from 1."""
    rows = session.execute(
        select(
            JournalEntry.id,
            JournalEntry.fact_kind.label("kind"),
            JournalEntry.fact_id,
            JournalEntry.recorded_at,
            JournalEntry.effective_at,
            func.coalesce(Person.service_number, "").label("actor"),
            JournalLeaf.number.label("leaf"),
        )
        .join(Person, Person.id == JournalEntry.actor_id, isouter=True)
        .join(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id, isouter=True)
        .order_by(JournalEntry.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [EntryRow(**row._mapping) for row in rows]


def count_entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def last_checkpoint(session: Session) -> Checkpoint | None:
    """Return the checkpoint that was signed last, or ``None``."""
    return session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).first()
