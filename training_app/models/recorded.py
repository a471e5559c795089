"""What programs asked and were told, on record; and how far back it is still kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, one_of
from training_app.models.browser_session import DIGEST_LENGTH


class RecordedDecision(Fact):
    """A decision that a program asked for, recorded before it was answered."""

    __tablename__ = "recorded_decision"
    __table_args__ = (
        CheckConstraint("(client_id IS NULL) <> (gateway_id IS NULL)", name="asked_by_one"),
        Index("ix_recorded_decision_tool_version", "tool", "version"),
    )
    about = "officer_id"

    gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateway.id"))
    """Who asked before there were clients."""
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Empty where no such officer is known; the question keeps what was asked."""
    question: Mapped[dict[str, Any]]
    allowed: Mapped[bool]
    grounds: Mapped[list[str]]
    answer: Mapped[dict[str, Any]]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    # What follows is empty in decisions that were recorded before it was kept.
    tool: Mapped[str | None]
    """Slug that was asked about, for searching."""
    version: Mapped[str | None]
    within_reach: Mapped[bool | None]
    """Whether the client might ask about that tool; one beyond its reach was unknown to it."""
    facts_digest: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH))
    """SHA-256, in hexadecimal, of the facts that were decided on, as `rules.evidence.facts_digest` writes them down."""
    rule_version: Mapped[str | None]
    """Which state of the rules decided; see `services.rule_version`."""


class SearchKind(StrEnum):
    SUBJECT = "subject"
    """Which officers may use a version?"""
    RESOURCE = "resource"
    """Which versions may an officer use?"""
    ACTION = "action"
    """What may an officer do with a version?"""


class RecordedSearch(Fact):
    """One page of a search that a program asked for: who asked what, and how many came back; not who came back."""

    __tablename__ = "recorded_search"
    about = "officer_id"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[SearchKind] = mapped_column(one_of(SearchKind))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom it was about; empty for a search for officers, and where nobody has the number."""
    question: Mapped[dict[str, Any]]
    found: Mapped[int]
    """How many results this page had."""
    continued: Mapped[bool]
    """Whether it went on from an earlier page."""
    rule_version: Mapped[str]


class RecordExpiry(Fact):
    """Decisions and searches recorded before *kept_from* are kept no longer; only then can their rows be deleted."""

    __tablename__ = "record_expiry"

    kept_from: Mapped[datetime]
    decisions: Mapped[int]
    """How many rows it let go."""
    searches: Mapped[int]
