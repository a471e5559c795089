"""Tools, their versions, what is asked of officers, and what a new version asks anew."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.models.base import Fact, Serial, one_of
from training_app.rules.facts import Level, Prohibition, RenewalBasis, VersionChange


class RiskClass(StrEnum):
    """Of the tool under the AI Act (Regulation (EU) 2024/1689), as the registrar classed it."""

    PROHIBITED = "prohibited"
    HIGH = "high"
    TRANSPARENCY = "transparency"
    MINIMAL = "minimal"


class Tool(Fact):
    """An AI tool, as registered; the answer on prohibited practice can never be a quiet default."""

    __tablename__ = "tool"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    vendor: Mapped[str]
    description: Mapped[str]
    prohibition: Mapped[Prohibition] = mapped_column(one_of(Prohibition))
    purposes: Mapped[list[str]]
    """Purposes permitted at registration, without more; what was set later is a `ToolPurpose`."""
    purpose_required: Mapped[bool]
    max_cache_seconds: Mapped[int]
    prohibition_source: Mapped[str | None]
    """Of a prohibited tool: the provision or decision that forbids it, and where it can be read."""


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
    renewal_basis: Mapped[RenewalBasis | None] = mapped_column(one_of(RenewalBasis))
    """Empty in policies from before there was a choice: the old last day."""
    fixed_month: Mapped[int | None]
    fixed_day: Mapped[int | None]
    minimum_months: Mapped[int | None]
    suspended_seats_count: Mapped[bool | None]
    """Whether a suspended officer's seat counts under the cap; empty: it does."""


class AgencyPolicy(Fact):
    """What the agency asks whatever the tool, from then on; without one an evaluation is asked."""

    __tablename__ = "agency_policy"

    revision: Mapped[int] = mapped_column(unique=True)
    evaluation_required: Mapped[bool]
    reason: Mapped[str]


class TermsRebase(Fact):
    """Running terms are to be recomputed as if each of their awards had been made under the policy named.

    In force once a second registrar signs.
    """

    __tablename__ = "terms_rebase"
    __table_args__ = (UniqueConstraint("id", "recorded_by_id"),)

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("tool_policy.id"))
    reason: Mapped[str]


class TermsRebaseSignature(Fact):
    __tablename__ = "terms_rebase_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["rebase_id", "author_id"],
            ["terms_rebase.id", "terms_rebase.recorded_by_id"],
            name="fk_terms_rebase_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    rebase_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


class ToolPurpose(Fact):
    """A purpose for which the tool may be used from then on, or no longer; the latest of a code governs.

    *cases* are the rows of the agency's guideline for an intrusive tool, each with ``crime_types``, ``circumstances``,
    ``authorisation``, ``sentence`` and ``source``: see `training_app.rules.facts.GuidelineCase`.
    """

    __tablename__ = "tool_purpose"

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    permitted: Mapped[bool]
    cases: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ToolCard(Fact):
    """What a tool is, in plain words, for officers, oversight and citizens; the latest governs."""

    __tablename__ = "tool_card"
    __table_args__ = (UniqueConstraint("tool_id", "revision"),)

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    revision: Mapped[int]
    purpose: Mapped[str]
    """What it is for, in plain words."""
    legal_basis: Mapped[str]
    risk_class: Mapped[RiskClass] = mapped_column(one_of(RiskClass))
    personal_data: Mapped[str]
    special_categories: Mapped[str]
    """Special categories of personal data (Directive (EU) 2016/680, art. 10); "none" is said, not left empty."""
    overridden_by: Mapped[str]
    """Who can override it."""
    overridden_how: Mapped[str]
    retention: Mapped[str | None]
    """How long the data that it works on are kept, and what ends it; empty in cards from before it was asked."""


