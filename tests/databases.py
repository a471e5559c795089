"""Databases for one test after another: the next test is given new content, under the name of a database before.

What SQLAlchemy has compiled for a database is kept with its `Database`, and so is an application on its address: to
make either anew for each test would take most of the time of the tests.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy.orm import Session

from training_app.db import Database
from training_app.services.journal import JournalledSession

Databases = Callable[[], AbstractContextManager[Database]]
"""Gives a database of the caller's own, for as long as it is open."""

BESIDE_SQLITE = ("", "-wal", "-shm")


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def undone(shared: Database) -> Iterator[Session]:
    """Yield a session as a transaction has it; whatever is done with it, commits included, is undone at the end."""
    with shared.engine.connect() as connection, connection.begin() as outer:
        with JournalledSession(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            session.connection()  # begins, as `Database.transaction` does
            yield session
        outer.rollback()


class SqliteShelf:
    """Databases in files: what a test is given is a copy of a file, which is gone when the test ends."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._free, self._serial = folder, list[Database](), count(1)

    @contextmanager
    def copy_of(self, template: Path) -> Iterator[Database]:
        """Give a database that holds what the file *template* does."""
        assert not template.with_name(f"{template.name}-wal").exists(), "the template must be one file to be copied"
        database = self._free.pop() if self._free else self._new()
        file = Path(str(database.url.database))
        shutil.copyfile(template, file)
        try:
            yield database
        finally:
            if put_back(database):
                self._free.append(database)
            for suffix in BESIDE_SQLITE:
                file.with_name(file.name + suffix).unlink(missing_ok=True)

    def _new(self) -> Database:
        return Database(f"sqlite:///{self._folder / f'test-{next(self._serial)}.sqlite3'}")


class PostgresqlShelf:
    """Databases on one server.

    :param address: of a database on it, ``{}`` in place of the name.
    :param server: the database from which others are made and dropped.
    """

    def __init__(self, address: str, server: Database) -> None:
        self._address, self._server = address, server
        self._free, self._serial = list[Database](), count(1)

    @contextmanager
    def copy_of(self, template: str) -> Iterator[Database]:
        """Give a database that holds what the one named *template* does."""
        database = self._free.pop() if self._free else Database(self._address.format(f"test_{next(self._serial)}"))
        name = database.url.database
        self.on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield database
        finally:
            if put_back(database):
                self._free.append(database)
            self.on_server(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def template(self, name: str, *, made_from: str = "template1") -> Iterator[Database]:
        """Make a database of which `copy_of` gives copies, and give it to be filled."""
        self.on_server(f"CREATE DATABASE {name} TEMPLATE {made_from}")
        with opened(self._address.format(name)) as database:
            yield database

    def on_server(self, *statements: str) -> None:
        with self._server.decisions.connect() as connection:  # it begins no transaction, in which none can be made
            for statement in statements:
                connection.exec_driver_sql(statement)


def put_back(database: Database) -> bool:
    """Close *database* and forget who was to be told of what; return whether the next test may have it.

    It may not while somebody still has a connection to what this test was given.
    """
    database.glance.close()  # it keeps one on purpose
    in_use = any(engine.pool.checkedout() for engine in (database.engine, database.decisions))  # type: ignore[attr-defined]
    database.dispose()
    database.after_commit.clear()
    database.before_dispose.clear()
    return not in_use
