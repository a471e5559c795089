"""Delivering the outbox to a receiver that others could have written, whatever it does, and whoever dies."""

import os
import signal
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import pytest

from tests import event_receiver
from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services import listening, recorded
from tests.services.recorded import NOW
from training_app import courier, outgoing
from training_app.courier import Courier
from training_app.db import Database
from training_app.models.clients import Client
from training_app.models.event_streams import EventStream
from training_app.models.outbox import OutboxState
from training_app.rules.retries import Outcome
from training_app.services import clients, outbox
from training_app.services.event_streams import streams
from training_app.services.event_streams.endpoints import PushRules
from training_app.services.event_streams.keys import EventKeys, new_key
from training_app.services.event_streams.pushing import EventPush
from training_app.services.event_streams.streams import CHANNEL
from training_app.services.outbox import CLAIM, NewMessage


@dataclass(frozen=True)
class Named:
    name: str


RULES = PushRules(frozenset({"127.0.0.1"}), plain_on_loopback=True)

_serial = count(1)


@pytest.fixture(scope="module")
def pem() -> str:
    return new_key()


@pytest.fixture(scope="module")
def receiver(pem):
    with event_receiver.receiving(EventKeys(pem, source="-").published()) as at:
        yield at


class Clock:
    """The time, as a test sets it."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


def made(database: Database, pem: str, clock) -> Courier:
    keys = EventKeys(pem, source="-")
    return Courier(database, [EventPush(lambda: keys, RULES)], clock=clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sending(database, pem, clock):
    found = made(database, pem, clock)
    yield found
    found.end()


def happens(database: Database, *paths: str, times: int = 1) -> list[EventStream]:
    """Let facts happen for streams that are pushed to these addresses."""
    with database.transaction() as session:
        found = [listening.stream(session, push_to=path, authorization="Bearer ours") for path in paths]
    for _ in range(times):
        with database.transaction() as session:
            recorded.assignment(session)
    return found


def stands(database: Database, stream: EventStream) -> outbox.Queue:
    with database.reading() as session:
        return outbox.queue(session, CHANNEL, stream.public_id)


def taken_by(receiver, database: Database, stream: EventStream) -> list[str]:
    """Return the ids of a stream's events as the receiver has them, in the order in which they came."""
    with database.reading() as session:
        ours = {message.message_id for message in listening.waiting(session, stream)}
    return [claims["jti"] for claims in receiver.taken if claims["jti"] in ours]


def test_events_are_pushed_in_their_order_signed_and_with_the_header_that_was_asked_for(database, sending, receiver):
    [stream] = happens(database, receiver.path("taken"), times=3)
    assert sending.deliver() == 3
    with database.reading() as session:
        sent = [message.message_id for message in listening.waiting(session, stream)]
    assert taken_by(receiver, database, stream) == sent
    claims = next(one for one in receiver.taken if one["jti"] == sent[0])
    assert claims["iss"] == claims["sub_id"]["iss"] == listening.HERE
    assert claims["aud"] == stream.audience
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["authorization"] == "Bearer ours"
    assert not {"exp", "sub", "nbf"} & claims.keys()
    assert len(claims["events"]) == 1
    assert stands(database, stream).waiting == 0


def test_a_receiver_that_is_broken_for_a_while_gets_everything_once_and_in_order(database, sending, receiver, clock):
    broken = f"broken-twice/{next(_serial)}"
    [stream] = happens(database, receiver.path(broken), times=2)
    assert sending.deliver() == 0
    assert (stands(database, stream).attempts, stands(database, stream).fault) == (1, "HTTP 503")
    assert sending.deliver() == 0
    assert receiver.asked(broken) == 1, "it is not asked again before it is time"
    clock.time += timedelta(seconds=10)
    assert sending.deliver() == 0
    clock.time += timedelta(seconds=20)
    assert sending.deliver() == 2
    assert len(taken_by(receiver, database, stream)) == 2


def test_what_is_refused_is_given_up_with_the_receivers_words_and_what_follows_is_delivered(
    database, sending, receiver, clock
):
    [stream] = happens(database, receiver.path("refuses"))
    for _ in range(5):
        sending.deliver()
        clock.time += timedelta(hours=2)
    with database.reading() as session:
        [message] = listening.waiting(session, stream)
    assert (message.state, message.attempts) == (OutboxState.FAILED, 3)
    assert message.fault == "HTTP 400: invalid_audience Not for us"
    with database.transaction() as session:
        session.get_one(EventStream, stream.id).endpoint = receiver.path("taken")
        recorded.assignment(session)
    assert sending.deliver() == 1
    with database.transaction() as session:
        assert outbox.try_again(session, CHANNEL, stream.public_id, at=clock.time) == 1
    assert sending.deliver() == 1
    assert len(taken_by(receiver, database, stream)) == 2


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        pytest.param("broken", "HTTP 500", id="a-fault-of-theirs"),
        pytest.param("busy", "HTTP 429", id="too-busy"),
        pytest.param("moved", "HTTP 307", id="a-redirection-is-not-followed"),
        pytest.param("garbage", "BadStatusLine", id="no-http"),
    ],
)
def test_whatever_else_a_receiver_answers_is_tried_again(database, sending, receiver, path, fault):
    [stream] = happens(database, receiver.path(path))
    assert sending.deliver() == 0
    assert stands(database, stream).waiting == 1
    assert stands(database, stream).fault.startswith(fault)


