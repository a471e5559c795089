"""Every fact that is stated is noticed as it is flushed: no service tells of it, none can forget to.

Its statements are put into the outbox as the transaction commits.  Where no record store is named, nothing happens.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from training_app.models.base import Fact
from training_app.services import outbox
from training_app.services.journal import JournalledSession
from training_app.services.learning_records import stating
from training_app.services.outbox import NewMessage

HOME = "learning_records_from"
"""What a session carries the installation's public address under; empty, or missing: nothing is stated."""
NOTICED = "facts_to_state"

CHANNEL = "learning-records"
STORE = "store"
"""The one destination: what waits goes to the store that is named when it is sent."""


@event.listens_for(JournalledSession, "after_flush")
def _notice(session: Session, _: UOWTransaction) -> None:
    if not session.info.get(HOME):
        return
    noticed: dict[tuple[str, int], None] = session.info.setdefault(NOTICED, {})
    for thing in session.new:
        if isinstance(thing, Fact) and thing.__tablename__ in stating.STATED:
            noticed[thing.__tablename__, thing.id] = None


@event.listens_for(JournalledSession, "before_commit")
def _state(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(HOME):
        return  # at the end of a savepoint, what was noticed waits for the end of everything
    if session.new:
        session.flush()
    noticed: dict[tuple[str, int], None] = session.info.pop(NOTICED, {})
    if noticed:
        # By their ids, read anew: what was rolled back to a savepoint is there no more, and never happened.
        stated = stating.statements(session, list(noticed), home=session.info[HOME])
        for at, statement in stated:
            outbox.put(session, [_message(statement)], at=at)


@event.listens_for(JournalledSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(NOTICED, None)


def _message(statement: dict[str, Any]) -> NewMessage:
    return NewMessage(statement["id"], CHANNEL, STORE, statement)
