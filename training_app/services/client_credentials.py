"""What clients show to be let in: bearer tokens and signing keys, issued, rotated, revoked; and whose a token is.

Of a token only its SHA-256 is kept.  Every request looks its credential up, so that what is revoked stops at the next.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Connection, Row, Select, bindparam, delete, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.clients import (
    Client,
    ClientAccessToken,
    ClientClosure,
    ClientCredential,
    ClientCredentialEnd,
    ClientGrant,
    CredentialEndReason,
    CredentialKind,
    CredentialUse,
)
from training_app.models.people import Person
from training_app.rules.clients import Caller, Scope
from training_app.services import clients
from training_app.services.clients import Grant, in_order, scopes_in
from training_app.services.locks import one_at_a_time

DEFAULT_DAYS, MOST_DAYS = 90, 366
DEFAULT_OVERLAP_HOURS, MOST_OVERLAP_HOURS = 24, 168
NOTED_EVERY = timedelta(minutes=1)
"""A use is written down no more often."""


class CredentialOver(TrainingError):
    """The credential has ended or expired, so that it can be neither rotated nor revoked."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} opens nothing any more. Nothing was changed.")
        self.label = label


class NothingToDo(TrainingError):
    """The credential was given no scope that its client has."""

    def __init__(self) -> None:
        super().__init__("Choose at least one thing that can be done with it, of those that the client may do.")


class KeyKnown(TrainingError):
    def __init__(self) -> None:
        super().__init__("This key is registered already, for this or for another client. Make a new one.")


@dataclass(frozen=True, slots=True)
class NewCredential:
    label: str
    scopes: frozenset[Scope]
    days: int
    """From now on, after which it expires by itself."""


