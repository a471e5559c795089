"""Officers' reports of wrong or biased results, and what is done about them.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

APPEND_ONLY = ("answered_report", "report_decision", "report_decision_signature", "report_step", "result_report")


def upgrade() -> None:
    op.create_table(
        "result_report",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "problem",
            sa.Enum("wrong", "biased", "both", name="problem", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "acted",
            sa.Enum("no", "put-right", "stands", name="acted", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id IS NULL", name=op.f("ck_result_report_in_nobodys_name")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_result_report_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_result_report_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_report")),
    )
    with op.batch_alter_table("result_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_report_version_id"), ["version_id"], unique=False)

    op.create_table(
        "answered_report",
        sa.Column("assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["impact_assessment.id"], name=op.f("fk_answered_report_assessment_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_answered_report_recorded_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_answered_report_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered_report")),
        sa.UniqueConstraint("assessment_id", "report_id", name=op.f("uq_answered_report_assessment_id_report_id")),
    )
    with op.batch_alter_table("answered_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answered_report_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_decision",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "cause-found",
                "no-fault-found",
                name="report_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_report_decision_recorded_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_report_decision_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_decision")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_report_decision_id_recorded_by_id")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_decision_report_id_number")),
    )
    op.create_table(
        "report_text",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reported_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened", sa.String(), nullable=False),
        sa.Column("done_instead", sa.String(), nullable=False),
        sa.Column("which_group", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_report_text_report_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_report_text_reported_by_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_text")),
    )
    with op.batch_alter_table("report_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_text_reported_by_id"), ["reported_by_id"], unique=False)

    op.create_table(
        "report_decision_signature",
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("author_id <> recorded_by_id", name=op.f("ck_report_decision_signature_by_a_second_person")),
        sa.ForeignKeyConstraint(
            ["decision_id", "author_id"],
            ["report_decision.id", "report_decision.recorded_by_id"],
            name="fk_report_decision_signature_author",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_report_decision_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_decision_signature")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_report_decision_signature_decision_id")),
    )
    op.create_table(
        "report_step",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "taken",
                "given-back",
                "noted",
                "asked",
                "answered",
                "version-suspended",
                "retraining-ordered",
                "lesson-wanted",
                "provider-notified",
                "sent-back",
                name="step_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("suspension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("module", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'answered') = (recorded_by_id IS NULL)", name=op.f("ck_report_step_answered_in_nobodys_name")
        ),
        sa.CheckConstraint(
            "(kind = 'lesson-wanted') = (module IS NOT NULL)", name=op.f("ck_report_step_names_its_module")
        ),
        sa.CheckConstraint(
            "(kind = 'provider-notified') = (reference IS NOT NULL)",
            name=op.f("ck_report_step_provider_has_a_reference"),
        ),
        sa.CheckConstraint(
            "(kind = 'retraining-ordered') = (order_id IS NOT NULL)", name=op.f("ck_report_step_names_its_order")
        ),
        sa.CheckConstraint(
            "(kind = 'sent-back') = (decision_id IS NOT NULL)", name=op.f("ck_report_step_sends_a_decision_back")
        ),
        sa.CheckConstraint(
            "(kind = 'version-suspended') = (suspension_id IS NOT NULL)",
            name=op.f("ck_report_step_names_its_suspension"),
        ),
        sa.CheckConstraint(
            "(reference IS NULL) = (told_on IS NULL)", name=op.f("ck_report_step_provider_told_on_a_day")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["report_decision.id"], name=op.f("fk_report_step_decision_id")),
        sa.ForeignKeyConstraint(["order_id"], ["retraining_order.id"], name=op.f("fk_report_step_order_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_report_step_recorded_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["result_report.id"], name=op.f("fk_report_step_report_id")),
        sa.ForeignKeyConstraint(["suspension_id"], ["version_fact.id"], name=op.f("fk_report_step_suspension_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_step")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_report_step_decision_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_report_step_order_id")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_step_report_id_number")),
        sa.UniqueConstraint("suspension_id", name=op.f("uq_report_step_suspension_id")),
    )
    op.create_table(
        "report_step_text",
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["report_step.id"], name=op.f("fk_report_step_text_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_report_step_text")),
    )
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("report_step_text")
    op.drop_table("report_step")
    op.drop_table("report_decision_signature")
    with op.batch_alter_table("report_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_text_reported_by_id"))

    op.drop_table("report_text")
    op.drop_table("report_decision")
    with op.batch_alter_table("answered_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answered_report_report_id"))

    op.drop_table("answered_report")
    with op.batch_alter_table("result_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_report_version_id"))

    op.drop_table("result_report")
