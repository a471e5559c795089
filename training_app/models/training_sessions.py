"""Sessions in a classroom or simulator: planned, changed, called off; who joined, and who was there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.models.browser_session import DIGEST_LENGTH
from training_app.rules.training_sessions import MOST_PLACES, Presence, SessionKind


class TrainingSession(Fact):
    """A session on a tool (of one version, or of any) or on a module was planned; the latest change governs."""

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("(tool_id IS NULL) <> (module IS NULL)", name="on_a_tool_or_a_module"),
        CheckConstraint("version_id IS NULL OR tool_id IS NOT NULL", name="version_of_a_tool"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PLACES}", name="capacity_is_bounded"),
        ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_training_session_version_of_the_same_tool",
        ),
    )

    uid: Mapped[str] = mapped_column(unique=True)
    """Names the session in calendars; made by chance, so that those of two agencies differ."""
    kind: Mapped[SessionKind] = mapped_column(one_of(SessionKind))
    title: Mapped[str]
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(Serial)
    module: Mapped[str | None]
    """Slug of the module."""
    instructor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    place: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    capacity: Mapped[int]


class SessionChange(Fact):
    """A session was moved, given other places or another instructor; all of it holds as the latest change says."""

    __tablename__ = "session_change"
    __table_args__ = (
        UniqueConstraint("session_id", "revision"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PLACES}", name="capacity_is_bounded"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    revision: Mapped[int]
    """1 for the first change."""
    instructor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    reason: Mapped[str]


class SessionCancellation(Fact):
    """A session was called off; nothing brings it back."""

    __tablename__ = "session_cancellation"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), unique=True)
    reason: Mapped[str]


class SessionEnrolment(Fact):
    """A person was put on a session's roster, by themselves or by another; the order of joining is that of the ids."""

    __tablename__ = "session_enrolment"
    __table_args__ = (UniqueConstraint("id", "person_id"),)
    about = "person_id"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class SessionWithdrawal(Fact):
    """An enrolment ended; who joins again afterwards stands last in line."""

    __tablename__ = "session_withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["enrolment_id", "person_id"],
            ["session_enrolment.id", "session_enrolment.person_id"],
            name="fk_session_withdrawal_enrolment_of_the_same_person",
        ),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(Serial, unique=True)


class SessionAttendance(Fact):
    """The instructor recorded whether a person was there; a correction is a further revision, with its reason."""

    __tablename__ = "session_attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id", "revision"),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
        CheckConstraint("instructor_id <> person_id", name="not_of_the_instructor"),
        CheckConstraint("(revision > 1) = (reason <> '')", name="correction_says_why"),
    )
    about = "person_id"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who held the session; a correction may be recorded by another."""
    revision: Mapped[int]
    """1 for what was recorded first."""
    presence: Mapped[Presence] = mapped_column(one_of(Presence))
    reason: Mapped[str]


class CalendarFeed(Base):
    """The secret address under which a person's calendar program reads their sessions.

    An ordinary row, deleted when the person takes the address back.  Nobody can make the address of what it holds.
    """

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    """SHA-256 of the token, which has 256 random bits."""
    made_at: Mapped[datetime]
