import sqlite3

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.services import recorded
from training_app import db
from training_app.db import Database
from training_app.models.people import AccountChange, AccountFact, Credential, Person
from training_app.models.tools import Tool

DAY = "'2026-03-01 00:00:00.000000+00'"


def slugs(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Tool.slug).order_by(Tool.slug)))


def test_a_transaction_commits_at_its_end(database):
    with database.transaction() as session:
        recorded.tool(session, slug="sightline")
        assert slugs(database) == []
    assert slugs(database) == ["sightline"]


def test_a_transaction_that_fails_leaves_nothing_behind(database):
    with pytest.raises(recorded.Interruption), database.transaction() as session:
        recorded.interrupted(session, recorded.tool)
    assert slugs(database) == []


def test_what_was_recorded_can_be_read_after_the_transaction(database):
    with database.transaction() as session:
        tool = recorded.tool(session, slug="sightline")
    assert tool.slug == "sightline"
    assert tool.recorded_at == recorded.NOW


def test_a_reading_session_cannot_write(database):
    with database.reading() as session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        recorded.tool(session)
    assert slugs(database) == []


def test_a_connection_that_was_read_with_can_be_written_with_again(database):
    for _ in range(3):
        slugs(database)
        with database.transaction() as session:
            recorded.tool(session)
    assert len(slugs(database)) == 3


def test_reading_stays_on_one_snapshot(database):
    with database.reading() as session:
        count = select(func.count()).select_from(Tool)
        assert session.scalar(count) == 0
        with database.transaction() as writer:
            recorded.tool(writer)
        assert session.scalar(count) == 0


def test_foreign_keys_and_checks_are_enforced(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Credential(person_id=4711, password_hash="-"))
    with database.transaction() as session:
        person = recorded.person(session).id
    columns, values = "person_id, change, effective_at, recorded_at", f"{person}, 'ajar', {DAY}, {DAY}"
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text(f"INSERT INTO account_fact ({columns}) VALUES ({values})"))


def test_decisions_see_what_was_committed_at_once(database):
    for number in range(1, 4):
        with database.transaction() as session:
            recorded.tool(session)
        with database.decisions.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(Tool)) == number


def test_decisions_on_postgresql_need_no_transaction(migrated_postgresql):
    with migrated_postgresql() as database, database.decisions.connect() as connection:
        connection.execute(select(Tool.id))
        assert connection.connection.driver_connection.info.transaction_status.name == "IDLE"


def test_a_writer_on_sqlite_is_alone_from_its_first_look_on(migrated_sqlite):
    with migrated_sqlite() as database, database.transaction() as session:
        session.scalar(select(Tool.id))
        other = sqlite3.connect(database.url.database, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_sqlite_is_set_up_to_be_durable_and_to_wait(migrated_sqlite):
    with migrated_sqlite() as database, database.engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "recursive_triggers": 1,
    }


def test_savepoints_can_be_rolled_back_alone(database):
    with database.transaction() as session:
        recorded.tool(session, slug="kept")
        with pytest.raises(recorded.Interruption), session.begin_nested():
            recorded.interrupted(session, recorded.tool)
    assert slugs(database) == ["kept"]


def test_a_migration_may_not_leave_rows_that_name_nothing(migrated_sqlite):
    with migrated_sqlite() as database:
        with database.transaction() as session:
            session.add(Credential(person_id=recorded.person(session).id, password_hash="-"))
        with pytest.raises(ValueError, match="name others that are not there"), database.migrating() as connection:
            connection.exec_driver_sql("UPDATE credential SET person_id = 4711")
        with database.transaction() as session:
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_no_other_database_is_taken():
    with pytest.raises(ValueError, match="SQLite or PostgreSQL, not mysql"):
        Database("mysql://localhost/training")


def test_callbacks_run_after_a_commit_that_wrote_entries_and_after_no_other(database):
    seen: list[list[str]] = []
    database.after_commit.append(lambda committed: seen.append(slugs(committed)))
    with database.transaction() as session:
        session.scalar(select(Tool.id))
    with pytest.raises(recorded.Interruption), database.transaction() as session:
        recorded.interrupted(session, recorded.tool)
    with database.transaction() as session:
        recorded.tool(session, slug="committed")
    assert seen == [["committed"]]


def test_a_callback_that_fails_is_logged_and_hides_nothing(database, caplog):
    called = []

    def broken(_: Database) -> None:
        raise ZeroDivisionError

    database.after_commit += [broken, called.append]
    with database.transaction() as session:
        recorded.tool(session, slug="committed")
    assert slugs(database) == ["committed"]
    assert called == [database]
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture
def app(database) -> Flask:
    app = Flask(__name__)
    db.init_app(app, database)
    return app


def test_a_request_reads_with_one_session_and_closes_it(app):
    with app.app_context():
        session = db.reading_session()
        assert db.reading_session() is session
        session.scalar(select(Tool.id))
        assert session.in_transaction()
    assert not session.in_transaction()
    with app.app_context():
        assert db.reading_session() is not session


def test_what_a_request_writes_it_can_read(app):
    with app.app_context():
        assert db.reading_session().scalars(select(Tool.slug)).all() == []
        with db.transaction() as session:
            recorded.tool(session, slug="sightline")
        assert db.reading_session().scalars(select(Tool.slug)).all() == ["sightline"]


def test_what_a_request_had_read_stays_usable_after_it_writes(app):
    with app.app_context():
        with db.transaction() as session:
            recorded.person(session, name="An officer")
        person = db.reading_session().scalars(select(Person)).one()
        with db.transaction() as session:
            opened = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW, "change": AccountChange.OPENED}
            session.add(AccountFact(person_id=person.id, **opened))
        assert person.name == "An officer"
