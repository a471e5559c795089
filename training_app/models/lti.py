"""Learning platforms that launch officers into this product: LTI 1.3, where this product is the tool.

A platform's registration, what governs it, its deployments and whose account is whose are facts.  What lives for
minutes (logins, launches, invitations), what a platform told of its courses (placements), and how far a grade has come
are ordinary rows.

Source: 1EdTech LTI Core 1.3, Security Framework 1.0, Assignment and Grade Services 2.0, Dynamic Registration 1.0.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Fact, Serial, one_of
from training_app.models.browser_session import DIGEST_LENGTH
from training_app.rules.lti_targets import TargetKind

# -- facts -------------------------------------------------------------------------------------------------------------


class RegisteredHow(StrEnum):
    BY_HAND = "by-hand"
    DYNAMICALLY = "dynamically"
    """By the platform itself, through a one-time address."""


class LtiPlatform(Fact):
    """One client of one issuer.  It launches nobody before its `LtiPlatformApproval`."""

    __tablename__ = "lti_platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    name: Mapped[str] = mapped_column(unique=True)
    issuer: Mapped[str]
    """The platform's ``iss``, compared character by character."""
    client_id: Mapped[str]
    """What the platform calls this product."""
    how: Mapped[RegisteredHow] = mapped_column(one_of(RegisteredHow))


class LinkBy(StrEnum):
    """How an account of the platform becomes an officer's."""

    CLAIM = "claim"
    """The platform states the service number, in a claim that is named."""
    SIGN_IN = "sign-in"
    """At the first launch the officer signs in here once."""


class LtiPlatformSetting(Fact):
    """What governs a platform from then on, whole; the latest does."""

    __tablename__ = "lti_platform_setting"
    __table_args__ = (CheckConstraint("(link_by = 'claim') = (claim IS NOT NULL)", name="a_claim_is_named"),)

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"), index=True)
    authorization_url: Mapped[str]
    token_url: Mapped[str]
    token_audience: Mapped[str | None]
    """The ``aud`` of our assertions where it is not *token_url*."""
    key_set_url: Mapped[str]
    link_by: Mapped[LinkBy] = mapped_column(one_of(LinkBy))
    claim: Mapped[str | None]
    """For example ``lis.person_sourcedid``; see `rules.lti_accounts`."""
    keeps_names: Mapped[bool]
    """Whether names and mail addresses from rosters may be shown and kept; off unless the agency turns it on."""
    page_origins: Mapped[list[str]]
    """Origins of the pages in which launches appear, where they are not the issuer's: a hosted platform has others."""


class LtiPlatformApproval(Fact):
    __tablename__ = "lti_platform_approval"

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"), unique=True)


class LtiPlatformClosure(Fact):
    """The platform launches nobody and is sent nothing any more; nothing opens it again."""

    __tablename__ = "lti_platform_closure"

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"), unique=True)


class LtiDeployment(Fact):
    """One place of the platform at which this product was installed, approved by the registrar."""

    __tablename__ = "lti_deployment"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    deployment_id: Mapped[str]
    """As the platform calls it."""


