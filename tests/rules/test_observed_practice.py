"""Checklists, what of an observation is met, and for which version a sign-off counts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS, assessed, full, local, officer, released, requirements, sightline, version
from training_app.rules.awarding import awards_due
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Aim, Passed, Task, TaskKind, duties
from training_app.rules.facts import AwardEnded, AwardEndKind, AwardKind, Level
from training_app.rules.observed_practice import (
    Behaviour,
    Outcome,
    Seen,
    SignOff,
    all_met,
    changes,
    named,
    open_through,
)

LIST = (Behaviour("b1", "Says what the hit is not"), Behaviour("b2", "Asks a second person"))
MET, NOT_MET, NOT_SEEN = (Seen(outcome) for outcome in Outcome)


# -- what was seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "met"),
    [
        pytest.param({"b1": MET, "b2": MET}, True, id="all"),
        pytest.param({"b1": MET, "b2": NOT_MET}, False, id="one-not-met"),
        pytest.param({"b1": MET, "b2": NOT_SEEN}, False, id="not-seen-counts-as-not-met"),
        pytest.param({"b1": MET}, False, id="nothing-ticked"),
        pytest.param({"b1": MET, "b3": MET}, False, id="another-behaviour"),
    ],
)
def test_an_observation_is_met_where_every_behaviour_was_met(seen, met):
    assert all_met(LIST, seen) is met


def test_an_empty_checklist_shows_nothing():
    assert not all_met((), {})


def test_an_observation_can_be_signed_through_the_seventh_day():
    assert open_through(date(2026, 12, 28)) == date(2027, 1, 4)


# -- checklists --------------------------------------------------------------------------------------------------------


def test_a_behaviour_keeps_its_id_and_a_new_one_gets_one_that_nobody_had():
    rows = [("b2", "Asks a second person"), (None, "Writes down why"), ("b9", "Never given"), ("b2", "Given twice")]
    found = named(rows, used={"b1", "b2", "b3"})
    assert [one.id for one in found] == ["b2", "b4", "b5", "b6"]
    assert [one.text for one in found] == [text for _name, text in rows]


@given(st.lists(st.tuples(st.sampled_from([None, "b1", "b2", "b3"]), st.text(max_size=3)), max_size=6))
def test_no_two_behaviours_of_a_list_share_an_id(rows):
    ids = [one.id for one in named(rows, used={"b1", "b2"})]
    assert len(set(ids)) == len(rows)


def test_what_a_revision_changes_goes_by_the_ids():
    after = (Behaviour("b2", "Asks a colleague"), Behaviour("b3", "Writes down why"))
    found = changes(LIST, after)
    assert found.added == (after[1],)
    assert found.reworded == ((LIST[1], after[0]),)
    assert found.removed == (LIST[0],)
    assert not found.moved
    assert not changes(LIST, LIST)


def test_another_order_is_a_change():
    assert changes(LIST, LIST[::-1]).moved


# -- for what a sign-off counts ----------------------------------------------------------------------------------------

TODAY = CivilInstant(local("2026-11-22"), BRUSSELS)
HOLDER = officer(full("3.1", "2026-02-10"))
WAYS = (
    assessed("3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2"),
    assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3", on="2026-11-12"),
)
TOOL = replace(
    sightline(),
    versions=(version("3.1"), version("3.2", "3.1"), version("3.3", "3.2")),
    changes=(*sightline().changes, released("3.3", "2026-11-20")),
    assessments=WAYS,
)
PASSES = [
    Passed(f"submission:{module}", module, local("2026-11-20"), local("2026-11-20"))
    for module in ("sightline-3-2", "sightline-3-3", "ai-limits")
]


def sign_off(label, observed="2026-11-20", signed="2026-11-21", tool="sightline", number=1):
    return SignOff(f"sign-off:{number}", tool, label, local(observed), local(signed) if signed else None)


def earned(*observed, tool=TOOL, holder=HOLDER, on=TODAY):
    found = awards_due(holder, tool, passed=PASSES, signed=(), observed=observed, on=on)
    return [(one.kind, one.version) for one in found]


def observation(duty):
    return next(task for task in duty.tasks if task.kind is TaskKind.OBSERVATION)


def asked(*observed, tool=TOOL, holder=HOLDER, on=TODAY):
    return duties(holder, tool, passed=PASSES, signed=(), observed=observed, on=on)


@pytest.mark.parametrize(
    ("observed", "versions"),
    [
        pytest.param((), [], id="none"),
        pytest.param((sign_off("3.1"),), [], id="on-the-version-before"),
        pytest.param((sign_off("3.2"),), ["3.2", "3.3"], id="on-the-version-of-the-step"),
        pytest.param((sign_off("3.3"),), ["3.3"], id="on-a-later-version-of-the-way"),
        pytest.param((sign_off("3.2", signed=None),), [], id="not-signed-by-the-officer"),
        pytest.param((sign_off("3.2", signed="2026-11-23"),), [], id="signed-later-than-asked"),
        pytest.param((sign_off("3.2", tool="lockpick"),), [], id="on-another-tool"),
        pytest.param((sign_off("3.2", "2025-11-21"),), [], id="too-old"),
        pytest.param((sign_off("3.2", "2025-11-22"),), ["3.2", "3.3"], id="of-a-year-ago"),
    ],
)
def test_level_three_is_covered_by_an_observation_on_its_version_or_a_later_one_of_the_way(observed, versions):
    assert earned(*observed) == [(AwardKind.DELTA, label) for label in versions]


def test_the_observation_of_a_way_is_asked_on_the_version_that_it_leads_to():
    assert [(duty.version, observation(duty).subject) for duty in asked()] == [("3.2", "3.2"), ("3.3", "3.3")]


def test_a_later_step_of_level_three_asks_an_observation_on_its_own_version():
    tool = replace(TOOL, assessments=(WAYS[0], replace(WAYS[1], level=Level.DIFFERENCES_OBSERVED)))
    assert earned(sign_off("3.2"), tool=tool) == [(AwardKind.DELTA, "3.2")]
    assert earned(sign_off("3.3"), tool=tool) == [(AwardKind.DELTA, "3.3")]


def test_an_award_is_dated_by_the_officers_signature_and_names_the_sign_off():
    (found,) = awards_due(
        HOLDER, TOOL, passed=PASSES, signed=(), observed=[sign_off("3.3", signed="2026-11-22")], on=TODAY
    )
    assert found.met_at == local("2026-11-22")
    assert found.evidence == ("submission:sightline-3-2", "submission:sightline-3-3", "sign-off:1")
    assert found.attempts_from == local("2026-11-20")


def test_a_sign_off_that_waits_for_the_officer_is_told_and_counts_for_nothing():
    task = observation(asked(sign_off("3.2", signed=None))[0])
    assert (task.done, task.waiting) == (False, "sign-off:1")


def test_one_that_both_signed_counts_whatever_waits_beside_it():
    task = observation(asked(sign_off("3.2"), sign_off("3.2", "2026-11-21", signed=None, number=2))[0])
    assert task == Task(TaskKind.OBSERVATION, "3.2", done=True)
    assert task.proof.id == "sign-off:1"


def test_what_earned_an_award_that_was_voided_earns_nothing_again():
    award = full("3.1", "2026-02-10")
    spent = replace(full("3.2", "2026-11-21"), kind=AwardKind.DELTA, base=award.id, evidence=("sign-off:1",))
    stamp = {"effective_at": local("2026-11-22"), "recorded_at": local("2026-11-22")}
    end = AwardEnded(**stamp, award=spent.id, kind=AwardEndKind.VOIDED)
    holder = officer(award, spent, award_ends=(end,))
    assert earned(sign_off("3.2"), holder=holder) == []
    assert (AwardKind.DELTA, "3.2") in earned(sign_off("3.2"), sign_off("3.2", number=2), holder=holder)


SETS = sightline(
    requirements=tuple(requirements(label, full_observed=True, renewal_observed=True) for label in ("3.1", "3.2"))
)


def test_a_first_certification_that_asks_an_observation_needs_it_on_that_version():
    (duty,) = asked(tool=SETS, holder=officer())
    assert duty.tasks[-1] == Task(TaskKind.OBSERVATION, "3.2", done=False)
    assert earned(sign_off("3.1"), tool=SETS, holder=officer()) == []
    assert earned(sign_off("3.2"), tool=SETS, holder=officer()) == [(AwardKind.FULL, "3.2")]


def test_at_level_four_only_an_observation_since_the_announcement_counts():
    tool = replace(SETS, assessments=(assessed("3.1", "3.2", Level.FULL),))
    assert earned(sign_off("3.2", "2026-11-02"), tool=tool) == []
    assert earned(sign_off("3.2", "2026-11-03"), tool=tool) == [(AwardKind.FULL, "3.2")]


def test_a_renewal_asks_an_observation_within_its_window():
    on = CivilInstant(local("2028-01-20"), BRUSSELS)
    holder = officer(full("3.2", "2026-02-10"))
    assert [duty.aim for duty in asked(tool=SETS, holder=holder, on=on)] == [Aim.RENEW]
    fresh = [Passed("submission:fresh", "ai-limits", local("2028-01-19"), local("2028-01-19"))]

    def made(observed):
        return awards_due(holder, SETS, passed=fresh, signed=(), observed=[observed], on=on)

    assert made(sign_off("3.2", "2027-11-09", "2028-01-19")) == ()
    assert [one.kind for one in made(sign_off("3.2", "2028-01-18", "2028-01-19"))] == [AwardKind.RENEWAL]


def test_a_later_set_of_level_three_asks_an_observation_since_it_took_effect():
    later = requirements("3.2", revision=2, on="2026-11-15", level=Level.DIFFERENCES_OBSERVED, modules=("ai-limits",))
    tool = sightline(requirements=(*sightline().requirements, later))
    holder = officer(full("3.2", "2026-11-06"))
    assert earned(sign_off("3.2", "2026-11-14"), tool=tool, holder=holder) == []
    assert earned(sign_off("3.2", "2026-11-16"), tool=tool, holder=holder) == [(AwardKind.DELTA, "3.2")]
