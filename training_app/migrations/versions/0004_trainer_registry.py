"""The trainer registry: qualifications, declarations, interests, continuing education, measures.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "continuing_education",
    "declared_interest",
    "declared_interest_end",
    "ethics_declaration",
    "trainer_measure",
    "trainer_qualification",
    "trainer_qualification_signature",
)


def upgrade() -> None:
    op.create_table(
        "continuing_education",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("hours > 0 AND hours <= 200", name=op.f("ck_continuing_education_hours_are_bounded")),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_continuing_education_not_of_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_continuing_education_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_continuing_education_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_continuing_education")),
    )
    with op.batch_alter_table("continuing_education", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_continuing_education_person_id"), ["person_id"], unique=False)

    op.create_table(
        "declared_interest",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "employed",
                "paid",
                "holds-shares",
                "close-person",
                name="interest_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id = person_id", name=op.f("ck_declared_interest_declared_by_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_declared_interest_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_declared_interest_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_declared_interest_id_person_id")),
    )
    with op.batch_alter_table("declared_interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declared_interest_person_id"), ["person_id"], unique=False)

    op.create_table(
        "ethics_declaration",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id = person_id", name=op.f("ck_ethics_declaration_signed_by_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ethics_declaration_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_ethics_declaration_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ethics_declaration")),
    )
    with op.batch_alter_table("ethics_declaration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ethics_declaration_person_id"), ["person_id"], unique=False)

    op.create_table(
        "declared_interest_end",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id = person_id", name=op.f("ck_declared_interest_end_declared_by_oneself")),
        sa.ForeignKeyConstraint(
            ["interest_id", "person_id"],
            ["declared_interest.id", "declared_interest.person_id"],
            name="fk_declared_interest_end_interest_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_declared_interest_end_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_declared_interest_end_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest_end")),
        sa.UniqueConstraint("interest_id", name=op.f("uq_declared_interest_end_interest_id")),
    )
    with op.batch_alter_table("declared_interest_end", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declared_interest_end_person_id"), ["person_id"], unique=False)

    op.create_table(
        "trainer_qualification",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "author",
                "instructor",
                "assessor",
                "lead",
                name="level_name",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("renews_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(subject IS NULL) <> (tool_id IS NULL)", name=op.f("ck_trainer_qualification_of_a_subject_or_a_tool")
        ),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_trainer_qualification_not_of_oneself")),
        sa.CheckConstraint(
            "(version_id IS NOT NULL) = (special AND tool_id IS NOT NULL)",
            name=op.f("ck_trainer_qualification_special_for_exactly_one_version"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trainer_qualification_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_trainer_qualification_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["trainer_qualification.id"], name=op.f("fk_trainer_qualification_renews_id")
        ),
        sa.ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_trainer_qualification_version_of_the_same_tool",
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_trainer_qualification_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_qualification")),
        sa.UniqueConstraint(
            "id", "person_id", "recorded_by_id", name=op.f("uq_trainer_qualification_id_person_id_recorded_by_id")
        ),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_trainer_qualification_id_person_id")),
        sa.UniqueConstraint("renews_id", name=op.f("uq_trainer_qualification_renews_id")),
    )
    with op.batch_alter_table("trainer_qualification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trainer_qualification_person_id"), ["person_id"], unique=False)

    op.create_table(
        "trainer_measure",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "suspended",
                "revoked",
                "reinstated",
                name="measure_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("qualification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ends_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("doubts_content", sa.Boolean(), nullable=False),
        sa.Column("doubts_marks", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reinstated') = (ends_id IS NOT NULL)",
            name=op.f("ck_trainer_measure_reinstatement_names_its_suspension"),
        ),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_trainer_measure_not_of_oneself")),
        sa.ForeignKeyConstraint(
            ["ends_id", "person_id"],
            ["trainer_measure.id", "trainer_measure.person_id"],
            name="fk_trainer_measure_ends_one_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trainer_measure_person_id")),
        sa.ForeignKeyConstraint(
            ["qualification_id", "person_id"],
            ["trainer_qualification.id", "trainer_qualification.person_id"],
            name="fk_trainer_measure_qualification_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_trainer_measure_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_measure")),
        sa.UniqueConstraint("ends_id", name=op.f("uq_trainer_measure_ends_id")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_trainer_measure_id_person_id")),
    )
    with op.batch_alter_table("trainer_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trainer_measure_person_id"), ["person_id"], unique=False)

    op.create_table(
        "trainer_qualification_signature",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("qualification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "author_id <> recorded_by_id", name=op.f("ck_trainer_qualification_signature_by_a_second_person")
        ),
        sa.CheckConstraint(
            "person_id <> recorded_by_id", name=op.f("ck_trainer_qualification_signature_not_of_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_trainer_qualification_signature_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id", "person_id", "author_id"],
            ["trainer_qualification.id", "trainer_qualification.person_id", "trainer_qualification.recorded_by_id"],
            name="fk_trainer_qualification_signature_author",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_trainer_qualification_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_qualification_signature")),
        sa.UniqueConstraint("qualification_id", name=op.f("uq_trainer_qualification_signature_qualification_id")),
    )
    with op.batch_alter_table("trainer_qualification_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trainer_qualification_signature_person_id"), ["person_id"], unique=False)

    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("trainer_qualification_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trainer_qualification_signature_person_id"))

    op.drop_table("trainer_qualification_signature")
    with op.batch_alter_table("trainer_measure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trainer_measure_person_id"))

    op.drop_table("trainer_measure")
    with op.batch_alter_table("trainer_qualification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trainer_qualification_person_id"))

    op.drop_table("trainer_qualification")
    with op.batch_alter_table("declared_interest_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declared_interest_end_person_id"))

    op.drop_table("declared_interest_end")
    with op.batch_alter_table("ethics_declaration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ethics_declaration_person_id"))

    op.drop_table("ethics_declaration")
    with op.batch_alter_table("declared_interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declared_interest_person_id"))

    op.drop_table("declared_interest")
    with op.batch_alter_table("continuing_education", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_continuing_education_person_id"))

    op.drop_table("continuing_education")
