"""Every fact that asks tools to ask again is noticed as it is flushed: no service tells of it, none can forget to.

What it sets off is put into the outbox as the transaction commits, once for all of its facts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import event, select
from sqlalchemy.orm import Session, UOWTransaction

from training_app.models.base import Fact
from training_app.models.tools import Tool
from training_app.rules.signals import Concern, content, events_for, merged
from training_app.services import outbox
from training_app.services.event_streams import streams
from training_app.services.event_streams.concerns import Noticed, concerns, noticed
from training_app.services.event_streams.streams import CHANNEL, Listening
from training_app.services.journal import JournalledSession
from training_app.services.outbox import NewMessage

NOTICED = "noticed_facts"


@event.listens_for(JournalledSession, "after_flush")
def _notice(session: Session, _: UOWTransaction) -> None:
    found = [one for thing in session.new if isinstance(thing, Fact) and (one := noticed(thing))]
    if found:
        session.info.setdefault(NOTICED, []).extend(found)


@event.listens_for(JournalledSession, "before_commit")
def _announce(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the end of a savepoint; what was noticed waits for the end of everything
    if session.new:
        session.flush()
    facts: list[Noticed] = session.info.pop(NOTICED, [])
    if facts:
        announce(session, facts)


@event.listens_for(JournalledSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(NOTICED, None)


def announce(session: Session, facts: Sequence[Noticed]) -> int:
    """Put what the facts set off into the outbox, for every stream that is told of it; return how many events."""
    at = max(one.recorded_at for one in facts)
    listening = streams.listening(session)
    if not listening:
        return 0
    found = merged(concerns(session, facts))
    every_tool = session.scalars(select(Tool.slug)).all()
    return outbox.put(session, _messages(listening, found, every_tool, at=at), at=at)


def everything(session: Session, stream: Listening, *, at: datetime) -> int:
    """Put "ask again" about each tool of one stream into the outbox."""
    every_tool = session.scalars(select(Tool.slug)).all()
    return outbox.put(session, _messages([stream], [Concern(None, None)], every_tool, at=at), at=at)


def _messages(
    listening: Sequence[Listening], found: Sequence[Concern], every_tool: Sequence[str], *, at: datetime
) -> Iterator[NewMessage]:
    for concern in found:
        for stream in listening:
            transaction = outbox.new_id()
            for told in events_for(stream.wanted, concern, every_tool=every_tool):
                payload = content(told, issuer=stream.issuer, at=at)
                yield NewMessage(outbox.new_id(), CHANNEL, stream.public_id, {"txn": transaction, **payload})
