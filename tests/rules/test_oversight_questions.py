"""How far a question on the record is, by when an answer is due, who may give it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS, local
from training_app.rules.civil_time import CivilInstant
from training_app.rules.oversight_questions import (
    MOST_DAYS,
    SOON_DAYS,
    Entry,
    Office,
    Said,
    State,
    Thread,
    day_can_be_asked,
    due_soon,
    is_asked,
    overdue,
    state,
)
from training_app.rules.permissions import Role

DUE = date(2026, 12, 4)
ANSWER = Entry(Said.ANSWER)
FURTHER = Entry(Said.FOLLOW_UP, date(2026, 12, 18))


def on(text):
    return CivilInstant(local(text), BRUSSELS)


@pytest.mark.parametrize(
    ("thread", "expected", "last_day"),
    [
        pytest.param(Thread(DUE), State.WAITS, DUE, id="asked"),
        pytest.param(Thread(DUE, (ANSWER,)), State.ANSWERED, DUE, id="answered"),
        pytest.param(Thread(DUE, (ANSWER, ANSWER)), State.ANSWERED, DUE, id="answered-by-two"),
        pytest.param(Thread(DUE, (ANSWER, FURTHER)), State.WAITS, date(2026, 12, 18), id="asked-further"),
        pytest.param(Thread(DUE, (ANSWER, FURTHER, ANSWER)), State.ANSWERED, date(2026, 12, 18), id="answered-again"),
        pytest.param(Thread(DUE, closed=True), State.CLOSED, DUE, id="closed-without-an-answer"),
        pytest.param(Thread(DUE, (ANSWER, FURTHER), closed=True), State.CLOSED, date(2026, 12, 18), id="closed"),
    ],
)
def test_how_far_a_question_is(thread, expected, last_day):
    assert (state(thread), thread.last_day) == (expected, last_day)


@pytest.mark.parametrize(
    ("asked_at", "late", "soon"),
    [
        pytest.param("2026-11-30 23:59:59", False, False, id="four-days-before"),
        pytest.param("2026-12-01 00:00:00", False, True, id="three-days-before"),
        pytest.param("2026-12-04 23:59:59", False, True, id="last-second-of-the-last-day"),
        pytest.param("2026-12-05 00:00:00", True, False, id="first-instant-of-the-next-day"),
    ],
)
def test_an_answer_is_due_through_its_last_day_in_the_agencys_zone(asked_at, late, soon):
    assert (overdue(Thread(DUE), on=on(asked_at)), due_soon(Thread(DUE), on=on(asked_at))) == (late, soon)
    assert SOON_DAYS == 3


@given(
    entries=st.lists(st.sampled_from([ANSWER, FURTHER]), max_size=6),
    closed=st.booleans(),
    days=st.integers(-400, 400),
)
def test_only_what_waits_is_overdue_or_due_soon_and_never_both(entries, closed, days):
    thread = Thread(DUE, tuple(entries), closed)
    at = CivilInstant(local("2026-12-04") + timedelta(days=days), BRUSSELS)
    marks = [overdue(thread, on=at), due_soon(thread, on=at)]
    assert sum(marks) <= (state(thread) is State.WAITS)


@pytest.mark.parametrize(
    ("days", "possible"),
    [(-1, False), (0, True), (MOST_DAYS, True), (MOST_DAYS + 1, False)],
)
def test_an_answer_is_asked_for_from_today_on_within_a_year(days, possible):
    at = on("2026-11-30 23:30")
    assert day_can_be_asked(at.day + timedelta(days=days), on=at) is possible


ABOVE = {"agency": None, "harbour": "agency", "night": "harbour", "central": "agency"}


@pytest.mark.parametrize(
    ("roles", "own", "office", "unit", "expected"),
    [
        pytest.param({Role.REGISTRAR}, None, Office.REGISTRARS, None, True, id="registrar"),
        pytest.param({Role.LEAD}, None, Office.REGISTRARS, None, False, id="lead-for-registrars"),
        pytest.param({Role.LEAD, Role.OFFICER}, "central", Office.LEADS, None, True, id="lead"),
        pytest.param({Role.SUPERVISOR}, "harbour", Office.SUPERVISORS, "harbour", True, id="own-unit"),
        pytest.param({Role.SUPERVISOR}, "agency", Office.SUPERVISORS, "night", True, id="two-units-above"),
        pytest.param({Role.SUPERVISOR}, "night", Office.SUPERVISORS, "harbour", False, id="a-unit-below"),
        pytest.param({Role.SUPERVISOR}, "central", Office.SUPERVISORS, "harbour", False, id="another-unit"),
        pytest.param({Role.SUPERVISOR}, None, Office.SUPERVISORS, "harbour", False, id="of-no-unit"),
        pytest.param({Role.OFFICER}, "harbour", Office.SUPERVISORS, "harbour", False, id="officer-of-the-unit"),
        pytest.param(set(), None, Office.LEADS, None, False, id="nobody"),
    ],
)
def test_who_is_asked(roles, own, office, unit, expected):
    assert is_asked(roles, own, office=office, unit=unit, above=ABOVE) is expected
