"""Many who write at once, and what a request that writes lets go of first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.services import recorded
from training_app import db
from training_app.models.tools import Tool

WRITERS, TRANSACTIONS = 8, 5


def tools(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Tool))


def test_many_threads_that_write_at_once_all_get_their_turn(database):
    def write(writer: int) -> None:
        for number in range(TRANSACTIONS):
            with database.transaction() as session:
                assert session.scalar(select(func.count()).select_from(Tool)) is not None
                recorded.tool(session, slug=f"tool-of-{writer}-{number}")

    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(write, range(WRITERS)))
    assert tools(database) == WRITERS * TRANSACTIONS


def test_a_writer_that_fails_gives_its_turn_on(database):
    for _ in range(2):
        with pytest.raises(recorded.Interruption), database.transaction() as session:
            recorded.interrupted(session, recorded.tool)
    with database.transaction() as session:
        recorded.tool(session)
    assert tools(database) == 1


def test_a_transaction_inside_another_is_refused_and_does_not_wait_for_ever(migrated_sqlite, monkeypatch):
    monkeypatch.setattr(db, "SQLITE_BUSY_MILLISECONDS", 10)
    with migrated_sqlite() as database:
        with database.transaction() as session:
            recorded.tool(session)
            with pytest.raises(TimeoutError, match="inside it"), database.transaction():
                pass
        assert tools(database) == 1


@pytest.fixture
def app(database) -> Flask:
    app = Flask(__name__)
    db.init_app(app, database)
    return app


def test_a_request_that_writes_holds_no_snapshot_meanwhile_and_reads_anew_afterwards(app):
    """SQLite cannot shorten its log past a snapshot: held at every commit, it would let the log grow without end."""
    with app.app_context():
        with db.transaction() as session:
            recorded.tool(session, slug="sightline")
        tool = db.reading_session().scalars(select(Tool)).one()
        assert db.reading_session().in_transaction()
        with db.transaction() as session:
            assert not db.reading_session().in_transaction()
            assert tool.slug == "sightline", "what was loaded stays readable"
            assert not db.reading_session().in_transaction()
            recorded.tool(session, slug="plates")
        assert db.reading_session().scalar(select(func.count()).select_from(Tool)) == 2


def test_a_reading_that_failed_can_be_ended_all_the_same(app):
    with app.app_context():
        with pytest.raises(Exception, match=r"readonly|read-only"):
            recorded.tool(db.reading_session())
        with db.transaction() as session:
            recorded.tool(session)
        assert db.reading_session().scalar(select(func.count()).select_from(Tool)) == 1
