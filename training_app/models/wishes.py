"""What authors did about a wish for changed training, which is a step of a report, and what officers are asked for it.

Of these facts none tells who reported, nor what was said in confidence.
"""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, one_of
from training_app.rules.wishes import WishStepKind


class WishStep(Fact):
    """A draft was tied to a wish or untied from it, or a lead declined it; numbered from 1 for each wish.

    That the wish is answered is no fact of its own: it follows from the tie and from what was published.
    """

    __tablename__ = "wish_step"
    __table_args__ = (
        UniqueConstraint("wish_id", "number"),
        CheckConstraint("(kind = 'declined') = (draft_id IS NULL)", name="ties_a_draft"),
        CheckConstraint("(kind = 'declined') = (reason IS NOT NULL)", name="declined_with_a_reason"),
    )

    wish_id: Mapped[int] = mapped_column(ForeignKey("report_step.id"))
    number: Mapped[int]
    kind: Mapped[WishStepKind] = mapped_column(one_of(WishStepKind))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), index=True)
    reason: Mapped[str | None]
    """Why the training stays as it is: read by registrars and by whoever reported."""


class AskedAfterReport(Fact):
    """A later requirement set asks certified officers for something because of a report; it holds once signed."""

    __tablename__ = "asked_after_report"
    __table_args__ = (UniqueConstraint("requirement_set_id", "report_id"),)

    requirement_set_id: Mapped[int] = mapped_column(ForeignKey("requirement_set.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("result_report.id"), index=True)
