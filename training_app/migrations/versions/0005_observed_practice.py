"""Observed practice: checklists, observations with their ticks, what assessor and officer signed; asked by sets.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "checklist",
    "checklist_approval",
    "observation",
    "observation_tick",
    "observed_practice",
    "observed_practice_signature",
)


def upgrade() -> None:
    op.create_table(
        "checklist",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("behaviours", sa.JSON(), nullable=False),
        sa.Column("based_on_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["based_on_id"], ["checklist.id"], name=op.f("fk_checklist_based_on_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_checklist_recorded_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tool_version.id"], name=op.f("fk_checklist_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("id", "recorded_by_id", name=op.f("uq_checklist_id_recorded_by_id")),
        sa.UniqueConstraint("version_id", "revision", name=op.f("uq_checklist_version_id_revision")),
    )
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_version_id"), ["version_id"], unique=False)

    op.create_table(
        "checklist_approval",
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("author_id <> recorded_by_id", name=op.f("ck_checklist_approval_by_a_second_person")),
        sa.ForeignKeyConstraint(
            ["checklist_id", "author_id"],
            ["checklist.id", "checklist.recorded_by_id"],
            name="fk_checklist_approval_author",
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_checklist_approval_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_approval")),
        sa.UniqueConstraint("checklist_id", name=op.f("uq_checklist_approval_checklist_id")),
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assessor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun_at", base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("assessor_id <> officer_id", name=op.f("ck_observation_not_of_oneself")),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_observation_assessor_id")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_observation_checklist_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_observation_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "id",
            "officer_id",
            "assessor_id",
            "checklist_id",
            name=op.f("uq_observation_id_officer_id_assessor_id_checklist_id"),
        ),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_assessor_id"), ["assessor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observation_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "observation_tick",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behaviour", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("met", "not-met", "not-seen", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("received_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_observation_tick_observation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_tick")),
        sa.UniqueConstraint(
            "observation_id",
            "behaviour",
            "sequence",
            name=op.f("uq_observation_tick_observation_id_behaviour_sequence"),
        ),
    )
    op.create_table(
        "observed_practice",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun_at", base.Instant(timezone=True), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("all_met", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("recorded_by_id <> officer_id", name=op.f("ck_observed_practice_not_of_oneself")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_observed_practice_checklist_id")),
        sa.ForeignKeyConstraint(
            ["observation_id", "officer_id", "recorded_by_id", "checklist_id"],
            ["observation.id", "observation.officer_id", "observation.assessor_id", "observation.checklist_id"],
            name="fk_observed_practice_observation",
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_observed_practice_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_observed_practice_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observed_practice")),
        sa.UniqueConstraint("id", "officer_id", name=op.f("uq_observed_practice_id_officer_id")),
        sa.UniqueConstraint("observation_id", name=op.f("uq_observed_practice_observation_id")),
    )
    with op.batch_alter_table("observed_practice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observed_practice_checklist_id"), ["checklist_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observed_practice_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "observed_practice_signature",
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "agreed OR reason IS NOT NULL", name=op.f("ck_observed_practice_signature_disagreement_has_its_reason")
        ),
        sa.CheckConstraint(
            "recorded_by_id = officer_id", name=op.f("ck_observed_practice_signature_signed_by_the_officer")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_observed_practice_signature_officer_id")),
        sa.ForeignKeyConstraint(
            ["practice_id", "officer_id"],
            ["observed_practice.id", "observed_practice.officer_id"],
            name="fk_observed_practice_signature_practice",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_observed_practice_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observed_practice_signature")),
        sa.UniqueConstraint("practice_id", name=op.f("uq_observed_practice_signature_practice_id")),
    )
    with op.batch_alter_table("observed_practice_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observed_practice_signature_officer_id"), ["officer_id"], unique=False)

    with op.batch_alter_table("requirement_set", schema=None) as batch_op:
        batch_op.add_column(sa.Column("full_observed", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("renewal_observed", sa.Boolean(), nullable=True))

    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("requirement_set", schema=None) as batch_op:
        batch_op.drop_column("renewal_observed")
        batch_op.drop_column("full_observed")

    with op.batch_alter_table("observed_practice_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observed_practice_signature_officer_id"))

    op.drop_table("observed_practice_signature")
    with op.batch_alter_table("observed_practice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observed_practice_officer_id"))
        batch_op.drop_index(batch_op.f("ix_observed_practice_checklist_id"))

    op.drop_table("observed_practice")
    op.drop_table("observation_tick")
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_officer_id"))
        batch_op.drop_index(batch_op.f("ix_observation_assessor_id"))

    op.drop_table("observation")
    op.drop_table("checklist_approval")
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_version_id"))

    op.drop_table("checklist")
