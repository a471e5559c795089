"""What is decided about attempts: items voided or re-keyed, late answers accepted, appeals, more time or attempts.

A submission keeps its mark for ever; a new mark is a new fact beside it.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, one_of


class ItemRulingKind(StrEnum):
    VOIDED = "voided"
    """The item counts for nobody: neither its points nor what it asks."""
    REKEYED = "rekeyed"
    """The item is marked by another key."""


class ItemRuling(Fact):
    """A lead decided that an item of one revision is void, or has another key.  The latest for an item governs."""

    __tablename__ = "item_ruling"
    __table_args__ = (CheckConstraint("(kind = 'rekeyed') = (interaction IS NOT NULL)", name="new_key"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey("module_revision.id"), index=True)
    item_id: Mapped[str]
    kind: Mapped[ItemRulingKind] = mapped_column(one_of(ItemRulingKind))
    interaction: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The item's interaction with its new key, in the form of ``bank.toml``."""
    reason: Mapped[str]
    foreseen: Mapped[str]
    """Digest of the dry run that was shown: who would pass or fail by it."""


class LateAcceptance(Fact):
    """An assessor decided that answers which came after the deadline count: all that had arrived by then."""

    __tablename__ = "late_acceptance"
    __table_args__ = (CheckConstraint("recorded_by_id <> officer_id", name="not_for_oneself"),)
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    reason_code: Mapped[str]
    answers_digest: Mapped[str]
    """SHA-256 of the answers that count by it: `services.marked_answers.digest_of`.  The audit computes it anew."""


class NewMark(Fact):
    """A submission was marked again, for a ruling or for late answers that were accepted.

    A pass counts from here on like one of the submission itself.  A fail takes nothing away: what rests on the earlier
    pass stands until somebody revokes or voids it by name.  See `services.marks`.
    """

    __tablename__ = "new_mark"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> officer_id", name="not_for_oneself"),
        UniqueConstraint("submission_id", "ruling_id"),
        UniqueConstraint("submission_id", "acceptance_id"),
        CheckConstraint("(ruling_id IS NULL) <> (acceptance_id IS NULL)", name="one_cause"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("item_ruling.id"))
    acceptance_id: Mapped[int | None] = mapped_column(ForeignKey("late_acceptance.id"))
    module: Mapped[str]
    result: Mapped[dict[str, Any]]
    passed: Mapped[bool]


class Appeal(Fact):
    """An officer appealed against the mark of a submission, as a whole or for one item."""

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("submission_id", "item_id"),
        CheckConstraint("recorded_by_id = officer_id", name="of_oneself"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    item_id: Mapped[str]
    """Empty where the whole mark is meant, so that it too can be appealed against only once."""


class AppealMessage(Fact):
    """What officer or assessor wrote in the thread of an appeal."""

    __tablename__ = "appeal_message"
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    text: Mapped[str]


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    """The appeal was right; the ruling or acceptance that follows is named."""
    DISMISSED = "dismissed"


class AppealDecision(Fact):
    """An assessor who had no hand in what was appealed against decided an appeal."""

    __tablename__ = "appeal_decision"
    __table_args__ = (
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
        CheckConstraint(
            "(outcome = 'upheld') = (ruling_id IS NOT NULL OR acceptance_id IS NOT NULL)", name="names_what_follows"
        ),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), unique=True)
    outcome: Mapped[AppealOutcome] = mapped_column(one_of(AppealOutcome))
    reason: Mapped[str]
    """The sentence that the officer reads."""
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("item_ruling.id"))
    acceptance_id: Mapped[int | None] = mapped_column(ForeignKey("late_acceptance.id"))


class TimeAccommodation(Fact):
    """An officer gets more time for timed papers; the latest governs.  Why is nobody's business here."""

    __tablename__ = "time_accommodation"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 200", name="bounded"),
        CheckConstraint("recorded_by_id <> officer_id", name="not_for_oneself"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    percent: Mapped[int]
    """How much more: 25 makes 40 minutes 50; 0 ends it."""
    valid_through: Mapped[date | None]


class FurtherAttemptReason(StrEnum):
    TAUGHT_AGAIN = "taught-again"
    DISTURBED = "disturbed"
    FAULT_OF_OURS = "fault-of-ours"
    MEANS_WERE_MISSING = "means-were-missing"


class FurtherAttempt(Fact):
    """A lead let an officer open one more assessment of a module, beyond the limit of its plan."""

    __tablename__ = "further_attempt"
    __table_args__ = (CheckConstraint("recorded_by_id <> officer_id", name="not_for_oneself"),)
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    module: Mapped[str]
    reason_code: Mapped[FurtherAttemptReason] = mapped_column(one_of(FurtherAttemptReason))
