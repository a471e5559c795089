"""What holds for every history: random facts, the same rule."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tests.rules.factories import (
    BRUSSELS,
    assessed,
    changed,
    cleared,
    delta,
    ended,
    facts,
    full,
    local,
    officer,
    renewal,
    seat,
    sightline,
    version,
)  # fmt: skip
from training_app.rules.access import ALLOWING, Badge, Ground, Question, decide, judge
from training_app.rules.certification import Coverage
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.facts import AwardEndKind, Level, Reinstated, Suspended, VersionChange

START = local("2026-01-01 00:00")
LABELS = ("1", "2", "3", "3-fix")
PREDECESSORS = {"2": "1", "3": "2", "3-fix": "2"}

instants = st.integers(0, 24 * 900).map(lambda hours: START + timedelta(hours=hours))


def at(instant):
    return {"effective_at": instant, "recorded_at": instant}


mostly = st.sampled_from([True, True, True, False])


@st.composite
def tools(draw):
    """Versions that are mostly released, some withdrawn or suspended again, and edges assessed at any level."""
    changes = [
        replace(changed(label, VersionChange.RELEASED, "2026-01-01"), **at(draw(instants)))
        for label in LABELS
        if draw(mostly)
    ]
    for label in draw(st.lists(st.sampled_from(LABELS), max_size=2)):
        change = draw(st.sampled_from([VersionChange.ANNOUNCED, VersionChange.SUSPENDED, VersionChange.WITHDRAWN]))
        changes.append(replace(changed(label, change, "2026-01-01"), **at(draw(instants))))
    edges = [edge for edge in (("1", "2"), ("2", "3"), ("2", "3-fix")) if draw(mostly)]
    edges += draw(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=2))
    assessments = [
        replace(
            assessed(start, end, draw(st.sampled_from([None, *Level])), *draw(st.sets(st.sampled_from("xy"))),
                     grace_days=draw(st.sampled_from([0, 14, 400]))),
            **at(draw(instants)),
        )
        for start, end in edges if start != end
    ]  # fmt: skip
    return sightline(
        versions=tuple(version(label, PREDECESSORS.get(label)) for label in LABELS),
        changes=tuple(changes), assessments=tuple(assessments),
    )  # fmt: skip


@st.composite
def officers(draw):
    """Officers with up to four full and renewal awards, deltas on them, and what may end or hold them."""
    awards = []
    for label in draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4)):
        make = draw(st.sampled_from([full, full, renewal]))
        moment = draw(instants)
        awards.append(replace(make(label, "2026-01-01"), **at(moment), attempts_from=moment))
    for label in draw(st.lists(st.sampled_from(LABELS), max_size=2)):
        base = draw(st.sampled_from(awards))
        awards.append(replace(delta(base, label, "2026-01-01", modules=("x",)), **at(draw(instants))))
    ends = [
        replace(ended(award, draw(st.sampled_from(AwardEndKind)), "2026-01-01"), **at(draw(instants)))
        for award in awards
        if not draw(mostly)
    ]
    suspensions = [Suspended(**at(draw(instants)), id="s")] if not draw(mostly) else []
    reinstated = [Reinstated(**at(draw(instants)), suspension=one.id) for one in suspensions if draw(st.booleans())]
    return officer(
        *awards, award_ends=tuple(ends), suspensions=tuple(suspensions), reinstatements=tuple(reinstated),
        seats=(seat(),) if draw(mostly) else (),
        evaluations=(cleared("2028-12-31" if draw(mostly) else "2026-12-31"),),
    )  # fmt: skip


questions = st.builds(Question, st.just("DP-1001"), st.just("sightline"), st.sampled_from([*LABELS, "9", None]))
LATE = START + timedelta(days=2000)


def answer(question, tool, holder, instant):
    return decide(question, facts(holder, tool), at=instant, known_at=LATE)


@given(questions, tools(), officers(), instants)
def test_use_is_allowed_exactly_where_no_ground_stands_and_the_badge_says_the_same(question, tool, holder, instant):
    decision = answer(question, tool, holder, instant)
    assert decision.allowed == (not decision.grounds)
    assert (decision.badge in ALLOWING) == decision.allowed
    if decision.allowed:
        assert decision.standing.coverage in {Coverage.COVERED, Coverage.DUE}


@given(questions, tools(), officers(), instants, st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_answer_is_the_same_at_every_instant_before_it_can_change(question, tool, holder, instant, chance):
    decision = answer(question, tool, holder, instant)
    until = decision.stable_until or instant + timedelta(days=3000)
    between = instant + (until - instant) * Random(chance).random()
    then = answer(question, tool, holder, min(between, until - timedelta(microseconds=1)))
    assert (then.grounds, then.badge) == (decision.grounds, decision.badge)
    if decision.stable_until is not None:
        changed_answer = answer(question, tool, holder, decision.stable_until)
        before = (decision.grounds, decision.badge, decision.standing)
        assert (changed_answer.grounds, changed_answer.badge, changed_answer.standing) != before


@given(questions, tools(), officers(), instants, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_entered_does_not_matter(question, tool, holder, instant, chance):
    def shuffled(items):
        return tuple(chance.sample(items, len(items)))

    other = replace(holder, awards=shuffled(holder.awards), award_ends=shuffled(holder.award_ends))
    assert answer(question, tool, holder, instant).grounds == answer(question, tool, other, instant).grounds


@given(questions, tools(), officers(), instants)
def test_a_delta_never_moves_the_last_day(question, tool, holder, instant):
    timed = tuple(award for award in holder.awards if award.kind.value != "delta")
    with_delta = answer(question, tool, holder, instant)
    without = answer(question, tool, replace(holder, awards=timed), instant)
    if with_delta.standing is not None:
        assert with_delta.standing.last_day == without.standing.last_day
        assert with_delta.standing.validity == without.standing.validity


@given(questions, tools(), officers(), instants, instants)
def test_suspending_and_revoking_never_widen(question, tool, holder, instant, moment):
    before = answer(question, tool, holder, instant)
    suspended = replace(holder, suspensions=(*holder.suspensions, Suspended(**at(moment), id="new")))
    revoked = replace(
        holder,
        award_ends=(
            *holder.award_ends,
            *(replace(ended(a, AwardEndKind.REVOKED, "2026-01-01"), **at(moment)) for a in holder.awards),
        ),
    )
    for narrowed in (suspended, revoked):
        assert before.allowed or not answer(question, tool, narrowed, instant).allowed


@given(questions, tools(), officers(), instants)
def test_what_is_unknown_or_closed_is_never_allowed(question, tool, holder, instant):
    assert not answer(question, tool, replace(holder, accounts=()), instant).allowed
    missing = replace(facts(holder), tool=None)
    assert decide(question, missing, at=instant, known_at=LATE).grounds[0] is Ground.TOOL_UNKNOWN


@given(questions, tools(), officers(), instants)
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


@pytest.mark.parametrize(
    "badge", [Badge.CERTIFIED, Badge.DUE, Badge.OVERDUE, Badge.EXPIRED, Badge.REVOKED, Badge.ON_HOLD]
)
def test_the_random_histories_reach_the_badges_that_matter(badge):
    """A guard for the properties above: strategies too narrow would make them hold for nothing."""
    histories = st.tuples(questions, tools(), officers(), instants)
    find(
        histories,
        lambda history: answer(*history).badge is badge,
        settings=settings(max_examples=5_000, database=None, phases=[Phase.generate]),
    )
