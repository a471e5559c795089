"""Commands on what is stated to a record store, and `deliver` with one."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from config import Config
from tests.counterparts import ralph
from tests.services import recorded
from training_app import migrate
from training_app.cli import main
from training_app.cli_context import open_database
from training_app.clock import now
from training_app.courier import courier_of
from training_app.models.certification import Award
from training_app.models.outbox import OutboxMessage
from training_app.models.people import Person
from training_app.services import outbox
from training_app.services.learning_records.noticing import CHANNEL, STORE


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    with ralph.storing(folder) as found:
        yield found


@pytest.fixture
def installed(tmp_path, monkeypatch) -> Config:
    """An installation of its own, in demo mode so that little has to be set."""
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DEMO", "1")
    config = Config.from_environment()
    with open_database(config) as database:
        migrate.upgrade(database)
    return config


@pytest.fixture
def stating(installed, tmp_path, monkeypatch) -> Config:
    """The same with a record store, which is not there."""
    credentials = tmp_path / "credentials"
    credentials.write_text(ralph.CREDENTIALS, "utf-8")
    credentials.chmod(0o600)
    monkeypatch.setenv("TRAINING_XAPI_ENDPOINT", "http://127.0.0.1:9/xAPI")
    monkeypatch.setenv("TRAINING_XAPI_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("TRAINING_PUBLIC_ADDRESS", "https://training.police.example")
    return Config.from_environment()


CHANNELS = ["events", "lti-grades", "lti-score"]
"""Those of every installation."""


def run(*words: str, **given: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words), **given)
    return result.exit_code, result.output


def message(number: int) -> outbox.NewMessage:
    return outbox.NewMessage(f"id-{number}", CHANNEL, STORE, {"id": f"id-{number}"})


def waits(config: Config) -> int:
    with open_database(config) as database, database.reading() as session:
        return len(session.scalars(select(OutboxMessage)).all())


def test_what_happened_is_delivered_to_the_store_and_the_officers_are_found(stating, store, monkeypatch):
    monkeypatch.setenv("TRAINING_XAPI_ENDPOINT", store.endpoint)
    assert run("content", "load")[0] == 0
    with open_database(stating) as database:
        from training_app import demo

        with database.transaction() as session:
            demo.load(session, password_hash="-")
            awards = len(session.scalars(select(Award)).all())
    code, told = run("deliver")
    assert code == 0
    found = store.statements()
    assert len([one for one in found if one["verb"]["id"].endswith("satisfied")]) == awards > 0
    assert told == f"{len(found)} delivered, 0 waiting, 0 in need of a person.\n"
    assert ralph.faults_in(found) == [[]] * len(found)
    name = found[0]["actor"]["account"]["name"]
    code, number = run("xapi", "whose", name)
    assert code == 0
    assert run("xapi", "name", number.strip()) == (0, f"{name}\n")


def test_without_a_store_nothing_waits(installed):
    with open_database(installed) as database:
        assert database.learning_records_from == ""
        assert [channel.name for channel in courier_of(installed, database)._channels] == CHANNELS


def test_a_name_that_is_nobodys_and_a_person_who_is_not_there_are_said(installed):
    assert run("xapi", "whose", "0" * 64) == (
        1,
        "Error: Nobody stands in statements by this name. Who was erased does not any more.\n",
    )
    code, told = run("xapi", "name", "nobody")
    assert code == 1
    assert told.startswith("Error: ")


def test_somebody_about_whom_nothing_was_stated_has_a_name_already(installed):
    with open_database(installed) as database, database.transaction() as session:
        number = recorded.person(session).service_number
        assert session.scalars(select(Person)).one().service_number == number
    code, name = run("xapi", "name", number)
    assert (code, bool(re.fullmatch(r"[0-9a-f]{64}\n", name))) == (0, True)
    assert run("xapi", "whose", name.strip()) == (0, f"{number}\n")


def test_what_was_given_up_is_told_and_waits_again_or_is_deleted(installed):
    with open_database(installed) as database:
        with database.transaction() as session:
            outbox.put(session, [message(1), message(2)], at=now())
            outbox.refused(session, CHANNEL, STORE, {"id-1": "HTTP 400"}, at=now())
        with database.transaction() as session:
            claimed = outbox.claim(session, outbox.next_to(session, CHANNEL, STORE, at=now()), at=now())
            outbox.ended(session, claimed, outbox.Outcome.UNREACHED, "HTTP 503", at=now(), chance=0.5)
    assert run("xapi", "status") == (
        0,
        "1 waiting, 1 given up.\nThe first was tried 1 times; last: HTTP 503\n",
    )
    assert run("xapi", "retry") == (0, "1 that were given up wait again.\n")
    assert run("xapi", "status")[1].startswith("2 waiting, 0 given up.")
    assert run("xapi", "forget", input="n\n")[0] == 1
    assert waits(installed) == 2
    assert run("xapi", "forget", "--yes") == (0, "2 deleted.\n")
    assert waits(installed) == 0


def test_a_secret_that_others_may_read_is_warned_of(stating, caplog):
    assert stating.xapi_credentials_file is not None
    with open_database(stating) as database:
        courier_of(stating, database)
        assert "chmod 600" not in caplog.text
        stating.xapi_credentials_file.chmod(0o644)
        named = [channel.name for channel in courier_of(stating, database)._channels]
        assert named == [*CHANNELS, "learning-records"]
        assert "chmod 600" in caplog.text
