"""That evidence packs were taken out.

Revision 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_pack_made",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("known_at", base.Instant(timezone=True), nullable=False),
        sa.Column("with_officers", sa.Boolean(), nullable=False),
        sa.Column("officers", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column(
            "reason_code",
            sa.Enum(
                "inspection",
                "certification-audit",
                "court",
                "complaint",
                "internal-review",
                name="pack_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sums_digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_evidence_pack_made_period_is_in_order")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_evidence_pack_made_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_evidence_pack_made_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_pack_made")),
        sa.UniqueConstraint(
            "recorded_by_id",
            "sums_digest",
            "reason_code",
            name=op.f("uq_evidence_pack_made_recorded_by_id_sums_digest_reason_code"),
        ),
    )
    with op.batch_alter_table("evidence_pack_made", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_pack_made_tool_id"), ["tool_id"], unique=False)
    append_only.protect(op.get_bind(), ("evidence_pack_made",))


def downgrade() -> None:
    with op.batch_alter_table("evidence_pack_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_pack_made_tool_id"))
    op.drop_table("evidence_pack_made")
