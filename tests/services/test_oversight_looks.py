"""Looks on record, names after a reason, and sessions from which names are withheld; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.services import recorded
from tests.services.recorded import NOW, ZONE
from training_app.models.oversight_looks import NameDisclosure, NameDisclosureText, OversightLook
from training_app.models.people import Person, PersonCorrection
from training_app.rules.oversight_looks import DisclosureReason
from training_app.services import names, own_data
from training_app.services import oversight_looks as service
from training_app.services.oversight_looks import Opened, SoughtLooks
from training_app.services.own_data.records import SOMEBODY

LATER = NOW + timedelta(minutes=5)
COMPLAINT, COURT = DisclosureReason.COMPLAINT, DisclosureReason.COURT
RECORD = Opened("as_of.of_anybody", {}, [("officer", "lk-1")])


@pytest.fixture
def overseer(session) -> Person:
    return recorded.person(session, service_number="LK-9")


@pytest.fixture
def officer(session) -> Person:
    return recorded.person(session, service_number="LK-1", name="Ada Officer", email="ada@police.test")


def disclose(session, officer, overseer, reason=COMPLAINT, at=NOW):
    return service.disclose(session, officer, reason, "OB-2026-014", zone=ZONE, at=at, by=overseer)


def told(session, person, kind):
    """Return what *person* is given of what is kept about them, of one kind."""
    naming = own_data.Naming(session, own_data.Subject(person, ""))
    return [one for of in own_data.kinds() if of.name == kind for one in own_data.records(naming, of)]


def test_a_look_names_its_page_the_person_and_the_tool_and_keeps_no_word_that_was_typed(session, overseer, officer):
    tool = recorded.tool(session, slug="looked-at")
    search = [("officer", "lk-1"), ("tool", "looked-at"), ("since", "2026-03-01"), ("words", "Ada"), ("by", "7")]
    look = service.record(session, Opened("as_of.of_anybody", {}, search), {}, at=NOW, by=overseer)
    assert (look.recorded_by_id, look.subject_id, look.tool_id) == (overseer.id, officer.id, tool.id)
    assert look.stated == {"officer": "", "tool": "", "since": "2026-03-01", "words": "", "by": ""}
    assert look.disclosure_id is None


def test_a_number_that_nobody_has_is_a_look_at_nobody(session, overseer):
    look = service.record(session, Opened("as_of.of_anybody", {}, [("officer", "LK-404")]), {}, at=NOW, by=overseer)
    assert (look.subject_id, look.stated) == (None, {"officer": ""})


def test_pages_about_one_fact_are_looks_at_whom_it_is_about(session, overseer, officer):
    disclosure = disclose(session, officer, overseer)
    for page, (name, kind) in service.ABOUT.items():
        assert kind.about, f"{page} is about nobody"
        look = service.record(session, Opened(page, {name: 4711}), {}, at=NOW, by=overseer)
        assert look.subject_id is None, "there is no such row"
    entry = session.scalars(
        select(service.JournalEntry.id).filter_by(fact_kind="name_disclosure", fact_id=disclosure.id)
    ).one()
    look = service.record(session, Opened("oversight_entries.entry", {"entry_id": entry}), {}, at=NOW, by=overseer)
    assert look.subject_id == officer.id


def test_a_name_is_disclosed_once_a_day_for_each_reason_and_until_the_end_of_the_day(session, overseer, officer):
    first = disclose(session, officer, overseer)
    assert disclose(session, officer, overseer, at=LATER).id == first.id
    other = disclose(session, officer, overseer, COURT, at=LATER)
    assert other.id != first.id
    assert service.disclosed_to(session, overseer.id, at=LATER) == {officer.id: other.id}
    assert service.disclosed_to(session, overseer.id, at=first.until) == {}
    assert service.disclosed_to(session, overseer.id, at=first.until - timedelta(seconds=1)) != {}
    assert service.disclosed_to(session, officer.id, at=LATER) == {}, "to who gave the reason, and to nobody else"
    assert disclose(session, officer, overseer, at=first.until).id not in (first.id, other.id)


def test_the_database_takes_no_second_disclosure_and_none_of_oneself(session, overseer, officer):
    first = disclose(session, officer, overseer)
    stamp = {"effective_at": LATER, "recorded_at": LATER, "reason": COMPLAINT, "until": first.until}
    for person, by in ((officer, overseer), (overseer, overseer)):
        second = NameDisclosure(**stamp, person_id=person.id, recorded_by_id=by.id)
        with session.begin_nested() as savepoint:
            session.add(second)
            with pytest.raises(IntegrityError):
                session.flush()
            savepoint.rollback()


def test_the_reference_stands_apart_and_can_be_deleted(session, overseer, officer):
    disclosure = disclose(session, officer, overseer)
    (row,) = [one for one in service.disclosures(session, page=1, size=50) if one.id == disclosure.id]
    assert (row.overseer, row.about, row.reason, row.reference) == ("LK-9", "LK-1", COMPLAINT, "OB-2026-014")
    session.delete(session.get_one(NameDisclosureText, disclosure.id))
    session.flush()
    (row,) = [one for one in service.disclosures(session, page=1, size=50) if one.id == disclosure.id]
    assert row.reference == ""


def test_looks_are_found_by_who_looked_at_whom_when_and_whether_the_name_was_shown(session, overseer, officer):
    service.record(session, RECORD, {}, at=NOW, by=overseer)
    shown = {officer.id: disclose(session, officer, overseer).id}
    service.record(session, RECORD, shown, at=LATER, by=overseer)
    service.record(session, Opened("oversight.journal", {}), shown, at=LATER, by=overseer)
    mine = SoughtLooks(overseer="LK-9")
    assert service.count_looks(session, mine) == 3
    found = service.looks(session, mine, page=1, size=2)
    assert [(row.page, row.about, row.reason) for row in found] == [
        ("oversight.journal", "", None),
        ("as_of.of_anybody", "LK-1", COMPLAINT),
    ]
    assert service.count_looks(session, replace(mine, about="LK-1")) == 2
    assert service.count_looks(session, replace(mine, named=True)) == 1
    assert service.count_looks(session, replace(mine, since=LATER)) == 2
    assert service.count_looks(session, replace(mine, until=LATER)) == 1
    assert service.count_looks(session, SoughtLooks(overseer="LK-404")) == 0


def test_the_person_learns_when_and_why_but_not_who_and_nothing_of_what_is_handled_in_confidence(
    session, overseer, officer
):
    shown = {officer.id: disclose(session, officer, overseer).id}
    service.record(session, RECORD, {}, at=NOW, by=overseer)
    service.record(session, RECORD, shown, at=LATER, by=overseer)
    proposal = Opened("trainer_measures.propose", {"number": "LK-1"}, [])
    assert service.record(session, proposal, {}, at=LATER, by=overseer).subject_id == officer.id
    assert [(one.at, one.values["page"], one.by) for one in told(session, officer, "oversight_look")] == [
        (NOW, "as_of.of_anybody", (SOMEBODY,)),
        (LATER, "as_of.of_anybody", (SOMEBODY,)),
    ]
    assert [one.values["reason"] for one in told(session, officer, "name_disclosure")] == [COMPLAINT]
    assert told(session, overseer, "oversight_look") == []


# -- names withheld from a session -------------------------------------------------------------------------------------


def test_a_session_reads_numbers_in_place_of_names_however_it_asks(database):
    with database.transaction() as session:
        ada = recorded.person(session, service_number="LK-1", name="Ada Officer", email="ada@police.test")
        bob = recorded.person(session, service_number="LK-2", name="Bob Officer", email="bob@police.test")
        stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": ada.id, "person_id": bob.id}
        session.add(PersonCorrection(**stamp, name="Bobby Officer", email="bobby@police.test"))
    with database.reader() as session:
        assert session.get_one(Person, ada.id).name == "Ada Officer", "nothing is withheld from others"
    with database.reader() as session:
        names.withhold(session, but=())
        found = session.get_one(Person, ada.id)
        assert (found.name, found.email) == ("LK-1", None)
        rows = session.execute(select(Person.name, Person.email).order_by(Person.name)).all()
        assert [tuple(row) for row in rows] == [("LK-1", None), ("LK-2", None)]
        assert session.scalars(select(Person.id).where(Person.name.contains("Bob"))).all() == [], "nor found by it"
        grouped = select(Person.name, func.count()).group_by(Person.name).order_by(Person.name)
        assert [row[0] for row in session.execute(grouped)] == ["LK-1", "LK-2"]
        assert [one.name for one in session.scalars(select(Person).order_by(Person.id))] == ["LK-1", "LK-2"]
    with database.reader() as session:
        names.withhold(session, but={bob.id})
        rows = session.execute(select(Person.name, Person.email).order_by(Person.id)).all()
        assert [tuple(row) for row in rows] == [("LK-1", None), ("Bobby Officer", "bobby@police.test")]


def test_every_look_has_its_entry_about_whom_it_was(session, overseer, officer):
    look = service.record(session, RECORD, {}, at=NOW, by=overseer)
    entry = session.scalars(select(service.JournalEntry).filter_by(fact_kind="oversight_look", fact_id=look.id)).one()
    assert (entry.actor_id, entry.subject_id) == (overseer.id, officer.id)
    assert session.scalar(select(func.count()).select_from(OversightLook)) >= 1
