"""What programs send about their streams: JSON, checked member by member."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from training_app.errors import TrainingError
from training_app.models.event_streams import Delivery, EventStream, StreamStatus
from training_app.rules.signals import Exclusion, subject_in
from training_app.services.event_streams.endpoints import EndpointRefused, PushRules
from training_app.services.event_streams.polling import MOST_AT_ONCE
from training_app.services.event_streams.streams import Settings

MOST_CHARACTERS = 200
MOST_CHARACTERS_OF_HEADER = 4000
MOST_TYPES = 50
MOST_ACKNOWLEDGED = 1000


class Malformed(ValueError):
    """The body is not what the framework asks; the text says what is wrong with it."""


class NoSuchSubject(TrainingError):
    def __init__(self) -> None:
        super().__init__("Events are about officers (iss_sub) and tools (application). This is neither.")


@dataclass(frozen=True, slots=True)
class PollRequest:
    most: int
    """How many events to hand out at most; 0: only acknowledgements are brought."""
    wait: bool
    taken: list[str]
    faults: dict[str, str]
    """What the receiver says of the events that it will not take, by id."""


def body() -> dict[str, Any]:
    """Return the JSON object that was sent, whatever type it says it has.

    :raises Malformed: if it is none.
    """
    try:
        sent = request.get_json(force=True)
    except (BadRequest, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Malformed("The body must be a JSON object.")
    return sent


def text_in(sent: dict[str, Any], name: str, *, most: int = MOST_CHARACTERS) -> str:
    """Return a member that must be there.

    :raises Malformed: unless it is a text of 1 to *most* characters without control characters.
    """
    return _text(sent.get(name), name, most)


def settings_in(sent: dict[str, Any], rules: PushRules, *, kept: EventStream | None = None) -> Settings:
    """Return what the receiver chooses; what it does not name is as in *kept*, or as a new stream has it.

    :raises Malformed: if a member has another shape than it must;
    :raises EndpointRefused: if events may not be pushed where it says.
    """
    delivery, endpoint, authorization = Delivery.POLL, None, None
    if sent.get("delivery") is not None:
        delivery, endpoint, authorization = _delivery(sent["delivery"], rules)
    elif kept is not None:
        delivery, endpoint, authorization = kept.delivery, kept.endpoint, kept.authorization
    requested: tuple[str, ...] = tuple(kept.requested) if kept else ()
    if sent.get("events_requested") is not None:
        requested = _types(sent["events_requested"])
    description = kept.description if kept else ""
    if sent.get("description") is not None:
        description = text_in(sent, "description", most=10_000)[:MOST_CHARACTERS]
    return Settings(delivery, endpoint, authorization, requested, description)


def unchanged_by(sent: dict[str, Any], described: dict[str, Any]) -> None:
    """Accept what only we decide about a stream if it is sent back as it is.

    :raises Malformed: if it is something else.
    """
    for name in ("iss", "aud", "events_supported", "min_verification_interval"):
        if name in sent and sent[name] != described[name]:
            raise Malformed(f"{name} cannot be changed.")


def status_in(sent: dict[str, Any]) -> tuple[StreamStatus, str | None]:
    """Return the status that the receiver wishes, and why.

    :raises Malformed: if there is no such status.
    """
    try:
        status = StreamStatus(str(sent.get("status")))
    except ValueError:
        raise Malformed("status must be enabled, paused or disabled.") from None
    return status, None if sent.get("reason") is None else text_in(sent, "reason")


def subject_in_body(sent: dict[str, Any], *, issuer: str) -> Exclusion:
    """Return the subject that is added or removed.

    :raises Malformed: if there is none; :raises NoSuchSubject: if it is none that events are about.
    """
    if not isinstance(sent.get("subject"), dict):
        raise Malformed("subject must be a JSON object.")
    found = subject_in(sent["subject"], issuer=issuer)
    if found is None:
        raise NoSuchSubject
    return found


def poll_request(sent: dict[str, Any]) -> PollRequest:
    """Return what a receiver that fetches asks (RFC 8936, section 2.2).

    :raises Malformed: if a member has another shape than it must.
    """
    most, at_once = sent.get("maxEvents", MOST_AT_ONCE), sent.get("returnImmediately", False)
    if not isinstance(most, int) or isinstance(most, bool) or most < 0:
        raise Malformed("maxEvents must be a number from 0 up.")
    if not isinstance(at_once, bool):
        raise Malformed("returnImmediately must be true or false.")
    taken, faults = sent.get("ack", []), sent.get("setErrs", {})
    if not isinstance(taken, list) or len(taken) > MOST_ACKNOWLEDGED:
        raise Malformed(f"ack must be a list of at most {MOST_ACKNOWLEDGED} ids.")
    if not isinstance(faults, dict) or len(faults) > MOST_ACKNOWLEDGED:
        raise Malformed(f"setErrs must be an object with at most {MOST_ACKNOWLEDGED} ids.")
    ids = [_text(one, "ack", MOST_CHARACTERS) for one in taken]
    said = {_text(name, "setErrs", MOST_CHARACTERS): _fault(fault) for name, fault in faults.items()}
    return PollRequest(most, not at_once, ids, said)


def _delivery(delivery: Any, rules: PushRules) -> tuple[Delivery, str | None, str | None]:
    if not isinstance(delivery, dict):
        raise Malformed("delivery must be a JSON object.")
    try:
        method = Delivery(str(delivery.get("method")))
    except ValueError:
        known = " or ".join(one.value for one in Delivery)
        raise Malformed(f"delivery.method must be {known}.") from None
    if method is Delivery.POLL:
        return method, None, None
    if not rules.push:
        raise EndpointRefused("This installation pushes to nobody. Ask for urn:ietf:rfc:8936, and fetch your events.")
    endpoint = _text(delivery.get("endpoint_url"), "delivery.endpoint_url", MOST_CHARACTERS_OF_HEADER)
    rules.check(endpoint)
    header = delivery.get("authorization_header")
    if header is not None:
        header = _text(header, "delivery.authorization_header", MOST_CHARACTERS_OF_HEADER)
        if not header.isascii():
            raise Malformed("delivery.authorization_header must be ASCII.")
    return method, endpoint, header


def _types(requested: Any) -> tuple[str, ...]:
    if not isinstance(requested, list) or len(requested) > MOST_TYPES:
        raise Malformed(f"events_requested must be a list of at most {MOST_TYPES} URIs.")
    return tuple(dict.fromkeys(_text(one, "events_requested", MOST_CHARACTERS) for one in requested))


def _fault(fault: Any) -> str:
    """Return what a receiver says of an event that it will not take, as one line."""
    if not isinstance(fault, dict):
        raise Malformed("setErrs must hold an object with err and description for each id.")
    told = [fault.get("err"), fault.get("description")]
    return " ".join("".join(c for c in one if c.isprintable())[:200] for one in told if isinstance(one, str))


def _text(value: Any, name: str, most: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise Malformed(f"{name} must be a text of 1 to {most} characters.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise Malformed(f"{name} must hold no control characters.")
    return value
