"""That an evidence pack was taken out: what of, by whom and why."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, one_of
from training_app.models.browser_session import DIGEST_LENGTH


class PackReason(StrEnum):
    """Why a pack is taken out."""

    INSPECTION = "inspection"
    """A market surveillance or data protection authority asked."""
    CERTIFICATION_AUDIT = "certification-audit"
    COURT = "court"
    """A court or a party to proceedings asked."""
    COMPLAINT = "complaint"
    INTERNAL_REVIEW = "internal-review"


class EvidencePackMade(Fact):
    """A pack was made, and recorded before it was handed out: a disclosure of what it holds about many people.

    Source: Directive (EU) 2016/680, art. 25: a disclosure is logged with its justification, date, time and, as far as
    possible, who disclosed.
    """

    __tablename__ = "evidence_pack_made"
    __table_args__ = (
        # The same pack, taken out by the same person for the same reason: one disclosure, however often it was clicked.
        UniqueConstraint("recorded_by_id", "sums_digest", "reason_code"),
        CheckConstraint("last_day >= first_day", name="period_is_in_order"),
    )

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    known_at: Mapped[datetime]
    """What was recorded by then was in it."""
    with_officers: Mapped[bool]
    """Whether the evidence files of officers were in it."""
    officers: Mapped[int]
    """How many people had a decision or an award of the period in it."""
    decisions: Mapped[int]
    reason_code: Mapped[PackReason] = mapped_column(one_of(PackReason))
    sums_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    """SHA-256, in hexadecimal, of the pack's list of checksums: which pack it was."""
