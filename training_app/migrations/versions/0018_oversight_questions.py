"""Questions of the oversight body with their answers, and versions suspended in its name.

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "oversight_answer",
    "oversight_follow_up",
    "oversight_question",
    "oversight_question_closed",
    "oversight_suspension",
    "resumption_proposal",
)


def upgrade() -> None:
    op.create_table(
        "oversight_question",
        sa.Column(
            "office",
            sa.Enum(
                "registrars",
                "leads",
                "supervisors",
                name="office",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("office_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(office = 'supervisors') = (office_unit_id IS NOT NULL)",
            name=op.f("ck_oversight_question_supervisors_of_a_unit"),
        ),
        sa.CheckConstraint("recorded_by_id IS NOT NULL", name=op.f("ck_oversight_question_in_somebodys_name")),
        sa.CheckConstraint(
            "version_id IS NULL OR tool_id IS NOT NULL", name=op.f("ck_oversight_question_version_with_its_tool")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_oversight_question_entry_id")),
        sa.ForeignKeyConstraint(["office_unit_id"], ["unit.id"], name=op.f("fk_oversight_question_office_unit_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_oversight_question_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_oversight_question_version_of_the_tool",
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_oversight_question_tool_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_oversight_question_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_question")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_oversight_question_id_recorded_by_id")),
        sa.UniqueConstraint("recorded_by_id", "digest", name=op.f("uq_oversight_question_recorded_by_id_digest")),
    )
    op.create_table(
        "oversight_answer",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("asker_id <> recorded_by_id", name=op.f("ck_oversight_answer_by_somebody_else")),
        sa.ForeignKeyConstraint(
            ["question_id", "asker_id"],
            ["oversight_question.id", "oversight_question.recorded_by_id"],
            name="fk_oversight_answer_asker",
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_oversight_answer_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_answer")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_oversight_answer_question_id_number")),
    )
    op.create_table(
        "oversight_follow_up",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["oversight_question.id"], name=op.f("fk_oversight_follow_up_question_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_oversight_follow_up_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_follow_up")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_oversight_follow_up_question_id_number")),
    )
    op.create_table(
        "oversight_question_closed",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "closing",
            sa.Enum(
                "answered",
                "acted-on",
                "not-answered",
                "withdrawn",
                name="closing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["oversight_question.id"], name=op.f("fk_oversight_question_closed_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_oversight_question_closed_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_question_closed")),
        sa.UniqueConstraint("question_id", name=op.f("uq_oversight_question_closed_question_id")),
    )
    op.create_table(
        "oversight_suspension",
        sa.Column("suspension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "wrong-results",
                "biased-results",
                "beyond-the-law",
                "data-protection",
                "tests-by-group",
                "training",
                "no-answer",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id IS NOT NULL", name=op.f("ck_oversight_suspension_in_somebodys_name")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_oversight_suspension_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["suspension_id", "recorded_by_id"],
            ["version_fact.id", "version_fact.recorded_by_id"],
            name="fk_oversight_suspension_by_who_suspended",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_suspension")),
        sa.UniqueConstraint("suspension_id", name=op.f("uq_oversight_suspension_suspension_id")),
    )
    op.create_table(
        "resumption_proposal",
        sa.Column("suspension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_resumption_proposal_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["suspension_id"], ["oversight_suspension.suspension_id"], name=op.f("fk_resumption_proposal_suspension_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resumption_proposal")),
        sa.UniqueConstraint("suspension_id", "number", name=op.f("uq_resumption_proposal_suspension_id_number")),
    )
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("resumption_proposal")
    op.drop_table("oversight_suspension")
    op.drop_table("oversight_question_closed")
    op.drop_table("oversight_follow_up")
    op.drop_table("oversight_answer")
    op.drop_table("oversight_question")
