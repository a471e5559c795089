"""Modules as published, and officers' attempts at their quizzes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.models.base import Base, Fact, Serial, one_of


class ModuleRevision(Fact):
    """An immutable published state of a module and its bank, named by the SHA-256 of its content."""

    __tablename__ = "module_revision"
    __table_args__ = (UniqueConstraint("slug", "digest"),)

    slug: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str]
    content: Mapped[dict[str, Any]]
    bank: Mapped[dict[str, Any]]


class Mode(StrEnum):
    """Practice tells at once and counts for nothing; an assessment tells after submission and can earn an award."""

    PRACTICE = "practice"
    ASSESSMENT = "assessment"


class Attempt(Fact):
    """An officer opened an attempt (``effective_at``) at the quiz of one revision, with the paper that was drawn."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("officer_id", "revision_id", "mode", "number"),
        CheckConstraint("closes_at > effective_at", name="closes_after_it_opens"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("module_revision.id"), index=True)
    mode: Mapped[Mode] = mapped_column(one_of(Mode))
    number: Mapped[int]
    """1 for the officer's first attempt at this revision in this mode."""
    language: Mapped[str]
    seed: Mapped[int] = mapped_column(Serial)
    paper: Mapped[dict[str, Any]]
    closes_at: Mapped[datetime]
    """From this instant on the attempt counts as submitted with what was saved."""

    revision: Mapped[ModuleRevision] = relationship()


class Answer(Base):
    """One answer as it was given.  Rows are only added: of an item's answers the highest sequence number holds."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "item_id", "sequence"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    item_id: Mapped[str]
    sequence: Mapped[int]
    options: Mapped[list[str]]
    """Marks of the response, sorted: ids of options, and what was typed; empty when an answer was taken back."""
    received_at: Mapped[datetime]


class Submission(Fact):
    """An attempt was submitted, or closed by its deadline (then ``effective_at`` is the deadline), and marked."""

    __tablename__ = "submission"
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    module: Mapped[str]
    answers_digest: Mapped[str]
    """SHA-256 of the answers that were marked: `services.marked_answers.digest_of`.  The audit computes it anew."""
    result: Mapped[dict[str, Any]]
    passed: Mapped[bool]

    attempt: Mapped[Attempt] = relationship()


class LessonRead(Base):
    """The officer said that a lesson was read; a bookmark for them alone, evidence of nothing."""

    __tablename__ = "lesson_read"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("module_revision.id"), primary_key=True)
    lesson: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]


class Familiarisation(Fact):
    """An officer signed to have read what changed (level 1)."""

    __tablename__ = "familiarisation"
    __table_args__ = (UniqueConstraint("officer_id", "assessment_id"),)
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("impact_assessment.id"))


class RequirementFamiliarisation(Fact):
    """An officer signed to have read what changed in what a version asks (a later requirement set, at level 1)."""

    __tablename__ = "requirement_familiarisation"
    __table_args__ = (UniqueConstraint("officer_id", "requirement_set_id"),)
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    requirement_set_id: Mapped[int] = mapped_column(ForeignKey("requirement_set.id"))
