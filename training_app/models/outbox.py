"""Messages for machines elsewhere, written in the transaction of what causes them: ordinary rows, no facts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Serial, one_of


class OutboxState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up: a person must see to it."""


class OutboxMessage(Base):
    """One message to one destination; delivered at least once, and known to the receiver by its *message_id*."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_queue", "channel", "destination", "state", "id"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    """Messages to one destination are delivered in this order."""
    message_id: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    """How it is delivered, for example ``event-push``."""
    destination: Mapped[str]
    """To whom, by a name that the channel understands."""
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    state: Mapped[OutboxState] = mapped_column(one_of(OutboxState))
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    """Not sent before."""
    claimed_until: Mapped[datetime | None]
    """Somebody is sending it; from this instant on they are taken to have died."""
    fault: Mapped[str | None] = mapped_column(Text)
    """What the last attempt met."""
    ended_at: Mapped[datetime | None]
    """When it was delivered or given up."""
