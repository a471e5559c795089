"""Citizens' reports of incidents, and what is done about them.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APPEND_ONLY = ("incident", "incident_step")


def upgrade() -> None:
    op.create_table(
        "incident_sending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("report", "wrong-code", name="sending", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("at", base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_sending")),
    )
    with op.batch_alter_table("incident_sending", schema=None) as batch_op:
        batch_op.create_index("ix_incident_sending_address_digest_kind", ["address_digest", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_sending_at"), ["at"], unique=False)

    op.create_table(
        "incident",
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "effect",
            sa.Enum(
                "taken-for-somebody-else",
                "stopped-or-searched",
                "held-or-accused",
                "watched-or-recorded",
                "group-treated-worse",
                "data-wrong-or-passed-on",
                "other",
                name="effect",
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
        sa.CheckConstraint("recorded_by_id IS NULL", name=op.f("ck_incident_in_nobodys_name")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_incident_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_incident_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "incident_step",
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "held-as-possible-spam",
                "released",
                "rejected-as-spam",
                "taken",
                "asked",
                "answered",
                "statement-asked",
                "statement-given",
                "noted",
                "closed",
                name="step_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("signs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "no-fault-found",
                "fault-of-the-tool",
                "fault-of-the-use",
                "fault-of-the-data",
                "not-about-an-ai-tool",
                "not-cleared-up",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_incident_step_closed_with_an_outcome")
        ),
        sa.CheckConstraint(
            "(kind = 'held-as-possible-spam') = (signs IS NOT NULL)", name=op.f("ck_incident_step_held_for_signs")
        ),
        sa.CheckConstraint(
            "(kind IN ('held-as-possible-spam', 'answered')) = (recorded_by_id IS NULL)",
            name=op.f("ck_incident_step_citizens_in_nobodys_name"),
        ),
        sa.CheckConstraint("kind = 'closed' OR tool_id IS NULL", name=op.f("ck_incident_step_tool_of_the_end")),
        sa.CheckConstraint(
            "tool_id IS NOT NULL OR published IS NULL", name=op.f("ck_incident_step_published_of_a_tool")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_step_incident_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_incident_step_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_incident_step_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_step")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_incident_step_incident_id_number")),
    )
    with op.batch_alter_table("incident_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_step_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "incident_text",
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("happened", sa.String(), nullable=False),
        sa.Column("when_about", sa.String(), nullable=False),
        sa.Column("meant", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_text_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incident_text")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_incident_text_code_digest")),
    )
    with op.batch_alter_table("incident_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_text_text_digest"), ["text_digest"], unique=False)

    op.create_table(
        "incident_step_text",
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["incident_step.id"], name=op.f("fk_incident_step_text_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_incident_step_text")),
    )
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("incident_step_text")
    with op.batch_alter_table("incident_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_text_text_digest"))

    op.drop_table("incident_text")
    with op.batch_alter_table("incident_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_step_tool_id"))

    op.drop_table("incident_step")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_tool_id"))

    op.drop_table("incident")
    with op.batch_alter_table("incident_sending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_sending_at"))
        batch_op.drop_index("ix_incident_sending_address_digest_kind")

    op.drop_table("incident_sending")
