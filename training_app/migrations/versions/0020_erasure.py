"""The erasure of a person: ordered, signed, carried out; and triggers that let exactly that happen.

Revision 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

APPEND_ONLY = ("person_erased", "person_erasure", "person_erasure_signature", "person_erasure_withdrawal")


def upgrade() -> None:
    op.create_table(
        "person_erasure",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "retention-over",
                "unlawful-processing",
                "legal-obligation",
                name="erasure_reason",
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
        sa.CheckConstraint(
            "recorded_by_id IS NOT NULL AND recorded_by_id <> person_id",
            name=op.f("ck_person_erasure_ordered_by_somebody_else"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_erasure_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_person_erasure_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_erasure")),
        sa.UniqueConstraint(
            "id", "person_id", "recorded_by_id", name=op.f("uq_person_erasure_id_person_id_recorded_by_id")
        ),
    )
    with op.batch_alter_table("person_erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_erasure_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person_erasure_signature",
        sa.Column("erasure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_person_erasure_signature_not_of_oneself")),
        sa.CheckConstraint(
            "recorded_by_id IS NOT NULL AND recorded_by_id <> author_id",
            name=op.f("ck_person_erasure_signature_by_a_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["erasure_id", "person_id", "author_id"],
            ["person_erasure.id", "person_erasure.person_id", "person_erasure.recorded_by_id"],
            name="fk_person_erasure_signature_order",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_erasure_signature_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_person_erasure_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_erasure_signature")),
        sa.UniqueConstraint("erasure_id", name=op.f("uq_person_erasure_signature_erasure_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_person_erasure_signature_person_id")),
    )
    op.create_table(
        "person_erasure_withdrawal",
        sa.Column("erasure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["person_erasure.id"], name=op.f("fk_person_erasure_withdrawal_erasure_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_person_erasure_withdrawal_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_erasure_withdrawal")),
        sa.UniqueConstraint("erasure_id", name=op.f("uq_person_erasure_withdrawal_erasure_id")),
    )
    op.create_table(
        "person_erased",
        sa.Column("erasure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payloads", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["person_erasure_signature.erasure_id"], name=op.f("fk_person_erased_erasure_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_erased_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_person_erased_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_erased")),
        sa.UniqueConstraint("erasure_id", name=op.f("uq_person_erased_erasure_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_person_erased_person_id")),
    )
    append_only.protect(op.get_bind(), APPEND_ONLY)
    append_only.release(op.get_bind(), _erasable())
    append_only.protect_until_erased(op.get_bind(), _erasable())


def downgrade() -> None:
    append_only.release(op.get_bind(), _erasable())
    append_only.protect(op.get_bind(), _erasable())
    op.drop_table("person_erased")
    op.drop_table("person_erasure_withdrawal")
    op.drop_table("person_erasure_signature")
    with op.batch_alter_table("person_erasure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_erasure_person_id"))

    op.drop_table("person_erasure")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_unless_erased()"))


def _erasable() -> list[str]:
    """Return those tables that an erasure may touch and that are there by now; later ones see to it themselves."""
    there = sa.inspect(op.get_bind()).get_table_names()
    return [name for name in append_only.erasable_tables() if name in there]
