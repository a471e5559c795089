"""What oversight looked at, whose name it was shown and why; indexes to search the journal by.

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

APPEND_ONLY = ("name_disclosure", "oversight_look")
BY_SOMEBODY = sa.text("actor_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "name_disclosure",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "complaint",
                "inspection",
                "court",
                "conflict-of-interest",
                "data-subject",
                "misconduct",
                name="disclosure_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("until", base.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_name_disclosure_not_of_oneself")),
        sa.CheckConstraint("recorded_by_id IS NOT NULL", name=op.f("ck_name_disclosure_to_somebody")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_name_disclosure_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_name_disclosure_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_disclosure")),
        sa.UniqueConstraint(
            "recorded_by_id",
            "person_id",
            "until",
            "reason",
            name=op.f("uq_name_disclosure_recorded_by_id_person_id_until_reason"),
        ),
    )
    with op.batch_alter_table("name_disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_disclosure_person_id"), ["person_id"], unique=False)

    op.create_table(
        "name_disclosure_text",
        sa.Column("disclosure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["name_disclosure.id"], name=op.f("fk_name_disclosure_text_disclosure_id")
        ),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_name_disclosure_text")),
    )
    op.create_table(
        "oversight_look",
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("disclosure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id IS NOT NULL", name=op.f("ck_oversight_look_by_somebody")),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["name_disclosure.id"], name=op.f("fk_oversight_look_disclosure_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_oversight_look_recorded_by_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_oversight_look_subject_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_oversight_look_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_look")),
    )
    with op.batch_alter_table("oversight_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oversight_look_subject_id"), ["subject_id"], unique=False)

    # Not as a batch, which would make the table anew on SQLite, without its triggers.
    op.create_index(
        "ix_journal_entry_actor_id",
        "journal_entry",
        ["actor_id"],
        unique=False,
        sqlite_where=BY_SOMEBODY,
        postgresql_where=BY_SOMEBODY,
    )
    op.create_index(op.f("ix_journal_entry_recorded_at"), "journal_entry", ["recorded_at"], unique=False)
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_index(op.f("ix_journal_entry_recorded_at"), table_name="journal_entry")
    op.drop_index("ix_journal_entry_actor_id", table_name="journal_entry")

    with op.batch_alter_table("oversight_look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oversight_look_subject_id"))

    op.drop_table("oversight_look")
    op.drop_table("name_disclosure_text")
    with op.batch_alter_table("name_disclosure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_disclosure_person_id"))

    op.drop_table("name_disclosure")
