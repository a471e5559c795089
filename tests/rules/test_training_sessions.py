"""Plans of sessions, rosters with their waiting lists, and attendance: what the rules say case by case, and always."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.civil_time import CivilInstant
from training_app.rules.training_sessions import (
    ATTENDANCE_DAYS,
    LONGEST,
    MOST_PLACES,
    Attendance,
    AttendanceFault,
    Enrolment,
    Fault,
    Obstacle,
    Plan,
    Presence,
    attendance_faults,
    faults,
    obstacles,
    overlap,
    roster,
    taught,
)

ZONE = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ON = CivilInstant(NOW, ZONE)
START = NOW + timedelta(days=3)
TEACHER = 99
PLAN = Plan(starts_at=START, ends_at=START + timedelta(hours=3), place="Room 4", capacity=2, instructor=TEACHER)
HELD = roster([Enrolment(1, 11), Enrolment(2, 12), Enrolment(3, 13)], 2)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, ()),
        ({"starts_at": NOW}, (Fault.OVER, Fault.TOO_LONG)),
        ({"starts_at": NOW + timedelta(seconds=1), "ends_at": NOW + timedelta(hours=1)}, ()),
        ({"ends_at": START}, (Fault.ENDS_BEFORE,)),
        ({"ends_at": START + LONGEST}, ()),
        ({"ends_at": START + LONGEST + timedelta(minutes=1)}, (Fault.TOO_LONG,)),
        ({"capacity": 0}, (Fault.CAPACITY,)),
        ({"capacity": MOST_PLACES}, ()),
        ({"capacity": MOST_PLACES + 1}, (Fault.CAPACITY,)),
        (
            {"starts_at": datetime(2028, 11, 22, 22, tzinfo=UTC), "ends_at": datetime(2028, 11, 23, 1, tzinfo=UTC)},
            (),
        ),
        (
            {"starts_at": datetime(2028, 11, 22, 23, tzinfo=UTC), "ends_at": datetime(2028, 11, 23, 1, tzinfo=UTC)},
            (Fault.TOO_FAR,),
        ),
    ],
)
def test_a_plan_is_told_everything_that_is_wrong_with_it(change, found):
    assert faults(replace(PLAN, **change), on=ON) == found


def test_a_session_may_begin_when_another_ends():
    after = replace(PLAN, starts_at=PLAN.ends_at, ends_at=PLAN.ends_at + timedelta(hours=1))
    assert (overlap(PLAN, after), overlap(after, PLAN), overlap(PLAN, PLAN)) == (False, False, True)


def test_who_joins_a_full_session_waits_and_moves_up_when_somebody_withdraws():
    assert [one.person for one in HELD.placed] == [11, 12]
    assert (HELD.line_of(13), HELD.line_of(11)) == (1, None)
    moved = roster([Enrolment(1, 11, withdrawn=True), Enrolment(2, 12), Enrolment(3, 13)], 2)
    assert [one.person for one in moved.placed] == [12, 13]


def test_who_withdraws_and_joins_again_stands_last():
    again = roster([Enrolment(1, 11, withdrawn=True), Enrolment(2, 12), Enrolment(3, 13), Enrolment(4, 11)], 2)
    assert ([one.person for one in again.placed], again.line_of(11)) == ([12, 13], 1)


@given(
    st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=12),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_no_session_has_more_in_it_than_places_and_nobody_passes_another_in_line(joins, capacity, chance):
    enrolments = [Enrolment(number, person, withdrawn) for number, (person, withdrawn) in enumerate(joins)]
    held = roster(enrolments, capacity)
    assert len(held.placed) <= capacity
    assert not held.waiting or len(held.placed) == capacity
    ids = [one.id for one in held.everybody]
    assert ids == sorted(ids)
    assert held.persons == {one.person for one in enrolments if not one.withdrawn}
    assert len(held.everybody) == len(held.persons)
    chance.shuffle(enrolments)
    assert roster(enrolments, capacity) == held
    assert [one.person for one in roster(enrolments, capacity + 1).everybody] == [one.person for one in held.everybody]


@pytest.mark.parametrize(
    ("person", "at", "given_more", "found"),
    [
        (14, NOW, {}, ()),
        (14, NOW, {"cancelled": True}, (Obstacle.CANCELLED,)),
        (14, START, {}, (Obstacle.BEGUN,)),
        (14, START, {"by_instructor": True}, ()),
        (14, PLAN.ends_at + timedelta(days=ATTENDANCE_DAYS), {"by_instructor": True}, ()),
        (14, PLAN.ends_at + timedelta(days=ATTENDANCE_DAYS, seconds=1), {"by_instructor": True}, (Obstacle.OVER,)),
        (TEACHER, NOW, {}, (Obstacle.INSTRUCTOR,)),
        (13, NOW, {}, (Obstacle.JOINED_ALREADY,)),
        (14, NOW, {"others": [PLAN]}, (Obstacle.ELSEWHERE,)),
        (13, START, {"others": [PLAN], "cancelled": True},
         (Obstacle.CANCELLED, Obstacle.BEGUN, Obstacle.JOINED_ALREADY, Obstacle.ELSEWHERE)),
    ],
)  # fmt: skip
def test_everything_that_stands_against_joining_is_told(person, at, given_more, found):
    asked = {"others": (), "cancelled": False} | given_more
    others = asked.pop("others")
    assert obstacles(person, PLAN, HELD, others, at=at, **asked) == found


RECORDED = (Attendance(11, 1, Presence.PRESENT),)
LATE = PLAN.ends_at + timedelta(days=ATTENDANCE_DAYS, seconds=1)


@pytest.mark.parametrize(
    ("new", "reason", "at", "cancelled", "found"),
    [
        ([(12, Presence.PRESENT)], "", START, False, ()),
        ([(13, Presence.PRESENT)], "", START, False, ()),  # who waited and found a place free
        ([(12, Presence.PRESENT)], "", START - timedelta(seconds=1), False, (AttendanceFault.NOT_BEGUN,)),
        ([(12, Presence.PRESENT)], "", START, True, (AttendanceFault.CANCELLED,)),
        ([(14, Presence.PRESENT)], "", START, False, (AttendanceFault.NOT_ON_ROSTER,)),
        ([(12, Presence.ABSENT)], "", LATE, False, (AttendanceFault.TOO_LATE,)),
        ([(11, Presence.PRESENT)], "", START, False, ()),
        ([(11, Presence.ABSENT)], "", START, False, (AttendanceFault.REASON_MISSING,)),
        ([(11, Presence.ABSENT)], "Mixed up.", LATE, False, ()),
    ],
)
def test_everything_that_stands_against_recording_attendance_is_told(new, reason, at, cancelled, found):
    assert attendance_faults(PLAN, HELD, RECORDED, new, reason, cancelled=cancelled, at=at) == found


@pytest.mark.parametrize(
    ("presences", "were_taught"),
    [
        ([Presence.PRESENT], True),
        ([Presence.LEFT_EARLY], True),
        ([Presence.ABSENT], False),
        ([Presence.PRESENT, Presence.ABSENT], False),
        ([Presence.ABSENT, Presence.PRESENT], True),
    ],
)
def test_who_was_taught_is_read_from_the_latest_correction(presences, were_taught):
    records = [Attendance(11, number, presence) for number, presence in enumerate(presences, 1)]
    assert taught(reversed(records)) == ({11} if were_taught else set())
