"""Clients as a registrar looks at them: what each may do, its credentials, and when they were used last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.clients import (
    Client,
    ClientClosure,
    ClientCredential,
    ClientCredentialEnd,
    CredentialEndReason,
    CredentialUse,
)
from training_app.rules.clients import Scope
from training_app.services import clients
from training_app.services.clients import Grant, scopes_in

WORTH_SAYING = timedelta(days=14)
"""So long before and after the last credential of a client ends, a registrar is told of it unasked."""


class CredentialState(StrEnum):
    IN_FORCE = "in-force"
    ENDING = "ending"
    """It was rotated, and opens until its overlap is over."""
    EXPIRED = "expired"
    ROTATED = "rotated"
    REVOKED = "revoked"


#: A credential in these opens something.
OPENING = frozenset({CredentialState.IN_FORCE, CredentialState.ENDING})


@dataclass(frozen=True, slots=True)
class CredentialRow:
    credential: ClientCredential
    scopes: frozenset[Scope]
    state: CredentialState
    ends_at: datetime | None
    """From when on it opens nothing, or since when; ``None`` for never."""
    used_at: datetime | None
    """To the minute."""

    @property
    def opens(self) -> bool:
        return self.state in OPENING


@dataclass(frozen=True, slots=True)
class ClientRow:
    client: Client
    grant: Grant
    grant_id: int
    """0 where there is none."""
    closed_at: datetime | None
    credentials: Sequence[CredentialRow]
    """The newest first."""

    @property
    def opening(self) -> Sequence[CredentialRow]:
        return [] if self.closed_at else [row for row in self.credentials if row.opens]

    @property
    def used_at(self) -> datetime | None:
        return max((row.used_at for row in self.credentials if row.used_at), default=None)

    @property
    def next_end(self) -> datetime | None:
        """When the last of what opens something ends; ``None`` where something never does, or nothing opens."""
        return self.last_end if self.opening else None

    @property
    def last_end(self) -> datetime | None:
        """When the last of its credentials ends or has ended; ``None`` where one never does, or there is none."""
        ends = [row.ends_at for row in self.credentials]
        return None if not ends or None in ends else max(filter(None, ends))


def ending(session: Session, *, at: datetime) -> Sequence[ClientRow]:
    """Return the open clients of which the last credential ends, or has ended, within `WORTH_SAYING` of *at*."""
    found = [row for row in all_of_them(session, at=at) if row.closed_at is None and row.last_end is not None]
    return [row for row in found if row.last_end and abs(row.last_end - at) <= WORTH_SAYING]


def all_of_them(session: Session, *, at: datetime) -> Sequence[ClientRow]:
    """Return every client by name, open ones first."""
    rows = [of(session, client, at=at) for client in clients.by_name(session)]
    return sorted(rows, key=lambda row: row.closed_at is not None)


def of(session: Session, client: Client, *, at: datetime) -> ClientRow:
    """Return *client* as it is at *at*."""
    grant = clients.latest_grant(session, client.id)
    closed_at = session.scalar(select(ClientClosure.effective_at).where(ClientClosure.client_id == client.id))
    return ClientRow(
        client=client,
        grant=clients.granted(grant),
        grant_id=grant.id if grant else 0,
        closed_at=closed_at,
        credentials=_credentials(session, client.id, at=at),
    )


def _credentials(session: Session, client_id: int, *, at: datetime) -> Sequence[CredentialRow]:
    ends = (
        select(ClientCredentialEnd.credential_id, func.min(ClientCredentialEnd.effective_at).label("ends_at"))
        .group_by(ClientCredentialEnd.credential_id)
        .subquery()
    )
    revoked = (
        select(ClientCredentialEnd.id)
        .where(
            ClientCredentialEnd.credential_id == ClientCredential.id,
            ClientCredentialEnd.reason == CredentialEndReason.REVOKED,
        )
        .exists()
    )
    rows = session.execute(
        select(ClientCredential, ends.c.ends_at, revoked.label("revoked"), CredentialUse.last_used_at)
        .join(ends, ends.c.credential_id == ClientCredential.id, isouter=True)
        .join(CredentialUse, CredentialUse.credential_id == ClientCredential.id, isouter=True)
        .where(ClientCredential.client_id == client_id)
        .order_by(ClientCredential.id.desc())
    )
    found = []
    for credential, ends_at, is_revoked, used_at in rows:
        until = min(filter(None, [ends_at, credential.expires_at]), default=None)
        state = _state(until, credential.expires_at, revoked=is_revoked, ended=ends_at is not None, at=at)
        found.append(CredentialRow(credential, scopes_in(credential.scopes), state, until, used_at))
    return found


def _state(
    until: datetime | None, expires_at: datetime | None, *, revoked: bool, ended: bool, at: datetime
) -> CredentialState:
    if until is None or until > at:
        return CredentialState.ENDING if ended else CredentialState.IN_FORCE
    if revoked:
        return CredentialState.REVOKED
    return CredentialState.ROTATED if ended and until != expires_at else CredentialState.EXPIRED
