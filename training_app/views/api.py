"""The access question over HTTP: OpenID AuthZEN Authorization API 1.0, the evaluation endpoint.

A machine says who it is with a bearer token.  A refusal is an answer (200, ``decision`` false); only a question that is
no question is an error (400, 401).  Whatever goes wrong in answering denies.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from training_app import wording
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.tools import Gateway
from training_app.rules.access import Badge, Decision, Ground, Question
from training_app.security import requires
from training_app.services import access

bp = Blueprint("api", __name__)
logger = logging.getLogger(__name__)

MOST_CHARACTERS = 200
"""Of any name in a question; longer ones name nothing that is registered."""


class Malformed(ValueError):
    """The body is no question; the text says what is wrong with it."""


@bp.post("/access/v1/evaluation")
@requires(None)
def evaluation() -> ResponseReturnValue:
    """Answer one access question; the decision is recorded before it is answered."""
    gateway = _gateway()
    if gateway is None:
        answer = _error("Send the bearer token of a registered gateway.", 401)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="access"'
        return answer
    try:
        question = question_in(_object(request.get_json(force=True)))
    except (Malformed, BadRequest) as error:
        return _error(str(error) if isinstance(error, Malformed) else "The body must be a JSON object.", 400)
    return _echoed(jsonify(_answer(gateway, question)))


def _answer(gateway: Gateway, question: Question) -> dict[str, Any]:
    """Decide, record, and only then return the answer; a fault of ours is recorded by nobody and denies."""
    at = now()
    try:
        decision = access.answer(reading_session(), question, zone=_zone(), at=at, known_at=at)
        told = answer_body(decision)
        with transaction(then=current_app.extensions["sealer"].tell) as session:
            recorded = access.record(session, gateway, decision, told=told, at=at)
            told["context"]["id"] = str(recorded.id)
    except Exception:  # whatever it is, an allow that should be a deny must never happen
        logger.critical("an access question was denied because of a fault", exc_info=True)
        return answer_body(Decision(question, at, at, (Ground.INTERNAL_ERROR,), Badge.NOT_CERTIFIED, cache_until=at))
    return told


def _gateway() -> Gateway | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    return access.gateway_by_token(reading_session(), digest, at=now())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.extensions["config"].agency_zone)


# -- the question ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entity:
    type: str
    id: str


def question_in(body: dict[str, Any]) -> Question:
    """Return the question that *body* puts; unknown fields are ignored, as the specification asks.

    A subject that is no officer, or a resource that is no tool, is one that nobody has registered.

    :raises Malformed: if a required field is missing or is no text.
    """
    subject, resource = _entity(body, "subject"), _entity(body, "resource")
    properties = _object(_object(body["resource"]).get("properties") or {}, "resource.properties")
    context = _object(body.get("context") or {}, "context")
    return Question(
        officer=subject.id if subject.type == "officer" else "",
        tool=resource.id if resource.type == "tool" else "",
        version=_optional_text(properties, "version", "resource.properties.version"),
        action=_text(_object(body.get("action"), "action"), "name", "action.name"),
        purpose=_optional_text(context, "purpose", "context.purpose"),
    )


def _entity(body: dict[str, Any], name: str) -> _Entity:
    found = _object(body.get(name), name)
    return _Entity(_text(found, "type", f"{name}.type"), _text(found, "id", f"{name}.id"))


def _object(value: Any, name: str = "The body") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{name} must be a JSON object.")
    return value


def _text(table: dict[str, Any], key: str, name: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value or len(value) > MOST_CHARACTERS:
        raise Malformed(f"{name} must be a text of 1 to {MOST_CHARACTERS} characters.")
    return value


def _optional_text(table: dict[str, Any], key: str, name: str) -> str | None:
    return None if table.get(key) is None else _text(table, key, name)


# -- the answer --------------------------------------------------------------------------------------------------------


def answer_body(decision: Decision) -> dict[str, Any]:
    """Return the answer as the specification shapes it; our own members stand in its context.  See `docs/api.md`."""
    standing = decision.standing
    badge = wording.badge(decision.badge)
    return {
        "decision": decision.allowed,
        "context": {
            "evaluated_at": _rfc3339(decision.at),
            "sentence": wording.sentence(decision, officer=decision.question.officer, tool=decision.question.tool),
            "badge": {"code": badge.code, "label": badge.label},
            "grounds": [
                {"code": ground.code, "sentence": ground.sentence, "way_out": ground.way_out}
                for ground in wording.grounds(decision, zone=_zone())
            ],
            "obligations": list(decision.obligations),
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


def _error(message: str, status: int) -> Response:
    return _echoed(make_response(jsonify(error=message), status))


def _echoed(answer: Response) -> Response:
    """Return *answer* with the caller's request id, for the caller's own logs."""
    sent = request.headers.get("X-Request-ID")
    if sent:
        answer.headers["X-Request-ID"] = sent[:MOST_CHARACTERS]
    answer.headers["Cache-Control"] = "no-store"
    return answer
