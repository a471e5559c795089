"""Officers and staff: who they are, where they work, and what was recorded about them.

An evaluation keeps its outcome and its dates.  There is no column for findings, and none may be added.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.models.base import Base, Fact, one_of
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.permissions import Role


class Person(Fact):
    """A person known to the agency, as first registered."""

    __tablename__ = "person"
    about = "id"

    service_number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    """Lower case; empty for officers who sign in by service number only."""


class Credential(Base):
    """The local password of a person; an ordinary row, for a password that was changed is nobody's record."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every session of the person at once."""


class AccountChange(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


class AccountFact(Fact):
    """A person's account was opened or closed."""

    __tablename__ = "account_fact"
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
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)

    unit: Mapped[Unit] = relationship()


class OfficerSuspension(Fact):
    """An officer may use no tool (or not the one named) until a reinstatement names this suspension."""

    __tablename__ = "officer_suspension"
    __table_args__ = (CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),)
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))
    reason_code: Mapped[str]


class OfficerReinstatement(Fact):
    __tablename__ = "officer_reinstatement"
    __table_args__ = (CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),)
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
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[EvaluationOutcome] = mapped_column(one_of(EvaluationOutcome))
    restriction: Mapped[str | None]
    through: Mapped[date | None]
    """Last day of a clearance, inclusive, in the agency's zone."""


class SeatGrant(Fact):
    """A supervisor granted an officer a seat for a tool, for stated purposes."""

    __tablename__ = "seat_grant"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> officer_id", name="not_to_oneself"),
        # Both columns in one: asked for one officer's seats on one tool, SQLite would else read all seats on the tool.
        Index("ix_seat_grant_officer_id_tool_id", "officer_id", "tool_id"),
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
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat_grant.id"), unique=True)


class SeatReview(Fact):
    __tablename__ = "seat_review"
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat_grant.id"))


class SeatCap(Fact):
    """How many officers may hold a seat for a tool at a time; the latest in effect governs."""

    __tablename__ = "seat_cap"
    __table_args__ = (UniqueConstraint("tool_id", "effective_at"), CheckConstraint("seats >= 0", name="not_negative"))

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    seats: Mapped[int]
