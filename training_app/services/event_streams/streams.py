"""What receivers set up: their streams, whom these leave out, and who has paused them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.event_streams import (
    Delivery,
    EventStream,
    EventStreamChange,
    EventStreamExclusion,
    StreamChange,
    StreamStatus,
)
from training_app.models.people import Person
from training_app.rules.clients import Caller
from training_app.rules.signals import OFFERED, EventType, Exclusion, Wanted, stream_subject
from training_app.services import outbox
from training_app.services.event_streams import clients
from training_app.services.locks import one_at_a_time
from training_app.services.outbox import NewMessage

CHANNEL = "events"
"""Of the outbox: events that wait to be pushed, and those that wait to be fetched."""
MOST_STREAMS = 5
"""Of one client."""
MOST_EXCLUSIONS = 10_000
"""Of one stream."""
BETWEEN_VERIFICATIONS = timedelta(seconds=30)
MOST_CHARACTERS_OF_STATE = 500


class NoSuchStream(TrainingError):
    def __init__(self) -> None:
        super().__init__("You have no stream with this stream_id.")


class TooManyStreams(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"You have {MOST_STREAMS} streams already. Update or delete one of them.")


class TooManyExclusions(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"More than {MOST_EXCLUSIONS} subjects are removed from this stream already.")


class VerifiedTooOften(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"Ask for a verification event every {BETWEEN_VERIFICATIONS.seconds} seconds at most.")


class HeldByTheAgency(TrainingError):
    def __init__(self) -> None:
        super().__init__("A registrar of the agency has paused this stream. Only they can enable it.")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a receiver chooses of its stream."""

    delivery: Delivery
    endpoint: str | None
    authorization: str | None
    requested: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Listening:
    """A stream that is told of what happens, with what it is told of."""

    public_id: str
    issuer: str
    wanted: Wanted


# -- what a receiver does ----------------------------------------------------------------------------------------------


def create(session: Session, caller: Caller, settings: Settings, *, issuer: str, at: datetime) -> EventStream:
    """Make a stream, enabled.

    :raises TooManyStreams: if the client has `MOST_STREAMS`.
    """
    one_at_a_time(session, "client", caller.client_id)
    if len(of_client(session, caller)) >= MOST_STREAMS:
        raise TooManyStreams
    stream = EventStream(
        public_id=outbox.new_id(),
        client_id=caller.client_id,
        issuer=issuer,
        audience=f"client-{caller.client_id}",
        delivery=settings.delivery,
        endpoint=settings.endpoint,
        authorization=settings.authorization,
        requested=list(settings.requested),
        description=settings.description,
        status=StreamStatus.ENABLED,
        held=False,
        created_at=at,
    )
    session.add(stream)
    _record(session, stream, StreamChange.CREATED, at=at)
    return stream


def of_client(session: Session, caller: Caller) -> Sequence[EventStream]:
    """Return the streams of *caller*, the oldest first."""
    return session.scalars(
        select(EventStream).where(EventStream.client_id == caller.client_id).order_by(EventStream.id)
    ).all()


def own(session: Session, caller: Caller, public_id: str, *, to_change: bool = False) -> EventStream:
    """Return a stream of *caller*, to change it with the row locked.

    :raises NoSuchStream: if it has none by that id, whoever else has.
    """
    query = select(EventStream).where(EventStream.public_id == public_id, EventStream.client_id == caller.client_id)
    stream = session.scalar(query.with_for_update() if to_change else query)
    if stream is None:
        raise NoSuchStream
    return stream


def configure(session: Session, stream: EventStream, settings: Settings, *, at: datetime) -> None:
    """Replace what the receiver chose; what waits is delivered as chosen now."""
    stream.delivery, stream.endpoint = settings.delivery, settings.endpoint
    stream.authorization, stream.requested = settings.authorization, list(settings.requested)
    stream.description = settings.description
    outbox.due_now(session, CHANNEL, stream.public_id, at=at)
    _record(session, stream, StreamChange.CONFIGURED, at=at)


