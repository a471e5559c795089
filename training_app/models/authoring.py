"""Modules being written: drafts as they are saved, what was put up for review, and what the reviewer said.

A draft is working paper and no fact: every save adds a row, so that nothing is overwritten and two people who save the
same part from the same version collide on a unique key.  What goes to review is copied whole; what is approved becomes
a `ModuleRevision`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of


class Draft(Base):
    """A module under way: a new one, or the next revision of one that is published."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    slug: Mapped[str] = mapped_column(index=True)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("module_revision.id"))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]


class DraftClosing(Base):
    """A draft was given up; one that was published is closed by its `ReviewVerdict`."""

    __tablename__ = "draft_closing"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime]


class DraftSave(Base):
    """One part of a draft as it was saved; of a part the highest version is what stands."""

    __tablename__ = "draft_save"
    __table_args__ = (UniqueConstraint("draft_id", "part", "version"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    part: Mapped[str]
    """``module``, ``paper``, ``lesson/<language>/<slug>`` or ``item/<id>``."""
    version: Mapped[int]
    """1 for the first; each save names the one it was made from, and adds the next."""
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Nothing where the part was taken out."""
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class ReviewRequest(Fact):
    """An author put a draft up for review, with everything in it and a note on what changed."""

    __tablename__ = "review_request"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    number: Mapped[int]
    slug: Mapped[str]
    digest: Mapped[str]
    """Of module and bank together: the name of the revision that an approval publishes."""
    content: Mapped[dict[str, Any]]
    bank: Mapped[dict[str, Any]]
    note: Mapped[str]
    author_ids: Mapped[list[int]] = mapped_column(JSON)
    """Everybody who saved a part since the last revision: none of them may review it."""


class ReviewComment(Base):
    """A remark on one place of what is under review: a paragraph, an item, or the whole."""

    __tablename__ = "review_comment"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("review_request.id"), index=True)
    place: Mapped[str]
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class ReviewOutcome(StrEnum):
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    """By an author, before a reviewer decided."""


class ReviewVerdict(Fact):
    """A review ended; an approval published a revision in the same transaction."""

    __tablename__ = "review_verdict"
    __table_args__ = (
        CheckConstraint("outcome = 'withdrawn' OR recorded_by_id <> requested_by_id", name="four_eyes"),
        CheckConstraint("(outcome = 'approved') = (revision_id IS NOT NULL)", name="approval_publishes"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("review_request.id"), unique=True)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[ReviewOutcome] = mapped_column(one_of(ReviewOutcome))
    note: Mapped[str]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("module_revision.id"))
