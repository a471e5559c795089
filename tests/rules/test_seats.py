"""Seats under their caps: who counts, who is over, who is to be released, and what stands against one more."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import (
    BRUSSELS,
    ended,
    full,
    local,
    officer,
    policy,
    purpose,
    seat,
    sightline,
    when,
)
from training_app.rules.certification import Validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import (
    AccountChanged,
    AwardEndKind,
    Prohibition,
    ProhibitionCorrected,
    Reinstated,
    SeatReleased,
    SeatReviewed,
    Suspended,
    UnitAssigned,
)
from training_app.rules.seats import (
    Asked,
    CapSet,
    ObstacleKind,
    Review,
    cap_of,
    held_seats,
    obstacles,
    prohibited,
    room,
    with_units_above,
)

TODAY = CivilInstant(local("2026-11-22"), BRUSSELS)
#: agency > central > central-night; agency > harbour
PARENTS = {"agency": None, "central": "agency", "central-night": "central", "harbour": "agency"}
SUSPENDED = Suspended(**when("2026-11-10"), id="suspension")


def cap(seats: int, on: str = "2025-12-01", unit: str | None = None) -> CapSet:
    return CapSet(**when(on), seats=seats, unit=unit)


def holder(number: int, unit: str = "central", on: str = "2026-01-12", **given):
    facts = {
        "number": f"DP-{number}",
        "units": (UnitAssigned(**when("2025-11-03"), unit=unit),),
        "seats": (seat(on, id=f"seat:{number}", unit=unit),),
    }
    return officer(full("3.1", "2026-02-10"), **facts | given)


def newcomer(number: int = 9, unit: str = "central", **given):
    return holder(number, unit, **{"seats": ()} | given)


def held(*officers, tool=None, on=TODAY):
    return held_seats(tool or sightline(), officers, on=on)


def against(
    *officers, asked=None, caps=(), purposes=(), by="DP-2001", units=("central", "central-night"), tool=None, on=TODAY
):
    """Return the kinds of everything that stands against a seat for *asked*."""
    question = Asked(asked or newcomer(), purposes, by, units)
    tool = tool or sightline()
    found = obstacles(question, tool, held(*officers, tool=tool, on=on), caps, PARENTS, on=on)
    return [one.kind for one in found]


# -- caps --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caps", "expected"),
    [
        pytest.param((), None, id="none-set"),
        pytest.param((cap(8),), 8, id="one"),
        pytest.param((cap(8), cap(5, "2026-06-01")), 5, id="the-latest-governs"),
        pytest.param((cap(5, "2026-06-01"), cap(8)), 5, id="in-whatever-order"),
        pytest.param((cap(8), cap(5, "2027-01-01")), 8, id="not-yet-in-effect"),
        pytest.param((cap(8), cap(5)), 5, id="of-two-at-once-the-lower"),
        pytest.param((cap(5), cap(8)), 5, id="of-two-at-once-the-lower-again"),
        pytest.param((cap(2, unit="central"),), None, id="a-units-cap-is-not-the-tools"),
    ],
)
def test_the_latest_cap_governs_and_of_two_at_once_the_lower(caps, expected):
    assert cap_of(caps, None, at=TODAY.instant) == expected


def test_a_units_cap_counts_the_seats_of_the_units_below_it_too():
    seats = held(holder(1), holder(2, "central-night"), holder(3, "harbour"))
    caps = (cap(8), cap(2, unit="central"), cap(1, unit="central-night"), cap(4, unit="agency"))
    counts = {unit: room(seats, caps, unit, PARENTS, at=TODAY.instant).held for unit in (None, *PARENTS)}
    assert counts == {None: 3, "agency": 3, "central": 2, "central-night": 1, "harbour": 1}


def test_units_that_stand_above_each_other_in_a_circle_end_the_walk():
    assert with_units_above("a", {"a": "b", "b": "a"}) == ("a", "b")


def test_lowering_a_cap_drops_nobody_and_names_who_is_over_by_the_seats_granted_last():
    seats = held(holder(1, on="2026-01-12"), holder(2, on="2026-03-01"), holder(3, on="2026-02-01"))
    before, after = (
        room(seats, caps, None, PARENTS, at=TODAY.instant) for caps in ((cap(3),), (cap(3), cap(1, "2026-11-22")))
    )
    assert (before.held, before.over, before.free) == (3, (), 0)
    assert (after.held, after.cap, after.free) == (3, 1, 0)
    assert [one.officer for one in after.over] == ["DP-3", "DP-2"]


@pytest.mark.parametrize(("counts", "expected"), [(True, 2), (False, 1)])
def test_a_suspended_officers_seat_counts_or_not_by_policy(counts, expected):
    tool = sightline(policies=(policy(suspended_seats_count=counts),))
    seats = held(holder(1), holder(2, suspensions=(SUSPENDED,)), tool=tool)
    assert room(seats, (), None, PARENTS, at=TODAY.instant).held == expected
    assert [one.suspended for one in seats] == [False, True]


def test_a_reinstated_officers_seat_counts_again():
    tool = sightline(policies=(policy(suspended_seats_count=False),))
    back = Reinstated(**when("2026-11-20"), suspension="suspension")
    (seat_held,) = held(holder(2, suspensions=(SUSPENDED,), reinstatements=(back,)), tool=tool)
    assert seat_held.counts
    assert not seat_held.suspended


@pytest.mark.parametrize(
    "ended_by",
    [
        {"seat_releases": (SeatReleased(**when("2026-05-01"), seat="seat:1"),)},
        {
            "units": (
                UnitAssigned(**when("2025-11-03"), unit="central"),
                UnitAssigned(**when("2026-05-01"), unit="harbour"),
            )
        },
        {
            "accounts": (
                AccountChanged(**when("2025-11-03"), is_open=True),
                AccountChanged(**when("2026-05-01"), is_open=False),
            )
        },
    ],
    ids=["released", "transferred", "account-closed"],
)
def test_a_seat_that_has_ended_counts_nowhere(ended_by):
    assert held(holder(1, **ended_by)) == ()


def test_a_seat_granted_while_its_officer_was_being_moved_or_the_account_closed_never_stands():
    """The transfer is dated before the grant and was recorded after it: two servers, or an import that takes long."""
    moved = (UnitAssigned(**when("2025-11-03"), unit="central"), UnitAssigned(**when("2026-01-09"), unit="harbour"))
    closed = (AccountChanged(**when("2025-11-03"), is_open=True), AccountChanged(**when("2026-01-09"), is_open=False))
    again = AccountChanged(**when("2026-05-01"), is_open=True)
    assert held(holder(1, units=moved)) == ()
    assert held(holder(1, accounts=(*closed, again))) == ()
    assert len(held(holder(1, units=moved[:1], accounts=closed[:1]))) == 1


def test_the_seats_of_expired_and_revoked_officers_count_and_are_to_be_released():
    lapsed, fine, award = full("3.1", "2024-02-10"), full("3.1", "2026-02-10"), full("3.1", "2026-02-10")
    revoked = holder(3, awards=(award,), award_ends=(ended(award, AwardEndKind.REVOKED, "2026-10-01"),))
    seats = held(holder(1, awards=(lapsed,)), holder(2, awards=(fine,)), revoked, holder(4, awards=()))
    assert [one.ended for one in seats] == [Validity.EXPIRED, None, Validity.REVOKED, None]
    assert [one.to_release for one in seats] == [True, False, True, False]
    assert room(seats, (), None, PARENTS, at=TODAY.instant).held == 4


# -- reviews -----------------------------------------------------------------------------------------------------------

QUARTERLY = sightline(policies=(policy(seat_review_months=3),))


@pytest.mark.parametrize(
    ("today", "review"),
    [
        ("2026-03-28 23:59", Review.AHEAD),
        ("2026-03-29 00:00", Review.DUE),
        ("2026-04-12 23:59", Review.DUE),
        ("2026-04-13 00:00", Review.OVERDUE),
        ("2026-05-12 23:59", Review.OVERDUE),
    ],
)
def test_a_review_is_due_fourteen_days_before_its_day_and_overdue_after_it(today, review):
    on = CivilInstant(local(today), BRUSSELS)
    (found,) = held(holder(1), tool=QUARTERLY, on=on)
    assert (found.review, found.review_day, found.last_day) == (review, date(2026, 4, 12), date(2026, 5, 12))


def test_a_seat_ends_thirty_days_after_the_day_of_its_review():
    assert held(holder(1), tool=QUARTERLY, on=CivilInstant(local("2026-05-13 00:00"), BRUSSELS)) == ()


def test_a_review_in_time_counts_anew_from_its_day():
    reviewed = holder(1, seat_reviews=(SeatReviewed(**when("2026-05-02"), seat="seat:1"),))
    (found,) = held(reviewed, tool=QUARTERLY, on=CivilInstant(local("2026-05-13"), BRUSSELS))
    assert (found.review, found.review_day) == (Review.AHEAD, date(2026, 8, 2))


def test_where_policy_asks_for_no_review_none_is_due():
    (found,) = held(holder(1))
    assert (found.review, found.review_day, found.last_day) == (Review.NOT_ASKED, None, None)


# -- granting ----------------------------------------------------------------------------------------------------------


def test_nothing_stands_against_a_seat_under_the_cap():
    assert against(holder(1), caps=(cap(2),)) == []


def test_without_a_cap_any_number_may_be_granted():
    assert against(*map(holder, range(1, 8))) == []


TWO_PURPOSES = sightline(
    purposes=(
        purpose("missing-person"),
        purpose("theft"),
        purpose("theft", permitted=False, **when("2026-06-01")),
    )
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param({"caps": (cap(1),)}, ObstacleKind.CAP_REACHED, id="cap"),
        pytest.param({"caps": (cap(0),)}, ObstacleKind.CAP_REACHED, id="cap-of-none"),
        pytest.param({"caps": (cap(9), cap(1, unit="central"))}, ObstacleKind.UNIT_CAP_REACHED, id="unit-cap"),
        pytest.param({"caps": (cap(1, unit="agency"),)}, ObstacleKind.UNIT_CAP_REACHED, id="cap-of-a-unit-above"),
        pytest.param({"asked": holder(1)}, ObstacleKind.ALREADY_HELD, id="already-held"),
        pytest.param(
            {"asked": newcomer(accounts=(AccountChanged(**when("2026-05-01"), is_open=False),))},
            ObstacleKind.ACCOUNT_CLOSED,
            id="account-closed",
        ),
        pytest.param({"asked": newcomer(accounts=())}, ObstacleKind.ACCOUNT_CLOSED, id="no-account"),
        pytest.param({"asked": newcomer(unit="harbour")}, ObstacleKind.NOT_IN_UNIT, id="another-unit"),
        pytest.param({"asked": newcomer(units=())}, ObstacleKind.NOT_IN_UNIT, id="no-unit"),
        pytest.param({"by": "DP-9"}, ObstacleKind.FOR_ONESELF, id="oneself"),
        pytest.param({"tool": TWO_PURPOSES}, ObstacleKind.PURPOSE_NEEDED, id="no-purpose"),
        pytest.param({"purposes": ("theft",)}, ObstacleKind.PURPOSE_NOT_PERMITTED, id="tool-states-no-purpose"),
        pytest.param(
            {"tool": TWO_PURPOSES, "purposes": ("missing-person", "theft")},
            ObstacleKind.PURPOSE_NOT_PERMITTED,
            id="purpose-no-longer-permitted",
        ),
        pytest.param(
            {"tool": sightline(prohibition=Prohibition.LAW)}, ObstacleKind.TOOL_PROHIBITED, id="prohibited-tool"
        ),
    ],
)
def test_each_obstacle_stands_against_a_seat_by_itself(question, expected):
    assert against(holder(1), **question) == [expected]


def test_a_cap_of_a_unit_beside_stands_against_nothing():
    assert against(holder(1), caps=(cap(0, unit="harbour"), cap(0, unit="central-night"))) == []


def test_every_obstacle_is_given_and_not_only_the_first():
    found = against(holder(1), asked=holder(1), caps=(cap(1), cap(1, unit="central")), by="DP-1", purposes=("theft",))
    assert found == [
        ObstacleKind.FOR_ONESELF,
        ObstacleKind.ALREADY_HELD,
        ObstacleKind.PURPOSE_NOT_PERMITTED,
        ObstacleKind.CAP_REACHED,
        ObstacleKind.UNIT_CAP_REACHED,
    ]


def test_a_corrected_answer_on_prohibited_practice_governs():
    wrongly = sightline(prohibition=Prohibition.LAW)
    corrected = replace(
        wrongly,
        corrections=(ProhibitionCorrected(**when("2026-11-01"), version=None, prohibition=Prohibition.NONE),),
    )
    of_a_version = replace(
        wrongly,
        corrections=(ProhibitionCorrected(**when("2026-11-01"), version="3.1", prohibition=Prohibition.NONE),),
    )
    assert [prohibited(tool, at=TODAY.instant) for tool in (wrongly, corrected, of_a_version)] == [True, False, True]


# -- whatever happens --------------------------------------------------------------------------------------------------

UNITS = sorted(PARENTS)
wishes = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(UNITS)), max_size=25)
any_caps = st.lists(
    st.builds(cap, st.integers(0, 5), st.just("2025-12-01"), st.sampled_from([None, *UNITS])), max_size=5
)


def granted(asked_for, caps, *, tool=None):
    """Return the officers after each of *asked_for* was granted a seat against which nothing stood, one by one."""
    tool, holders = tool or sightline(), {}
    on = TODAY
    for number, unit in asked_for:
        on = on.at(on.instant + timedelta(minutes=1))
        asked = holders.get(number) or newcomer(number, unit)
        seats = held_seats(tool, holders.values(), on=on)
        if not obstacles(Asked(asked, (), "DP-2001", UNITS), tool, seats, caps, PARENTS, on=on):
            new = replace(seat(id=f"seat:{number}", unit=unit), effective_at=on.instant, recorded_at=on.instant)
            holders[number] = replace(asked, seats=(new,))
    return list(holders.values()), on


@given(wishes, any_caps)
def test_granting_never_exceeds_a_cap(asked_for, caps):
    holders, on = granted(asked_for, caps)
    seats = held(*holders, on=on)
    for unit in (None, *UNITS):
        found = room(seats, caps, unit, PARENTS, at=on.instant)
        assert found.cap is None or found.held <= found.cap
        assert found.over == ()
    assert len(seats) == len({one.officer for one in seats}), "nobody holds two"


@given(wishes, st.data())
def test_releasing_never_adds_and_makes_room_for_one(asked_for, data):
    holders, on = granted(asked_for, ())
    if not holders:
        return
    leaver = data.draw(st.sampled_from(holders))
    left = replace(leaver, seat_releases=(SeatReleased(**_now(on), seat=leaver.seats[0].id),))
    for unit in (None, *UNITS):
        before = room(held(*holders, on=on), (), unit, PARENTS, at=on.instant).held
        after = room(
            held(*(left if one is leaver else one for one in holders), on=on), (), unit, PARENTS, at=on.instant
        ).held
        assert after == before - (unit is None or unit in with_units_above(leaver.seats[0].unit, PARENTS))


@given(wishes, any_caps, st.integers(0, 5), st.sampled_from([None, *UNITS]))
def test_lowering_a_cap_drops_nobody_and_lets_nobody_in(asked_for, caps, lower, unit):
    holders, on = granted(asked_for, caps)
    lowered = [*caps, CapSet(**_now(on), seats=lower, unit=unit)]
    seats = held(*holders, on=on)
    found = room(seats, lowered, unit, PARENTS, at=on.instant)
    assert found.held == room(seats, caps, unit, PARENTS, at=on.instant).held
    assert len(found.over) == max(0, found.held - (found.cap or 0))
    if found.full:
        question = Asked(newcomer(99, unit or "central"), (), "DP-2001", UNITS)
        assert obstacles(question, sightline(), seats, lowered, PARENTS, on=on)


def _now(on: CivilInstant) -> dict:
    return {"effective_at": on.instant, "recorded_at": on.instant}
