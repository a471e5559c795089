"""Versions in the field: what tools report of themselves, which is a claim and grants nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial


class FieldReport(Fact):
    """A tool reported that it runs a version in a place where another, or none, was reported last."""

    __tablename__ = "field_report"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    label: Mapped[str]
    """The version as the tool calls it; it need not be registered."""
    place: Mapped[str]
    """Where it runs, as the tool calls it: a room, a machine."""


class FieldPlace(Base):
    """Where a tool runs, by its last report; heard again and again, so that this is no fact."""

    __tablename__ = "field_place"
    __table_args__ = (UniqueConstraint("client_id", "tool_id", "place"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    place: Mapped[str]
    report_id: Mapped[int] = mapped_column(ForeignKey("field_report.id"))
    """The report that said which version runs there now."""
    heard_at: Mapped[datetime]
