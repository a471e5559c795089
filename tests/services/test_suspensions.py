"""Suspending and reinstating: at once, by name, inside the own unit, never oneself, and each click once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services import recorded, seat_agency
from tests.services.seat_agency import NOW, SeatAgency
from training_app.models.people import OfficerReinstatement, OfficerSuspension
from training_app.rules.access import Ground, Question
from training_app.services import access, suspensions
from training_app.services.own_unit import NotInUnit, OwnCase
from training_app.services.suspensions import EndReason, Reason

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def agency(session) -> SeatAgency:
    return seat_agency.build(session)


def suspend(agency: SeatAgency, number: str = "O-1", *, tool=None, by: str = "S-CENTRAL", at=NOW) -> OfficerSuspension:
    person = agency.people[by]
    return suspensions.suspend(agency.session, number, tool, Reason.INQUIRY_OPEN, at=at, by=person)


def reinstate(agency: SeatAgency, suspension: OfficerSuspension, *, by: str = "S-CENTRAL", at=LATER):
    person = agency.people[by]
    return suspensions.reinstate(agency.session, suspension, EndReason.INQUIRY_CLOSED, at=at, by=person)


def told_suspended(agency: SeatAgency, slug: str, *, at) -> bool:
    question = Question("O-1", slug, "3.1")
    answer = access.answer(agency.session, question, zone=seat_agency.ZONE, at=at, known_at=at)
    return Ground.SUSPENDED in answer.grounds


def test_a_suspension_from_every_tool_holds_at_once_for_each_and_ends_at_once(agency):
    recorded.tool(agency.session, slug="plates")
    suspension = suspend(agency)
    before = NOW - timedelta(microseconds=1)
    assert [told_suspended(agency, slug, at=at) for slug in ("sightline", "plates") for at in (before, NOW)] == [
        False, True, False, True,
    ]  # fmt: skip
    reinstate(agency, suspension)
    assert [told_suspended(agency, slug, at=LATER) for slug in ("sightline", "plates")] == [False, False]


def test_a_suspension_from_one_tool_leaves_the_others_alone(agency):
    recorded.tool(agency.session, slug="plates")
    suspend(agency, tool=agency.tool)
    assert told_suspended(agency, "sightline", at=NOW)
    assert not told_suspended(agency, "plates", at=NOW)


def test_a_second_suspension_from_the_same_is_refused_while_the_first_stands(agency):
    for tool, named in ((None, None), (agency.tool, "Sightline")):
        first = suspend(agency, tool=tool)
        with pytest.raises(suspensions.SuspendedAlready) as refusal:
            suspend(agency, tool=tool, at=LATER)
        assert refusal.value.tool == named
        reinstate(agency, first)
        suspend(agency, tool=tool, at=LATER)


def test_each_suspension_is_ended_by_name_and_the_other_stands(agency):
    every, one = suspend(agency), suspend(agency, tool=agency.tool, at=LATER)
    assert [found.tool for found in suspensions.standing(agency.session, agency.people["O-1"].id, at=LATER)] == [
        None,
        "Sightline",
    ]
    reinstate(agency, every)
    (left,) = suspensions.standing(agency.session, agency.people["O-1"].id, at=LATER)
    assert (left.id, left.reason_code, left.by) == (one.id, "inquiry-open", "Officer S-CENTRAL")
    assert told_suspended(agency, "sightline", at=LATER)


def test_a_second_reinstatement_changes_nothing(agency):
    suspension = suspend(agency)
    reinstate(agency, suspension)
    with pytest.raises(suspensions.NotSuspended):
        reinstate(agency, suspension)
    assert agency.session.scalar(select(func.count()).select_from(OfficerReinstatement)) == 1


def test_an_end_recorded_by_a_server_whose_clock_is_behind_still_ends_it(agency):
    suspension = suspend(agency, at=LATER)
    reinstate(agency, suspension, at=NOW)
    assert suspensions.standing(agency.session, agency.people["O-1"].id, at=LATER) == []


@pytest.mark.parametrize(("number", "by"), [("H-1", "S-CENTRAL"), ("S-AGENCY", "S-CENTRAL"), ("NOBODY", "S-CENTRAL")])
def test_who_is_not_of_the_own_unit_cannot_be_suspended(agency, number, by):
    with pytest.raises(NotInUnit):
        suspend(agency, number, by=by)


def test_only_the_officers_own_supervisors_end_a_suspension(agency):
    suspension = suspend(agency)
    with pytest.raises(NotInUnit):
        reinstate(agency, suspension, by="S-HARBOUR")
    reinstate(agency, suspension, by="S-AGENCY")


def test_a_suspension_goes_along_with_a_transfer(agency):
    suspension = suspend(agency)
    agency.move("O-1", "Harbour", at=LATER)
    with pytest.raises(NotInUnit):
        reinstate(agency, suspension)
    reinstate(agency, suspension, by="S-HARBOUR")


def test_nobody_suspends_or_reinstates_themselves(agency):
    with pytest.raises(OwnCase):
        suspend(agency, "S-CENTRAL", by="S-CENTRAL")
    suspension = suspend(agency, "S-CENTRAL", by="S-AGENCY")
    with pytest.raises(OwnCase):
        reinstate(agency, suspension, by="S-CENTRAL")


def test_a_suspended_officer_keeps_the_seat(agency):
    agency.grant("O-1")
    suspend(agency)
    assert agency.held() == ["O-1"]
