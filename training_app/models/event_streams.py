"""Streams of security events to machine clients (OpenID Shared Signals Framework 1.0)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of


class Delivery(StrEnum):
    PUSH = "urn:ietf:rfc:8935"
    POLL = "urn:ietf:rfc:8936"


class StreamStatus(StrEnum):
    ENABLED = "enabled"
    PAUSED = "paused"
    """Events are kept, and sent once the stream is enabled again."""
    DISABLED = "disabled"
    """Nothing is sent and nothing kept."""


class EventStream(Base):
    """A stream as its receiver has set it up; what was done to it, and by whom, is an `EventStreamChange`."""

    __tablename__ = "event_stream"
    __table_args__ = (CheckConstraint("(delivery = 'urn:ietf:rfc:8935') = (endpoint IS NOT NULL)", name="pushed_to"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    issuer: Mapped[str]
    """Under which address of this installation the stream was made; every token names it."""
    audience: Mapped[str]
    delivery: Mapped[Delivery] = mapped_column(one_of(Delivery))
    endpoint: Mapped[str | None]
    """Where to push."""
    authorization: Mapped[str | None]
    """The header that the receiver wants with each push.  A secret of theirs: never shown, never journalled."""
    requested: Mapped[list[str]]
    """URIs of event types, also such as are not offered."""
    description: Mapped[str]
    status: Mapped[StreamStatus] = mapped_column(one_of(StreamStatus))
    """As the receiver set it."""
    held: Mapped[bool] = mapped_column(default=False)
    """A registrar has paused it, which no receiver ends."""
    reason: Mapped[str | None]
    """Why it is not enabled."""
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When its receiver last asked for a verification event."""
    polled_at: Mapped[datetime | None]
    """When its receiver last polled, to the minute."""


class EventStreamExclusion(Base):
    """A subject that the receiver took out of its stream."""

    __tablename__ = "event_stream_exclusion"
    __table_args__ = (UniqueConstraint("stream_id", "officer", "tool"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    stream_id: Mapped[int] = mapped_column(ForeignKey("event_stream.id"))
    officer: Mapped[str]
    """Service number; empty: whoever."""
    tool: Mapped[str]
    """Slug; empty: whichever."""


class StreamChange(StrEnum):
    CREATED = "created"
    CONFIGURED = "configured"
    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"
    DELETED = "deleted"


class EventStreamChange(Fact):
    """A stream was made, set up anew, paused, enabled or deleted: by a registrar, or (nobody named) by its client."""

    __tablename__ = "event_stream_change"

    public_id: Mapped[str] = mapped_column(index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    change: Mapped[StreamChange] = mapped_column(one_of(StreamChange))
    delivery: Mapped[Delivery] = mapped_column(one_of(Delivery))
    endpoint: Mapped[str | None]
    reason: Mapped[str | None]
