"""Events that a receiver fetches (RFC 8936): what it has is acknowledged by id, the rest is handed out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from training_app.models.event_streams import EventStream
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.services import outbox
from training_app.services.event_streams.keys import EventKeys, claims
from training_app.services.event_streams.streams import CHANNEL, open_queues, status_queue

MOST_AT_ONCE = 100
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Fetched:
    """Signed tokens by their id, in the order of events, and whether there are more."""

    sets: dict[str, str]
    more: bool


def acknowledge(
    session: Session, stream: EventStream, taken: list[str], faults: dict[str, str], *, at: datetime
) -> int:
    """Record which events the receiver has, and which it will not take; return how many are given up by it."""
    given_up = 0
    for queue in (status_queue(stream.public_id), stream.public_id):
        if taken:
            outbox.fetched(session, CHANNEL, queue, taken, at=at)
        if faults:
            given_up += outbox.refused(session, CHANNEL, queue, faults, at=at)
    return given_up


def note(session: Session, stream: EventStream, *, at: datetime) -> None:
    """Remember that the receiver has asked."""
    stream.polled_at = at
    session.flush()


def note_is_due(stream: EventStream, *, at: datetime) -> bool:
    return stream.polled_at is None or at >= stream.polled_at + NOTED_EVERY


def anything_for(session: Session, public_id: str) -> bool:
    """Tell whether an event waits for a stream that it would be handed out to."""
    stream = session.scalar(_STREAM, {"public_id": public_id})
    return stream is not None and session.scalars(_WAITING, {"queues": open_queues(stream)}).one()


_STREAM = select(EventStream).where(EventStream.public_id == bindparam("public_id"))
_WAITING = select(
    exists().where(
        OutboxMessage.channel == CHANNEL,
        OutboxMessage.destination.in_(bindparam("queues", expanding=True)),
        OutboxMessage.state == OutboxState.WAITING,
    )
)


def fetch(session: Session, stream: EventStream, keys: EventKeys, *, most: int) -> Fetched:
    """Return the oldest events that wait, at most *most* and `MOST_AT_ONCE`; none of a stream that is paused."""
    most = min(most, MOST_AT_ONCE)
    found: list[OutboxMessage] = []
    for queue in open_queues(stream):
        found.extend(outbox.oldest(session, CHANNEL, queue, most=most + 1 - len(found)))
    return Fetched({row.message_id: keys.sign(_claims(stream, row)) for row in found[:most]}, more=len(found) > most)


def _claims(stream: EventStream, row: OutboxMessage) -> dict[str, Any]:
    about = {"issuer": stream.issuer, "audience": stream.audience}
    return claims(row.payload, message_id=row.message_id, issued_at=row.created_at, **about)
