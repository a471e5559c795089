"""Who answers for a tool."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact


class ToolOwner(Fact):
    """From then on the registrar owns the tool, in place of whoever did; or, where nobody is named, nobody does."""

    __tablename__ = "tool_owner"
    __table_args__ = (Index("ix_tool_owner_tool_id", "tool_id", "id"),)
    about = "person_id"

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
