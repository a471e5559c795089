"""Everything about a person is given to that person, or stands on a list with the reason; and nothing about others."""

import json

import pytest
from sqlalchemy import select, text

from tests.rules.factories import BRUSSELS, local
from tests.services import recorded
from tests.services.doubting import person
from training_app.models.base import Base
from training_app.models.conduct import ConductCase, ConductOutcome
from training_app.models.people import Person, PersonCorrection
from training_app.models.training import Answer, Attempt, Mode, ModuleRevision
from training_app.rules.conduct import CaseOutcome, ConcernKind
from training_app.rules.oversight_looks import DisclosureReason
from training_app.rules.own_data import (
    ELSEWHERE,
    SECTIONS,
    WITHHELD_COLUMNS,
    WITHHELD_KINDS,
    WITHHELD_PARTS,
    Section,
    Why,
    section_of,
)
from training_app.services import journal, oversight_looks, own_data
from training_app.services.oversight_looks import Opened
from training_app.services.own_data import Subject, file
from training_app.services.own_data.kinds import names_a_person
from training_app.services.own_data.records import _LABELS
from training_app.wording import own_data as words
from training_app.wording import own_records

NOW = local("2026-11-23 12:00")
TABLES = Base.metadata.tables


def subject(session, number: str) -> Subject:
    return Subject(person(session, number), "digest")


def given(session, number: str) -> dict:
    naming = own_data.Naming(session, subject(session, number))
    return json.loads("".join(file.document(naming, agency="Demo Police", words={}, at=NOW)))


def values(document: dict, kind: str) -> list[dict]:
    return [one["values"] for one in document["records"] if one["kind"] == kind]


# -- nothing is forgotten ----------------------------------------------------------------------------------------------


def test_every_kind_of_fact_about_a_person_is_given_or_withheld_with_its_reason():
    about = {name for name, fact in journal.fact_kinds().items() if fact.about is not None}
    assert about - {kind.name for kind in own_data.kinds()} == set(WITHHELD_KINDS) & about


def test_every_other_column_that_names_a_person_is_given_or_stands_with_its_reason():
    kinds = {kind.name for kind in own_data.kinds()}
    facts = journal.fact_kinds()
    forgotten = {
        (table.name, column.name)
        for table in TABLES.values()
        if table.name not in kinds | set(WITHHELD_KINDS)
        for column in table.columns
        if column.name == "person_id" or any(key.column.table.name == "person" for key in column.foreign_keys)
        if not (table.name in facts and column.name == "recorded_by_id")  # an act, which the journal's entry counts
    }
    technical = {("answer_change", "person_id")}  # tells other processes to ask again; deleted by none, named by none
    assert forgotten - set(ELSEWHERE) - technical == set()


def test_an_exception_is_of_something_that_exists():
    named = [
        *WITHHELD_KINDS,
        *WITHHELD_COLUMNS,
        *(table for table, _ in WITHHELD_PARTS),
        *(table for table, _ in ELSEWHERE),
    ]
    assert [name for name in named if name not in TABLES] == []
    columns = [(table, column) for table, columns in WITHHELD_COLUMNS.items() for column in columns]
    assert [one for one in [*columns, *WITHHELD_PARTS, *ELSEWHERE] if one[1] not in TABLES[one[0]].c] == []


def test_a_kind_without_a_section_yet_stands_under_the_others():
    assert section_of("brand_new") is Section.OTHER
    assert [kind.name for kind in own_data.kinds() if kind.name not in SECTIONS] == []


def test_every_section_reason_kind_and_field_has_its_words():
    assert set(words.SECTIONS) == set(Section)
    assert set(words.WHYS) == set(Why)
    unnamed = [
        k.name for k in own_data.kinds() if k.name not in own_records.FACTS and k.name not in own_records.OTHER_KINDS
    ]
    assert unnamed == []
    frame = {"id", "recorded_at", "recorded_by_id"}
    for kind in own_data.kinds():
        for column in kind.table.c:
            labelled = any(key.column.table.name in _LABELS for key in column.foreign_keys)
            name = column.name.removesuffix("_id") if labelled else column.name
            hidden = (
                column.name in frame or names_a_person(column) or column.name in WITHHELD_COLUMNS.get(kind.name, {})
            )
            assert hidden or name.endswith("_id") or name in own_records.FIELDS or name in own_records.FILE_ONLY, (
                kind.name,
                name,
            )


# -- nothing about others ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["DP-1001", "DP-1003", "DP-2001", "DP-3001", "DP-4001", "DP-6001"])
def test_a_file_names_nobody_else(demo_session, number):
    """The demo agency writes no names into free text; whatever else would name somebody is a leak."""
    document = json.dumps(given(demo_session, number), ensure_ascii=False)
    others = demo_session.scalars(select(Person).where(Person.service_number != number)).all()
    me = person(demo_session, number)
    named = [
        told
        for other in others
        for told in (other.name, other.registered_name, other.email, other.service_number)
        if told and told in document and told not in (me.name, me.email)
    ]
    assert named == []


def test_a_file_holds_what_was_recorded_about_the_officer_and_by_which_office(demo_session):
    document = given(demo_session, "DP-1003")
    assert document["person"]["service_number"] == "DP-1003"
    seats = [one for one in document["records"] if one["kind"] == "seat_grant"]
    assert "sightline" in [one["values"]["tool"] for one in seats]
    assert {tuple(one["recorded_by"]) for one in seats} == {("supervisor",)}
    assert all(one["journal_entry"] for one in seats)
    evaluation = values(document, "evaluation")[0]
    assert (evaluation["outcome"], evaluation["through"]) == ("cleared", "2027-12-31")


