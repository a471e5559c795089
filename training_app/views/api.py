"""The access question over HTTP: OpenID AuthZEN Authorization API 1.0, the evaluation endpoint.

A machine says who it is with a bearer token.  A refusal is an answer (200, ``decision`` false); only a question that is
no question is an error (400, 401).  Whatever goes wrong in answering denies.
"""

import hashlib
import logging
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import BadRequest

from training_app import wording
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.tools import Gateway
from training_app.rules.access import Badge, Decision, Ground, Question
from training_app.rules.access_documents import validity_in
from training_app.rules.purposes import Authorisation
from training_app.security import requires
from training_app.services import access

bp = Blueprint("api", __name__)
logger = logging.getLogger(__name__)

NO_QUESTION = Question("", "", None)
"""In the place of one that nobody has read yet."""
MOST_CHARACTERS = 200
"""Of any name in a question; longer ones name nothing that is registered."""


class Malformed(ValueError):
    """The body is no question; the text says what is wrong with it."""


@bp.post("/access/v1/evaluation")
@requires(None)
def evaluation() -> ResponseReturnValue:
    """Answer one access question; the decision is recorded before it is answered."""
    try:
        gateway = _gateway()
    except Exception:
        logger.critical("an access question was denied because its gateway could not be looked up", exc_info=True)
        return make_response(jsonify(_denied(NO_QUESTION, at=now())), 503)
    if gateway is None:
        return _unauthorized()
    try:
        question = question_in(_object(_json(), "The body"))
    except Malformed as error:
        return make_response(jsonify(error="bad-request", message=str(error)), 400)
    answer = jsonify(_answer(gateway, question))
    answer.content_language.add(str(get_locale()))
    return answer


@bp.after_app_request
def _echo(answer: Response) -> Response:
    """Give the caller's request id back with every answer under these paths, for the caller's own logs."""
    sent = request.headers.get("X-Request-ID")
    if sent and request.path.startswith("/access/"):
        answer.headers["X-Request-ID"] = sent
    return answer


def _answer(gateway: Gateway, question: Question) -> dict[str, Any]:
    """Decide, record, and only then return the answer; a fault of ours is recorded by nobody and denies."""
    at = now()
    try:
        decision = access.answer(reading_session(), question, zone=_zone(), at=at, known_at=at)
        told = answer_body(_held_no_longer_than_configured(decision))
        with transaction(then=current_app.extensions["sealer"].tell) as session:
            recorded = access.record(session, gateway, decision, told=told, at=at)
            told["context"]["id"] = str(recorded.id)
    except Exception:  # whatever it is, an allow that should be a deny must never happen
        logger.critical("an access question was denied because of a fault", exc_info=True)
        return _denied(question, at=at)
    return told


def _denied(question: Question, *, at: datetime) -> dict[str, Any]:
    """Return the answer where a fault of ours kept us from deciding."""
    return answer_body(Decision(question, at, at, (Ground.INTERNAL_ERROR,), Badge.NOT_CERTIFIED, cache_until=at))


def _held_no_longer_than_configured(decision: Decision) -> Decision:
    longest = timedelta(seconds=current_app.extensions["config"].max_cache_seconds)
    return replace(decision, cache_until=min(decision.cache_until or decision.at, decision.at + longest))


def _bearer_token() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _gateway() -> Gateway | None:
    token = _bearer_token()
    if token is None:
        return None
    return access.gateway_by_token(reading_session(), hashlib.sha256(token.encode()).hexdigest(), at=now())


def _unauthorized() -> Response:
    """Ask for a token; of one that was sent, say that it is not valid, as RFC 6750 has it."""
    message = "Send the bearer token of a registered gateway."
    answer = make_response(jsonify(error="unauthorized", message=message), 401)
    reason = ', error="invalid_token"' if _bearer_token() else ""
    answer.headers["WWW-Authenticate"] = f'Bearer realm="access"{reason}'
    return answer


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.extensions["config"].agency_zone)


# -- the question ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entity:
    type: str
    id: str


