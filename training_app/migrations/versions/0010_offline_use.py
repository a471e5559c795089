"""Places on status lists, and passes for use without a network.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APPEND_ONLY = ("offline_pass", "status_index")


def upgrade() -> None:
    op.create_table(
        "status_index",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("place >= 0", name=op.f("ck_status_index_counted_from_0")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_status_index_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_status_index_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_status_index_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_index")),
        sa.UniqueConstraint("id", "officer_id", name=op.f("uq_status_index_id_officer_id")),
        sa.UniqueConstraint(
            "officer_id", "version_id", "terms", name=op.f("uq_status_index_officer_id_version_id_terms")
        ),
        sa.UniqueConstraint("version_id", "place", name=op.f("uq_status_index_version_id_place")),
    )
    op.create_table(
        "offline_pass",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("index_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("expires_at > effective_at", name=op.f("ck_offline_pass_expires_after_it_was_given")),
        sa.ForeignKeyConstraint(
            ["index_id", "officer_id"], ["status_index.id", "status_index.officer_id"], name="fk_offline_pass_index"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_offline_pass_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_offline_pass_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_pass")),
    )
    with op.batch_alter_table("offline_pass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offline_pass_officer_id"), ["officer_id"], unique=False)
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("offline_pass", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offline_pass_officer_id"))

    op.drop_table("offline_pass")
    op.drop_table("status_index")
