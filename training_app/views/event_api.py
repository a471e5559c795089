"""Streams of security events over HTTP: a transmitter of the OpenID Shared Signals Framework 1.0.

A machine client makes streams and says what it wants to hear of; events are pushed to it (RFC 8935) or fetched by it
(RFC 8936).  See `docs/events.md`.
"""

import json
import threading
import time
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from training_app.bearer import admit, calling_client, note_use
from training_app.clock import now
from training_app.db import end_reading, reading_session, transaction
from training_app.errors import TrainingError
from training_app.models.event_streams import Delivery, EventStream, StreamStatus
from training_app.rules.clients import Caller, Scope
from training_app.security import requires
from training_app.services.event_streams import polling, streams
from training_app.services.event_streams.endpoints import EndpointRefused, PushRules
from training_app.services.event_streams.keys import EventKeys
from training_app.services.event_streams.polling import Fetched
from training_app.views.access_metadata import here
from training_app.views.event_requests import (
    Malformed,
    NoSuchSubject,
    PollRequest,
    body,
    poll_request,
    settings_in,
    status_in,
    subject_in_body,
    text_in,
    unchanged_by,
)

bp = Blueprint("event_api", __name__)

SECONDS_TO_WAIT = 20.0
"""For an event, where who fetches does not want the answer at once."""
BETWEEN_LOOKS_SECONDS = 0.25
WAITING_AT_A_TIME = 2
"""Fetchers that may wait in this process: each has one of its few threads.  Others are answered at once."""
_room_to_wait = threading.BoundedSemaphore(WAITING_AT_A_TIME)

STATUS_OF_ERRORS: dict[type[TrainingError], tuple[int, str]] = {
    streams.NoSuchStream: (404, "not-found"),
    streams.TooManyStreams: (409, "conflict"),
    streams.TooManyExclusions: (403, "forbidden"),
    streams.HeldByTheAgency: (403, "forbidden"),
    streams.VerifiedTooOften: (429, "too-many-requests"),
    EndpointRefused: (400, "bad-request"),
    NoSuchSubject: (404, "not-found"),
}


@bp.errorhandler(Malformed)
def _malformed(error: Malformed) -> ResponseReturnValue:
    return make_response(jsonify(error="bad-request", message=str(error)), 400)


@bp.errorhandler(TrainingError)
def _refused(error: TrainingError) -> ResponseReturnValue:
    status, code = STATUS_OF_ERRORS[type(error)]
    answer = make_response(jsonify(error=code, message=str(error)), status)
    if isinstance(error, streams.VerifiedTooOften):
        answer.headers["Retry-After"] = str(streams.BETWEEN_VERIFICATIONS.seconds)
    return answer


# -- what anybody may read ---------------------------------------------------------------------------------------------


@bp.get("/.well-known/ssf-configuration")
@requires(None)
def metadata() -> ResponseReturnValue:
    """Describe this transmitter to receivers."""
    delivery = [Delivery.POLL.value, *([Delivery.PUSH.value] if _push_rules().push else [])]
    return jsonify(
        spec_version="1_0",
        issuer=here(),
        jwks_uri=f"{here()}/events/v1/jwks.json",
        delivery_methods_supported=sorted(delivery),
        configuration_endpoint=f"{here()}/events/v1/stream",
        status_endpoint=f"{here()}/events/v1/status",
        add_subject_endpoint=f"{here()}/events/v1/subjects/add",
        remove_subject_endpoint=f"{here()}/events/v1/subjects/remove",
        verification_endpoint=f"{here()}/events/v1/verification",
        authorization_schemes=[{"spec_urn": "urn:ietf:rfc:6749"}, {"spec_urn": "urn:ietf:rfc:6750"}],
        default_subjects="ALL",
    )


@bp.get("/events/v1/jwks.json")
@requires(None)
def key_set() -> ResponseReturnValue:
    """Publish the keys to verify events with."""
    answer = jsonify(_keys().published())
    answer.content_type = "application/jwk-set+json"
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


