"""Files that wait for their import to be confirmed: ordinary rows, deleted once they have served, or after a day."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Serial


class WaitingImport(Base):
    """A file that its importer was shown the dry run of; one for each person, a new one takes its place."""

    __tablename__ = "waiting_import"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    content: Mapped[bytes]
    mapping: Mapped[dict[str, int | None]] = mapped_column(JSON)
    """Of legacy certificates: for each course the id of the version it certifies, or empty to leave it out."""
    kept_at: Mapped[datetime]


class WaitingQuestions(Base):
    """Questions from elsewhere that an author was shown the dry run of; one file for each author and draft."""

    __tablename__ = "waiting_questions"
    __table_args__ = (UniqueConstraint("person_id", "draft_id"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    file_name: Mapped[str]
    content: Mapped[bytes]
    language: Mapped[str]
    """In which language of the module the questions are written."""
    kept_at: Mapped[datetime]
