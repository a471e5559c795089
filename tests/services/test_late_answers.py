"""Answers that came past the deadline: kept, and counted only by a named decision."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services.after_the_quiz import NOW, Agency, items_of, other_key
from tests.services.recorded import JOURNAL_KEY
from training_app.models import append_only
from training_app.models.rulings import LateAcceptance, NewMark
from training_app.models.training import Answer, Attempt, Submission
from training_app.services import journal, late_answers, marks, training
from training_app.services.late_answers import Lateness

OFFICER = "DP-1002"


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


@pytest.fixture
def overtaken(agency) -> Attempt:
    """An attempt of which six items were answered in time, and the other two just after its deadline, all right."""
    attempt = agency.open(OFFICER)
    items = items_of(attempt)
    for item in items[:6]:
        agency.answer(attempt, item, right=True, at=NOW)
    for item in items[6:]:
        agency.answer(attempt, item, right=True, at=attempt.closes_at + timedelta(minutes=2))
    return attempt


def seen(agency: Agency, attempt: Attempt, *, at) -> str:
    return late_answers.late(agency.session, attempt, "en", at=at).digest


def accept(agency: Agency, attempt: Attempt, *, at, by=None, foreseen=None):
    foreseen = foreseen or seen(agency, attempt, at=at)
    return late_answers.accept(agency.session, attempt, Lateness.OUTAGE, foreseen=foreseen, at=at, by=by or agency.lead)


def later(attempt: Attempt):
    return attempt.closes_at + timedelta(days=1)


def test_an_assessor_sees_what_came_late_beside_what_stood_before(agency, overtaken):
    (row,) = late_answers.waiting(agency.session, at=later(overtaken))
    assert (row.officer, row.module, row.questions) == (OFFICER, "ai-limits", 2)
    found = late_answers.late(agency.session, overtaken, "en", at=later(overtaken))
    assert [one.number for one in found.questions] == [7, 8]
    assert all(one.late and not one.in_time for one in found.questions)


def test_late_answers_count_by_a_named_decision_from_then_on(agency, overtaken):
    submission = training.submit(
        agency.session, overtaken, agency.published, blanks_accepted=True, at=overtaken.closes_at + timedelta(hours=1)
    )
    assert not submission.passed
    _acceptance, new = accept(agency, overtaken, at=later(overtaken))
    agency.award(OFFICER, at=later(overtaken))
    assert new
    found = marks.of(agency.session, submission)
    assert (found.first.points, found.latest.points, found.passed) == (6, 8, True)
    assert [one.effective_at for one in agency.awards(OFFICER)] == [later(overtaken)]
    assert late_answers.waiting(agency.session, at=later(overtaken)) == []


def test_accepting_twice_is_accepting_once(agency, overtaken):
    first, new = accept(agency, overtaken, at=later(overtaken))
    again, new_again = accept(agency, overtaken, at=later(overtaken) + timedelta(hours=1))
    assert (new, new_again, again.id) == (True, False, first.id)
    for kind in (LateAcceptance, NewMark, Submission):
        assert agency.session.scalar(select(func.count()).select_from(kind)) == 1


def test_an_attempt_that_nobody_submitted_counts_as_submitted_at_its_deadline(agency, overtaken):
    accept(agency, overtaken, at=later(overtaken))
    submission = training.submission_of(agency.session, overtaken)
    assert (submission.effective_at, submission.recorded_by_id) == (overtaken.closes_at, None)
    assert training.result_of(submission).points == 6


def test_nobody_accepts_their_own_answers(agency, overtaken):
    with pytest.raises(late_answers.OwnAnswers):
        accept(agency, overtaken, at=later(overtaken), by=agency.person(OFFICER))


def test_where_nothing_came_late_there_is_nothing_to_accept(agency):
    attempt = agency.open(OFFICER)
    agency.answer(attempt, items_of(attempt)[0], right=True, at=NOW)
    for at in (NOW, later(attempt)):
        with pytest.raises(late_answers.NothingLate):
            accept(agency, attempt, at=at)
    assert late_answers.waiting(agency.session, at=later(attempt)) == []


def test_who_saw_less_than_has_arrived_looks_again(agency, overtaken):
    foreseen = seen(agency, overtaken, at=overtaken.closes_at + timedelta(minutes=3))
    agency.answer(overtaken, items_of(overtaken)[0], right=False, at=overtaken.closes_at + timedelta(minutes=4))
    with pytest.raises(late_answers.MoreCame):
        accept(agency, overtaken, at=later(overtaken), foreseen=foreseen)


def test_a_ruling_after_the_acceptance_marks_the_late_answers_too(agency, overtaken):
    accept(agency, overtaken, at=later(overtaken))
    late_item = items_of(overtaken)[7]
    agency.rule(late_item, other_key(agency.published, late_item), at=later(overtaken) + timedelta(days=1))
    found = marks.of(agency.session, training.submission_of(agency.session, overtaken))
    assert [mark.passed for mark in found.anew] == [True, True]
    assert (found.latest.points, found.latest.of) == (7, 8)


def test_late_answers_are_marked_by_the_rulings_in_force(agency, overtaken):
    agency.rule(items_of(overtaken)[7], at=overtaken.closes_at)
    accept(agency, overtaken, at=later(overtaken))
    found = marks.of(agency.session, training.submission_of(agency.session, overtaken))
    assert (found.latest.points, found.latest.of) == (7, 7)


def test_they_are_listed_for_as_long_as_an_appeal_could_be_made(agency, overtaken):
    arrived = overtaken.closes_at + timedelta(minutes=2)
    days = timedelta(days=late_answers.LISTED_DAYS)
    assert len(late_answers.waiting(agency.session, at=arrived + days)) == 1
    assert late_answers.waiting(agency.session, at=arrived + days + timedelta(seconds=1)) == []


def test_the_audit_finds_out_who_changes_an_answer_that_was_accepted(agency, overtaken):
    accept(agency, overtaken, at=later(overtaken))
    assert journal.verify(agency.session, JOURNAL_KEY.public_key()).faults == ()
    append_only.release(agency.session.connection(), ["answer"])
    row = agency.session.scalars(select(Answer).order_by(Answer.id.desc())).first()
    row.options = []
    agency.session.flush()
    append_only.protect(agency.session.connection(), ["answer"])
    faults = journal.verify(agency.session, JOURNAL_KEY.public_key()).faults
    assert any("late answers" in fault for fault in faults)
