"""Whose streams are told of what happens, and whose are delivered to: what of a registered client matters here."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_app.models.clients import (
    Client,
    ClientClosure,
    ClientCredential,
    ClientCredentialEnd,
    CredentialEndReason,
)
from training_app.rules.clients import Scope
from training_app.services.clients import granted, latest_grant, scopes_in


def listening(session: Session, client_ids: set[int]) -> Mapping[int, frozenset[str] | None]:
    """Return those of the clients that are open and may be told of events, each with the slugs of its tools.

    ``None`` in the place of slugs: every tool.
    """
    closed = select(ClientClosure.client_id)
    found = {}
    for client_id in session.scalars(select(Client.id).where(Client.id.in_(client_ids), Client.id.not_in(closed))):
        grant = granted(latest_grant(session, client_id))
        if Scope.EVENTS in grant.scopes:
            found[client_id] = grant.tools
    return found


def trusted(session: Session, client_ids: set[int], *, at: datetime) -> set[int]:
    """Return those of `listening` that could show a credential for events now.

    Where every credential has expired or was revoked nothing leaves the house, to whatever address it was to go; it
    waits until the client has a new one.
    """
    ended = select(ClientCredentialEnd.credential_id).where(
        or_(ClientCredentialEnd.reason == CredentialEndReason.REVOKED, ClientCredentialEnd.effective_at <= at)
    )
    rows = session.execute(
        select(ClientCredential.client_id, ClientCredential.scopes).where(
            ClientCredential.client_id.in_(listening(session, client_ids)),
            ClientCredential.effective_at <= at,
            or_(ClientCredential.expires_at.is_(None), ClientCredential.expires_at > at),
            ClientCredential.id.not_in(ended),
        )
    )
    return {row.client_id for row in rows if Scope.EVENTS in scopes_in(row.scopes)}


def names(session: Session) -> dict[int, str]:
    """Return the name of every client by its id."""
    return {row.id: row.name for row in session.execute(select(Client.id, Client.name))}
