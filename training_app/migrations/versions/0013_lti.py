"""Learning platforms that launch officers (LTI 1.3): their registrations, logins, launches, placements and grades.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "lti_deployment",
    "lti_link",
    "lti_platform",
    "lti_platform_approval",
    "lti_platform_closure",
    "lti_platform_setting",
    "lti_unlink",
)


def upgrade() -> None:
    op.create_table(
        "lti_invitation",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=False),
        sa.Column("used_at", base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_lti_invitation_made_by_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_lti_invitation")),
    )
    with op.batch_alter_table("lti_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_invitation_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "lti_platform",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "by-hand", "dynamically", name="registered_how", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_lti_platform_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_lti_platform_issuer_client_id")),
        sa.UniqueConstraint("name", name=op.f("uq_lti_platform_name")),
    )
    op.create_table(
        "lti_deployment",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_deployment_platform_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_lti_deployment_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_deployment")),
        sa.UniqueConstraint("platform_id", "deployment_id", name=op.f("uq_lti_deployment_platform_id_deployment_id")),
    )
    op.create_table(
        "lti_key_set",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("fetched_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_key_set_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", name=op.f("pk_lti_key_set")),
    )
    op.create_table(
        "lti_link",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "how",
            sa.Enum("claim", "sign-in", name="link_by", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_link_person_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_link_platform_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_lti_link_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_link")),
    )
    with op.batch_alter_table("lti_link", schema=None) as batch_op:
        batch_op.create_index("ix_lti_link_account", ["platform_id", "subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_lti_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lti_login",
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("nonce_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("begun_at", base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=False),
        sa.Column("used_at", base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_login_platform_id")),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_lti_login")),
    )
    with op.batch_alter_table("lti_login", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_login_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "lti_placement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("context_id", sa.String(), nullable=False),
        sa.Column("context_title", sa.String(), nullable=True),
        sa.Column("resource_link_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column(
            "target_kind",
            sa.Enum(
                "module",
                "course",
                "certification",
                name="target_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("line_item_url", sa.String(), nullable=True),
        sa.Column("line_items_url", sa.String(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("memberships_url", sa.String(), nullable=True),
        sa.Column("first_launched_at", base.Instant(timezone=True), nullable=False),
        sa.Column("last_launched_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_placement_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_placement")),
        sa.UniqueConstraint(
            "platform_id",
            "deployment_id",
            "context_id",
            "resource_link_id",
            name=op.f("uq_lti_placement_resource_link"),
        ),
    )
    op.create_table(
        "lti_platform_approval",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_platform_approval_platform_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_lti_platform_approval_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform_approval")),
        sa.UniqueConstraint("platform_id", name=op.f("uq_lti_platform_approval_platform_id")),
    )
    op.create_table(
        "lti_platform_closure",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_platform_closure_platform_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_lti_platform_closure_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform_closure")),
        sa.UniqueConstraint("platform_id", name=op.f("uq_lti_platform_closure_platform_id")),
    )
    op.create_table(
        "lti_platform_setting",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authorization_url", sa.String(), nullable=False),
        sa.Column("token_url", sa.String(), nullable=False),
        sa.Column("token_audience", sa.String(), nullable=True),
        sa.Column("key_set_url", sa.String(), nullable=False),
        sa.Column(
            "link_by",
            sa.Enum("claim", "sign-in", name="link_by", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("keeps_names", sa.Boolean(), nullable=False),
        sa.Column("page_origins", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(link_by = 'claim') = (claim IS NOT NULL)", name=op.f("ck_lti_platform_setting_a_claim_is_named")
        ),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_platform_setting_platform_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_lti_platform_setting_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform_setting")),
    )
    with op.batch_alter_table("lti_platform_setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_platform_setting_platform_id"), ["platform_id"], unique=False)

    op.create_table(
        "lti_seen_deployment",
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("first_seen_at", base.Instant(timezone=True), nullable=False),
        sa.Column("last_seen_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_seen_deployment_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", "deployment_id", name=op.f("pk_lti_seen_deployment")),
    )
    op.create_table(
        "lti_grade",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("wanted_since", base.Instant(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("told_at", base.Instant(timezone=True), nullable=True),
        sa.Column("last_timestamp", base.Instant(timezone=True), nullable=True),
        sa.Column("dismissed_at", base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_grade_person_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["lti_placement.id"], name=op.f("fk_lti_grade_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_grade")),
        sa.UniqueConstraint(
            "placement_id", "subject", "resource_id", name=op.f("uq_lti_grade_placement_id_subject_resource_id")
        ),
    )
    with op.batch_alter_table("lti_grade", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_grade_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lti_launch",
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("platform_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("launched_at", base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=False),
        sa.Column("used_at", base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_launch_person_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["lti_placement.id"], name=op.f("fk_lti_launch_placement_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_launch_platform_id")),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_lti_launch")),
    )
    with op.batch_alter_table("lti_launch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_launch_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "lti_participant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("first_seen_at", base.Instant(timezone=True), nullable=False),
        sa.Column("checked_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["lti_placement.id"], name=op.f("fk_lti_participant_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_participant")),
        sa.UniqueConstraint("placement_id", "subject", name=op.f("uq_lti_participant_placement_id_subject")),
    )
    with op.batch_alter_table("lti_participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_participant_checked_at"), ["checked_at"], unique=False)

    op.create_table(
        "lti_line_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("made_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["lti_placement.id"], name=op.f("fk_lti_line_item_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_line_item")),
        sa.UniqueConstraint("placement_id", "resource_id", name=op.f("uq_lti_line_item_placement_id_resource_id")),
    )
    op.create_table(
        "lti_unlink",
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["lti_link.id"], name=op.f("fk_lti_unlink_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_unlink_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_lti_unlink_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_unlink")),
        sa.UniqueConstraint("link_id", name=op.f("uq_lti_unlink_link_id")),
    )
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("lti_unlink")
    op.drop_table("lti_line_item")
    op.drop_table("lti_launch")
    op.drop_table("lti_grade")
    op.drop_table("lti_participant")
    op.drop_table("lti_seen_deployment")
    op.drop_table("lti_platform_setting")
    op.drop_table("lti_platform_closure")
    op.drop_table("lti_platform_approval")
    op.drop_table("lti_placement")
    op.drop_table("lti_login")
    op.drop_table("lti_link")
    op.drop_table("lti_key_set")
    op.drop_table("lti_deployment")
    op.drop_table("lti_platform")
    op.drop_table("lti_invitation")
