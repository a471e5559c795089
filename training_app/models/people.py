"""Officers and staff: who they are, where they work, and what was recorded about them.

An evaluation keeps its outcome and its dates.  There is no column for findings, and none may be added.
"""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.permissions import Role


class Person(Fact):
    """A person known to the agency: as first registered, and with the name and address that hold after corrections."""

    __tablename__ = "person"
    about = "id"

    service_number: Mapped[str] = mapped_column(unique=True)
    registered_name: Mapped[str] = mapped_column("name")
    registered_email: Mapped[str | None] = mapped_column("email", unique=True)

    if TYPE_CHECKING:
        name: Mapped[str]
        """As last corrected, else as registered; derived, never set.  The service number where names are withheld."""
        email: Mapped[str | None]
        """Lower case; empty for officers who sign in by service number only, and where names are withheld."""

    def __init__(self, *, name: str, email: str | None = None, **columns: Any) -> None:
        """Register a person under *name* and *email*, which hold until they are corrected."""
        super().__init__(registered_name=name, registered_email=email, **columns)
        set_committed_value(self, "name", name)
        set_committed_value(self, "email", email)


class Credential(Base):
    """The local password of a person; an ordinary row, for a password that was changed is nobody's record."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every session of the person at once."""


class PasswordSet(Fact):
    """A person was given a local password.  The fact says nothing of it: neither the password nor its hash."""

    __tablename__ = "password_set"
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class AccountChange(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


class AccountFact(Fact):
    """A person's account was opened or closed."""

    __tablename__ = "account_fact"
    __table_args__ = (CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),)
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    change: Mapped[AccountChange] = mapped_column(one_of(AccountChange))


class RoleAssignment(Fact):
    """A role was given to a person, or taken back."""

    __tablename__ = "role_assignment"
    __table_args__ = (CheckConstraint("recorded_by_id <> person_id", name="not_to_oneself"),)
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    granted: Mapped[bool]


class Unit(Fact):
    """A unit of the agency; subordinate units name the one above."""

    __tablename__ = "unit"

    name: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class UnitAssignment(Fact):
    """A person works in a unit from then on; an officer's seats in another unit end with it."""

    __tablename__ = "unit_assignment"
    __table_args__ = (CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),)
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    reason_code: Mapped[str | None]
    """Why; empty for what a file said that was imported, and in assignments of before it was asked."""

    unit: Mapped[Unit] = relationship()


class OfficerSuspension(Fact):
    """An officer may use no tool (or not the one named) until a reinstatement names this suspension."""

    __tablename__ = "officer_suspension"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
        Index("uq_officer_suspension_id_officer_id", "id", "officer_id", unique=True),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))
    reason_code: Mapped[str]


class OfficerReinstatement(Fact):
    """A suspension ended; the constraints hold that it is this officer's, and not that of who ended it."""

    __tablename__ = "officer_reinstatement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["suspension_id", "officer_id"],
            ["officer_suspension.id", "officer_suspension.officer_id"],
            name="fk_officer_reinstatement_suspension_of_the_same_officer",
        ),
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    suspension_id: Mapped[int] = mapped_column(ForeignKey("officer_suspension.id"), unique=True)
    reason_code: Mapped[str]


class Evaluation(Fact):
    """Outcome and validity of a psychological evaluation.  No findings, no free text."""

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
        CheckConstraint("(outcome = 'restricted') = (restriction IS NOT NULL)", name="restriction_has_its_code"),
        CheckConstraint("outcome NOT IN ('cleared', 'restricted') OR through IS NOT NULL", name="clearance_has_an_end"),
        UniqueConstraint("id", "recorded_by_id"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[EvaluationOutcome] = mapped_column(one_of(EvaluationOutcome))
    restriction: Mapped[str | None]
    through: Mapped[date | None]
    """Last day of a clearance, inclusive, in the agency's zone."""


class ReviewKind(StrEnum):
    """Why an evaluation was looked at again; another evaluator does that."""

    SECOND_OPINION = "second-opinion"
    APPEAL = "appeal"


class EvaluationReview(Fact):
    """An evaluation is the second opinion on an earlier one, or decides an appeal against it.

    The constraints keep the two evaluators apart, and hold that the review is by who recorded the evaluation.
    """

    __tablename__ = "evaluation_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["earlier_id", "earlier_evaluator_id"],
            ["evaluation.id", "evaluation.recorded_by_id"],
            name="fk_evaluation_review_earlier_evaluator",
        ),
        ForeignKeyConstraint(
            ["evaluation_id", "recorded_by_id"],
            ["evaluation.id", "evaluation.recorded_by_id"],
            name="fk_evaluation_review_evaluator",
        ),
        CheckConstraint("earlier_evaluator_id <> recorded_by_id", name="by_another_evaluator"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), unique=True)
    earlier_id: Mapped[int] = mapped_column(Serial)
    earlier_evaluator_id: Mapped[int] = mapped_column(Serial)
    kind: Mapped[ReviewKind] = mapped_column(one_of(ReviewKind))


