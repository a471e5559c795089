"""The command that empties the outbox."""

import pytest
from click.testing import CliRunner

from config import Config
from tests import event_receiver
from tests.services import listening
from training_app import migrate
from training_app.cli import main
from training_app.clock import now
from training_app.courier import event_keys
from training_app.db import Database
from training_app.services import outbox
from training_app.services.event_streams import streams


@pytest.fixture
def config(tmp_path, monkeypatch) -> Config:
    """An installation of its own, in demo mode so that nothing has to be set."""
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DEMO", "1")
    found = Config.from_environment()
    database = Database(found.database_url)
    migrate.upgrade(database)
    database.dispose()
    return found


def deliver() -> tuple[int, str]:
    result = CliRunner().invoke(main, ["deliver"])
    return result.exit_code, result.output


def test_it_sends_what_is_due_and_says_what_needs_a_person(config):
    assert deliver() == (0, "0 delivered, 0 waiting, 0 in need of a person.\n")
    database = Database(config.database_url)
    with event_receiver.receiving(event_keys(config)().published()) as receiver:
        with database.transaction() as session:
            stream = listening.stream(session, push_to=receiver.path("taken"), at=now())
            streams.verify(session, stream, "are you there?", at=now())
            fetched = listening.stream(session, at=now())
            streams.verify(session, fetched, None, at=now())
        assert deliver() == (0, "1 delivered, 1 waiting, 0 in need of a person.\n")
        [claims] = receiver.taken
        assert claims["aud"] == stream.audience
    with database.transaction() as session:
        [message] = listening.waiting(session, fetched)
        outbox.refused(session, streams.CHANNEL, fetched.public_id, {message.message_id: "no"}, at=now())
    database.dispose()
    assert deliver() == (1, "0 delivered, 0 waiting, 1 in need of a person.\n")
