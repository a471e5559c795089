"""The review of awards: who may judge, what is written, and what follows from it."""

from threading import Thread

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from training_app import demo
from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules.access import Badge, Ground, Question
from training_app.rules.facts import AwardEndKind
from training_app.services import access, award_reviews
from training_app.services.award_reviews import Doubt, Upheld, Voided

NOW = local("2026-11-22 12:00")


@pytest.fixture
def agency(demo_session):
    return demo_session


def person(session, number="DP-6001") -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def award_of(session, number="DP-1003") -> Award:
    """The officer's first award: full, for 3.1."""
    wanted = select(Award).join(Person, Person.id == Award.officer_id).where(Person.service_number == number)
    return session.scalars(wanted.order_by(Award.id)).first()


def doubt(session, number="DP-1003", **given) -> AwardReview:
    by = given.pop("by", None) or person(session)
    award = given.pop("award", None) or award_of(session, number)
    return award_reviews.put_under_review(session, award, Doubt.EVIDENCE_DOUBTED, at=NOW, by=by)


def grounds(session, number="DP-1003", label="3.2", *, at=NOW) -> tuple[Ground, ...]:
    question = Question(number, "sightline", label)
    return access.answer(session, question, zone=demo.ZONE, at=at, known_at=NOW).grounds


def count(session, kind) -> int:
    return session.scalar(select(func.count()).select_from(kind))


def test_while_an_award_is_under_review_no_answer_rests_on_it(agency):
    assert grounds(agency) == ()
    doubt(agency)
    assert grounds(agency) == (Ground.AWARD_UNDER_REVIEW,)


def test_an_upheld_award_counts_again(agency):
    review = doubt(agency)
    fact = award_reviews.uphold(agency, review, Upheld.DOUBT_UNFOUNDED, at=NOW, by=person(agency))
    assert grounds(agency) == ()
    assert (fact.review_id, fact.reason_code, fact.officer_id) == (review.id, "doubt-unfounded", review.officer_id)


def test_a_voided_award_never_counted_and_takes_with_it_what_was_built_on_it(agency):
    award = award_of(agency)
    fact = award_reviews.void(agency, doubt(agency), Voided.DECEPTION, at=NOW, by=person(agency))
    assert (fact.kind, fact.effective_at, fact.recorded_at) == (AwardEndKind.VOIDED, award.effective_at, NOW)
    assert grounds(agency) == (Ground.NEVER_CERTIFIED,), "the delta on 3.2 stood on it"
    assert Ground.NEVER_CERTIFIED in grounds(agency, label="3.1", at=local("2026-06-01"))


def test_of_an_intrusive_tool_the_end_of_a_review_is_foreseen_as_if_a_purpose_were_stated(agency):
    of_lockpick = select(Award).join(ToolVersion, ToolVersion.id == Award.version_id).where(ToolVersion.label == "5.0")
    award = agency.scalars(of_lockpick.order_by(Award.id)).first()
    found = award_reviews.review(agency, doubt(agency, award=award).id)
    [seen] = award_reviews.foreseen(agency, found, zone=demo.ZONE, at=NOW)
    assert (seen.today.badge, seen.upheld.badge) == (Badge.ON_HOLD, Badge.CERTIFIED)
    assert (seen.upheld.allowed, seen.voided.grounds) == (True, (Ground.NEVER_CERTIFIED,))


def test_who_may_end_the_review_may_have_opened_it(agency):
    review = doubt(agency, by=person(agency, "DP-6001"))
    award_reviews.uphold(agency, review, Upheld.OTHER_EVIDENCE, at=NOW, by=person(agency, "DP-6001"))
    assert award_reviews.open_reviews(agency) == []


@pytest.mark.parametrize("number", ["DP-1003", "DP-3001"])
def test_neither_the_officer_nor_who_recorded_the_award_judges_it(agency, number):
    award = award_of(agency)
    recorder = person(agency, "DP-3001")
    if award.recorded_by_id != recorder.id:
        award = Award(
            **{
                column.name: getattr(award, column.name)
                for column in Award.__table__.columns
                if column.name not in {"id", "recorded_by_id", "evidence_key", "code"}
            },
            recorded_by_id=recorder.id,
            evidence_key="import:1",
            code="another",
        )
        agency.add(award)
        agency.flush()
    by, error = person(agency, number), award_reviews.OwnAward if number == "DP-1003" else award_reviews.OwnRecord
    with pytest.raises(error):
        doubt(agency, award=award, by=by)
    review = doubt(agency, award=award)
    for end in (
        lambda: award_reviews.uphold(agency, review, Upheld.DOUBT_UNFOUNDED, at=NOW, by=by),
        lambda: award_reviews.void(agency, review, Voided.DECEPTION, at=NOW, by=by),
    ):
        with pytest.raises(error):
            end()
    assert (count(agency, AwardReview), count(agency, AwardUpholding), count(agency, AwardEnd)) == (1, 0, 0)


def test_an_award_is_under_one_review_at_a_time_and_a_second_click_leads_to_it(agency):
    review = doubt(agency)
    with pytest.raises(award_reviews.AlreadyUnderReview) as refused:
        doubt(agency)
    assert refused.value.review_id == review.id
    award_reviews.uphold(agency, review, Upheld.DOUBT_UNFOUNDED, at=NOW, by=person(agency))
    assert doubt(agency).id != review.id, "after it has ended there may be another"


