"""Requests to put right what is kept about a person, and what was done about them.

What was said stands in `RectificationText` and `RectificationStepText`: ordinary rows, deleted when their time is over,
because words may name somebody.
"""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.rules.rectification import Path, Refusal, StepKind


class RectificationRequest(Fact):
    """A person asked for what is kept about them to be put right; what it is about is contested until the answer."""

    __tablename__ = "rectification_request"
    __table_args__ = (
        CheckConstraint("recorded_by_id = person_id", name="by_oneself"),
        CheckConstraint("(record_kind IS NULL) = (record_id IS NULL)", name="names_a_record_or_none"),
        UniqueConstraint("id", "person_id"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    section: Mapped[str]
    """What it is about: a value of `rules.own_data.Section`."""
    record_kind: Mapped[str | None]
    """Name of the table of the one record that it is about; empty: no single record."""
    record_id: Mapped[int | None] = mapped_column(Serial)


class RectificationText(Base):
    """What is wrong and what would be right, in the person's words; deleted when their time is over."""

    __tablename__ = "rectification_text"

    request_id: Mapped[int] = mapped_column(ForeignKey("rectification_request.id"), primary_key=True)
    wrong: Mapped[str]
    proposed: Mapped[str]


_ENDS = text("kind IN ('corrected', 'refused', 'withdrawn')")
_EXTENDED = text("kind = 'extended'")


class RectificationStep(Fact):
    """Something was done about a request; steps of a request are numbered from 1, and it ends once."""

    __tablename__ = "rectification_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "person_id"],
            ["rectification_request.id", "rectification_request.person_id"],
            name="fk_rectification_step_request_of_the_same_person",
        ),
        UniqueConstraint("request_id", "number"),
        CheckConstraint("(kind = 'withdrawn') = (recorded_by_id = person_id)", name="not_of_oneself_but_withdrawn"),
        CheckConstraint("(kind = 'corrected') = (correction_kind IS NOT NULL)", name="names_its_correction"),
        CheckConstraint("(correction_kind IS NULL) = (correction_id IS NULL)", name="correction_is_one_record"),
        CheckConstraint("(kind = 'referred') = (path IS NOT NULL)", name="names_its_path"),
        CheckConstraint("(kind = 'refused') = (refusal IS NOT NULL)", name="refusal_has_its_reason"),
        Index("uq_rectification_step_one_end", "request_id", unique=True, sqlite_where=_ENDS, postgresql_where=_ENDS),
        Index(
            "uq_rectification_step_extended_once",
            "request_id",
            unique=True,
            sqlite_where=_EXTENDED,
            postgresql_where=_EXTENDED,
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    request_id: Mapped[int] = mapped_column(Serial)
    number: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind))
    correction_kind: Mapped[str | None]
    """Name of the table of the fact that corrects, with its id beside it."""
    correction_id: Mapped[int | None] = mapped_column(Serial)
    path: Mapped[Path | None] = mapped_column(one_of(Path))
    refusal: Mapped[Refusal | None] = mapped_column(one_of(Refusal))


class RectificationStepText(Base):
    """What the person is told with a step; deleted with the words of the request."""

    __tablename__ = "rectification_step_text"

    step_id: Mapped[int] = mapped_column(ForeignKey("rectification_step.id"), primary_key=True)
    text: Mapped[str]
