"""The rest of the certification rules: policies, purposes, cards, corrections, orders, reviews, imports.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "agency_policy",
    "award_review",
    "award_upholding",
    "data_import",
    "evaluation_review",
    "password_set",
    "person_correction",
    "prohibition_correction",
    "prohibition_correction_signature",
    "release_cancellation",
    "requirement_change",
    "requirement_familiarisation",
    "retraining_order",
    "terms_rebase",
    "terms_rebase_signature",
    "tool_card",
    "tool_purpose",
    "unit_seat_cap",
    "version_card",
    "version_card_waiver",
    "version_card_waiver_signature",
)


#: SQLite makes a table anew where a checked column or a constraint comes to it; its triggers go with the old one.
REBUILT = (
    "account_fact",
    "award_end",
    "evaluation",
    "officer_reinstatement",
    "seat_release",
    "seat_review",
    "tool_policy",
    "unit_assignment",
    "version_fact",
)

#: Table, and what it names by id: what is recorded about one officer names a fact of that officer.
OF_THE_SAME_OFFICER = (
    ("award_end", "award"),
    ("officer_reinstatement", "suspension"),
    ("seat_release", "seat"),
    ("seat_review", "seat"),
)
NAMED = {"award": "award", "suspension": "officer_suspension", "seat": "seat_grant"}

#: Tables of facts that nobody records about themselves, with the column that says about whom.
NOT_OF_ONESELF = (
    ("account_fact", "person_id"),
    ("seat_release", "officer_id"),
    ("seat_review", "officer_id"),
    ("unit_assignment", "person_id"),
)


def upgrade() -> None:
    for name in dict.fromkeys(NAMED.values()):
        op.create_index(f"uq_{name}_id_officer_id", name, ["id", "officer_id"], unique=True)
    op.create_table(
        "password_set",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_password_set_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_password_set_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_set")),
    )
    op.create_index("ix_password_set_person_id", "password_set", ["person_id"], unique=False)
    op.create_table(
        "agency_policy",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("evaluation_required", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_agency_policy_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_policy")),
        sa.UniqueConstraint("revision", name=op.f("uq_agency_policy_revision")),
    )
    op.create_table(
        "data_import",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_data_import_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_import")),
    )
    op.create_table(
        "waiting_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("kept_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_import")),
        sa.UniqueConstraint("person_id", name=op.f("uq_waiting_import_person_id")),
    )
    op.create_table(
        "person_correction",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_correction_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_person_correction_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_correction")),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_person_correction_not_of_oneself")),
    )
    with op.batch_alter_table("person_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_correction_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_correction_person_id"), ["person_id"], unique=False)

    op.create_table(
        "retraining_order",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_retraining_order_not_of_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_retraining_order_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_retraining_order_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_retraining_order_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retraining_order")),
    )
    with op.batch_alter_table("retraining_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retraining_order_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "tool_card",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column(
            "risk_class",
            sa.Enum(
                "prohibited",
                "high",
                "transparency",
                "minimal",
                name="risk_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("personal_data", sa.String(), nullable=False),
        sa.Column("special_categories", sa.String(), nullable=False),
        sa.Column("overridden_by", sa.String(), nullable=False),
        sa.Column("overridden_how", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_tool_card_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_tool_card_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_card")),
        sa.UniqueConstraint("tool_id", "revision", name=op.f("uq_tool_card_tool_id_revision")),
    )
    op.create_table(
        "tool_purpose",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("permitted", sa.Boolean(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_tool_purpose_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_tool_purpose_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_purpose")),
    )
    with op.batch_alter_table("tool_purpose", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_purpose_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "unit_seat_cap",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_unit_seat_cap_not_negative")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_unit_seat_cap_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_unit_seat_cap_tool_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_seat_cap_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_seat_cap")),
        sa.UniqueConstraint(
            "tool_id", "unit_id", "effective_at", name=op.f("uq_unit_seat_cap_tool_id_unit_id_effective_at")
        ),
    )
    with op.batch_alter_table("unit_seat_cap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_seat_cap_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "prohibition_correction",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "prohibition",
            sa.Enum("none", "law", "policy", name="prohibition", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_prohibition_correction_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_prohibition_correction_version_of_the_same_tool",
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_prohibition_correction_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prohibition_correction")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_prohibition_correction_id_recorded_by_id")),
    )
    with op.batch_alter_table("prohibition_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prohibition_correction_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "terms_rebase",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["policy_id"], ["tool_policy.id"], name=op.f("fk_terms_rebase_policy_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_terms_rebase_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_terms_rebase_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_rebase")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_terms_rebase_id_recorded_by_id")),
    )
    with op.batch_alter_table("terms_rebase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_terms_rebase_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "version_card",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("training_data", sa.String(), nullable=False),
        sa.Column("known_limits", sa.String(), nullable=False),
        sa.Column("vendor_figures", sa.JSON(), nullable=False),
        sa.Column("group_tests", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_version_card_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_version_card_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_card")),
        sa.UniqueConstraint("version_id", "revision", name=op.f("uq_version_card_version_id_revision")),
    )
    op.create_table(
        "version_card_waiver",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_version_card_waiver_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_version_card_waiver_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_card_waiver")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_version_card_waiver_id_recorded_by_id")),
    )
    with op.batch_alter_table("version_card_waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_version_card_waiver_version_id"), ["version_id"], unique=False)

    op.create_table(
        "prohibition_correction_signature",
        sa.Column("correction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "author_id <> recorded_by_id", name=op.f("ck_prohibition_correction_signature_by_a_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id", "author_id"],
            ["prohibition_correction.id", "prohibition_correction.recorded_by_id"],
            name="fk_prohibition_correction_signature_author",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_prohibition_correction_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prohibition_correction_signature")),
        sa.UniqueConstraint("correction_id", name=op.f("uq_prohibition_correction_signature_correction_id")),
    )
    op.create_table(
        "release_cancellation",
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_release_cancellation_recorded_by_id")),
        sa.ForeignKeyConstraint(["release_id"], ["version_fact.id"], name=op.f("fk_release_cancellation_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_cancellation")),
        sa.UniqueConstraint("release_id", name=op.f("uq_release_cancellation_release_id")),
    )
    op.create_table(
        "requirement_change",
        sa.Column("requirement_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("what_changed", sa.String(), nullable=False),
        sa.Column("grace_reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("grace_days >= 0", name=op.f("ck_requirement_change_grace_not_negative")),
        sa.CheckConstraint(
            "level < 2 OR grace_days = 0 OR grace_reason IS NOT NULL",
            name=op.f("ck_requirement_change_grace_has_its_reason"),
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_requirement_change_level_in_range")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_requirement_change_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["requirement_set_id"], ["requirement_set.id"], name=op.f("fk_requirement_change_requirement_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_change")),
        sa.UniqueConstraint("requirement_set_id", name=op.f("uq_requirement_change_requirement_set_id")),
    )
    op.create_table(
        "requirement_familiarisation",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requirement_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_requirement_familiarisation_officer_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_requirement_familiarisation_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_set_id"],
            ["requirement_set.id"],
            name=op.f("fk_requirement_familiarisation_requirement_set_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_familiarisation")),
        sa.UniqueConstraint(
            "officer_id",
            "requirement_set_id",
            name=op.f("uq_requirement_familiarisation_officer_id_requirement_set_id"),
        ),
    )
    with op.batch_alter_table("requirement_familiarisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requirement_familiarisation_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "terms_rebase_signature",
        sa.Column("rebase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("author_id <> recorded_by_id", name=op.f("ck_terms_rebase_signature_by_a_second_person")),
        sa.ForeignKeyConstraint(
            ["rebase_id", "author_id"],
            ["terms_rebase.id", "terms_rebase.recorded_by_id"],
            name="fk_terms_rebase_signature_author",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_terms_rebase_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_rebase_signature")),
        sa.UniqueConstraint("rebase_id", name=op.f("uq_terms_rebase_signature_rebase_id")),
    )
    op.create_table(
        "version_card_waiver_signature",
        sa.Column("waiver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "author_id <> recorded_by_id", name=op.f("ck_version_card_waiver_signature_by_a_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_version_card_waiver_signature_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["waiver_id", "author_id"],
            ["version_card_waiver.id", "version_card_waiver.recorded_by_id"],
            name="fk_version_card_waiver_signature_author",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_card_waiver_signature")),
        sa.UniqueConstraint("waiver_id", name=op.f("uq_version_card_waiver_signature_waiver_id")),
    )
    op.create_table(
        "award_review",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_award_review_not_of_oneself")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_review_award_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_award_review_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_award_review_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["award_id", "officer_id"],
            ["award.id", "award.officer_id"],
            name="fk_award_review_award_of_the_same_officer",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_review")),
        sa.UniqueConstraint("id", "officer_id", name=op.f("uq_award_review_id_officer_id")),
    )
    with op.batch_alter_table("award_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_review_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "award_upholding",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_award_upholding_not_for_oneself")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_award_upholding_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_award_upholding_recorded_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["award_review.id"], name=op.f("fk_award_upholding_review_id")),
        sa.ForeignKeyConstraint(
            ["review_id", "officer_id"],
            ["award_review.id", "award_review.officer_id"],
            name="fk_award_upholding_review_of_the_same_officer",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_upholding")),
        sa.UniqueConstraint("review_id", name=op.f("uq_award_upholding_review_id")),
    )
    with op.batch_alter_table("award_upholding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_upholding_officer_id"), ["officer_id"], unique=False)

    with op.batch_alter_table("requirement_set_signature", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))

    with op.batch_alter_table("tool", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prohibition_source", sa.String(), nullable=True))

    append_only.release(op.get_bind(), REBUILT)
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_evaluation_id_recorded_by_id"), ["id", "recorded_by_id"])
    op.create_table(
        "evaluation_review",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earlier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earlier_evaluator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "second-opinion", "appeal", name="review_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "earlier_evaluator_id <> recorded_by_id", name=op.f("ck_evaluation_review_by_another_evaluator")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id", "earlier_evaluator_id"],
            ["evaluation.id", "evaluation.recorded_by_id"],
            name="fk_evaluation_review_earlier_evaluator",
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id", "recorded_by_id"],
            ["evaluation.id", "evaluation.recorded_by_id"],
            name="fk_evaluation_review_evaluator",
        ),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_evaluation_review_evaluation_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_evaluation_review_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_evaluation_review_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_review")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_evaluation_review_evaluation_id")),
    )
    with op.batch_alter_table("evaluation_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_review_officer_id"), ["officer_id"], unique=False)

    with op.batch_alter_table("tool_policy", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "renewal_basis",
                sa.Enum(
                    "last-day",
                    "award-day",
                    "fixed-date",
                    name="renewal_basis",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("fixed_month", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("fixed_day", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("minimum_months", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("suspended_seats_count", sa.Boolean(), nullable=True))

    _keep_apart()
    append_only.protect(op.get_bind(), (*APPEND_ONLY, *REBUILT))


def _keep_apart() -> None:
    """Hold in older tables who may record what about whom."""
    with op.batch_alter_table("version_fact", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("suspended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_unique_constraint(batch_op.f("uq_version_fact_id_recorded_by_id"), ["id", "recorded_by_id"])
        batch_op.create_foreign_key(
            "fk_version_fact_suspended_by", "version_fact", ["ends_id", "suspended_by_id"], ["id", "recorded_by_id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_version_fact_resumed_by_a_second_person"), "suspended_by_id <> recorded_by_id"
        )
    for name, column in NOT_OF_ONESELF:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.create_check_constraint(batch_op.f(f"ck_{name}_not_of_oneself"), f"recorded_by_id <> {column}")
    for name, named in OF_THE_SAME_OFFICER:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.create_foreign_key(
                f"fk_{name}_{named}_of_the_same_officer",
                NAMED[named],
                [f"{named}_id", "officer_id"],
                ["id", "officer_id"],
            )


def _no_longer_keep_apart() -> None:
    for name, named in OF_THE_SAME_OFFICER:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_constraint(f"fk_{name}_{named}_of_the_same_officer", type_="foreignkey")
    for name, _column in NOT_OF_ONESELF:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{name}_not_of_oneself"), type_="check")
    with op.batch_alter_table("version_fact", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_version_fact_resumed_by_a_second_person"), type_="check")
        batch_op.drop_constraint("fk_version_fact_suspended_by", type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_version_fact_id_recorded_by_id"), type_="unique")
        batch_op.drop_column("suspended_by_id")


def downgrade() -> None:
    append_only.release(op.get_bind(), REBUILT)
    _no_longer_keep_apart()
    op.drop_table("evaluation_review")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_evaluation_id_recorded_by_id"), type_="unique")
    with op.batch_alter_table("tool_policy", schema=None) as batch_op:
        batch_op.drop_constraint("renewal_basis", type_="check")
        batch_op.drop_column("suspended_seats_count")
        batch_op.drop_column("minimum_months")
        batch_op.drop_column("fixed_day")
        batch_op.drop_column("fixed_month")
        batch_op.drop_column("renewal_basis")
    append_only.protect(op.get_bind(), REBUILT)

    with op.batch_alter_table("tool", schema=None) as batch_op:
        batch_op.drop_column("prohibition_source")

    with op.batch_alter_table("requirement_set_signature", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("award_upholding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_upholding_officer_id"))

    op.drop_table("award_upholding")
    with op.batch_alter_table("award_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_review_officer_id"))

    op.drop_table("award_review")
    op.drop_table("version_card_waiver_signature")
    op.drop_table("terms_rebase_signature")
    with op.batch_alter_table("requirement_familiarisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requirement_familiarisation_officer_id"))

    op.drop_table("requirement_familiarisation")
    op.drop_table("requirement_change")
    op.drop_table("release_cancellation")
    op.drop_table("prohibition_correction_signature")
    with op.batch_alter_table("version_card_waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_version_card_waiver_version_id"))

    op.drop_table("version_card_waiver")
    op.drop_table("version_card")
    with op.batch_alter_table("terms_rebase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_terms_rebase_tool_id"))

    op.drop_table("terms_rebase")
    with op.batch_alter_table("prohibition_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prohibition_correction_tool_id"))

    op.drop_table("prohibition_correction")
    with op.batch_alter_table("unit_seat_cap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_seat_cap_tool_id"))

    op.drop_table("unit_seat_cap")
    with op.batch_alter_table("tool_purpose", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tool_purpose_tool_id"))

    op.drop_table("tool_purpose")
    op.drop_table("tool_card")
    with op.batch_alter_table("retraining_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retraining_order_officer_id"))

    op.drop_table("retraining_order")
    with op.batch_alter_table("person_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_correction_person_id"))
        batch_op.drop_index(batch_op.f("ix_person_correction_email"))

    op.drop_table("person_correction")
    op.drop_index("ix_password_set_person_id", "password_set")
    op.drop_table("password_set")
    op.drop_table("waiting_import")
    op.drop_table("data_import")
    op.drop_table("agency_policy")
    for name in dict.fromkeys(NAMED.values()):
        op.drop_index(f"uq_{name}_id_officer_id", name)
