"""Trainers: what they are qualified for and on what evidence, what they declared, and measures against them.

Conduct has tables of its own: see `training_app.models.conduct`.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, Serial, one_of
from training_app.rules.trainers import InterestKind, MeasureKind


class LevelName(StrEnum):
    """The levels of `training_app.rules.trainers.QualificationLevel` as they are kept."""

    AUTHOR = "author"
    INSTRUCTOR = "instructor"
    ASSESSOR = "assessor"
    LEAD = "lead"


class TrainerQualification(Fact):
    """A person was qualified at a level for a subject area or a tool, through a last day, inclusive.

    An ordinary one is awarded by a lead of that scope; a special one is in force once a second person signs.
    """

    __tablename__ = "trainer_qualification"
    __table_args__ = (
        CheckConstraint("(subject IS NULL) <> (tool_id IS NULL)", name="of_a_subject_or_a_tool"),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
        CheckConstraint(
            "(version_id IS NOT NULL) = (special AND tool_id IS NOT NULL)", name="special_for_exactly_one_version"
        ),
        UniqueConstraint("id", "person_id", "recorded_by_id"),
        UniqueConstraint("id", "person_id"),
        ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_trainer_qualification_version_of_the_same_tool",
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    subject: Mapped[str | None]
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))
    version_id: Mapped[int | None] = mapped_column(Serial)
    """Of a special one for a tool: the only version that it is good for."""
    level: Mapped[LevelName] = mapped_column(one_of(LevelName))
    through: Mapped[date]
    special: Mapped[bool]
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("trainer_qualification.id"), unique=True)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each with ``kind`` (`EvidenceKind`), ``note``, and where there is one ``day``, ``by`` (a service number) and
    ``sha256`` of a document; of a renewal also the figures that it rests on."""


class TrainerQualificationSignature(Fact):
    """The second signature under a special qualification, by neither the first signer nor the person."""

    __tablename__ = "trainer_qualification_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["qualification_id", "person_id", "author_id"],
            ["trainer_qualification.id", "trainer_qualification.person_id", "trainer_qualification.recorded_by_id"],
            name="fk_trainer_qualification_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
        CheckConstraint("person_id <> recorded_by_id", name="not_of_oneself"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    qualification_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


class TrainerMeasure(Fact):
    """A trainer was suspended from, or lost, one qualification or all of them, also from a past date; or reinstated.

    What was done as a trainer since ``effective_at`` is doubted: signatures under practice always, what was written and
    published, and marks that were changed, where the measure says so.
    """

    __tablename__ = "trainer_measure"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
        CheckConstraint("(kind = 'reinstated') = (ends_id IS NOT NULL)", name="reinstatement_names_its_suspension"),
        CheckConstraint("(ends_id IS NULL) = (ended_recorder_id IS NULL)", name="end_names_who_recorded"),
        CheckConstraint("ended_recorder_id <> recorded_by_id", name="ended_by_a_second_person"),
        UniqueConstraint("id", "person_id"),
        UniqueConstraint("id", "recorded_by_id"),
        ForeignKeyConstraint(
            ["ends_id", "ended_recorder_id"],
            ["trainer_measure.id", "trainer_measure.recorded_by_id"],
            name="fk_trainer_measure_ended_recorder",
        ),
        ForeignKeyConstraint(
            ["qualification_id", "person_id"],
            ["trainer_qualification.id", "trainer_qualification.person_id"],
            name="fk_trainer_measure_qualification_of_the_same_person",
        ),
        ForeignKeyConstraint(
            ["ends_id", "person_id"],
            ["trainer_measure.id", "trainer_measure.person_id"],
            name="fk_trainer_measure_ends_one_of_the_same_person",
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[MeasureKind] = mapped_column(one_of(MeasureKind))
    qualification_id: Mapped[int | None] = mapped_column(Serial)
    ends_id: Mapped[int | None] = mapped_column(Serial, unique=True)
    ended_recorder_id: Mapped[int | None] = mapped_column(Serial)
    """Who recorded what it ends: never the same person."""
    reason_code: Mapped[str]
    doubts_content: Mapped[bool]
    doubts_marks: Mapped[bool]


class EthicsDeclaration(Fact):
    """A trainer signed the declaration of ethics and impartiality, in that version of its text."""

    __tablename__ = "ethics_declaration"
    __table_args__ = (CheckConstraint("recorded_by_id = person_id", name="signed_by_oneself"),)
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text_version: Mapped[int]
    text_digest: Mapped[str]
    """SHA-256, in hexadecimal, of the text as it was shown, in its language."""
    language: Mapped[str]


class DeclaredInterest(Fact):
    """A trainer declared an interest in a vendor, by the vendor's name as tools are registered with it."""

    __tablename__ = "declared_interest"
    __table_args__ = (
        CheckConstraint("recorded_by_id = person_id", name="declared_by_oneself"),
        UniqueConstraint("id", "person_id"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(one_of(InterestKind))
    vendor: Mapped[str]


class DeclaredInterestEnd(Fact):
    """An interest ended, as its trainer declares."""

    __tablename__ = "declared_interest_end"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interest_id", "person_id"],
            ["declared_interest.id", "declared_interest.person_id"],
            name="fk_declared_interest_end_interest_of_the_same_person",
        ),
        CheckConstraint("recorded_by_id = person_id", name="declared_by_oneself"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    interest_id: Mapped[int] = mapped_column(Serial, unique=True)


class ContinuingEducation(Fact):
    """A lead recorded that a trainer took part in continuing education; whole hours."""

    __tablename__ = "continuing_education"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
        CheckConstraint("hours > 0 AND hours <= 200", name="hours_are_bounded"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str]
    held_on: Mapped[date]
    hours: Mapped[int]
    document_sha256: Mapped[str | None]
    """Of the certificate of attendance, which the agency keeps where it belongs."""
