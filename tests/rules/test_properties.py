"""What holds for every history: random facts, the same rule."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tests.rules.factories import BRUSSELS, cleared, ended, facts, local, officer, purpose
from tests.rules.histories import LATE, answer, at, instants, officers, questions, tools
from training_app.rules.access import ALLOWING, Badge, Ground, asked_again, decide, judge, same_until
from training_app.rules.certification import Coverage
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.evidence import facts_digest
from training_app.rules.facts import (
    OFFICER_TIMELINES,
    TOOL_TIMELINES,
    AttemptOpened,
    AwardEndKind,
    Suspended,
    as_known,
)


@given(questions(), tools(), officers(), instants)
def test_use_is_allowed_exactly_where_no_ground_stands_and_the_badge_says_the_same(question, tool, holder, instant):
    decision = answer(question, tool, holder, instant)
    assert decision.allowed == (not decision.grounds)
    assert (decision.badge in ALLOWING) == decision.allowed
    if decision.allowed:
        assert decision.standing.coverage in {Coverage.COVERED, Coverage.DUE}


@given(questions(), tools(), officers(), instants, st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_answer_is_the_same_at_every_instant_before_it_can_change(question, tool, holder, instant, chance):
    decision = answer(question, tool, holder, instant)
    until = decision.stable_until or instant + timedelta(days=3000)
    between = instant + (until - instant) * Random(chance).random()
    then = answer(question, tool, holder, min(between, until - timedelta(microseconds=1)))
    assert said(then) == said(decision)
    if decision.stable_until is not None:
        assert said(answer(question, tool, holder, decision.stable_until)) != said(decision)


@given(questions(), tools(), officers(), instants, st.integers(0, 10**6))
@settings(max_examples=60)
def test_an_answer_that_is_given_again_is_the_one_that_would_be_decided(question, tool, holder, instant, chance):
    known = facts(holder, tool)
    until = same_until(question, known, at=instant)
    assert until > instant
    first = decide(question, known, at=instant, known_at=instant)
    between = instant + (until - instant) * Random(chance).random()
    for moment in (min(between, until - timedelta(microseconds=1)), until - timedelta(microseconds=1)):
        again = asked_again(first, tool, at=moment)
        assert again == decide(question, known, at=moment, known_at=moment)
        assert facts_digest(known, known_at=moment) == facts_digest(known, known_at=instant)


def said(decision):
    """Return what a tool can act on: everything of an answer that `stable_until` is about."""
    found = decision.standing
    return (
        decision.grounds,
        decision.badge,
        found and (found.validity, found.coverage),
        decision.obligations,
    )


@given(questions(), tools(), officers(), instants, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_entered_does_not_matter(question, tool, holder, instant, chance):
    def shuffled(whole, timelines):
        mixed = {name: getattr(whole, name) for name in timelines}
        return replace(whole, **{name: tuple(chance.sample(found, len(found))) for name, found in mixed.items()})

    one = answer(question, tool, holder, instant)
    other = answer(question, shuffled(tool, TOOL_TIMELINES), shuffled(holder, OFFICER_TIMELINES), instant)
    assert said(one) == said(other)
    assert (one.stable_until, one.policy_revision, one.guidance) == (
        other.stable_until,
        other.policy_revision,
        other.guidance,
    )


@given(questions(), tools(), officers(), instants, instants)
def test_a_fact_that_has_nothing_to_do_with_the_question_changes_nothing(question, tool, holder, instant, moment):
    before = answer(question, tool, holder, instant)
    attempt = AttemptOpened(**at(moment), module="of-another-tool")
    other = replace(holder, attempts=(*holder.attempts, attempt))
    purposes = replace(tool, purposes=(*tool.purposes, purpose("never asked for", **at(moment))))
    for then in (answer(question, tool, other, instant), answer(question, purposes, holder, instant)):
        assert (then.grounds, then.badge, then.awards) == (before.grounds, before.badge, before.awards)


@given(questions(), tools(), officers(), instants, instants)
def test_what_was_recorded_later_changes_no_answer_of_before(question, tool, holder, instant, known_at):
    """As known then, the answer is the one that the facts of then give by themselves."""
    then = answer(question, tool, holder, instant, known_at=known_at)
    known = as_known(facts(holder, tool), known_at)
    alone = decide(question, known, at=instant, known_at=LATE)
    assert (then.grounds, then.badge, then.stable_until) == (alone.grounds, alone.badge, alone.stable_until)


@given(questions(), tools(), officers(), instants)
def test_a_delta_never_moves_the_last_day(question, tool, holder, instant):
    timed = tuple(award for award in holder.awards if award.kind.value != "delta")
    with_delta = answer(question, tool, holder, instant)
    without = answer(question, tool, replace(holder, awards=timed), instant)
    if with_delta.standing is not None:
        assert with_delta.standing.last_day == without.standing.last_day
        assert with_delta.standing.validity == without.standing.validity


@given(questions(), tools(), officers(), instants, instants)
def test_suspending_revoking_and_voiding_never_widen(question, tool, holder, instant, moment):
    before = answer(question, tool, holder, instant)
    suspended = replace(holder, suspensions=(*holder.suspensions, Suspended(**at(moment), id="new")))
    revoked = replace(
        holder,
        award_ends=(
            *holder.award_ends,
            *(replace(ended(a, AwardEndKind.REVOKED, "2026-01-01"), **at(moment)) for a in holder.awards),
        ),
    )
    alone = [
        replace(holder, award_ends=(*holder.award_ends, replace(ended(award, kind, "2026-01-01"), **at(moment))))
        for award in holder.awards
        for kind in AwardEndKind
    ]
    for narrowed in (suspended, revoked, *alone):
        assert before.allowed or not answer(question, tool, narrowed, instant).allowed


@given(questions(), tools(), officers(), instants)
def test_what_is_unknown_or_closed_is_never_allowed(question, tool, holder, instant):
    assert not answer(question, tool, replace(holder, accounts=()), instant).allowed
    missing = replace(facts(holder), tool=None)
    assert decide(question, missing, at=instant, known_at=LATE).grounds[0] is Ground.TOOL_UNKNOWN


@given(questions(), tools(), officers(), instants)
def test_lists_and_single_answers_agree(question, tool, holder, instant):
    known = facts(holder, tool)
    listed = judge(question, known, on=CivilInstant(instant, BRUSSELS))
    single = answer(question, tool, holder, instant)
    assert (listed.grounds, listed.badge) == (single.grounds, single.badge)


@given(st.dates(min_value=local("2000-01-01").date(), max_value=local("2100-01-01").date()), st.integers(0, 240))
def test_months_are_added_by_the_calendar_and_clamped_to_the_months_end(day, months):
    result = add_months(day, months)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day == day.day or (result + timedelta(days=1)).day == 1


def without_holds(question, tool, holder, instant):
    calm = officer(*holder.awards, evaluations=(cleared("2035-12-31"),))
    open_tool = replace(tool, purpose_required=False, cancellations=(), policies=tool.policies[:1])
    return replace(question, purpose=None), open_tool, calm, instant


BADGES = {
    Badge.CERTIFIED,
    Badge.OVERDUE,
    Badge.NOT_COVERED,
    Badge.EXPIRED,
    Badge.REVOKED,
    Badge.SUSPENDED,
    Badge.ON_HOLD,
}
MOSTLY_HIDDEN = {Badge.DUE, Badge.RENEWAL_OPEN}
"""What holds an officer up besides certification would nearly always stand in their place, so that it is left out."""
GROUNDS = {
    Ground.OVERDUE,
    Ground.ASSESSMENT_MISSING,
    Ground.NOT_COVERED,
    Ground.AWARD_UNDER_REVIEW,
    Ground.VERSION_NOT_RELEASED,
    Ground.VERSION_WITHDRAWN,
    Ground.EVALUATION_NOT_IN_FORCE,
    Ground.NO_SEAT,
    Ground.PURPOSE_MISSING,
    Ground.PURPOSE_NOT_PERMITTED,
    Ground.AUTHORISATION_MISSING,
}


def test_the_random_histories_reach_the_badges_and_grounds_that_matter():
    """A guard for the properties above: strategies too narrow would make them hold for nothing."""
    missing = BADGES | MOSTLY_HIDDEN | GROUNDS

    def were_all_reached(history) -> bool:
        decision = answer(*history)
        missing.difference_update(decision.grounds, {decision.badge} - MOSTLY_HIDDEN)
        if missing & MOSTLY_HIDDEN:
            missing.difference_update({answer(*without_holds(*history)).badge} & MOSTLY_HIDDEN)
        return not missing

    with suppress(NoSuchExample):
        find(
            st.tuples(questions(), tools(), officers(), instants),
            were_all_reached,
            settings=settings(max_examples=10_000, database=None, phases=[Phase.generate]),
            random=Random(1),
        )
    assert not missing
