"""That something was recorded on which answers rest, so that who keeps an answer finds out with one statement.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

APPEND_ONLY = ("answer_change",)


def upgrade() -> None:
    op.create_table(
        "answer_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=63), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_change")),
    )
    with op.batch_alter_table("answer_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_change_transaction_id"), ["transaction_id"], unique=False)
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("answer_change")
