import json
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import event, func, insert, select, text

from tests.services import recorded
from tests.services.recorded import JOURNAL_KEY as KEY
from tests.services.recorded import NOW, ORIGIN
from training_app.models.base import Base
from training_app.models.oversight import JournalEntry, JournalLeaf, JournalPayload, PersonSalt, TreeHead, WaitingEntry
from training_app.models.people import Person, Unit, UnitAssignment
from training_app.rules import merkle
from training_app.rules.canonical import digest
from training_app.rules.signed_note import opened, parse_checkpoint
from training_app.services import journal


def rows(session, *tables):
    return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) for table in tables}


def entry_of(session, fact) -> JournalEntry:
    kind = fact.__tablename__
    return session.scalars(select(JournalEntry).filter_by(fact_kind=kind, fact_id=fact.id)).one()


def payload_of(session, entry) -> dict:
    return json.loads(session.get_one(JournalPayload, entry.id).payload)


# Entries


def test_every_fact_gets_an_entry_in_the_flush_that_writes_it(session):
    before = rows(session, JournalEntry, JournalPayload, WaitingEntry)
    fact = recorded.unit(session)
    assert rows(session, JournalEntry, JournalPayload, WaitingEntry) == {name: n + 1 for name, n in before.items()}
    entry = entry_of(session, fact)
    assert (entry.effective_at, entry.recorded_at, entry.actor_id, entry.subject_id) == (NOW, NOW, None, None)


def test_the_payload_holds_every_column_of_the_fact(session):
    tool = recorded.tool(session, slug="sightline", purposes=["missing-person", "serious-crime"])
    assert payload_of(session, entry_of(session, tool)) == {
        "id": tool.id,
        "effective_at": "2026-03-01T09:00:00.000000Z",
        "recorded_at": "2026-03-01T09:00:00.000000Z",
        "recorded_by_id": None,
        "slug": "sightline",
        "name": "The tool sightline",
        "vendor": "A vendor",
        "description": "What it does",
        "prohibition": "none",
        "prohibition_source": None,
        "purposes": ["missing-person", "serious-crime"],
        "purpose_required": False,
        "max_cache_seconds": 60,
    }


def test_a_fact_about_nobody_is_digested_without_salt(session):
    entry = entry_of(session, recorded.unit(session))
    payload = session.get_one(JournalPayload, entry.id).payload
    assert entry.payload_digest == sha256(payload.encode()).hexdigest()
    assert entry.subject_pseudonym is None


def test_a_fact_about_a_person_is_digested_with_that_persons_salt_and_names_both(session):
    fact = recorded.assignment(session)
    entry = entry_of(session, fact)
    salt = session.get_one(PersonSalt, fact.person_id).salt
    payload = session.get_one(JournalPayload, entry.id).payload
    assert (entry.actor_id, entry.subject_id) == (fact.recorded_by_id, fact.person_id)
    assert entry.payload_digest == sha256(salt + payload.encode()).hexdigest()
    assert entry.subject_pseudonym == sha256(salt + str(fact.person_id).encode()).hexdigest()


def test_all_entries_about_a_person_share_one_salt_of_32_bytes(session):
    person = recorded.person(session)
    entries = [entry_of(session, recorded.assignment(session, person_id=person.id)) for _ in range(2)]
    assert {entry.subject_pseudonym for entry in entries} == {entry_of(session, person).subject_pseudonym}
    assert len(session.get_one(PersonSalt, person.id).salt) == 32
    other = recorded.person(session)
    assert session.get_one(PersonSalt, other.id).salt != session.get_one(PersonSalt, person.id).salt


def test_an_entry_is_rolled_back_with_its_fact(session):
    before = rows(session, JournalEntry, Unit, PersonSalt)
    with pytest.raises(recorded.Interruption), session.begin_nested():
        recorded.interrupted(session, recorded.assignment)
    assert rows(session, JournalEntry, Unit, PersonSalt) == before


def test_many_facts_in_one_flush_take_few_statements(session):
    statements, engine = [], session.connection().engine
    event.listen(engine, "before_cursor_execute", note := lambda *call: statements.append(call[2]))
    people = [
        Person(effective_at=NOW, recorded_at=NOW, service_number=f"M-{number}", name="An officer")
        for number in range(200)
    ]
    session.add_all(people)
    statements.clear()
    session.flush()
    event.remove(engine, "before_cursor_execute", note)
    others = ("INTO person ", "INTO answer_change ")
    on_the_journal = [statement for statement in statements if not any(one in statement for one in others)]
    assert len(on_the_journal) <= 6
    kept = {person.id: entry_of(session, person) for person in people}
    assert all(payload_of(session, entry)["id"] == person for person, entry in kept.items())


def test_facts_cannot_be_inserted_past_the_journal(session):
    columns = {"effective_at": NOW, "recorded_at": NOW, "name": "A unit"}
    for statement, rows_of_it in ((insert(Unit), [columns]), (insert(Unit).values(columns), None)):
        with pytest.raises(journal.UnjournalledFact, match="add Unit to the session"):
            session.execute(statement, rows_of_it)


