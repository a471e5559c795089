"""Concerns about trainers, and objections to what was decided.

The words of a concern, and who raised it, stand in `ConcernText`: an ordinary row, which is deleted when its time is
over.  Of the facts none names who raised it, neither as a column nor as who recorded it.
"""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.rules.conduct import CaseOutcome, ConcernKind
from training_app.rules.objections import ObjectionOutcome


class ConductCase(Fact):
    """A concern about a trainer came in.  Who raised it is not recorded here: ``recorded_by_id`` is empty."""

    __tablename__ = "conduct_case"
    __table_args__ = (
        UniqueConstraint("id", "person_id"),
        CheckConstraint("recorded_by_id IS NULL", name="in_nobodys_name"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ConcernKind] = mapped_column(one_of(ConcernKind))


class ConcernText(Base):
    """What was said, and by whom: for the handler alone, until `ConductOutcome` and its time are past."""

    __tablename__ = "concern_text"

    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"), primary_key=True)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str]


class ConductHandling(Fact):
    """Somebody took a case (``taken``), or gave it back.  Of a case the highest number holds; numbers begin with 1."""

    __tablename__ = "conduct_handling"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "person_id"],
            ["conduct_case.id", "conduct_case.person_id"],
            name="fk_conduct_handling_case_about_the_same_person",
        ),
        UniqueConstraint("case_id", "number"),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int] = mapped_column(Serial)
    number: Mapped[int]
    taken: Mapped[bool]


class ConductOutcome(Fact):
    """How a case ended; a suspension or a revocation is the measure that it names."""

    __tablename__ = "conduct_outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "person_id"],
            ["conduct_case.id", "conduct_case.person_id"],
            name="fk_conduct_outcome_case_about_the_same_person",
        ),
        ForeignKeyConstraint(
            ["measure_id", "person_id"],
            ["trainer_measure.id", "trainer_measure.person_id"],
            name="fk_conduct_outcome_measure_against_the_same_person",
        ),
        CheckConstraint("(outcome IN ('suspended', 'revoked')) = (measure_id IS NOT NULL)", name="names_its_measure"),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[int] = mapped_column(Serial, unique=True)
    outcome: Mapped[CaseOutcome] = mapped_column(one_of(CaseOutcome))
    measure_id: Mapped[int | None] = mapped_column(Serial)


class Objection(Fact):
    """An officer objected to the void of an award, or a trainer to a measure: oversight looks at it again."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("(award_end_id IS NULL) <> (measure_id IS NULL)", name="to_one_thing"),
        CheckConstraint("recorded_by_id = person_id", name="of_oneself"),
        UniqueConstraint("id", "person_id"),
        ForeignKeyConstraint(
            ["measure_id", "person_id"],
            ["trainer_measure.id", "trainer_measure.person_id"],
            name="fk_objection_measure_against_the_same_person",
        ),
        ForeignKeyConstraint(
            ["award_end_id", "person_id"],
            ["award_end.id", "award_end.officer_id"],
            name="fk_objection_void_of_the_same_person",
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    award_end_id: Mapped[int | None] = mapped_column(Serial, unique=True)
    measure_id: Mapped[int | None] = mapped_column(Serial, unique=True)


class ObjectionMessage(Fact):
    """What the objector, or who looks at the objection, wrote in its thread."""

    __tablename__ = "objection_message"
    __table_args__ = (
        ForeignKeyConstraint(
            ["objection_id", "person_id"],
            ["objection.id", "objection.person_id"],
            name="fk_objection_message_objection_of_the_same_person",
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    objection_id: Mapped[int] = mapped_column(Serial, index=True)
    text: Mapped[str]


class ObjectionDecision(Fact):
    """Somebody of the oversight body who had no hand in it decided an objection.

    One that was right names what mends it: the award that stands in place of the void one, or the reinstatement.
    """

    __tablename__ = "objection_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["objection_id", "person_id"],
            ["objection.id", "objection.person_id"],
            name="fk_objection_decision_objection_of_the_same_person",
        ),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
        CheckConstraint(
            "(outcome = 'upheld') = (award_id IS NOT NULL OR reinstatement_id IS NOT NULL)", name="names_what_follows"
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    objection_id: Mapped[int] = mapped_column(Serial, unique=True)
    outcome: Mapped[ObjectionOutcome] = mapped_column(one_of(ObjectionOutcome))
    reason: Mapped[str]
    """The sentence that the objector reads."""
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    reinstatement_id: Mapped[int | None] = mapped_column(ForeignKey("trainer_measure.id"))