def set_status(
    session: Session, stream: EventStream, status: StreamStatus, reason: str | None, *, at: datetime
) -> None:
    """Enable, pause or disable a stream as its receiver wishes; disabling forgets what waits.

    :raises HeldByTheAgency: if it is to be enabled, and a registrar has paused it.
    """
    if stream.held and status is StreamStatus.ENABLED:
        raise HeldByTheAgency
    if stream.status is status:
        stream.reason = reason
        return
    stream.status, stream.reason = status, None if status is StreamStatus.ENABLED else reason
    if status is StreamStatus.DISABLED:
        for queue in (stream.public_id, status_queue(stream.public_id)):
            outbox.forget(session, CHANNEL, queue, only_waiting=True)
    if status is StreamStatus.ENABLED:
        outbox.due_now(session, CHANNEL, stream.public_id, at=at)
    _record(session, stream, StreamChange(status.value), at=at, reason=reason)


def remove(session: Session, stream: EventStream, *, at: datetime, by: Person | None = None) -> None:
    """Delete a stream with all that waits for it."""
    for queue in (stream.public_id, status_queue(stream.public_id)):
        outbox.forget(session, CHANNEL, queue)
    session.execute(delete(EventStreamExclusion).where(EventStreamExclusion.stream_id == stream.id))
    _record(session, stream, StreamChange.DELETED, at=at, by=by)
    session.delete(stream)
    session.flush()


def exclude(session: Session, stream: EventStream, subject: Exclusion) -> None:
    """Tell the stream nothing of *subject* any more; twice is as once.

    :raises TooManyExclusions: if there are `MOST_EXCLUSIONS`.
    """
    known = _exclusions(session, [stream.id]).get(stream.id, frozenset())
    if subject in known:
        return
    if len(known) >= MOST_EXCLUSIONS:
        raise TooManyExclusions
    session.add(EventStreamExclusion(stream_id=stream.id, officer=subject.officer or "", tool=subject.tool or ""))
    session.flush()


def include(session: Session, stream: EventStream, subject: Exclusion) -> None:
    """Tell the stream of *subject* again; of one that was never left out it is told anyway."""
    session.execute(
        delete(EventStreamExclusion).where(
            EventStreamExclusion.stream_id == stream.id,
            EventStreamExclusion.officer == (subject.officer or ""),
            EventStreamExclusion.tool == (subject.tool or ""),
        )
    )


def verify(session: Session, stream: EventStream, state: str | None, *, at: datetime) -> None:
    """Put a verification event into the stream; whoever asks can be reached, so that nothing waits longer.

    :raises VerifiedTooOften: if one was asked for less than `BETWEEN_VERIFICATIONS` ago.
    """
    if stream.verified_at is not None and at < stream.verified_at + BETWEEN_VERIFICATIONS:
        raise VerifiedTooOften
    stream.verified_at = at
    outbox.due_now(session, CHANNEL, stream.public_id, at=at)
    told = {} if state is None else {"state": state}
    _send(session, stream, EventType.VERIFICATION, told, at=at)
    session.flush()


# -- what a registrar does ---------------------------------------------------------------------------------------------


def by_public_id(session: Session, public_id: str) -> EventStream | None:
    return session.scalar(select(EventStream).where(EventStream.public_id == public_id).with_for_update())


def hold(session: Session, stream: EventStream, reason: str, *, at: datetime, by: Person) -> None:
    """Pause a stream for the agency; what happens meanwhile is kept for it.  Twice is as once.

    The receiver is told so by an event, as the framework asks.
    """
    if stream.held:
        return
    stream.held, stream.reason = True, reason
    _tell_of_status(session, stream, StreamStatus.PAUSED, at=at)
    _record(session, stream, StreamChange.PAUSED, at=at, by=by, reason=reason)


def let_go(session: Session, stream: EventStream, *, at: datetime, by: Person) -> None:
    """End what `hold` began; the stream is then as its receiver has set it."""
    if not stream.held:
        return
    stream.held, stream.reason = False, None
    _tell_of_status(session, stream, stream.status, at=at)
    outbox.due_now(session, CHANNEL, stream.public_id, at=at)
    _record(session, stream, StreamChange.ENABLED, at=at, by=by)


