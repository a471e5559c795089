"""The erasure of a person: nothing of them is left, everything else is as it was, and every proof holds."""

import json
from itertools import count

import pytest
from sqlalchemy import JSON, Boolean, Date, Enum, Integer, LargeBinary, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.services import erased, practised, taken
from tests.services.erased import LATER, OFFICER
from tests.services.recorded import JOURNAL_KEY as KEY
from training_app import demo
from training_app.models import Base
from training_app.models.base import Instant
from training_app.models.certification import Award
from training_app.models.erasures import PersonErased, PersonErasure, PersonErasureSignature
from training_app.models.oversight import JournalEntry
from training_app.models.people import AccountChange, AccountFact, Person
from training_app.models.training import Attempt
from training_app.rules import erasure
from training_app.rules.access import Ground, Question
from training_app.services import access, changes, content, erasing, journal, people, status_lists
from training_app.services.learning_records.accounts import whose

TOLD = ("DP-1004", "Marie Dubois", "marie.dubois@demo.example")


@pytest.fixture
def agency(demo_database):
    """The demo agency, where the officer took part in what there is, and two have signed the erasure."""
    with demo_database.transaction() as session:
        registrar = erased.person(session, "DP-3001")
        officer = erased.person(session, OFFICER)
        told = {"name": TOLD[1], "email": TOLD[2], "reason": people.ChangeReason.CHANGED}
        people.correct(session, officer, **told, at=erased.CLOSED, by=registrar)
        quiz = content.newest(session, "ai-limits")
        taken.take(session, quiz, taken.right, seed=5, officer=officer, at=practised.NOW)
        practised.observed(session, officer=OFFICER)
    with demo_database.transaction() as session:
        erased.signed(session)
    journal.seal(demo_database, at=LATER)
    return demo_database


def person_id(database) -> int:
    with database.reading() as session:
        return session.scalars(select(PersonErasureSignature.person_id)).one()


def said_anywhere(session, words) -> list[str]:
    """Return each table and column in which one of *words* stands, in any row."""
    return [
        f"{table.name}.{column}: {word}"
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table)).mappings()
        for column, value in row.items()
        if value is not None
        for word in words
        if word.lower() in (value.decode("latin-1") if isinstance(value, bytes) else str(value)).lower()
    ]


def tables_about(session, person: int) -> set[str]:
    """Return the tables with a row in which a column that names people names *person*, by any way known to them."""
    found = set()
    for table in Base.metadata.sorted_tables:
        named = {
            column.name
            for column in table.columns
            if any(key.column.table.name == "person" for key in column.foreign_keys)
            or column.name in {"officer_id", "person_id", "subject_id", "actor_id"}
        } - {"recorded_by_id"}
        for name in named:
            if session.scalar(select(func.count()).select_from(table).where(table.c[name] == person)):
                found.add(f"{table.name}.{name}")
    return found


def audit(database):
    with database.reading() as session:
        return journal.verify(session, KEY.public_key())


def test_nothing_names_the_person_any_more_and_the_journal_holds(agency):
    person = person_id(agency)
    with agency.reading() as session:
        entries = session.scalars(select(JournalEntry.id).where(JournalEntry.subject_id == person).limit(3)).all()
        proofs = [journal.prove(session, entry) for entry in entries]
        before = session.scalar(select(func.count()).select_from(Award))
        assert len(said_anywhere(session, TOLD)) > 5
    erased.run(agency, person)
    with agency.reading() as session:
        assert said_anywhere(session, TOLD) == []
        stays = {f"{table}.{name}" for table, (_, names) in erasure.STAYS.items() for name in names}
        assert tables_about(session, person) <= stays | {"person.id"}
        assert session.scalar(select(func.count()).select_from(Award)) == before
        assert {award.holder_name for award in session.scalars(select(Award).where(Award.officer_id == person))} == {
            erasure.ERASED_NAME
        }
        assert all(proof.holds for proof in proofs)
        again = [journal.prove(session, entry) for entry in entries]
        assert [one.leaf for one in again] == [one.leaf for one in proofs]
        assert all(one.holds for one in again)
        assert erasing.is_done(session, person)
    report = audit(agency)
    assert (report.faults, report.erased, report.erasures) == ((), (person,), (1,))


