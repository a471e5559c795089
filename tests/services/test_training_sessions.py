"""Training sessions as facts: who may hold them, who has a place, who was there, and what follows from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.services import qualified, recorded, session_agency
from tests.services.seat_agency import NOW, ZONE
from tests.services.session_agency import ON, START, SessionAgency
from training_app.models.people import AccountChange, AccountFact
from training_app.models.trainers import LevelName, TrainerMeasure, TrainerQualification
from training_app.models.training import ModuleRevision
from training_app.models.training_sessions import SessionAttendance, TrainingSession
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Act, Condition, MeasureKind, Scope
from training_app.rules.training_sessions import AttendanceFault, Fault, Obstacle, Presence, SessionKind
from training_app.services import (
    attendance,
    calendar_feeds,
    own_unit,
    rosters,
    taught,
    trainer_acts,
    trainer_currency,
    trainer_facts,
    training_sessions,
)
from training_app.services.trainer_acts import NotAllowed
from training_app.services.training_sessions import Subject

DURING = CivilInstant(START + timedelta(hours=1), ZONE)
AFTER = CivilInstant(START + timedelta(days=1), ZONE)
PRESENT, ABSENT = Presence.PRESENT, Presence.ABSENT


@pytest.fixture
def agency(session) -> SessionAgency:
    """Four officers, two instructors, and the module `ai-limits` of the subject area "ai" as published."""
    stamp = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW}
    content = {"subject_area": "ai"}
    session.add(ModuleRevision(**stamp, slug="ai-limits", digest="d", content=content, bank={}))
    return session_agency.build(session)


def join(agency, planned, *numbers, at=NOW):
    for number in numbers:
        training_sessions.join(agency.session, planned.id, agency.officer(number), at=at)


def roster_of(agency, planned) -> tuple[list[str], list[str]]:
    found = rosters.one(agency.session, planned.id)
    people = rosters.names(agency.session, [found])
    return tuple(
        [people[one.person].service_number for one in held] for held in (found.roster.placed, found.roster.waiting)
    )


def record(agency, planned, presences, *, by=None, on=DURING, overseeing=False, reason=""):
    given = {agency.officer(number).id: presence for number, presence in presences.items()}
    by = by or agency.instructor
    return attendance.record(agency.session, planned.id, given, reason=reason, on=on, by=by, overseeing=overseeing)


# -- planning ----------------------------------------------------------------------------------------------------------


def test_an_instructor_plans_a_session_on_a_module_of_their_subject_once(agency):
    first = agency.planned()
    assert agency.planned().id == first.id
    assert agency.session.scalars(select(TrainingSession.id)).all() == [first.id]


def test_who_is_not_qualified_to_teach_it_cannot_hold_it(agency):
    author = qualified.trainer(agency.session, level=LevelName.AUTHOR, subject="ai")
    with pytest.raises(NotAllowed) as refused:
        agency.planned(by=author, instructor=author.id)
    assert refused.value.unmet == (Condition.LEVEL_TOO_LOW,)
    with pytest.raises(training_sessions.InstructorMayNot) as refused:
        agency.planned(instructor=author.id)
    assert (refused.value.name, refused.value.unmet) == (author.name, (Condition.LEVEL_TOO_LOW,))


def test_a_session_on_a_tool_asks_for_the_own_certification(agency):
    other = recorded.tool(agency.session)
    qualified.qualify(agency.session, agency.instructor, level=LevelName.INSTRUCTOR, tool=other)
    with pytest.raises(NotAllowed) as refused:
        agency.planned(subject=Subject(tool=other))
    assert refused.value.unmet == (Condition.OWN_CERTIFICATION,)
    assert agency.planned(subject=agency.on_tool).tool_id == agency.seats.tool.id


def test_nobody_holds_two_sessions_at_once(agency):
    agency.planned()
    with pytest.raises(training_sessions.InstructorBusy):
        agency.planned(title="Another", place="Room 5", starts_at=START + timedelta(hours=2, minutes=59))
    agency.planned(title="After it", starts_at=START + timedelta(hours=3), ends_at=START + timedelta(hours=4))


def test_a_session_is_not_planned_for_the_past(agency):
    with pytest.raises(training_sessions.PlanRefused) as refused:
        agency.planned(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    assert refused.value.faults == (Fault.OVER,)


def change(agency, planned, reason="The room is being painted.", *, by=None, on=ON, overseeing=False, **changes):
    plan, by = agency.plan(**changes), by or agency.instructor
    return training_sessions.change(agency.session, planned.id, plan, reason, on=on, by=by, overseeing=overseeing)


def test_a_session_is_moved_by_a_fact_and_every_change_counts_for_calendars(agency):
    planned = agency.planned()
    change(agency, planned, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=2))
    change(
        agency, planned, place="Room 7", starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=2)
    )
    found = rosters.one(agency.session, planned.id)
    assert (found.plan.place, found.plan.starts_at, found.sequence) == ("Room 7", START + timedelta(days=1), 2)
    training_sessions.cancel(agency.session, planned.id, "Ill.", at=NOW, by=agency.instructor, overseeing=False)
    assert rosters.one(agency.session, planned.id).sequence == 3
    with pytest.raises(training_sessions.CalledOff):
        change(agency, planned)
    with pytest.raises(training_sessions.CalledOff):
        training_sessions.cancel(agency.session, planned.id, "Ill.", at=NOW, by=agency.instructor, overseeing=False)


def test_the_session_of_another_is_changed_by_who_oversees_only(agency):
    planned = agency.planned()
    with pytest.raises(training_sessions.NotYourSession):
        change(agency, planned, by=agency.other, instructor=agency.other.id)
    change(agency, planned, by=agency.other, overseeing=True, instructor=agency.other.id)
    assert rosters.one(agency.session, planned.id).plan.instructor == agency.other.id
    held = [
        rosters.listed(agency.session, rosters.instructed_by([one.id])) for one in (agency.other, agency.instructor)
    ]
    assert [[one.id for one in of_one] for of_one in held] == [[planned.id], []]


def test_another_instructor_must_be_allowed_to_teach_it_and_not_be_on_its_roster(agency):
    planned = agency.planned()
    author = qualified.trainer(agency.session, level=LevelName.AUTHOR, subject="ai")
    with pytest.raises(training_sessions.InstructorMayNot):
        change(agency, planned, instructor=author.id)
    training_sessions.join(agency.session, planned.id, agency.other, at=NOW)
    with pytest.raises(training_sessions.InstructorOnRoster):
        change(agency, planned, instructor=agency.other.id)


def test_once_it_has_begun_it_is_neither_changed_nor_called_off(agency):
    planned = agency.planned()
    begun = CivilInstant(START, ZONE)
    with pytest.raises(training_sessions.HeldAlready):
        change(agency, planned, on=begun, instructor=agency.other.id)
    with pytest.raises(training_sessions.HeldAlready):
        change(agency, planned, on=begun, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=2))
    by = {"by": agency.instructor, "overseeing": False}
    with pytest.raises(training_sessions.HeldAlready):
        training_sessions.cancel(agency.session, planned.id, "Ill.", at=START, **by)
    training_sessions.cancel(agency.session, planned.id, "Ill.", at=START - timedelta(seconds=1), **by)


@pytest.mark.parametrize("gone", ["moved", "called off"])
def test_what_was_moved_or_called_off_does_not_stand_in_the_way_of_planning_the_same_again(agency, gone):
    first = agency.planned()
    if gone == "moved":
        change(agency, first, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=2))
    else:
        training_sessions.cancel(agency.session, first.id, "Ill.", at=NOW, by=agency.instructor, overseeing=False)
    assert agency.planned(uid="another").id != first.id


def test_what_was_held_is_not_planned_again_in_the_past(agency):
    agency.planned()
    with pytest.raises(training_sessions.PlanRefused) as refused:
        agency.planned(on=DURING)
    assert refused.value.faults == (Fault.OVER,)


def test_a_change_that_changes_nothing_is_not_recorded(agency):
    with pytest.raises(training_sessions.NothingChanged):
        change(agency, agency.planned())


# -- the roster --------------------------------------------------------------------------------------------------------


def test_who_joins_late_waits_and_moves_up_when_somebody_withdraws_or_places_are_added(agency):
    planned = agency.planned()
    join(agency, planned, 1, 2, 3, 4)
    assert roster_of(agency, planned) == (["O-1", "O-2"], ["O-3", "O-4"])
    training_sessions.withdraw(agency.session, planned.id, agency.officer(1), at=NOW)
    training_sessions.withdraw(agency.session, planned.id, agency.officer(1), at=NOW)
    assert roster_of(agency, planned) == (["O-2", "O-3"], ["O-4"])
    join(agency, planned, 1, 1)
    assert roster_of(agency, planned) == (["O-2", "O-3"], ["O-4", "O-1"])
    change(agency, planned, capacity=3)
    assert roster_of(agency, planned) == (["O-2", "O-3", "O-4"], ["O-1"])


def test_nobody_is_on_two_sessions_at_once(agency):
    planned = agency.planned()
    other = agency.planned(title="The same hour", instructor=agency.other.id, by=agency.other)
    join(agency, planned, 1)
    with pytest.raises(training_sessions.JoinRefused) as refused:
        join(agency, other, 1)
    assert refused.value.refusals[0].obstacles == (Obstacle.ELSEWHERE,)
    training_sessions.cancel(agency.session, planned.id, "Ill.", at=NOW, by=agency.instructor, overseeing=False)
    join(agency, other, 1)


def test_the_instructor_is_not_taught_by_themselves(agency):
    with pytest.raises(training_sessions.JoinRefused) as refused:
        training_sessions.join(agency.session, agency.planned().id, agency.instructor, at=NOW)
    assert refused.value.refusals[0].obstacles == (Obstacle.INSTRUCTOR,)


def test_after_the_start_only_the_instructor_adds_and_takes_off(agency):
    planned = agency.planned()
    join(agency, planned, 1)
    with pytest.raises(training_sessions.JoinRefused):
        join(agency, planned, 2, at=DURING.instant)
    with pytest.raises(training_sessions.BegunAlready):
        training_sessions.withdraw(agency.session, planned.id, agency.officer(1), at=DURING.instant)
    by = {"at": DURING.instant, "by": agency.instructor, "overseeing": False}
    training_sessions.add(agency.session, planned.id, agency.officer(2), **by)
    training_sessions.remove(agency.session, planned.id, agency.officer(1), **by)
    assert roster_of(agency, planned) == (["O-2"], [])
    with pytest.raises(training_sessions.NotYourSession):
        training_sessions.add(agency.session, planned.id, agency.officer(3), **by | {"by": agency.other})


def test_a_supervisor_puts_their_own_officers_on_it_all_of_them_or_nobody(agency):
    planned, by = agency.planned(), agency.seats.people["S-CENTRAL"]
    training_sessions.enrol(agency.session, planned.id, ["O-2", "O-1"], at=NOW, by=by)
    assert roster_of(agency, planned) == (["O-2", "O-1"], [])
    with pytest.raises(own_unit.NotInUnit):
        training_sessions.enrol(agency.session, planned.id, ["O-3", "H-1"], at=NOW, by=by)
    with pytest.raises(own_unit.NotInUnit):
        training_sessions.enrol(agency.session, planned.id, ["nobody"], at=NOW, by=by)
    with pytest.raises(own_unit.OwnCase):
        training_sessions.enrol(agency.session, planned.id, ["S-CENTRAL"], at=NOW, by=by)
    assert roster_of(agency, planned) == (["O-2", "O-1"], [])
    training_sessions.withdraw_officer(agency.session, planned.id, "O-2", at=NOW, by=by)
    assert roster_of(agency, planned) == (["O-1"], [])
    with pytest.raises(own_unit.NotInUnit):
        training_sessions.withdraw_officer(
            agency.session, planned.id, "O-1", at=NOW, by=agency.seats.people["S-HARBOUR"]
        )


# -- attendance --------------------------------------------------------------------------------------------------------


def test_attendance_is_recorded_once_and_corrected_with_a_reason(agency):
    planned = agency.planned()
    join(agency, planned, 1, 2)
    assert len(record(agency, planned, {1: PRESENT, 2: ABSENT})) == 2
    assert record(agency, planned, {1: PRESENT, 2: ABSENT}) == []
    with pytest.raises(attendance.AttendanceRefused) as refused:
        record(agency, planned, {2: PRESENT})
    assert refused.value.faults == (AttendanceFault.REASON_MISSING,)
    (corrected,) = record(agency, planned, {1: PRESENT, 2: PRESENT}, reason="Came through the back door.")
    assert (corrected.revision, corrected.reason) == (2, "Came through the back door.")
    found = rosters.one(agency.session, planned.id)
    assert set(found.attendance.values()) == {PRESENT}
    assert not found.waits_for_attendance(DURING.instant)


def test_the_qualification_is_asked_again_when_attendance_is_recorded(agency):
    planned = agency.planned()
    join(agency, planned, 1)
    agency.session.add(
        TrainerMeasure(
            effective_at=NOW, recorded_at=NOW, recorded_by_id=agency.other.id, person_id=agency.instructor.id,
            kind=MeasureKind.SUSPENDED, reason_code="inquiry", doubts_content=False, doubts_marks=False,
        )
    )  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        record(agency, planned, {1: PRESENT})
    assert refused.value.unmet == (Condition.SUSPENDED,)
    with pytest.raises(attendance.NotYourSession):
        record(agency, planned, {1: PRESENT}, by=agency.other)
    record(agency, planned, {1: PRESENT}, by=agency.other, overseeing=True)
    facts = trainer_facts.of(agency.session, agency.instructor.id)
    assert facts.taught == (), "a session on a general module is about no tool"


def test_nobody_records_their_own_attendance(agency):
    planned = agency.planned()
    training_sessions.join(agency.session, planned.id, agency.other, at=NOW)
    with pytest.raises(NotAllowed) as refused:
        attendance.record(
            agency.session, planned.id, {agency.other.id: PRESENT}, on=DURING, by=agency.other, overseeing=True
        )
    assert refused.value.unmet == (Condition.SELF,)


@pytest.mark.parametrize("role", ["recorded_by_id", "instructor_id"])
def test_the_table_refuses_attendance_of_oneself(agency, role):
    planned, officer = agency.planned(), agency.officer(1)
    columns = {"recorded_by_id": agency.instructor.id, "instructor_id": agency.instructor.id} | {role: officer.id}
    fact = SessionAttendance(
        effective_at=NOW, recorded_at=NOW, session_id=planned.id, person_id=officer.id, revision=1, presence=PRESENT,
        reason="", **columns,
    )  # fmt: skip
    agency.session.add(fact)
    with pytest.raises(IntegrityError):
        agency.session.flush()


def test_whose_attendance_is_recorded_stays_on_the_roster(agency):
    planned = agency.planned()
    join(agency, planned, 1)
    record(agency, planned, {1: PRESENT})
    by = {"at": DURING.instant, "by": agency.instructor, "overseeing": False}
    with pytest.raises(training_sessions.AttendanceRecorded):
        training_sessions.remove(agency.session, planned.id, agency.officer(1), **by)


# -- what follows ------------------------------------------------------------------------------------------------------


def may_sign_off(agency, number, on=AFTER):
    found = trainer_acts.of_tool(
        agency.session, agency.seats.tool, None, agency.instructor.id, persons=[agency.officer(number).id], on=on
    )
    return Condition.TAUGHT_THEM not in trainer_acts.unmet(
        agency.session, Act.SIGN_OFF, agency.instructor.id, found, on=on
    )


def test_who_taught_an_officer_on_a_tool_does_not_assess_them_for_a_year(agency):
    planned = agency.planned(subject=agency.on_tool)
    join(agency, planned, 1, 2)
    record(agency, planned, {1: PRESENT, 2: ABSENT})
    assert (may_sign_off(agency, 1), may_sign_off(agency, 2)) == (False, True)
    record(agency, planned, {1: ABSENT}, reason="Mixed up two names.")
    assert may_sign_off(agency, 1)
    record(agency, planned, {1: Presence.LEFT_EARLY}, reason="Was there after all.")
    assert not may_sign_off(agency, 1)
    assert may_sign_off(agency, 1, on=CivilInstant(START + timedelta(days=366), ZONE))


def test_who_holds_a_session_does_not_sign_for_its_roster_from_that_day_on_whether_recorded_or_not(agency):
    planned = agency.planned(subject=agency.on_tool)
    called_off = agency.planned(
        title="Called off", subject=agency.on_tool, starts_at=START + timedelta(hours=4),
        ends_at=START + timedelta(hours=5),
    )  # fmt: skip
    join(agency, planned, 1, 2)
    join(agency, called_off, 3)
    training_sessions.withdraw(agency.session, planned.id, agency.officer(2), at=NOW)
    training_sessions.cancel(agency.session, called_off.id, "Ill.", at=NOW, by=agency.instructor, overseeing=False)
    that_morning = CivilInstant(START.replace(hour=6), ZONE)
    day_before = CivilInstant(START - timedelta(days=1), ZONE)
    assert [may_sign_off(agency, 1, on=on) for on in (day_before, that_morning, AFTER)] == [True, False, False]
    assert may_sign_off(agency, 2)
    assert may_sign_off(agency, 3)
    record(agency, planned, {1: ABSENT})
    assert may_sign_off(agency, 1)


def test_however_many_sessions_there_are_only_those_of_a_page_are_read(agency):
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": agency.instructor.id}
    plan = {"instructor_id": agency.instructor.id, "place": "Room 4", "capacity": 2}
    start = [START + timedelta(hours=number) for number in range(300)]
    agency.session.add_all(
        TrainingSession(
            **stamp, **plan, uid=f"uid {number}", kind=SessionKind.CLASSROOM, title=f"No. {number}", module="ai-limits",
            starts_at=at, ends_at=at + timedelta(hours=1),
        )
        for number, at in enumerate(start)
    )  # fmt: skip
    agency.session.flush()
    agency.session.expunge_all()
    ahead = (rosters.instructed_by([agency.instructor.id]), rosters.starting_after(NOW))
    assert rosters.count(agency.session, *ahead) == 300
    found = rosters.listed(agency.session, *ahead, first=290, most=5, latest_first=True)
    assert [one.row.title for one in found] == ["No. 9", "No. 8", "No. 7", "No. 6", "No. 5"]
    assert sum(isinstance(one, TrainingSession) for one in agency.session) == 5


def test_a_session_counts_for_who_held_it_by_its_moved_start(agency):
    planned = agency.planned(subject=agency.on_tool)
    join(agency, planned, 1)
    moved = START + timedelta(days=2)
    change(agency, planned, starts_at=moved, ends_at=moved + timedelta(hours=1), instructor=agency.other.id)
    record(agency, planned, {1: PRESENT}, by=agency.other, on=CivilInstant(moved, ZONE))
    assert trainer_facts.of(agency.session, agency.instructor.id).taught == ()
    (fact,) = trainer_facts.of(agency.session, agency.other.id).taught
    assert (fact.learner, fact.tool, fact.effective_at) == (str(agency.officer(1).id), "sightline", moved)


def test_sessions_with_somebody_in_them_keep_a_trainer_current_for_their_scope(agency):
    for day, subject in enumerate((Subject(module="ai-limits"), agency.on_tool, Subject(module="ai-limits"))):
        start = START + timedelta(days=day)
        planned = agency.planned(
            title=f"No. {day}", subject=subject, starts_at=start, ends_at=start + timedelta(hours=1)
        )
        join(agency, planned, 1, 2)
        there = ABSENT if day == 2 else PRESENT
        record(agency, planned, {1: there, 2: ABSENT}, on=CivilInstant(start, ZONE))
    trainer = agency.instructor.id
    ai, tool = Scope(subject="ai"), Scope(tool="sightline")
    assert taught.sessions_held(agency.session, trainer, ai, NOW) == 1
    assert taught.sessions_held(agency.session, trainer, tool, NOW) == 1
    assert taught.sessions_held(agency.session, trainer, tool, START + timedelta(days=1, seconds=1)) == 0
    assert taught.sessions_held(agency.session, trainer, Scope(subject="rights"), NOW) == 0
    held = agency.session.scalars(select(TrainerQualification).filter_by(person_id=trainer, subject="ai")).one()
    on = CivilInstant(START + timedelta(days=4), ZONE)
    assert trainer_currency.currency(agency.session, held, on=on).acts == 1


# -- calendars ---------------------------------------------------------------------------------------------------------


def test_a_calendar_shows_the_own_sessions_and_ends_with_its_address_or_the_account(agency):
    planned = agency.planned()
    officer = agency.officer(1)
    join(agency, planned, 1)
    calendar_feeds.make(agency.session, officer, "digest 1", at=NOW)
    assert calendar_feeds.owner(agency.session, "digest 1", at=NOW) == officer.id
    assert [one.id for one in calendar_feeds.sessions_of(agency.session, officer.id, at=NOW)] == [planned.id]
    assert calendar_feeds.sessions_of(agency.session, agency.officer(2).id, at=NOW) == []
    assert [one.id for one in calendar_feeds.sessions_of(agency.session, agency.instructor.id, at=NOW)] == [planned.id]
    long_after = START + timedelta(days=calendar_feeds.SHOWN_DAYS + 1)
    assert calendar_feeds.sessions_of(agency.session, officer.id, at=long_after) == []
    calendar_feeds.make(agency.session, officer, "digest 2", at=NOW)
    assert calendar_feeds.owner(agency.session, "digest 1", at=NOW) is None
    stamp = {"effective_at": AFTER.instant, "recorded_at": AFTER.instant}
    agency.session.add(AccountFact(**stamp, person_id=officer.id, change=AccountChange.CLOSED))
    assert calendar_feeds.owner(agency.session, "digest 2", at=AFTER.instant) is None
    calendar_feeds.revoke(agency.session, officer)
    assert calendar_feeds.owner(agency.session, "digest 2", at=NOW) is None
