"""What was recorded since somebody looked: the one way to find out whether an answer that was kept still stands.

Whoever keeps answers keeps a *mark* with them, and before giving one again asks with one cheap statement what was
committed since the mark.  Every fact that the statements of `gather` or the look-up of a caller read is noted as it is
flushed: no service does it, none can forget it.  What machines' questions record is none of them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol
from typing import cast as typed

from sqlalchemy import BigInteger, Connection, Insert, Table, Text, cast, event, func, insert
from sqlalchemy.orm import Session, UOWTransaction

from training_app.models.base import Base, Fact
from training_app.models.changes import AnswerChange
from training_app.models.clients import Client, ClientClosure, ClientCredential, ClientCredentialEnd, ClientGrant
from training_app.models.erasures import PersonErased
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.gather.padded import instant
from training_app.services.journal import JournalledSession


class Reach(StrEnum):
    """Which of the answers that were kept a fact may change."""

    OFFICER = "officer"
    """Those about one officer."""
    TOOL = "tool"
    """Those about some tool; who keeps any compares the tool's facts with those that they rest on."""
    EVERYTHING = "everything"
    CALLER = "caller"
    """Who may ask, not what is answered."""


def _names(*models: type[Base]) -> set[str]:
    return {model.__tablename__ for model in models}


_BY_REACH: Mapping[Reach, set[str]] = {
    Reach.OFFICER: _names(Person, *(kind.model for kind in officer_rows.KINDS.values())),
    Reach.TOOL: _names(*tool_rows.MODELS),
    Reach.EVERYTHING: _names(TrainerMeasure, PersonErased),
    Reach.CALLER: _names(Client, ClientGrant, ClientClosure, ClientCredential, ClientCredentialEnd),
}
REACHES: Mapping[str, Reach] = {kind: reach for reach, kinds in _BY_REACH.items() for kind in sorted(kinds)}
"""By the name of the fact's table."""


class Change(NamedTuple):
    reach: Reach
    person_id: int
    """Whom the fact is about; 0 where it is about nobody."""
    effective_at: datetime


FROM_NOTHING = Change(Reach.EVERYTHING, 0, datetime.min.replace(tzinfo=UTC))
"""What is told to who has no mark yet."""

# -- noticed -----------------------------------------------------------------------------------------------------------

_TABLE = typed(Table, AnswerChange.__table__)
_OWN_TRANSACTION = cast(cast(func.pg_current_xact_id(), Text), BigInteger)
_NEW: Mapping[str, Insert] = {
    "sqlite": insert(_TABLE),
    "postgresql": insert(_TABLE).values(transaction_id=_OWN_TRANSACTION),
}


@event.listens_for(JournalledSession, "after_flush")
def _note(session: Session, _: UOWTransaction) -> None:
    facts = [thing for thing in session.new if isinstance(thing, Fact) and thing.__tablename__ in REACHES]
    if not facts:
        return
    connection = session.connection()
    rows = [
        {
            "kind": fact.__tablename__,
            "person_id": getattr(fact, fact.about) if fact.about else None,
            "effective_at": fact.effective_at,
        }
        for fact in facts
    ]
    connection.execute(_NEW[connection.dialect.name], rows)


# -- told --------------------------------------------------------------------------------------------------------------

# One row with the new mark, whatever was recorded; beside it, if anything was, a change in each row.  On PostgreSQL a
# mark is a snapshot, and a change is new if that snapshot does not see its transaction.  Transactions from the end of
# this statement's own snapshot on, which it cannot see unless it is in one of them, can only be those of another server
# that a dump came from.
# In the words of the drivers: every request runs this, and putting a statement together costs more than running it.
_SINCE: Mapping[str, str] = {
    "sqlite": """
        SELECT (SELECT coalesce(max(id), 0) FROM answer_change) AS mark, kind, person_id, effective_at
        FROM (SELECT 1) LEFT JOIN answer_change ON id > :mark
    """,
    "postgresql": """
        SELECT CAST(pg_current_snapshot() AS text) AS mark, kind, person_id, effective_at
        FROM (SELECT 1) AS once LEFT JOIN answer_change
          ON transaction_id >= %(first)s
          AND (transaction_id < CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)
               OR transaction_id = CAST(CAST(pg_current_xact_id_if_assigned() AS text) AS bigint))
          AND NOT pg_visible_in_snapshot(CAST(CAST(transaction_id AS text) AS xid8), CAST(%(mark)s AS pg_snapshot))
    """,
}
_MARK_NOW: Mapping[str, str] = {
    "sqlite": "SELECT coalesce(max(id), 0) FROM answer_change",
    "postgresql": "SELECT CAST(pg_current_snapshot() AS text)",
}


class Ask(Protocol):
    """Runs one statement, in the words of the driver, and returns every row."""

    backend: str
    """``sqlite`` or ``postgresql``."""

    def __call__(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]: ...


class _Within:
    """Asks on a connection that is open for more than this."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self.backend = connection, connection.dialect.name

    def __call__(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        return self._connection.exec_driver_sql(statement, dict(parameters)).all()


def since(asked: Ask | Connection | Session, mark: str | None) -> tuple[str, Sequence[Change]]:
    """Return the mark of what is committed now, and the changes since *mark*: one statement, which reads nothing else.

    A change is told of at least once: a mark may be given up for an older one, never for a newer one without what was
    told with it.

    :param mark: from before, or ``None`` for nobody has looked yet: then everything has changed.
    """
    if isinstance(asked, Session):
        asked = asked.connection()
    ask = _Within(asked) if isinstance(asked, Connection) else asked
    if mark is None:
        return str(ask(_MARK_NOW[ask.backend], {})[0][0]), [FROM_NOTHING]
    first = int(mark.partition(":")[0])
    parameters: dict[str, Any] = {"mark": first} if ask.backend == "sqlite" else {"mark": mark, "first": first}
    rows = ask(_SINCE[ask.backend], parameters)
    changes = [
        Change(REACHES[kind], person or 0, instant(effective))
        for _, kind, person, effective in rows
        if kind is not None
    ]
    return str(rows[0][0]), changes
