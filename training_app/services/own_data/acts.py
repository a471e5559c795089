"""What a person recorded about tools, content or other people: counted by kind, without whom it was about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from training_app.models.oversight import JournalEntry
from training_app.services.own_data.kinds import Subject
from training_app.services.own_data.records import ROWS_AT_ONCE


@dataclass(frozen=True, slots=True)
class ActsOfAKind:
    """How often somebody recorded facts of one kind."""

    kind: str
    """Name of the table of the facts."""
    count: int
    first: datetime
    last: datetime


def acts_by_kind(session: Session, subject: Subject) -> list[ActsOfAKind]:
    """Return what the person recorded that is not about themselves, the most frequent first."""
    rows: Any = session.execute(
        select(
            JournalEntry.fact_kind, func.count(), func.min(JournalEntry.recorded_at), func.max(JournalEntry.recorded_at)
        )
        .where(_by(subject))
        .group_by(JournalEntry.fact_kind)
        .order_by(func.count().desc(), JournalEntry.fact_kind)
    )
    return [ActsOfAKind(*row) for row in rows]


def acts(session: Session, subject: Subject) -> Iterator[tuple[int, str, datetime]]:
    """Yield number of the journal's entry, kind and moment of each, the earliest first."""
    query = (
        select(JournalEntry.id, JournalEntry.fact_kind, JournalEntry.recorded_at)
        .where(_by(subject))
        .order_by(JournalEntry.id)
    )
    with session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            yield row.id, row.fact_kind, row.recorded_at


def _by(subject: Subject) -> ColumnElement[bool]:
    other = or_(JournalEntry.subject_id.is_(None), JournalEntry.subject_id != subject.id)
    return and_(JournalEntry.actor_id == subject.id, other)
