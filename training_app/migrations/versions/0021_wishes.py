"""Wishes for changed training answered, owners of tools, what officers are asked after a report, ends of sessions.

Revision 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

APPEND_ONLY = ("asked_after_report", "tool_owner", "wish_step")


def upgrade() -> None:
    op.create_table(
        "wish_step",
        sa.Column("wish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tied",
                "untied",
                "declined",
                name="wish_step_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(kind = 'declined') = (draft_id IS NULL)", name=op.f("ck_wish_step_ties_a_draft")),
        sa.CheckConstraint(
            "(kind = 'declined') = (reason IS NOT NULL)", name=op.f("ck_wish_step_declined_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_wish_step_draft_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_wish_step_recorded_by_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["report_step.id"], name=op.f("fk_wish_step_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_step")),
        sa.UniqueConstraint("wish_id", "number", name=op.f("uq_wish_step_wish_id_number")),
    )
    with op.batch_alter_table("wish_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wish_step_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "asked_after_report",
        sa.Column("requirement_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_asked_after_report_recorded_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_asked_after_report_report_id")),
        sa.ForeignKeyConstraint(
            ["requirement_set_id"], ["requirement_set.id"], name=op.f("fk_asked_after_report_requirement_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_after_report")),
        sa.UniqueConstraint(
            "requirement_set_id", "report_id", name=op.f("uq_asked_after_report_requirement_set_id_report_id")
        ),
    )
    with op.batch_alter_table("asked_after_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asked_after_report_report_id"), ["report_id"], unique=False)

    op.create_table(
        "tool_owner",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tool_owner_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_tool_owner_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_tool_owner_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_owner")),
    )
    with op.batch_alter_table("tool_owner", schema=None) as batch_op:
        batch_op.create_index("ix_tool_owner_tool_id", ["tool_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tool_owner_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lti_link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(batch_op.f("fk_browser_session_lti_link_id"), "lti_link", ["lti_link_id"], ["id"])

    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_browser_session_lti_link_id"), type_="foreignkey")
        batch_op.drop_column("lti_link_id")

    op.drop_table("tool_owner")
    op.drop_table("asked_after_report")
    op.drop_table("wish_step")
