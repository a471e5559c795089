"""The database: how it is connected to, and the only place that commits.

SQLite is the embedded default, PostgreSQL serves more than one machine.  A transaction is the only writer on SQLite
(``BEGIN IMMEDIATE``), from its first statement on; on PostgreSQL writers run side by side (READ COMMITTED) and lock
what they decide on.  Reading is done on one snapshot and cannot write, which the database itself enforces.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from training_app.services import (
    changes,  # noqa: F401  listens to every session that may write
    outbox,
)
from training_app.services.event_streams import noticing  # noqa: F401  likewise
from training_app.services.journal import JournalledSession, wrote_entries
from training_app.services.learning_records import noticing as learning_records  # likewise
from training_app.services.lti import deriving  # noqa: F401  likewise
from training_app.services.names import ReadersSession, withhold

logger = logging.getLogger(__name__)

SQLITE_BUSY_MILLISECONDS = 10_000
"""How long a writer waits for the one before it."""
CONNECTIONS = 20
"""Kept open per process; a request uses two at most, one to read and one to write."""
CONNECTIONS_AT_PEAK = 40
MIGRATION_LOCK = 4_611_686_018_427_387_001
"""Key of PostgreSQL's advisory lock that lets one process migrate at a time."""


class Glance:
    """Runs single statements on a connection that is kept: each sees what is committed when it is run.

    Taking a connection from the pool, BEGIN, ROLLBACK and giving it back cost ten times what a small statement does.

    :param engine: whose connections begin no transaction of themselves.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self.backend = engine, engine.dialect.name
        self._kept: PoolProxiedConnection | None = None
        self._using = threading.Lock()

    def __call__(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Return the rows of *statement*, which is in the words of the driver.

        :raises DBAPIError: if a connection that was opened for it does not give them either.
        """
        with self._using:
            try:
                if self._kept is None:
                    self._kept = self._engine.raw_connection()
                cursor = self._kept.cursor()
                cursor.execute(statement, parameters)
                rows = cursor.fetchall()
            except self._engine.dialect.loaded_dbapi.Error:
                self._let_go()
            else:
                cursor.close()
                return rows
        # The server was started anew, or is not there: no connection from before is good.
        with self._engine.connect() as connection:
            return connection.exec_driver_sql(statement, dict(parameters)).all()

    def close(self) -> None:
        """Give the connection back; the next statement opens another."""
        with self._using:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.invalidate()
            self._kept = None


