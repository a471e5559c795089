"""Requests for rectification, why a name, an address or a unit was changed, and what somebody recorded found quickly.

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

APPEND_ONLY = ("rectification_request", "rectification_step")


def upgrade() -> None:
    op.create_table(
        "rectification_request",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("record_kind", sa.String(), nullable=True),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(record_kind IS NULL) = (record_id IS NULL)", name=op.f("ck_rectification_request_names_a_record_or_none")
        ),
        sa.CheckConstraint("recorded_by_id = person_id", name=op.f("ck_rectification_request_by_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rectification_request_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_rectification_request_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_request")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_rectification_request_id_person_id")),
    )
    with op.batch_alter_table("rectification_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "rectification_step",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "taken",
                "given-back",
                "extended",
                "referred",
                "corrected",
                "refused",
                "withdrawn",
                name="step_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("correction_kind", sa.String(), nullable=True),
        sa.Column("correction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "path",
            sa.Enum(
                "appeal",
                "second-opinion",
                "objection",
                "award-review",
                "supervisor",
                "operator",
                name="path",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "refusal",
            sa.Enum(
                "accurate",
                "judged",
                "elsewhere",
                "unfounded",
                name="refusal",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'corrected') = (correction_kind IS NOT NULL)",
            name=op.f("ck_rectification_step_names_its_correction"),
        ),
        sa.CheckConstraint(
            "(kind = 'referred') = (path IS NOT NULL)", name=op.f("ck_rectification_step_names_its_path")
        ),
        sa.CheckConstraint(
            "(kind = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_rectification_step_refusal_has_its_reason")
        ),
        sa.CheckConstraint(
            "(kind = 'withdrawn') = (recorded_by_id = person_id)",
            name=op.f("ck_rectification_step_not_of_oneself_but_withdrawn"),
        ),
        sa.CheckConstraint(
            "(correction_kind IS NULL) = (correction_id IS NULL)",
            name=op.f("ck_rectification_step_correction_is_one_record"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rectification_step_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_rectification_step_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id", "person_id"],
            ["rectification_request.id", "rectification_request.person_id"],
            name="fk_rectification_step_request_of_the_same_person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_step")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_rectification_step_request_id_number")),
    )
    with op.batch_alter_table("rectification_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_step_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_rectification_step_extended_once",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'extended'"),
            postgresql_where=sa.text("kind = 'extended'"),
        )
        batch_op.create_index(
            "uq_rectification_step_one_end",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("kind IN ('corrected', 'refused', 'withdrawn')"),
            postgresql_where=sa.text("kind IN ('corrected', 'refused', 'withdrawn')"),
        )

    op.create_table(
        "rectification_text",
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wrong", sa.String(), nullable=False),
        sa.Column("proposed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["rectification_request.id"], name=op.f("fk_rectification_text_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_rectification_text")),
    )
    op.create_table(
        "rectification_step_text",
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["rectification_step.id"], name=op.f("fk_rectification_step_text_step_id")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_rectification_step_text")),
    )
    with op.batch_alter_table("person_correction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason_code", sa.String(), nullable=True))

    with op.batch_alter_table("unit_assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason_code", sa.String(), nullable=True))

    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_column("unit_assignment", "reason_code")  # in place: made anew, the table would lose its triggers

    op.drop_column("person_correction", "reason_code")  # in place: made anew, the table would lose its triggers

    op.drop_table("rectification_step_text")
    op.drop_table("rectification_text")
    with op.batch_alter_table("rectification_step", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rectification_step_one_end",
            sqlite_where=sa.text("kind IN ('corrected', 'refused', 'withdrawn')"),
            postgresql_where=sa.text("kind IN ('corrected', 'refused', 'withdrawn')"),
        )
        batch_op.drop_index(
            "uq_rectification_step_extended_once",
            sqlite_where=sa.text("kind = 'extended'"),
            postgresql_where=sa.text("kind = 'extended'"),
        )
        batch_op.drop_index(batch_op.f("ix_rectification_step_person_id"))

    op.drop_table("rectification_step")
    with op.batch_alter_table("rectification_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rectification_request_person_id"))

    op.drop_table("rectification_request")
