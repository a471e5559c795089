"""Training sessions: planned, changed, called off; rosters, attendance, calendar feeds.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "session_attendance",
    "session_cancellation",
    "session_change",
    "session_enrolment",
    "session_withdrawal",
    "training_session",
)


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feed_token_digest")),
    )
    op.create_table(
        "training_session",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "classroom", "simulator", name="session_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("module", sa.String(), nullable=True),
        sa.Column("instructor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_at", base.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", base.Instant(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(tool_id IS NULL) <> (module IS NULL)", name=op.f("ck_training_session_on_a_tool_or_a_module")
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name=op.f("ck_training_session_capacity_is_bounded")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_training_session_ends_after_it_starts")),
        sa.CheckConstraint(
            "version_id IS NULL OR tool_id IS NOT NULL", name=op.f("ck_training_session_version_of_a_tool")
        ),
        sa.ForeignKeyConstraint(["instructor_id"], ["person.id"], name=op.f("fk_training_session_instructor_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_training_session_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["tool_id", "version_id"],
            ["tool_version.tool_id", "tool_version.id"],
            name="fk_training_session_version_of_the_same_tool",
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_training_session_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
        sa.UniqueConstraint("uid", name=op.f("uq_training_session_uid")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_session_instructor_id"), ["instructor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_session_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_session_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "session_attendance",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instructor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "present", "absent", "left-early", name="presence", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(revision > 1) = (reason <> '')", name=op.f("ck_session_attendance_correction_says_why")),
        sa.CheckConstraint("instructor_id <> person_id", name=op.f("ck_session_attendance_not_of_the_instructor")),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_session_attendance_not_of_oneself")),
        sa.ForeignKeyConstraint(["instructor_id"], ["person.id"], name=op.f("fk_session_attendance_instructor_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_attendance_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_session_attendance_recorded_by_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training_session.id"], name=op.f("fk_session_attendance_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_attendance")),
        sa.UniqueConstraint(
            "session_id", "person_id", "revision", name=op.f("uq_session_attendance_session_id_person_id_revision")
        ),
    )
    with op.batch_alter_table("session_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_attendance_instructor_id"), ["instructor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_attendance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "session_cancellation",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_session_cancellation_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_session_cancellation_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_cancellation")),
        sa.UniqueConstraint("session_id", name=op.f("uq_session_cancellation_session_id")),
    )
    op.create_table(
        "session_change",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_at", base.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", base.Instant(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name=op.f("ck_session_change_capacity_is_bounded")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_change_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["instructor_id"], ["person.id"], name=op.f("fk_session_change_instructor_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_session_change_recorded_by_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training_session.id"], name=op.f("fk_session_change_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_change")),
        sa.UniqueConstraint("session_id", "revision", name=op.f("uq_session_change_session_id_revision")),
    )
    with op.batch_alter_table("session_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_change_instructor_id"), ["instructor_id"], unique=False)

    op.create_table(
        "session_enrolment",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_enrolment_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_session_enrolment_recorded_by_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training_session.id"], name=op.f("fk_session_enrolment_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_enrolment")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_session_enrolment_id_person_id")),
    )
    with op.batch_alter_table("session_enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_enrolment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_enrolment_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_withdrawal",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "person_id"],
            ["session_enrolment.id", "session_enrolment.person_id"],
            name="fk_session_withdrawal_enrolment_of_the_same_person",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_withdrawal_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_session_withdrawal_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_withdrawal")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_session_withdrawal_enrolment_id")),
    )
    with op.batch_alter_table("session_withdrawal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_withdrawal_person_id"), ["person_id"], unique=False)

    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("session_withdrawal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_withdrawal_person_id"))

    op.drop_table("session_withdrawal")
    with op.batch_alter_table("session_enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_enrolment_session_id"))
        batch_op.drop_index(batch_op.f("ix_session_enrolment_person_id"))

    op.drop_table("session_enrolment")
    with op.batch_alter_table("session_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_change_instructor_id"))

    op.drop_table("session_change")
    op.drop_table("session_cancellation")
    with op.batch_alter_table("session_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_attendance_person_id"))
        batch_op.drop_index(batch_op.f("ix_session_attendance_instructor_id"))

    op.drop_table("session_attendance")
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_session_tool_id"))
        batch_op.drop_index(batch_op.f("ix_training_session_starts_at"))
        batch_op.drop_index(batch_op.f("ix_training_session_instructor_id"))

    op.drop_table("training_session")
    op.drop_table("calendar_feed")
