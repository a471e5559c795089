"""That something was recorded on which answers rest: what whoever keeps an answer asks before giving it again."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Serial


class AnswerChange(Base):
    """A fact was recorded on which answers to machines rest.  Written in the fact's own transaction, never changed.

    On PostgreSQL numbers are given before the commit, and so not in the order of commits: there the number of the
    transaction tells whether somebody's snapshot has seen the row.  On SQLite, with one writer at a time, the order of
    the ids is that of the commits.
    """

    __tablename__ = "answer_change"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    transaction_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """PostgreSQL's number of the transaction (64 bits, never used again); empty on SQLite."""
    kind: Mapped[str] = mapped_column(String(63))
    """Name of the fact's table."""
    person_id: Mapped[int | None] = mapped_column(Serial)
    """Whom the fact is about."""
    effective_at: Mapped[datetime]
