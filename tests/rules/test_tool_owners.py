"""Who owns a tool, for how long a report is kept for the owner, and that the owner never signs its end."""

from datetime import date, timedelta

import pytest

from tests.rules.factories import BRUSSELS, local
from training_app.rules.civil_time import CivilInstant
from training_app.rules.reports import Bar, History, Step, StepKind, Terms, lacks_people, second_bars
from training_app.rules.tool_owners import Naming, kept_for, kept_until, owner, owners_between

TERMS = Terms(acknowledge_working_days=3, close_days=30, months=12)
RECEIVED = local("2026-11-20 14:00")
"""A Friday: it is to be acknowledged by Wednesday, and anybody may take it from Tuesday on."""
OWNER, OTHER, THIRD = 1, 2, 3
UNTOUCHED = History(RECEIVED)
TAKEN = History(RECEIVED, (Step(StepKind.TAKEN, RECEIVED + timedelta(hours=1), OWNER),))
GIVEN_BACK = History(RECEIVED, (*TAKEN.steps, Step(StepKind.GIVEN_BACK, RECEIVED + timedelta(hours=2), OWNER)))


@pytest.mark.parametrize(
    ("history", "at", "given", "expected"),
    [
        pytest.param(UNTOUCHED, "2026-11-20 15:00", {}, OWNER, id="on-the-day"),
        pytest.param(UNTOUCHED, "2026-11-23 23:59:59", {}, OWNER, id="last-instant"),
        pytest.param(UNTOUCHED, "2026-11-24 00:00", {}, None, id="the-day-is-near"),
        pytest.param(UNTOUCHED, "2026-11-20 15:00", {"owner": None}, None, id="no-owner"),
        pytest.param(UNTOUCHED, "2026-11-20 15:00", {"urgent": True}, None, id="somebody-bears-it"),
        pytest.param(UNTOUCHED, "2026-11-20 15:00", {"reported_by": OWNER}, None, id="the-owner-reported-it"),
        pytest.param(UNTOUCHED, "2026-11-20 15:00", {"registrars": {OTHER}}, None, id="the-owner-left"),
        pytest.param(TAKEN, "2026-11-20 16:00", {}, None, id="taken"),
        pytest.param(GIVEN_BACK, "2026-11-20 17:00", {}, None, id="given-back-by-the-owner"),
    ],
)
def test_for_how_long_a_report_is_kept_for_the_owner(history, at, given, expected):
    asked = {"owner": OWNER, "urgent": False, "reported_by": None, "registrars": {OWNER, OTHER}, **given}
    chosen = asked.pop("owner")
    assert kept_for(history, chosen, terms=TERMS, on=CivilInstant(local(at), BRUSSELS), **asked) == expected


def test_a_holiday_moves_the_day_from_which_another_takes_it():
    on = CivilInstant(RECEIVED, BRUSSELS)
    assert kept_until(UNTOUCHED, TERMS, on=on) == date(2026, 11, 24)
    monday_off = Terms(3, 30, 12, holidays=frozenset({date(2026, 11, 23)}))
    assert kept_until(UNTOUCHED, monday_off, on=on) == date(2026, 11, 25)


def test_the_latest_naming_governs_and_whoever_owned_it_in_between_is_known():
    first, second, none = (local(f"2026-11-{day} 09:00") for day in ("01", "10", "20"))
    namings = (Naming(first, OWNER), Naming(second, OTHER), Naming(none, None))
    assert owner(namings, at=first - timedelta(seconds=1)) is None
    assert [owner(namings, at=at) for at in (first, second, none)] == [OWNER, OTHER, None]
    assert owners_between(namings, second - timedelta(days=1), none) == {OWNER, OTHER}
    assert owners_between(namings, second, none) == {OTHER}
    assert owners_between(namings, none, none) == frozenset()


def test_the_owner_is_no_independent_second_and_a_missing_one_is_told():
    registrars = {OWNER, OTHER}
    known = {"reported_by": None, "registrars": registrars, "owners": {OWNER}}
    assert second_bars(OWNER, UNTOUCHED, **known) == (Bar.OWNS_TOOL,)
    assert second_bars(OTHER, TAKEN, **known) == ()
    assert not lacks_people(TAKEN, **known)
    by_other = History(RECEIVED, (Step(StepKind.TAKEN, RECEIVED, OTHER),))
    assert lacks_people(by_other, **known), "the owner is not independent, and nobody else is left"
    assert not lacks_people(by_other, **{**known, "registrars": {*registrars, THIRD}})
