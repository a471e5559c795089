"""Tools, their versions, what is asked of officers, and what a new version asks anew."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.models.base import Fact, Serial, one_of
from training_app.rules.facts import Level, Prohibition, VersionChange


class Tool(Fact):
    """An AI tool, as registered; the answer on prohibited practice can never be a quiet default."""

    __tablename__ = "tool"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    vendor: Mapped[str]
    description: Mapped[str]
    prohibition: Mapped[Prohibition] = mapped_column(one_of(Prohibition))
    purposes: Mapped[list[str]]
    """Permitted purposes; a question that names another is refused."""
    purpose_required: Mapped[bool]
    max_cache_seconds: Mapped[int]


class ToolPolicy(Fact):
    """The terms of certification for a tool from then on; an award keeps the revision it was made under."""

    __tablename__ = "tool_policy"
    __table_args__ = (
        UniqueConstraint("tool_id", "revision"),
        CheckConstraint("validity_months > 0", name="validity_is_positive"),
        CheckConstraint("window_months >= 0 AND window_months < validity_months", name="window_within_validity"),
        CheckConstraint("pass_age_months > 0", name="pass_age_is_positive"),
        CheckConstraint("seat_review_months IS NULL OR seat_review_months > 0", name="seat_review_is_positive"),
    )

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    revision: Mapped[int]
    validity_months: Mapped[int]
    window_months: Mapped[int]
    pass_age_months: Mapped[int]
    """A passed module counts for an award for so many months."""
    evaluation_required: Mapped[bool]
    seats_required: Mapped[bool]
    seat_review_months: Mapped[int | None]
    """Empty: seats need no review."""


class ToolVersion(Fact):
    """A version, labelled as the vendor writes it; its place comes from the predecessor, never from the label."""

    __tablename__ = "tool_version"
    __table_args__ = (
        UniqueConstraint("tool_id", "label"),
        UniqueConstraint("tool_id", "id"),
        ForeignKeyConstraint(
            ["tool_id", "predecessor_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_tool_version_predecessor_of_the_same_tool",
        ),
        CheckConstraint("predecessor_id <> id", name="not_its_own_predecessor"),
    )

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    label: Mapped[str]
    predecessor_id: Mapped[int | None] = mapped_column(Serial)
    prohibition: Mapped[Prohibition] = mapped_column(one_of(Prohibition))
    what_changed: Mapped[str]
    how_to_stop: Mapped[str]
    """How an officer stops or overrides the tool; shown in every standing."""

    tool: Mapped[Tool] = relationship()


class VersionFact(Fact):
    """A version was announced, released, suspended for safety, resumed or withdrawn."""

    __tablename__ = "version_fact"
    __table_args__ = (
        CheckConstraint("(change = 'released') = (forecast IS NOT NULL)", name="release_names_its_forecast"),
        CheckConstraint("(change = 'resumed') = (ends_id IS NOT NULL)", name="resumption_names_its_suspension"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    change: Mapped[VersionChange] = mapped_column(one_of(VersionChange))
    forecast: Mapped[str | None]
    """Digest of the forecast that the registrar was shown before releasing."""
    ends_id: Mapped[int | None] = mapped_column(ForeignKey("version_fact.id"), unique=True)
    reason: Mapped[str | None]


class RequirementSet(Fact):
    """What earns a full award for a version, and what renews one: modules by slug.  In force once signed."""

    __tablename__ = "requirement_set"
    __table_args__ = (
        UniqueConstraint("version_id", "revision"),
        UniqueConstraint("id", "recorded_by_id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    revision: Mapped[int]
    full_modules: Mapped[list[str]]
    renewal_modules: Mapped[list[str]]


class RequirementSetSignature(Fact):
    """A second person signed; the constraint keeps the two apart."""

    __tablename__ = "requirement_set_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["requirement_set_id", "author_id"],
            ["requirement_set.id", "requirement_set.recorded_by_id"],
            name="fk_requirement_set_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    requirement_set_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


class ImpactAssessment(Fact):
    """The verdict on one edge: what an officer certified on *start* must do for *end*.  In force once signed.

    An empty level says "no way from here": nobody comes from *start* to *end* by differences.
    """

    __tablename__ = "impact_assessment"
    __table_args__ = (
        ForeignKeyConstraint(["tool_id", "start_id"], ["tool_version.tool_id", "tool_version.id"], name="fk_ia_start"),
        ForeignKeyConstraint(["tool_id", "end_id"], ["tool_version.tool_id", "tool_version.id"], name="fk_ia_end"),
        UniqueConstraint("id", "recorded_by_id"),
        CheckConstraint("start_id <> end_id", name="between_two_versions"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level_in_range"),
        CheckConstraint("grace_days >= 0", name="grace_not_negative"),
        CheckConstraint(
            "level IS NULL OR level < 2 OR grace_days = 0 OR grace_reason IS NOT NULL", name="grace_has_its_reason"
        ),
    )

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    start_id: Mapped[int] = mapped_column(Serial)
    end_id: Mapped[int] = mapped_column(Serial, index=True)
    level: Mapped[int | None]
    grace_days: Mapped[int]
    modules: Mapped[list[str]]
    """Slugs of the delta modules, in the order in which they are taken."""
    what_changed: Mapped[str]
    grace_reason: Mapped[str | None]

    start: Mapped[ToolVersion] = relationship(foreign_keys="ImpactAssessment.start_id", overlaps="end")
    end: Mapped[ToolVersion] = relationship(foreign_keys="ImpactAssessment.end_id", overlaps="start")

    @property
    def verdict(self) -> Level | None:
        return None if self.level is None else Level(self.level)


class AssessmentSignature(Fact):
    """A second registrar signed the assessment; from then on it is in force."""

    __tablename__ = "assessment_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["assessment_id", "author_id"],
            ["impact_assessment.id", "impact_assessment.recorded_by_id"],
            name="fk_assessment_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    assessment_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)
    reason: Mapped[str | None]


class Gateway(Fact):
    """A machine that may ask whether an officer may use a tool; known by the digest of its bearer token."""

    __tablename__ = "gateway"

    name: Mapped[str] = mapped_column(unique=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256, in hexadecimal, of a token with at least 128 bits of chance."""


class GatewayClosure(Fact):
    __tablename__ = "gateway_closure"

    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateway.id"), unique=True)


class RecordedDecision(Fact):
    """A decision that a machine asked for, recorded before it was answered."""

    __tablename__ = "recorded_decision"
    about = "officer_id"

    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateway.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Empty where no such officer is known; the question keeps what was asked."""
    question: Mapped[dict[str, Any]]
    allowed: Mapped[bool]
    grounds: Mapped[list[str]]
    answer: Mapped[dict[str, Any]]
