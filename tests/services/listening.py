"""Machine clients that listen: their streams, and what waits in them."""

from collections.abc import Collection
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.recorded import NOW
from training_app.models.event_streams import Delivery, EventStream
from training_app.models.outbox import OutboxMessage
from training_app.rules.clients import Caller, ClientKind, Scope
from training_app.rules.signals import EventType
from training_app.services import client_credentials, clients
from training_app.services.client_credentials import NewCredential
from training_app.services.clients import Grant
from training_app.services.event_streams import streams
from training_app.services.event_streams.streams import Settings

HERE = "https://training.police.example"
ASK, REVOKED = EventType.ASK_AGAIN.value, EventType.SESSION_REVOKED.value

_serial = count(1)


def client(session: Session, *, tools: Collection[str] | None = None, **columns: Any) -> Caller:
    """Register a client that may be told of events, with a credential in force for a year."""
    name, scopes = f"Gateway {next(_serial)}", frozenset({Scope.EVENTS})
    grant = Grant(scopes, None if tools is None else frozenset(tools), 1_000)
    made = clients.register(session, name, ClientKind.GATEWAY, grant, at=NOW, by=None)
    new = NewCredential(name, columns.get("scopes", scopes), days=366)
    token = columns.get("token", name)
    client_credentials.issue_token(session, made, token, new, at=NOW, by=None)
    found = client_credentials.caller_with(session, token, at=NOW)
    assert found is not None
    return found


def stream(session: Session, *, push_to: str | None = None, at: datetime = NOW, **chosen: Any) -> EventStream:
    """Make a stream of a client of its own; without an address to push to it is fetched."""
    settings = {
        "delivery": Delivery.PUSH if push_to else Delivery.POLL,
        "endpoint": push_to,
        "authorization": None,
        "requested": (),
        "description": "",
    }
    owner = chosen.pop("of", None) or client(session)
    return streams.create(session, owner, Settings(**settings | chosen), issuer=HERE, at=at)


def waiting(session: Session, of: EventStream) -> list[OutboxMessage]:
    """Return everything in the queue of a stream, delivered or not, the first first."""
    query = select(OutboxMessage).where(OutboxMessage.destination == of.public_id).order_by(OutboxMessage.id)
    return list(session.scalars(query))


def told(session: Session, of: EventStream) -> list[tuple[str, Any, list[str] | None]]:
    """Return what a stream was told: the type, the officer's number or the tool's slug, the tools that are named."""
    found = []
    for message in waiting(session, of):
        [(kind, event)] = message.payload["events"].items()
        subject = message.payload["sub_id"]
        about = subject.get("sub") or subject.get("application", subject).get("id")
        found.append((kind, about, event.get("tools")))
    return found
