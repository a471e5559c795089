"""The commands of an installation, as a person types them."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from config import Config
from tests.patience import PATIENCE_SECONDS
from training_app.cli import main
from training_app.clock import now
from training_app.db import Database
from training_app.models import Base
from training_app.models.browser_session import BrowserSession
from training_app.models.people import Person
from training_app.services import accounts, browser_sessions
from training_app.services.sign_in import new_passwords

PASSWORD = "three quiet ferries at noon"
ROOT = Path(__file__).parent.parent


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command on an installation of its own, in demo mode so that nothing has to be set."""
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRAINING_DEMO", "1")
    return lambda *arguments, **options: CliRunner().invoke(main, arguments, **options)


@pytest.fixture
def officer(command, database_of_command):
    """The address of a demo officer in the installation of `command`."""
    from training_app import demo

    assert command("migrate").exit_code == 0
    assert command("content", "load").exit_code == 0
    with database_of_command.transaction() as session:
        demo.load(session, password_hash=new_passwords().hash(PASSWORD))
    return "officer@demo.example"


@pytest.fixture
def database_of_command(command, tmp_path):
    (tmp_path / "data").mkdir()
    database = Database(Config.from_environment().database_url)
    yield database
    database.dispose()


def test_the_shipped_content_is_fit_to_publish(command):
    told = command("content", "check")
    assert (told.exit_code, told.stderr) == (0, "")


def test_content_that_is_unfit_is_named(command, tmp_path):
    (tmp_path / "modules" / "empty").mkdir(parents=True)
    (tmp_path / "banks").mkdir()
    told = command("content", "check", "--modules", str(tmp_path / "modules"), "--banks", str(tmp_path / "banks"))
    assert told.exit_code == 1
    assert "empty/module.toml" in told.stderr


def test_loading_content_again_publishes_nothing(command, officer):
    assert "0 new revisions." in command("content", "load").stdout


def test_a_password_is_given_and_ends_every_session(command, officer, database_of_command):
    told = command("account", "password", officer, input="four loud lorries\n" * 2)
    assert told.exit_code == 0, told.output
    with database_of_command.reading() as session:
        person = accounts.find(session, officer)
        assert new_passwords().fits("four loud lorries", accounts.password_hash_of(session, person))
    assert "four loud lorries" not in told.output


def test_a_weak_password_is_refused_with_the_reason(command, officer):
    told = command("account", "password", officer, input="short\nshort\n")
    assert told.exit_code == 1
    assert "at least 15 characters" in told.stderr


def test_nobody_by_that_name_is_said(command, officer):
    told = command("account", "end-sessions", "nobody@demo.example")
    assert (told.exit_code, told.stderr) == (
        1,
        "Error: Nobody here has the e-mail address or service number nobody@demo.example.\n",
    )


def test_sessions_are_ended_from_the_command_line(command, officer, database_of_command):
    limits = browser_sessions.Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
    with database_of_command.transaction() as session:
        person = accounts.find(session, officer)
        browser_sessions.begin(session, person.id, token="t", epoch=0, browser="", limits=limits, at=now())
    assert command("account", "end-sessions", officer).exit_code == 0
    with database_of_command.reading() as session:
        digest = session.query(BrowserSession.token_digest).scalar()
        assert browser_sessions.find(session, digest, limits=limits, at=now()) is None


def test_what_is_missing_is_said_in_a_sentence(command, monkeypatch):
    monkeypatch.delenv("TRAINING_DEMO")
    told = command("serve")
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert told.stderr.startswith("Error: Set TRAINING_AGENCY_ZONE")


def test_a_database_of_an_older_version_is_not_served(command, database_of_command):
    told = command("serve")
    assert told.exit_code == 1
    assert "Run: training-app migrate" in told.stderr


def test_the_demonstration_is_not_served_as_an_installation(command, officer, monkeypatch, tmp_path):
    key = tmp_path / "key.pem"
    key.touch()
    monkeypatch.delenv("TRAINING_DEMO")
    monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Athens")
    monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", str(key))
    told = command("serve")
    assert told.exit_code == 1
    assert "accounts and the token of the demonstration" in told.stderr


def test_the_demonstration_leaves_a_database_with_other_people_as_it_is(command, database_of_command):
    assert command("migrate").exit_code == 0
    with database_of_command.transaction() as session:
        session.add(Person(effective_at=now(), recorded_at=now(), service_number="AB-1", name="Somebody"))
    before = _rows_of(database_of_command)
    told = command("demo")
    assert told.exit_code == 1
    assert "people who are not of the demonstration" in told.stderr
    assert _rows_of(database_of_command) == before


def _rows_of(database):
    with database.reading() as session:
        return {name: session.execute(select(table)).all() for name, table in Base.metadata.tables.items()}


def test_a_port_that_is_taken_is_named(command, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("TRAINING_PORT", str(taken.getsockname()[1]))
        told = command("demo")
    assert told.exit_code == 1
    assert "Address already in use" in told.stderr


def test_the_demonstration_serves_says_how_to_sign_in_and_can_be_run_again(tmp_path):
    """Started twice as a person does, stopped with Ctrl-C in between."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {"TRAINING_DATA": str(tmp_path), "TRAINING_PORT": str(port), "PATH": "/usr/bin:/bin"}
    greetings = [_greeted_by_the_demonstration(environ, port) for _ in range(2)]
    assert greetings[0] == greetings[1]
    assert "officer@demo.example" in greetings[0]
    assert "curl -s" in greetings[0]


def _greeted_by_the_demonstration(environ, port):
    code = "from training_app.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "demo"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as served:
        try:
            lines = []
            for line in served.stdout:
                lines.append(line)
                if line.startswith("Stop with"):
                    break
            page = _fetched(f"http://127.0.0.1:{port}/sign-in", served)
            assert re.search(r"<h1>\s*Sign in", page)
        finally:
            os.killpg(served.pid, signal.SIGINT)  # as a terminal does for Ctrl-C: to every process of the command
            served.wait(timeout=PATIENCE_SECONDS)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))  # nothing of it is left
    return "".join(lines)


def _fetched(address, served):
    """Return the page, as soon as the server listens."""
    while served.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
                return answer.read().decode()
        except ConnectionError:
            continue
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
    raise AssertionError("the server ended by itself")
