"""What the audit finds: every test does to the database what somebody with the run of it could do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from tests.services import recorded
from tests.services.recorded import FORGERS_KEY as FORGER
from tests.services.recorded import JOURNAL_KEY as KEY
from tests.services.recorded import NOW, ORIGIN
from training_app.db import Database
from training_app.models import append_only
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.rules.erasure import ErasureReason
from training_app.rules.signed_note import CheckpointText, sign
from training_app.services import erasures, journal
from training_app.services.journal import Report


@contextmanager
def tampering(database: Database, *tables: str) -> Iterator[Connection]:
    """Give a connection on which the triggers of *tables* are out of the way, and foreign keys not looked at."""
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            append_only.release(connection, tables)
            if not sqlite:
                connection.execute(text("SET session_replication_role = replica"))
            yield connection
            append_only.protect(connection, tables)
            if not sqlite:
                connection.execute(text("SET session_replication_role = origin"))
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


def audit(database: Database, **options: object) -> Report:
    with database.reading() as session:
        return journal.verify(session, KEY.public_key(), **options)


def run(*statements: str, tables: str) -> Callable[[Database], None]:
    def tamper(database: Database) -> None:
        with tampering(database, *tables.split()) as connection:
            for statement in statements:
                connection.execute(text(statement))

    return tamper


def test_a_journal_that_nobody_touched_is_sound(kept):
    report = audit(kept)
    assert report.faults == ()
    assert report.sound
    assert (report.entries, report.leaves, report.heads, report.checkpoints) == (9, 9, 3, 1)
    assert (report.waiting, report.erased) == (0, ())


def test_an_empty_journal_is_sound(database):
    assert audit(database) == Report(0, 0, 0, 0, 0, (), ())


def test_entries_that_wait_for_the_sealer_are_counted_and_no_fault(kept):
    with kept.transaction() as session:
        recorded.unit(session)
    report = audit(kept)
    assert (report.waiting, report.faults) == (1, ())


NEXT_YEAR = "'2027-01-01 00:00:00.000000+00'"
ALTERED = "unit 2 is not as it was recorded: name."

TAMPERINGS = [
    pytest.param(run("UPDATE unit SET name = 'Other' WHERE id = 2", tables="unit"), {ALTERED}, id="a-fact-changed"),
    pytest.param(
        run("UPDATE unit_assignment SET unit_id = 3 WHERE id = 1", tables="unit_assignment"),
        {"unit_assignment 1 is not as it was recorded: unit_id."},
        id="a-fact-about-a-person-changed",
    ),
    pytest.param(
        run(f"UPDATE unit_assignment SET effective_at = {NEXT_YEAR} WHERE id = 1", tables="unit_assignment"),
        {
            "unit_assignment 1 and its entry 5 differ in their times, who recorded it or whom it is about.",
            "unit_assignment 1 is not as it was recorded: effective_at.",
        },
        id="a-fact-moved-in-time",
    ),
    pytest.param(
        run("DELETE FROM unit_assignment WHERE id = 2", tables="unit_assignment"),
        {"unit_assignment 2 is not there, though entry 6 records it."},
        id="a-fact-deleted",
    ),
    pytest.param(
        run(
            "INSERT INTO unit (id, name, effective_at, recorded_at) "
            "VALUES (77, 'Smuggled in', '2026-03-01 09:00:00.000000+00', '2026-03-01 09:00:00.000000+00')",
            tables="unit",
        ),
        {"unit 77 has no journal entry."},
        id="a-fact-smuggled-in",
    ),
    pytest.param(
        run(
            "UPDATE unit SET name = replace(name, 'Unit', 'Other') WHERE id = 2",
            "UPDATE journal_payload SET payload = replace(payload, '\"Unit', '\"Other') WHERE entry_id = 2",
            tables="unit",
        ),
        {"unit 2 has a payload that is not the one that entry 2 digests."},
        id="a-fact-and-its-payload-changed",
    ),
    pytest.param(
        run("UPDATE journal_entry SET actor_id = 1 WHERE id = 2", tables="journal_entry"),
        {
            "unit 2 and its entry 2 differ in their times, who recorded it or whom it is about.",
            "Entry 2 is not as it was sealed in leaf 1.",
        },
        id="an-entry-changed",
    ),
    pytest.param(
        run("UPDATE journal_entry SET fact_kind = 'unicorn' WHERE id = 2", tables="journal_entry"),
        {
            "unit 2 has no journal entry.",
            "Entry 2 records a kind of fact that is not known here: unicorn.",
            "Entry 2 is not as it was sealed in leaf 1.",
        },
        id="an-entry-of-another-kind",
    ),
    pytest.param(
        run("DELETE FROM journal_entry WHERE id = 2", tables="journal_entry"),
        {"unit 2 has no journal entry.", "The entry of leaf 1 is not there."},
        id="an-entry-deleted",
    ),
    pytest.param(
        run("DELETE FROM journal_payload WHERE entry_id = 2", tables=""),
        {"unit 2 has lost the payload of its entry 2, and nobody was erased."},
        id="a-payload-about-nobody-deleted",
    ),
    pytest.param(
        run("DELETE FROM journal_payload WHERE entry_id = 5", tables=""),
        {"unit_assignment 1 has lost the payload of its entry 5, and nobody was erased."},
        id="one-payload-about-a-person-deleted",
    ),
    pytest.param(
        run("UPDATE journal_entry SET subject_pseudonym = payload_digest WHERE id = 5", tables="journal_entry"),
        {
            "unit_assignment 1 has an entry 5 with a pseudonym that is not its subject's.",
            "Entry 5 is not as it was sealed in leaf 4.",
        },
        id="a-pseudonym-changed",
    ),
    pytest.param(
        run("DELETE FROM journal_leaf WHERE number = 1", tables="journal_leaf"),
        {
            "Entry 2 has no leaf, and does not wait for one.",
            "Leaf 1 is missing.",
            "3 tree heads, of 3 to 9 leaves, do not follow from the leaves.",
            "Checkpoint 1 of 4 leaves does not fit the leaves.",
        },
        id="a-leaf-deleted",
    ),
    pytest.param(
        run(
            "UPDATE journal_leaf SET number = 100 WHERE number = 0",
            "UPDATE journal_leaf SET number = 0 WHERE number = 1",
            "UPDATE journal_leaf SET number = 1 WHERE number = 100",
            tables="journal_leaf",
        ),
        {
            "3 tree heads, of 3 to 9 leaves, do not follow from the leaves.",
            "Checkpoint 1 of 4 leaves does not fit the leaves.",
        },
        id="two-leaves-swapped",
    ),
    pytest.param(
        run(f"UPDATE tree_head SET root = '{'00' * 32}' WHERE size = 4", tables="tree_head"),
        {"The tree head of 4 leaves does not follow from the leaves."},
        id="a-head-forged",
    ),
    pytest.param(
        run("UPDATE tree_head SET frontier = '[]' WHERE size = 9", tables="tree_head"),
        {"The tree head of 9 leaves does not follow from the leaves."},
        id="a-frontier-emptied",
    ),
    pytest.param(
        run("DELETE FROM tree_head WHERE size = 9", tables="tree_head"),
        {"The newest tree head counts 4 leaves, and there are 9."},
        id="the-newest-head-deleted",
    ),
    pytest.param(
        run("UPDATE checkpoint SET size = 9", tables="checkpoint"),
        {"Checkpoint 1 is stored with another size or root than its note states."},
        id="a-checkpoint-moved",
    ),
    pytest.param(
        run("UPDATE checkpoint SET note = replace(note, '4', '3')", tables="checkpoint"),
        {"Checkpoint 1 is not to be trusted: "},
        id="a-note-changed",
    ),
]


@pytest.mark.parametrize(("tamper", "found"), TAMPERINGS)
def test_the_audit_finds(kept, tamper, found):
    tamper(kept)
    faults = audit(kept).faults
    assert len(faults) == len(found), faults
    for sentence in found:
        assert any(fault.startswith(sentence) for fault in faults), faults


def test_the_audit_finds_a_trigger_that_is_missing(kept):
    with kept.migrating() as connection:
        append_only.release(connection, ["award"])
    assert audit(kept).faults == ("Nothing keeps the rows of award from being changed: a trigger is missing.",)


@pytest.mark.postgresql
def test_the_audit_finds_a_trigger_that_is_switched_off(migrated_postgresql):
    with migrated_postgresql() as database:
        with database.migrating() as connection:
            connection.execute(text("ALTER TABLE award DISABLE TRIGGER award_refuses_change"))
        assert audit(database).faults == ("Nothing keeps the rows of award from being changed: a trigger is missing.",)


def test_faults_tell_nothing_of_what_stands_in_the_columns(kept):
    with tampering(kept, "person") as connection:
        connection.execute(text("UPDATE person SET name = 'A. Secret'"))
    assert audit(kept).faults == ("person 1 is not as it was recorded: name.",)


# Erasure


def signed_erasure(database: Database) -> None:
    """Have the erasure of the person numbered 1 ordered and signed by two others; nothing is erased yet."""
    on = CivilInstant(NOW + timedelta(days=1), recorded.ZONE)
    with database.transaction() as session:
        first, second = recorded.person(session), recorded.person(session)
        person = session.get_one(Person, 1)
        order = erasures.order(session, person, ErasureReason.LEGAL_OBLIGATION, years=6, on=on, by=first)
        erasures.sign(session, order, years=6, on=on, by=second)
    journal.seal(database, at=NOW)


def test_after_an_erasure_the_journal_is_sound_and_says_whose_content_is_gone(kept):
    signed_erasure(kept)
    assert (audit(kept).faults, audit(kept).erased) == ((), ())
    with kept.transaction() as session:
        assert journal.erase(session, 1) == 6
    report = audit(kept)
    assert (report.faults, report.erased, report.erasures) == ((), (1,), (1,))
    with kept.reading() as session:
        assert journal.prove(session, 5).holds


def test_content_and_rows_that_are_gone_without_an_order_are_faults(kept):
    with kept.transaction() as session:
        assert journal.erase(session, 1) == 6
    faults = audit(kept).faults
    assert len(faults) == 6
    assert "unit_assignment 2 has lost the payload of its entry 6, and nobody was erased." in faults
    with tampering(kept, "unit_assignment") as connection:
        connection.execute(text("DELETE FROM unit_assignment WHERE id = 2"))
    assert "unit_assignment 2 is not there, though entry 6 records it." in audit(kept).faults


def test_a_row_that_goes_before_its_content_is_a_fault_with_an_order_too(kept):
    signed_erasure(kept)
    with kept.transaction() as session:
        session.connection().execute(text("DELETE FROM unit_assignment WHERE id = 2"))
    assert audit(kept).faults == ("unit_assignment 2 was let go, and the payload of its entry 6 is still there.",)


def test_a_salt_that_is_gone_without_the_payloads_is_found(kept):
    with kept.transaction() as session:
        session.execute(text("DELETE FROM person_salt"))
    faults = audit(kept).faults
    assert len(faults) == 6
    assert "person 1 has a payload in entry 4, but the salt of its digest is gone." in faults


# Checkpoints


def test_a_checkpoint_of_another_key_is_not_trusted(kept):
    with kept.transaction() as session:
        journal.checkpoint(session, FORGER, ORIGIN, at=NOW)
    assert audit(kept).faults == ("Checkpoint 2 is not to be trusted: The note is not signed by this key.",)


def test_a_signed_checkpoint_of_another_tree_does_not_fit(kept):
    note = sign(str(CheckpointText(ORIGIN, 9, b"\x05" * 32)), name=ORIGIN, key=KEY)
    faults = audit(kept, kept=[note]).faults
    assert faults == ("The checkpoint kept elsewhere of 9 leaves does not fit the leaves.",)


def test_a_checkpoint_that_was_kept_elsewhere_finds_a_journal_whose_end_was_cut_off(kept):
    with kept.transaction() as session:
        note = journal.checkpoint(session, KEY, ORIGIN, at=NOW).note
    assert audit(kept, kept=[note]).faults == ()
    with tampering(kept, "checkpoint", "tree_head", "journal_leaf", "journal_entry", "unit_assignment") as connection:
        for statement in (
            "DELETE FROM checkpoint WHERE size = 9",
            "DELETE FROM tree_head WHERE size = 9",
            "DELETE FROM journal_leaf WHERE number >= 4",
            "DELETE FROM journal_payload WHERE entry_id > 4",
            "DELETE FROM journal_entry WHERE id > 4",
            "DELETE FROM unit_assignment",
        ):
            connection.execute(text(statement))
    assert audit(kept).faults == ()
    assert audit(kept, kept=[note]).faults == ("The checkpoint kept elsewhere counts 9 leaves, and the journal has 4.",)


def test_a_kept_note_that_is_none_is_reported(kept):
    assert audit(kept, kept=["nonsense"]).faults == (
        "A checkpoint that was kept elsewhere cannot be used: The note has no signature under an empty line.",
    )


def test_progress_is_told_up_to_the_last_row(kept, monkeypatch):
    monkeypatch.setattr("training_app.services.journal.audit.ROWS_AT_ONCE", 4)
    told = []
    audit(kept, progress=lambda done, rows: told.append((done, rows)))
    assert told == [(4, 18), (8, 18), (12, 18), (16, 18), (18, 18)]