def test_a_receiver_that_answers_byte_by_byte_is_cut_off_and_holds_nobody_up(database, sending, receiver, monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS_IN_ALL", 1.0)
    nowhere = f"http://127.0.0.1:{event_receiver.nobody_listens()}/"
    dribbles, dead, well = happens(database, receiver.path("dribbles"), nowhere, receiver.path("taken"), times=2)
    assert sending.deliver() == 2
    assert len(taken_by(receiver, database, well)) == 2
    for stream in (dribbles, dead):
        assert (stands(database, stream).waiting, stands(database, stream).attempts) == (2, 1)
    assert stands(database, dead).fault.startswith("ConnectionRefusedError")
    assert stands(database, dribbles).fault == "No whole answer within 1 seconds"


@pytest.mark.parametrize(("scheme", "port"), [("https", 443), ("http", 80)])
def test_an_address_of_ipv6_without_a_port_is_called_whole(scheme, port):
    connection = outgoing._connection(scheme, "2001:db8::5", None)
    assert (connection.host, connection.port) == ("2001:db8::5", port)


def test_nothing_is_pushed_where_the_operators_have_not_named_the_host(database, sending):
    [stream] = happens(database, "https://elsewhere.example/events")
    assert sending.deliver() == 0
    assert "have not named this host" in stands(database, stream).fault


def test_a_paused_stream_is_not_pushed_to_and_goes_on_where_it_stopped(database, sending, receiver):
    [stream] = happens(database, receiver.path("taken"))
    with database.transaction() as session:
        registrar = recorded.person(session)
        streams.hold(session, session.get_one(EventStream, stream.id), "Why", at=NOW, by=registrar)
    assert sending.deliver() == 1, "only what it is told of its status"
    assert taken_by(receiver, database, stream) == []
    with database.transaction() as session:
        streams.let_go(session, session.get_one(EventStream, stream.id), at=NOW, by=registrar)
    assert sending.deliver() == 2
    assert len(taken_by(receiver, database, stream)) == 1


def test_of_many_events_none_is_pushed_any_more_once_its_client_is_closed(database, pem, receiver, clock):
    [stream] = happens(database, receiver.path("taken"), times=3)

    class ClosedMeanwhile(EventPush):
        def send(self, to, message):
            how = super().send(to, message)
            with database.transaction() as session:
                clients.close(session, session.get_one(Client, stream.client_id), at=NOW, by=None)
            return how

    keys = EventKeys(pem, source="-")
    sending = Courier(database, [ClosedMeanwhile(lambda: keys, RULES)], clock=clock)
    try:
        assert sending.deliver() == 1
    finally:
        sending.end()
    assert stands(database, stream).waiting == 2


def test_a_turn_that_fails_in_the_background_is_in_the_log(database, pem, receiver, clock, caplog):
    [stream] = happens(database, receiver.path("taken"))

    class GoneMeanwhile(EventPush):
        looked = 0

        def destinations(self, session, *, at):
            self.looked += 1
            if self.looked > 1:
                raise ConnectionError("the records are gone")
            return super().destinations(session, at=at)

    keys = EventKeys(pem, source="-")
    sending = Courier(database, [GoneMeanwhile(lambda: keys, RULES)], clock=clock)
    try:
        with pytest.raises(ConnectionError):
            sending.deliver()
    finally:
        sending.end()
    assert f"messages to {stream.public_id} could not be delivered" in caplog.text


def test_a_commit_wakes_the_thread_that_delivers(database, pem, receiver, monkeypatch):
    monkeypatch.setattr(courier, "LONGEST_SLEEP_SECONDS", 2.0 * PATIENCE_SECONDS)
    sent = threading.Event()
    real = outbox.ended

    def ended(*args, **kwargs):
        sent.set()
        return real(*args, **kwargs)

    monkeypatch.setattr(outbox, "ended", ended)
    sending = made(database, pem, courier.now)
    database.after_messages.append(sending.tell)
    [stream] = happens(database, receiver.path("taken"))
    assert sent.wait(PATIENCE_SECONDS)
    sending.end()
    assert stands(database, stream).waiting == 0


def test_housekeeping_deletes_what_was_delivered_long_ago(database, sending, receiver, clock):
    [stream] = happens(database, receiver.path("taken"))
    sending.deliver()
    clock.time += outbox.KEPT_AFTER_DELIVERY
    sending.keep_house()
    with database.reading() as session:
        assert listening.waiting(session, stream) == []


def test_housekeeping_dismisses_what_was_given_up_a_month_ago_and_says_so(database, sending, receiver, clock, caplog):
    [stream] = happens(database, receiver.path("refuses"))
    for _ in range(3):
        sending.deliver()
        clock.time += timedelta(hours=2)
    for days, left in ((29, 1), (2, 0)):
        clock.time += timedelta(days=days)
        sending.keep_house()
        assert stands(database, stream).failed == left
    assert "1 events that were given up are dismissed" in caplog.text


# -- processes ---------------------------------------------------------------------------------------------------------


def commit_and_die(url: str) -> None:
    database = Database(url)
    with database.transaction() as session:
        recorded.unit(session, name="The last thing that this process did")
        recorded.assignment(session)
    os.kill(os.getpid(), signal.SIGKILL)


def deliver(url: str, pem: str) -> None:
    made(Database(url), pem, Clock()).deliver()


def run(target, *arguments):
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    return process


def test_a_process_killed_between_commit_and_delivery_loses_nothing(database, sending, receiver):
    [stream] = happens(database, receiver.path("taken"), times=0)
    process = run(commit_and_die, database.url.render_as_string(hide_password=False))
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert stands(database, stream).waiting == 1
    assert sending.deliver() == 1
    assert len(taken_by(receiver, database, stream)) == 1


def test_a_process_killed_while_it_delivers_is_followed_by_another_with_the_same_id(
    database, sending, receiver, clock, pem
):
    hangs = f"hangs-first/{next(_serial)}"
    [stream] = happens(database, receiver.path(hangs))
    process = run(deliver, database.url.render_as_string(hide_password=False), pem)
    while not receiver.asked(hangs):
        assert process.is_alive() or receiver.asked(hangs)
    process.kill()
    process.join()
    assert sending.deliver() == 0, "whoever is sending it may still be at it"
    clock.time += CLAIM
    assert sending.deliver() == 1
    with database.reading() as session:
        [message] = listening.waiting(session, stream)
    assert taken_by(receiver, database, stream) == [message.message_id]


def test_several_processes_at_once_deliver_everything_and_nothing_twice(database, receiver, pem):
    found = happens(database, receiver.path("taken"), receiver.path("taken"), times=10)
    url = database.url.render_as_string(hide_password=False)
    processes = [run(deliver, url, pem) for _ in range(2)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    for stream in found:
        ids = taken_by(receiver, database, stream)
        assert len(ids) == len(set(ids))
        with database.reading() as session:
            sent = [message.message_id for message in listening.waiting(session, stream)]
        assert ids == sent[: len(ids)]
    left = made(database, pem, Clock())
    left.deliver()
    left.end()
    assert all(len(taken_by(receiver, database, stream)) == 10 for stream in found)


class Stuck:
    """A channel all of whose destinations take their time."""

    name = "stuck"

    def __init__(self) -> None:
        self.goes_on, self.held = threading.Event(), threading.Semaphore(0)

    def destinations(self, session, *, at):
        return [Named(f"{number}") for number in range(courier.AT_A_TIME)]

    def send(self, destination, message):
        self.held.release()
        self.goes_on.wait(PATIENCE_SECONDS)
        return Outcome.TAKEN, ""


def test_a_channel_whose_destinations_are_all_slow_holds_up_no_other(database, pem, clock, receiver):
    keys, stuck = EventKeys(pem, source="-"), Stuck()
    found = Courier(database, [stuck, EventPush(lambda: keys, RULES)], clock=clock)
    with database.transaction() as session:
        slow = [NewMessage(outbox.new_id(), stuck.name, one.name, {}) for one in stuck.destinations(session, at=NOW)]
        outbox.put(session, slow, at=NOW)
    try:
        found.tell(database)
        for _ in slow:
            assert stuck.held.acquire(timeout=PATIENCE_SECONDS)
        [stream] = happens(database, receiver.path("taken"))
        found.tell(database)
        deadline = time.monotonic() + PATIENCE_SECONDS / 2
        while stands(database, stream).waiting and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        assert stands(database, stream).waiting == 0
    finally:
        stuck.goes_on.set()
        found.end()
