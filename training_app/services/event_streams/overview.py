"""How streams stand, for who watches over them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.event_streams import Delivery, EventStream, StreamStatus
from training_app.models.outbox import OutboxMessage
from training_app.services import outbox
from training_app.services.event_streams import clients
from training_app.services.event_streams.streams import CHANNEL, status_queue
from training_app.services.outbox import Queue

FETCHED_WITHIN = timedelta(hours=1)
"""An event that has waited longer to be fetched is worth a look at its receiver."""
MOST_SHOWN = 50


class Standing(StrEnum):
    """How a stream stands; where several hold, the first."""

    CLIENT_ENDED = "client-ended"
    """The client is closed, or may not be told of events any more."""
    NO_CREDENTIAL = "no-credential"
    DISABLED = "disabled"
    HELD = "held"
    PAUSED = "paused"
    FAILED = "failed"
    """Events were given up: a person must see to it."""
    UNREACHED = "unreached"
    UNFETCHED = "unfetched"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class StreamRow:
    stream: EventStream
    client: str
    queue: Queue
    standing: Standing


def all_streams(session: Session, *, at: datetime) -> list[StreamRow]:
    """Return every stream, by the name of its client, then the oldest first."""
    streams = session.scalars(select(EventStream).order_by(EventStream.id)).all()
    rows = _rows(session, streams, at=at)
    return sorted(rows, key=lambda row: (row.client.casefold(), row.stream.id))


def one_stream(session: Session, public_id: str, *, at: datetime) -> StreamRow | None:
    stream = session.scalar(select(EventStream).where(EventStream.public_id == public_id))
    return None if stream is None else _rows(session, [stream], at=at)[0]


def failed(session: Session, stream: EventStream) -> list[OutboxMessage]:
    """Return the latest `MOST_SHOWN` events that were given up, the latest first."""
    found = [
        message
        for name in (stream.public_id, status_queue(stream.public_id))
        for message in outbox.failed(session, CHANNEL, name, most=MOST_SHOWN)
    ]
    return sorted(found, key=lambda message: -message.id)[:MOST_SHOWN]


def try_again(session: Session, stream: EventStream, *, at: datetime) -> int:
    """Send everything that waits or was given up now; return how many were given up before."""
    return sum(
        outbox.try_again(session, CHANNEL, name, at=at) for name in (stream.public_id, status_queue(stream.public_id))
    )


def dismiss(session: Session, stream: EventStream) -> int:
    """Delete what was given up; return how many there were."""
    return sum(outbox.dismiss(session, CHANNEL, name) for name in (stream.public_id, status_queue(stream.public_id)))


def _rows(session: Session, streams: Sequence[EventStream], *, at: datetime) -> list[StreamRow]:
    ids = {one.client_id for one in streams}
    listening, trusted = clients.listening(session, ids), clients.trusted(session, ids, at=at)
    names = clients.names(session)
    rows = []
    for stream in streams:
        queue = _queue(session, stream)
        standing = _standing(stream, queue, listens=stream.client_id in listening, at=at)
        if standing is not Standing.CLIENT_ENDED and stream.client_id not in trusted:
            standing = Standing.NO_CREDENTIAL
        rows.append(StreamRow(stream, names[stream.client_id], queue, standing))
    return rows


def _standing(stream: EventStream, queue: Queue, *, listens: bool, at: datetime) -> Standing:
    old = queue.oldest is not None and at - queue.oldest > FETCHED_WITHIN
    holds = {
        Standing.CLIENT_ENDED: not listens,
        Standing.DISABLED: stream.status is StreamStatus.DISABLED,
        Standing.HELD: stream.held,
        Standing.PAUSED: stream.status is StreamStatus.PAUSED,
        Standing.FAILED: queue.failed > 0,
        Standing.UNREACHED: queue.attempts > 0,
        Standing.UNFETCHED: stream.delivery is Delivery.POLL and old,
    }
    return next((standing for standing, held in holds.items() if held), Standing.WORKING)


def _queue(session: Session, stream: EventStream) -> Queue:
    """Return how things stand with both queues of a stream, taken together."""
    first = outbox.queue(session, CHANNEL, stream.public_id)
    second = outbox.queue(session, CHANNEL, status_queue(stream.public_id))
    fault = first.fault or second.fault
    return replace(
        first if first.waiting else second,
        waiting=first.waiting + second.waiting,
        failed=first.failed + second.failed,
        oldest=min(filter(None, [first.oldest, second.oldest]), default=None),
        attempts=max(first.attempts, second.attempts),
        fault=fault,
        delivered_at=max(filter(None, [first.delivered_at, second.delivered_at]), default=None),
    )
