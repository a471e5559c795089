"""The journal searched, one entry read, its proof as a file, a kept checkpoint held against it; on both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.services import recorded
from tests.services.recorded import FORGERS_KEY, NOW, ORIGIN
from tests.services.recorded import JOURNAL_KEY as KEY
from training_app.models import append_only
from training_app.models.oversight import Checkpoint, JournalEntry
from training_app.models.people import UnitAssignment
from training_app.services import journal, journal_search
from training_app.services.journal_search import BY_THE_INSTALLATION, SoughtEntries, stretch

EVERYTHING = SoughtEntries()


def ids(found) -> list[int]:
    return [row.id for row in found.rows]


def test_the_journal_is_read_in_stretches_that_go_on_from_an_entry(kept):
    with kept.reading() as session:
        latest = stretch(session, EVERYTHING, size=4)
        assert (ids(latest), latest.newer, latest.older) == ([9, 8, 7, 6], None, 6)
        older = stretch(session, EVERYTHING, size=4, before=6)
        assert (ids(older), older.newer, older.older) == ([5, 4, 3, 2], 5, 2)
        oldest = stretch(session, EVERYTHING, size=4, before=2)
        assert (ids(oldest), oldest.newer, oldest.older) == ([1], 1, None)
        back = stretch(session, EVERYTHING, size=4, after=1)
        assert (ids(back), back.newer, back.older) == ([5, 4, 3, 2], 5, 2)
        assert (newest := stretch(session, EVERYTHING, size=4, after=5)).newer is None
        assert ids(newest) == [9, 8, 7, 6]
        assert stretch(session, EVERYTHING, size=4, before=1) == journal_search.Stretch([], None, None)


def test_entries_are_found_by_what_was_recorded_when_by_whom_and_about_whom(kept):
    with kept.transaction() as session:
        number = recorded.person(session, service_number="JS-1").id
        later = {"effective_at": NOW, "recorded_at": NOW + timedelta(days=1), "recorded_by_id": number}
        about = recorded.person(session, service_number="JS-2").id
        session.add(UnitAssignment(**later, person_id=about, unit_id=1))
    with kept.reading() as session:

        def found(**sought) -> list[int]:
            asked = SoughtEntries(**sought)
            listed = ids(stretch(session, asked, size=50))
            assert journal_search.count(session, asked) == len(listed)
            return listed

        assert found(kind="unit") == [3, 2, 1]
        assert found(by="JS-1") == [12]
        assert found(about="JS-2") == [12, 11]
        assert found(about="JS-2", kind="person") == [11]
        assert found(by=BY_THE_INSTALLATION, kind="unit_assignment") == [9, 8, 7, 6, 5]
        assert found(since=NOW + timedelta(hours=1)) == [12]
        assert found(until=NOW) == []
        assert found(by="JS-404") == []
        assert found(kind="no such kind") == []
        asked = SoughtEntries(kind="unit_assignment")
        first = stretch(session, asked, size=4)
        assert (ids(first), first.older) == ([12, 9, 8, 7], 7)
        assert ids(stretch(session, asked, size=4, before=7)) == [6, 5]
        assert ids(stretch(session, asked, size=4, after=6)) == [12, 9, 8, 7]


def test_facts_are_found_by_the_tool_that_they_name_themselves_or_by_a_version(demo_session):
    found = stretch(demo_session, SoughtEntries(tool="sightline"), size=500)
    kinds = {row.kind for row in found.rows}
    assert {"tool", "tool_version", "version_fact", "award", "seat_grant", "tool_card"} <= kinds
    assert not {"recorded_decision", "person", "unit"} & kinds
    other = {row.id for row in stretch(demo_session, SoughtEntries(tool="lockpick"), size=500).rows}
    assert other
    assert not other & set(ids(found))
    versions = stretch(demo_session, SoughtEntries(tool="sightline", kind="tool_version"), size=500)
    assert {row.kind for row in versions.rows} == {"tool_version"}
    assert journal_search.count(demo_session, SoughtEntries(tool="nothing")) == 0
    assert journal_search.count(demo_session, SoughtEntries(tool="sightline", kind="unit")) == 0


def test_more_than_can_be_turned_through_is_not_counted(kept, monkeypatch):
    monkeypatch.setattr(journal_search, "MOST_COUNTED", 5)
    with kept.reading() as session:
        assert journal_search.count(session, EVERYTHING) == 6
        assert journal_search.count(session, SoughtEntries(kind="unit")) == 3


def test_an_entry_shows_what_was_recorded_with_people_by_number_until_the_person_is_erased(kept):
    with kept.reading() as session:
        shown = journal_search.content(session, 9)
        person = journal_search.subject_of(session, 9)
        by_name = {one.name: one for one in shown.fields}
        assert shown.fits
        assert by_name["person_id"].shown == person.service_number
        assert by_name["unit_id"].points_to == "unit"
        assert by_name["recorded_by_id"].value is None
        assert journal_search.row(session, 4711) is None
    with kept.transaction() as session:
        journal.erase(session, person.id)
    with kept.reading() as session:
        assert journal_search.content(session, 9) is None
        assert journal_search.row(session, 9).kind == "unit_assignment"


def test_content_that_was_changed_is_found_out(kept):
    with kept.migrating() as connection:
        connection.execute(text('UPDATE journal_payload SET payload = \'{"name":"Other"}\' WHERE entry_id = 2'))
    with kept.reading() as session:
        assert not journal_search.content(session, 2).fits
        assert journal_search.content(session, 3).fits


# -- proofs as files ---------------------------------------------------------------------------------------------------


@pytest.fixture
def note(kept) -> str:
    """The checkpoint over the first four leaves, as somebody kept it elsewhere."""
    with kept.reading() as session:
        return session.scalars(select(Checkpoint.note)).one()


def test_a_proof_file_stands_for_itself_with_the_public_key(kept, note):
    with kept.reading() as session:
        for entry in session.scalars(select(JournalEntry.id).where(JournalEntry.id <= 4)):
            file = journal.proof_file(session, entry)
            proof = journal.check_proof_file(file, KEY.public_key())
            assert (proof.size, proof.leaf["entry"]) == (4, entry)
            assert journal.check_proof_file(file, KEY.public_key(), kept=[note]) == proof
        assert json.loads(journal.proof_file(session, 1))["content"] is not None
        assert json.loads(journal.proof_file(session, 4))["content"] is None, "a person's data stay, and their salt"


def test_what_no_checkpoint_holds_is_proved_once_one_was_signed(kept, note):
    with kept.reading() as session:
        file = journal.proof_file(session, 9)
    with pytest.raises(journal.ProofFault, match="holds no signed checkpoint"):
        journal.check_proof_file(file, KEY.public_key())
    with pytest.raises(journal.ProofFault, match="tree of 9 leaves, and the checkpoint counts 4"):
        journal.check_proof_file(file, KEY.public_key(), kept=[note])
    with kept.transaction() as session:
        journal.checkpoint(session, KEY, ORIGIN, at=NOW)
    with kept.reading() as session:
        assert journal.check_proof_file(journal.proof_file(session, 9), KEY.public_key()).size == 9
        assert journal.check_proof_file(journal.proof_file(session, 2, leaves=4), KEY.public_key(), kept=[note])
        for leaves in (4, 10):
            with pytest.raises(journal.NotInTree):
                journal.proof_file(session, 9, leaves=leaves)


def forged(file: str, **changes: object) -> str:
    stated = json.loads(file)
    for name, value in changes.items():
        part = stated["proof"] if name in stated["proof"] else stated
        part[name] = value
    return json.dumps(stated)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"index": 1}, "does not lead"),
        ({"root": "0" * 64}, "another root"),
        ({"path": ["0" * 64, "0" * 64]}, "does not lead"),
        ({"path": ["xyz"]}, "not 32 bytes"),
        ({"size": 5}, "Have the proof made"),
        ({"size": True}, "another kind"),
        ({"content": '{"id":1}'}, "not what the leaf"),
        ({"leaf": {}}, "does not lead"),
        ({"checkpoint": None}, "no signed checkpoint"),
        ({"checkpoint": "anything"}, "cannot be used"),
        ({"format": "another"}, "not the proof"),
        ({"format_version": 2}, "another version"),
        ({"more": 1}, "other members"),
    ],
)
def test_a_proof_file_that_was_changed_proves_nothing(kept, changes, why):
    with kept.reading() as session:
        file = journal.proof_file(session, 1)
    with pytest.raises(journal.ProofFault, match=why):
        journal.check_proof_file(forged(file, **changes), KEY.public_key())


def test_a_proof_file_of_another_key_proves_nothing_and_no_json_is_no_proof(kept):
    with kept.reading() as session:
        file = journal.proof_file(session, 1)
    for text_, key in ((file, FORGERS_KEY), ("no JSON", KEY), ("[]", KEY)):
        with pytest.raises(journal.ProofFault):
            journal.check_proof_file(text_, key.public_key())


# -- a checkpoint that was kept ----------------------------------------------------------------------------------------


def test_a_journal_that_only_added_continues_the_kept_checkpoint(kept, note):
    with kept.reading() as session:
        held = journal.hold_against(session, note, KEY.public_key())
    assert held.fault is None
    assert held.only_added
    assert (held.stated.size, held.size, held.added) == (4, 9, 5)


def test_a_note_of_another_key_or_none_at_all_is_named_and_nothing_is_concluded(kept, note):
    with kept.reading() as session:
        for text_, key in ((note, FORGERS_KEY), ("anything", KEY), (note.replace("\n4\n", "\n5\n"), KEY)):
            held = journal.hold_against(session, text_, key.public_key())
            assert held.fault
            assert not held.only_added


def test_a_journal_that_was_rewritten_or_cut_off_does_not_continue_it(kept, note):
    with kept.migrating() as connection:
        append_only.release(connection, ["journal_leaf", "tree_head", "checkpoint"])
        connection.execute(text(f"UPDATE journal_leaf SET leaf_hash = '{'0' * 64}' WHERE number = 2"))
    with kept.reading() as session:
        held = journal.hold_against(session, note, KEY.public_key())
        assert (held.fault, held.only_added) == (None, False)
        assert held.proof is not None
    with kept.migrating() as connection:
        connection.execute(text("DELETE FROM checkpoint"))
        connection.execute(text("DELETE FROM tree_head WHERE size > 3"))
    with kept.reading() as session:
        held = journal.hold_against(session, note, KEY.public_key())
        assert (held.size, held.proof, held.only_added) == (3, None, False)
