"""The outbox, and streams of security events to machine clients.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = ("event_stream_change",)


def upgrade() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", base.Instant(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "delivered",
                "failed",
                name="outbox_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("due_at", base.Instant(timezone=True), nullable=False),
        sa.Column("claimed_until", base.Instant(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("ended_at", base.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_queue", ["channel", "destination", "state", "id"], unique=False)

    op.create_table(
        "event_stream",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "urn:ietf:rfc:8935",
                "urn:ietf:rfc:8936",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("endpoint", sa.String(), nullable=True),
        sa.Column("authorization", sa.String(), nullable=True),
        sa.Column("requested", sa.JSON(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "enabled",
                "paused",
                "disabled",
                name="stream_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", base.Instant(timezone=True), nullable=False),
        sa.Column("verified_at", base.Instant(timezone=True), nullable=True),
        sa.Column("polled_at", base.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(delivery = 'urn:ietf:rfc:8935') = (endpoint IS NOT NULL)", name=op.f("ck_event_stream_pushed_to")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_event_stream_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_stream")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_stream_public_id")),
    )
    with op.batch_alter_table("event_stream", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_stream_client_id"), ["client_id"], unique=False)

    op.create_table(
        "event_stream_change",
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "created",
                "configured",
                "enabled",
                "paused",
                "disabled",
                "deleted",
                name="stream_change",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "delivery",
            sa.Enum(
                "urn:ietf:rfc:8935",
                "urn:ietf:rfc:8936",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("endpoint", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_event_stream_change_client_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_event_stream_change_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_stream_change")),
    )
    with op.batch_alter_table("event_stream_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_stream_change_public_id"), ["public_id"], unique=False)

    op.create_table(
        "event_stream_exclusion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["event_stream.id"], name=op.f("fk_event_stream_exclusion_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_stream_exclusion")),
        sa.UniqueConstraint(
            "stream_id", "officer", "tool", name=op.f("uq_event_stream_exclusion_stream_id_officer_tool")
        ),
    )
    append_only.protect(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("event_stream_exclusion")
    with op.batch_alter_table("event_stream_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_stream_change_public_id"))

    op.drop_table("event_stream_change")
    with op.batch_alter_table("event_stream", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_stream_client_id"))

    op.drop_table("event_stream")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_queue")

    op.drop_table("outbox_message")
