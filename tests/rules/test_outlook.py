"""Who loses access without a new fact, and when: compared with asking at every hour."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tests.rules.factories import (
    BRUSSELS,
    assessed,
    changed,
    cleared,
    delta,
    facts,
    full,
    local,
    officer,
    policy,
    purpose,
    released,
    seat,
    sightline,
    version,
    when,
)  # fmt: skip
from training_app.rules.access import Ground, Question, decide, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AccountChanged, AwardEnded, AwardEndKind, Level, Suspended, VersionChange
from training_app.rules.outlook import horizon, lasting_grounds, loss, lost_at, turns, usable

ASKED = Question("DP-1001", "sightline", "3.2")
TODAY = local("2026-11-22 10:30")
ON = CivilInstant(TODAY, BRUSSELS)


def first_loss(holder, tool=None, *, days=90, question=ASKED):
    return loss(question, facts(holder, tool), at=TODAY, until=horizon(ON, days), known_at=TODAY)


def certified(on="2026-11-05", **given):
    return officer(full("3.2", on), **given)


def test_the_last_day_of_a_certification_is_foreseen_with_the_first_instant_after_it():
    ends_in_time = full("3.2", "2026-11-05", policy=policy(validity_months=2, window_months=1))
    found = first_loss(officer(ends_in_time))
    assert found.at == local("2027-01-06 00:00")
    assert lasting_grounds(found) == (Ground.EXPIRED,)


def test_the_end_of_grace_is_foreseen():
    tool = sightline(
        versions=(version("3.1"), version("3.2", "3.1")),
        changes=(released("3.1", "2026-01-12"), released("3.2", "2026-11-15")),
        assessments=(assessed("3.1", "3.2", Level.FAMILIARISATION, grace_days=14),),
    )
    found = first_loss(officer(full("3.1", "2026-05-05")), tool)
    assert (found.at, lasting_grounds(found)) == (local("2026-11-30 00:00"), (Ground.OVERDUE,))


def test_an_evaluation_that_lapses_is_foreseen_by_its_ground_alone():
    found = first_loss(certified(evaluations=(cleared("2026-12-31"),)))
    assert (found.at, lasting_grounds(found)) == (local("2027-01-01 00:00"), (Ground.EVALUATION_NOT_IN_FORCE,))


def test_a_seat_that_nobody_reviews_is_foreseen():
    tool = sightline(policies=(policy(seat_review_months=3),))
    found = first_loss(certified(seats=(seat("2026-10-01"),)), tool)
    assert (found.at, lasting_grounds(found)) == (local("2027-02-01 00:00"), (Ground.NO_SEAT,))


def test_a_withdrawal_dated_ahead_is_foreseen_at_its_own_hour():
    base = sightline()
    gone = changed("3.2", VersionChange.WITHDRAWN, "2026-12-01 06:00", "2026-11-20")
    found = first_loss(certified(), replace(base, changes=(*base.changes, gone)))
    assert (found.at, lasting_grounds(found)) == (local("2026-12-01 06:00"), (Ground.VERSION_WITHDRAWN,))


def test_who_may_not_use_it_today_loses_nothing():
    assert first_loss(certified(seats=(), evaluations=(cleared("2026-12-31"),))) is None


def test_who_keeps_it_beyond_the_horizon_is_not_listed():
    lapsing = certified(evaluations=(cleared("2026-12-22"),))
    assert first_loss(lapsing, days=30) is None, "its last day is the last day looked at"
    assert first_loss(lapsing, days=31).at == local("2026-12-23 00:00")


def test_the_earliest_of_several_ends_counts():
    both = certified(
        evaluations=(cleared("2026-12-31"),), suspensions=(Suspended(**when("2027-01-10", "2026-11-20"), id="s"),)
    )
    assert first_loss(both).at == local("2027-01-01 00:00")


def test_renewal_becoming_open_takes_nothing_away():
    opens = full("3.2", "2026-11-05", policy=policy(validity_months=5, window_months=4))
    assert first_loss(officer(opens)) is None
    changes = list(turns(ASKED, facts(officer(opens)), at=TODAY, until=horizon(ON, 90), known_at=TODAY))
    assert [then.badge.value for then in changes] == ["renewal-open"]


def test_a_purpose_that_each_use_must_state_is_no_reason_to_be_refused_today():
    tool = sightline(purpose_required=True, purposes=(purpose("missing-person"),))
    lapsing = certified(evaluations=(cleared("2026-12-31"),), seats=(seat(purposes=frozenset({"missing-person"})),))
    now = decide(ASKED, facts(lapsing, tool), at=TODAY, known_at=TODAY)
    assert now.grounds == (Ground.PURPOSE_MISSING,)
    assert usable(now)
    assert lasting_grounds(first_loss(lapsing, tool)) == (Ground.EVALUATION_NOT_IN_FORCE,)


def test_what_is_recorded_later_is_not_foreseen_as_known_then():
    closing = AccountChanged(**when("2026-12-01", "2026-11-25"), is_open=False)
    known_later = certified(accounts=(*officer().accounts, closing))
    assert first_loss(known_later) is None


def test_a_loss_of_the_past_week_has_its_instant():
    lapsed = facts(certified(evaluations=(cleared("2026-11-18"),)))
    assert lost_at(ASKED, lapsed, since=local("2026-11-15"), at=TODAY) == local("2026-11-19 00:00")


def test_a_loss_at_the_very_instant_of_asking_is_among_those_of_the_past_week():
    lapsed = facts(certified(evaluations=(cleared("2026-11-21"),)))
    midnight = local("2026-11-22 00:00")
    assert lost_at(ASKED, lapsed, since=local("2026-11-15"), at=midnight) == midnight


def test_what_a_void_takes_back_has_no_instant_of_its_own():
    award = full("3.2", "2026-11-05")
    void = AwardEnded(**when("2026-11-05 09:00", "2026-11-20"), award=award.id, kind=AwardEndKind.VOIDED)
    assert lost_at(ASKED, facts(officer(award, award_ends=(void,))), since=local("2026-11-15"), at=TODAY) is None


# -- for every history -----------------------------------------------------------------------------------------------

HOURS = 24 * 60
START = local("2026-10-01 00:00")
hours = st.integers(0, HOURS + 24 * 30).map(lambda count: START + timedelta(hours=count))
days = st.integers(0, 90).map(lambda count: date(2026, 10, 1) + timedelta(days=count))
rarely = st.sampled_from([False, False, False, True])


def at(instant):
    return {"effective_at": instant, "recorded_at": START - timedelta(days=9)}


@st.composite
def histories(draw):
    """An officer and a tool whose facts begin and end within some weeks; everything is known from the start."""
    months = draw(st.integers(1, 3))
    terms = policy(
        validity_months=months, window_months=months - 1, seat_review_months=draw(st.sampled_from([None, None, 1]))
    )
    base = sightline(policies=(terms,))
    changes = [
        replace(changed("3.2", kind, "2026-01-01"), **at(draw(hours)))
        for kind in (VersionChange.SUSPENDED, VersionChange.WITHDRAWN, VersionChange.RELEASED)
        if draw(rarely)
    ]
    opened = replace(base.changes[1], **at(draw(hours))) if draw(st.booleans()) else base.changes[1]
    edge = assessed(
        "3.1", "3.2", draw(st.sampled_from(Level)), "sightline-3-2", grace_days=draw(st.sampled_from([0, 3, 14]))
    )
    tool = replace(base, changes=(base.changes[0], replace(opened, recorded_at=START), *changes), assessments=(edge,))
    awards = [
        replace(full(label, "2026-01-01", policy=terms), **at(moment), attempts_from=moment)
        for label in draw(st.lists(st.sampled_from(["3.1", "3.2"]), min_size=1, max_size=3))
        for moment in [draw(hours)]
    ]
    if draw(st.booleans()):
        awards.append(replace(delta(awards[0], "3.2", "2026-01-01"), **at(draw(hours)), policy=terms))
    holder = officer(
        *awards,
        evaluations=tuple(
            replace(cleared(draw(days).isoformat()), **at(draw(hours))) for _ in range(draw(st.integers(0, 2)))
        ) or (cleared(),),
        seats=tuple(replace(seat(), **at(draw(hours))) for _ in range(1)) if draw(st.booleans()) else (seat(),),
        suspensions=(Suspended(**at(draw(hours)), id="s"),) if draw(rarely) else (),
    )  # fmt: skip
    return facts(holder, tool)


asked = st.sampled_from(["3.1", "3.2"]).map(lambda label: Question("DP-1001", "sightline", label))


@given(histories(), asked, hours, st.sampled_from([30, 60, 90]))
@settings(max_examples=40)
def test_nobody_is_missing_and_nobody_is_listed_who_keeps_it(known, question, instant, span):
    on = CivilInstant(instant, BRUSSELS)
    until = horizon(on, span)
    found = loss(question, known, at=instant, until=until, known_at=until)
    moments = [instant + timedelta(hours=n) for n in range(int((until - instant) / timedelta(hours=1)) + 1)]
    asked_hourly = (judge(question, known, on=on.at(moment)) for moment in moments if moment < until)
    refused = next((one for one in asked_hourly if not usable(one)), None)
    if refused is None or refused.at == instant:
        assert found is None
    else:
        assert found is not None
        assert (found.at, found.grounds) == (refused.at, refused.grounds)


@given(histories(), asked, hours)
@settings(max_examples=40)
def test_between_two_turns_the_answer_stays_as_it_is(known, question, instant):
    on = CivilInstant(instant, BRUSSELS)
    until = horizon(on, 60)
    answers = [judge(question, known, on=on), *turns(question, known, at=instant, until=until, known_at=until)]
    for now, then in pairwise(answers):
        assert now.at < then.at < until
        shortly_before = judge(question, known, on=on.at(then.at - timedelta(microseconds=1)))
        assert (shortly_before.grounds, shortly_before.badge) == (now.grounds, now.badge)


def test_the_random_histories_reach_the_losses_that_matter():
    """A guard for the properties above: strategies too narrow would make them hold for nothing."""
    missing = {Ground.EXPIRED, Ground.OVERDUE, Ground.EVALUATION_NOT_IN_FORCE, Ground.NO_SEAT}

    def were_all_reached(history) -> bool:
        known, question, instant = history
        until = horizon(CivilInstant(instant, BRUSSELS), 90)
        found = loss(question, known, at=instant, until=until, known_at=until)
        missing.difference_update(found.grounds if found else ())
        return not missing

    once = settings(max_examples=3_000, database=None, phases=[Phase.generate])
    with suppress(NoSuchExample):
        find(st.tuples(histories(), asked, hours), were_all_reached, settings=once, random=Random(4))
    assert not missing
