"""Emergency access: what it lifts, for which minutes, and everything that it never does."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.factories import (
    assessed,
    facts,
    full,
    local,
    officer,
    policy,
    sightline,
    when,
)
from tests.rules.histories import LABELS, answer, at, instants, officers, questions, tools
from training_app.rules import emergency
from training_app.rules.access import Badge, Ground, Question, decide, same_until
from training_app.rules.emergency import State
from training_app.rules.evidence import facts_digest
from training_app.rules.facts import (
    AwardReviewed,
    EmergencyEnded,
    EmergencyGranted,
    EmergencySet,
    Suspended,
    VersionChange,
)
from training_app.rules.offline_pass import Obstacle, offer

NIGHT = local("2026-11-28 02:00")
LATER = local("2040-01-01")
A_MOMENT = timedelta(microseconds=1)
SETTING = EmergencySet(**when("2026-01-02"), most_minutes=60)


def granted(version="3.2", *, begun=NIGHT, minutes=30, **given):
    return EmergencyGranted(
        **at(begun) | {"id": "e", "version": version, "until": begun + timedelta(minutes=minutes)} | given
    )


def allowing(**given):
    return sightline(**{"emergency_settings": (SETTING,)} | given)


def decided(holder, tool=None, *, version="3.2", instant=NIGHT, **asked):
    question = Question("DP-1001", "sightline", version, **asked)
    return decide(question, facts(holder, tool or allowing()), at=instant, known_at=LATER)


OVERDUE = officer(full("3.1", "2026-02-10"))
NO_SEAT = officer(full("3.2", "2026-11-10"), seats=())
SHORT = policy(validity_months=9)
EXPIRED = officer(full("3.2", "2026-02-10", policy=SHORT))
"""Through 10 November 2026."""
EXPIRED_AND_OVERDUE = officer(full("3.1", "2026-02-10", policy=SHORT))


@pytest.mark.parametrize(
    ("holder", "lifted"),
    [
        pytest.param(OVERDUE, (Ground.OVERDUE,), id="training-on-what-changed-overdue"),
        pytest.param(NO_SEAT, (Ground.NO_SEAT,), id="no-seat"),
        pytest.param(EXPIRED, (Ground.EXPIRED,), id="expired-18-days-ago"),
        pytest.param(EXPIRED_AND_OVERDUE, (Ground.EXPIRED, Ground.OVERDUE), id="expired-and-would-be-overdue"),
        pytest.param(replace(EXPIRED, seats=()), (Ground.EXPIRED, Ground.NO_SEAT), id="expired-without-a-seat"),
    ],
)
def test_an_emergency_lifts_three_grounds_and_says_so(holder, lifted):
    assert not decided(holder).allowed
    decision = decided(replace(holder, emergencies=(granted(),)))
    assert (decision.allowed, decision.badge) == (True, Badge.EMERGENCY)
    assert decision.emergency.lifted == lifted
    assert decision.emergency.id == "e"
    assert decision.obligations == ("emergency-use",)
    assert decision.stable_until == decision.emergency.until == NIGHT + timedelta(minutes=30)
    assert decision.cache_until <= decision.stable_until


def test_an_answer_that_was_kept_is_not_given_beyond_the_emergency():
    asked = Question("DP-1001", "sightline", "3.2")
    known = facts(replace(OVERDUE, emergencies=(granted(),)), allowing())
    assert same_until(asked, known, at=NIGHT) == NIGHT + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("holder", "tool", "left"),
    [
        pytest.param(officer(), None, (Ground.NEVER_CERTIFIED,), id="never-certified"),
        pytest.param(
            replace(OVERDUE, suspensions=(Suspended(**when("2026-11-20"), id="s"),)), None, (Ground.SUSPENDED,),
            id="suspended",
        ),
        pytest.param(replace(NO_SEAT, evaluations=()), None, (Ground.EVALUATION_NOT_IN_FORCE,), id="not-evaluated"),
        pytest.param(
            officer(full("3.1", "2026-02-10")), allowing(assessments=()), (Ground.ASSESSMENT_MISSING,),
            id="nobody-assessed-the-version",
        ),
        pytest.param(
            officer(full("3.2", "2026-01-10", policy=SHORT)), None, (Ground.EXPIRED,), id="expired-49-days-ago"
        ),
    ],
)  # fmt: skip
def test_every_other_ground_stands(holder, tool, left):
    assert decided(replace(holder, emergencies=(granted(),)), tool).grounds == left


def test_a_ground_that_the_expiry_kept_from_being_read_comes_to_light_and_stands():
    nowhere = allowing(assessments=(assessed("3.1", "3.2", None),))
    holder = replace(EXPIRED_AND_OVERDUE, emergencies=(granted(),))
    decision = decided(holder, nowhere)
    assert decision.grounds == (Ground.NOT_COVERED,)
    assert decision.emergency.lifted == (Ground.EXPIRED,)
    unassessed = decided(holder, allowing(assessments=()))
    assert unassessed.grounds == (Ground.ASSESSMENT_MISSING,)


@pytest.mark.parametrize("holder", [OVERDUE, EXPIRED], ids=["overdue", "expired"])
def test_what_rests_on_an_award_under_review_is_not_lifted(holder):
    review = AwardReviewed(**when("2026-11-20"), id="r", award=holder.awards[0].id)
    decision = decided(replace(holder, emergencies=(granted(),), award_reviews=(review,)))
    assert decision.grounds == (Ground.AWARD_UNDER_REVIEW,)


@pytest.mark.parametrize(
    ("instant", "allowed"),
    [
        (local("2026-12-10 23:59:59"), True),
        (local("2026-12-11 00:00:00"), False),
    ],
    ids=["last-second-of-the-30th-day", "first-instant-of-the-31st"],
)
def test_an_expired_certification_is_lifted_through_30_days(instant, allowed):
    holder = replace(EXPIRED, emergencies=(granted(begun=local("2026-12-10 23:50"), minutes=30),))
    assert decided(holder, instant=instant).allowed is allowed
    assert decided(holder, instant=local("2026-12-10 23:55")).stable_until == local("2026-12-11 00:00")


@pytest.mark.parametrize(
    ("instant", "allowed"),
    [
        (NIGHT - A_MOMENT, False),
        (NIGHT, True),
        (NIGHT + timedelta(minutes=30) - A_MOMENT, True),
        (NIGHT + timedelta(minutes=30), False),
    ],
)
def test_it_runs_from_its_confirmation_for_its_minutes(instant, allowed):
    assert decided(replace(NO_SEAT, emergencies=(granted(),)), instant=instant).allowed is allowed


def setting(most, minute=-60):
    return EmergencySet(**at(NIGHT + timedelta(minutes=minute)), most_minutes=most)


@pytest.mark.parametrize(
    ("of_tool", "minutes"),
    [
        pytest.param((), 0, id="off-by-default"),
        pytest.param((setting(None),), 0, id="switched-off"),
        pytest.param((setting(120),), 100, id="its-own-minutes-where-more-are-allowed"),
        pytest.param((setting(60),), 60, id="no-more-than-the-setting"),
        pytest.param((setting(1000),), 100, id="a-setting-beyond-the-bound"),
        pytest.param((setting(120), setting(None, 20)), 20, id="switched-off-meanwhile"),
        pytest.param(
            (setting(120), setting(None, 20), setting(120, 21)), 20, id="switched-on-again-gives-nothing-back"
        ),
        pytest.param((setting(120), setting(40, 20)), 40, id="shortened-meanwhile"),
        pytest.param((setting(120), setting(10, 20)), 20, id="shortened-below-what-has-passed"),
        pytest.param((setting(30), setting(240, 20)), 30, id="lengthened-meanwhile-lengthens-nothing"),
        pytest.param((setting(60, 10),), 0, id="switched-on-only-after-it-was-confirmed"),
        pytest.param((setting(60), setting(None)), 0, id="on-and-off-at-once-is-off"),
    ],
)
def test_the_tools_setting_bounds_it(of_tool, minutes):
    holder = replace(NO_SEAT, emergencies=(granted(minutes=100),))
    tool = sightline(emergency_settings=of_tool)
    found = [
        minute for minute in range(130) if decided(holder, tool, instant=NIGHT + timedelta(minutes=minute)).allowed
    ]
    assert found == list(range(minutes))


def test_ended_early_it_ends_then_and_ended_before_it_was_confirmed_it_never_begins():
    end = EmergencyEnded(**at(NIGHT + timedelta(minutes=5)), emergency="e")
    ended = replace(NO_SEAT, emergencies=(granted(),), emergency_ends=(end,))
    assert decided(ended, instant=end.effective_at - A_MOMENT).stable_until == end.effective_at
    assert decided(ended, instant=end.effective_at).grounds == (Ground.NO_SEAT,)
    never = replace(ended, emergency_ends=(replace(end, effective_at=NIGHT - timedelta(minutes=1)),))
    assert not decided(never).allowed


def test_it_is_of_one_version_only():
    holder = replace(officer(full("3.2", "2026-11-10"), full("3.1", "2026-11-11"), seats=()), emergencies=(granted(),))
    assert decided(holder).allowed
    assert decided(holder, version="3.1").grounds == (Ground.NO_SEAT,)


def test_a_withdrawn_version_and_an_unfit_question_stay_refused():
    holder = replace(NO_SEAT, emergencies=(granted(),))
    tool = allowing()
    gone = replace(tool.changes[1], id="w", change=VersionChange.WITHDRAWN, **when("2026-11-20"))
    assert decided(holder, replace(tool, changes=(*tool.changes, gone))).grounds == (Ground.VERSION_WITHDRAWN,)
    assert decided(holder, replace(tool, purpose_required=True)).grounds == (Ground.PURPOSE_MISSING,)
    assert decided(holder, action="teach").grounds == (Ground.ACTION_NOT_PERMITTED,)


def test_where_use_is_allowed_anyway_an_emergency_changes_nothing():
    holder = officer(full("3.2", "2026-11-10"))
    assert decided(replace(holder, emergencies=(granted(),))) == decided(holder)


def test_no_pass_is_given_for_what_an_emergency_alone_allows():
    holder = replace(NO_SEAT, emergencies=(granted(),))
    found = offer(facts(holder, allowing()), Question("DP-1001", "sightline", "3.2"), at=NIGHT)
    assert found.decision.allowed
    assert found.obstacle is Obstacle.DENIED


def test_the_digest_of_facts_without_any_emergency_is_what_it_was_before_there_were_any():
    """Worked out by the rules before emergencies; a decision recorded then is replayed by it."""
    stamp = when("2026-01-05")
    tool = sightline(changes=(), assessments=(), requirements=(), policies=(), versions=(), **stamp)
    known = facts(officer(seats=()), tool)
    before = "8c748877c5ff7c8a86adce70603840e3eedda2f8e904a95f80fc9b7d9f33c639"
    assert facts_digest(known, known_at=LATER) == before
    assert facts_digest(replace(known, tool=allowing()), known_at=LATER) != before


@pytest.mark.parametrize(
    ("minute", "grant", "ended", "expected"),
    [
        (14, None, None, State.WAITING),
        (15, None, None, State.LAPSED),
        (5, None, 3, State.CALLED_OFF),
        (9, 10, None, State.WAITING),
        (10, 10, None, State.RUNNING),
        (40, 10, None, State.OVER),
        (20, 10, 20, State.ENDED),
        (45, 10, 41, State.OVER),
    ],
)
def test_how_an_emergency_stands(minute, grant, ended, expected):
    def after(minutes):
        return NIGHT + timedelta(minutes=minutes)

    given_ = None if grant is None else granted(begun=after(grant))
    ended_at = None if ended is None else after(ended)
    found = emergency.state(
        requested_at=NIGHT, granted=given_, ended_at=ended_at, settings=(SETTING,), at=after(minute)
    )
    assert found is expected


# -- what holds for every history --------------------------------------------------------------------------------------


@st.composite
def emergencies(draw):
    """Some emergencies, ends of them, and settings of the tool, close to one another."""
    begun = draw(instants)
    near = st.integers(-300, 300).map(lambda minutes: begun + timedelta(minutes=minutes))
    given_ = [
        EmergencyGranted(
            **at(moment), id=f"e{number}", version=draw(st.sampled_from(LABELS)),
            until=moment + timedelta(minutes=draw(st.integers(1, 400))),
        )
        for number, moment in enumerate(draw(st.lists(near, min_size=1, max_size=3)))
    ]  # fmt: skip
    ends = [EmergencyEnded(**at(draw(near)), emergency=one.id) for one in given_ if draw(st.booleans())]
    minutes = st.sampled_from([None, 15, 60, 240, 900])
    of_tool = [EmergencySet(**at(begun - timedelta(days=1)), most_minutes=draw(minutes))]
    of_tool += [EmergencySet(**at(draw(near)), most_minutes=draw(minutes)) for _ in range(draw(st.integers(0, 2)))]
    return begun, tuple(given_), tuple(ends), tuple(of_tool)


def with_emergencies(tool, holder, found):
    _begun, given_, ends, of_tool = found
    return (
        replace(tool, emergency_settings=of_tool),
        replace(holder, emergencies=given_, emergency_ends=ends),
    )


@given(questions(), tools(), officers(), emergencies(), st.integers(-300, 600))
@settings(max_examples=60)
def test_an_emergency_lifts_nothing_but_its_three_grounds_and_reveals_what_they_hid(
    question, tool, holder, found, minutes
):
    instant = found[0] + timedelta(minutes=minutes)
    before = answer(question, tool, holder, instant)
    after = answer(question, *with_emergencies(tool, holder, found), instant)
    assert set(before.grounds) - emergency.LIFTABLE <= set(after.grounds)
    if after.emergency is None:
        assert (after.grounds, after.badge, after.obligations) == (before.grounds, before.badge, before.obligations)
        return
    assert set(after.emergency.lifted) <= emergency.LIFTABLE
    assert not set(after.emergency.lifted) & set(after.grounds)
    running = next(one for one in found[1] if one.id == after.emergency.id)
    assert running.version == question.version
    assert running.effective_at <= instant < min(running.until, running.effective_at + timedelta(minutes=240))
    assert (after.badge is Badge.EMERGENCY) == after.allowed == ("emergency-use" in after.obligations)
    if after.allowed:
        assert after.stable_until is not None
        assert after.cache_until <= after.stable_until <= after.emergency.until


@given(questions(), tools(), officers(), emergencies(), st.integers(-300, 600))
@settings(max_examples=20)
def test_without_the_tools_setting_no_emergency_changes_anything(question, tool, holder, found, minutes):
    instant = found[0] + timedelta(minutes=minutes)
    _tool, hurried = with_emergencies(tool, holder, found)
    assert answer(question, tool, hurried, instant).grounds == answer(question, tool, holder, instant).grounds


@given(questions(), tools(), officers(), emergencies(), st.integers(-300, 600), st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_answer_in_an_emergency_is_the_same_until_it_can_change(question, tool, holder, found, minutes, chance):
    instant = found[0] + timedelta(minutes=minutes)
    of_tool, hurried = with_emergencies(tool, holder, found)

    def said(moment):
        decision = answer(question, of_tool, hurried, moment)
        return decision.grounds, decision.badge, decision.obligations

    until = answer(question, of_tool, hurried, instant).stable_until or instant + timedelta(days=40)
    between = instant + (until - instant) * Random(chance).random()
    assert said(min(between, until - A_MOMENT)) == said(instant)