# -- configuration -----------------------------------------------------------------------------------------------------


@bp.post("/events/v1/stream")
@requires(Scope.EVENTS)
def create_stream() -> ResponseReturnValue:
    caller, settings = calling_client(), settings_in(body(), _push_rules())
    with transaction() as session:
        made = streams.create(session, caller, settings, issuer=here(), at=now())
    return make_response(jsonify(_described(made)), 201)


@bp.get("/events/v1/stream")
@requires(Scope.EVENTS)
def read_stream() -> ResponseReturnValue:
    """Return one stream of the client, or all."""
    caller, stream_id = calling_client(), request.args.get("stream_id")
    if stream_id is None:
        return jsonify([_described(one) for one in streams.of_client(reading_session(), caller)])
    return jsonify(_described(streams.own(reading_session(), caller, stream_id)))


@bp.route("/events/v1/stream", methods=["PATCH", "PUT"])
@requires(Scope.EVENTS)
def change_stream() -> ResponseReturnValue:
    """Change what is named (PATCH), or everything, and what is not named to what a new stream has (PUT)."""
    caller, sent = calling_client(), body()
    with transaction() as session:
        stream = streams.own(session, caller, text_in(sent, "stream_id"), to_change=True)
        unchanged_by(sent, _described(stream))
        kept = stream if request.method == "PATCH" else None
        streams.configure(session, stream, settings_in(sent, _push_rules(), kept=kept), at=now())
    return jsonify(_described(stream))


@bp.delete("/events/v1/stream")
@requires(Scope.EVENTS)
def delete_stream() -> ResponseReturnValue:
    caller, stream_id = calling_client(), request.args.get("stream_id", "")
    with transaction() as session:
        streams.remove(session, streams.own(session, caller, stream_id, to_change=True), at=now())
    return _nothing(204)


@bp.get("/events/v1/status")
@requires(Scope.EVENTS)
def read_status() -> ResponseReturnValue:
    stream = streams.own(reading_session(), calling_client(), request.args.get("stream_id", ""))
    return jsonify(_status(stream))


@bp.post("/events/v1/status")
@requires(Scope.EVENTS)
def change_status() -> ResponseReturnValue:
    caller, sent = calling_client(), body()
    status, reason = status_in(sent)
    with transaction() as session:
        stream = streams.own(session, caller, text_in(sent, "stream_id"), to_change=True)
        streams.set_status(session, stream, status, reason, at=now())
    if status is StreamStatus.ENABLED:
        _wake()
    return jsonify(_status(stream))


@bp.post("/events/v1/subjects/add")
@requires(Scope.EVENTS)
def add_subject() -> ResponseReturnValue:
    """Tell the stream of a subject again; a subject is told of unless it was removed."""
    caller, sent = calling_client(), body()
    with transaction() as session:
        stream = streams.own(session, caller, text_in(sent, "stream_id"), to_change=True)
        streams.include(session, stream, subject_in_body(sent, issuer=stream.issuer))
    return _nothing(200)


@bp.post("/events/v1/subjects/remove")
@requires(Scope.EVENTS)
def remove_subject() -> ResponseReturnValue:
    caller, sent = calling_client(), body()
    with transaction() as session:
        stream = streams.own(session, caller, text_in(sent, "stream_id"), to_change=True)
        streams.exclude(session, stream, subject_in_body(sent, issuer=stream.issuer))
    return _nothing(204)


@bp.post("/events/v1/verification")
@requires(Scope.EVENTS)
def verify() -> ResponseReturnValue:
    """Have a verification event sent."""
    caller, sent = calling_client(), body()
    state = text_in(sent, "state", most=streams.MOST_CHARACTERS_OF_STATE) if sent.get("state") is not None else None
    with transaction() as session:
        stream = streams.own(session, caller, text_in(sent, "stream_id"), to_change=True)
        streams.verify(session, stream, state, at=now())
    return _nothing(204)