class LtiLink(Fact):
    """An account of the platform is a person's here, until an `LtiUnlink`."""

    __tablename__ = "lti_link"
    __table_args__ = (Index("ix_lti_link_account", "platform_id", "subject"),)
    about = "person_id"

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    subject: Mapped[str]
    """The account's ``sub``."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    how: Mapped[LinkBy] = mapped_column(one_of(LinkBy))


class LtiUnlink(Fact):
    __tablename__ = "lti_unlink"
    about = "person_id"

    link_id: Mapped[int] = mapped_column(ForeignKey("lti_link.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


# -- what lives for minutes --------------------------------------------------------------------------------------------


class LtiInvitation(Base):
    """An address at which one platform may register itself, once."""

    __tablename__ = "lti_invitation"

    token_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    """Set by whoever comes first, before anything is fetched."""


class LtiLogin(Base):
    """A login that a platform began and that no launch has answered yet; its state and nonce serve once."""

    __tablename__ = "lti_login"

    state_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    nonce_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    browser_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    """Of what was given to the browser to bring back: in a cookie, or kept by the platform's page."""
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    asked: Mapped[dict[str, Any]]
    """The parameters of the login, to begin it anew in another window."""
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class LtiLaunch(Base):
    """A launch that was verified, until it is followed or has expired."""

    __tablename__ = "lti_launch"

    code_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    """Of the code by which the browser goes on; it serves once."""
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    deployment_id: Mapped[str]
    subject: Mapped[str]
    message_type: Mapped[str]
    claims: Mapped[dict[str, Any]]
    """What is needed to go on, and neither name nor mail address."""
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("lti_placement.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose account it is, where that is known."""
    launched_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


# -- what platforms told of themselves ---------------------------------------------------------------------------------


class LtiSeenDeployment(Base):
    """A deployment that launched and that nobody has approved; the registrar is shown it."""

    __tablename__ = "lti_seen_deployment"

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"), primary_key=True)
    deployment_id: Mapped[str] = mapped_column(primary_key=True)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class LtiKeySet(Base):
    """The public keys of a platform as they were last fetched."""

    __tablename__ = "lti_key_set"

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"), primary_key=True)
    url: Mapped[str]
    keys: Mapped[dict[str, Any]]
    fetched_at: Mapped[datetime]


class LtiPlacement(Base):
    """A resource link of a course at the platform, with what of ours stands there and where its grades go."""

    __tablename__ = "lti_placement"
    __table_args__ = (
        UniqueConstraint(
            "platform_id", "deployment_id", "context_id", "resource_link_id", name="uq_lti_placement_resource_link"
        ),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    deployment_id: Mapped[str]
    context_id: Mapped[str]
    context_title: Mapped[str | None]
    resource_link_id: Mapped[str]
    title: Mapped[str | None]
    target_kind: Mapped[TargetKind | None] = mapped_column(one_of(TargetKind))
    """Empty where the link names nothing of ours."""
    target: Mapped[str | None]
    """Slug of the module or the tool."""
    line_item_url: Mapped[str | None]
    """The column that the platform itself tied to the link."""
    line_items_url: Mapped[str | None]
    scopes: Mapped[list[str]]
    """Of the services, as the last launch stated them."""
    memberships_url: Mapped[str | None]
    first_launched_at: Mapped[datetime]
    last_launched_at: Mapped[datetime]


class LtiParticipant(Base):
    """An account that opened a placement as a learner: grades there are told of these and of nobody else."""

    __tablename__ = "lti_participant"
    __table_args__ = (UniqueConstraint("placement_id", "subject"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("lti_placement.id"))
    subject: Mapped[str]
    first_seen_at: Mapped[datetime]
    checked_at: Mapped[datetime] = mapped_column(index=True)
    """When it was last looked whether the grade is still what it should be."""


class LtiLineItem(Base):
    """A column of the platform's grade book that was made, or found, for one version of a tool at one placement."""

    __tablename__ = "lti_line_item"
    __table_args__ = (UniqueConstraint("placement_id", "resource_id"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("lti_placement.id"))
    resource_id: Mapped[str]
    """What it stands for: kind, slug and, of a certification, the version's label."""
    url: Mapped[str]
    """Empty while a process is asking the platform for it."""
    made_at: Mapped[datetime]


class LtiGrade(Base):
    """What one account's grade at one placement should be, and what the platform was last told.

    Derived from facts whenever asked: what is lost here is put here again.
    """

    __tablename__ = "lti_grade"
    __table_args__ = (UniqueConstraint("placement_id", "subject", "resource_id"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("lti_placement.id"))
    subject: Mapped[str]
    resource_id: Mapped[str]
    """As in `LtiLineItem`; what is told to the platform's own column has it too."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    wanted: Mapped[dict[str, Any]]
    """Score, its maximum, and both kinds of progress; see `rules.lti_grades`."""
    wanted_since: Mapped[datetime]
    told: Mapped[dict[str, Any] | None]
    """What the platform took last."""
    told_at: Mapped[datetime | None]
    last_timestamp: Mapped[datetime | None]
    """The timestamp of the last score that was sent, taken or not; the next one is later by a second at least."""
    dismissed_at: Mapped[datetime | None]
    """The registrar let it be that the platform would not take what is wanted; sent again once something else is."""