class Database:
    """One database and its connection pools.

    :param url: ``sqlite:///<file>`` or ``postgresql://...``.
    :raises ValueError: if it is neither.
    """

    engine: Engine
    """Connections that may write."""
    decisions: Engine
    """For single statements of machines' questions: no BEGIN on PostgreSQL, and no ROLLBACK when given back."""
    glance: Glance
    """For the one statement that precedes every answer to a machine."""

    def __init__(self, url: str) -> None:
        self.url = _with_driver(make_url(url))
        self.after_commit: list[Callable[[Database], object]] = []
        """Called after a transaction that wrote journal entries has committed; what they raise is logged."""
        self.after_messages: list[Callable[[Database], object]] = []
        """Called likewise after a transaction that put messages into the outbox."""
        self.before_dispose: list[Callable[[], object]] = []
        self.learning_records_from = ""
        """The public address under which officers' learning events are stated; empty: they are not."""
        if self.url.get_backend_name() == "sqlite":
            self._open_sqlite()
        else:
            self._open_postgresql()

    def _open_sqlite(self) -> None:
        self.engine = self._sqlite_engine()
        self._writing = self._recording = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._writer: threading.Lock | None = threading.Lock()
        # Connections of their own: changing this PRAGMA makes SQLite forget every statement that it has prepared.
        self._reading = self._sqlite_engine()
        event.listen(self._reading, "connect", _forbid_writing_on_sqlite)
        self.decisions = self._reading
        self.glance = Glance(self.decisions)

    def _sqlite_engine(self) -> Engine:
        engine = create_engine(
            self.url,
            connect_args={"isolation_level": None, "timeout": SQLITE_BUSY_MILLISECONDS / 1000},
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS_AT_PEAK - CONNECTIONS,
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_on_sqlite)
        return engine

    def _open_postgresql(self) -> None:
        self.engine = create_engine(
            self.url,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS_AT_PEAK - CONNECTIONS,
        )
        self._writing = self.engine.execution_options()
        self._writer = None
        self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self.decisions = create_engine(
            self.url,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS_AT_PEAK - CONNECTIONS,
        )
        self._recording = self.decisions.execution_options(isolation_level="READ COMMITTED")
        self.glance = Glance(self.decisions)

    @contextmanager
    def transaction(self, *, then: Callable[["Database"], object] | None = None) -> Iterator[Session]:
        """Give a new session; commit at the end, roll back on an error.

        What was read or added can still be read afterwards.  When journal entries were written, *then* or else the
        callbacks of `after_commit` run next: the work is committed by then, so that their failure is logged and hides
        nothing.
        """
        carried = {learning_records.HOME: self.learning_records_from}
        with JournalledSession(self._writing, expire_on_commit=False, info=carried) as session:
            with self._turn(), session.begin():
                session.connection()  # begins: on SQLite this is now the only writer, so a clock read next runs on
                yield session
            sealing_due, messages_due = wrote_entries(session), outbox.has_put(session)
        if sealing_due:
            self._tell_of_commit([then] if then else self.after_commit)
        if messages_due:
            self._tell_of_commit(self.after_messages)

    @contextmanager
    def recording(self, *, then: Callable[["Database"], object]) -> Iterator[Connection]:
        """Give a connection to record with what machines asked; call *then* after the commit, as `transaction` does."""
        with self._turn(), self._recording.connect() as connection, connection.begin():
            yield connection
        self._tell_of_commit([then])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the writers of this process go one by one on SQLite.

        Those that find the file locked ask again after ever longer pauses; those that wait here are woken.

        :raises TimeoutError: if the writer before does not end, as one in the same thread never would.
        """
        if self._writer is None:
            yield
        elif self._writer.acquire(timeout=SQLITE_BUSY_MILLISECONDS / 1000):
            try:
                yield
            finally:
                self._writer.release()
        else:
            raise TimeoutError("Another transaction of this process does not end. Is this one inside it?")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that can only read, on one snapshot of the database."""
        with self.reader() as session:
            yield session
            _end_snapshot(session)

    def reader(self) -> ReadersSession:
        """Return a session as `reading` gives it; the caller closes it."""
        return ReadersSession(self._reading, autoflush=False, expire_on_commit=False)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Give a connection to change tables on, alone; commit at the end, roll back on an error.

        On SQLite, where a table is changed by making it anew, foreign keys are checked once, at the end.

        :raises ValueError: if a row then names another that is not there.
        """
        with self._writing.connect() as connection:
            if connection.dialect.name == "sqlite":
                with _foreign_keys_checked_at_the_end(connection), connection.begin():
                    yield connection
                    _check_foreign_keys(connection)
            else:
                with connection.begin():
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                    yield connection

    def dispose(self) -> None:
        """Close every connection that is not in use, after `before_dispose` has run."""
        for told in self.before_dispose:
            told()
        self.glance.close()
        self.engine.dispose()
        self.decisions.dispose()

    def _tell_of_commit(self, callbacks: Iterable[Callable[["Database"], object]]) -> None:
        for told in callbacks:
            try:
                told(self)
            except Exception:  # whatever it is, the work before it is committed and must be reported as done
                logger.exception("after a commit, %r failed", told)


def init_app(app: Flask, database: Database) -> None:
    """Make *database* the one that `transaction` and `reading_session` use in requests of *app*."""
    app.extensions["database"] = database
    app.teardown_appcontext(_close_reading_session)


@contextmanager
def transaction(*, then: Callable[[Database], object] | None = None) -> Iterator[Session]:
    """Give a transaction on the application's database; the request's reading session then sees what it wrote.

    The snapshot that was read before ends first, and what was loaded from it stays readable: SQLite cannot shorten its
    log past a snapshot, and if every commit were made beside one, the log would grow without end.

    :param then: called after the commit instead of the callbacks of `Database.after_commit`.
    """
    if "reading_session" in g:
        _end_snapshot(g.reading_session)
    with _database().transaction(then=then) as session:
        yield session
    if "reading_session" in g:
        g.reading_session.rollback()
        g.reading_session.expire_all()  # what it has loaded is read anew when asked for


def reading_session() -> Session:
    """Return the request's session to read with; it is opened when first asked for and closed with the request."""
    if "reading_session" not in g:
        g.reading_session = _database().reader()
        if "names_shown" in g:
            withhold(g.reading_session, but=g.names_shown)
    session: Session = g.reading_session
    return session


def withhold_names(*, but: Collection[int]) -> None:
    """Give the request people's service numbers in place of their names, from `reading_session` on.

    :param but: ids of the people whose names it reads all the same.
    """
    g.names_shown = frozenset(but)
    if "reading_session" in g:
        withhold(g.reading_session, but=g.names_shown)
        g.reading_session.expire_all()


def new_reading_session() -> Session:
    """Return the request's session to read with, on a snapshot that begins with the next statement."""
    end_reading()
    return reading_session()


def end_reading() -> None:
    """End the snapshot of the request's reading session, before a wait; what is read afterwards is read anew."""
    if "reading_session" in g:
        _end_snapshot(g.reading_session)
        g.reading_session.expire_all()


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _close_reading_session(_: BaseException | None) -> None:
    session: Session | None = g.pop("reading_session", None)
    if session is None:
        return
    try:
        _end_snapshot(session)
    except SQLAlchemyError:  # the connection was lost, as the request's own answer says: there is nothing to end
        session.invalidate()
    else:
        session.close()


def _end_snapshot(session: Session) -> None:
    """End the transaction of a reading session; what it has loaded stays readable."""
    if session.is_active:
        session.commit()  # nothing was written; ROLLBACK would cost psycopg its prepared statements
    else:
        session.rollback()


def _with_driver(url: URL) -> URL:
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"The database is SQLite or PostgreSQL, not {other}.")


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE deletes past the append-only triggers
    cursor.close()


def _forbid_writing_on_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin_on_sqlite(connection: Connection) -> None:
    """Begin as the engine's options say; the driver, told to stay out, does not."""
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


@contextmanager
def _foreign_keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    # SQLite takes no notice of this PRAGMA inside a transaction, so it goes to the driver before one begins.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise ValueError(f"the migration left rows that name others that are not there: {broken[:5]}")