def test_every_kind_of_fact_names_whose_data_it_is_by_a_column_of_its_table():
    for kind in journal.fact_kinds().values():
        assert kind.about is None or kind.about in kind.__table__.columns, kind


def test_every_fact_that_names_an_officer_or_person_is_about_them():
    subjects = {"person_id", "officer_id"}
    erasure = {"person_erased", "person_erasure", "person_erasure_signature"}  # the proof of it outlives what it takes
    silent = {name: kind for name, kind in journal.fact_kinds().items() if kind.about is None and name not in erasure}
    assert [name for name, kind in silent.items() if subjects & set(kind.__table__.columns.keys())] == []


# Sealing


def test_sealing_gives_entries_consecutive_numbers_and_a_head_over_their_hashes(database):
    with database.transaction() as session:
        facts = [recorded.unit(session) for _ in range(5)]
    sealed = journal.seal(database, at=NOW)
    assert (sealed.size, sealed.sealed_at) == (5, NOW)
    with database.reading() as session:
        leaves = session.scalars(select(JournalLeaf).order_by(JournalLeaf.number)).all()
        assert [leaf.number for leaf in leaves] == [0, 1, 2, 3, 4]
        assert [leaf.entry_id for leaf in leaves] == [entry_of(session, fact).id for fact in facts]
        assert sealed.root == merkle.root(bytes.fromhex(leaf.leaf_hash) for leaf in leaves).hex()
        assert rows(session, WaitingEntry) == {"journal_waiting": 0}


def test_a_leaf_is_the_hash_of_its_entrys_columns_in_canonical_json(database):
    with database.transaction() as session:
        fact = recorded.assignment(session)
    journal.seal(database, at=NOW)
    with database.reading() as session:
        entry = entry_of(session, fact)
        content = (
            f'{{"actor":{fact.recorded_by_id},"effective_at":"2026-03-01T09:00:00.000000Z","entry":{entry.id},'
            f'"fact":{fact.id},"kind":"unit_assignment","payload":"{entry.payload_digest}",'
            f'"recorded_at":"2026-03-01T09:00:00.000000Z","subject":"{entry.subject_pseudonym}"}}'
        )
        leaf = session.scalars(select(JournalLeaf).filter_by(entry_id=entry.id)).one()
        assert leaf.leaf_hash == sha256(b"\x00" + content.encode()).hexdigest()


def test_sealing_again_with_nothing_waiting_does_nothing(database):
    assert journal.seal(database, at=NOW) is None
    with database.transaction() as session:
        recorded.unit(session)
    journal.seal(database, at=NOW)
    assert journal.seal(database, at=NOW + timedelta(hours=1)) is None
    with database.reading() as session:
        assert rows(session, JournalLeaf, TreeHead) == {"journal_leaf": 1, "tree_head": 1}


def test_sealings_one_after_the_other_build_the_tree_of_one(database):
    for number in (1, 3, 2):
        with database.transaction() as session:
            for _ in range(number):
                recorded.unit(session)
        journal.seal(database, at=NOW)
    with database.reading() as session:
        leaves = session.scalars(select(JournalLeaf.leaf_hash).order_by(JournalLeaf.number))
        hashes = [bytes.fromhex(leaf) for leaf in leaves]
        heads = session.scalars(select(TreeHead).order_by(TreeHead.size)).all()
    assert [(head.size, head.root) for head in heads] == [
        (size, merkle.root(hashes[:size]).hex()) for size in (1, 4, 6)
    ]


def test_more_entries_than_one_transaction_seals_are_all_sealed(database, monkeypatch):
    monkeypatch.setattr("training_app.services.journal.sealing.ENTRIES_AT_ONCE", 2)
    with database.transaction() as session:
        for _ in range(5):
            recorded.unit(session)
    assert journal.seal(database, at=NOW).size == 5
    with database.reading() as session:
        assert session.scalars(select(TreeHead.size).order_by(TreeHead.size)).all() == [2, 4, 5]


@pytest.mark.postgresql
def test_an_entry_that_is_committed_late_is_sealed_after_those_that_overtook_it(migrated_postgresql):
    with migrated_postgresql() as database:
        with ExitStack() as slow:
            slow_session = slow.enter_context(database.transaction())
            late = recorded.unit(slow_session)
            with database.transaction() as session:
                early = recorded.unit(session)
            assert journal.seal(database, at=NOW).size == 1
        assert journal.seal(database, at=NOW).size == 2
        with database.reading() as session:
            assert entry_of(session, late).id < entry_of(session, early).id
            leaves = session.scalars(select(JournalLeaf.entry_id).order_by(JournalLeaf.number)).all()
            assert leaves == [entry_of(session, early).id, entry_of(session, late).id]
            assert journal.verify(session, KEY.public_key()).faults == ()


