"""Questions of the oversight body, answers to them, and version suspensions in its name.

What is written here is on the record: it is shown for good to who asked and who was asked, and nothing of it is
changed.  The forms say so, and look for what identifies a person.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, Serial, one_of
from training_app.rules.oversight_questions import Closing, Office
from training_app.rules.version_suspensions import Cause


class OversightQuestion(Fact):
    """Somebody of the oversight body asked an office something: about a tool, a version, a unit, or in general."""

    __tablename__ = "oversight_question"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_oversight_question_version_of_the_tool",
        ),
        CheckConstraint("version_id IS NULL OR tool_id IS NOT NULL", name="version_with_its_tool"),
        CheckConstraint("(office = 'supervisors') = (office_unit_id IS NOT NULL)", name="supervisors_of_a_unit"),
        CheckConstraint("recorded_by_id IS NOT NULL", name="in_somebodys_name"),
        UniqueConstraint("id", "recorded_by_id"),
        UniqueConstraint("recorded_by_id", "digest"),
    )

    office: Mapped[Office] = mapped_column(one_of(Office))
    office_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Of a question to supervisors: of which unit."""
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))
    version_id: Mapped[int | None] = mapped_column(Serial)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """What it is about; all three empty: in general."""
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    """The journal's entry of the record that it is about."""
    text: Mapped[str]
    due_on: Mapped[date]
    """Last day for the answer, inclusive, in the agency's zone."""
    digest: Mapped[str]
    """Of all that was asked (SHA-256): the same question sent twice is one."""


class OversightAnswer(Fact):
    """Somebody of the office that was asked answered.  A question's answers and follow-ups are one series."""

    __tablename__ = "oversight_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["question_id", "asker_id"],
            ["oversight_question.id", "oversight_question.recorded_by_id"],
            name="fk_oversight_answer_asker",
        ),
        UniqueConstraint("question_id", "number"),
        CheckConstraint("asker_id <> recorded_by_id", name="by_somebody_else"),
    )

    question_id: Mapped[int] = mapped_column(Serial)
    asker_id: Mapped[int] = mapped_column(Serial)
    number: Mapped[int]
    text: Mapped[str]


class OversightFollowUp(Fact):
    """The oversight body asked further, with a day of its own."""

    __tablename__ = "oversight_follow_up"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("oversight_question.id"))
    number: Mapped[int]
    text: Mapped[str]
    due_on: Mapped[date]


class OversightQuestionClosed(Fact):
    """The oversight body closed a question; nothing is added to it afterwards."""

    __tablename__ = "oversight_question_closed"

    question_id: Mapped[int] = mapped_column(ForeignKey("oversight_question.id"), unique=True)
    closing: Mapped[Closing] = mapped_column(one_of(Closing))
    text: Mapped[str]
    """What came of it."""


class OversightSuspension(Fact):
    """A version was suspended in the name of the oversight body: only somebody else of it ends that."""

    __tablename__ = "oversight_suspension"
    __table_args__ = (
        ForeignKeyConstraint(
            ["suspension_id", "recorded_by_id"],
            ["version_fact.id", "version_fact.recorded_by_id"],
            name="fk_oversight_suspension_by_who_suspended",
        ),
        CheckConstraint("recorded_by_id IS NOT NULL", name="in_somebodys_name"),
    )

    suspension_id: Mapped[int] = mapped_column(Serial, unique=True)
    cause: Mapped[Cause] = mapped_column(one_of(Cause))


class ResumptionProposal(Fact):
    """A registrar said why what the oversight body suspended is safe again; nothing follows until it signs."""

    __tablename__ = "resumption_proposal"
    __table_args__ = (UniqueConstraint("suspension_id", "number"),)

    suspension_id: Mapped[int] = mapped_column(ForeignKey("oversight_suspension.suspension_id"))
    number: Mapped[int]
    """From 1; the latest is what is to be signed."""
    reason: Mapped[str]
