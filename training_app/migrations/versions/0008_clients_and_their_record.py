"""Clients with scopes and credentials, what they asked on record, versions in the field.

Revision 0008, after 0007.  Every gateway becomes a client with the token that it has.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from training_app.models import append_only, base
from training_app.rules.canonical import canonical, digest

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "client",
    "client_closure",
    "client_credential",
    "client_credential_end",
    "client_grant",
    "field_report",
    "record_expiry",
)
EXPIRING = ("recorded_decision", "recorded_search")

RATE_OF_GATEWAYS = 1_000_000
"""Requests in a minute: no gateway was held back before."""

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "used_assertion",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_used_assertion")),
    )
    with op.batch_alter_table("used_assertion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_assertion_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "record_expiry",
        sa.Column("kept_from", base.Instant(timezone=True), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_record_expiry_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_expiry")),
    )
    op.create_table(
        "client",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tool", "gateway", "oversight", name="client_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("gateway_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateway.id"], name=op.f("fk_client_gateway_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_client_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("gateway_id", name=op.f("uq_client_gateway_id")),
        sa.UniqueConstraint("name", name=op.f("uq_client_name")),
    )
    op.create_table(
        "client_closure",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_closure_client_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_client_closure_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_closure")),
        sa.UniqueConstraint("client_id", name=op.f("uq_client_closure_client_id")),
    )
    op.create_table(
        "client_credential",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("token", "key", name="credential_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("public_key", sa.JSON(), nullable=True),
        sa.Column("thumbprint", sa.String(), nullable=True),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'key') = (thumbprint IS NOT NULL)", name=op.f("ck_client_credential_a_key_has_a_thumbprint")
        ),
        sa.CheckConstraint(
            "(kind = 'token') = (token_digest IS NOT NULL)", name=op.f("ck_client_credential_a_token_has_a_digest")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_credential_client_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_client_credential_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["client_credential.id"], name=op.f("fk_client_credential_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_credential")),
        sa.UniqueConstraint("thumbprint", name=op.f("uq_client_credential_thumbprint")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_client_credential_token_digest")),
    )
    with op.batch_alter_table("client_credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_credential_client_id"), ["client_id"], unique=False)

    op.create_table(
        "client_grant",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("every_tool", sa.Boolean(), nullable=False),
        sa.Column("tools", sa.JSON(), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("requests_per_minute > 0", name=op.f("ck_client_grant_rate_is_positive")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_grant_client_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_client_grant_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_grant")),
    )
    with op.batch_alter_table("client_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_grant_client_id"), ["client_id"], unique=False)

    op.create_table(
        "field_report",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_field_report_client_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_field_report_recorded_by_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_field_report_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_report")),
    )
    with op.batch_alter_table("field_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_report_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_report_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "recorded_search",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "subject",
                "resource",
                "action",
                name="search_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("continued", sa.Boolean(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_recorded_search_client_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_recorded_search_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_recorded_search_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_search")),
    )
    with op.batch_alter_table("recorded_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recorded_search_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recorded_search_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "client_access_token",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("issued_at", base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["client_credential.id"], name=op.f("fk_client_access_token_credential_id")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_client_access_token")),
    )
    with op.batch_alter_table("client_access_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_access_token_credential_id"), ["credential_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_access_token_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "client_credential_end",
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "rotated", "revoked", name="credential_end_reason", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["client_credential.id"], name=op.f("fk_client_credential_end_credential_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_client_credential_end_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_credential_end")),
    )
    with op.batch_alter_table("client_credential_end", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_credential_end_credential_id"), ["credential_id"], unique=False)

    op.create_table(
        "credential_use",
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_used_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["client_credential.id"], name=op.f("fk_credential_use_credential_id")
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_credential_use")),
    )
    op.create_table(
        "field_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("heard_at", base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_field_place_client_id")),
        sa.ForeignKeyConstraint(["report_id"], ["field_report.id"], name=op.f("fk_field_place_report_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_field_place_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_place")),
        sa.UniqueConstraint("client_id", "tool_id", "place", name=op.f("uq_field_place_client_id_tool_id_place")),
    )
    with op.batch_alter_table("field_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_place_tool_id"), ["tool_id"], unique=False)

    append_only.release(op.get_bind(), ["recorded_decision"])
    with op.batch_alter_table("recorded_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("tool", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("within_reach", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("facts_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("rule_version", sa.String(), nullable=True))
        batch_op.alter_column("gateway_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_recorded_decision_client_id"), ["client_id"], unique=False)
        batch_op.create_index("ix_recorded_decision_tool_version", ["tool", "version"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_recorded_decision_client_id"), "client", ["client_id"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_recorded_decision_asked_by_one"), "(client_id IS NULL) <> (gateway_id IS NULL)"
        )
    _carry_gateways_over(op.get_bind(), at=datetime.now(UTC))
    append_only.protect(op.get_bind(), APPEND_ONLY)
    append_only.protect_while_kept(op.get_bind(), EXPIRING)


def _carry_gateways_over(connection: sa.Connection, *, at: datetime) -> None:
    """Register every gateway as a client that may go on as before: its token, every tool, evaluation alone."""
    gateways, closures = _read("gateway", "name", "token_digest"), _read("gateway_closure", gateway_id=SERIAL)
    closed = {row.gateway_id: row.effective_at for row in connection.execute(sa.select(closures))}
    for gateway in connection.execute(sa.select(gateways).order_by(gateways.c.id)).all():
        stamp = {"effective_at": gateway.effective_at, "recorded_at": at, "recorded_by_id": None}
        client = _record(
            connection, "client", {**stamp, "name": gateway.name, "kind": "gateway", "gateway_id": gateway.id}
        )
        may = {"scopes": ["evaluate"], "every_tool": True, "tools": [], "requests_per_minute": RATE_OF_GATEWAYS}
        _record(connection, "client_grant", {**stamp, "client_id": client, **may})
        token = {"kind": "token", "label": gateway.name, "scopes": ["evaluate"], "token_digest": gateway.token_digest}
        empty = {"public_key": None, "thumbprint": None, "expires_at": None, "replaces_id": None}
        _record(connection, "client_credential", {**stamp, "client_id": client, **token, **empty})
        if gateway.id in closed:
            _record(connection, "client_closure", {**stamp, "effective_at": closed[gateway.id], "client_id": client})


def _read(name: str, *texts: str, **columns: Any) -> sa.TableClause:
    stamp = {"id": SERIAL, "effective_at": base.Instant(timezone=True)}
    kinds = {**stamp, **dict.fromkeys(texts, sa.String()), **columns}
    return sa.table(name, *(sa.column(column, kind) for column, kind in kinds.items()))


def _record(connection: sa.Connection, kind: str, columns: Mapping[str, Any]) -> int:
    """Append a fact and its entry in the journal, as the application does."""
    fact = _append(connection, kind, columns)
    payload = canonical({"id": fact, **columns})
    entry = _append(
        connection,
        "journal_entry",
        {
            "fact_kind": kind,
            "fact_id": fact,
            "effective_at": columns["effective_at"],
            "recorded_at": columns["recorded_at"],
            "payload_digest": digest(payload),
        },
    )
    connection.execute(_insert("journal_payload", {"entry_id": entry, "payload": payload}))
    connection.execute(_insert("journal_waiting", {"entry_id": entry}))
    return fact


def _append(connection: sa.Connection, name: str, columns: Mapping[str, Any]) -> int:
    statement = _insert(name, columns)
    return int(connection.execute(statement.returning(sa.column("id", SERIAL))).scalar_one())


def _insert(name: str, columns: Mapping[str, Any]) -> sa.Insert:
    made = sa.table(name, *(sa.column(column, _type_of(value)) for column, value in columns.items()))
    return sa.insert(made).values(
        **{column: sa.null() if value is None else value for column, value in columns.items()}
    )


def _type_of(value: object) -> Any:
    match value:
        case datetime():
            return base.Instant(timezone=True)
        case bool():
            return sa.Boolean()
        case list():
            return sa.JSON()
        case int():
            return SERIAL
        case _:
            return sa.String()


def downgrade() -> None:
    append_only.release(op.get_bind(), EXPIRING)
    op.execute(sa.text("DELETE FROM recorded_decision WHERE gateway_id IS NULL"))  # older tables have no place for them
    with op.batch_alter_table("recorded_decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_recorded_decision_asked_by_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_recorded_decision_client_id"), type_="foreignkey")
        batch_op.drop_index("ix_recorded_decision_tool_version")
        batch_op.drop_index(batch_op.f("ix_recorded_decision_client_id"))
        batch_op.alter_column("gateway_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("rule_version")
        batch_op.drop_column("facts_digest")
        batch_op.drop_column("within_reach")
        batch_op.drop_column("version")
        batch_op.drop_column("tool")
        batch_op.drop_column("client_id")

    with op.batch_alter_table("field_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_place_tool_id"))

    op.drop_table("field_place")
    op.drop_table("credential_use")
    with op.batch_alter_table("client_credential_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_credential_end_credential_id"))

    op.drop_table("client_credential_end")
    with op.batch_alter_table("client_access_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_access_token_expires_at"))
        batch_op.drop_index(batch_op.f("ix_client_access_token_credential_id"))

    op.drop_table("client_access_token")
    with op.batch_alter_table("recorded_search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recorded_search_officer_id"))
        batch_op.drop_index(batch_op.f("ix_recorded_search_client_id"))

    op.drop_table("recorded_search")
    with op.batch_alter_table("field_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_report_tool_id"))
        batch_op.drop_index(batch_op.f("ix_field_report_client_id"))

    op.drop_table("field_report")
    with op.batch_alter_table("client_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_grant_client_id"))

    op.drop_table("client_grant")
    with op.batch_alter_table("client_credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_credential_client_id"))

    op.drop_table("client_credential")
    op.drop_table("client_closure")
    op.drop_table("client")
    op.drop_table("record_expiry")
    with op.batch_alter_table("used_assertion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_assertion_expires_at"))

    op.drop_table("used_assertion")
    append_only.protect(op.get_bind(), ["recorded_decision"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_while_kept()"))
