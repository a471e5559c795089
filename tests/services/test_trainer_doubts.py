"""Awards that rest on a trainer's acts: under review by derivation, at once and for every answer."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests.rules.factories import local
from tests.services import doubting
from tests.services.doubting import NOW, award_of, grounds, measure, person, rests_on
from training_app import demo
from training_app.models.certification import Award, AwardReview, AwardUpholding
from training_app.rules.access import Ground, Question, decide
from training_app.rules.doubts import BasisKind
from training_app.rules.trainers import MeasureKind
from training_app.services import access
from training_app.services.evidence import behind
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.gather.patterns import Ruler, pattern

UNDER_REVIEW = (Ground.AWARD_UNDER_REVIEW,)


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.mark.parametrize(
    ("kind", "given", "doubted"),
    [
        (BasisKind.SIGNED_OFF, {}, True),
        (BasisKind.WROTE, {}, False),
        (BasisKind.WROTE, {"doubts_content": True}, True),
        (BasisKind.PUBLISHED, {"doubts_content": True}, True),
        (BasisKind.PUBLISHED, {"doubts_marks": True}, False),
        (BasisKind.ACCEPTED_LATE, {"doubts_marks": True}, True),
    ],
)
def test_an_award_that_rests_on_a_doubted_act_is_under_review_at_once(agency, kind, given, doubted):
    rests_on(agency, kind=kind)
    assert grounds(agency) == ()
    measure(agency, **given)
    assert grounds(agency) == (UNDER_REVIEW if doubted else ())


@pytest.mark.parametrize(("since", "doubted"), [("2026-05-01", True), ("2026-07-01", False)])
def test_a_measure_doubts_what_was_done_since_the_day_that_it_names(agency, since, doubted):
    rests_on(agency, done_at=local("2026-06-01 09:00"))
    measure(agency, effective_at=local(since))
    assert grounds(agency) == (UNDER_REVIEW if doubted else ())


def test_a_measure_against_one_qualification_doubts_what_was_done_in_its_scope(agency):
    rests_on(agency, scope="tool:sightline")
    other = doubting.qualification(agency, subject="bias")
    measure(agency, qualification_id=other.id)
    assert grounds(agency) == ()
    same = doubting.qualification(agency, tool="sightline")
    measure(agency, qualification_id=same.id)
    assert grounds(agency) == UNDER_REVIEW


def test_before_the_measure_was_recorded_nobody_knew_and_the_past_stays_as_it_was_answered(agency):
    rests_on(agency)
    measure(agency)
    before = NOW - timedelta(minutes=1)
    question = Question("DP-1003", "sightline", "3.2")
    facts = behind(agency, "DP-1003", "sightline", zone=demo.ZONE)
    assert decide(question, facts, at=before, known_at=before).grounds == ()
    assert decide(question, facts, at=before, known_at=NOW).grounds == (), "the review begins when it is recorded"
    assert decide(question, facts, at=NOW, known_at=before).grounds == ()
    [review] = facts.officer.award_reviews
    assert review.id == f"measure:{doubting.last_measure(agency).id}:{award_of(agency).id}"
    assert (review.effective_at, review.recorded_at) == (NOW, NOW)


def test_a_reinstatement_ends_the_doubt_from_then_on(agency):
    rests_on(agency)
    suspended = measure(agency, kind=MeasureKind.SUSPENDED)
    later = NOW + timedelta(days=3)
    measure(agency, kind=MeasureKind.REINSTATED, ends_id=suspended.id, at=later, by="DP-6001")
    assert grounds(agency, at=later) == ()
    assert grounds(agency, at=later - timedelta(seconds=1)) == UNDER_REVIEW


def test_another_measure_against_the_trainer_stands_for_itself(agency):
    rests_on(agency)
    suspended = measure(agency, kind=MeasureKind.SUSPENDED)
    measure(agency, kind=MeasureKind.REINSTATED, ends_id=suspended.id, by="DP-6001")
    measure(agency)
    assert grounds(agency) == UNDER_REVIEW


def test_an_award_that_was_made_after_the_measure_from_what_was_done_before_is_under_review_too(agency):
    measure(agency)
    assert grounds(agency) == ()
    rests_on(agency)
    assert grounds(agency) == UNDER_REVIEW


def test_an_upheld_award_counts_again_and_its_review_stays_in_the_past(agency):
    rests_on(agency)
    against = measure(agency)
    award, later = award_of(agency), NOW + timedelta(days=2)
    by = person(agency, "DP-6001").id
    when = {"effective_at": later, "recorded_at": later, "recorded_by_id": by, "officer_id": award.officer_id}
    review = AwardReview(**when, award_id=award.id, measure_id=against.id, reason_code="trainer-not-qualified")
    agency.add(review)
    agency.flush()
    agency.add(AwardUpholding(**when, review_id=review.id, reason_code="other-evidence"))
    agency.flush()
    assert grounds(agency, at=later) == ()
    assert grounds(agency, at=NOW + timedelta(days=1)) == UNDER_REVIEW
    facts = behind(agency, "DP-1003", "sightline", zone=demo.ZONE)
    assert len(facts.officer.award_reviews) == len(facts.officer.award_upholdings) == 1


def test_one_review_for_an_award_however_many_acts_of_the_trainer_it_rests_on(agency):
    for number in range(3):
        rests_on(agency, done_at=local("2026-06-01") + timedelta(days=number))
    measure(agency)
    assert len(behind(agency, "DP-1003", "sightline", zone=demo.ZONE).officer.award_reviews) == 1


def test_the_question_takes_no_further_statement(agency):
    rests_on(agency)
    measure(agency)
    seen = []
    connection = agency.connection()

    def collect(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", collect)
    access.answer(agency, Question("DP-1003", "sightline", "3.2"), zone=demo.ZONE, at=NOW, known_at=NOW)
    event.remove(connection, "before_cursor_execute", collect)
    assert len(seen) == 2


def test_officers_under_the_same_doubt_stay_alike(agency):
    for number in ("DP-1003", "DP-1007"):
        for one in agency.scalars(select(Award).where(Award.officer_id == person(agency, number).id)):
            rests_on(agency, award=one)
    suspended = measure(agency, kind=MeasureKind.SUSPENDED)
    measure(agency, kind=MeasureKind.REINSTATED, ends_id=suspended.id, by="DP-6001")
    measure(agency)
    read = tool_rows.read(agency, "sightline")
    ids = [person(agency, number).id for number in ("DP-1003", "DP-1007")]
    rows = officer_rows.some(agency, ids, read.id)
    ruler = Ruler(read.facts, demo.ZONE, at=NOW, as_text=agency.get_bind().dialect.name == "sqlite")
    reviews = officer_rows.ORDER.index("award_reviews")
    told = []
    for one in ids:
        assert rows[one].rows[reviews]
        plain = officer_rows.Officer("", list(rows[one].rows))
        told.append(pattern(plain, ruler))
    without = [list(rows[one].rows) for one in ids]
    for one in without:
        one[reviews] = []
        one[officer_rows.ORDER.index("award_upholdings")] = []
    alike_before = len({pattern(officer_rows.Officer("", one), ruler) for one in without})
    assert len(set(told)) == alike_before, "the doubt sets nobody apart from who has the same"
