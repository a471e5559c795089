"""Streams of events in words: how they stand, what was done to them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.models.event_streams import EventStream, StreamChange
from training_app.models.outbox import OutboxMessage
from training_app.rules.signals import EventType
from training_app.services.event_streams.overview import Standing, StreamRow
from training_app.wording.decisions import BadgeText

#: For each standing the look of its badge, and its word.
STANDINGS: Mapping[Standing, tuple[str, Any]] = {
    Standing.CLIENT_ENDED: ("not-covered", _l("Client ended")),
    Standing.NO_CREDENTIAL: ("suspended", _l("No credential")),
    Standing.DISABLED: ("not-covered", _l("Switched off by the receiver")),
    Standing.HELD: ("on-hold", _l("Paused by the agency")),
    Standing.PAUSED: ("due", _l("Paused by the receiver")),
    Standing.FAILED: ("expired", _l("Needs a person")),
    Standing.UNREACHED: ("due", _l("Not reached")),
    Standing.UNFETCHED: ("due", _l("Not fetched")),
    Standing.WORKING: ("certified", _l("Working")),
}

#: What it means and what can be done, where something can be.
ADVICE: Mapping[Standing, Any] = {
    Standing.CLIENT_ENDED: _l("Its client is closed or may not be told of events any more. It is told nothing."),
    Standing.NO_CREDENTIAL: _l(
        "Every credential of its client has expired or was revoked. Events are kept until it has a new one."
    ),
    Standing.DISABLED: _l("The receiver has switched the stream off. It is told nothing, and nothing is kept for it."),
    Standing.HELD: _l("Events are kept, and sent once the stream goes on."),
    Standing.PAUSED: _l("The receiver has paused the stream. Events are kept until it goes on."),
    Standing.FAILED: _l(
        "The receiver did not take these events, and they are not sent again by themselves. "
        "Find out with its operators why, then try again."
    ),
    Standing.UNREACHED: _l("The receiver did not answer as it should. Sending is tried again, ever less often."),
    Standing.UNFETCHED: _l("Events have waited to be fetched for more than an hour. Is the receiver running?"),
}

CHANGES: Mapping[StreamChange, Any] = {
    StreamChange.CREATED: _l("Created"),
    StreamChange.CONFIGURED: _l("Set up anew"),
    StreamChange.ENABLED: _l("Let go on"),
    StreamChange.PAUSED: _l("Paused"),
    StreamChange.DISABLED: _l("Switched off"),
    StreamChange.DELETED: _l("Deleted"),
}

KINDS: Mapping[str, Any] = {
    EventType.ASK_AGAIN.value: _l("Ask again"),
    EventType.SESSION_REVOKED.value: _l("End what is open"),
    EventType.VERIFICATION.value: _l("Verification"),
    EventType.STREAM_UPDATED.value: _l("Status of the stream"),
}


def badge(row: StreamRow) -> BadgeText:
    look, word = STANDINGS[row.standing]
    return BadgeText(look, str(word))


def way(stream: EventStream) -> str:
    """Return how events get to the receiver: pushed to which host, or fetched."""
    if stream.endpoint is None:
        return _("Fetched by the receiver")
    return _("Pushed to %(host)s", host=urlsplit(stream.endpoint).netloc)


def kind_of(message: OutboxMessage) -> str:
    return str(KINDS[next(iter(message.payload["events"]))])


def subject_of(message: OutboxMessage) -> str:
    """Return whom or what an event is about: a service number, a tool's short name, or nothing for the stream."""
    subject = message.payload["sub_id"]
    if subject["format"] == "iss_sub":
        return str(subject["sub"])
    return str(subject["application"]["id"]) if subject["format"] == "complex" else ""
