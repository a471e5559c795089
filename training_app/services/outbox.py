"""The outbox: messages for machines elsewhere, kept until they are delivered.

Whoever causes a message puts it here in the transaction of its cause, so that neither is there without the other.  The
table is the queue; `training_app.courier` empties it, in as many processes as there are.  A message is claimed, sent
outside any transaction, and its outcome recorded: whoever dies in between leaves a claim that runs out, and the message
is sent again.  Its receiver tells it by its id.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.rules.retries import Outcome, wait_before_next

CLAIM = timedelta(minutes=2)
"""Longer than any sending takes."""
KEPT_AFTER_DELIVERY = timedelta(days=7)
MOST_CHARACTERS_OF_FAULT = 500


@dataclass(frozen=True, slots=True)
class NewMessage:
    message_id: str
    channel: str
    destination: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process sends now."""

    id: int
    message_id: str
    destination: str
    payload: dict[str, Any]
    created_at: datetime
    attempts: int
    """Attempts before this one."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How things stand with one destination."""

    waiting: int
    failed: int
    oldest: datetime | None
    """When the first of what waits was put there."""
    next_at: datetime | None
    """When the first of what waits is tried next."""
    attempts: int
    """How often the first of what waits was tried in vain."""
    fault: str | None
    """What the last of these attempts met."""
    delivered_at: datetime | None


EMPTY = Queue(0, 0, None, None, 0, None, None)


def new_id() -> str:
    """Return an id that nothing else has, in this installation or in another."""
    return uuid.uuid4().hex


def put(session: Session, messages: Iterable[NewMessage], *, at: datetime) -> int:
    """Put messages into the outbox, to be delivered once the transaction is committed; return how many."""
    rows = [
        {
            "message_id": one.message_id,
            "channel": one.channel,
            "destination": one.destination,
            "payload": one.payload,
            "created_at": at,
            "state": OutboxState.WAITING,
            "attempts": 0,
            "refusals": 0,
            "due_at": at,
        }
        for one in messages
    ]
    if rows:
        session.connection().execute(insert(OutboxMessage), rows)
        session.info["put_messages"] = True
    return len(rows)


def has_put(session: Session) -> bool:
    """Return whether *session* has put messages into the outbox, be they rolled back since or not."""
    return bool(session.info.get("put_messages", False))


def _queue(channel: str, destination: str) -> tuple[Any, ...]:
    return OutboxMessage.channel == channel, OutboxMessage.destination == destination


def first_waiting(session: Session, channel: str, destination: str) -> OutboxMessage | None:
    """Return the message that is delivered next to *destination*, due or not."""
    query = select(OutboxMessage).where(*_queue(channel, destination), OutboxMessage.state == OutboxState.WAITING)
    return session.scalars(query.order_by(OutboxMessage.id).limit(1)).first()


def next_to(session: Session, channel: str, destination: str, *, at: datetime) -> int | None:
    """Return the row of the message that can be sent to *destination* now; ``None`` while the first one is not due, or
    is being sent."""
    head = first_waiting(session, channel, destination)
    if head is None or head.due_at > at or (head.claimed_until is not None and head.claimed_until > at):
        return None
    return head.id


def claim(session: Session, row_id: int, *, at: datetime) -> Claimed | None:
    """Take the message in a row to send it; ``None`` if it is not due, or another process has it.

    On SQLite the transaction is the only writer; on PostgreSQL a row that another one is claiming is passed by.
    """
    free = or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= at)
    waiting = (OutboxMessage.state == OutboxState.WAITING, OutboxMessage.due_at <= at, free)
    query = select(OutboxMessage).where(OutboxMessage.id == row_id, *waiting).with_for_update(skip_locked=True)
    row = session.scalars(query).first()
    if row is None:
        return None
    row.claimed_until = at + CLAIM
    session.flush()
    return Claimed(row.id, row.message_id, row.destination, row.payload, row.created_at, row.attempts)


def ended(session: Session, message: Claimed, outcome: Outcome, fault: str, *, at: datetime, chance: float) -> bool:
    """Record how sending ended; return whether the message was given up now.

    A message that somebody else has delivered meanwhile stays delivered.
    """
    row = session.get(OutboxMessage, message.id, with_for_update=True)
    if row is None or row.state is OutboxState.DELIVERED:
        return False
    row.claimed_until = None
    if outcome is Outcome.TAKEN:
        row.state, row.ended_at, row.fault = OutboxState.DELIVERED, at, None
    else:
        row.attempts += 1
        row.refusals += outcome is Outcome.REFUSED
        row.fault = fault[:MOST_CHARACTERS_OF_FAULT]
        wait = wait_before_next(row.attempts, row.refusals, chance=chance)
        if wait is None:
            row.state, row.ended_at = OutboxState.FAILED, at
        else:
            row.due_at = at + wait
    session.flush()
    return row.state is OutboxState.FAILED


def oldest(session: Session, channel: str, destination: str, *, most: int) -> Sequence[OutboxMessage]:
    """Return what waits for *destination*, at most *most* messages, the oldest first: for those who fetch theirs."""
    query = select(OutboxMessage).where(*_queue(channel, destination), OutboxMessage.state == OutboxState.WAITING)
    return session.scalars(query.order_by(OutboxMessage.id).limit(most)).all()


