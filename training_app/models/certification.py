"""Awards, and what ends them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.rules.doubts import BasisKind
from training_app.rules.facts import AwardEndKind, AwardKind


class Award(Fact):
    """One officer met the requirements for one tool version.  Never changed; see `AwardEnd`."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("officer_id", "version_id", "kind", "evidence_key"),
        CheckConstraint("(kind = 'delta') = (base_id IS NOT NULL)", name="delta_names_its_base"),
        CheckConstraint("recorded_by_id <> officer_id", name="not_to_oneself"),
        Index("uq_award_id_officer_id", "id", "officer_id", unique=True),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    kind: Mapped[AwardKind] = mapped_column(one_of(AwardKind))
    policy_id: Mapped[int] = mapped_column(ForeignKey("tool_policy.id"))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    requirement_set_id: Mapped[int | None] = mapped_column(ForeignKey("requirement_set.id"))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """For a delta: each step of the path with the assessment, level and modules that covered it; else empty."""
    attempts_from: Mapped[datetime]
    """When the first of the attempts behind it was opened."""
    evidence: Mapped[dict[str, Any]]
    """Ids of what earned it (submissions, revisions by digest, signatures, slugs of the modules passed), or the line of
    an import."""
    evidence_key: Mapped[str]
    """Makes it one award, however often it is asked for: ids of what earned it, or ``import:<digest of its line>``."""
    holder_name: Mapped[str]
    """The officer's name on the day of the award, as the certificate shows it."""
    code: Mapped[str] = mapped_column(unique=True)
    """Random verification code of the certificate."""


class AwardBasis(Base):
    """An act of a trainer that an award rests on.  Written with the award, whose evidence digests these rows.

    Not facts of their own: a long course has dozens, and the award's entry in the journal answers for all of them.
    """

    __tablename__ = "award_basis"
    __table_args__ = (
        ForeignKeyConstraint(
            ["award_id", "officer_id"],
            ["award.id", "award.officer_id"],
            name="fk_award_basis_award_of_the_same_officer",
        ),
        Index("ix_award_basis_officer_id_trainer_id", "officer_id", "trainer_id"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    award_id: Mapped[int] = mapped_column(Serial, index=True)
    officer_id: Mapped[int] = mapped_column(Serial)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[BasisKind] = mapped_column(one_of(BasisKind))
    done_at: Mapped[datetime]
    scope: Mapped[str]
    """The subject area or the tool that it was done in, as `rules.trainers.Scope` writes it."""
    reference: Mapped[str]
    """What was done: ``review-request:<id>``, ``review-verdict:<id>``, ``standard-rating:<id>``, ``item-ruling:<id>``,
    ``late-acceptance:<id>``, ``appeal-decision:<id>``, ``sign-off:<id>``."""


class AwardEnd(Fact):
    """An award was revoked (from then on) or voided (was never valid)."""

    __tablename__ = "award_end"
    __table_args__ = (
        UniqueConstraint("award_id", "kind"),
        ForeignKeyConstraint(
            ["award_id", "officer_id"],
            ["award.id", "award.officer_id"],
            name="fk_award_end_award_of_the_same_officer",
        ),
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
        Index("uq_award_end_id_officer_id", "id", "officer_id", unique=True),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    kind: Mapped[AwardEndKind] = mapped_column(one_of(AwardEndKind))
    reason_code: Mapped[str]


class AwardReview(Fact):
    """An award came under review; until it is upheld or voided, nothing may rest on it.

    One that names a *measure* was under review by derivation since the measure was recorded (see `rules.doubts`); this
    row is written together with its end, so that the end has something to stand on.
    """

    __tablename__ = "award_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["award_id", "officer_id"],
            ["award.id", "award.officer_id"],
            name="fk_award_review_award_of_the_same_officer",
        ),
        UniqueConstraint("id", "officer_id"),
        CheckConstraint("recorded_by_id <> officer_id", name="not_of_oneself"),
        Index("uq_award_review_measure_id_award_id", "measure_id", "award_id", unique=True),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    reason_code: Mapped[str]
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("trainer_measure.id"))


class AwardUpholding(Fact):
    """An oversight person ended a review in the award's favour."""

    __tablename__ = "award_upholding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["review_id", "officer_id"],
            ["award_review.id", "award_review.officer_id"],
            name="fk_award_upholding_review_of_the_same_officer",
        ),
        CheckConstraint("recorded_by_id <> officer_id", name="not_for_oneself"),
    )
    about = "officer_id"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("award_review.id"), unique=True)
    reason_code: Mapped[str]
