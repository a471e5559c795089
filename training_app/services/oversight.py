"""What an oversight body reads: the journal, and the decisions that machines asked for; people by number only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf
from training_app.models.people import Person
from training_app.models.tools import Gateway, RecordedDecision
from training_app.rules.access_documents import question_from
from training_app.services import access


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


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One recorded decision, with what was asked and what was told."""

    id: int
    at: datetime
    gateway: str
    question: Mapping[str, Any]
    allowed: bool
    grounds: Sequence[str]
    answer: Mapping[str, Any]


_DECISION = select(
    RecordedDecision.id,
    RecordedDecision.effective_at.label("at"),
    Gateway.name.label("gateway"),
    RecordedDecision.question,
    RecordedDecision.allowed,
    RecordedDecision.grounds,
    RecordedDecision.answer,
).join(Gateway, Gateway.id == RecordedDecision.gateway_id)


def decisions(session: Session, *, page: int, size: int) -> Sequence[DecisionRow]:
    """Return one page of the recorded decisions, the latest first; pages count from 1."""
    rows = session.execute(_DECISION.order_by(RecordedDecision.id.desc()).limit(size).offset((page - 1) * size))
    return [DecisionRow(**row._mapping) for row in rows]


def count_decisions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(RecordedDecision)) or 0


def decision(session: Session, decision_id: int) -> DecisionRow | None:
    """Return the recorded decision with *decision_id*, or ``None``."""
    row = session.execute(_DECISION.where(RecordedDecision.id == decision_id)).one_or_none()
    return None if row is None else DecisionRow(**row._mapping)


@dataclass(frozen=True, slots=True)
class Replay:
    """The same question answered again from what was recorded at its instant."""

    allowed: bool
    grounds: tuple[str, ...]
    same: bool


def replay(session: Session, recorded: DecisionRow, *, zone: ZoneInfo) -> Replay:
    """Answer the question of *recorded* again, as of its instant and as known then, and compare."""
    again = access.answer(session, question_from(recorded.question), zone=zone, at=recorded.at, known_at=recorded.at)
    grounds = tuple(ground.value for ground in again.grounds)
    return Replay(again.allowed, grounds, (again.allowed, grounds) == (recorded.allowed, tuple(recorded.grounds)))