def test_a_review_ends_once(agency):
    upheld = doubt(agency)
    voided = doubt(agency, "DP-1007")
    award_reviews.uphold(agency, upheld, Upheld.DOUBT_UNFOUNDED, at=NOW, by=person(agency))
    award_reviews.void(agency, voided, Voided.DECEPTION, at=NOW, by=person(agency))
    for review in (upheld, voided):
        with pytest.raises(award_reviews.ReviewEnded):
            award_reviews.uphold(agency, review, Upheld.DOUBT_UNFOUNDED, at=NOW, by=person(agency))
        with pytest.raises(award_reviews.ReviewEnded):
            award_reviews.void(agency, review, Voided.DECEPTION, at=NOW, by=person(agency))
    with pytest.raises(award_reviews.AlreadyVoided):
        doubt(agency, "DP-1007")
    assert (count(agency, AwardUpholding), count(agency, AwardEnd)) == (1, 1)


def test_two_people_who_end_a_review_at_once_end_it_once(demo_database):
    with demo_database.transaction() as session:
        review_id = doubt(session).id
    outcomes = []

    def end(how):
        try:
            with demo_database.transaction() as session:
                how(session, session.get_one(AwardReview, review_id), at=NOW, by=person(session))
            outcomes.append("done")
        except award_reviews.ReviewEnded:
            outcomes.append("ended already")

    def upholding(session, review, **who):
        award_reviews.uphold(session, review, Upheld.DOUBT_UNFOUNDED, **who)

    def voiding(session, review, **who):
        award_reviews.void(session, review, Voided.DECEPTION, **who)

    threads = [Thread(target=end, args=(how,)) for how in (upholding, voiding, upholding, voiding)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "ended already", "ended already", "ended already"]
    with demo_database.reading() as session:
        assert count(session, AwardUpholding) + count(session, AwardEnd) == 1


def test_the_list_shows_what_is_open_the_oldest_first(agency):
    first, second = doubt(agency), doubt(agency, "DP-1007")
    assert [row.review_id for row in award_reviews.open_reviews(agency)] == [first.id, second.id]
    row = award_reviews.open_reviews(agency)[1]
    assert (row.award.officer, row.award.tool, row.award.version) == ("DP-1007", "Sightline Face Matching", "3.2")
    assert (row.doubt, row.opened_by, row.is_open) == ("evidence-doubted", "DP-6001", True)
    award_reviews.void(agency, first, Voided.DECEPTION, at=NOW, by=person(agency))
    assert [row.review_id for row in award_reviews.open_reviews(agency)] == [second.id]
    ended = award_reviews.review(agency, first.id)
    assert (ended.is_open, ended.award.ended) == (False, AwardEndKind.VOIDED)
    assert award_reviews.review(agency, 99_999) is None


def test_an_officers_awards_say_which_are_under_review(agency):
    review = doubt(agency)
    rows = award_reviews.awards_of(agency, "DP-1003")
    assert [row.made_at for row in rows] == sorted((row.made_at for row in rows), reverse=True), "the latest first"
    shown = [(row.version, row.review_id) for row in rows if row.slug == "sightline"]
    assert shown == [("3.2", None), ("3.1", review.id)]
    assert award_reviews.awards_of(agency, "DP-1011") == []


def test_what_would_follow_is_what_follows(agency):
    review = doubt(agency)
    found = award_reviews.review(agency, review.id)
    foreseen = {
        one.version: (one.today.grounds, one.upheld.grounds, one.voided.grounds)
        for one in award_reviews.foreseen(agency, found, zone=demo.ZONE, at=NOW)
    }
    assert foreseen["3.2"] == ((Ground.AWARD_UNDER_REVIEW,), (), (Ground.NEVER_CERTIFIED,))
    assert set(foreseen) == {"3.1", "3.2"}
    assert count(agency, AwardEnd) == 0, "looking writes nothing"
    award_reviews.void(agency, review, Voided.DECEPTION, at=NOW, by=person(agency))
    assert {label: grounds(agency, label=label) for label in foreseen} == {
        label: voided for label, (_today, _upheld, voided) in foreseen.items()
    }


def test_a_version_that_is_not_in_use_is_foreseen_where_the_award_is_for_it(agency):
    review = doubt(agency, "DP-1007")
    found = award_reviews.review(agency, review.id)
    labels = [one.version for one in award_reviews.foreseen(agency, found, zone=demo.ZONE, at=local("2026-02-01"))]
    assert "3.2" in labels, "announced, not released"
    assert all(one.voided.badge in Badge for one in award_reviews.foreseen(agency, found, zone=demo.ZONE, at=NOW))


def test_every_refusal_is_a_sentence():
    errors = [award_reviews.OwnAward(), award_reviews.OwnRecord(), award_reviews.AlreadyUnderReview(1)]
    errors += [award_reviews.AlreadyVoided(), award_reviews.ReviewEnded()]
    assert all(isinstance(error, TrainingError) and str(error).endswith(".") for error in errors)
