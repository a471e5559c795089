"""Concerns about trainers: who may handle one, and how long its text is shown."""

from itertools import product

import pytest

from tests.rules.factories import BRUSSELS, local
from training_app.rules.civil_time import CivilInstant
from training_app.rules.conduct import Bar, Case, bars, may_handle, named_before_it_is_taken
from training_app.rules.kept_texts import text_is_shown
from training_app.rules.permissions import Role

TRAINER, RAISER, PUPIL, MENTOR, LEAD, STRANGER = range(1, 7)
CASE = Case(
    trainer=TRAINER, raised_by=RAISER, qualified_by_trainer=frozenset({PUPIL}), qualified_trainer=frozenset({MENTOR})
)


@pytest.mark.parametrize(
    ("person", "bar"),
    [
        (TRAINER, (Bar.TRAINER,)),
        (RAISER, (Bar.RAISED_IT,)),
        (PUPIL, (Bar.QUALIFIED_BY_THE_TRAINER,)),
        (MENTOR, (Bar.QUALIFIED_THE_TRAINER,)),
        (LEAD, ()),
    ],
)
def test_a_lead_who_is_not_concerned_handles_a_concern(person, bar):
    assert bars(person, CASE, leads={TRAINER, RAISER, PUPIL, MENTOR, LEAD}, oversight=False) == bar


def test_who_leads_no_scope_of_the_trainers_does_not_and_everything_is_told():
    assert bars(STRANGER, CASE, leads={LEAD}, oversight=False) == (Bar.NO_LEAD,)
    assert bars(RAISER, CASE, leads={LEAD}, oversight=False) == (Bar.RAISED_IT, Bar.NO_LEAD)


@pytest.mark.parametrize(
    ("leads", "bar"), [({LEAD}, (Bar.A_LEAD_IS_THERE,)), (set(), ()), ({TRAINER, RAISER, PUPIL, MENTOR}, ())]
)
def test_oversight_handles_it_where_every_lead_is_concerned(leads, bar):
    assert bars(STRANGER, CASE, leads=leads, oversight=True) == bar
    assert bars(RAISER, CASE, leads=set(), oversight=True) == (Bar.RAISED_IT,)


@pytest.mark.parametrize(
    ("leads", "overseers", "may"),
    [
        ({LEAD, MENTOR}, {STRANGER}, {LEAD}),
        ({MENTOR, PUPIL}, {STRANGER, RAISER}, {STRANGER}),
        ({MENTOR}, {RAISER, TRAINER}, set()),
        (set(), set(), set()),
    ],
)
def test_a_case_is_handled_by_leads_then_by_oversight_or_a_further_person_is_needed(leads, overseers, may):
    assert may_handle(CASE, leads=leads, overseers=overseers) == may


@pytest.mark.parametrize(
    ("roles", "named"), [({Role.OFFICER}, False), ({Role.SUPERVISOR}, True), ({Role.OFFICER, Role.SUPERVISOR}, True)]
)
def test_a_supervisor_is_named_to_who_may_handle_it_and_an_officer_is_not(roles, named):
    assert named_before_it_is_taken(roles) is named


def test_once_the_text_is_deleted_nobody_raised_it():
    case = Case(trainer=TRAINER, raised_by=None, qualified_by_trainer=frozenset(), qualified_trainer=frozenset())
    assert bars(LEAD, case, leads={LEAD}, oversight=False) == ()


def test_whoever_may_handle_a_case_is_not_close_to_it():
    people = (TRAINER, RAISER, PUPIL, MENTOR, LEAD, STRANGER)
    for person, lead, oversight in product(people, people, (False, True)):
        if not bars(person, CASE, leads={lead}, oversight=oversight):
            assert person in {LEAD, STRANGER}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2026-11-20 10:00", True),
        ("2027-11-20 23:59:59", True),
        ("2027-11-21 00:00", False),
    ],
)
def test_the_text_is_shown_through_the_last_day_of_its_months(asked, shown):
    on = CivilInstant(local(asked), BRUSSELS)
    assert text_is_shown(local("2026-11-20 10:00"), 12, on=on) is shown
    assert text_is_shown(None, 12, on=on), "it is not decided yet"
