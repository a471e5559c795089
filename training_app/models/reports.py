"""Officers' reports of wrong or biased results, and what was done about them.

The words of a report, of questions, answers and notes, and who reported, stand in `ReportText` and `ReportStepText`:
ordinary rows, which are deleted when their time is over.  Of the facts none names who reported, neither as a column nor
as who recorded it.
"""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.rules.reports import Acted, Problem, ReportOutcome, StepKind


class ResultReport(Fact):
    """A wrong or biased result of a version was reported.  Who did is not recorded here."""

    __tablename__ = "result_report"
    __table_args__ = (CheckConstraint("recorded_by_id IS NULL", name="in_nobodys_name"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    problem: Mapped[Problem] = mapped_column(one_of(Problem))
    acted: Mapped[Acted] = mapped_column(one_of(Acted))
    groups: Mapped[list[str]] = mapped_column(JSON)
    """Codes of `Group`: which might be affected; empty where nothing was said."""


class ReportText(Base):
    """What was said, and by whom: for who handles it, who signs its end, and oversight, until its time is past."""

    __tablename__ = "report_text"

    report_id: Mapped[int] = mapped_column(ForeignKey("result_report.id"), primary_key=True)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    happened: Mapped[str]
    done_instead: Mapped[str]
    which_group: Mapped[str | None]
    """In the officer's own words."""


class ReportStep(Fact):
    """Something was done about a report; steps of a report are numbered from 1.  An answer is in nobody's name."""

    __tablename__ = "report_step"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint("(kind = 'answered') = (recorded_by_id IS NULL)", name="answered_in_nobodys_name"),
        CheckConstraint("(kind = 'version-suspended') = (suspension_id IS NOT NULL)", name="names_its_suspension"),
        CheckConstraint("(kind = 'retraining-ordered') = (order_id IS NOT NULL)", name="names_its_order"),
        CheckConstraint("(kind = 'lesson-wanted') = (module IS NOT NULL)", name="names_its_module"),
        CheckConstraint("(kind = 'provider-notified') = (reference IS NOT NULL)", name="provider_has_a_reference"),
        CheckConstraint("(reference IS NULL) = (told_on IS NULL)", name="provider_told_on_a_day"),
        CheckConstraint("(kind = 'sent-back') = (decision_id IS NOT NULL)", name="sends_a_decision_back"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("result_report.id"))
    number: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind))
    suspension_id: Mapped[int | None] = mapped_column(ForeignKey("version_fact.id"), unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("retraining_order.id"), unique=True)
    module: Mapped[str | None]
    """Slug of the module that is to have a lesson or an item more."""
    reference: Mapped[str | None]
    """Under which the provider, or the agency's letter, has it."""
    told_on: Mapped[date | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("report_decision.id"), unique=True)


class ReportStepText(Base):
    """The words of a note, a question, an answer, or a decision sent back; deleted with those of the report."""

    __tablename__ = "report_step_text"

    step_id: Mapped[int] = mapped_column(ForeignKey("report_step.id"), primary_key=True)
    text: Mapped[str]


class ReportDecision(Fact):
    """How a report is to end; it ends once an independent second person signs."""

    __tablename__ = "report_decision"
    __table_args__ = (UniqueConstraint("report_id", "number"), UniqueConstraint("id", "recorded_by_id"))

    report_id: Mapped[int] = mapped_column(ForeignKey("result_report.id"))
    number: Mapped[int]
    outcome: Mapped[ReportOutcome] = mapped_column(one_of(ReportOutcome))
    told: Mapped[str]
    """What whoever reported reads."""
    published: Mapped[str | None]
    """A plain sentence for the public; empty: nothing is published."""


class ReportDecisionSignature(Fact):
    __tablename__ = "report_decision_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["decision_id", "author_id"],
            ["report_decision.id", "report_decision.recorded_by_id"],
            name="fk_report_decision_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    decision_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


class AnsweredReport(Fact):
    """An impact assessment names a report that it answers; written with it, in force with its signature."""

    __tablename__ = "answered_report"
    __table_args__ = (UniqueConstraint("assessment_id", "report_id"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("impact_assessment.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("result_report.id"), index=True)