class SeatGrant(Fact):
    """A supervisor granted an officer a seat for a tool, for stated purposes."""

    __tablename__ = "seat_grant"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> officer_id", name="not_to_oneself"),
        # Both columns in one: asked for one officer's seats on one tool, SQLite would else read all seats on the tool.
        Index("ix_seat_grant_officer_id_tool_id", "officer_id", "tool_id"),
        Index("uq_seat_grant_id_officer_id", "id", "officer_id", unique=True),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    purposes: Mapped[list[str]]
    """Empty where the tool states no purposes."""
    justification: Mapped[str]


class SeatRelease(Fact):
    __tablename__ = "seat_release"
    __table_args__ = (
        ForeignKeyConstraint(
            ["seat_id", "officer_id"],
            ["seat_grant.id", "seat_grant.officer_id"],
            name="fk_seat_release_seat_of_the_same_officer",
        ),
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat_grant.id"), unique=True)


class SeatReview(Fact):
    __tablename__ = "seat_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["seat_id", "officer_id"],
            ["seat_grant.id", "seat_grant.officer_id"],
            name="fk_seat_review_seat_of_the_same_officer",
        ),
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat_grant.id"))


class SeatCap(Fact):
    """How many officers may hold a seat for a tool at a time; the latest in effect governs."""

    __tablename__ = "seat_cap"
    __table_args__ = (UniqueConstraint("tool_id", "effective_at"), CheckConstraint("seats >= 0", name="not_negative"))

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    seats: Mapped[int]


class UnitSeatCap(Fact):
    """How many seats for a tool a unit, with all units below it, may hold at a time; the latest in effect governs."""

    __tablename__ = "unit_seat_cap"
    __table_args__ = (
        UniqueConstraint("tool_id", "unit_id", "effective_at"),
        CheckConstraint("seats >= 0", name="not_negative"),
    )

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    seats: Mapped[int]


class RetrainingOrder(Fact):
    """An officer must pass the modules again by the last day, for one tool or (*tool_id* empty) for every tool."""

    __tablename__ = "retraining_order"
    __table_args__ = (CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),)
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))
    modules: Mapped[list[str]]
    due: Mapped[date]
    """Last day, inclusive, in the agency's zone."""
    reason_code: Mapped[str]


class DataImport(Fact):
    """A file was imported, all of it: its lines became facts in the same transaction."""

    __tablename__ = "data_import"

    kind: Mapped[str]
    file_digest: Mapped[str]
    """SHA-256, in hexadecimal, of the file as it was read."""
    lines: Mapped[int]
    recorded: Mapped[int]
    """How many of them told something new; the same file imported again tells nothing."""


class PersonCorrection(Fact):
    """A person's name or e-mail address was corrected; the latest governs.  Certificates keep the name of their day."""

    __tablename__ = "person_correction"
    __table_args__ = (CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),)
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(index=True)
    reason_code: Mapped[str | None]
    """Why; empty for what a file said that was imported, and in corrections of before it was asked."""


def _as_corrected(column: Any) -> Any:
    """Return the scalar subquery of one column of the person's latest correction."""
    return (
        select(column)
        .where(PersonCorrection.person_id == Person.id)
        .order_by(PersonCorrection.effective_at.desc(), PersonCorrection.id.desc())
        .limit(1)
        .correlate_except(PersonCorrection)
        .scalar_subquery()
    )


_was_corrected = exists().where(PersonCorrection.person_id == Person.id).correlate_except(PersonCorrection)

NAMES_WITHHELD, NAMES_SHOWN = "names_withheld", "names_shown"
"""Parameters of every statement that reads a name: whether names are withheld, and the ids of whose all the same are
not.  Who reads as oversight gets them by their session; see `services.names`."""

_withheld = and_(
    bindparam(NAMES_WITHHELD, value=False, type_=Boolean), Person.id.not_in(bindparam(NAMES_SHOWN, (), expanding=True))
)
# What was registered a moment ago has had no correction: the name that was given holds without asking the database.
Person.name = column_property(
    case(
        (_withheld, Person.service_number),
        else_=func.coalesce(_as_corrected(PersonCorrection.name), Person.registered_name),
    ),
    expire_on_flush=False,
)
Person.email = column_property(
    case(
        (_withheld, null()),
        (_was_corrected, _as_corrected(PersonCorrection.email)),
        else_=Person.registered_email,
    ),
    expire_on_flush=False,
)
