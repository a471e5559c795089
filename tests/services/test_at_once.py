"""Facts that are written with one statement stand in the journal as those that are flushed do."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models.erasures import PersonErasure, PersonErasureSignature
from training_app.models.oversight import JournalEntry, WaitingEntry
from training_app.models.people import Unit, UnitAssignment
from training_app.rules.erasure import ErasureReason
from training_app.services import journal
from training_app.services.journal import AtOnce

POSTGRESQL = pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgresql)])


def columns(person, unit):
    return {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": None, "person_id": person, "unit_id": unit}


@pytest.fixture
def people(database):
    """The ids of two people, and of a unit."""
    with database.transaction() as session:
        return recorded.person(session).id, recorded.person(session).id, recorded.unit(session).id


def sound(database, assignments):
    """Tell whether the journal holds, and the table as many assignments."""
    journal.seal(database, at=NOW)
    with database.reading() as session:
        report = journal.verify(session, Ed25519PrivateKey.generate().public_key())
        count = session.scalar(select(func.count()).select_from(UnitAssignment))
        waiting = session.scalar(select(func.count()).select_from(WaitingEntry))
    return (report.faults, count, waiting) == ((), assignments, 0)


def test_what_is_appended_has_its_entries_and_the_journal_holds(database, people):
    one, other, unit = people
    with database.recording(then=lambda _: None) as connection:
        first = journal.append(
            connection, UnitAssignment, [columns(one, unit), columns(other, unit), columns(one, unit)]
        )
        assert journal.append(connection, UnitAssignment, []) == []
    with database.transaction() as session:
        flushed = recorded.assignment(session, person_id=one, unit_id=unit, recorded_by_id=None).id
    assert len({*first, flushed}) == 4
    assert sound(database, assignments=4)
    with database.reading() as session:
        entries = session.scalars(select(JournalEntry).where(JournalEntry.fact_kind == "unit_assignment")).all()
    assert {entry.subject_id: entry.subject_pseudonym for entry in entries}.keys() == {one, other}
    assert len({entry.subject_pseudonym for entry in entries}) == 2


def test_a_fact_about_nobody_is_appended_too(database):
    row = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": None, "name": "North"}
    with database.recording(then=lambda _: None) as connection:
        [unit] = journal.append(connection, Unit, [row])
    with database.reading() as session:
        assert session.get_one(Unit, unit).name == "North"
    assert sound(database, assignments=0)


def test_what_is_undone_leaves_nothing_behind(database, people):
    one, _, unit = people

    def record(connection):
        journal.append(connection, UnitAssignment, [columns(one, unit)])

    with pytest.raises(recorded.Interruption), database.recording(then=lambda _: None) as connection:
        recorded.interrupted(connection, record)
    assert sound(database, assignments=0)


@POSTGRESQL
def test_one_statement_is_the_whole_transaction_and_its_numbers_are_nobody_elses(database, people):
    one, other, unit = people
    left, right, numbers = AtOnce(UnitAssignment), AtOnce(UnitAssignment), []
    for at_once in (left, right, left, right):
        with database.decisions.connect() as connection:
            numbers += at_once.append(connection, [columns(one, unit), columns(other, unit)])
    assert len(set(numbers)) == 8
    assert sound(database, assignments=8)


@POSTGRESQL
def test_nothing_is_written_with_the_salt_of_somebody_who_was_erased_since(database, people):
    one, other, unit = people
    at_once = AtOnce(UnitAssignment)

    def append(*people):
        with database.decisions.connect() as connection:
            return at_once.append(connection, [columns(person, unit) for person in people])

    assert append(one, other) is not None
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    with database.transaction() as session:
        order = PersonErasure(**stamp, recorded_by_id=other, person_id=one, reason=ErasureReason.UNLAWFUL)
        second = recorded.person(session)
        session.add(order)
        session.flush()
        signed = {"erasure_id": order.id, "person_id": one, "author_id": other}
        session.add(PersonErasureSignature(**stamp, recorded_by_id=second.id, **signed))
        session.flush()
        journal.erase(session, one)
    assert append(one, other) is None
    assert append(other) is not None
    assert append(one) is None
    assert sound(database, assignments=3)
