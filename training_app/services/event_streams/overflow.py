"""A stream that nobody empties does not grow for ever: what waits is put into fewer words, what was given up goes."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.services import outbox
from training_app.services.event_streams import noticing, streams
from training_app.services.event_streams.streams import CHANNEL

MOST_WAITING = 10_000
"""Events of one stream."""
GIVEN_UP_KEPT = timedelta(days=30)
"""For a person to see to; no answer is held so long that the event would still say something."""


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


def dismiss_old(session: Session, *, at: datetime) -> int:
    """Delete the events that were given up `GIVEN_UP_KEPT` ago; return how many."""
    return outbox.dismiss_older(session, CHANNEL, than=at - GIVEN_UP_KEPT)


def condense(session: Session, public_id: str, *, at: datetime) -> int:
    """Put "ask again" about each tool in the place of all that waits for a stream, and return how much waited.

    It says the same: whoever asks again about everybody misses nothing.
    """
    waited = outbox.forget(session, CHANNEL, public_id, only_waiting=True)
    for stream in streams.listening(session):
        if stream.public_id == public_id:
            noticing.everything(session, stream, at=at)
    return waited
