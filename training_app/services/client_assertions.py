"""OAuth 2.0 client credentials with ``private_key_jwt``: a signed assertion for a short-lived access token.

RFC 6749 section 4.4, RFC 7521 and 7523.  An assertion is taken once, names this server as its audience and lives for
minutes; what it gets is worth nothing once the key, the client or what they were given has ended.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key
from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.clients import ClientAccessToken, UsedAssertion
from training_app.rules.clients import Caller, Scope
from training_app.services import client_credentials
from training_app.services.client_credentials import digest_of
from training_app.services.client_keys import ALGORITHMS
from training_app.services.deleted import deleted

ACCESS_TOKEN_LIFE = timedelta(minutes=5)
LONGEST_ASSERTION = timedelta(minutes=10)
"""From now to its expiry."""
LEEWAY = timedelta(seconds=30)
"""By which the client's clock may be ahead."""
REMEMBERED = timedelta(hours=1)
"""After its expiry, so that no machine whose clock is behind takes it once more."""
MOST_CHARACTERS_OF_ID = 200
MOST_CHARACTERS = 8_000

_CLIENT = re.compile(r"client-([1-9][0-9]{0,17})")


class AssertionRefused(TrainingError):
    """Nobody is let in with it.  The text says why, and nothing of what is registered."""


class ScopeRefused(TrainingError):
    def __init__(self, wanted: str) -> None:
        super().__init__(f"This client and its key were not given: {wanted}")


@dataclass(frozen=True, slots=True)
class Granted:
    caller: Caller
    scopes: frozenset[Scope]
    expires_at: datetime


def grant(
    session: Session,
    assertion: str,
    token: str,
    wanted: Collection[str],
    *,
    audiences: Collection[str],
    at: datetime,
    client_id: str | None = None,
) -> Granted:
    """Let the client that signed *assertion* ask with *token* for the next minutes.

    :param token: 256 bits of chance, made for this request.
    :param wanted: names of scopes; empty for all that client and key have.
    :param audiences: the addresses under which this server knows itself.
    :param client_id: what was sent beside the assertion, if anything was; it must name the same client (RFC 7521, 4.2).
    :raises AssertionRefused: if it is not signed with a key in force, not for this server, not of now, or used before;
    :raises ScopeRefused: if a scope is wanted that client and key do not have.
    """
    caller, claims = _verified(session, assertion, at=at)
    if client_id not in (None, claims.get("iss")):
        raise AssertionRefused("client_id is not the client that signed the assertion.")
    expires = _checked(claims, caller, audiences, at=at)
    _use_once(session, caller, claims["jti"], expires)
    scopes = caller.scopes
    if wanted:
        scopes = frozenset(scope for scope in caller.scopes if scope.value in wanted)
        if missing := sorted(set(wanted) - {scope.value for scope in scopes}):
            raise ScopeRefused(", ".join(missing))
    if not scopes:
        raise ScopeRefused("anything")
    sweep(session, at=at)
    row = ClientAccessToken(
        token_digest=digest_of(token),
        credential_id=caller.credential_id,
        scopes=sorted(scope.value for scope in scopes),
        issued_at=at,
        expires_at=at + ACCESS_TOKEN_LIFE,
    )
    session.add(row)
    client_credentials.note_use(session, caller, at=at)
    session.flush()
    return Granted(caller, scopes, row.expires_at)


def _verified(session: Session, assertion: str, *, at: datetime) -> tuple[Caller, dict[str, Any]]:
    """Return who signed the assertion, and its claims, which nobody has checked yet."""
    if len(assertion) > MOST_CHARACTERS:
        raise AssertionRefused("The assertion is too long.")
    try:
        unverified = jws.extract_compact(assertion.encode())
        algorithm, client = unverified.protected.get("alg"), _client_named(unverified.payload)
    except (JoseError, ValueError, TypeError, AttributeError, UnicodeError, RecursionError):
        raise AssertionRefused("The assertion is no signed JWT.") from None
    for caller, key in client_credentials.keys_in_force(session, client, at=at):
        allowed = ALGORITHMS.get(str(key.get("kty")), ())
        if algorithm not in allowed:
            continue
        try:
            return caller, jwt.decode(assertion, import_key(key), algorithms=allowed).claims
        except (JoseError, ValueError, TypeError):
            continue
    raise AssertionRefused("The assertion is not signed with a key that is registered for this client and in force.")


def _client_named(payload: bytes) -> int:
    """Return the number of the client that the assertion is issued by; 0 where there cannot be one."""
    found = _CLIENT.fullmatch(str(_claims(payload).get("iss")))
    return int(found.group(1)) if found else 0


def _claims(payload: bytes) -> dict[str, Any]:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise TypeError("claims are an object")
    return claims


def _checked(claims: dict[str, Any], caller: Caller, audiences: Collection[str], *, at: datetime) -> datetime:
    """Return when the assertion expires.

    :raises AssertionRefused: if a claim is missing or not as it must be.
    """
    name = f"client-{caller.client_id}"
    if claims.get("iss") != name or claims.get("sub") != name:
        raise AssertionRefused("iss and sub must both be the client's identifier.")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(one, str) and one in audiences for one in named):
        raise AssertionRefused("aud must be the address of this server, or of its token endpoint.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= MOST_CHARACTERS_OF_ID:
        raise AssertionRefused(f"jti must be a text of 1 to {MOST_CHARACTERS_OF_ID} characters.")
    expires = _instant(claims, "exp", needed=True)
    if not at < expires <= at + LONGEST_ASSERTION + LEEWAY:
        raise AssertionRefused("exp must be ahead, by 10 minutes at most.")
    for other in ("nbf", "iat"):
        if other in claims and _instant(claims, other) > at + LEEWAY:
            raise AssertionRefused(f"{other} is ahead of this server's clock.")
    return expires


def _instant(claims: dict[str, Any], name: str, *, needed: bool = False) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise AssertionRefused(f"{name} must be a number of seconds{' and cannot be left out' if needed else ''}.")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise AssertionRefused(f"{name} must be a number of seconds.") from None


def _use_once(session: Session, caller: Caller, jti: str, expires: datetime) -> None:
    """Take the assertion for used; of two requests with the same one, whoever is second is refused."""
    digest = sha256(f"{caller.client_id} {jti}".encode("utf-8", "surrogatepass")).hexdigest()
    try:
        with session.begin_nested():
            session.execute(insert(UsedAssertion).values(digest=digest, expires_at=expires))
    except IntegrityError:
        raise AssertionRefused("This assertion was used before. Sign a new one, with another jti.") from None


def sweep(session: Session, *, at: datetime) -> int:
    """Delete tokens that have expired, and what is remembered of assertions that have; return how many."""
    tokens = deleted(session, delete(ClientAccessToken).where(ClientAccessToken.expires_at <= at))
    return tokens + deleted(session, delete(UsedAssertion).where(UsedAssertion.expires_at <= at - REMEMBERED))
