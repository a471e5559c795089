"""Files that wait for their import to be confirmed: ordinary rows, deleted once they have served, or after a day."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
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
