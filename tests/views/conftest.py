"""The application on each database, people who can sign in, and browsers to do it with."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import update
from werkzeug.test import TestResponse

from config import Config
from training_app import create_app
from training_app.clock import now
from training_app.db import Database
from training_app.models.browser_session import BrowserSession
from training_app.models.people import AccountChange, AccountFact, Credential, Person, RoleAssignment
from training_app.rules.permissions import Role
from training_app.services.sign_in import Passwords

PASSWORD = "three quiet ferries at noon"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
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


class Browser:
    """A browser as a person uses it: it keeps cookies, and sends forms with what the page put into them."""

    def __init__(self, app: Flask, **environ: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.environ = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", **environ}
        self.page: TestResponse | None = None
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(path, environ_overrides=self.environ, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form from the page seen last, with its token against forgery."""
        headers = {
            "Referer": f"http://localhost{self.page.request.path}" if self.page else "",
            **options.pop("headers", {}),
        }
        form = {"csrf_token": self.token, **(data or {})}
        return self._seen(
            self.client.post(path, data=form, headers=headers, environ_overrides=self.environ, **options),
            keep_page=True,
        )

    def sign_in(self, person: Person, password: str = PASSWORD, path: str = "/sign-in") -> TestResponse:
        self.get(path)
        return self.post(path, {"identifier": person.email or person.service_number, "password": password})

    def signed_in_as(self) -> str | None:
        """Return the name that the page shows as signed in."""
        shown = re.search(r"<bdi>(.*?)</bdi>", self.get("/accessibility").text)
        return unescape(shown[1]) if shown else None

    def cookie(self, name: str = "training") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def _seen(self, response: TestResponse, keep_page: bool = False) -> TestResponse:
        if token := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.text):
            self.token = token[1]
        if not keep_page or response.status_code == 200:
            self.page = response
        return response


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
