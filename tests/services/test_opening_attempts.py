"""When an attempt may be opened, how long it is open, and what its paper holds."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.quizzes import every_kind
from tests.services import recorded
from tests.services.recorded import NOW
from tests.services.seat_agency import ZONE
from training_app.models.rulings import FurtherAttemptReason, TimeAccommodation
from training_app.models.training import Attempt, Mode
from training_app.services import admissions, marked_answers, sittings, training

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REASON = FurtherAttemptReason.TAUGHT_AGAIN


class Candidate:
    """An officer, and the quiz that they sit by the lines of its plan."""

    def __init__(self, session, folder: Path, *plan: str, items: int = 3):
        self.session = session
        self.published = every_kind.publish(session, folder, *plan, at=NOW, items=items)
        self.officer, self.lead = recorded.person(session), recorded.person(session)

    def open(self, mode: Mode = Mode.ASSESSMENT, *, after: timedelta = timedelta(0), seed: int = 7) -> Attempt:
        return sittings.start(
            self.session, self.officer, self.published, mode, language="en", seed=seed, zone=ZONE, at=NOW + after
        )

    def submit(self, attempt: Attempt, *, after: timedelta, right: bool = False):
        items = self.published.bank.by_id()
        for name in training.on_paper(attempt.paper):
            marks = items[name].interaction.key if right else every_kind.wrong(items[name])
            training.save_answer(self.session, attempt, name, marks, sequence=None, at=NOW + after)
        return training.submit(self.session, attempt, self.published, blanks_accepted=True, at=NOW + after)

    def fail(self, *, after: timedelta = timedelta(0)) -> Attempt:
        attempt = self.open(after=after)
        assert not self.submit(attempt, after=after).passed
        return attempt

    def admission(self, *, after: timedelta = timedelta(0)):
        return admissions.admission_to(self.session, self.officer.id, self.published, at=NOW + after)

    def open_one_more(self, *, after: timedelta, by=None):
        return admissions.open_one_more(
            self.session, self.officer, self.published, REASON, at=NOW + after, by=by or self.lead
        )

    def give_time(self, percent: int, *, through=None, after: timedelta = timedelta(0)) -> None:
        at = NOW + after
        self.session.add(
            TimeAccommodation(
                effective_at=at,
                recorded_at=at,
                recorded_by_id=self.lead.id,
                officer_id=self.officer.id,
                percent=percent,
                valid_through=through,
            )
        )
        self.session.flush()


@pytest.fixture
def candidate(session, tmp_path):
    return lambda *plan, **more: Candidate(session, tmp_path, *plan, **more)


# -- how many ----------------------------------------------------------------------------------------------------------


def test_beyond_the_limit_the_service_itself_refuses(candidate):
    sitting = candidate("attempts = 2")
    sitting.fail()
    sitting.fail(after=HOUR)
    with pytest.raises(sittings.AttemptsUsedUp, match="You have used all 2 attempts"):
        sitting.open(after=2 * HOUR)


def test_an_attempt_that_is_open_is_gone_on_with_whatever_the_limit(candidate):
    sitting = candidate("attempts = 1")
    assert sitting.open().id == sitting.open(after=HOUR).id


def test_practice_uses_up_no_attempt(candidate):
    sitting = candidate("attempts = 1", items=1)
    sitting.submit(sitting.open(Mode.PRACTICE), after=HOUR)
    assert sitting.admission(after=HOUR).left == 1


def test_a_pass_gives_every_attempt_back(candidate):
    sitting = candidate("attempts = 2")
    sitting.fail()
    assert sitting.submit(sitting.open(after=HOUR), after=HOUR, right=True).passed
    assert (sitting.admission(after=2 * HOUR).left, sitting.admission(after=2 * HOUR).used) == (2, 0)


def test_one_more_is_opened_once_by_a_decision_that_names_who_made_it(candidate):
    sitting = candidate("attempts = 1")
    sitting.fail()
    fact = sitting.open_one_more(after=HOUR)
    assert (fact.recorded_by_id, fact.officer_id, fact.reason_code) == (sitting.lead.id, sitting.officer.id, REASON)
    with pytest.raises(admissions.AttemptsLeft):
        sitting.open_one_more(after=HOUR)
    assert sitting.open(after=2 * HOUR).number == 2


def test_nobody_opens_an_attempt_to_themselves(candidate):
    sitting = candidate("attempts = 1")
    sitting.fail()
    with pytest.raises(admissions.NotForOneself):
        sitting.open_one_more(after=HOUR, by=sitting.officer)


def test_nothing_is_opened_to_who_has_an_attempt_left_or_under_way(candidate):
    sitting = candidate("attempts = 1")
    for _when in range(2):
        with pytest.raises(admissions.AttemptsLeft):
            sitting.open_one_more(after=HOUR)
        sitting.open()


def test_who_has_used_every_attempt_is_listed(candidate, session):
    sitting = candidate("attempts = 1")
    attempt = sitting.open()
    assert admissions.used_up(session, sitting.published, at=NOW) == []  # it is under way
    sitting.submit(attempt, after=HOUR)
    (row,) = admissions.used_up(session, sitting.published, at=NOW + HOUR)
    assert (row.officer.id, row.used, row.last_at) == (sitting.officer.id, 1, NOW + HOUR)
    sitting.open_one_more(after=HOUR)
    assert admissions.used_up(session, sitting.published, at=NOW + HOUR) == []


# -- the pause ---------------------------------------------------------------------------------------------------------


def test_after_a_failed_attempt_the_next_waits_to_the_instant(candidate):
    sitting = candidate("cooling_off_hours = 24")
    sitting.fail(after=HOUR)
    with pytest.raises(sittings.CoolingOff) as refused:
        sitting.open(after=25 * HOUR - timedelta(microseconds=1))
    assert refused.value.opens_at == NOW + 25 * HOUR
    assert sitting.open(after=25 * HOUR).number == 2


def test_letting_the_time_run_out_is_no_way_round_the_pause(candidate):
    sitting = candidate("minutes = 40", "cooling_off_hours = 24")
    attempt = sitting.open()
    with pytest.raises(sittings.ResultWaits) as refused:
        sitting.open(after=40 * MINUTE)
    assert refused.value.attempt_id == attempt.id
    training.submit(sitting.session, attempt, sitting.published, blanks_accepted=True, at=NOW + 23 * HOUR)
    with pytest.raises(sittings.CoolingOff) as waits:
        sitting.open(after=23 * HOUR)
    assert waits.value.opens_at == NOW + 40 * MINUTE + 24 * HOUR  # from the deadline, not from when it was looked at


# -- the clock ---------------------------------------------------------------------------------------------------------


def test_a_timed_paper_closes_after_its_minutes_and_an_officer_with_more_time_later(candidate):
    sitting = candidate("minutes = 40")
    sitting.give_time(25)
    attempt = sitting.open(after=HOUR)
    assert attempt.closes_at == NOW + HOUR + 50 * MINUTE


def test_more_time_changes_nothing_of_the_paper(candidate, session):
    sitting = candidate("minutes = 40")
    with session.begin_nested() as undone:
        plain = sitting.open()
        undone.rollback()
    sitting.give_time(100)
    slow = sitting.open()
    assert slow.paper == plain.paper
    assert slow.closes_at == NOW + 80 * MINUTE


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        pytest.param([(50, None, 0 * DAY), (0, None, HOUR)], 40, id="ended"),
        pytest.param([(50, 0, 0 * DAY)], 40, id="ran-through-yesterday"),
        pytest.param([(50, 1, 0 * DAY)], 60, id="runs-through-today"),
        pytest.param([(50, None, 0 * DAY), (10, None, HOUR)], 44, id="the-latest-governs"),
        pytest.param([(50, None, 2 * DAY)], 40, id="begins-later"),
    ],
)
def test_more_time_counts_on_the_days_on_which_it_is_in_force(candidate, given, minutes):
    sitting = candidate("minutes = 40")
    first = NOW.astimezone(ZONE).date()
    for percent, days, after in given:
        sitting.give_time(percent, through=None if days is None else first + timedelta(days=days), after=after)
    assert sitting.open(after=DAY).closes_at == NOW + DAY + minutes * MINUTE


def test_no_clock_of_minutes_runs_in_practice_and_days_end_a_paper_that_allows_more_minutes(candidate):
    sitting = candidate("minutes = 40000")  # nearly 28 days, where the paper is open for 14
    assert sitting.open(Mode.PRACTICE).closes_at == NOW + 14 * DAY
    sitting.submit(sitting.open(Mode.PRACTICE), after=HOUR)
    assert sitting.open().closes_at == NOW + 14 * DAY


# -- what a paper holds ------------------------------------------------------------------------------------------------


def test_a_retake_has_nothing_in_common_with_the_attempt_before_where_the_bank_allows(candidate):
    sitting = candidate()
    papers = [set(training.on_paper(sitting.fail(after=number * HOUR).paper)) for number in range(3)]
    assert papers[0].isdisjoint(papers[1])
    assert papers[1].isdisjoint(papers[2])


def test_an_assessment_prefers_questions_that_practice_did_not_tell_about(candidate):
    sitting = candidate()
    practised = set()
    for number in range(2):
        attempt = sitting.open(Mode.PRACTICE, after=number * HOUR)
        practised |= set(training.on_paper(attempt.paper))
        sitting.submit(attempt, after=number * HOUR)
    assert practised.isdisjoint(training.on_paper(sitting.open(after=9 * HOUR).paper))


def test_practice_leaves_out_what_stood_on_a_failed_attempt_until_a_pass(candidate):
    sitting = candidate()
    failed = set(training.on_paper(sitting.fail().paper))
    practice = sitting.open(Mode.PRACTICE, after=HOUR)
    assert failed.isdisjoint(training.on_paper(practice.paper))
    assert admissions.kept_back(sitting.session, sitting.officer.id, every_kind.SLUG, at=NOW + HOUR) == failed
    sitting.submit(sitting.open(after=2 * HOUR), after=2 * HOUR, right=True)
    assert admissions.kept_back(sitting.session, sitting.officer.id, every_kind.SLUG, at=NOW + 3 * HOUR) == frozenset()


def test_practice_asks_fewer_questions_where_few_are_left_and_says_so_where_none_is(candidate):
    sitting = candidate(items=9)  # of ten
    sitting.fail()
    assert len(training.on_paper(sitting.open(Mode.PRACTICE, after=HOUR).paper)) == 1
    sitting.fail(after=2 * HOUR)  # the tenth was on it: it was the one not met
    sitting.submit(sitting.open(Mode.PRACTICE, after=HOUR), after=2 * HOUR)
    with pytest.raises(sittings.NothingToPractise):
        sitting.open(Mode.PRACTICE, after=3 * HOUR)


def test_practice_waits_for_a_quiz_that_has_closed_by_itself_too(candidate):
    sitting = candidate("minutes = 40")
    sitting.open()
    with pytest.raises(sittings.PracticeWaits):
        sitting.open(Mode.PRACTICE, after=HOUR)


# -- every kind --------------------------------------------------------------------------------------------------------


def test_a_quiz_of_every_kind_is_marked_from_stored_marks_and_its_digest_is_theirs(candidate, session):
    sitting = candidate(items=every_kind.ITEMS)
    attempt = sitting.open()
    items = sitting.published.bank.by_id()
    assert {items[name].kind for name in training.on_paper(attempt.paper)} == every_kind.kinds(sitting.published)
    done = sitting.submit(attempt, after=HOUR, right=True)
    result = training.result_of(done)
    assert (done.passed, result.points) == (True, result.of)
    held = training.answers(session, attempt)
    assert held == {name: items[name].interaction.key for name in training.on_paper(attempt.paper)}
    assert done.answers_digest == marked_answers.digest_of(held)
