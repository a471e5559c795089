"""Psychological evaluations: who may look again at whose outcome, and what is recorded once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.services import recorded
from tests.services.importing import NOW, ZONE
from training_app.models.people import Evaluation, EvaluationReview, ReviewKind
from training_app.rules.facts import EvaluationOutcome
from training_app.services import evaluations
from training_app.services.evaluations import Outcome

CLEARED = Outcome(EvaluationOutcome.CLEARED, through=date(2027, 11, 30))
NOT_CLEARED = Outcome(EvaluationOutcome.NOT_CLEARED)


@pytest.fixture
def record(session):
    recorded.person(session, service_number="O-1")
    evaluators = {name: recorded.person(session, service_number=name) for name in ("E-1", "E-2")}

    def by(name: str, found: Outcome, *, at=NOW) -> Evaluation:
        return evaluations.record(session, "O-1", found, at=at, by=evaluators[name], zone=ZONE)

    return by


def test_what_another_evaluator_left_pending_does_not_let_the_first_decide_the_appeal_against_themselves(record):
    record("E-1", NOT_CLEARED)
    record("E-2", Outcome(EvaluationOutcome.PENDING), at=NOW + timedelta(hours=1))
    appeal = Outcome(EvaluationOutcome.CLEARED, through=date(2027, 11, 30), review=ReviewKind.APPEAL)
    with pytest.raises(evaluations.SameEvaluator):
        record("E-1", appeal, at=NOW + timedelta(hours=2))
    assert record("E-2", appeal, at=NOW + timedelta(hours=2)).outcome is EvaluationOutcome.CLEARED


@pytest.mark.parametrize("found", [CLEARED, Outcome(EvaluationOutcome.NOT_CLEARED, review=ReviewKind.SECOND_OPINION)])
def test_an_outcome_that_is_sent_twice_is_recorded_once(session, record, found):
    record("E-1", NOT_CLEARED)
    first = record("E-2", found, at=NOW + timedelta(hours=1))
    assert record("E-2", found, at=NOW + timedelta(hours=1, seconds=1)).id == first.id
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 2
    assert session.scalar(select(func.count()).select_from(EvaluationReview)) == (found.review is not None)


def test_the_same_outcome_of_another_day_or_another_evaluator_is_another_one(session, record):
    record("E-1", CLEARED)
    record("E-2", CLEARED)
    record("E-1", CLEARED)
    record("E-1", CLEARED, at=NOW + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 4
