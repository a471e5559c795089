"""Checklists of observable behaviours, observations under way, and what assessor and officer signed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.models.tools import ToolVersion
from training_app.rules.observed_practice import Outcome


class Checklist(Fact):
    """One revision of what an assessor looks for on a version.  In force once a second person approves."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("version_id", "revision"), UniqueConstraint("id", "recorded_by_id"))

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    revision: Mapped[int]
    behaviours: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """In their order, each with its ``id``, which stays through the revisions, and its ``text``."""
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("checklist.id"))
    """The list that it was made from: the revision before it, or at first the list of the version's predecessor."""

    version: Mapped[ToolVersion] = relationship()


class ChecklistApproval(Fact):
    """A second person approved a checklist; the constraint keeps the two apart."""

    __tablename__ = "checklist_approval"
    __table_args__ = (
        ForeignKeyConstraint(
            ["checklist_id", "author_id"],
            ["checklist.id", "checklist.recorded_by_id"],
            name="fk_checklist_approval_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    checklist_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


class Observation(Base):
    """An assessor began to observe an officer against the checklist of that moment.  Nothing of it counts unsigned."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("id", "officer_id", "assessor_id", "checklist_id"),
        CheckConstraint("assessor_id <> officer_id", name="not_of_oneself"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    begun_at: Mapped[datetime]

    checklist: Mapped[Checklist] = relationship()


class ObservationTick(Base):
    """What was ticked for one behaviour.  Rows are only added: of a behaviour's the highest sequence number holds."""

    __tablename__ = "observation_tick"
    __table_args__ = (UniqueConstraint("observation_id", "behaviour", "sequence"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id"))
    behaviour: Mapped[str]
    sequence: Mapped[int]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    """Empty where only a comment was written yet."""
    comment: Mapped[str]
    received_at: Mapped[datetime]


class ObservedPractice(Fact):
    """The assessor signed what they observed; recorded once for each observation."""

    __tablename__ = "observed_practice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["observation_id", "officer_id", "recorded_by_id", "checklist_id"],
            ["observation.id", "observation.officer_id", "observation.assessor_id", "observation.checklist_id"],
            name="fk_observed_practice_observation",
        ),
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
        UniqueConstraint("id", "officer_id"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    observation_id: Mapped[int] = mapped_column(Serial, unique=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"), index=True)
    begun_at: Mapped[datetime]
    """When the observation began; `effective_at` is the assessor's signature."""
    seen: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """For each behaviour of the checklist, in its order: ``behaviour``, ``outcome``, and ``comment`` if any."""
    all_met: Mapped[bool]

    checklist: Mapped[Checklist] = relationship()


class ObservedPracticeSignature(Fact):
    """The officer signed what was observed: agrees, or does not and says why; then it does not count."""

    __tablename__ = "observed_practice_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "officer_id"],
            ["observed_practice.id", "observed_practice.officer_id"],
            name="fk_observed_practice_signature_practice",
        ),
        CheckConstraint("recorded_by_id = officer_id", name="signed_by_the_officer"),
        CheckConstraint("agreed OR reason IS NOT NULL", name="disagreement_has_its_reason"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    practice_id: Mapped[int] = mapped_column(Serial, unique=True)
    agreed: Mapped[bool]
    reason: Mapped[str | None]