def test_others_stand_as_before_and_the_officer_is_unknown(agency):
    person = person_id(agency)

    def everybody():
        with agency.reading() as session:
            return {
                one.person_id: one.answer
                for one in access.listed(session, "sightline", "3.2", zone=demo.ZONE, at=LATER)
                if one.person_id != person
            }

    before = everybody()
    with agency.reading() as session:
        mark, _ = changes.since(session, None)
        name = names_of_now(session, person)
    erased.run(agency, person)
    assert everybody() == before
    with agency.reading() as session:
        question = Question(OFFICER, "sightline", "3.2")
        decision = access.answer(session, question, zone=demo.ZONE, at=LATER, known_at=LATER)
        assert decision.grounds == (Ground.OFFICER_UNKNOWN,)
        [bare] = access.listed(session, "sightline", "3.2", zone=demo.ZONE, at=LATER, people={person})
        assert bare.answer.grounds == (Ground.OFFICER_UNKNOWN,)
        assert whose(session, name) is None
        _, told = changes.since(session, mark)
        assert changes.Reach.EVERYTHING in {one.reach for one in told}


def names_of_now(session, person) -> str:
    salt = session.execute(text("SELECT salt FROM person_salt WHERE person_id = :one"), {"one": person}).scalar_one()
    from training_app.rules.xapi import account_name

    return account_name(person, salt=bytes(salt))


def test_one_that_was_interrupted_after_any_step_is_sound_and_goes_on(agency):
    person = person_id(agency)
    first = erased.run(agency, person, most=1)
    assert first == ["person"]
    assert audit(agency).faults == ()
    with agency.reading() as session:
        assert said_anywhere(session, TOLD) == []
        assert erasing.signed(session) == [person]
    second = erased.run(agency, person, most=4)
    assert audit(agency).faults == ()
    rest = erased.run(agency, person)
    assert len(rest) > 3
    assert set(rest).isdisjoint(second)
    assert erased.run(agency, person) == []
    with agency.reading() as session:
        assert erasing.signed(session) == []
        assert session.scalar(select(func.count()).select_from(PersonErased)) == 1


def test_without_two_signatures_nothing_goes(demo_database):
    with demo_database.transaction() as session:
        person = erased.closed(session).id
        erased.ordered(session)
    with pytest.raises(erasing.NotSigned), demo_database.transaction() as session:
        erasing.step(session, person, at=LATER)
    for statement in (
        f"DELETE FROM account_fact WHERE person_id = {person}",
        (
            f"UPDATE person SET name = 'Erased person', email = NULL, service_number = 'erased-{person}' "
            f"WHERE id = {person}"
        ),
    ):
        with pytest.raises(IntegrityError, match="is append-only"), demo_database.transaction() as session:
            session.execute(text(statement))


def test_the_triggers_let_nothing_go_but_what_an_erasure_takes(agency):
    person = person_id(agency)
    with agency.reading() as session:
        other = erased.person(session, "DP-1001").id
        award = session.scalars(select(Award.id).where(Award.officer_id == person)).first()
    blank = f"SET service_number = 'erased-{person}', name = 'Erased person', email = NULL"
    for statement in (
        delete(AccountFact).where(AccountFact.person_id == other),
        delete(Award).where(Award.id == award),
        delete(Person).where(Person.id == person),
        update(AccountFact).where(AccountFact.person_id == person).values(change=AccountChange.OPENED),
        text(f"UPDATE person SET name = 'Somebody else' WHERE id = {person}"),
        text(f"UPDATE person {blank}, recorded_by_id = 1 WHERE id = {person}"),
        text(f"UPDATE person {blank} WHERE id = {other}"),
        text(f"UPDATE award SET officer_id = {other} WHERE id = {award}"),
        text(f"UPDATE award SET holder_name = 'Erased person' WHERE id = {award}"),
        delete(JournalEntry).where(JournalEntry.subject_id == person),
        delete(PersonErasure),
    ):
        with pytest.raises(IntegrityError, match="is append-only"), agency.transaction() as session:
            session.connection().execute(statement)


def test_a_trainers_acts_stay_under_a_bare_number_and_those_who_rely_on_them_lose_nothing(demo_database):
    """The assessor of the demo agency is erased: what officers did under their eyes still counts."""
    assessor = practised.ASSESSOR
    with demo_database.transaction() as session:
        person = erased.signed(session, assessor)
        name = "Karim Haddad"
    journal.seal(demo_database, at=LATER)
    with demo_database.reading() as session:
        before = list(access.listed(session, "sightline", "3.2", zone=demo.ZONE, at=practised.NOW))
    erased.run(demo_database, person)
    with demo_database.reading() as session:
        after = list(access.listed(session, "sightline", "3.2", zone=demo.ZONE, at=practised.NOW))
        assert [one for one in after if one.person_id != person] == [one for one in before if one.person_id != person]
        left = [one for one in said_anywhere(session, (name,)) if "draft" not in one]
        assert left == []
    assert audit(demo_database).faults == ()


