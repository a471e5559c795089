"""Emergency access: switched on for a tool, asked for by an officer, confirmed by a second person, ended early."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, Serial, one_of
from training_app.rules.emergency import MOST_MINUTES, Danger


class EmergencySetting(Fact):
    """How long an emergency may last on a tool; empty: no emergency access.  The latest in effect governs."""

    __tablename__ = "emergency_setting"
    __table_args__ = (CheckConstraint(f"most_minutes BETWEEN 1 AND {MOST_MINUTES}", name="within_bounds"),)

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    most_minutes: Mapped[int | None]
    reason: Mapped[str]


class EmergencyRequest(Fact):
    """An officer asks to use one version in a danger that they name; nothing follows until it is confirmed."""

    __tablename__ = "emergency_request"
    __table_args__ = (
        UniqueConstraint("id", "officer_id"),
        UniqueConstraint("id", "officer_id", "version_id"),
        CheckConstraint("recorded_by_id = officer_id", name="asked_by_the_officer"),
        CheckConstraint(f"minutes BETWEEN 1 AND {MOST_MINUTES}", name="within_bounds"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    danger: Mapped[Danger] = mapped_column(one_of(Danger))
    words: Mapped[str]
    """A few words on the danger, about nobody; often empty."""
    minutes: Mapped[int]


class EmergencyGrant(Fact):
    """A supervisor other than the officer confirmed a request: from then on, until *until*."""

    __tablename__ = "emergency_grant"
    __table_args__ = (
        UniqueConstraint("request_id"),
        ForeignKeyConstraint(
            ["request_id", "officer_id", "version_id"],
            ["emergency_request.id", "emergency_request.officer_id", "emergency_request.version_id"],
            name="fk_emergency_grant_what_was_asked",
        ),
        CheckConstraint("recorded_by_id IS NOT NULL AND recorded_by_id <> officer_id", name="by_a_second_person"),
        CheckConstraint("until > effective_at", name="ends_after_it_begins"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    request_id: Mapped[int] = mapped_column(Serial)
    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    until: Mapped[datetime]


class EmergencyEnd(Fact):
    """The officer or a supervisor ended it early, or called it off before it was confirmed."""

    __tablename__ = "emergency_end"
    __table_args__ = (
        UniqueConstraint("request_id"),
        ForeignKeyConstraint(
            ["request_id", "officer_id"],
            ["emergency_request.id", "emergency_request.officer_id"],
            name="fk_emergency_end_of_the_same_officer",
        ),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    request_id: Mapped[int] = mapped_column(Serial)
