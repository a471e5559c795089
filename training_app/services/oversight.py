"""What an oversight body reads of the journal; people by number only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.oversight import Checkpoint, JournalEntry


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the journal.  *actor* is a service number, empty for what the installation recorded by itself."""

    id: int
    kind: str
    fact_id: int
    recorded_at: datetime
    effective_at: datetime
    actor: str
    about: str
    """Service number of whose data it is; empty where it is nobody's, or is handled in confidence."""
    leaf: int | None
    """Number of its leaf in the tree; ``None`` until it is sealed."""


def count_entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def last_checkpoint(session: Session) -> Checkpoint | None:
    """Return the checkpoint that was signed last, or ``None``."""
    return session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).first()
