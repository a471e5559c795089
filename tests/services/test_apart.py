"""Who may record what about whom, as the database holds it: past every service, with rows of one's own making."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.services import recorded, version_life
from tests.services.recorded import NOW
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    EvaluationReview,
    OfficerReinstatement,
    OfficerSuspension,
    PersonCorrection,
    ReviewKind,
    SeatGrant,
    SeatRelease,
    SeatReview,
    UnitAssignment,
)
from training_app.models.tools import ToolPolicy, ToolVersion, VersionFact
from training_app.rules.facts import AwardEndKind, AwardKind, EvaluationOutcome, Prohibition, VersionChange
from training_app.services import withdrawals


@pytest.fixture
def add(session):
    def added(model, by: int | None, **columns):
        fact = model(effective_at=NOW, recorded_at=NOW, recorded_by_id=by, **columns)
        session.add(fact)
        session.flush()
        return fact

    return added


@pytest.fixture
def refused(session, add):
    def expect(constraint: str, model, by: int | None, **columns) -> None:
        with pytest.raises(IntegrityError) as refusal, session.begin_nested():
            add(model, by, **columns)
        told = str(refusal.value.orig)
        assert constraint in told or "FOREIGN KEY constraint failed" in told, "SQLite does not name foreign keys"

    return expect


@pytest.fixture
def people(session) -> tuple[int, int]:
    """The officer who is about to decide for themselves, and somebody else."""
    return recorded.person(session).id, recorded.person(session).id


@pytest.fixture
def version(session, add):
    tool = recorded.tool(session)
    terms = {"revision": 1, "validity_months": 24, "window_months": 3, "pass_age_months": 12}
    add(ToolPolicy, None, tool_id=tool.id, **terms, evaluation_required=False, seats_required=True)
    return add(
        ToolVersion, None, tool_id=tool.id, label="1", prohibition=Prohibition.NONE, what_changed="", how_to_stop=""
    )


def test_nobody_records_about_their_own_account_unit_or_name(session, people, refused):
    me, _ = people
    refused("not_of_oneself", AccountFact, me, person_id=me, change=AccountChange.OPENED)
    refused("not_of_oneself", UnitAssignment, me, person_id=me, unit_id=recorded.unit(session).id)
    refused("not_of_oneself", PersonCorrection, me, person_id=me, name="Another", email=None)


def test_nobody_releases_or_reviews_their_own_seat_or_that_of_another_under_a_third_name(
    session, people, version, add, refused
):
    me, other = people
    terms = {"tool_id": version.tool_id, "unit_id": recorded.unit(session).id, "purposes": [], "justification": "."}
    mine = add(SeatGrant, other, officer_id=me, **terms)
    for model, name in ((SeatRelease, "seat_release"), (SeatReview, "seat_review")):
        refused("not_of_oneself", model, me, officer_id=me, seat_id=mine.id)
        refused(f"fk_{name}_seat_of_the_same_officer", model, me, officer_id=other, seat_id=mine.id)
        add(model, other, officer_id=me, seat_id=mine.id)


def test_nobody_ends_their_own_suspension_under_the_name_of_another_officer(people, add, refused):
    me, other = people
    mine = add(OfficerSuspension, other, officer_id=me, reason_code="other")
    said = {"suspension_id": mine.id, "reason_code": "other"}
    refused("not_of_oneself", OfficerReinstatement, me, officer_id=me, **said)
    refused(
        "fk_officer_reinstatement_suspension_of_the_same_officer", OfficerReinstatement, me, officer_id=other, **said
    )


def test_nobody_ends_doubts_or_upholds_their_own_award_under_the_name_of_another_officer(
    session, people, version, add, refused
):
    me, other = people
    policy = session.scalar(select(ToolPolicy.id).where(ToolPolicy.tool_id == version.tool_id))
    made = {"kind": AwardKind.FULL, "policy_id": policy, "steps": [], "attempts_from": NOW, "evidence": {}}
    award = add(
        Award, None, officer_id=me, version_id=version.id, **made, evidence_key="k", holder_name="N", code="mine"
    )
    said = {"officer_id": other, "reason_code": "other"}
    refused("award_end_award", AwardEnd, me, award_id=award.id, kind=AwardEndKind.VOIDED, **said)
    refused("award_review_award", AwardReview, me, award_id=award.id, **said)
    review = add(AwardReview, other, officer_id=me, award_id=award.id, reason_code="other")
    refused("award_upholding_review", AwardUpholding, me, review_id=review.id, **said)


def test_a_review_of_an_evaluation_is_recorded_by_who_recorded_its_outcome(session, people, add, refused):
    officer, first = people
    second = recorded.person(session).id
    outcome = {"officer_id": officer, "outcome": EvaluationOutcome.NOT_CLEARED}
    earlier, later = add(Evaluation, first, **outcome), add(Evaluation, first, **outcome)
    named = {"officer_id": officer, "evaluation_id": later.id, "earlier_id": earlier.id, "kind": ReviewKind.APPEAL}
    refused("fk_evaluation_review_evaluator", EvaluationReview, second, **named, earlier_evaluator_id=first)


def test_who_suspended_a_version_cannot_be_who_resumes_it(people, version, add, refused):
    me, other = people
    stop = add(VersionFact, me, version_id=version.id, change=VersionChange.SUSPENDED, reason="A fault.")
    said = {"version_id": version.id, "change": VersionChange.RESUMED, "ends_id": stop.id, "reason": "Mended."}
    refused("resumed_by_a_second_person", VersionFact, me, **said, suspended_by_id=me)
    refused("fk_version_fact_suspended_by", VersionFact, me, **said, suspended_by_id=other)
    add(VersionFact, other, **said, suspended_by_id=me)


def test_a_resumption_names_who_suspended(demo_session):
    first, second = version_life.registrars(demo_session)
    found = version_life.version(demo_session, "3.2")
    terms = {"reason": "A fault.", "at": version_life.NOW}
    stop = withdrawals.suspend(demo_session, found, **terms, by=first)
    later = terms | {"at": version_life.NOW + timedelta(hours=1)}
    assert withdrawals.resume(demo_session, stop, **later, by=second).suspended_by_id == first.id