@pytest.mark.postgresql
def test_two_transactions_that_first_record_about_one_person_use_one_salt(migrated_postgresql):
    with migrated_postgresql() as database:
        with database.transaction() as session:
            person, unit = recorded.person(session), recorded.unit(session)
            journal.erase(session, person.id)

        def assign() -> None:
            with database.transaction() as session:
                recorded.assignment(session, person_id=person.id, unit_id=unit.id, recorded_by_id=None)

        with ThreadPoolExecutor(1) as pool:
            with database.transaction() as session:
                recorded.assignment(session, person_id=person.id, unit_id=unit.id, recorded_by_id=None)
                second = pool.submit(assign)
                until_somebody_waits(database, second)
            second.result()
        with database.reading() as session:
            salt = session.get_one(PersonSalt, person.id).salt
            facts = session.scalars(select(UnitAssignment)).all()
            entries = [entry_of(session, fact) for fact in facts]
            digests = [digest(session.get_one(JournalPayload, entry.id).payload, salt=salt) for entry in entries]
        assert len(facts) == 2
        assert [entry.payload_digest for entry in entries] == digests


def until_somebody_waits(database, work: Future) -> None:
    """Return once a connection waits for a lock; *work* is what should come to wait."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with database.decisions.connect() as connection:
        while not connection.scalar(query):
            assert not work.done(), "it was to wait, and did not"


def test_a_database_that_seals_after_commits_has_nothing_waiting(database):
    database.after_commit.append(lambda committed: journal.seal(committed, at=NOW))
    for _ in range(3):
        with database.transaction() as session:
            recorded.unit(session)
    with database.reading() as session:
        assert rows(session, WaitingEntry, JournalLeaf) == {"journal_waiting": 0, "journal_leaf": 3}


# Proofs and checkpoints


@pytest.fixture
def sealed(database):
    """Seven leaves, sealed as three and four."""
    for number in (3, 4):
        with database.transaction() as session:
            for _ in range(number):
                recorded.unit(session)
        journal.seal(database, at=NOW)
    return database


def test_every_entry_can_be_proved(sealed):
    with sealed.reading() as session:
        for entry in session.scalars(select(JournalEntry)):
            proof = journal.prove(session, entry.id)
            assert proof.holds
            assert (proof.size, proof.root) == (7, journal.head(session).root)


def test_a_proof_holds_for_its_entry_only(sealed):
    with sealed.reading() as session:
        proof = journal.prove(session, session.scalars(select(JournalEntry.id).limit(1)).one())
    proof.leaf["fact"] = 4711
    assert not proof.holds


def test_there_is_no_proof_for_what_is_not_there_or_not_sealed(sealed):
    with sealed.transaction() as session:
        waiting = entry_of(session, recorded.unit(session)).id
    with sealed.reading() as session:
        with pytest.raises(journal.NotYetSealed):
            journal.prove(session, waiting)
        with pytest.raises(journal.NoSuchEntry):
            journal.prove(session, 4711)


@pytest.mark.parametrize(("first", "second"), [(0, 7), (3, 7), (7, 7), (2, 5)])
def test_a_later_tree_is_proved_to_continue_an_earlier_one(sealed, first, second):
    with sealed.reading() as session:
        proof = journal.consistency(session, first, second)
    assert proof.holds
    assert (proof.first, proof.second) == (first, second)


@pytest.mark.parametrize(("first", "second"), [(3, 8), (4, 3), (-1, 3)])
def test_there_is_no_proof_between_trees_that_are_not_there(sealed, first, second):
    with sealed.reading() as session, pytest.raises(journal.NoSuchTree):
        journal.consistency(session, first, second)


def test_a_checkpoint_is_a_signed_note_of_the_newest_head(sealed):
    with sealed.transaction() as session:
        made = journal.checkpoint(session, KEY, ORIGIN, at=NOW)
    stated = parse_checkpoint(opened(made.note, key=KEY.public_key()))
    with sealed.reading() as session:
        newest = journal.head(session)
    assert (stated.origin, stated.size, stated.root.hex()) == (ORIGIN, 7, newest.root)
    assert (made.size, made.root, made.made_at) == (7, newest.root, NOW)


def test_before_anything_is_sealed_there_is_no_head_and_no_checkpoint(database):
    with database.transaction() as session:
        assert journal.head(session) is None
        with pytest.raises(journal.NothingSealed):
            journal.checkpoint(session, KEY, ORIGIN, at=NOW)
        with pytest.raises(journal.NothingSealed):
            journal.consistency(session, 0, 0)


def test_the_tables_of_the_journal_hold_no_fact():
    tables = {JournalEntry, JournalPayload, PersonSalt, WaitingEntry, JournalLeaf, TreeHead}
    assert not {table.__tablename__ for table in tables} & journal.fact_kinds().keys()
    assert {table.__tablename__ for table in tables} <= Base.metadata.tables.keys()
