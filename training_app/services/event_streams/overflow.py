"""A stream that nobody empties does not grow for ever: what waits in it is put into fewer words."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.services import outbox
from training_app.services.event_streams import noticing, streams
from training_app.services.event_streams.streams import CHANNEL

MOST_WAITING = 10_000
"""Events of one stream."""


def overfull(session: Session, *, most: int = MOST_WAITING) -> list[str]:
    """Return the streams with more than *most* events waiting."""
    counted = func.count()
    query = (
        select(OutboxMessage.destination)
        .where(OutboxMessage.channel == CHANNEL, OutboxMessage.state == OutboxState.WAITING)
        .group_by(OutboxMessage.destination)
        .having(counted > most)
    )
    return list(session.scalars(query.order_by(OutboxMessage.destination)))


def condense(session: Session, public_id: str, *, at: datetime) -> int:
    """Put "ask again" about each tool in the place of all that waits for a stream, and return how much waited.

    It says the same: whoever asks again about everybody misses nothing.
    """
    waited = outbox.forget(session, CHANNEL, public_id, only_waiting=True)
    for stream in streams.listening(session):
        if stream.public_id == public_id:
            noticing.everything(session, stream, at=at)
    return waited
