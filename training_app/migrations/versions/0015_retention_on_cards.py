"""How long a tool's data are kept, on its card.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tool_card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retention", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tool_card", schema=None) as batch_op:
        batch_op.drop_column("retention")
