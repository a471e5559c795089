"""What is older than it is kept is let go, and nothing else; the proofs stay, and the audit can tell."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, text

from tests.rules.factories import local
from training_app import demo
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.models.recorded import RecordedDecision, RecordedSearch, RecordExpiry, SearchKind
from training_app.rules.access import Question
from training_app.services import client_credentials, journal, machine_questions, retention
from training_app.services.machine_questions import Decided

NOW = local("2026-11-22 12:00")
DAYS = 200
QUESTION = Question("DP-1003", "sightline", "3.2")
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def asked(demo_database):
    """Three decisions and a search from before they are kept, one decision and one search of today; all sealed."""
    with demo_database.transaction() as session:
        caller = client_credentials.caller_with(session, demo.TOKEN, at=NOW)
        for days in (DAYS + 3, DAYS + 2, DAYS + 1, 0):
            at = NOW - timedelta(days=days)
            answered = machine_questions.answer(session, caller, QUESTION, zone=demo.ZONE, at=at)
            machine_questions.record(session.connection(), [Decided(caller, [answered], [{"decision": False}], at)])
        for days in (DAYS + 1, 0):
            machine_questions.record_search(
                session, caller, SearchKind.SUBJECT, QUESTION, found=3, continued=False, at=NOW - timedelta(days=days)
            )
    journal.seal(demo_database, at=NOW)
    return demo_database


def count(session, kind) -> int:
    return session.scalar(select(func.count()).select_from(kind))


def expire(database) -> retention.Old:
    with database.transaction() as session:
        found = retention.old(session, days=DAYS, at=NOW)
        retention.expire(session, found, at=NOW)
    while True:
        with database.transaction() as session:
            if not retention.delete_some(session):
                break
    journal.seal(database, at=NOW)
    return found


def test_what_is_old_goes_with_its_payload_and_its_entries_and_proofs_stay(asked):
    with asked.reading() as session:
        entries = count(session, JournalEntry)
        old = session.scalars(
            select(JournalEntry.id).where(
                JournalEntry.fact_kind == "recorded_decision", JournalEntry.recorded_at < NOW - timedelta(days=DAYS)
            )
        ).all()
    found = expire(asked)
    assert (found.decisions, found.searches) == (3, 1)
    with asked.reading() as session:
        assert (count(session, RecordedDecision), count(session, RecordedSearch)) == (1, 1)
        assert count(session, JournalEntry) == entries + 1, "nothing but the expiry was added, nothing was taken out"
        kept = select(func.count()).select_from(JournalPayload).where(JournalPayload.entry_id.in_(old))
        assert session.scalar(kept) == 0
        assert all(journal.prove(session, entry).holds for entry in old)
        report = journal.verify(session, KEY.public_key())
    assert (report.faults, report.expired) == ((), 4)


def test_a_day_is_kept_to_its_end_and_what_has_no_leaf_yet_stays(asked):
    with asked.reading() as session:
        assert retention.old(session, days=DAYS + 1, at=NOW).decisions == 2, "one is exactly so old"
        assert retention.old(session, days=DAYS + 4, at=NOW).decisions == 0
    with asked.transaction() as session:
        caller = client_credentials.caller_with(session, demo.TOKEN, at=NOW)
        at = NOW - timedelta(days=DAYS + 5)
        answered = machine_questions.answer(session, caller, QUESTION, zone=demo.ZONE, at=at)
        machine_questions.record(session.connection(), [Decided(caller, [answered], [{}], at)])
    with asked.reading() as session:
        assert retention.old(session, days=DAYS, at=NOW).decisions == 3


@pytest.mark.parametrize("name", ["recorded_decision", "recorded_search"])
def test_without_an_expiry_on_record_nothing_can_be_deleted_and_nothing_is_ever_changed(asked, name):
    for statement in (f"DELETE FROM {name}", f"UPDATE {name} SET recorded_by_id = NULL"):
        with pytest.raises(Exception, match="append-only"), asked.engine.begin() as connection:
            connection.execute(text(statement))
    expire(asked)
    for statement in (f"DELETE FROM {name}", f"UPDATE {name} SET recorded_by_id = NULL"):
        with pytest.raises(Exception, match="append-only"), asked.engine.begin() as connection:
            connection.execute(text(statement))


def test_the_newest_of_all_stays_so_that_no_number_comes_twice(asked):
    later = NOW + timedelta(days=3 * DAYS)
    with asked.transaction() as session:
        retention.expire(session, retention.old(session, days=DAYS, at=later), at=later)
        while retention.delete_some(session):
            pass
        assert count(session, RecordedDecision) == 1
        caller = client_credentials.caller_with(session, demo.TOKEN, at=NOW)
        answered = machine_questions.answer(session, caller, QUESTION, zone=demo.ZONE, at=NOW)
        [[new]] = machine_questions.record(session.connection(), [Decided(caller, [answered], [{}], NOW)])
        assert new == 5


def test_the_audit_finds_a_decision_that_went_without_an_expiry_and_one_whose_payload_stayed(asked):
    from training_app.models import append_only

    with asked.transaction() as session:
        found = retention.old(session, days=DAYS, at=NOW)
        retention.expire(session, found, at=NOW)
    with asked.engine.begin() as connection:
        connection.execute(text("DELETE FROM recorded_decision WHERE id = 1"))
        append_only.release(connection, ["recorded_decision"])
        connection.execute(text("DELETE FROM recorded_decision WHERE id = 4"))
        append_only.protect_while_kept(connection, ["recorded_decision"])
    with asked.reading() as session:
        faults = journal.verify(session, KEY.public_key()).faults
    assert [fault.split(",")[0].rsplit(" entry")[0] for fault in faults] == [
        "recorded_decision 1 was let go",
        "recorded_decision 4 is not there",
    ]


def test_an_expiry_is_a_fact_with_what_it_let_go(asked):
    expire(asked)
    with asked.reading() as session:
        fact = session.scalars(select(RecordExpiry)).one()
        assert (fact.decisions, fact.searches, fact.kept_from) == (3, 1, NOW - timedelta(days=DAYS))
