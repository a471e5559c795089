"""An objection that was right gives an award in place of a void one: all is as if it had never been void."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.factories import BRUSSELS, delta, ended, full, local, officer, renewal, sightline
from training_app.rules.certification import Coverage, Validity, standing
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Passed, duties
from training_app.rules.facts import AwardEndKind

ON = CivilInstant(local("2026-11-22 12:00"), BRUSSELS)
FIRST = full("3.1", "2026-02-12", evidence=("submission:1", "sign-off:1"))
DELTA = delta(FIRST, "3.2", "2026-11-04")
RENEWED = renewal("3.1", "2026-11-20", evidence=("submission:9",))


def voided(*awards):
    return tuple(ended(award, AwardEndKind.VOIDED, "2026-11-10", effective_at=award.effective_at) for award in awards)


def in_place_of(award, **changed):
    return replace(award, id=f"{award.id} anew", recorded_at=local("2026-11-21"), **changed)


def of(*awards, void=()):
    return standing(officer(*awards, award_ends=voided(*void)), sightline(), "3.2", on=ON)


def test_a_void_award_takes_what_was_built_on_it_and_the_one_in_its_place_brings_it_back():
    whole = of(FIRST, DELTA)
    assert (whole.coverage, whole.last_day) == (Coverage.COVERED, date(2028, 2, 12))
    assert of(FIRST, DELTA, void=[FIRST]).validity is Validity.NEVER_CERTIFIED
    restored = of(FIRST, DELTA, in_place_of(FIRST), void=[FIRST])
    assert (restored.coverage, restored.last_day) == (Coverage.COVERED, whole.last_day)


def test_a_renewal_made_before_the_void_carries_the_restored_term_on():
    last_day = of(FIRST, DELTA, RENEWED).last_day
    assert last_day == date(2028, 11, 20)
    assert of(FIRST, DELTA, RENEWED, in_place_of(FIRST), void=[FIRST]).last_day == last_day


@pytest.mark.parametrize("restored_first", ["the base", "the delta"])
def test_base_and_delta_may_both_have_been_void_and_be_restored_in_either_order(restored_first):
    base = in_place_of(FIRST)
    again = in_place_of(DELTA)  # names the void base, whichever of the two was decided first
    awards = (base, again) if restored_first == "the base" else (again, base)
    assert of(FIRST, DELTA, *awards, void=[FIRST, DELTA]).coverage is Coverage.COVERED
    assert of(FIRST, DELTA, base, void=[FIRST, DELTA]).coverage is Coverage.OVERDUE, "the delta is void still"
    assert of(FIRST, DELTA, again, void=[FIRST, DELTA]).validity is Validity.NEVER_CERTIFIED


def test_twice_void_and_twice_restored_is_restored():
    once = in_place_of(FIRST)
    twice = in_place_of(once)
    assert of(FIRST, DELTA, once, twice, void=[FIRST, once]).coverage is Coverage.COVERED
    assert of(FIRST, DELTA, once, void=[FIRST, once]).validity is Validity.NEVER_CERTIFIED


@pytest.mark.parametrize(
    "other",
    [
        full("3.1", "2026-11-15", evidence=("submission:1", "sign-off:1")),
        full("3.1", "2026-02-12", evidence=("submission:1", "sign-off:2")),
    ],
    ids=["of-another-day", "on-other-evidence"],
)
def test_an_award_that_says_something_else_stands_in_no_ones_place(other):
    assert of(FIRST, DELTA, other, void=[FIRST]).coverage is Coverage.OVERDUE


def test_nobody_is_asked_for_training_that_earned_a_restored_award():
    passed = [
        Passed(
            id="submission:1",
            module="sightline-3-2",
            passed_at=local("2026-11-04"),
            opened_at=local("2026-11-04"),
        )
    ]

    def asked(*awards, void=()):
        found = officer(*awards, award_ends=voided(*void))
        given = duties(found, sightline(), passed=passed, signed=(), observed=(), on=ON)
        return [task.done for duty in given for task in duty.tasks if task.subject == "sightline-3-2"]

    assert asked(FIRST) == [True]
    assert asked(FIRST, full("3.1", "2026-02-13"), void=[FIRST]) == [False], "what earned a void award earns nothing"
    assert asked(FIRST, in_place_of(FIRST), void=[FIRST]) == [True]
