"""What oversight looked at, and whose name it was shown and why.  Facts: supervision of those who supervise."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, one_of
from training_app.rules.oversight_looks import LONGEST_CODE, DisclosureReason


class NameDisclosure(Fact):
    """A person's name is shown to who recorded this, for a reason, until the end of the day."""

    __tablename__ = "name_disclosure"
    __table_args__ = (
        # However often the form is sent: one disclosure a day for one reason.
        UniqueConstraint("recorded_by_id", "person_id", "until", "reason"),
        CheckConstraint("recorded_by_id IS NOT NULL", name="to_somebody"),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
    )
    about = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[DisclosureReason] = mapped_column(one_of(DisclosureReason))
    until: Mapped[datetime]
    """The first instant at which the name is withheld again."""


class NameDisclosureText(Base):
    """The reference of the case for which a name was needed; apart from the fact, because it could name somebody."""

    __tablename__ = "name_disclosure_text"

    disclosure_id: Mapped[int] = mapped_column(ForeignKey("name_disclosure.id"), primary_key=True)
    reference: Mapped[str]


class OversightLook(Fact):
    """Who recorded this opened a page as oversight.  Written before the page is answered."""

    __tablename__ = "oversight_look"
    __table_args__ = (CheckConstraint("recorded_by_id IS NOT NULL", name="by_somebody"),)
    about = "subject_id"

    page: Mapped[str] = mapped_column(String(LONGEST_CODE))
    """Which page, by the name of its view."""
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The one person whom the page was about; empty for lists, and where that is confidential."""
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))
    """Which tool the address named."""
    stated: Mapped[dict[str, str]] = mapped_column(JSON)
    """What else the address stated, as `rules.oversight_looks.kept_of` keeps it."""
    disclosure_id: Mapped[int | None] = mapped_column(ForeignKey("name_disclosure.id"))
    """By which the subject's name was shown; empty where it was withheld."""