def fetched(session: Session, channel: str, destination: str, message_ids: Collection[str], *, at: datetime) -> None:
    """Record that who fetches theirs has these messages; ids of others, and of none, are passed over."""
    found = OutboxMessage.message_id.in_(message_ids)
    unfinished = OutboxMessage.state != OutboxState.DELIVERED
    session.execute(
        update(OutboxMessage)
        .where(*_queue(channel, destination), found, unfinished)
        .values(state=OutboxState.DELIVERED, ended_at=at, fault=None)
        .execution_options(synchronize_session=False)
    )


def refused(session: Session, channel: str, destination: str, faults: dict[str, str], *, at: datetime) -> int:
    """Give messages up that who fetches theirs will not take, by id with what they say of it; return how many."""
    found = OutboxMessage.message_id.in_(faults)
    rows = session.scalars(
        select(OutboxMessage).where(*_queue(channel, destination), found, OutboxMessage.state == OutboxState.WAITING)
    ).all()
    for row in rows:
        row.state, row.ended_at = OutboxState.FAILED, at
        row.attempts, row.refusals = row.attempts + 1, row.refusals + 1
        row.fault = faults[row.message_id][:MOST_CHARACTERS_OF_FAULT]
    session.flush()
    return len(rows)


# -- what a person does ------------------------------------------------------------------------------------------------


def failed(session: Session, channel: str, destination: str, *, most: int) -> Sequence[OutboxMessage]:
    """Return what was given up for *destination*, the latest first."""
    query = select(OutboxMessage).where(*_queue(channel, destination), OutboxMessage.state == OutboxState.FAILED)
    return session.scalars(query.order_by(OutboxMessage.id.desc()).limit(most)).all()


def try_again(session: Session, channel: str, destination: str, *, at: datetime) -> int:
    """Have everything that waits or was given up for *destination* sent now; return how many were given up before.

    What was given up begins anew, with all its attempts.
    """
    ours = _queue(channel, destination)
    given_up = session.scalar(
        select(func.count()).select_from(OutboxMessage).where(*ours, OutboxMessage.state == OutboxState.FAILED)
    )
    session.execute(
        update(OutboxMessage)
        .where(*ours, OutboxMessage.state == OutboxState.FAILED)
        .values(state=OutboxState.WAITING, attempts=0, refusals=0, ended_at=None)
        .execution_options(synchronize_session=False)
    )
    due_now(session, channel, destination, at=at)
    return given_up or 0


def due_now(session: Session, channel: str, destination: str, *, at: datetime) -> None:
    """End the wait before the next attempt: the destination says, or a person thinks, that it can be reached."""
    session.execute(
        update(OutboxMessage)
        .where(*_queue(channel, destination), OutboxMessage.state == OutboxState.WAITING, OutboxMessage.due_at > at)
        .values(due_at=at)
        .execution_options(synchronize_session=False)
    )


def dismiss(session: Session, channel: str, destination: str) -> int:
    """Delete what was given up for *destination*; return how many there were."""
    return _delete(session, *_queue(channel, destination), OutboxMessage.state == OutboxState.FAILED)


def dismiss_older(session: Session, channel: str, *, than: datetime) -> int:
    """Delete what was given up on *channel* before that instant and nobody has seen to; return how many there were."""
    given_up = (OutboxMessage.channel == channel, OutboxMessage.state == OutboxState.FAILED)
    return _delete(session, *given_up, OutboxMessage.ended_at < than)


def forget(session: Session, channel: str, destination: str, *, only_waiting: bool = False) -> int:
    """Delete every message for *destination*; return how many there were."""
    waiting = (OutboxMessage.state == OutboxState.WAITING,) if only_waiting else ()
    return _delete(session, *_queue(channel, destination), *waiting)


def prune(session: Session, *, at: datetime) -> int:
    """Delete what was delivered more than `KEPT_AFTER_DELIVERY` ago."""
    old = OutboxMessage.ended_at <= at - KEPT_AFTER_DELIVERY
    return _delete(session, OutboxMessage.state == OutboxState.DELIVERED, old)


def _delete(session: Session, *conditions: Any) -> int:
    statement = delete(OutboxMessage).where(*conditions).returning(OutboxMessage.id)
    return len(session.scalars(statement.execution_options(synchronize_session=False)).all())


# -- how things stand --------------------------------------------------------------------------------------------------


def queue(session: Session, channel: str, destination: str) -> Queue:
    """Return how things stand with *destination*."""
    row, state = OutboxMessage, OutboxMessage.state
    counted = session.execute(
        select(state, func.count(), func.min(row.created_at), func.max(row.ended_at))
        .where(*_queue(channel, destination))
        .group_by(state)
    ).all()
    by_state = {found[0]: found for found in counted}
    waiting, delivered = by_state.get(OutboxState.WAITING), by_state.get(OutboxState.DELIVERED)
    failed_ones = by_state.get(OutboxState.FAILED)
    head = first_waiting(session, channel, destination) if waiting else None
    return Queue(
        waiting=waiting[1] if waiting else 0,
        failed=failed_ones[1] if failed_ones else 0,
        oldest=waiting[2] if waiting else None,
        next_at=head.due_at if head else None,
        attempts=head.attempts if head else 0,
        fault=head.fault if head else None,
        delivered_at=delivered[3] if delivered else None,
    )


def number_failed(session: Session) -> int:
    """Return how many messages of all channels need a person."""
    return _number(session, OutboxState.FAILED)


def number_waiting(session: Session) -> int:
    """Return how many messages of all channels wait, be it to be sent or to be fetched."""
    return _number(session, OutboxState.WAITING)


def _number(session: Session, state: OutboxState) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == state)) or 0