def digest_of(token: str) -> str:
    """Return the form in which a bearer token is kept: SHA-256, in hexadecimal."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def token_from(secret: str, nonce: str) -> str:
    """Return the token for a form with this *nonce*: 256 bits, the same however often the form is sent.

    A second click then shows the token that the first one issued, instead of issuing another.
    """
    return "tk-" + hmac.new(secret.encode(), f"client token {nonce}".encode(), sha256).hexdigest()


def issue_token(
    session: Session, client: Client, token: str, new: NewCredential, *, at: datetime, by: Person | None
) -> ClientCredential:
    """Let *client* in with the bearer *token* from now on; the same token again is the credential that it made.

    :raises clients.ClientClosed: if the client is closed; :raises NothingToDo: if it would open nothing.
    """
    clients.refuse_closed(session, client, at=at)
    earlier = _of_token(session, client, token)
    return earlier or _add(session, client, new, CredentialKind.TOKEN, at=at, by=by, token_digest=digest_of(token))


def register_key(
    session: Session,
    client: Client,
    public_key: dict[str, Any],
    thumbprint: str,
    new: NewCredential,
    *,
    at: datetime,
    by: Person | None,
) -> ClientCredential:
    """Let *client* sign assertions with the private half of *public_key* (a JWK) from now on.

    :raises clients.ClientClosed: if the client is closed; :raises KeyKnown: if the key is registered;
    :raises NothingToDo: if it would open nothing.
    """
    clients.refuse_closed(session, client, at=at)
    if session.scalar(select(ClientCredential.id).where(ClientCredential.thumbprint == thumbprint)) is not None:
        raise KeyKnown
    key = {"public_key": public_key, "thumbprint": thumbprint}
    return _add(session, client, new, CredentialKind.KEY, at=at, by=by, **key)


def rotate(
    session: Session,
    credential: ClientCredential,
    token: str,
    *,
    days: int,
    overlap: timedelta,
    at: datetime,
    by: Person | None,
) -> ClientCredential:
    """Put the bearer *token* in the place of *credential*, which opens as before until *overlap* is over.

    :raises clients.ClientClosed: if the client is closed; :raises CredentialOver: if the old one opens nothing.
    """
    client = session.get_one(Client, credential.client_id)
    clients.refuse_closed(session, client, at=at)
    if (earlier := _of_token(session, client, token)) is not None:
        return earlier
    _refuse_over(session, credential, at=at)
    new = NewCredential(credential.label, scopes_in(credential.scopes), days)
    made = _add(
        session,
        client,
        new,
        CredentialKind.TOKEN,
        at=at,
        by=by,
        token_digest=digest_of(token),
        replaces_id=credential.id,
    )
    _end(session, credential, CredentialEndReason.ROTATED, effective_at=at + overlap, at=at, by=by)
    return made


def revoke(session: Session, credential: ClientCredential, *, at: datetime, by: Person | None) -> None:
    """Let nobody in with *credential* from now on; access tokens that were got with a key end with it.

    :raises CredentialOver: if it opens nothing anyway.
    """
    one_at_a_time(session, "client", credential.client_id)
    _refuse_over(session, credential, at=at)
    _end(session, credential, CredentialEndReason.REVOKED, effective_at=at, at=at, by=by)
    session.execute(delete(ClientAccessToken).where(ClientAccessToken.credential_id == credential.id))


def ends_at(session: Session, credential: ClientCredential) -> datetime | None:
    """Return when the credential opens nothing from: its expiry or its end; ``None`` for never."""
    ends = session.scalars(
        select(ClientCredentialEnd.effective_at).where(ClientCredentialEnd.credential_id == credential.id)
    )
    return min(filter(None, [credential.expires_at, *ends]), default=None)


def _refuse_over(session: Session, credential: ClientCredential, *, at: datetime) -> None:
    over = ends_at(session, credential)
    if over is not None and over <= at:
        raise CredentialOver(credential.label)


def _of_token(session: Session, client: Client, token: str) -> ClientCredential | None:
    return session.scalar(
        select(ClientCredential).where(
            ClientCredential.token_digest == digest_of(token), ClientCredential.client_id == client.id
        )
    )


def _add(
    session: Session,
    client: Client,
    new: NewCredential,
    kind: CredentialKind,
    *,
    at: datetime,
    by: Person | None,
    **known_by: Any,
) -> ClientCredential:
    if not new.scopes & clients.granted(clients.latest_grant(session, client.id)).scopes:
        raise NothingToDo
    fact = ClientCredential(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id if by else None,
        client_id=client.id,
        kind=kind,
        label=new.label,
        scopes=[scope.value for scope in in_order(new.scopes)],
        expires_at=at + timedelta(days=new.days),
        **{"token_digest": None, "thumbprint": None, "replaces_id": None, **known_by},
    )
    session.add(fact)
    session.flush()
    return fact


def _end(
    session: Session,
    credential: ClientCredential,
    reason: CredentialEndReason,
    *,
    effective_at: datetime,
    at: datetime,
    by: Person | None,
) -> None:
    stamp = {"effective_at": effective_at, "recorded_at": at, "recorded_by_id": by.id if by else None}
    session.add(ClientCredentialEnd(**stamp, credential_id=credential.id, reason=reason))
    session.flush()


# -- who asks ----------------------------------------------------------------------------------------------------------

# Written down once: every request runs this, and putting a statement together costs more than running it.  What was
# taken back is asked for without an instant: it holds from its commit on, also where a machine's clock is behind.
_AT = bindparam("at", type_=Client.effective_at.type)
_GRANT = (
    select(ClientGrant.id)
    .where(ClientGrant.client_id == Client.id)
    .order_by(ClientGrant.id.desc())
    .limit(1)
    .correlate(Client)
    .scalar_subquery()
)
_ENDED = select(ClientCredentialEnd.id).where(
    ClientCredentialEnd.credential_id == ClientCredential.id,
    or_(ClientCredentialEnd.reason == CredentialEndReason.REVOKED, ClientCredentialEnd.effective_at <= _AT),
)
_CLOSED = select(ClientClosure.id).where(ClientClosure.client_id == Client.id)
_IN_FORCE: Select[*tuple[Any, ...]] = (
    select(
        Client.id.label("client_id"),
        Client.name,
        Client.kind,
        ClientCredential.id.label("credential_id"),
        ClientCredential.scopes.label("credential_scopes"),
        ClientGrant.scopes,
        ClientGrant.every_tool,
        ClientGrant.tools,
        ClientGrant.requests_per_minute,
        CredentialUse.last_used_at,
    )
    .select_from(ClientCredential)
    .join(Client, Client.id == ClientCredential.client_id)
    .join(ClientGrant, ClientGrant.id == _GRANT)
    .join(CredentialUse, CredentialUse.credential_id == ClientCredential.id, isouter=True)
    .where(
        ClientCredential.effective_at <= _AT,
        or_(ClientCredential.expires_at.is_(None), ClientCredential.expires_at > _AT),
        ~_ENDED.exists(),
        Client.effective_at <= _AT,
        ~_CLOSED.exists(),
    )
)
_DIGEST: BindParameter[str] = bindparam("digest")
_OF_TOKEN = _IN_FORCE.where(ClientCredential.token_digest == _DIGEST)
_OF_ACCESS_TOKEN = (
    _IN_FORCE.add_columns(ClientAccessToken.scopes.label("token_scopes"))
    .join(ClientAccessToken, ClientAccessToken.credential_id == ClientCredential.id)
    .where(ClientAccessToken.token_digest == _DIGEST, ClientAccessToken.expires_at > _AT)
)
_KEYS = (
    _IN_FORCE.add_columns(ClientCredential.public_key)
    .where(ClientCredential.kind == CredentialKind.KEY, Client.id == bindparam("client"))
    .order_by(ClientCredential.id)
)


def caller_with(session: Session, token: str, *, at: datetime) -> Caller | None:
    """Return the client that *token* lets in at *at*, be it issued by a registrar or got for an assertion.

    ``None`` where it is unknown, expired, ended or revoked, and where its client is closed or was given nothing.
    """
    asked = {"digest": digest_of(token), "at": at}
    row = session.execute(_OF_TOKEN, asked).one_or_none()
    if row is not None:
        return _caller(row)
    row = session.execute(_OF_ACCESS_TOKEN, asked).one_or_none()
    return None if row is None else _caller(row, through=row.token_scopes)


_LATER: CompoundSelect[Any] = union_all(
    select(ClientCredential.expires_at).where(ClientCredential.id == bindparam("credential")),
    select(ClientCredentialEnd.effective_at).where(ClientCredentialEnd.credential_id == bindparam("credential")),
    select(ClientGrant.effective_at).where(ClientGrant.client_id == bindparam("client")),
    select(ClientClosure.effective_at).where(ClientClosure.client_id == bindparam("client")),
    select(ClientAccessToken.expires_at).where(ClientAccessToken.token_digest == _DIGEST),
)


def known_until(session: Session, caller: Caller, token_digest: str, *, at: datetime) -> datetime | None:
    """Return when the token may let another in than *caller*, whom it lets in at *at*, though nothing is recorded.

    Exclusive; ``None`` where that is not to be expected.
    """
    asked = {"credential": caller.credential_id, "client": caller.client_id, "digest": token_digest}
    instants = session.scalars(_LATER, asked)
    return min((one for one in instants if one is not None and one > at), default=None)


def keys_in_force(session: Session, client_id: int, *, at: datetime) -> Sequence[tuple[Caller, dict[str, Any]]]:
    """Return the public keys (JWK) with which the client may sign at *at*, each with what it opens."""
    rows = session.execute(_KEYS, {"client": client_id, "at": at})
    return [(_caller(row), row.public_key) for row in rows]


def _caller(row: Row[Any], through: Sequence[str] | None = None) -> Caller:
    scopes = scopes_in(row.scopes) & scopes_in(row.credential_scopes)
    grant = Grant(scopes, None if row.every_tool else frozenset(row.tools), row.requests_per_minute)
    return Caller(
        client_id=row.client_id,
        name=row.name,
        kind=row.kind,
        scopes=grant.scopes if through is None else grant.scopes & scopes_in(through),
        tools=grant.tools,
        requests_per_minute=grant.requests_per_minute,
        credential_id=row.credential_id,
        last_noted_at=row.last_used_at,
    )


def use_is_due(caller: Caller, *, at: datetime) -> bool:
    """Tell whether that the caller's credential was used is to be written down again."""
    return caller.last_noted_at is None or at - caller.last_noted_at >= NOTED_EVERY


def note_use(session: Session | Connection, caller: Caller, *, at: datetime) -> bool:
    """Write down that the caller's credential was used; at most once a minute, so that it costs no request much.

    :returns: whether it was written down.
    """
    if not use_is_due(caller, at=at):
        return False
    bind = session.get_bind() if isinstance(session, Session) else session
    dialect = postgresql if bind.dialect.name == "postgresql" else sqlite
    new = dialect.insert(CredentialUse).values(credential_id=caller.credential_id, last_used_at=at)
    session.execute(
        new.on_conflict_do_update(index_elements=["credential_id"], set_={"last_used_at": new.excluded.last_used_at})
    )
    return True