def _json() -> Any:
    """Return the JSON of the body, whatever type it says it has."""
    try:
        return request.get_json(force=True)
    except (BadRequest, RecursionError):  # not JSON, or nested so deep that nobody means it
        raise Malformed("The body must be a JSON object.") from None


def question_in(body: dict[str, Any]) -> Question:
    """Return the question that *body* puts; unknown fields are ignored, as the specification asks.

    A subject that is no officer, or a resource that is no tool, is one that nobody has registered.

    :raises Malformed: if a required field is missing, or a field has another type than it must.
    """
    subject, resource = _entity(body, "subject"), _entity(body, "resource")
    properties = _optional_object(body["resource"], "properties", "resource.properties")
    context = _optional_object(body, "context", "context")
    return Question(
        officer=subject.id if subject.type == "officer" else "",
        tool=resource.id if resource.type == "tool" else "",
        version=_optional_text(properties, "version", "resource.properties.version"),
        action=_text(_object(body.get("action"), "action"), "name", "action.name"),
        purpose=_optional_text(context, "purpose", "context.purpose"),
        crime_type=_optional_text(context, "crime_type", "context.crime_type"),
        circumstance=_optional_text(context, "circumstance", "context.circumstance"),
        authorisation=_authorisation(context),
    )


def _authorisation(context: dict[str, Any]) -> Authorisation | None:
    """Return the leave that the caller states; its reference is recorded, its truth is not ours to tell."""
    if context.get("authorisation") is None:
        return None
    name = "context.authorisation"
    stated = _object(context["authorisation"], name)
    issuer, reference = _text(stated, "issuer", f"{name}.issuer"), _text(stated, "reference", f"{name}.reference")
    until = _text(stated, "valid_until", f"{name}.valid_until")
    try:
        valid_until = validity_in(until)
    except ValueError:
        raise Malformed(f"{name}.valid_until must be a day, or an RFC 3339 instant with its offset.") from None
    return Authorisation(issuer, reference, valid_until)


def _entity(body: dict[str, Any], name: str) -> _Entity:
    found = _object(body.get(name), name)
    return _Entity(_text(found, "type", f"{name}.type"), _text(found, "id", f"{name}.id"))


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{name} must be a JSON object.")
    return value


def _optional_object(table: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    return {} if table.get(key) is None else _object(table[key], name)


def _text(table: dict[str, Any], key: str, name: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_CHARACTERS or any(map(_is_no_letter, value)):
        raise Malformed(f"{name} must be a text of 1 to {MOST_CHARACTERS} characters, without control characters.")
    return value


def _is_no_letter(character: str) -> bool:
    """Tell control characters and half characters, which no database keeps."""
    return unicodedata.category(character) in {"Cc", "Cs"}


def _optional_text(table: dict[str, Any], key: str, name: str) -> str | None:
    return None if table.get(key) is None else _text(table, key, name)


# -- the answer --------------------------------------------------------------------------------------------------------


def answer_body(decision: Decision) -> dict[str, Any]:
    """Return the answer as the specification shapes it; our own members stand in its context.  See `docs/api.md`."""
    standing, asked = decision.standing, decision.question
    badge = wording.badge(decision.badge)
    return {
        "decision": decision.allowed,
        "context": {
            "evaluated_at": _rfc3339(decision.at),
            "sentence": wording.sentence(decision, officer=asked.officer or "?", tool=asked.tool or "?"),
            "badge": {"code": badge.code, "label": badge.label},
            "grounds": [
                {"code": ground.code, "sentence": ground.sentence, "way_out": ground.way_out}
                for ground in wording.grounds(decision, zone=_zone())
            ],
            "guidance": [{"sentence": case.sentence, "source": case.source} for case in decision.guidance],
            "obligations": list(decision.obligations) if decision.allowed else [],
            "validity": standing.validity.value if standing else None,
            "coverage": standing.coverage.value if standing else None,
            "valid_through": standing.last_day.isoformat() if standing and standing.last_day else None,
            "policy_revision": decision.policy_revision,
            "stable_until": _rfc3339(decision.stable_until),
            "cache_until": _rfc3339(decision.cache_until),
        },
    }


def _rfc3339(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None
