"""Emergency access: settings of tools, requests, what was confirmed, and what ended early.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPEND_ONLY = ("emergency_end", "emergency_grant", "emergency_request", "emergency_setting")


def upgrade() -> None:
    op.create_table(
        "emergency_setting",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("most_minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("most_minutes BETWEEN 1 AND 240", name=op.f("ck_emergency_setting_within_bounds")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_emergency_setting_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_emergency_setting_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_setting")),
    )
    with op.batch_alter_table("emergency_setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_setting_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "emergency_request",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "danger",
            sa.Enum(
                "life",
                "attack",
                "missing-person",
                "hostage",
                "disaster",
                "other",
                name="danger",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_emergency_request_within_bounds")),
        sa.CheckConstraint("recorded_by_id = officer_id", name=op.f("ck_emergency_request_asked_by_the_officer")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_emergency_request_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_emergency_request_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_emergency_request_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_request")),
        sa.UniqueConstraint(
            "id", "officer_id", "version_id", name=op.f("uq_emergency_request_id_officer_id_version_id")
        ),
        sa.UniqueConstraint("id", "officer_id", name=op.f("uq_emergency_request_id_officer_id")),
    )
    with op.batch_alter_table("emergency_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_request_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "emergency_end",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_emergency_end_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_emergency_end_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id", "officer_id"],
            ["emergency_request.id", "emergency_request.officer_id"],
            name="fk_emergency_end_of_the_same_officer",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_end")),
        sa.UniqueConstraint("request_id", name=op.f("uq_emergency_end_request_id")),
    )
    with op.batch_alter_table("emergency_end", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_end_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "emergency_grant",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", base.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "recorded_by_id IS NOT NULL AND recorded_by_id <> officer_id",
            name=op.f("ck_emergency_grant_by_a_second_person"),
        ),
        sa.CheckConstraint("until > effective_at", name=op.f("ck_emergency_grant_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_emergency_grant_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_emergency_grant_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id", "officer_id", "version_id"],
            ["emergency_request.id", "emergency_request.officer_id", "emergency_request.version_id"],
            name="fk_emergency_grant_what_was_asked",
        ),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_emergency_grant_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_grant")),
        sa.UniqueConstraint("request_id", name=op.f("uq_emergency_grant_request_id")),
    )
    with op.batch_alter_table("emergency_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_grant_officer_id"), ["officer_id"], unique=False)

    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("emergency_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_grant_officer_id"))

    op.drop_table("emergency_grant")
    with op.batch_alter_table("emergency_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_end_officer_id"))

    op.drop_table("emergency_end")
    with op.batch_alter_table("emergency_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_request_officer_id"))

    op.drop_table("emergency_request")
    with op.batch_alter_table("emergency_setting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_setting_tool_id"))

    op.drop_table("emergency_setting")