def test_reports_and_their_words_are_in_the_file_of_who_made_them_and_in_no_other(demo_session):
    mine, other = given(demo_session, "DP-1003"), given(demo_session, "DP-1012")
    said = values(mine, "report_text")[0]["happened"]
    assert "threshold" in said
    assert said not in json.dumps(other, ensure_ascii=False)
    assert {one["kind"] for one in values(mine, "report_step")}.isdisjoint({"noted", "sent-back"})


def test_an_attempt_comes_with_its_answers_and_without_its_paper(demo_session):
    officer = person(demo_session, "DP-1002")
    revision = demo_session.scalars(select(ModuleRevision)).first()
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": officer.id}
    attempt = Attempt(
        **stamp,
        officer_id=officer.id,
        revision_id=revision.id,
        mode=Mode.ASSESSMENT,
        number=9,
        language="en",
        seed=4711,
        paper={"items": [{"item": "the-secret-item", "options": ["a"]}]},
        closes_at=local("2026-11-23 13:00"),
    )
    demo_session.add(attempt)
    demo_session.flush()
    demo_session.add(Answer(attempt_id=attempt.id, item_id="q1", sequence=1, options=["b"], received_at=NOW))
    demo_session.flush()
    document = given(demo_session, "DP-1002")
    assert values(document, "answer")[-1]["options"] == ["b"]
    assert values(document, "attempt")[-1]["revision"] == revision.slug
    assert "the-secret-item" not in json.dumps(document)
    assert "4711" not in json.dumps(document)


def test_a_concern_about_a_trainer_is_told_by_an_outcome_that_changes_something_alone(demo_session):
    trainer, lead = person(demo_session, "DP-4001"), person(demo_session, "DP-3001")
    stamp = {"effective_at": NOW, "recorded_at": NOW, "person_id": trainer.id}
    for outcome in (CaseOutcome.NONE, CaseOutcome.CAUTION):
        case = ConductCase(**stamp, recorded_by_id=None, kind=ConcernKind.OTHER)
        demo_session.add(case)
        demo_session.flush()
        demo_session.add(ConductOutcome(**stamp, recorded_by_id=lead.id, case_id=case.id, outcome=outcome))
    demo_session.flush()
    document = given(demo_session, "DP-4001")
    assert values(document, "conduct_case") == []
    assert [one["outcome"] for one in values(document, "conduct_outcome")] == ["caution"]


def test_that_misconduct_is_looked_into_is_not_seen_from_what_is_left_out(demo_session):
    officer, overseer = person(demo_session, "DP-1003"), person(demo_session, "DP-6001")
    of_officer = {"number": "DP-1003"}
    shown = {}
    for reason in (DisclosureReason.COURT, DisclosureReason.MISCONDUCT):
        oversight_looks.record(demo_session, Opened("oversight_names.name", of_officer), shown, at=NOW, by=overseer)
        made = oversight_looks.disclose(demo_session, officer, reason, "C-1", zone=BRUSSELS, at=NOW, by=overseer)
        shown = {officer.id: made.id}
        oversight_looks.record(demo_session, Opened("as_of.person", of_officer), shown, at=NOW, by=overseer)
    document = given(demo_session, "DP-1003")
    assert [one["reason"] for one in values(document, "name_disclosure")] == ["court"]
    looks = values(document, "oversight_look")
    assert [one["page"] for one in looks] == ["as_of.person"] * 2
    assert looks[0] == looks[1], "by which disclosure a name was shown would tell of the one that is left out"


def test_what_one_recorded_about_others_is_counted_without_them(demo_session):
    supervisor = subject(demo_session, "DP-2001")
    kinds = {one.kind: one.count for one in own_data.acts_by_kind(demo_session, supervisor)}
    assert kinds["seat_grant"] > 5
    assert (
        len([one for one in given(demo_session, "DP-2001")["acts"] if one["kind"] == "seat_grant"])
        == kinds["seat_grant"]
    )


# -- read piece by piece -----------------------------------------------------------------------------------------------


def test_records_come_in_pages_the_newest_first_and_one_is_found_by_its_number(session):
    somebody, by = recorded.person(session), recorded.person(session)
    for day in range(1, 8):
        stamp = {"effective_at": local(f"2026-05-0{day} 09:00"), "recorded_at": local(f"2026-05-0{day} 09:00")}
        session.add(
            PersonCorrection(**stamp, recorded_by_id=by.id, person_id=somebody.id, name=f"Name {day}", email=None)
        )
    session.flush()
    naming = own_data.Naming(session, Subject(somebody, ""))
    kind = next(one for one in own_data.kinds() if one.name == "person_correction")
    first, last = (own_data.page_of_records(naming, kind, page=page, size=5) for page in (1, 2))
    assert [one.values["name"] for one in [*first, *last]] == [f"Name {day}" for day in range(7, 0, -1)]
    assert own_data.one_record(naming, kind, first[0].number) == first[0]
    assert own_data.one_record(own_data.Naming(session, Subject(by, "")), kind, first[0].number) is None
    assert next(own_data.records(naming, kind)).values["name"] == "Name 1"
    assert first[0].by == ("somebody",)


def test_the_index_for_what_somebody_recorded_is_used(session):
    query = "SELECT count(*) FROM journal_entry WHERE actor_id = 7"
    if session.get_bind().dialect.name == "sqlite":
        plan = " ".join(str(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {query}")))
        assert "ix_journal_entry_actor_id" in plan