def changes(session: Session, public_id: str) -> Sequence[tuple[EventStreamChange, str | None]]:
    """Return what was done to a stream with who did it (``None``: its client), the latest first."""
    rows = session.execute(
        select(EventStreamChange, Person.name)
        .join(Person, Person.id == EventStreamChange.recorded_by_id, isouter=True)
        .where(EventStreamChange.public_id == public_id)
        .order_by(EventStreamChange.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


# -- what streams are told ---------------------------------------------------------------------------------------------


def status_of(stream: EventStream) -> StreamStatus:
    """Return how the stream stands: paused while a registrar holds it, unless its receiver has disabled it."""
    held = stream.held and stream.status is StreamStatus.ENABLED
    return StreamStatus.PAUSED if held else stream.status


def open_queues(stream: EventStream) -> list[str]:
    """Return the names of the queues in the outbox that are delivered as the stream stands.

    What it is told about its own status goes out although it is paused: a receiver must learn that it is.
    """
    status = status_of(stream)
    if status is StreamStatus.DISABLED:
        return []
    return [status_queue(stream.public_id), *([stream.public_id] if status is StreamStatus.ENABLED else [])]


def status_queue(public_id: str) -> str:
    return f"{public_id}/status"


def delivered_types(requested: Collection[str]) -> list[EventType]:
    """Return what a stream with these wishes is sent; one that wishes for nothing gets everything."""
    return [kind for kind in OFFERED if not requested or kind.value in requested]


def listening(session: Session) -> list[Listening]:
    """Return every stream that is told of what happens: not disabled, of an open client with the scope."""
    rows = session.scalars(
        select(EventStream).where(EventStream.status != StreamStatus.DISABLED).order_by(EventStream.id)
    ).all()
    if not rows:
        return []
    tools = clients.listening(session, {row.client_id for row in rows})
    excluded = _exclusions(session, [row.id for row in rows])
    return [
        Listening(
            row.public_id,
            row.issuer,
            Wanted(frozenset(delivered_types(row.requested)), tools[row.client_id], excluded.get(row.id, frozenset())),
        )
        for row in rows
        if row.client_id in tools
    ]


def _exclusions(session: Session, stream_ids: Collection[int]) -> dict[int, frozenset[Exclusion]]:
    rows = session.scalars(select(EventStreamExclusion).where(EventStreamExclusion.stream_id.in_(stream_ids)))
    found: dict[int, set[Exclusion]] = {}
    for row in rows:
        found.setdefault(row.stream_id, set()).add(Exclusion(row.officer or None, row.tool or None))
    return {stream_id: frozenset(some) for stream_id, some in found.items()}


def _tell_of_status(session: Session, stream: EventStream, status: StreamStatus, *, at: datetime) -> None:
    if stream.status is StreamStatus.DISABLED:
        return
    reason = {"reason": stream.reason} if stream.reason else {}
    _send(session, stream, EventType.STREAM_UPDATED, {"status": status.value, **reason}, at=at)


def _send(session: Session, stream: EventStream, kind: EventType, told: dict[str, str], *, at: datetime) -> None:
    payload = {"sub_id": stream_subject(stream.public_id), "events": {kind.value: told}}
    queue = status_queue(stream.public_id) if kind is EventType.STREAM_UPDATED else stream.public_id
    outbox.put(session, [NewMessage(outbox.new_id(), CHANNEL, queue, payload)], at=at)


def _record(
    session: Session,
    stream: EventStream,
    change: StreamChange,
    *,
    at: datetime,
    by: Person | None = None,
    reason: str | None = None,
) -> None:
    session.add(
        EventStreamChange(
            effective_at=at,
            recorded_at=at,
            recorded_by_id=by.id if by else None,
            public_id=stream.public_id,
            client_id=stream.client_id,
            change=change,
            delivery=stream.delivery,
            endpoint=stream.endpoint,
            reason=reason,
        )
    )
    session.flush()