# -- fetching ----------------------------------------------------------------------------------------------------------


@bp.post("/events/v1/poll/<stream_id>")
@requires(Scope.EVENTS)
def poll(stream_id: str) -> ResponseReturnValue:
    """Take acknowledgements and hand out what waits; wait for something if asked to and there is room."""
    caller, asked = calling_client(), poll_request(body())
    stream = streams.own(reading_session(), caller, stream_id)
    if stream.delivery is not Delivery.POLL:
        raise Malformed("The events of this stream are pushed.")
    _take_acknowledgements(caller, stream, asked)
    if asked.most == 0:
        found = Fetched({}, more=polling.anything_for(reading_session(), stream_id))
    else:
        if asked.wait:
            end_reading()
            _wait_for_events(stream_id)
            if (refused := admit(Scope.EVENTS)) is not None:
                return refused  # its credential was taken back while it waited
        with _database().reading() as session:
            found = polling.fetch(session, streams.own(session, caller, stream_id), _keys(), most=asked.most)
    told = json.dumps({"sets": found.sets, "moreAvailable": found.more})  # in the order of events, which jsonify loses
    return Response(told, content_type="application/json")


def _take_acknowledgements(caller: Caller, stream: EventStream, asked: PollRequest) -> None:
    at = now()
    if not asked.taken and not asked.faults and not polling.note_is_due(stream, at=at):
        return
    with transaction() as session:
        row = streams.own(session, caller, stream.public_id, to_change=True)
        polling.note(session, row, at=at)
        note_use(session, at=at)
        given_up = polling.acknowledge(session, row, asked.taken, asked.faults, at=at)
    if given_up:
        current_app.logger.error("stream %s: its receiver refused %d events", stream.public_id, given_up)


def _wait_for_events(stream_id: str) -> None:
    """Return once an event waits, after `SECONDS_TO_WAIT`, or at once where too many wait already."""
    if not _room_to_wait.acquire(blocking=False):
        return
    try:
        ended, until = current_app.extensions["courier"].ended, time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < until:
            with _database().reading() as session:
                if polling.anything_for(session, stream_id):
                    return
            if ended.wait(BETWEEN_LOOKS_SECONDS):
                return
    finally:
        _room_to_wait.release()


# -- answers -----------------------------------------------------------------------------------------------------------


def _described(stream: EventStream) -> dict[str, Any]:
    """Return the configuration of a stream as the framework shapes it; the receiver's secret is not repeated."""
    polled = f"{stream.issuer}/events/v1/poll/{stream.public_id}"
    return {
        "stream_id": stream.public_id,
        "iss": stream.issuer,
        "aud": stream.audience,
        "events_supported": [kind.value for kind in streams.delivered_types(())],
        "events_requested": stream.requested,
        "events_delivered": [kind.value for kind in streams.delivered_types(stream.requested)],
        "delivery": {"method": stream.delivery.value, "endpoint_url": stream.endpoint or polled},
        "min_verification_interval": streams.BETWEEN_VERIFICATIONS.seconds,
        **({"description": stream.description} if stream.description else {}),
    }


def _status(stream: EventStream) -> dict[str, str]:
    status = streams.status_of(stream)
    reason = stream.reason if status is not StreamStatus.ENABLED else None
    return {"stream_id": stream.public_id, "status": status.value, **({"reason": reason} if reason else {})}


def _nothing(status: int) -> Response:
    answer = make_response("", status)
    del answer.headers["Content-Type"]
    return answer


def _keys() -> EventKeys:
    keys: EventKeys = current_app.extensions["event_keys"]()
    return keys


def _push_rules() -> PushRules:
    rules: PushRules = current_app.extensions["push_rules"]
    return rules


def _database() -> Any:
    return current_app.extensions["database"]


def _wake() -> None:
    current_app.extensions["courier"].tell(_database())
