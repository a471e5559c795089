"""The access question over HTTP: OpenID AuthZEN Authorization API 1.0, one question or many at once.

A client says who it is with a bearer token.  A refusal is an answer (200, ``decision`` false); only a question that is
no question is an error (400, 401).  Whatever goes wrong in answering denies.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import ServiceUnavailable

from training_app.agency import zone
from training_app.bearer import calling_client, charge, known_answers
from training_app.clock import now
from training_app.db import end_reading, new_reading_session
from training_app.recorder import Recorder
from training_app.rules.access import Badge, Decision, Ground, Question
from training_app.rules.clients import Caller, Scope
from training_app.security import requires
from training_app.services.machine_questions import Answered, Decided
from training_app.views.access_answers import answer_body, told_again
from training_app.views.access_questions import Malformed, object_in, optional_object, question_in, sent

bp = Blueprint("api", __name__)
logger = logging.getLogger(__name__)

NO_QUESTION = Question("", "", None)
"""In the place of one that nobody has read yet."""
MOST_EVALUATIONS = 1_000
"""In one request."""

Asked = Question | Malformed
Told = dict[str, Any]


class Semantic(StrEnum):
    """When the answers to a batch end."""

    EXECUTE_ALL = "execute_all"
    DENY_ON_FIRST_DENY = "deny_on_first_deny"
    PERMIT_ON_FIRST_PERMIT = "permit_on_first_permit"

    def ends_with(self, told: Told) -> bool:
        match self:
            case Semantic.DENY_ON_FIRST_DENY:
                return told["decision"] is False
            case Semantic.PERMIT_ON_FIRST_PERMIT:
                return told["decision"] is True
            case _:
                return False


@bp.post("/access/v1/evaluation")
@requires(Scope.EVALUATE)
def evaluation() -> ResponseReturnValue:
    """Answer one access question; the decision is recorded before it is answered."""
    try:
        question = question_in(sent())
    except Malformed as error:
        return bad_request(error)
    return _in_their_language(_told(calling_client(), question))


@bp.post("/access/v1/evaluations")
@requires(Scope.EVALUATE)
def evaluations() -> ResponseReturnValue:
    """Answer many access questions; every decision is recorded before any is answered."""
    try:
        body = sent()
        items = _items(body)
        if not items:  # as the specification has it: then it is one question
            return _in_their_language(_told(calling_client(), question_in(body)))
        semantic = _semantic(body)
    except Malformed as error:
        return bad_request(error)
    if (refused := charge(len(items) - 1, besides=1)) is not None:
        return refused
    asked = [_asked(body, item) for item in items]
    return _in_their_language({"evaluations": _told_of_all(calling_client(), asked, semantic)})


@bp.errorhandler(ServiceUnavailable)
def _undecided(_: ServiceUnavailable) -> ResponseReturnValue:
    """Deny where not even the client can be looked up."""
    return make_response(jsonify(_denied(NO_QUESTION, at=now())), 503)


@bp.after_app_request
def _echo(answer: Response) -> Response:
    """Give the caller's request id back with every answer under these paths, for the caller's own logs."""
    sent_id = request.headers.get("X-Request-ID")
    if sent_id and request.path.startswith("/access/"):
        answer.headers["X-Request-ID"] = sent_id
    return answer


def bad_request(error: Malformed) -> Response:
    return make_response(jsonify(error="bad-request", message=str(error)), 400)


def _in_their_language(told: Told) -> Response:
    answer = jsonify(told)
    answer.content_language.add(str(get_locale()))
    return answer


# -- one question ------------------------------------------------------------------------------------------------------


def _told(caller: Caller, question: Question) -> Told:
    """Decide, record, and only then return the answer; a fault of ours is recorded by nobody and denies."""
    at = now()
    try:
        [answered] = known_answers().answers(new_reading_session, caller.sees, [question], zone=zone(), at=at)
        told = _body(answered, str(get_locale()))
        _record(caller, [answered], [told], at=at)
    except Exception:  # whatever it is, an allow that should be a deny must never happen
        logger.critical("an access question was denied because of a fault", exc_info=True)
        return _denied(question, at=at)
    return told


def _record(caller: Caller, answered: Sequence[Answered], told: Sequence[Told], *, at: datetime) -> None:
    """Put decisions on record, and into each answer the number of its decision."""
    end_reading()
    recorder: Recorder = current_app.extensions["recorder"]
    for number, body in zip(recorder.record(Decided(caller, answered, told, at)), told, strict=True):
        body["context"] = {"id": str(number), **body["context"]}


def _body(answered: Answered, language: str) -> Told:
    """Return the answer in the *language* of the request, held no longer than the installation permits."""
    decision = answered.decision
    longest = timedelta(seconds=current_app.extensions["config"].max_cache_seconds)
    until = min(decision.cache_until or decision.at, decision.at + longest)
    told = answered.told.get(language)
    if told is None:
        told = answered.told[language] = answer_body(replace(decision, cache_until=until), zone=zone())
    return told_again(told, at=decision.at, cache_until=until)


def _denied(question: Question, *, at: datetime) -> Told:
    """Return the answer where a fault of ours kept us from deciding."""
    decision = Decision(question, at, at, (Ground.INTERNAL_ERROR,), Badge.NOT_CERTIFIED, cache_until=at)
    return answer_body(decision, zone=zone())


# -- many at once ------------------------------------------------------------------------------------------------------


#: What an element may leave to the default beside it, even where it names its own entity.
_REQUIRED_MEMBERS = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}


def _items(body: Mapping[str, Any]) -> list[Any]:
    items = body.get("evaluations")
    if items is None:
        return []
    if not isinstance(items, list):
        raise Malformed("evaluations must be an array.")
    if len(items) > MOST_EVALUATIONS:
        raise Malformed(f"evaluations must have at most {MOST_EVALUATIONS} elements.")
    for default in (*_REQUIRED_MEMBERS, "context"):
        optional_object(body, default, default)
    return items


def _semantic(body: Mapping[str, Any]) -> Semantic:
    stated = optional_object(body, "options", "options").get("evaluations_semantic")
    try:
        return Semantic.EXECUTE_ALL if stated is None else Semantic(stated)
    except ValueError:
        raise Malformed(f"options.evaluations_semantic must be a name of {', '.join(Semantic)}.") from None


def _asked(body: Mapping[str, Any], item: Any) -> Asked:
    """Return the question of one element, with the defaults at the top of the body in place of what it leaves out.

    An entity in the element stands for the whole default, but for required members that it lacks.
    """
    try:
        own = object_in(item, "Each element of evaluations")
        whole = {name: _over(body.get(name), own.get(name), members) for name, members in _REQUIRED_MEMBERS.items()}
        whole["context"] = body.get("context") if own.get("context") is None else own["context"]
        return question_in(whole)
    except Malformed as error:
        return error


def _over(default: Any, own: Any, members: Iterable[str]) -> Any:
    if own is None:
        return default
    if isinstance(own, dict) and isinstance(default, dict):
        return {**{member: default[member] for member in members if member in default}, **own}
    return own


def _told_of_all(caller: Caller, asked: Sequence[Asked], semantic: Semantic) -> list[Told]:
    """Return the answers up to the one with which the batch ends; a fault of ours denies them all."""
    at = now()
    try:
        questions = [one for one in asked if isinstance(one, Question)]
        decided = known_answers().answers(new_reading_session, caller.sees, questions, zone=zone(), at=at)
        answered: list[Answered] = []
        language = str(get_locale())

        def decide_next(_: Question) -> Told:
            answered.append(next(decided))
            return _body(answered[-1], language)

        told = list(_until_the_end(asked, decide_next, semantic))
        _record(caller, answered, [one for one in told if "error" not in one["context"]], at=at)
    except Exception:  # as for one question
        logger.critical("access questions were denied because of a fault", exc_info=True)
        return list(_until_the_end(asked, lambda question: _denied(question, at=at), semantic))
    return told


def _until_the_end(asked: Iterable[Asked], tell: Callable[[Question], Told], semantic: Semantic) -> Iterator[Told]:
    for one in asked:
        told = _no_question(one) if isinstance(one, Malformed) else tell(one)
        yield told
        if semantic.ends_with(told):
            return


def _no_question(error: Malformed) -> Told:
    return {"decision": False, "context": {"error": {"status": 400, "message": str(error)}}}
