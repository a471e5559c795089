"""Who is due, what stands against an erasure, and that two sign it."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.rules.factories import local
from tests.services import erased, recorded
from tests.services.erased import LATER, OFFICER, YEARS
from training_app.demo.people import FORMER_NUMBER
from training_app.models.certification import Award
from training_app.models.conduct import ConductCase
from training_app.models.erasures import PersonErasure, PersonErasureSignature
from training_app.models.oversight_looks import NameDisclosure, OversightLook
from training_app.rules.conduct import ConcernKind
from training_app.rules.erasure import ErasureReason, Hold
from training_app.rules.oversight_looks import DisclosureReason
from training_app.services import award_reviews, erasures, people
from training_app.services.award_reviews import Doubt
from training_app.services.erasures import Held, NotOrdered, OrderedAlready
from training_app.services.second_signatures import AlreadyDone, SameSigner

FIRST, SECOND = "DP-3001", "DP-3002"
NEXT_DAY = timedelta(days=1)


@pytest.fixture
def agency(demo_session):
    return demo_session


def due(session, at) -> dict[str, date]:
    return {one.service_number: one.kept_through for one in erasures.due(session, years=YEARS, on=erased.on(at))}


def test_a_person_is_due_from_the_day_after_the_last_on_which_records_are_kept(agency):
    """The officer left on 23 November 2026, which is the day of the last record."""
    erased.closed(agency)
    last = local("2032-11-23 23:59:59")
    assert due(agency, last) == {FORMER_NUMBER: date(2025, 8, 30)}
    assert due(agency, last + timedelta(seconds=1)) == {
        FORMER_NUMBER: date(2025, 8, 30),
        OFFICER: date(2032, 11, 23),
    }
    assert due(agency, local("2025-08-30 23:59:59")) == {}


def test_what_the_oversight_body_looked_at_keeps_nobodys_records(agency):
    stamp = {"effective_at": LATER, "recorded_at": LATER, "recorded_by_id": erased.person(agency, "DP-6001").id}
    left = erased.person(agency, FORMER_NUMBER).id
    shown = NameDisclosure(**stamp, person_id=left, reason=DisclosureReason.COURT, until=LATER + NEXT_DAY)
    agency.add_all([shown, OversightLook(**stamp, page="people.person", subject_id=left, stated={})])
    agency.flush()
    assert due(agency, LATER + NEXT_DAY)[FORMER_NUMBER] == date(2025, 8, 30)


def test_who_has_an_account_is_never_due(agency):
    assert due(agency, local("2060-01-01 12:00")) == {FORMER_NUMBER: date(2025, 8, 30)}


def test_what_somebody_recorded_about_others_counts_as_theirs(agency):
    registrar = erased.person(agency, FIRST)
    by = erased.person(agency, SECOND)
    erased.people.close_account(agency, registrar, at=local("2026-11-20 12:00"), by=by)
    recorded.unit(agency, recorded_by_id=registrar.id, recorded_at=LATER)
    assert FIRST not in due(agency, LATER + NEXT_DAY)


def test_what_is_ordered_is_not_due_any_more_until_it_is_taken_back(agency):
    by = erased.person(agency, SECOND)
    order = erased.ordered(agency, FORMER_NUMBER)
    assert due(agency, local("2030-01-01 12:00")) == {}
    assert erasures.withdraw(agency, order, at=LATER, by=by)
    assert not erasures.withdraw(agency, order, at=LATER, by=by)
    assert FORMER_NUMBER in due(agency, local("2030-01-01 12:00"))
    with pytest.raises(NotOrdered):
        erasures.sign(agency, order, years=YEARS, on=erased.on(), by=by)


def test_two_people_sign_and_neither_is_the_person(agency):
    first, second = erased.person(agency, FIRST), erased.person(agency, SECOND)
    order = erased.ordered(agency, FORMER_NUMBER)
    with pytest.raises(OrderedAlready):
        erased.ordered(agency, FORMER_NUMBER)
    with pytest.raises(SameSigner):
        erasures.sign(agency, order, years=YEARS, on=erased.on(), by=first)
    erasures.sign(agency, order, years=YEARS, on=erased.on(), by=second)
    with pytest.raises(AlreadyDone):
        erasures.sign(agency, order, years=YEARS, on=erased.on(), by=second)
    with pytest.raises(AlreadyDone):
        erasures.withdraw(agency, order, at=LATER, by=first)
    assert Hold.OWN in erasures.holds(
        agency, first, ErasureReason.LEGAL_OBLIGATION, years=YEARS, on=erased.on(), by=first
    )


def test_the_tables_refuse_one_signer_and_oneself_too(agency):
    person, first, second = (erased.person(agency, number) for number in (FORMER_NUMBER, FIRST, SECOND))
    stamp = {"effective_at": LATER, "recorded_at": LATER}
    order = erased.ordered(agency, FORMER_NUMBER)
    signature = {"erasure_id": order.id, "person_id": person.id, "author_id": first.id}
    refused = [
        PersonErasure(**stamp, recorded_by_id=person.id, person_id=person.id, reason=ErasureReason.UNLAWFUL),
        PersonErasure(**stamp, recorded_by_id=None, person_id=person.id, reason=ErasureReason.UNLAWFUL),
        PersonErasureSignature(**stamp, recorded_by_id=first.id, **signature),
        PersonErasureSignature(**stamp, recorded_by_id=person.id, **signature),
        PersonErasureSignature(**stamp, recorded_by_id=second.id, **signature | {"person_id": second.id}),
        PersonErasureSignature(**stamp, recorded_by_id=second.id, **signature | {"author_id": second.id}),
    ]
    for fact in refused:
        with pytest.raises(IntegrityError), agency.begin_nested():
            agency.add(fact)


def test_a_person_is_held_by_what_is_open(agency):
    """Closed but recently: held for the time alone; with an open case and review, for these whatever the reason."""
    person, by = erased.closed(agency), erased.person(agency, FIRST)
    soon = erased.on(erased.CLOSED + NEXT_DAY)

    def held(reason: ErasureReason) -> tuple[Hold, ...]:
        return erasures.holds(agency, person, reason, years=YEARS, on=soon, by=by)

    assert held(ErasureReason.RETENTION_OVER) == (Hold.NOT_DUE,)
    assert held(ErasureReason.LEGAL_OBLIGATION) == ()
    stamp = {"effective_at": LATER, "recorded_at": LATER, "recorded_by_id": None}
    agency.add(ConductCase(**stamp, person_id=person.id, kind=next(iter(ConcernKind))))
    award = agency.query(Award).filter(Award.officer_id == person.id).first()
    overseer = erased.person(agency, "DP-6001")
    award_reviews.put_under_review(agency, award, next(iter(Doubt)), at=erased.CLOSED, by=overseer)
    agency.flush()
    assert held(ErasureReason.UNLAWFUL) == (Hold.CASE, Hold.REVIEW)
    with pytest.raises(Held) as refused:
        erasures.order(agency, person, ErasureReason.UNLAWFUL, years=YEARS, on=soon, by=by)
    assert refused.value.holds == (Hold.CASE, Hold.REVIEW)


def test_who_can_sign_in_or_waits_for_an_answer_to_a_report_or_a_request_is_held(agency):
    person = erased.person(agency, "DP-1003")
    found = erasures.holds(agency, person, ErasureReason.UNLAWFUL, years=YEARS, on=erased.on())
    assert found == (Hold.ACCOUNT_OPEN, Hold.RECTIFICATION, Hold.REPORT)


def test_an_account_is_not_opened_again_once_the_erasure_is_signed(demo_database):
    with demo_database.transaction() as session:
        erased.signed(session)
        officer, registrar = erased.person(session, OFFICER), erased.person(session, FIRST)
    with pytest.raises(OrderedAlready), demo_database.transaction() as session:
        people.open_account(session, officer, at=LATER, by=registrar)
