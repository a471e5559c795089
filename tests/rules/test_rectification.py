"""Requests for rectification: due in a month, extended once, contested until then, never one's own."""

from datetime import date, timedelta

import pytest

from tests.rules.factories import BRUSSELS, local
from training_app.rules.civil_time import CivilInstant
from training_app.rules.rectification import (
    Bar,
    History,
    State,
    Step,
    StepKind,
    bars,
    contested,
    due,
    may_extend,
    overdue,
    state,
)

OFFICER, REGISTRAR, OTHER = 1, 2, 3


def on(text: str) -> CivilInstant:
    return CivilInstant(local(text), BRUSSELS)


def request(*kinds: StepKind, received: str = "2027-01-31 09:00", by: int = REGISTRAR) -> History:
    start = local(received)
    steps = tuple(Step(kind, start + timedelta(hours=n), by) for n, kind in enumerate(kinds, start=1))
    return History(start, OFFICER, steps)


@pytest.mark.parametrize(
    ("received", "extended", "last_day"),
    [
        pytest.param("2027-03-15 09:00", False, date(2027, 4, 15), id="the-same-day-of-the-next-month"),
        pytest.param("2027-01-31 09:00", False, date(2027, 2, 28), id="a-short-month-ends-it"),
        pytest.param("2027-01-31 09:00", True, date(2027, 4, 30), id="two-further-months-count-from-receipt"),
        pytest.param("2026-12-01 00:00", True, date(2027, 3, 1), id="over-the-year"),
    ],
)
def test_the_answer_is_due_in_a_month_and_in_three_once_extended(received, extended, last_day):
    found = request(*([StepKind.EXTENDED] if extended else []), received=received)
    assert due(found, on=on("2027-02-01 09:00")) == last_day


@pytest.mark.parametrize(("asked_at", "late"), [("2027-02-28 23:59:59", False), ("2027-03-01 00:00:00", True)])
def test_it_is_overdue_from_the_first_instant_after_its_last_day(asked_at, late):
    assert overdue(request(StepKind.TAKEN), on=on(asked_at)) is late
    assert overdue(request(StepKind.TAKEN, StepKind.REFERRED), on=on(asked_at)) is late  # another path stops no clock


@pytest.mark.parametrize("end", [StepKind.CORRECTED, StepKind.REFUSED, StepKind.WITHDRAWN])
def test_what_is_answered_is_neither_overdue_nor_contested_and_is_not_extended(end):
    ended = request(StepKind.TAKEN, end)
    assert not overdue(ended, on=on("2028-01-01 09:00"))
    assert not contested(ended)
    assert not may_extend(ended, on=on("2027-02-01 09:00"))
    assert state(ended).value == end.value


@pytest.mark.parametrize(
    ("found", "asked_at", "may"),
    [
        pytest.param(request(StepKind.TAKEN), "2027-02-28 23:59:59", True, id="on-the-last-day-of-the-first-month"),
        pytest.param(request(StepKind.TAKEN), "2027-03-01 00:00:00", False, id="after-it"),
        pytest.param(request(StepKind.TAKEN, StepKind.EXTENDED), "2027-02-02 09:00", False, id="once-only"),
    ],
)
def test_the_time_is_extended_once_and_within_the_first_month(found, asked_at, may):
    assert may_extend(found, on=on(asked_at)) is may


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        ([], State.RECEIVED),
        ([StepKind.TAKEN], State.HANDLED),
        ([StepKind.TAKEN, StepKind.GIVEN_BACK], State.RECEIVED),
        ([StepKind.TAKEN, StepKind.REFERRED], State.REFERRED),
        ([StepKind.TAKEN, StepKind.REFERRED, StepKind.GIVEN_BACK], State.REFERRED),
    ],
)
def test_how_far_it_is(kinds, shown):
    found = request(*kinds)
    assert state(found) is shown
    assert contested(found)


def test_nobody_handles_their_own_and_only_registrars_do():
    assert bars(REGISTRAR, person=OFFICER, registrars={REGISTRAR}) == ()
    assert bars(OTHER, person=OFFICER, registrars={REGISTRAR}) == (Bar.NO_REGISTRAR,)
    assert bars(REGISTRAR, person=REGISTRAR, registrars={REGISTRAR}) == (Bar.OWN,)
