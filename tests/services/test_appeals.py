"""Appeals against a mark: made in time, talked over, and decided by somebody with no hand in the mark."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.rules.factories import local
from tests.services.after_the_quiz import LATER, NOW, Agency, items_of
from tests.services.recorded import ZONE
from training_app import demo
from training_app.models.authoring import Draft, ReviewOutcome, ReviewRequest, ReviewVerdict
from training_app.models.rulings import Appeal, AppealDecision, AppealMessage, AppealOutcome
from training_app.models.training import Mode
from training_app.rules.appeals import APPEAL_DAYS, Hand
from training_app.services import appeals, training
from training_app.services.appeals import WHOLE

OFFICER = "DP-1002"
UPHELD, DISMISSED = AppealOutcome.UPHELD, AppealOutcome.DISMISSED


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


@pytest.fixture
def failed(agency):
    attempt = agency.open(OFFICER)
    return agency.take(OFFICER, *items_of(attempt)[:2])


def appeal(agency, submission, item=None, text="Two answers are right.", *, at=LATER):
    item = items_of(submission.attempt)[0] if item is None else item
    return appeals.appeal(agency.session, submission, item, text, at=at, zone=demo.ZONE)


def rows(agency, kind) -> int:
    return agency.session.scalar(select(func.count()).select_from(kind))


# -- made --------------------------------------------------------------------------------------------------------------


def test_an_officer_appeals_for_one_item_and_against_the_whole_mark(agency, failed):
    one, _new = appeal(agency, failed)
    whole, _new = appeal(agency, failed, WHOLE)
    listed = appeals.open_appeals(agency.session)
    assert [(row.appeal.id, row.officer, row.number) for row in listed] == [
        (one.id, OFFICER, 1),
        (whole.id, OFFICER, 0),
    ]


def test_the_same_appeal_sent_twice_is_one(agency, failed):
    assert [new for _appeal, new in (appeal(agency, failed), appeal(agency, failed))] == [True, False]
    assert (rows(agency, Appeal), rows(agency, AppealMessage)) == (1, 1)


def test_other_words_about_the_same_join_its_thread(agency, failed):
    appeal(agency, failed)
    found, new = appeal(agency, failed, text="And the law has changed.")
    assert not new
    assert [one.text for one in appeals.messages(agency.session, found)] == [
        "Two answers are right.",
        "And the law has changed.",
    ]


@pytest.mark.parametrize(("days", "in_time"), [(APPEAL_DAYS, True), (APPEAL_DAYS + 1, False)])
def test_an_appeal_is_made_within_thirty_days_of_the_mark(agency, failed, days, in_time):
    at = local("2026-11-22 23:59") + timedelta(days=days)
    if in_time:
        assert appeal(agency, failed, at=at)[1]
    else:
        with pytest.raises(appeals.TooLate):
            appeal(agency, failed, at=at)


def test_a_new_mark_can_be_appealed_against_in_its_own_time(agency, failed):
    agency.rule(items_of(failed.attempt)[2], at=NOW + timedelta(days=APPEAL_DAYS))
    assert appeal(agency, failed, at=NOW + timedelta(days=2 * APPEAL_DAYS))[1]


def test_practice_and_other_peoples_items_are_nothing_to_appeal_against(agency, failed):
    with pytest.raises(appeals.NothingToAppeal):
        appeal(agency, failed, "an-item-of-another-paper")
    practice = agency.open(OFFICER, mode=Mode.PRACTICE)
    done = training.submit(agency.session, practice, agency.published, blanks_accepted=True, at=NOW)
    with pytest.raises(appeals.NothingToAppeal):
        appeal(agency, done, WHOLE)


# -- talked over -------------------------------------------------------------------------------------------------------


def test_officer_and_assessor_write_in_turn_and_a_double_click_writes_once(agency, failed):
    found, _new = appeal(agency, failed)
    for by in (agency.lead, agency.lead, agency.person(OFFICER)):
        appeals.write(agency.session, found, "Which two?", at=LATER, zone=ZONE, by=by)
    written = [one.recorded_by_id for one in appeals.messages(agency.session, found)]
    assert written == [failed.officer_id, agency.lead.id, failed.officer_id]


# -- decided -----------------------------------------------------------------------------------------------------------


def test_an_appeal_is_upheld_by_naming_the_ruling_that_follows(agency, failed):
    found, _new = appeal(agency, failed)
    ruling = agency.rule(items_of(failed.attempt)[0])
    decision = appeals.decide(
        agency.session, found, UPHELD, "You are right.", ruling, at=LATER, zone=ZONE, by=agency.lead
    )
    assert (decision.ruling_id, decision.acceptance_id) == (ruling.id, None)
    assert len(agency.awards(OFFICER)) == 1
    assert appeals.open_appeals(agency.session) == []
    assert [row.appeal.id for row in appeals.decided_lately(agency.session, most=5)] == [found.id]


def test_nothing_is_upheld_without_what_changes_the_mark(agency, failed):
    found, _new = appeal(agency, failed)
    elsewhere = agency.rule(items_of(failed.attempt)[1], by=agency.another_lead())
    for following in (None, elsewhere):
        with pytest.raises(appeals.NothingFollows):
            appeals.decide(agency.session, found, UPHELD, "Yes.", following, at=LATER, zone=ZONE, by=agency.lead)


def test_an_appeal_is_decided_once_and_then_the_thread_is_closed(agency, failed):
    found, _new = appeal(agency, failed)
    appeals.decide(agency.session, found, DISMISSED, "The sources say so.", at=LATER, zone=ZONE, by=agency.lead)
    with pytest.raises(appeals.AppealDecided):
        appeals.decide(agency.session, found, DISMISSED, "Again.", at=LATER, zone=ZONE, by=agency.lead)
    with pytest.raises(appeals.AppealDecided):
        appeals.write(agency.session, found, "But", at=LATER, zone=ZONE, by=agency.person(OFFICER))
    with pytest.raises(appeals.AppealDecided):
        appeal(agency, failed, text="Once more.")


def test_who_ruled_on_an_item_of_the_quiz_before_does_not_judge_an_appeal_against_it(agency, failed):
    agency.rule(items_of(failed.attempt)[1], at=NOW + timedelta(hours=1))
    found, _new = appeal(agency, failed)
    assert appeals.hand_against(agency.session, found, agency.lead) is Hand.RULED
    with pytest.raises(appeals.HandIn):
        appeals.decide(agency.session, found, DISMISSED, "No.", at=LATER, zone=ZONE, by=agency.lead)
    with pytest.raises(appeals.HandIn):
        appeals.write(agency.session, found, "Well", at=LATER, zone=ZONE, by=agency.lead)
    other = agency.another_lead()
    assert appeals.who_may_judge(agency.session, found, at=LATER, zone=ZONE) == [other.name]


def test_who_ruled_for_the_appeal_upholds_it_and_cannot_dismiss_it(agency, failed):
    found, _new = appeal(agency, failed)
    ruling = agency.rule(items_of(failed.attempt)[0], at=LATER + timedelta(hours=1))
    with pytest.raises(appeals.HandIn):
        appeals.decide(
            agency.session, found, DISMISSED, "No.", at=LATER + timedelta(hours=2), zone=ZONE, by=agency.lead
        )
    appeals.decide(
        agency.session, found, UPHELD, "Yes.", ruling, at=LATER + timedelta(hours=2), zone=ZONE, by=agency.lead
    )


def test_neither_authors_nor_reviewers_judge_an_appeal_against_their_module(agency, failed):
    author, reviewer = agency.person("DP-4001"), agency.lead
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    draft = Draft(slug="ai-limits", based_on_id=None, opened_by_id=author.id, opened_at=NOW)
    agency.session.add(draft)
    agency.session.flush()
    request = ReviewRequest(
        **stamp, recorded_by_id=author.id, draft_id=draft.id, number=1, slug="ai-limits", digest="0", content={},
        bank={}, note="", author_ids=[author.id],
    )  # fmt: skip
    agency.session.add(request)
    agency.session.flush()
    agency.session.add(
        ReviewVerdict(
            **stamp, recorded_by_id=reviewer.id, request_id=request.id, requested_by_id=author.id,
            outcome=ReviewOutcome.APPROVED, note="", revision_id=failed.attempt.revision_id,
        )
    )  # fmt: skip
    agency.session.flush()
    found, _new = appeal(agency, failed)
    hands = [appeals.hand_against(agency.session, found, person) for person in (author, reviewer)]
    assert hands == [Hand.WROTE, Hand.REVIEWED]


def test_the_officer_does_not_judge_even_with_the_role(agency, failed):
    found, _new = appeal(agency, failed)
    officer = agency.person(OFFICER)
    assert appeals.hand_against(agency.session, found, officer) is Hand.OFFICER
    with pytest.raises(appeals.HandIn):
        appeals.decide(agency.session, found, DISMISSED, "Mine.", at=LATER, zone=ZONE, by=officer)


def test_the_table_refuses_an_upheld_appeal_that_names_nothing(agency, failed):
    found, _new = appeal(agency, failed)
    agency.session.add(
        AppealDecision(
            effective_at=LATER, recorded_at=LATER, recorded_by_id=agency.lead.id, officer_id=failed.officer_id,
            appeal_id=found.id, outcome=UPHELD, reason="Yes.", ruling_id=None, acceptance_id=None,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        agency.session.flush()
