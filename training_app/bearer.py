"""Which client sends a request, and may it: its bearer token (RFC 6750), its scope, its rate.

A view that asks for a `Scope` in `requires` is reached by clients alone; `calling_client` is who sent the request.
Every refusal is an error of its own (401, 403, 429, 503) and can never be read as an answer that allows.
"""

import logging
from datetime import datetime

from flask import Response, abort, current_app, g, jsonify, make_response, request
from sqlalchemy.orm import Session

from training_app.clock import now
from training_app.db import new_reading_session
from training_app.rate_limits import RateLimits
from training_app.rules.clients import Caller, Scope
from training_app.services import client_credentials
from training_app.services.known_answers import KnownAnswers

logger = logging.getLogger(__name__)

REALM = "access"


def calling_client() -> Caller:
    """Return the client that sent the request, in a view that asks for a scope."""
    found: Caller = g.calling_client
    return found


def known_answers() -> KnownAnswers:
    """Return what this process knows; up to date as of when the client was let in."""
    found: KnownAnswers = current_app.extensions["known_answers"]
    return found


def admit(scope: Scope) -> Response | None:
    """Let a client with *scope* in, or return what it is refused with; who cannot be looked up is not let in (503)."""
    token = bearer_token()
    if token is None:
        return _challenge(401, "unauthorized", "Send the bearer token of a registered client.")
    try:
        known_answers().follow(current_app.extensions["database"].glance)
        caller = known_answers().caller(new_reading_session, token, at=now())
    except Exception:
        logger.critical("a request was denied because its client could not be looked up", exc_info=True)
        abort(503)
    if caller is None:
        message = "This token is unknown, or it has expired or was revoked."
        return _challenge(401, "unauthorized", message, error="invalid_token")
    if scope not in caller.scopes:
        message = f"This needs the scope {scope}, which this client or its credential was not given."
        return _challenge(403, "forbidden", message, error="insufficient_scope", scope=scope.value)
    g.calling_client = caller
    return charge()


def note_use(session: Session, *, at: datetime) -> None:
    """Write down that the credential of the calling client was used; at most once a minute."""
    caller = calling_client()
    if client_credentials.note_use(session, caller, at=at):
        known_answers().noted(caller, at=at)


def charge(cost: int = 1, *, besides: int = 0) -> Response | None:
    """Count *cost* requests of the calling client; return what it is refused with where those were too many.

    :param besides: how many this request was counted for before, as `RateLimits.take` has it.
    """
    caller, limits = calling_client(), current_app.extensions["rate_limits"]
    assert isinstance(limits, RateLimits)
    wait = limits.take(caller.client_id, caller.requests_per_minute, cost, besides=besides)
    return too_many(wait) if wait else None


def too_many(seconds: int) -> Response:
    """Return the refusal of a request that came too early, which can be made again after *seconds*."""
    message = f"Too many requests. Ask again in {seconds} seconds; until then the answer is no."
    answer = make_response(jsonify(error="too-many-requests", message=message), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def bearer_token() -> str | None:
    """Return the bearer token that the request carries, or ``None``."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _challenge(status: int, code: str, message: str, **said: str) -> Response:
    """Refuse as RFC 6750 has it: ask for a token, and of one that was sent say what is wrong with it."""
    answer = make_response(jsonify(error=code, message=message), status)
    parts = [f'realm="{REALM}"', *(f'{name}="{value}"' for name, value in said.items())]
    answer.headers["WWW-Authenticate"] = f"Bearer {', '.join(parts)}"
    return answer
