"""The examples in front of a tool: they let through whom our server allows, stop everybody else, and fail closed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from tests.docs.documents import DOCUMENTS, tables
from tests.examples.fronts import FRONTS, Front, free_port, front, serving
from tests.views.asking import Asking, answering
from training_app import demo
from training_app.clock import now
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.facts import VersionChange

OFFICERS = ("DP-1001", "DP-1003", "DP-9999")


@pytest.fixture(params=FRONTS)
def name(request) -> str:
    return request.param


@pytest.fixture
def ours(demo_sqlite, tmp_path) -> Iterator[tuple[Asking, str]]:
    """Our server with the demo agency, and its address."""
    with demo_sqlite() as database, answering(database, tmp_path / "ours") as asking:
        server = make_server("127.0.0.1", 0, asking.app, threaded=True)
        with serving(server):
            yield asking, f"http://127.0.0.1:{server.server_port}"


def test_who_may_use_it_comes_through_and_with_the_withdrawal_of_the_version_nobody_does(ours, name, tmp_path):
    asking, address = ours
    with front(name, tmp_path, address, demo.TOKEN, officers=OFFICERS) as gate:
        assert gate.through("DP-1003")
        assert [gate.through(one) for one in ("DP-1001", "DP-9999", None)] == [False, False, False]
        at = now()
        with asking.database.transaction() as session:
            version = session.scalars(
                select(ToolVersion).join(Tool).where(Tool.slug == "sightline", ToolVersion.label == "3.2")
            ).one()
            session.add(
                VersionFact(
                    effective_at=at, recorded_at=at, version_id=version.id, change=VersionChange.WITHDRAWN,
                    reason="A newer version is released in its place.",
                )
            )  # fmt: skip
        assert [gate.through(one) for one in OFFICERS] == [False, False, False]


def test_without_a_token_in_force_nobody_comes_through(ours, name, tmp_path):
    _asking, address = ours
    with front(name, tmp_path, address, "another-token", officers=OFFICERS) as gate:
        assert not gate.through("DP-1003")


GOOD = {"decision": True, "context": {"grounds": [], "obligations": [], "sentence": "Yes."}}
ANSWERS = {
    "a proper yes": (200, json.dumps(GOOD)),
    "5xx": (503, json.dumps(GOOD)),
    "another 2xx": (201, json.dumps(GOOD)),
    "no JSON": (200, "<html>It works!</html>"),
    "cut off": (200, json.dumps(GOOD)[:-1]),
    "a word for a truth": (200, json.dumps(GOOD | {"decision": "true"})),
    "a number for a truth": (200, json.dumps(GOOD | {"decision": 1})),
    "no decision": (200, json.dumps({"context": GOOD["context"]})),
    "no object": (200, "[true]"),
    "a yes with a ground": (
        200,
        json.dumps(
            {"decision": True, "context": GOOD["context"] | {"grounds": [{"code": "overdue", "way_out": "Train."}]}}
        ),
    ),
    "an obligation that nobody knows": (
        200,
        json.dumps({"decision": True, "context": GOOD["context"] | {"obligations": ["two-hours-a-day"]}}),
    ),
    "no end": (200, "[" * 100_000),
    "too much": (200, json.dumps(GOOD) + " " * 300_000),
}


class Misbehaving(BaseHTTPRequestHandler):
    """A server that answers as the test says; ``None``: not at all."""

    answer: tuple[int, str] | None = None
    redirect_to: str | None = None
    over: Event

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).redirect_to is not None:
            self.send_response(307)
            self.send_header("Location", type(self).redirect_to)
            self.end_headers()
            return
        answer = type(self).answer
        if answer is None:
            self.over.wait()
            return
        status, body = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        with suppress(OSError):  # who asked has gone
            super().handle()


@pytest.fixture
def misbehaving() -> Iterator[tuple[type[Misbehaving], str]]:
    over = Event()
    kind = type("Kind", (Misbehaving,), {"over": over})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), kind)) as address:
        yield kind, address
        over.set()


def test_whatever_goes_wrong_nobody_comes_through(misbehaving, name, tmp_path):
    server, address = misbehaving
    with front(name, tmp_path, address, "token", officers=OFFICERS) as gate:
        found = {}
        for what, answer in ANSWERS.items():
            server.answer = answer
            found[what] = gate.through("DP-1003")
        server.answer = None
        found["slow"] = gate.through("DP-1003")
        server.answer, server.redirect_to = ANSWERS["a proper yes"], f"{address}/access/v1/evaluation?again"
        found["sent elsewhere"] = gate.through("DP-1003")
    assert found == {what: what == "a proper yes" for what in found}


def test_where_our_server_is_down_nobody_comes_through(name, tmp_path):
    with front(name, tmp_path, f"http://127.0.0.1:{free_port()}", "token", officers=OFFICERS) as gate:
        assert not gate.through("DP-1003")


def test_without_its_endpoint_nginx_lets_nobody_through(misbehaving, tmp_path):
    server, address = misbehaving
    server.answer = ANSWERS["a proper yes"]
    with front("nginx", tmp_path, address, "token", officers=OFFICERS) as gate:
        assert gate.through("DP-1003")
        assert not gate.through("DP-0000"), "nobody with that password"
        gate.adapter.terminate()
        gate.adapter.wait()
        assert not gate.through("DP-1003")


def test_the_command_says_what_is_missing(tmp_path):
    gate = Front(environ={})
    assert not gate.through("DP-1003")


def test_every_example_is_explained():
    page = (DOCUMENTS / "gateways.md").read_text("utf-8")
    root = DOCUMENTS.parent
    files = [file.relative_to(root).as_posix() for file in (root / "examples").rglob("*.*") if file.suffix != ".pyc"]
    assert sorted(row["file"].strip("`") for row in tables(page)[0]) == sorted(files)
