"""What devices fetch while they have a network: the status list of each version, and the keys to check it with.

Open to everybody: a list says of places that nobody can name whether they are good, and nothing about a person.
"""

import logging
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue

from config import Config
from training_app import offline_keys
from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.rules import status_list
from training_app.rules.signing_keys import SigningKey
from training_app.security import requires
from training_app.services import status_lists
from training_app.services.status_lists import Busy, Issuer, StatusLists, Token

bp = Blueprint("status_lists", __name__)
logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/statuslist+jwt"
CACHED_SECONDS = 60
"""What stands between a device and the site may hold a list so long."""
KEYS_CACHED_SECONDS = 300
BUSY_SECONDS = 5


@bp.record_once
def _keep_lists(state: Any) -> None:
    state.app.extensions["status_lists"] = StatusLists()


@bp.get("/.well-known/jwks.json")
@requires(None)
def keys() -> ResponseReturnValue:
    """Answer with the public keys of everything that may be signed and still hold."""
    answer = jsonify(offline_keys.read(_config().offline_keys).published(at=now()))
    return _for_everybody(answer, KEYS_CACHED_SECONDS)


@bp.get("/access/v1/status-lists")
@requires(None)
def all_lists() -> ResponseReturnValue:
    """Answer with the address of every list, as the specification's aggregation."""
    if signing_key() is None:
        return _not_offered()
    found = status_lists.addresses(reading_session(), _list_address, at=now())
    return _for_everybody(jsonify(status_lists=found), CACHED_SECONDS)


@bp.get("/access/v1/status-lists/<int:version_id>")
@requires(None)
def one_list(version_id: int) -> ResponseReturnValue:
    """Answer with the signed list of a version."""
    if "time" in request.args:
        return _error(501, "not-implemented", "Lists are given as of now only.")
    key = signing_key()
    if key is None:
        return _not_offered()
    kept: StatusLists = current_app.extensions["status_lists"]
    longest = _config().longest_status_list
    try:
        token = kept.token(reading_session(), version_id, issuer(key), zone=zone(), at=now(), longest=longest)
    except Busy:
        return _ask_again("The list is being made. Ask again in a few seconds.")
    except Exception:  # whatever it is: devices go on with the last list, until it expires
        logger.critical("a status list could not be made because of a fault", exc_info=True)
        return _ask_again("The list cannot be made at this moment. Ask again in a few seconds.")
    if token is None:
        return _error(404, "not-found", "No version has this list.")
    return _told(token)


def _told(token: Token) -> Response:
    answer = make_response(token.text)
    answer.content_type = MEDIA_TYPE
    left = int((token.expires - now()).total_seconds())
    _for_everybody(answer, max(0, min(CACHED_SECONDS, left)))
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _for_everybody(answer: Response, seconds: int) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _not_offered() -> Response:
    return _error(404, "not-found", "Nothing is given out here for use without a network.")


def _ask_again(message: str) -> Response:
    answer = _error(503, "unavailable", message)
    answer.headers["Retry-After"] = str(BUSY_SECONDS)
    return answer


def _error(status: int, code: str, message: str) -> Response:
    return make_response(jsonify(error=code, message=message), status)


# -- shared with the officer's page ------------------------------------------------------------------------------------


def signing_key() -> SigningKey | None:
    """Return the key that signs now, ``None`` where the installation has none: then nothing is for use offline."""
    return offline_keys.read(_config().offline_keys).signing(at=now())


def issuer(key: SigningKey) -> Issuer:
    """Return who signs with *key*, under the addresses by which this site is reached."""

    def sign(claims: Any) -> str:
        return key.sign(claims, kind=status_list.TYPE)

    return Issuer(_address(), _list_address, _absolute("status_lists.all_lists"), key.kid, sign)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _address() -> str:
    return _config().public_address or request.root_url.rstrip("/")


def _absolute(endpoint: str, **values: Any) -> str:
    return _address() + url_for(endpoint, **values)


def _list_address(version_id: int) -> str:
    return _absolute("status_lists.one_list", version_id=version_id)
