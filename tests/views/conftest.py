"""The application on each database, people who can sign in, and browsers to do it with."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, update

from config import Config
from tests.passwords import PASSWORD, QUICK
from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import create_app
from training_app.clock import now
from training_app.db import Database
from training_app.models.browser_session import BrowserSession
from training_app.models.people import AccountChange, AccountFact, Credential, Person, RoleAssignment
from training_app.rules.permissions import Role

_serial = count(1)

MakeApp = Callable[..., Flask]
MakePerson = Callable[..., Person]


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """Pages are asked for on SQLite alone: what differs between databases is tested where it is, in the services.

    The access question and the foreign client, on which tools rely, are asked on both.
    """
    return request.param


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all applications; by their checksum, as Jinja does it."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(database: Database, compiled_templates: FileSystemBytecodeCache, tmp_path: Path) -> Iterator[MakeApp]:
    """Build an application on the test's database; settings may be named."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        defaults = {
            "data_folder": tmp_path,
            "database_url": database.url.render_as_string(hide_password=False),
            "secret_key": "only for tests, and long enough for them",
            "journal_key_file": tmp_path / "journal-key.pem",
            "agency_zone": "Europe/Athens",
            "secure_cookies": False,
        }
        app = create_app(Config(**defaults | settings))
        app.extensions["passwords"] = QUICK
        app.testing = True
        app.jinja_env.bytecode_cache = compiled_templates
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["database"].dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def make_person(database: Database) -> MakePerson:
    """Record a person with an open account, a role and the password of all tests."""

    def make(*roles: Role, **facts: Any) -> Person:
        at = now() - timedelta(days=30)
        number = next(_serial)
        stamp = {"effective_at": at, "recorded_at": at}
        defaults = {
            "service_number": f"TP-{number}",
            "name": f"Officer {number}",
            "email": f"officer{number}@police.test",
        }
        with database.transaction() as session:
            person = Person(**stamp, **defaults | facts)
            session.add(person)
            session.flush()
            session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
            session.add(Credential(person_id=person.id, password_hash=QUICK.hash(PASSWORD), epoch=0))
            session.add_all(RoleAssignment(**stamp, person_id=person.id, role=role, granted=True) for role in roles)
        return person

    return make


@pytest.fixture
def agency(make_app: MakeApp, database: Database, shared_demo_sqlite: Database) -> Agency:
    """The demo agency in the test's database; every account has the password of all tests."""
    app = make_app(demo=True, agency_zone="Europe/Brussels")
    with shared_demo_sqlite.engine.connect() as loaded, database.engine.connect() as empty:
        sqlite_connection(loaded).backup(sqlite_connection(empty))
    return Agency(app, app.extensions["database"])


def sqlite_connection(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def let_pass(database: Database) -> Callable[..., None]:
    """Move every session into the past, as if that much time had passed since."""

    def move(*, idle: timedelta = timedelta(0), since_sign_in: timedelta | None = None) -> None:
        at: datetime = now()
        with database.transaction() as session:
            session.execute(update(BrowserSession).values(seen_at=at - idle, created_at=at - (since_sign_in or idle)))

    return move
