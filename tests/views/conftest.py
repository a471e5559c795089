"""The application on each database, people who can sign in, and browsers to do it with."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import update

from config import Config
from tests.databases import Databases
from tests.lti_platform import HERE, KeyServer, Platform
from tests.passwords import PASSWORD, QUICK
from tests.views.applications import Applications
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
def database(backend: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of the test's own: empty, or with the demo agency where the test asks for `agency`."""
    holding = "demo" if "agency" in request.fixturenames else "migrated"
    databases: Databases = request.getfixturevalue(f"{holding}_{backend}")
    with databases() as given:
        yield given


@pytest.fixture
def make_app(database: Database, compiled_templates: FileSystemBytecodeCache, tmp_path: Path) -> Iterator[MakeApp]:
    """Build an application on the test's database, which it may change as it likes; settings may be named."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        made.append(_application(database, tmp_path, compiled_templates, **settings))
        return made[-1]

    yield make
    for app in made:
        app.extensions["database"].dispose()


@pytest.fixture(scope="session")
def applications(compiled_templates: FileSystemBytecodeCache, tmp_path_factory: pytest.TempPathFactory) -> Applications:
    def make(database: Database, **settings: Any) -> Flask:
        return _application(database, tmp_path_factory.mktemp("application"), compiled_templates, **settings)

    return Applications(make)


def _application(database: Database, folder: Path, templates: FileSystemBytecodeCache, **settings: Any) -> Flask:
    defaults = {
        "data_folder": folder,
        "database_url": database.url.render_as_string(hide_password=False),
        "secret_key": "only for tests, and long enough for them",
        "journal_key_file": folder / "journal-key.pem",
        "agency_zone": "Europe/Athens",
        "secure_cookies": False,
    }
    app = create_app(Config(**defaults | settings))
    app.extensions["passwords"] = QUICK
    app.testing = True
    app.jinja_env.bytecode_cache = templates
    return app


@pytest.fixture
def app(applications: Applications, database: Database) -> Iterator[Flask]:
    """The application on the test's database, the same one for many tests; Flask refuses to add a page to it."""
    with applications.lent(database) as app:
        yield app


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
def agency(applications: Applications, database: Database) -> Iterator[Agency]:
    """The demo agency in the test's database; every account has the password of all tests."""
    with applications.lent(database, demo=True, agency_zone="Europe/Brussels") as app:
        yield Agency(app, app.extensions["database"])


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


@pytest.fixture(scope="session")
def key_server() -> Iterator[KeyServer]:
    """Serves the keys of learning platforms over loopback."""
    with KeyServer().running() as server:
        yield server


@pytest.fixture
def launched_app(applications: Applications, database: Database) -> Iterator[Flask]:
    """The application, which may call learning platforms on loopback."""
    with applications.lent(database, lti_private_hosts=(HERE,)) as app:
        yield app


@pytest.fixture
def platform(key_server: KeyServer, database: Database) -> Platform:
    """A learning platform that is approved, with one deployment; it states service numbers."""
    made = Platform(key_server)
    made.register(database, claim="lis.person_sourcedid")
    return made
