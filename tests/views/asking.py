"""A client that asks the access question of the demo agency, in an application of the test's own."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Config
from tests.rules.factories import local
from training_app import create_app, demo
from training_app.db import Database
from training_app.models.clients import Client
from training_app.models.recorded import RecordedDecision
from training_app.rules.clients import ClientKind, Scope
from training_app.services import client_credentials, clients
from training_app.services.client_credentials import NewCredential
from training_app.services.clients import Grant

NOW = local("2026-11-22 12:00")
"""The table of the demo agency is asked about at this instant."""
ADDRESS = "/access/v1/evaluation"
OF_PROGRAMS = ("bearer", "views.api", "views.searches", "views.oauth", "views.field_reports")
"""Where the clock is read when a program asks."""


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let it be *at* for everything that answers programs."""
    for module in OF_PROGRAMS:
        monkeypatch.setattr(f"training_app.{module}.now", lambda: at)


def question(officer: str = "DP-1003", version: str | None = "3.2", **changed: Any) -> dict[str, Any]:
    """Return a request body; of the top-level members some may be *changed*, or left out by ``None``."""
    properties = {} if version is None else {"properties": {"version": version}}
    body = {
        "subject": {"type": "officer", "id": officer},
        "action": {"name": "use"},
        "resource": {"type": "tool", "id": "sightline", **properties},
        **changed,
    }
    return {name: value for name, value in body.items() if value is not None}


@dataclass(frozen=True)
class Asking:
    app: Flask
    database: Database

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def send(self, *, token: str | None = demo.TOKEN, **request: Any) -> TestResponse:
        """Post to the evaluation endpoint; see `post`."""
        return self.post(ADDRESS, token=token, **request)

    def post(self, address: str, *, token: str | None = demo.TOKEN, **request: Any) -> TestResponse:
        """Post as a client does that shows *token*; *request* as Flask's test client takes it."""
        headers = dict(request.pop("headers", {}))
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        return self.client.post(address, headers=headers, **request)

    def ask(self, *args: Any, headers: dict[str, str] | None = None, **kwargs: Any) -> dict[str, Any]:
        """Ask a proper question, and return the answer."""
        response = self.send(json=question(*args, **kwargs), headers=headers or {})
        assert response.status_code == 200, response.text
        return response.get_json()

    def codes(self, *args: Any, **kwargs: Any) -> list[str]:
        return codes(self.ask(*args, **kwargs))

    def recorded(self) -> list[RecordedDecision]:
        """Return every decision on record, the first first."""
        with self.database.reading() as session:
            return list(session.scalars(select(RecordedDecision).order_by(RecordedDecision.id)))

    def register(
        self,
        name: str,
        token: str,
        *,
        scopes: Collection[Scope] = frozenset(Scope),
        tools: Collection[str] | None = None,
        kind: ClientKind = ClientKind.GATEWAY,
        per_minute: int = 1_000_000,
    ) -> Client:
        """Register a client that shows *token*, from the summer on and for a year; without tools it sees every one."""
        at, may = local("2026-06-01"), frozenset(scopes)
        with self.database.transaction() as session:
            grant = Grant(may, None if tools is None else frozenset(tools), per_minute)
            client = clients.register(session, name, kind, grant, at=at, by=None)
            new = NewCredential(name, may, days=366)
            client_credentials.issue_token(session, client, token, new, at=at, by=None)
        return client


def codes(answer: dict[str, Any]) -> list[str]:
    return [ground["code"] for ground in answer["context"]["grounds"]]


@contextmanager
def answering(database: Database, folder: Path, **settings: Any) -> Iterator[Asking]:
    """Give an application that answers about the demo agency in *database*; settings may be named."""
    app = create_app(
        Config(
            data_folder=folder,
            database_url=database.url.render_as_string(hide_password=False),
            secret_key="only for tests, and long enough for them",
            journal_key_file=folder / "journal-key.pem",
            agency_zone="Europe/Brussels",
            secure_cookies=False,
            demo=True,
            **settings,
        )
    )
    yield Asking(app, database)
    app.extensions["database"].dispose()
