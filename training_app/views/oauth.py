"""The token endpoint: OAuth 2.0 client credentials with ``private_key_jwt`` (RFC 6749, 7523), and its metadata."""

import secrets

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from training_app.bearer import too_many
from training_app.clock import now
from training_app.db import transaction
from training_app.rules.clients import Scope
from training_app.security import requires
from training_app.services import client_assertions, clients
from training_app.services.client_assertions import AssertionRefused, ScopeRefused
from training_app.services.client_keys import ALGORITHMS
from training_app.views.access_metadata import here

bp = Blueprint("oauth", __name__)

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path, no secret
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REQUESTS_PER_MINUTE = 120
"""From one address: whoever asks here has shown nothing yet."""


@bp.post(TOKEN_PATH)
@requires(None)
def token() -> ResponseReturnValue:
    """Give a client that signs with a registered key an access token."""
    wait = current_app.extensions["rate_limits"].take(("token", request.remote_addr), REQUESTS_PER_MINUTE)
    if wait:
        return too_many(wait)
    sent = request.form
    if sent.get("grant_type") != "client_credentials":
        code = "unsupported_grant_type" if sent.get("grant_type") else "invalid_request"
        return _refused(code, "grant_type must be client_credentials.")
    if sent.get("client_assertion_type") != ASSERTION_TYPE or not sent.get("client_assertion"):
        return _refused("invalid_request", f"Send client_assertion, and client_assertion_type {ASSERTION_TYPE}.")
    made = f"at-{secrets.token_urlsafe(32)}"
    audiences = {here(), here() + TOKEN_PATH}
    try:
        with transaction() as session:
            wanted = sent.get("scope", "").split()
            granted = client_assertions.grant(
                session,
                sent["client_assertion"],
                made,
                wanted,
                client_id=sent.get("client_id"),
                audiences=audiences,
                at=now(),
            )
    except AssertionRefused as error:
        return _refused("invalid_client", str(error), status=401)
    except ScopeRefused as error:
        return _refused("invalid_scope", str(error))
    return jsonify(
        access_token=made,
        token_type="Bearer",  # noqa: S106 - a type, no secret
        expires_in=int(client_assertions.ACCESS_TOKEN_LIFE.total_seconds()),
        scope=" ".join(clients.in_order(granted.scopes)),
    )


@bp.get("/.well-known/oauth-authorization-server")
@requires(None)
def metadata() -> ResponseReturnValue:
    """Say where the token endpoint is and what it takes (RFC 8414)."""
    return jsonify(
        issuer=here(),
        token_endpoint=here() + TOKEN_PATH,
        token_endpoint_auth_methods_supported=["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=sorted({one for kind in ALGORITHMS.values() for one in kind}),
        grant_types_supported=["client_credentials"],
        response_types_supported=[],
        scopes_supported=[scope.value for scope in Scope],
    )


def _refused(code: str, description: str, *, status: int = 400) -> Response:
    answer = make_response(jsonify(error=code, error_description=description), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
