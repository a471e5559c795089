"""Sealing in the background: told of a commit, it seals everything, and survives what goes wrong."""

import logging
import threading

import pytest
from sqlalchemy import func, select, text

from tests.patience import PATIENCE_SECONDS
from tests.services import recorded
from training_app import sealer
from training_app.models.oversight import JournalLeaf, TreeHead, WaitingEntry
from training_app.sealer import Sealer
from training_app.services.journal import head


@pytest.fixture
def sealing(database):
    made = Sealer(database)
    yield made
    made.end()


def waiting(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(WaitingEntry))


def record(database, sealing, units: int = 1) -> None:
    with database.transaction(then=sealing.tell) as session:
        for _ in range(units):
            recorded.unit(session)


def test_what_was_committed_is_sealed_without_anybody_waiting_for_it(database, sealing, monkeypatch):
    sealed = threading.Event()
    real = sealer.seal

    def seal(*args, **kwargs):
        try:
            return real(*args, **kwargs)
        finally:
            sealed.set()

    monkeypatch.setattr(sealer, "seal", seal)
    record(database, sealing)
    assert sealed.wait(PATIENCE_SECONDS)
    assert waiting(database) == 0


def test_ending_seals_what_was_committed_while_the_last_sealing_ran(database, sealing, monkeypatch):
    real, told, ending = sealer.seal, threading.Event(), threading.Thread(target=sealing.end)

    def seal(*args, **kwargs):
        found = real(*args, **kwargs)
        if not told.is_set():
            told.set()
            record(database, sealing)
            ending.start()
            assert sealing._ended.wait(PATIENCE_SECONDS)
        return found

    monkeypatch.setattr(sealer, "seal", seal)
    record(database, sealing)
    assert told.wait(PATIENCE_SECONDS)
    sealing.end()
    ending.join()
    assert waiting(database) == 0


def test_ending_seals_what_waits(database, sealing):
    for _ in range(5):
        record(database, sealing, units=2)
    sealing.end()
    assert waiting(database) == 0
    with database.reading() as session:
        assert head(session).size == session.scalar(select(func.count()).select_from(JournalLeaf)) == 10


def test_several_commits_share_a_head(database, sealing):
    for _ in range(10):
        record(database, sealing)
    sealing.end()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TreeHead)) < 10


def test_a_commit_tells_whom_it_was_given_and_nobody_else(database, sealing):
    told = []
    database.after_commit.append(told.append)
    record(database, sealing)
    assert told == []
    with database.transaction() as session:
        recorded.unit(session)
    assert told == [database]


def test_disposing_of_the_database_ends_it(database, sealing):
    record(database, sealing)
    database.dispose()
    assert not any(thread.name == "sealer" for thread in threading.enumerate())
    assert waiting(database) == 0


def test_after_its_end_a_commit_is_still_a_commit(database, sealing):
    sealing.end()
    record(database, sealing)
    assert waiting(database) == 1


def test_a_fault_is_logged_and_what_waits_is_sealed_by_the_next_one(database, sealing, caplog):
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE tree_head RENAME TO out_of_reach"))
    with caplog.at_level(logging.ERROR):
        record(database, sealing)
        sealing.end()
    assert "could not be sealed" in caplog.text
    assert waiting(database) == 1
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE out_of_reach RENAME TO tree_head"))
    again = Sealer(database)
    record(database, again)
    again.end()
    assert waiting(database) == 0
