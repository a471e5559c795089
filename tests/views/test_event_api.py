"""Streams over HTTP, as the Shared Signals Framework 1.0 and RFC 8936 have them."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import select

from tests import event_receiver
from tests.rules.factories import local
from tests.services.listening import ASK, REVOKED
from tests.views.asking import Asking, answering
from training_app.models.event_streams import EventStreamChange, StreamChange
from training_app.models.people import OfficerSuspension, Person
from training_app.models.tools import Tool
from training_app.rules.clients import Scope
from training_app.services import client_credentials, outbox
from training_app.services.event_streams import streams
from training_app.services.event_streams.keys import new_key
from training_app.views import event_api

STREAM, STATUS = "/events/v1/stream", "/events/v1/status"
ADD, REMOVE = "/events/v1/subjects/add", "/events/v1/subjects/remove"
VERIFY = "/events/v1/verification"
PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
HERE = "http://localhost"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
NEITHER_HERE = {"maxEvents": 10, "returnImmediately": True}


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("keys") / "event-key.pem"
    file.write_text(new_key(), "ascii")
    return file


@pytest.fixture
def asking(demo_sqlite, tmp_path, key_file) -> Iterator[Asking]:
    """The demo agency on SQLite: what differs between databases is tested where it is, in the services."""
    with demo_sqlite() as database, answering(database, tmp_path, **settings(key_file)) as found:
        yield found


@pytest.fixture(scope="module")
def refusing(demo_sqlite, tmp_path_factory, key_file) -> Iterator[Asking]:
    """The same for all tests in which nothing is made."""
    folder = tmp_path_factory.mktemp("refusing")
    with demo_sqlite() as database, answering(database, folder, **settings(key_file)) as found:
        found.register("Asks only", "asks-only", scopes={Scope.EVALUATE})
        yield found


def settings(key_file: Path) -> dict[str, Any]:
    return {"event_key_file": key_file, "push_hosts": ("127.0.0.1",)}


def call(asking: Asking, method: str, address: str, body: Any = None, *, token: str = "demo-tool-token", **query: str):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return asking.client.open(address, method=method, json=body, headers=headers, query_string=query)


def made(asking: Asking, **chosen: Any) -> dict[str, Any]:
    """Make a stream, and return its configuration."""
    answer = call(asking, "POST", STREAM, chosen)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def poll(asking: Asking, stream: dict[str, Any], **asked: Any) -> dict[str, Any]:
    answer = call(asking, "POST", f"/events/v1/poll/{stream['stream_id']}", NEITHER_HERE | asked)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def claims(asking: Asking, token: str) -> dict[str, Any]:
    """Return what a token says once its signature is verified with the published keys, by another library."""
    keys = asking.client.get("/events/v1/jwks.json").get_json()
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"]) == ("RS256", "secevent+jwt")
    [key] = [one for one in keys["keys"] if one["kid"] == header["kid"]]
    return jwt.decode(token, jwt.PyJWK(key), algorithms=["RS256"], options={"verify_aud": False})


def suspend(asking: Asking, number: str = "DP-1003", tool: str | None = "sightline") -> None:
    at = local("2026-11-22 12:00")
    with asking.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.service_number == number)).one()
        tool_id = session.scalar(select(Tool.id).where(Tool.slug == tool)) if tool else None
        stamp = {"effective_at": at, "recorded_at": at}
        session.add(OfficerSuspension(**stamp, officer_id=person.id, tool_id=tool_id, reason_code="other"))


def test_a_receiver_finds_everything_from_the_address_of_the_server(asking):
    found = asking.client.get("/.well-known/ssf-configuration").get_json()
    assert (found["issuer"], found["spec_version"], found["default_subjects"]) == (HERE, "1_0", "ALL")
    assert found["delivery_methods_supported"] == [PUSH, POLL]
    assert {"spec_urn": "urn:ietf:rfc:6749"} in found["authorization_schemes"]
    rules = {rule.rule for rule in asking.app.url_map.iter_rules()}
    for name, address in found.items():
        if name.endswith(("_endpoint", "_uri")):
            assert address.removeprefix(HERE) in rules, name


def test_only_the_public_part_of_the_keys_is_published(asking):
    [key] = asking.client.get("/events/v1/jwks.json").get_json()["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()


def test_a_stream_is_made_read_changed_replaced_and_deleted(asking):
    stream = made(asking, events_requested=[ASK, "urn:example:unknown"], description="Control room")
    stream_id = stream["stream_id"]
    assert stream["iss"] == HERE
    assert stream["aud"].startswith("client-")
    assert stream["events_supported"] == [ASK, REVOKED]
    assert stream["events_delivered"] == [ASK]
    assert stream["delivery"] == {"method": POLL, "endpoint_url": f"{HERE}/events/v1/poll/{stream_id}"}
    assert call(asking, "GET", STREAM, stream_id=stream_id).get_json() == stream
    assert call(asking, "GET", STREAM).get_json() == [stream]
    changed = call(asking, "PATCH", STREAM, {**stream, "events_requested": [REVOKED]}).get_json()
    assert changed == {**stream, "events_requested": [REVOKED], "events_delivered": [REVOKED]}
    replaced = call(asking, "PUT", STREAM, {"stream_id": stream_id}).get_json()
    assert "description" not in replaced
    assert replaced["events_delivered"] == [ASK, REVOKED]
    deleted = call(asking, "DELETE", STREAM, stream_id=stream_id)
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert call(asking, "GET", STREAM).get_json() == []
    with asking.database.reading() as session:
        done = session.scalars(select(EventStreamChange.change).order_by(EventStreamChange.id)).all()
    assert done == [StreamChange.CREATED, StreamChange.CONFIGURED, StreamChange.CONFIGURED, StreamChange.DELETED]


def test_a_push_stream_never_repeats_the_receivers_secret(asking):
    delivery = {"method": PUSH, "endpoint_url": "http://127.0.0.1:9/events", "authorization_header": "Bearer hush"}
    answer = call(asking, "POST", STREAM, {"delivery": delivery})
    assert answer.get_json()["delivery"] == {"method": PUSH, "endpoint_url": "http://127.0.0.1:9/events"}
    assert "hush" not in call(asking, "GET", STREAM).text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param([], "must be a JSON object", id="no-object"),
        pytest.param({"delivery": "push"}, "delivery must be", id="delivery-no-object"),
        pytest.param({"delivery": {"method": "smtp"}}, "delivery.method must be", id="another-method"),
        pytest.param({"delivery": {"method": PUSH}}, "endpoint_url must be a text", id="push-to-nowhere"),
        pytest.param(
            {"delivery": {"method": PUSH, "endpoint_url": "https://elsewhere.example/"}},
            "have not named",
            id="other-host",
        ),
        pytest.param({"delivery": {"method": PUSH, "endpoint_url": "http://elsewhere.example/"}}, "https", id="plain"),
        pytest.param({"delivery": {"method": PUSH, "endpoint_url": "file:///etc/passwd"}}, "https", id="a-file"),
        pytest.param(
            {"delivery": {"method": PUSH, "endpoint_url": "https://me@127.0.0.1/"}}, "no user", id="with-a-user"
        ),
        pytest.param({"events_requested": "all"}, "must be a list", id="types-no-list"),
        pytest.param({"description": "a\u0000b"}, "control characters", id="control-characters"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused_with_what_is_wrong(refusing, body, says):
    answer = call(refusing, "POST", STREAM, body)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "bad-request")
    assert says in answer.get_json()["message"]


def test_only_we_decide_what_is_ours(asking):
    stream = made(asking)
    answer = call(asking, "PATCH", STREAM, {"stream_id": stream["stream_id"], "aud": "somebody-else"})
    assert (answer.status_code, answer.get_json()["message"]) == (400, "aud cannot be changed.")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", STREAM),
        ("POST", STREAM),
        ("POST", STATUS),
        ("POST", ADD),
        ("POST", VERIFY),
        ("POST", "/events/v1/poll/x"),
    ],
)
def test_nobody_without_the_scope_has_a_stream(refusing, method, address):
    assert call(refusing, method, address, {}, token="").status_code == 401
    assert call(refusing, method, address, {}, token="unknown").status_code == 401
    assert call(refusing, method, address, {}, token="asks-only").status_code == 403


def test_the_streams_of_others_are_not_there(asking):
    asking.register("Another", "another")
    stream_id = made(asking)["stream_id"]
    named = {"stream_id": stream_id}
    subject = {"format": "iss_sub", "iss": HERE, "sub": "DP-1003"}
    for answer in (
        call(asking, "GET", STREAM, token="another", **named),
        call(asking, "DELETE", STREAM, token="another", **named),
        call(asking, "GET", STATUS, token="another", **named),
        call(asking, "PATCH", STREAM, named, token="another"),
        call(asking, "POST", STATUS, {**named, "status": "disabled"}, token="another"),
        call(asking, "POST", REMOVE, {**named, "subject": subject}, token="another"),
        call(asking, "POST", VERIFY, named, token="another"),
        call(asking, "POST", f"/events/v1/poll/{stream_id}", NEITHER_HERE, token="another"),
    ):
        assert (answer.status_code, answer.get_json()["error"]) == (404, "not-found")
    assert call(asking, "GET", STATUS, **named).get_json() == {**named, "status": "enabled"}


def test_a_client_that_has_too_many_streams_is_told_to_use_those(asking):
    for _ in range(streams.MOST_STREAMS):
        made(asking)
    assert call(asking, "POST", STREAM, {}).status_code == 409


def test_what_happens_is_fetched_signed_until_it_is_acknowledged(asking):
    stream = made(asking)
    suspend(asking)
    first, again = poll(asking, stream), poll(asking, stream)
    assert list(first["sets"]) == list(again["sets"]), "what is not acknowledged is handed out again"
    assert first["moreAvailable"] is False
    told = [claims(asking, token) for token in first["sets"].values()]
    assert [list(one["events"]) for one in told] == [[ASK], [REVOKED]]
    assert [one["jti"] for one in told] == list(first["sets"])
    assert {one["aud"] for one in told} == {stream["aud"]}
    assert told[0]["sub_id"] == {"format": "iss_sub", "iss": HERE, "sub": "DP-1003"}
    after = poll(asking, stream, ack=list(first["sets"]))
    assert after == {"sets": {}, "moreAvailable": False}


def test_a_receiver_takes_as_much_as_it_asks_for_and_hears_that_there_is_more(asking):
    stream = made(asking)
    suspend(asking)
    found = poll(asking, stream, maxEvents=1)
    assert (len(found["sets"]), found["moreAvailable"]) == (1, True)
    only_acknowledging = poll(asking, stream, maxEvents=0, ack=list(found["sets"]))
    assert only_acknowledging == {"sets": {}, "moreAvailable": True}
    assert len(poll(asking, stream)["sets"]) == 1


def test_what_a_receiver_will_not_take_is_given_up_with_what_it_says(asking):
    stream = made(asking)
    suspend(asking)
    first, second = poll(asking, stream)["sets"]
    found = poll(asking, stream, setErrs={first: {"err": "invalid_key", "description": "No such key"}})
    assert list(found["sets"]) == [second]
    with asking.database.reading() as session:
        [failed] = outbox.failed(session, streams.CHANNEL, stream["stream_id"], most=9)
    assert (failed.message_id, failed.fault) == (first, "invalid_key No such key")


def test_a_poll_that_cannot_be_meant_is_refused(asking):
    address = f"/events/v1/poll/{made(asking)['stream_id']}"
    for body in ({"maxEvents": -1}, {"maxEvents": True}, {"returnImmediately": 1}, {"ack": "x"}, {"ack": [7]}):
        assert call(asking, "POST", address, body).status_code == 400, body
    for body in ({"setErrs": []}, {"setErrs": {"id": "wrong"}}, {"ack": [""]}):
        assert call(asking, "POST", address, body).status_code == 400, body


def test_a_receiver_that_never_acknowledges_gets_the_oldest_again_and_blocks_nobody(asking):
    stream, other = made(asking), made(asking)
    for number in range(1, 7):
        suspend(asking, f"DP-100{number}", tool=None)
        assert len(poll(asking, other, ack=list(poll(asking, other)["sets"]))["sets"]) == 0
    found = [list(poll(asking, stream, maxEvents=3)["sets"]) for _ in range(3)]
    assert found[0] == found[1] == found[2]
    assert poll(asking, stream)["moreAvailable"] is True


def test_a_verification_event_comes_back_with_its_state_and_not_too_often(asking):
    stream = made(asking)
    named = {"stream_id": stream["stream_id"]}
    assert call(asking, "POST", VERIFY, {**named, "state": "x" * 500}).status_code == 204
    [token] = poll(asking, stream)["sets"].values()
    told = claims(asking, token)
    assert told["events"] == {VERIFICATION: {"state": "x" * 500}}
    assert told["sub_id"] == {"format": "opaque", "id": stream["stream_id"]}
    again = call(asking, "POST", VERIFY, named)
    assert (again.status_code, again.headers["Retry-After"]) == (429, str(stream["min_verification_interval"]))


def test_a_stream_that_its_receiver_pauses_hands_nothing_out_until_it_is_enabled(asking):
    stream = made(asking)
    named = {"stream_id": stream["stream_id"]}
    paused = call(asking, "POST", STATUS, {**named, "status": "paused", "reason": "Maintenance"})
    assert paused.get_json() == {**named, "status": "paused", "reason": "Maintenance"}
    suspend(asking)
    assert poll(asking, stream) == {"sets": {}, "moreAvailable": False}
    assert call(asking, "POST", STATUS, {**named, "status": "enabled"}).get_json() == {**named, "status": "enabled"}
    assert len(poll(asking, stream)["sets"]) == 2
    assert call(asking, "POST", STATUS, {**named, "status": "asleep"}).status_code == 400


def test_what_the_agency_pauses_only_the_agency_enables(asking):
    stream = made(asking)
    named = {"stream_id": stream["stream_id"]}
    with asking.database.transaction() as session:
        registrar = session.scalars(select(Person).where(Person.service_number == "DP-3001")).one()
        row = streams.by_public_id(session, stream["stream_id"])
        streams.hold(session, row, "Being examined", at=local("2026-11-22 12:00"), by=registrar)
    told = {**named, "status": "paused", "reason": "Being examined"}
    assert call(asking, "GET", STATUS, **named).get_json() == told
    assert call(asking, "POST", STATUS, {**named, "status": "enabled"}).status_code == 403


def test_an_officer_or_a_tool_is_left_out_and_taken_in_again(asking):
    stream = made(asking)
    officer = {"format": "iss_sub", "iss": HERE, "sub": "DP-1003"}
    asked = {"stream_id": stream["stream_id"], "subject": officer}
    removed = call(asking, "POST", REMOVE, asked)
    assert (removed.status_code, removed.data) == (204, b"")
    suspend(asking)
    assert poll(asking, stream)["sets"] == {}
    added = call(asking, "POST", ADD, asked)
    assert (added.status_code, added.data) == (200, b"")
    suspend(asking, tool="lockpick")
    assert len(poll(asking, stream)["sets"]) == 2
    unknown = {**asked, "subject": {"format": "email", "email": "a@b.example"}}
    assert call(asking, "POST", REMOVE, unknown).status_code == 404
    assert call(asking, "POST", REMOVE, {"stream_id": stream["stream_id"]}).status_code == 400


def test_whoever_waits_for_an_event_has_it_as_soon_as_it_is_committed(asking, monkeypatch):
    stream = made(asking)
    waiting = threading.Event()
    real = event_api.polling.anything_for

    def anything_for(*args):
        found = real(*args)
        waiting.set()
        return found

    monkeypatch.setattr(event_api.polling, "anything_for", anything_for)
    found: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: found.append(poll(asking, stream, returnImmediately=False)))
    thread.start()
    assert waiting.wait(30)
    suspend(asking)
    thread.join()
    assert len(found[0]["sets"]) == 2


def test_whoever_is_turned_away_while_waiting_gets_no_event(asking, monkeypatch):
    asking.register("Turned away", "turned-away")
    stream = call(asking, "POST", STREAM, {}, token="turned-away").get_json()

    def revoke(*_args):
        with asking.database.transaction() as session:
            digest = hashlib.sha256(b"turned-away").hexdigest()
            credential = session.scalars(
                select(client_credentials.ClientCredential).where(
                    client_credentials.ClientCredential.token_digest == digest
                )
            ).one()
            client_credentials.revoke(session, credential, at=local("2026-11-01"), by=None)
        suspend(asking)
        return True

    monkeypatch.setattr(event_api.polling, "anything_for", revoke)
    answer = call(asking, "POST", f"/events/v1/poll/{stream['stream_id']}", {}, token="turned-away")
    assert answer.status_code == 401


def test_where_too_many_wait_the_next_is_answered_at_once(asking):
    stream = made(asking)
    room = [event_api._room_to_wait.acquire(blocking=False) for _ in range(event_api.WAITING_AT_A_TIME)]
    assert all(room)
    try:
        assert poll(asking, stream, returnImmediately=False) == {"sets": {}, "moreAvailable": False}
    finally:
        for _ in room:
            event_api._room_to_wait.release()


def test_the_server_pushes_what_happens_by_itself(asking):
    with event_receiver.receiving(asking.client.get("/events/v1/jwks.json").get_json()) as receiver:
        delivery = {"method": PUSH, "endpoint_url": receiver.path("taken")}
        stream = made(asking, delivery=delivery)
        courier = asking.app.extensions["courier"]
        asking.database.after_messages.append(courier.tell)
        call(asking, "POST", VERIFY, {"stream_id": stream["stream_id"], "state": "are you there?"})
        suspend(asking)
        while len(receiver.taken) < 3:
            assert not courier.ended.is_set()
        told = receiver.taken
    assert [next(iter(one["events"])) for one in told] == [VERIFICATION, ASK, REVOKED]
