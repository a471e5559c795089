"""A panel in two rounds: nobody sees the others too early, nothing is lost, and four eyes publish the outcome."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import func, select

from quizzes.bank import CutScoreStandard
from quizzes.parts import PAPER, item_part
from quizzes.standard_setting import agreement
from tests.services import qualified, recorded
from tests.services.recorded import NOW, ZONE
from training_app.models.people import AccountChange, AccountFact, RoleAssignment
from training_app.models.rulings import ItemRuling, ItemRulingKind
from training_app.models.standard_setting import StandardJudge, StandardRating
from training_app.rules.permissions import Role
from training_app.services import content, drafts, reviews, standard_setting
from training_app.services.standard_setting import (
    NotAJudge,
    NotYet,
    RoundOver,
    SettingOpen,
    Stage,
    TooFewJudges,
    UnfitJudge,
)

ROOT = Path(__file__).parents[2]
STAMP = {"effective_at": NOW, "recorded_at": NOW}


def member(session, role=Role.TRAINER):
    person = recorded.person(session)
    session.add(AccountFact(**STAMP, person_id=person.id, change=AccountChange.OPENED))
    session.add(RoleAssignment(**STAMP, person_id=person.id, role=role, granted=True))
    session.flush()
    return qualified.qualify(session, person)


@pytest.fixture
def session(demo_session):
    """The starter content is in it, too."""
    return demo_session


@pytest.fixture
def published(session):
    return content.newest(session, "sightline-3-2")


@pytest.fixture
def lead(session):
    return member(session, Role.LEAD)


@pytest.fixture
def judges(session):
    return [member(session) for _ in range(3)]


@pytest.fixture
def setting(session, published, lead, judges):
    return standard_setting.open_setting(session, published, [one.id for one in judges], at=NOW, zone=ZONE, by=lead)


def rate(session, setting, judge, percents, round_=1):
    return standard_setting.rate(session, setting, percents, round_=round_, at=NOW, zone=ZONE, by=judge)


def rate_all(session, setting, published, judge, percent, round_=1):
    return rate(session, setting, judge, {item.id: percent for item in published.bank.items}, round_)


def close(session, setting, round_, lead):
    standard_setting.close_round(session, setting, round_, at=NOW, by=lead)


@pytest.fixture
def between_rounds(session, setting, published, judges, lead):
    """Three judges have said 60, 70 and 80 of every item."""
    for judge, percent in zip(judges, (60, 70, 80), strict=True):
        rate_all(session, setting, published, judge, percent)
    close(session, setting, 1, lead)
    return setting


@pytest.fixture
def rated(session, between_rounds, lead):
    close(session, between_rounds, 2, lead)
    return between_rounds


def adopt(session, setting, lead, *, standard=CutScoreStandard.ANGOFF, cut_score=Fraction(1, 2)):
    return standard_setting.adopt(
        session, setting, standard=standard, cut_score=cut_score, minutes="Three judged.", at=NOW, zone=ZONE, by=lead
    )


def test_a_revision_has_one_setting(session, setting, published, lead):
    with pytest.raises(SettingOpen):
        standard_setting.open_setting(session, published, [], at=NOW, zone=ZONE, by=lead)


def test_only_trainers_and_leads_with_an_open_account_judge(session, setting, lead):
    officer, closed = member(session, Role.OFFICER), member(session)
    session.add(AccountFact(**STAMP, person_id=closed.id, change=AccountChange.CLOSED))
    session.flush()
    for unfit in (officer, closed):
        with pytest.raises(UnfitJudge):
            standard_setting.invite(session, setting, [unfit.id], at=NOW, zone=ZONE, by=lead)
    listed = {person.id for person in standard_setting.who_may_judge(session, "sightline-3-2", at=NOW, zone=ZONE)}
    assert lead.id in listed
    assert listed.isdisjoint({officer.id, closed.id})


def test_inviting_twice_is_inviting_once(session, setting, judges, lead):
    standard_setting.invite(session, setting, [judges[0].id], at=NOW, zone=ZONE, by=lead)
    rows = select(func.count()).select_from(StandardJudge).where(StandardJudge.setting_id == setting.id)
    assert session.scalar(rows) == 3


def test_a_judge_who_comes_back_finds_every_rating_and_saving_again_adds_nothing(session, setting, published, judges):
    first, second, *_others = [item.id for item in published.bank.items]
    assert rate(session, setting, judges[0], {first: 60}) == 1
    assert rate(session, setting, judges[0], {first: 60, second: 75}) == 1
    assert rate(session, setting, judges[0], {first: 65}) == 1
    assert standard_setting.own_ratings(session, setting, judges[0].id) == {first: 65, second: 75}
    assert session.scalar(select(func.count()).select_from(StandardRating)) == 3


def test_in_the_first_round_nothing_tells_what_anybody_said(session, setting, published, judges):
    rate_all(session, setting, published, judges[0], 60)
    found = standard_setting.panel(session, setting)
    assert found.stage is Stage.FIRST_ROUND
    assert [(one.person_id, one.rated, one.counts) for one in found.judges] == [
        (judges[0].id, len(published.bank.items), True),
        (judges[1].id, 0, False),
        (judges[2].id, 0, False),
    ]
    assert standard_setting.ratings_after(session, found, 1) == {}
    assert standard_setting.own_ratings(session, setting, judges[1].id) == {}


def test_who_was_not_invited_rates_nothing(session, setting, published, lead):
    with pytest.raises(NotAJudge):
        rate_all(session, setting, published, lead, 60)


def test_an_item_of_another_bank_is_not_rated(session, setting, judges):
    with pytest.raises(KeyError):
        rate(session, setting, judges[0], {"no-such-item": 60})


def test_a_round_is_closed_with_three_judges_who_rated_every_item(session, setting, published, judges, lead):
    rate_all(session, setting, published, judges[0], 60)
    rate_all(session, setting, published, judges[1], 60)
    rate(session, setting, judges[2], {published.bank.items[0].id: 60})
    with pytest.raises(TooFewJudges) as refused:
        close(session, setting, 1, lead)
    assert refused.value.finished == 2


def test_a_rating_that_comes_after_its_round_is_refused(session, between_rounds, published, judges):
    with pytest.raises(RoundOver):
        rate_all(session, between_rounds, published, judges[0], 90, round_=1)


def test_a_round_is_closed_once(session, between_rounds, lead):
    with pytest.raises(RoundOver):
        close(session, between_rounds, 1, lead)


def test_nobody_is_invited_after_the_first_round(session, between_rounds, lead):
    with pytest.raises(RoundOver):
        standard_setting.invite(session, between_rounds, [member(session).id], at=NOW, zone=ZONE, by=lead)


def test_between_the_rounds_the_judges_see_what_was_said(session, between_rounds, judges):
    found = standard_setting.panel(session, between_rounds)
    said = standard_setting.ratings_after(session, found, 1)
    assert {judge: set(given.values()) for judge, given in said.items()} == {
        judges[0].id: {60},
        judges[1].id: {70},
        judges[2].id: {80},
    }
    assert standard_setting.ratings_after(session, found, 2) == {}


def test_a_judge_who_did_not_finish_the_first_round_is_out(session, setting, published, judges, lead):
    late = member(session)
    standard_setting.invite(session, setting, [late.id], at=NOW, zone=ZONE, by=lead)
    rate(session, setting, late, {published.bank.items[0].id: 10})
    for judge in judges:
        rate_all(session, setting, published, judge, 70)
    close(session, setting, 1, lead)
    with pytest.raises(NotAJudge):
        rate_all(session, setting, published, late, 10, round_=2)
    found = standard_setting.panel(session, setting)
    assert late.id not in standard_setting.ratings_after(session, found, 1)


def test_a_rating_that_is_not_changed_in_the_second_round_stands(session, between_rounds, published, judges, lead):
    first = published.bank.items[0].id
    rate(session, between_rounds, judges[0], {first: 66}, round_=2)
    close(session, between_rounds, 2, lead)
    found = standard_setting.panel(session, between_rounds)
    given = standard_setting.ratings_after(session, found, 2)
    assert found.stage is Stage.TO_BE_ADOPTED
    assert given[judges[0].id][first] == 66
    assert {percent for item, percent in given[judges[0].id].items() if item != first} == {60}
    assert standard_setting.ratings_after(session, found, 1)[judges[0].id][first] == 60
    assert agreement(given).judges == 3


def test_a_voided_item_is_not_rated(session, setting, published, lead):
    item = published.bank.items[0].id
    session.add(
        ItemRuling(
            **STAMP,
            recorded_by_id=lead.id,
            revision_id=published.revision.id,
            item_id=item,
            kind=ItemRulingKind.VOIDED,
            interaction=None,
            reason="Wrong.",
            foreseen="",
        )
    )
    session.flush()
    assert item not in [one.id for one in standard_setting.panel(session, setting).items]


def test_ratings_are_adopted_after_the_second_round_and_once(session, between_rounds, lead):
    with pytest.raises(NotYet):
        adopt(session, between_rounds, lead)
    close(session, between_rounds, 2, lead)
    adopt(session, between_rounds, lead)
    assert standard_setting.panel(session, between_rounds).stage is Stage.ADOPTED
    with pytest.raises(NotYet):
        adopt(session, between_rounds, lead)


def test_the_next_revision_carries_the_ratings_and_goes_the_four_eyes_way(session, rated, published, lead):
    done = adopt(session, rated, lead)
    whole = drafts.whole(session, done.draft)
    assert (whole.faults, done.changed) == ((), ())
    assert {item.rating for item in whole.bank.items} == {Fraction(7, 10)}
    assert (whole.bank.plan.standard, whole.bank.plan.cut_score) == (CutScoreStandard.ANGOFF, Fraction(1, 2))
    assert content.newest(session, "sightline-3-2").revision.id == published.revision.id
    review = reviews.put_up(session, done.draft, "Ratings of the panel.", at=NOW, zone=ZONE, by=lead)
    assert not reviews.may_review(review, lead)
    revision = reviews.approve(session, review, "", at=NOW, zone=ZONE, by=qualified.trainer(session))
    assert content.published(revision).bank.plan.standard is CutScoreStandard.ANGOFF


def test_an_item_that_the_draft_asks_differently_carries_no_rating(session, rated, published, lead):
    draft = drafts.open_draft(session, "sightline-3-2", at=NOW, zone=ZONE, by=lead)
    first, second, *_others = published.bank.items
    written = replace(first, points=first.points + 1).to_json()
    beside = {**second.to_json(), "critical": True}
    for item, content_of_it in ((first, written), (second, beside)):
        drafts.save(session, draft, item_part(item.id), content_of_it, made_from=0, at=NOW, zone=ZONE, by=lead)
    done = adopt(session, rated, lead)
    assert done.changed == (first.id,)
    parts = drafts.parts(session, done.draft)
    assert "rating" not in parts[item_part(first.id)].content
    assert parts[item_part(second.id)].content["rating"] == "7/10"
    assert parts[item_part(second.id)].content["critical"]


def test_an_agency_can_ask_for_one_share_of_every_paper(session, rated, lead):
    done = adopt(session, rated, lead, standard=CutScoreStandard.STANDARD_SET, cut_score=Fraction(7, 10))
    plan = drafts.part(session, done.draft, PAPER).content["paper"]
    assert (plan["standard"], plan["cut_score"]) == ("standard-set", "7/10")
    assert (done.outcome.standard, done.outcome.cut_score) == (CutScoreStandard.STANDARD_SET, "7/10")


def test_nothing_is_adopted_while_the_draft_is_under_review(session, rated, published, lead):
    draft = drafts.open_draft(session, "sightline-3-2", at=NOW, zone=ZONE, by=lead)
    changed = {**published.bank.items[0].to_json(), "critical": True}
    drafts.save(session, draft, item_part(published.bank.items[0].id), changed, made_from=0, at=NOW, zone=ZONE, by=lead)
    reviews.put_up(session, draft, "Critical now.", at=NOW, zone=ZONE, by=lead)
    with pytest.raises(drafts.DraftClosed):
        adopt(session, rated, lead)


def test_a_judge_finds_the_panels_that_wait_for_them(session, setting, judges, lead):
    assert [found.setting.id for found in standard_setting.to_judge(session, judges[0].id)] == [setting.id]
    assert standard_setting.to_judge(session, lead.id) == []
