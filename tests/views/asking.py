"""A gateway that asks the access question of the demo agency, in an application of the test's own."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Config
from tests.rules.factories import local
from training_app import create_app, demo
from training_app.db import Database
from training_app.models.tools import Gateway, RecordedDecision

NOW = local("2026-11-22 12:00")
"""The table of the demo agency is asked about at this instant."""
ADDRESS = "/access/v1/evaluation"


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
        """Post to the endpoint as a gateway does; *request* as Flask's client takes it."""
        headers = dict(request.pop("headers", {}))
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        return self.client.post(ADDRESS, headers=headers, **request)

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

    def register_gateway(self, name: str, token: str) -> Gateway:
        stamp = {"effective_at": local("2026-06-01"), "recorded_at": local("2026-06-01")}
        with self.database.transaction() as session:
            gateway = Gateway(**stamp, name=name, token_digest=hashlib.sha256(token.encode()).hexdigest())
            session.add(gateway)
        return gateway


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