class VersionCard(Fact):
    """What the vendor states of a version and what was tested; the latest governs.  Shown in every standing."""

    __tablename__ = "version_card"
    __table_args__ = (UniqueConstraint("version_id", "revision"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    revision: Mapped[int]
    training_data: Mapped[str]
    known_limits: Mapped[str]
    vendor_figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Evaluation figures by group: ``group``, ``measure``, ``value`` as the vendor writes them."""
    group_tests: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Tests by group: ``date`` (ISO), ``owner``, ``data_set``, ``groups``, ``finding``."""


class VersionCardWaiver(Fact):
    """A registrar says why a version may be released without a complete card; counts once another one signs."""

    __tablename__ = "version_card_waiver"
    __table_args__ = (UniqueConstraint("id", "recorded_by_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    reason: Mapped[str]


class VersionCardWaiverSignature(Fact):
    __tablename__ = "version_card_waiver_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["waiver_id", "author_id"],
            ["version_card_waiver.id", "version_card_waiver.recorded_by_id"],
            name="fk_version_card_waiver_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    waiver_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)
    reason: Mapped[str]


class ProhibitionCorrection(Fact):
    """The answer on prohibited practice was wrong: of one version, or (*version_id* empty) of the tool.

    In force once a second registrar signs.
    """

    __tablename__ = "prohibition_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_prohibition_correction_version_of_the_same_tool",
        ),
        UniqueConstraint("id", "recorded_by_id"),
    )

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(Serial)
    prohibition: Mapped[Prohibition] = mapped_column(one_of(Prohibition))
    reason: Mapped[str]
    source: Mapped[str]
    """Where the right answer can be read: a provision, a decision, the vendor's statement."""


class ProhibitionCorrectionSignature(Fact):
    __tablename__ = "prohibition_correction_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["correction_id", "author_id"],
            ["prohibition_correction.id", "prohibition_correction.recorded_by_id"],
            name="fk_prohibition_correction_signature_author",
        ),
        CheckConstraint("author_id <> recorded_by_id", name="by_a_second_person"),
    )

    correction_id: Mapped[int] = mapped_column(Serial, unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


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
        UniqueConstraint("id", "recorded_by_id"),
        ForeignKeyConstraint(
            ["ends_id", "suspended_by_id"],
            ["version_fact.id", "version_fact.recorded_by_id"],
            name="fk_version_fact_suspended_by",
        ),
        CheckConstraint("suspended_by_id <> recorded_by_id", name="resumed_by_a_second_person"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    change: Mapped[VersionChange] = mapped_column(one_of(VersionChange))
    forecast: Mapped[str | None]
    """Digest of the forecast that the registrar was shown before releasing."""
    ends_id: Mapped[int | None] = mapped_column(ForeignKey("version_fact.id"), unique=True)
    suspended_by_id: Mapped[int | None] = mapped_column(Serial)
    """Of a resumption: who suspended, from whom the constraint keeps apart who resumes; empty in older rows."""
    reason: Mapped[str | None]


class ReleaseCancellation(Fact):
    """A scheduled release was called off before its instant; a moved one is called off and set again."""

    __tablename__ = "release_cancellation"

    release_id: Mapped[int] = mapped_column(ForeignKey("version_fact.id"), unique=True)
    reason: Mapped[str]


class RequirementSet(Fact):
    """What earns a full award for a version, and what renews one: modules by slug, and whether an assessor must observe
    the officer at work (empty: no).  In force once signed.

    From the second revision on only together with its `RequirementChange`.
    """

    __tablename__ = "requirement_set"
    __table_args__ = (
        UniqueConstraint("version_id", "revision"),
        UniqueConstraint("id", "recorded_by_id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"), index=True)
    revision: Mapped[int]
    full_modules: Mapped[list[str]]
    renewal_modules: Mapped[list[str]]
    full_observed: Mapped[bool | None]
    renewal_observed: Mapped[bool | None]


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
    reason: Mapped[str | None]
    """Why the second person agrees to grace."""


class RequirementChange(Fact):
    """What a later revision of a requirement set asks of officers certified under an earlier one; assessed as an edge.

    Written with the set, signed with it.
    """

    __tablename__ = "requirement_change"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level_in_range"),
        CheckConstraint("grace_days >= 0", name="grace_not_negative"),
        CheckConstraint("level < 2 OR grace_days = 0 OR grace_reason IS NOT NULL", name="grace_has_its_reason"),
    )

    requirement_set_id: Mapped[int] = mapped_column(ForeignKey("requirement_set.id"), unique=True)
    level: Mapped[int]
    grace_days: Mapped[int]
    modules: Mapped[list[str]]
    what_changed: Mapped[str]
    grace_reason: Mapped[str | None]


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
