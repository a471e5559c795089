"""`docs/events.md` is right about addresses, types, causes and errors, and its receiver works."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.docs.documents import DOCUMENTS, blocks, codes, section, table
from tests.rules.factories import local
from tests.services import version_life
from tests.views.asking import Asking, answering
from training_app import outgoing
from training_app.rules import retries, signals
from training_app.rules.signals import CAUSES, EventType, Reach
from training_app.services import suspensions, withdrawals
from training_app.services.event_streams import overflow, polling, streams
from training_app.views import event_api

PAGE = re.sub(r"\s+", " ", (DOCUMENTS / "events.md").read_text("utf-8"))


@pytest.fixture
def asking(demo_sqlite, tmp_path) -> Iterator[Asking]:
    with demo_sqlite() as database, answering(database, tmp_path) as found:
        yield found


def test_every_address_is_there_and_no_other(asking):
    told = {tuple(code.split(" ")) for row in table(section("events.md", "Set up")) for code in codes(row["request"])}
    told = {one for one in told if len(one) == 2}
    served = {
        (method, rule.rule)
        for rule in asking.app.url_map.iter_rules()
        if rule.endpoint.startswith("event_api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert told == served


def test_every_type_of_event_is_explained():
    assert {codes(row["type"])[0] for row in table(section("events.md", "Types"))} == {kind.value for kind in EventType}


def test_every_cause_is_on_the_page_with_what_it_sets_off():
    reach = {Reach.OFFICER: "the officer", Reach.TOOL: "the tool", Reach.EVERY_TOOL: "each tool"}
    revokes = {(False, True): "", (True, True): "always", (True, False): "when it is closed"}
    told = {
        codes(row["fact"])[0]: (row["about"], row["`session-revoked`"])
        for row in table(section("events.md", "What sets off an event"))
    }
    assert told == {
        kind: (reach[cause.reach], revokes[cause.takes_back, cause.where is None]) for kind, cause in CAUSES.items()
    }


@pytest.mark.parametrize(
    "figure",
    [
        f"at most {streams.MOST_STREAMS} streams",
        f"than {signals.MOST_OFFICERS_AT_ONCE} officers",
        f"waits up to {event_api.SECONDS_TO_WAIT:.0f} seconds",
        f"{polling.MOST_AT_ONCE} at most",
        f"than {overflow.MOST_WAITING:,} events",
        f"within {outgoing.SECONDS_IN_ALL:.0f} seconds",
        f"after {retries.FIRST_WAIT.seconds} seconds, 10, 20 and so on, up to an hour, {retries.MOST_ATTEMPTS} times",
        f"every {streams.BETWEEN_VERIFICATIONS.seconds} seconds",
    ],
)
def test_the_figures_are_those_of_the_code(figure):
    assert figure in PAGE


def test_the_errors_are_those_that_are_answered():
    told = {(int(row["status"]), codes(row["`error`"])[0]) for row in table(section("events.md", "Errors"))}
    assert told == {*event_api.STATUS_OF_ERRORS.values(), (401, "unauthorized")}


def test_the_receiver_of_the_page_forgets_what_it_is_told_to(asking):
    server = make_server("127.0.0.1", 0, asking.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        receiver: dict[str, Any] = {}
        exec("".join(blocks(section("events.md", "Fetch"), "python")), receiver)
        receiver["SERVER"] = f"http://127.0.0.1:{server.server_port}"
        stream = receiver["call"]("/events/v1/stream", {"description": "Control room"})
        held = {("DP-1003", "sightline"): True, ("DP-1004", "sightline"): True, ("DP-1003", "lockpick"): True}
        at = local("2026-11-22 12:00")
        with asking.database.transaction() as session:
            by = version_life.person(session, "DP-2001")
            tool = version_life.version(session, "3.2").tool
            suspensions.suspend(session, "DP-1003", tool, suspensions.Reason.OTHER, at=at, by=by)
        told = receiver["fetch"](stream)
        for claims in told.values():
            receiver["forget"](held, claims)
        assert set(held) == {("DP-1004", "sightline"), ("DP-1003", "lockpick")}
        with asking.database.transaction() as session:
            first, _ = version_life.registrars(session)
            withdrawals.withdraw(session, version_life.version(session, "3.2"), reason="Wrong.", at=at, by=first)
        [claims] = receiver["fetch"](stream, told).values()
        receiver["forget"](held, claims)
        assert set(held) == {("DP-1003", "lockpick")}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
