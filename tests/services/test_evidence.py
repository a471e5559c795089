"""Evidence from the records, and answers about an instant as known then and now."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from training_app import demo
from training_app.models.certification import Award, AwardEnd
from training_app.models.oversight import JournalEntry
from training_app.models.people import Person
from training_app.rules.access import Ground, Question, decide
from training_app.rules.evidence import from_text, in_order, needed
from training_app.rules.facts import AwardEndKind
from training_app.services import evidence, gather
from training_app.services.evaluations import OfficerUnknown

AT, NOW = local("2026-06-01 14:03"), local("2026-11-22 12:00")


@pytest.fixture
def agency(demo_session):
    return demo_session


def award_of(session, number: str) -> Award:
    return session.scalars(
        select(Award).join(Person, Person.id == Award.officer_id).where(Person.service_number == number)
    ).first()


def void(session, award: Award, *, recorded) -> None:
    session.add(
        AwardEnd(
            effective_at=award.effective_at,
            recorded_at=recorded,
            recorded_by_id=session.scalars(select(Person.id).where(Person.service_number == "DP-6001")).one(),
            officer_id=award.officer_id,
            award_id=award.id,
            kind=AwardEndKind.VOIDED,
            reason_code="deception",
        )
    )
    session.flush()


def asked(session, number="DP-1001", label="3.1", at=AT):
    return evidence.as_of(session, Question(number, "sightline", label), zone=demo.ZONE, at=at, known_at=NOW)


def test_the_document_holds_the_facts_that_the_answer_rests_on(agency):
    found = from_text(evidence.export(agency, "DP-1003", "sightline", zone=demo.ZONE, at=NOW))
    facts = gather.question(agency, number="DP-1003", slug="sightline", zone=demo.ZONE)
    assert (found.origin.officer, found.origin.tool, found.origin.exported_at) == ("DP-1003", "sightline", NOW)
    assert found.facts == in_order(needed(facts))
    question = Question("DP-1003", "sightline", "3.2")
    assert decide(question, found.facts, at=NOW, known_at=NOW) == decide(question, facts, at=NOW, known_at=NOW)


def test_a_number_is_found_as_people_type_it(agency):
    document = json.loads(evidence.export(agency, " dp-1003 ", "sightline", zone=demo.ZONE, at=NOW))
    assert document["origin"]["officer"] == "DP-1003"
    assert document["officer"]["number"] == "DP-1003"


def test_the_document_names_nobody(agency):
    text = evidence.export(agency, "DP-1003", "sightline", zone=demo.ZONE, at=NOW)
    for person in agency.scalars(select(Person)):
        assert person.name not in text
        assert person.email is None or person.email not in text
        assert person.service_number == "DP-1003" or person.service_number not in text


def test_exporting_writes_no_fact(agency):
    before = agency.scalar(select(func.count()).select_from(JournalEntry))
    evidence.export(agency, "DP-1003", "sightline", zone=demo.ZONE, at=NOW)
    asked(agency)
    assert agency.scalar(select(func.count()).select_from(JournalEntry)) == before


@pytest.mark.parametrize(
    ("number", "slug", "error"),
    [("XX-9", "sightline", OfficerUnknown), ("DP-1003", "nothing", evidence.ToolUnknown)],
)
def test_whom_and_what_nobody_registered_is_said(agency, number, slug, error):
    with pytest.raises(error, match=r"XX-9|nothing"):
        evidence.export(agency, number, slug, zone=demo.ZONE, at=NOW)


def test_a_version_that_never_was_is_said_with_those_that_were(agency):
    with pytest.raises(evidence.VersionUnknown, match=r"has no version 9\.9\. Registered: 3\.1, 3\.2"):
        asked(agency, label="9.9")


def test_without_anything_late_both_answers_are_the_same(agency):
    found = asked(agency)
    assert found.same
    assert found.then.allowed
    assert found.late.counting == ()


def test_a_void_that_was_recorded_later_changes_the_answer_now_and_not_the_one_then(agency):
    recorded = AT + timedelta(days=30)
    void(agency, award_of(agency, "DP-1001"), recorded=recorded)
    found = asked(agency)
    assert found.then.allowed
    assert Ground.NEVER_CERTIFIED in found.now.grounds or Ground.IN_TRAINING in found.now.grounds
    assert not found.same
    assert [(one.kind, one.recorded_at) for one in found.late.counting] == [("award_ends", recorded)]


def test_a_version_that_was_registered_later_was_unknown_then(agency):
    found = asked(agency, label="3.2", at=local("2025-11-01"))
    assert Ground.VERSION_UNKNOWN in found.then.grounds or Ground.TOOL_UNKNOWN in found.then.grounds


def test_an_instant_to_come_is_answered_from_what_is_known_now(agency):
    found = asked(agency, at=NOW + timedelta(days=3650))
    assert found.then.known_at == NOW
    assert found.same
