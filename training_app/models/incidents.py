"""Citizens' reports of incidents, and what was done about them.

No fact here holds a word of a citizen, or says who one is: nobody is asked.  The words, and the digest of the receipt
code that opens them, stand in `IncidentText` and `IncidentStepText`: ordinary rows, deleted when their time is over.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.models.browser_session import DIGEST_LENGTH
from training_app.rules.incidents import Effect, Outcome, Sending, StepKind


class Incident(Fact):
    """A citizen reported an incident."""

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint("recorded_by_id IS NULL", name="in_nobodys_name"),)

    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"), index=True)
    """Empty where the citizen does not know."""
    effect: Mapped[Effect] = mapped_column(one_of(Effect))


class IncidentText(Base):
    """What a citizen wrote, for oversight alone, until its time is past."""

    __tablename__ = "incident_text"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    code_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    """Of the receipt code, which is shown once and kept nowhere."""
    text_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), index=True)
    """The same for the same words sent again."""
    happened: Mapped[str]
    when_about: Mapped[str]
    meant: Mapped[str]
    """What it meant for whoever reported; may be empty, as the two around it."""
    wanted: Mapped[str]


class IncidentStep(Fact):
    """Something was done about an incident; its steps are numbered from 1."""

    __tablename__ = "incident_step"
    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        CheckConstraint(
            "(kind IN ('held-as-possible-spam', 'answered')) = (recorded_by_id IS NULL)",
            name="citizens_in_nobodys_name",
        ),
        CheckConstraint("(kind = 'held-as-possible-spam') = (signs IS NOT NULL)", name="held_for_signs"),
        CheckConstraint("(kind = 'closed') = (outcome IS NOT NULL)", name="closed_with_an_outcome"),
        CheckConstraint("kind = 'closed' OR tool_id IS NULL", name="tool_of_the_end"),
        CheckConstraint("tool_id IS NOT NULL OR published IS NULL", name="published_of_a_tool"),
    )

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    number: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind))
    signs: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Codes of `SpamSign`."""
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"), index=True)
    """That it turned out to be about."""
    published: Mapped[str | None]
    """A plain sentence for the tool's public page; empty: nothing is published."""


class IncidentStepText(Base):
    """The words of a question, answer, summary, statement, note or end; deleted with those of the incident."""

    __tablename__ = "incident_step_text"

    step_id: Mapped[int] = mapped_column(ForeignKey("incident_step.id"), primary_key=True)
    text: Mapped[str]


class IncidentSending(Base):
    """Something was sent from an address, kept for a day as a digest whose key is another each day."""

    __tablename__ = "incident_sending"
    __table_args__ = (Index("ix_incident_sending_address_digest_kind", "address_digest", "kind"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    kind: Mapped[Sending] = mapped_column(one_of(Sending))
    address_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    at: Mapped[datetime] = mapped_column(index=True)
