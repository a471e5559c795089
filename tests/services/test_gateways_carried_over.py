"""Gateways from before there were clients go on asking as clients, and their decisions stay theirs."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.rules.factories import local
from training_app import migrate
from training_app.models import Base
from training_app.models.clients import Client
from training_app.rules.canonical import canonical, digest
from training_app.rules.clients import ClientKind, Scope
from training_app.services import client_credentials, clients, journal, recorded
from training_app.services.recorded import Sought

THEN, CLOSED, NOW = local("2026-01-05 08:00"), local("2026-06-01 08:00"), local("2026-11-22 12:00")


def put(connection, kind: str, **columns) -> None:
    """Write a fact and its entry as the application did at that revision."""
    table = Base.metadata.tables[kind]
    entries, payloads, waiting = (
        Base.metadata.tables[name] for name in ("journal_entry", "journal_payload", "journal_waiting")
    )
    connection.execute(sa.insert(table).values(columns))
    payload = canonical(columns)
    entry = connection.execute(
        sa.insert(entries)
        .values(
            fact_kind=kind,
            fact_id=columns["id"],
            effective_at=columns["effective_at"],
            recorded_at=columns["recorded_at"],
            payload_digest=digest(payload),
        )
        .returning(entries.c.id)
    ).scalar_one()
    connection.execute(sa.insert(payloads).values(entry_id=entry, payload=payload))
    connection.execute(sa.insert(waiting).values(entry_id=entry))


def test_a_gateway_is_a_client_with_its_token_its_closure_and_its_decisions(bare_database):
    migrate.upgrade(bare_database, "0003")
    with bare_database.engine.begin() as connection:
        stamp = {"effective_at": THEN, "recorded_at": THEN, "recorded_by_id": None}
        for number, name in ((1, "Control room"), (2, "Old kiosk")):
            token = hashlib.sha256(name.encode()).hexdigest()
            put(connection, "gateway", id=number, **stamp, name=name, token_digest=token)
        put(connection, "gateway_closure", id=1, **{**stamp, "effective_at": CLOSED}, gateway_id=2)
        put(
            connection,
            "recorded_decision",
            id=1,
            **stamp,
            gateway_id=1,
            officer_id=None,
            question={"officer": "DP-1", "tool": "sightline", "version": "3.1", "action": "use", "purpose": None},
            allowed=False,
            grounds=["officer-unknown"],
            answer={"decision": False},
        )
    migrate.upgrade(bare_database)
    journal.seal(bare_database, at=NOW)
    with bare_database.reading() as session:
        caller = client_credentials.caller_with(session, "Control room", at=NOW)
        assert (caller.name, caller.kind, caller.scopes) == ("Control room", ClientKind.GATEWAY, {Scope.EVALUATE})
        assert caller.sees("whatever is registered later")
        assert client_credentials.caller_with(session, "Control room", at=THEN - timedelta(seconds=1)) is None
        kiosk = session.scalars(sa.select(Client).where(Client.name == "Old kiosk")).one()
        assert clients.closure(session, kiosk.id).effective_at == CLOSED
        assert client_credentials.caller_with(session, "Old kiosk", at=CLOSED) is None
        for sought in (Sought(), Sought(tool="sightline", version="3.1", client_id=caller.client_id, officer="DP-1")):
            [row] = recorded.decisions(session, sought, page=1, size=10)
            assert (row.client, row.facts_digest, row.within_reach) == ("Control room", None, True)
            assert recorded.count_decisions(session, sought) == 1
        assert recorded.count_decisions(session, Sought(tool="lockpick")) == 0
        report = journal.verify(session, Ed25519PrivateKey.generate().public_key())
    assert report.faults == ()
