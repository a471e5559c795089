"""Searches over HTTP: which officers may use a version, which versions an officer may use, and for what.

Every result is one that the evaluation endpoint would allow at this instant.  A page is on record before it is sent:
who asked what, and how many came back.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from training_app.agency import zone
from training_app.bearer import calling_client, note_use
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.recorded import SearchKind
from training_app.rules.access import Question
from training_app.rules.clients import Scope
from training_app.security import requires
from training_app.services import machine_questions
from training_app.services.machine_questions import Found
from training_app.views.access_answers import rfc3339
from training_app.views.access_questions import (
    OFFICER,
    TOOL,
    Malformed,
    actions_asked_for,
    officers_asked_for,
    optional_object,
    sent,
    tools_asked_for,
)
from training_app.views.api import bad_request

bp = Blueprint("searches", __name__)

DEFAULT_LIMIT, MOST_RESULTS = 100, 1_000
TOKEN_SECONDS = 3_600
"""How long the token of a next page is good for."""

Page = Callable[[Question, "Asked", datetime], Found]


class Asked(NamedTuple):
    """Which page of a search is asked for."""

    after: int
    """Where the page before ended; 0 for the first."""
    limit: int
    continued: bool


@bp.post("/access/v1/search/subject")
@requires(Scope.SEARCH)
def subjects() -> ResponseReturnValue:
    """Which officers may use this version now?"""

    def found(question: Question, asked: Asked, at: datetime) -> Found:
        return machine_questions.officers_who_may(
            reading_session(),
            calling_client(),
            question,
            after=asked.after,
            limit=asked.limit,
            zone=zone(),
            at=at,
        )

    return _search(
        SearchKind.SUBJECT, officers_asked_for, OFFICER, found, lambda number: {"type": OFFICER, "id": number}
    )


@bp.post("/access/v1/search/resource")
@requires(Scope.SEARCH)
def resources() -> ResponseReturnValue:
    """Which versions of which tools may this officer use now?"""

    def found(question: Question, asked: Asked, at: datetime) -> Found:
        return machine_questions.versions_allowed(
            reading_session(),
            calling_client(),
            question,
            after=asked.after,
            limit=asked.limit,
            zone=zone(),
            at=at,
        )

    def written(one: tuple[str, str]) -> dict[str, Any]:
        return {"type": TOOL, "id": one[0], "properties": {"version": one[1]}}

    return _search(SearchKind.RESOURCE, tools_asked_for, TOOL, found, written)


@bp.post("/access/v1/search/action")
@requires(Scope.SEARCH)
def actions() -> ResponseReturnValue:
    """What may this officer do with this version now?"""

    def found(question: Question, _: Asked, at: datetime) -> Found:
        answered = machine_questions.answer(reading_session(), calling_client(), question, zone=zone(), at=at)
        return Found((question.action,) if answered.decision.allowed else (), "0", more=False)

    def asked(body: Mapping[str, Any]) -> tuple[str, Question]:
        return "", actions_asked_for(body)

    return _search(SearchKind.ACTION, asked, "", found, lambda name: {"name": name})


def _search(
    kind: SearchKind,
    read: Callable[[Mapping[str, Any]], tuple[str, Question]],
    of_type: str,
    find: Page,
    written: Callable[[Any], dict[str, Any]],
) -> ResponseReturnValue:
    """Read the request, find a page, record it, and return it; of another type than *of_type* nothing is registered."""
    try:
        body = sent()
        wanted, question = read(body)
        asked = _page(kind, body)
    except Malformed as error:
        return bad_request(error)
    at = now()
    found = find(question, asked, at) if wanted == of_type else Found((), str(asked.after), more=False)
    with transaction(then=current_app.extensions["sealer"].tell) as session:
        count, continued = len(found.results), asked.continued
        recorded = machine_questions.record_search(
            session, calling_client(), kind, question, found=count, continued=continued, at=at
        )
        note_use(session, at=at)
    token = _tokens().dumps([*_bound_to(kind, body), int(found.last), asked.limit]) if found.more else ""
    return jsonify(
        results=[written(one) for one in found.results],
        page={"next_token": token, "count": count},
        context={"id": str(recorded.id), "evaluated_at": rfc3339(at)},
    )


# -- pages -------------------------------------------------------------------------------------------------------------


def _page(kind: SearchKind, body: Mapping[str, Any]) -> Asked:
    """Return which page is asked for.

    :raises Malformed: if its token is none of ours, is too old, or belongs to another client or another search.
    """
    page = optional_object(body, "page", "page")
    limit, token = page.get("limit"), page.get("token")
    if isinstance(limit, float) and limit.is_integer():
        limit = int(limit)  # to JSON Schema 3.0 is a whole number
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise Malformed("page.limit must be a whole number from 1 on.")
    if token is None or token == "":
        return Asked(0, min(limit or DEFAULT_LIMIT, MOST_RESULTS), continued=False)
    if not isinstance(token, str):
        raise Malformed("page.token must be a text.")
    try:
        *bound, after, first_limit = _tokens().loads(token, max_age=TOKEN_SECONDS)
    except (BadData, ValueError):
        raise Malformed("page.token is none that was given here within the hour. Begin the search anew.") from None
    if bound != _bound_to(kind, body):
        raise Malformed("page.token belongs to another search: with it, leave everything else as it was.")
    return Asked(after, min(limit or first_limit, MOST_RESULTS), continued=True)


def _bound_to(kind: SearchKind, body: Mapping[str, Any]) -> list[Any]:
    """Return what a token is good for: this client, and this search with everything but the page."""
    query = json.dumps({name: value for name, value in body.items() if name != "page"}, sort_keys=True)
    return [calling_client().client_id, kind.value, hashlib.sha256(query.encode()).hexdigest()]


def _tokens() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["config"].secret_key, salt="page of an access search")