def test_nothing_can_be_recorded_about_who_was_erased(agency):
    person = person_id(agency)
    erased.run(agency, person)
    with agency.reading() as session:
        registrar = erased.person(session, "DP-3001")
    with pytest.raises(journal.PersonIsErased), agency.transaction() as session:
        people.open_account(session, session.get_one(Person, person), at=LATER, by=registrar)


def test_the_number_and_the_address_can_be_somebody_elses_afterwards(agency):
    erased.run(agency, person_id(agency))
    with agency.transaction() as session:
        stamp = {"effective_at": LATER, "recorded_at": LATER}
        session.add(Person(**stamp, service_number=OFFICER, name="Somebody new", email=TOLD[2]))
    assert audit(agency).faults == ()


def test_what_an_erasure_would_do_is_said_before_and_changes_nothing(agency):
    person = person_id(agency)
    with agency.reading() as session:
        told = erasing.foreseen(session, person, record_days=1096)
        attempts = session.scalar(select(func.count()).select_from(Attempt).where(Attempt.officer_id == person))
        assert told.goes["identity"] >= 3
        assert attempts <= told.goes.get("learning", 0)
        assert told.stays["certification"] == 2
        assert told.entries > 5
        assert (told.asked, told.asked_until) == (0, None)
    erased.run(agency, person)
    with agency.reading() as session:
        told = erasing.foreseen(session, person, record_days=1096)
        assert (dict(told.goes), dict(told.stays)) == ({}, {"trainer": told.stays["trainer"]} if told.stays else {})


def test_rows_of_every_table_that_an_erasure_takes_go_and_no_others(agency):
    """On SQLite, where constraints can be left aside to make up rows; of the person and of somebody else."""
    if agency.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL makes up no rows")
    person, other = person_id(agency), 1
    with agency.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("PRAGMA ignore_check_constraints = ON")
        for name in erasing.IN_ORDER:
            for whose_row in (person, other):
                made_up_row(connection, name, whose_row)
        connection.commit()
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA ignore_check_constraints = OFF")
    with agency.reading() as session:
        before = {name: count_of(session, name, other) for name in erasing.IN_ORDER}
    erased.run(agency, person)
    with agency.reading() as session:
        assert {name: count_of(session, name, other) for name in erasing.IN_ORDER} == before
        assert {name for name in erasure.GOES if count_of(session, name, person)} == set()


def made_up_row(connection, name: str, person: int) -> None:
    table = Base.metadata.tables[name]
    owner = erasure.BLANKED[name].owner if name in erasure.BLANKED else erasure.GOES[name]
    row = {column.name: made_up(column, person) for column in table.columns}
    if owner.parent:
        parent = Base.metadata.tables[owner.parent]
        row[owner.column] = (
            connection.scalar(select(func.max(parent.c.id)).where(parent.c[owner.parent_column] == person))
            or connection.execute(
                insert(parent).values({column.name: made_up(column, person) for column in parent.columns})
            ).lastrowid
        )
    else:
        row[owner.column] = person
    if name != "person":
        connection.execute(insert(table).prefix_with("OR IGNORE").values(row))


_serial = count(1_000_000)


def made_up(column, person: int) -> object:
    unique = next(_serial)
    match column.type:
        case Enum():
            return column.type.enum_class(column.type.enums[0])
        case Boolean():
            return True
        case Integer():
            return person if column.name in {"officer_id", "person_id"} else unique
        case Instant():
            return practised.NOW
        case Date():
            return practised.NOW.date()
        case JSON():
            return []
        case LargeBinary():
            return b"salt"
        case _:
            return f"text {unique}"


def count_of(session, name: str, person: int) -> int:
    owner = erasure.BLANKED[name].owner if name in erasure.BLANKED else erasure.GOES[name]
    counted = text(f"SELECT count(*) FROM {name} WHERE {owner.condition()}")
    return session.scalar(counted, {"person": person})


def test_json_that_is_blanked_is_read_as_empty(agency):
    person = person_id(agency)
    erased.run(agency, person)
    with agency.reading() as session:
        awards = session.scalars(select(Award).where(Award.officer_id == person)).all()
        assert [award.evidence for award in awards] == [{}] * len(awards)
        assert len({award.evidence_key for award in awards}) == len(awards)
        assert json.dumps(awards[0].evidence) == "{}"
        assert status_lists.addresses(session, str, at=LATER)
