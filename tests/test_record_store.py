"""Statements on their way to a learning record store that others wrote, over loopback, whoever dies meanwhile."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from tests.counterparts import ralph
from training_app.courier import Courier
from training_app.models.outbox import OutboxState
from training_app.rules import xapi
from training_app.rules.retries import MOST_REFUSALS, Outcome
from training_app.rules.xapi import Learner, Sat
from training_app.services import outbox
from training_app.services.learning_records.delivering import RecordStore, judged
from training_app.services.learning_records.noticing import CHANNEL, STORE
from training_app.services.outbox import CLAIM, NewMessage

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OFFICER = Learner(home="https://training.police.example", name="3f" * 32)


_serial = count(1)


def begun(attempt: int | None = None) -> xapi.Statement:
    """Return the statement that an attempt was begun; without its number, of one that no test had before."""
    attempt = attempt or next(_serial)
    sat = Sat(attempt=attempt, module="ai-limits", revision="ab" * 32, titles={"en": "Limits"}, language="en")
    return xapi.begun(OFFICER, sat, at=NOW)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def credentials(tmp_path):
    file = tmp_path / "credentials"
    file.write_text(f"{ralph.CREDENTIALS}\n", "utf-8")
    return file


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store for all tests of this file: each states what no other does."""
    with ralph.storing(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture
def sending(database, clock, credentials):
    """Give what makes the courier of an installation that sends to this address."""
    made = []

    def to(endpoint: str) -> Courier:
        made.append(Courier(database, [RecordStore(endpoint, credentials)], clock=clock))
        return made[-1]

    yield to
    for courier in made:
        courier.end()


def put(database, *statements: xapi.Statement) -> None:
    with database.transaction() as session:
        outbox.put(session, [NewMessage(one["id"], CHANNEL, STORE, one) for one in statements], at=NOW)


def kept(store: ralph.Store, *statements: xapi.Statement) -> list[str]:
    """Return the ids of what the store has of these, in the order in which it came."""
    wanted = {one["id"] for one in statements}
    return [one["id"] for one in store.statements() if one["id"] in wanted]


def queue(database) -> outbox.Queue:
    with database.reading() as session:
        return outbox.queue(session, CHANNEL, STORE)


class Answering(BaseHTTPRequestHandler):
    """A store that gives one answer to each method, and remembers what it was asked."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["X-Experience-API-Version"]))
        self._answer(*self.server.answers["PUT"])

    def do_GET(self) -> None:
        self._answer(*self.server.answers["GET"])

    def _answer(self, status: int, body: object = None) -> None:
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        if status == 307:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def answering(**answers: tuple):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.answers, server.asked = answers, []
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}/xapi"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def test_every_statement_arrives_once_and_in_order(database, store, sending):
    statements = [begun() for _ in range(5)]
    put(database, *statements)
    courier = sending(store.endpoint)
    assert courier.deliver() == 5
    assert courier.deliver() == 0
    assert kept(store, *statements) == [one["id"] for one in statements]
    assert (queue(database).waiting, queue(database).failed) == (0, 0)


def test_who_dies_between_sending_and_recording_it_makes_no_second_statement(database, store, sending, clock):
    told = begun()
    put(database, told)
    courier = sending(store.endpoint)
    with database.transaction() as session:
        claimed = outbox.claim(session, outbox.next_to(session, CHANNEL, STORE, at=NOW), at=NOW)
    [channel] = courier._channels
    assert channel.send(channel.destinations(None, at=NOW)[0], claimed) == (Outcome.TAKEN, "")
    assert courier.deliver() == 0, "it is still being sent, as far as anybody knows"
    clock.time = NOW + CLAIM + timedelta(seconds=1)
    assert courier.deliver() == 1
    assert kept(store, told) == [told["id"]]


def test_the_store_that_has_it_in_other_words_has_it(database, store, sending):
    told = begun()
    put(database, told)
    courier = sending(store.endpoint)
    assert courier.deliver() == 1
    with database.transaction() as session:
        outbox.forget(session, CHANNEL, STORE)
    put(database, {**told, "timestamp": "2026-03-01T10:00:00+01:00"})
    assert courier.deliver() == 1
    assert kept(store, told) == [told["id"]]


def test_another_statement_with_this_id_needs_a_person(database, store, sending, clock):
    told = begun()
    put(database, told)
    courier = sending(store.endpoint)
    assert courier.deliver() == 1
    with database.transaction() as session:
        outbox.forget(session, CHANNEL, STORE)
    put(database, {**told, "object": {"objectType": "Activity", "id": "https://elsewhere.example/x"}})
    for _ in range(MOST_REFUSALS):
        assert courier.deliver() == 0
        clock.time += timedelta(minutes=5)
    assert queue(database).failed == 1
    with database.reading() as session:
        [failed] = outbox.failed(session, CHANNEL, STORE, most=9)
    assert failed.fault == "HTTP 409: the store has another statement with this id"


def test_with_a_wrong_password_everything_waits_until_the_file_is_mended(
    database, store, sending, credentials, clock, caplog
):
    told = begun(), begun()
    put(database, *told)
    good = credentials.read_text("utf-8")
    credentials.write_text("training:wrong", "utf-8")
    courier = sending(store.endpoint)
    assert courier.deliver() == 0
    assert (queue(database).waiting, queue(database).attempts, queue(database).fault) == (2, 1, "HTTP 401")
    assert "TRAINING_XAPI_CREDENTIALS_FILE" in caplog.text
    assert kept(store, *told) == []
    credentials.write_text(good, "utf-8")
    clock.time += timedelta(seconds=10)
    assert courier.deliver() == 2


@pytest.mark.parametrize("text", ["", "training", ":secret", "training:", "a:b\nc:d", None])
def test_a_file_without_a_name_and_a_password_sends_nothing(database, sending, credentials, text):
    put(database, begun(1))
    credentials.unlink() if text is None else credentials.write_text(text, "utf-8")
    with answering(PUT=(204,)) as (server, endpoint):
        assert sending(endpoint).deliver() == 0
    assert server.asked == []
    assert "credentials" in queue(database).fault.lower()


def test_a_statement_is_put_under_its_id_and_in_the_version_of_the_standard(database, sending):
    put(database, begun(1))
    with answering(PUT=(204,)) as (server, endpoint):
        assert sending(endpoint).deliver() == 1
    assert server.asked == [(f"/xapi/statements?statementId={begun(1)['id']}", "1.0.3")]


def test_a_store_that_points_elsewhere_is_not_followed(database, sending):
    put(database, begun(1))
    with answering(PUT=(307,)) as (server, endpoint):
        assert sending(endpoint).deliver() == 0
    assert len(server.asked) == 1
    assert queue(database).fault == "HTTP 307"


@pytest.mark.parametrize(
    ("kept", "outcome"),
    [
        pytest.param((200, begun(1)), OutboxState.DELIVERED, id="the-same"),
        pytest.param((200, {"statements": [begun(1)]}), OutboxState.DELIVERED, id="the-same-in-a-list"),
        pytest.param((200, {"statements": []}), OutboxState.WAITING, id="none"),
        pytest.param((200, [1]), OutboxState.WAITING, id="no-statement"),
        pytest.param((200, begun(2)), OutboxState.WAITING, id="another"),
        pytest.param((404,), OutboxState.WAITING, id="not-told"),
    ],
)
def test_a_conflict_is_settled_by_what_the_store_has(database, sending, kept, outcome):
    put(database, begun(1))
    with answering(PUT=(409,), GET=kept) as (_, endpoint):
        taken = sending(endpoint).deliver()
    assert taken == (outcome is OutboxState.DELIVERED)
    assert queue(database).waiting == (outcome is OutboxState.WAITING)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.TAKEN),
        (204, Outcome.TAKEN),
        (202, Outcome.UNREACHED),
        (301, Outcome.UNREACHED),
        (400, Outcome.REFUSED),
        (401, Outcome.UNREACHED),
        (403, Outcome.UNREACHED),
        (404, Outcome.REFUSED),
        (408, Outcome.UNREACHED),
        (413, Outcome.REFUSED),
        (429, Outcome.UNREACHED),
        (500, Outcome.UNREACHED),
        (503, Outcome.UNREACHED),
    ],
)
def test_what_an_answer_means(status, outcome):
    assert judged(status) == (outcome, "" if outcome is Outcome.TAKEN else f"HTTP {status}")
