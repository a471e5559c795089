"""Requests for rectification: asked once, handled by another, corrected by a fact, contested till then, let go."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.rules.factories import local
from tests.services.doubting import person
from training_app import demo
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.models.people import PersonCorrection, SeatGrant
from training_app.models.rectification import (
    RectificationRequest,
    RectificationStep,
    RectificationStepText,
    RectificationText,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.own_data import Section
from training_app.rules.rectification import Bar, Path, Refusal, State, StepKind, state
from training_app.services import own_data, people, rectifications
from training_app.services import rectification_handling as handling
from training_app.services.people import ChangeReason
from training_app.services.rectifications import Asked

NOW = local("2026-11-23 12:00")
WRONG, RIGHT = "My name is written with one n.", "Conti, with one n and one t."


def on(days: int = 0) -> CivilInstant:
    return CivilInstant(NOW + timedelta(days=days), demo.ZONE)


class Agency:
    """The demo agency, and two registrars."""

    def __init__(self, session) -> None:
        self.session = session
        self.officer, self.other = person(session, "DP-1004"), person(session, "DP-1005")
        self.first, self.second = person(session, "DP-3001"), person(session, "DP-3002")

    def asked(self, by=None, section=Section.IDENTITY, wrong=WRONG, record=None, days=0) -> RectificationRequest:
        subject = own_data.Subject(by or self.officer, "")
        asked = Asked(section, wrong, RIGHT, record)
        made, _new = rectifications.ask(self.session, asked, subject=subject, at=on(days).instant)
        return made

    def taken(self, **given) -> RectificationRequest:
        request = self.asked(**given)
        handling.take(self.session, request, on=on(), by=self.first)
        return request

    def state(self, request) -> State:
        return state(rectifications.history_of(self.session, request))

    def rows(self, by, days=0):
        return rectifications.desk_rows(
            self.session, by, registrars=handling.registrars(self.session, on=on(days)), on=on(days)
        )

    def renamed(self, days=0) -> PersonCorrection:
        told = {"name": "Lucas Conti", "email": None, "reason": ChangeReason.RECORDED_WRONGLY}
        return people.correct(self.session, self.officer, **told, at=on(days).instant, by=self.first)


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


# -- asked -------------------------------------------------------------------------------------------------------------


def test_the_same_request_sent_twice_is_one_until_it_is_answered(agency):
    first = agency.asked()
    assert agency.asked().id == first.id
    assert agency.asked(section=Section.UNIT).id != first.id
    handling.take(agency.session, first, on=on(), by=agency.first)
    handling.refuse(agency.session, first, Refusal.ACCURATE, "It is.", on=on(), by=agency.first)
    assert agency.asked().id != first.id


def test_a_request_names_a_record_that_is_given_to_the_person_and_no_other(agency):
    mine = agency.session.scalars(select(SeatGrant.id).where(SeatGrant.officer_id == agency.officer.id)).first()
    theirs = agency.session.scalars(select(SeatGrant.id).where(SeatGrant.officer_id == agency.other.id)).first()
    assert agency.asked(section=Section.SEATS, record=("seat_grant", mine)).record_id == mine
    for record in (("seat_grant", theirs), ("conduct_case", 1), ("tool", 1), ("answer", 10**9)):
        with pytest.raises(rectifications.NoSuchRecord):
            agency.asked(section=Section.SEATS, record=record)


def test_the_words_stand_in_no_fact_and_not_in_the_journal(agency):
    before = agency.session.scalar(select(func.max(JournalEntry.id)))
    request = agency.taken(wrong="Words that name Anna Example.")
    handling.refuse(agency.session, request, Refusal.ACCURATE, "More such words.", on=on(), by=agency.first)
    payloads = agency.session.scalars(select(JournalPayload.payload).where(JournalPayload.entry_id > before)).all()
    assert len(payloads) == 3
    assert not any("words" in one.lower() for one in payloads)


# -- handled -----------------------------------------------------------------------------------------------------------


def test_nobody_handles_their_own_and_it_is_on_no_list_of_theirs(agency):
    own = agency.asked(by=agency.first)
    with pytest.raises(handling.MayNotRectify) as refused:
        handling.take(agency.session, own, on=on(), by=agency.first)
    assert refused.value.bars == (Bar.OWN,)
    assert own.id not in {row.request.id for row in agency.rows(agency.first)}
    assert own.id in {row.request.id for row in agency.rows(agency.second)}
    with pytest.raises(handling.MayNotRectify):
        handling.take(agency.session, agency.asked(), on=on(), by=agency.other)


def test_one_takes_it_another_waits_until_it_is_given_back(agency):
    request = agency.taken()
    handling.take(agency.session, request, on=on(), by=agency.first)  # twice is once
    with pytest.raises(handling.RequestTaken):
        handling.take(agency.session, request, on=on(), by=agency.second)
    with pytest.raises(handling.RequestNotYours):
        handling.refuse(agency.session, request, Refusal.ACCURATE, "No.", on=on(), by=agency.second)
    handling.give_back(agency.session, request, on=on(), by=agency.first)
    handling.take(agency.session, request, on=on(), by=agency.second)
    assert [one.kind.value for one in rectifications.steps_of(agency.session, request)] == [
        "taken",
        "given-back",
        "taken",
    ]


def test_it_is_corrected_by_a_fact_recorded_since_and_by_no_other(agency):
    agency.renamed(days=-1)
    request = agency.taken()
    assert handling.possible_corrections(agency.session, request) == []
    for fact in (("person_correction", 1), ("unit_assignment", 1), ("nothing", 1)):
        with pytest.raises(handling.NoCorrection):
            handling.correct(agency.session, request, fact, "Done.", on=on(), by=agency.first)
    told = {"name": "Luca Conti-Rossi", "email": None, "reason": ChangeReason.RECORDED_WRONGLY}
    fact = people.correct(agency.session, agency.officer, **told, at=on().instant, by=agency.first)
    handling.correct(agency.session, request, ("person_correction", fact.id), "Done.", on=on(), by=agency.first)
    assert agency.state(request) is State.CORRECTED
    step = rectifications.steps_of(agency.session, request)[-1]
    assert (step.correction_kind, step.correction_id) == ("person_correction", fact.id)
    assert (fact.reason_code, fact.recorded_by_id) == ("recorded-wrongly", agency.first.id)


def test_what_is_judged_elsewhere_stays_open_and_contested(agency):
    request = agency.taken(section=Section.EVALUATIONS)
    for _twice in range(2):
        handling.refer(agency.session, request, Path.SECOND_OPINION, "Ask for one.", on=on(), by=agency.first)
    assert agency.state(request) is State.REFERRED
    assert request in rectifications.contested(agency.session, agency.officer.id)
    handling.refuse(agency.session, request, Refusal.JUDGED, "Confirmed.", on=on(), by=agency.first)
    assert request not in rectifications.contested(agency.session, agency.officer.id)


def test_the_time_is_extended_in_the_first_month_and_never_after(agency):
    early, late = agency.taken(), agency.taken(section=Section.UNIT)
    for _twice in range(2):
        handling.extend(agency.session, early, "Many files.", on=on(10), by=agency.first)
    with pytest.raises(handling.TooLateToExtend):
        handling.extend(agency.session, late, "Too late.", on=on(31), by=agency.first)
    rows = {row.request.id: row for row in agency.rows(agency.second, days=31)}
    assert (rows[early.id].overdue, rows[late.id].overdue) == (False, True)
    assert rows[early.id].due.isoformat() == "2027-02-23"


def test_an_answered_request_takes_no_further_step(agency):
    request = agency.taken()
    handling.refuse(agency.session, request, Refusal.UNFOUNDED, "No.", on=on(), by=agency.first)
    for again in (
        lambda: handling.take(agency.session, request, on=on(), by=agency.second),
        lambda: handling.refuse(agency.session, request, Refusal.ACCURATE, "No.", on=on(), by=agency.first),
        lambda: handling.withdraw(agency.session, request, on=on(), by=agency.officer),
    ):
        with pytest.raises(handling.RequestEnded):
            again()


def test_the_person_withdraws_and_nobody_else_does(agency):
    request = agency.taken()
    with pytest.raises(handling.RequestNotYours):
        handling.withdraw(agency.session, request, on=on(), by=agency.first)
    for _twice in range(2):
        handling.withdraw(agency.session, request, on=on(), by=agency.officer)
    assert agency.state(request) is State.WITHDRAWN


def test_the_tables_refuse_a_second_end_and_a_step_by_oneself(agency):
    request = agency.taken()
    handling.refuse(agency.session, request, Refusal.ACCURATE, "No.", on=on(), by=agency.first)
    stamp = {"effective_at": NOW, "recorded_at": NOW, "person_id": agency.officer.id, "request_id": request.id}
    for wrong in (
        {"recorded_by_id": agency.first.id, "number": 9, "kind": StepKind.REFUSED, "refusal": Refusal.ACCURATE},
        {"recorded_by_id": agency.officer.id, "number": 9, "kind": StepKind.TAKEN},
        {"recorded_by_id": agency.first.id, "number": 9, "kind": StepKind.CORRECTED},
    ):
        with pytest.raises(IntegrityError), agency.session.begin_nested():
            agency.session.add(RectificationStep(**stamp, **wrong))


# -- overseen, and let go ----------------------------------------------------------------------------------------------


def test_what_waits_and_what_is_overdue_is_counted(agency):
    office = handling.registrars(agency.session, on=on())
    before = rectifications.waiting(agency.session, agency.second, registrars=office, on=on(40))
    agency.asked()
    after = rectifications.waiting(agency.session, agency.second, registrars=office, on=on(40))
    assert (after.to_take - before.to_take, after.overdue - before.overdue) == (1, 1)


def test_words_go_when_their_time_is_over_and_are_not_shown_even_before(agency):
    request = agency.taken()
    handling.refuse(agency.session, request, Refusal.ACCURATE, "Told.", on=on(), by=agency.first)
    assert rectifications.words_of(agency.session, request, months=12, on=on(365)).wrong == WRONG
    assert rectifications.words_of(agency.session, request, months=12, on=on(366)) is None
    rectifications.purge(agency.session, months=12, on=on(365))
    assert agency.session.get(RectificationText, request.id) is not None
    assert rectifications.purge(agency.session, months=12, on=on(366)) >= 1
    assert agency.session.get(RectificationText, request.id, populate_existing=True) is None
    step = rectifications.steps_of(agency.session, request)[-1]
    assert agency.session.get(RectificationStepText, step.id, populate_existing=True) is None
    assert agency.state(request) is State.REFUSED
