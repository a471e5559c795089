"""How far a report is, by when what is due, and who does what."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS, local
from training_app.rules.civil_time import CivilInstant, working_days_after
from training_app.rules.reports import (
    Bar,
    Deadlines,
    Decision,
    History,
    Late,
    State,
    Step,
    StepKind,
    Terms,
    acknowledged_in_time,
    bars,
    closed_in_time,
    deadlines,
    lacks_people,
    late,
    second_bars,
    state,
)

TERMS = Terms(acknowledge_working_days=3, close_days=30, months=12)
RECEIVED = local("2026-11-20 14:00")
"""A Friday."""
HANDLER, SECOND, REPORTER = 1, 2, 3


def history(*kinds: StepKind, decisions: tuple[Decision, ...] = (), by: int = HANDLER) -> History:
    steps = tuple(
        Step(kind, RECEIVED + timedelta(hours=number), None if kind is StepKind.ANSWERED else by)
        for number, kind in enumerate(kinds, 1)
    )
    return History(RECEIVED, steps, decisions)


def decided(*, sent_back: bool = False, signed_at=None) -> Decision:
    return Decision(RECEIVED + timedelta(days=2), HANDLER, sent_back, signed_at)


TAKEN, BACK, ASKED, ANSWERED = StepKind.TAKEN, StepKind.GIVEN_BACK, StepKind.ASKED, StepKind.ANSWERED
CLOSED_AT = local("2026-12-01 10:00")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (history(), State.RECEIVED),
        (history(TAKEN), State.HANDLED),
        (history(TAKEN, BACK), State.HANDLED),
        (history(TAKEN, ASKED), State.ASKED),
        (history(TAKEN, ASKED, ANSWERED), State.HANDLED),
        (history(TAKEN, ASKED, ANSWERED, ASKED), State.ASKED),
        (history(TAKEN, ASKED, decisions=(decided(),)), State.DECIDED),
        (history(TAKEN, decisions=(decided(sent_back=True),)), State.HANDLED),
        (history(TAKEN, decisions=(decided(sent_back=True), decided())), State.DECIDED),
        (history(TAKEN, ASKED, decisions=(decided(signed_at=CLOSED_AT),)), State.CLOSED),
    ],
)
def test_how_far_a_report_is(found, expected):
    assert state(found) is expected


@pytest.mark.parametrize(
    ("received", "acknowledge"),
    [
        ("2026-11-16", "2026-11-19"),
        ("2026-11-18", "2026-11-23"),
        ("2026-11-20", "2026-11-25"),
        ("2026-11-21", "2026-11-25"),
        ("2026-11-22", "2026-11-25"),
        ("2026-12-30", "2027-01-04"),
    ],
)
def test_it_is_acknowledged_within_working_days_and_closed_within_civil_days(received, acknowledge):
    day = date.fromisoformat(received)
    assert deadlines(day, TERMS) == Deadlines(date.fromisoformat(acknowledge), day + timedelta(days=30))


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 60),
    st.frozensets(st.integers(-5, 100), max_size=25),
)
def test_working_days_are_counted_one_by_one_without_public_holidays(day, days, offsets):
    holidays = frozenset(day + timedelta(days=offset) for offset in offsets)
    works = lambda one: one.weekday() < 5 and one not in holidays  # noqa: E731
    counted, left = day, days
    while left:
        counted += timedelta(days=1)
        left -= works(counted)
    while days == 0 and not works(counted):
        counted -= timedelta(days=1)
    assert working_days_after(day, days, holidays) == counted


def test_a_public_holiday_gives_a_day_more_to_acknowledge():
    terms = Terms(3, 30, 12, holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
    assert deadlines(date(2026, 12, 23), terms).acknowledge == date(2026, 12, 29), "the 26th is a Saturday anyway"


@pytest.mark.parametrize(
    ("found", "at", "expected"),
    [
        (history(), "2026-11-25 23:59:59", ()),
        (history(), "2026-11-26 00:00:00", (Late.ACKNOWLEDGEMENT,)),
        (history(TAKEN), "2026-11-26 00:00:00", ()),
        (history(TAKEN, BACK), "2026-11-26 00:00:00", ()),
        (history(TAKEN), "2026-12-20 23:59:59", ()),
        (history(TAKEN, ASKED), "2026-12-21 00:00:00", (Late.CLOSE,)),
        (history(TAKEN, decisions=(decided(),)), "2026-12-21 00:00:00", (Late.CLOSE,)),
        (history(), "2026-12-21 00:00:00", (Late.ACKNOWLEDGEMENT, Late.CLOSE)),
        (history(TAKEN, decisions=(decided(signed_at=CLOSED_AT),)), "2027-12-21 00:00:00", ()),
    ],
)
def test_what_is_overdue(found, at, expected):
    assert late(found, TERMS, on=CivilInstant(local(at), BRUSSELS)) == expected


def test_in_time_means_on_the_last_day_at_the_latest():
    on = CivilInstant(local("2027-06-01"), BRUSSELS)
    for at, in_time in (("2026-11-25 23:59:59", True), ("2026-11-26 00:00:00", False)):
        taken = History(RECEIVED, (Step(TAKEN, local(at), HANDLER),))
        assert acknowledged_in_time(taken, TERMS, on=on) is in_time
    for at, in_time in (("2026-12-20 23:59:59", True), ("2026-12-21 00:00:00", False)):
        closed = history(TAKEN, decisions=(decided(signed_at=local(at)),))
        assert closed_in_time(closed, TERMS, on=on) is in_time
    assert not acknowledged_in_time(history(), TERMS, on=on)
    assert not closed_in_time(history(TAKEN), TERMS, on=on)


@pytest.mark.parametrize(
    ("person", "found", "registrars", "handling", "signing"),
    [
        (HANDLER, history(), {HANDLER, SECOND}, (), ()),
        (HANDLER, history(TAKEN), {HANDLER, SECOND}, (), (Bar.HANDLED_IT,)),
        (HANDLER, history(TAKEN, BACK), {HANDLER, SECOND}, (), (Bar.HANDLED_IT,)),
        (SECOND, history(TAKEN, decisions=(decided(),)), {HANDLER, SECOND}, (), ()),
        (HANDLER, history(decisions=(decided(),)), {HANDLER, SECOND}, (), (Bar.HANDLED_IT,)),
        (REPORTER, history(TAKEN), {HANDLER, REPORTER}, (Bar.REPORTED_IT,), (Bar.REPORTED_IT,)),
        (9, history(TAKEN), {HANDLER, SECOND}, (Bar.NO_REGISTRAR,), (Bar.NO_REGISTRAR,)),
        (REPORTER, history(TAKEN), {HANDLER}, (Bar.REPORTED_IT, Bar.NO_REGISTRAR), (Bar.REPORTED_IT, Bar.NO_REGISTRAR)),
    ],
)
def test_who_handles_a_report_and_who_signs_its_end(person, found, registrars, handling, signing):
    assert bars(person, reported_by=REPORTER, registrars=registrars) == handling
    assert second_bars(person, found, reported_by=REPORTER, registrars=registrars) == signing


@pytest.mark.parametrize(
    ("found", "registrars", "expected"),
    [
        (history(), {HANDLER, SECOND}, False),
        (history(), {HANDLER}, True),
        (history(), {HANDLER, REPORTER}, True),
        (history(TAKEN), {HANDLER, SECOND}, False),
        (history(TAKEN), {HANDLER, REPORTER}, True),
        (history(TAKEN), {SECOND}, True),
        (history(TAKEN), {SECOND, 8}, False),
        (history(TAKEN, BACK), {HANDLER, SECOND}, False),
        (history(TAKEN, decisions=(decided(signed_at=CLOSED_AT),)), set(), False),
    ],
)
def test_when_a_further_registrar_is_needed(found, registrars, expected):
    assert lacks_people(found, reported_by=REPORTER, registrars=registrars) is expected


@given(
    st.lists(st.sampled_from([TAKEN, BACK, ASKED, ANSWERED, StepKind.NOTED]), max_size=8),
    st.lists(st.booleans(), max_size=3),
    st.integers(1, 4),
    st.frozensets(st.integers(1, 5)),
)
def test_nobody_signs_what_they_held_decided_or_reported(kinds, sent_back, person, registrars):
    decisions = tuple(decided(sent_back=one) for one in sent_back)
    found = history(*kinds, decisions=decisions, by=HANDLER)
    allowed = not second_bars(person, found, reported_by=REPORTER, registrars=registrars)
    if allowed:
        assert person in registrars
        assert person != REPORTER
        assert person not in found.held_by
    assert allowed <= (not bars(person, reported_by=REPORTER, registrars=registrars))
