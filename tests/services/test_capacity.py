"""Sign-offs before a release, on the demo agency: who needs one by when, who may give it, who runs short."""

from datetime import date, timedelta

import pytest

from tests.services import practised, qualified
from tests.services.counting import statements
from tests.services.session_agency import qualify_for_version
from tests.services.version_life import MODULES, NOW, assess, person, prepare, registrars, release, version
from training_app import demo
from training_app.models.observed_practice import Checklist, Observation, ObservedPractice
from training_app.models.trainers import LevelName
from training_app.models.training_sessions import SessionAttendance, TrainingSession
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level
from training_app.rules.training_sessions import Presence, SessionKind
from training_app.services import capacity, requirements
from training_app.services.assessments import Verdict

EARLIER = NOW - timedelta(hours=1)
RELEASE = NOW + timedelta(days=14)
BEFORE_RELEASE = date(2026, 12, 5)
#: Certified on 3.1 or 3.2 today; the way to 3.3 asks an observed sign-off of each, and of nobody else.
CERTIFIED = {
    officer.number
    for officer in demo.OFFICERS
    if officer.full
}  # fmt: skip


@pytest.fixture
def agency(demo_session):
    """3.3 is announced; whoever comes to it from 3.2 is observed."""
    prepare(demo_session, "3.3", at=EARLIER)
    assess(demo_session, "3.2", "3.3", Level.DIFFERENCES_OBSERVED, "sightline-3-3", at=EARLIER)
    return demo_session


def assessor(session, *, at=NOW, **columns):
    found = qualified.trainer(session, level=LevelName.ASSESSOR, subject="ai", **columns)
    qualify_for_version(session, found, version(session, "3.3"), level=LevelName.ASSESSOR)
    return found


def reckoned(session, *, release_at=RELEASE, per_week=5, at=NOW):
    made = version(session, "3.3")
    return capacity.sign_offs(session, made, release_at=release_at, at=at, zone=demo.ZONE, per_week=per_week)


def test_everybody_certified_needs_one_before_the_day_of_the_release(agency):
    found = reckoned(agency)
    assert {one.officer.service_number for one in found.officers} == CERTIFIED
    assert {one.last_day for one in found.officers} == {BEFORE_RELEASE}
    assert (found.expected.possible, found.expected.short, found.assessors) == (0, len(CERTIFIED), ())


def test_each_assessor_gives_as_many_as_their_weeks_allow_and_units_run_short_alike(agency):
    assessor(agency)
    found = reckoned(agency, per_week=2)
    assert (found.expected.possible, found.ready.possible) == (4, 4)
    assert [(one.ready, one.most, one.barred) for one in found.assessors] == [(True, 4, 0)]
    shares = [one.possible / one.needed for one in found.expected.units()]
    assert max(shares) - min(shares) <= 0.25
    assessor(agency)
    assessor(agency)
    assert reckoned(agency, per_week=2).expected.short == 0


def test_with_grace_there_is_time_through_its_last_day(agency):
    assess(agency, "3.2", "3.3", Level.DIFFERENCES_OBSERVED, "sightline-3-3", grace_days=7)
    days = {one.officer.service_number: one.last_day for one in reckoned(agency).officers}
    # Those on 3.1 have missed 3.2, whose grace has run out: for them there is none.
    late = {"DP-1001", "DP-1008"}
    assert days == {number: BEFORE_RELEASE if number in late else date(2026, 12, 13) for number in CERTIFIED}


def test_who_holds_a_seat_and_is_not_certified_needs_one_where_the_whole_course_asks_for_it(agency):
    first, second = registrars(agency)
    nothing_changes = Verdict(Level.CARRY_OVER, 0, (), "", None)
    observed = {**MODULES, "full_observed": True, "change": nothing_changes}
    asked = requirements.propose_requirements(agency, version(agency, "3.3"), **observed, at=NOW, by=first)
    requirements.sign_requirements(agency, asked, at=NOW, by=second)
    release(agency, version(agency, "3.3"), effective_at=RELEASE)
    found = reckoned(agency)
    assert {one.officer.service_number for one in found.officers} - CERTIFIED == {"DP-1002"}


def test_level_two_asks_for_none(agency):
    assess(agency, "3.2", "3.3", Level.DIFFERENCES, "sightline-3-3")
    found = reckoned(agency)
    assert (found.expected.needed, found.officers) == (0, ())


def test_who_taught_an_officer_is_not_reckoned_with_for_them(agency):
    one = assessor(agency)
    taught = person(agency, "DP-1003")
    stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9), "recorded_by_id": one.id}
    start = NOW - timedelta(days=10)
    held = TrainingSession(
        **stamp, uid="u", kind=SessionKind.CLASSROOM, title="Night images", tool_id=version(agency, "3.3").tool_id,
        instructor_id=one.id, place="Room 4", starts_at=start, ends_at=start + timedelta(hours=1), capacity=3,
    )  # fmt: skip
    agency.add(held)
    agency.flush()
    agency.add(
        SessionAttendance(
            **stamp, session_id=held.id, person_id=taught.id, instructor_id=one.id, revision=1,
            presence=Presence.PRESENT, reason="",
        )
    )  # fmt: skip
    agency.flush()
    found = reckoned(agency, per_week=50)
    assert {one.officer.service_number: one.may for one in found.officers if not one.may} == {"DP-1003": 0}
    assert set(found.expected.assigned) == {str(person(agency, number).id) for number in CERTIFIED - {"DP-1003"}}
    assert [one.barred for one in found.assessors] == [1]


def test_it_takes_as_many_statements_for_many_assessors_and_officers_as_for_one(agency):
    counts = set()
    for _more in range(3):
        assessor(agency)
        agency.flush()
        with statements(agency) as seen:
            reckoned(agency)
        counts.add(len(seen))
    assess(agency, "3.1", "3.3", Level.FULL)
    agency.flush()
    with statements(agency) as seen:
        assert len(reckoned(agency).officers) > 1
    assert {*counts, len(seen)} == {len(seen)}


def test_with_whom_an_officer_did_not_agree_is_not_reckoned_with_for_them(agency):
    one = assessor(agency)
    officer = person(agency, "DP-1003")
    stamp = {"effective_at": EARLIER, "recorded_at": EARLIER, "recorded_by_id": one.id}
    written = Checklist(**stamp, version_id=version(agency, "3.3").id, revision=1, behaviours=[])
    agency.add(written)
    agency.flush()
    about = {"officer_id": officer.id, "checklist_id": written.id, "begun_at": EARLIER}
    begun = Observation(**about, assessor_id=one.id)
    agency.add(begun)
    agency.flush()
    practice = ObservedPractice(**stamp, **about, observation_id=begun.id, seen=[], all_met=False)
    agency.add(practice)
    agency.flush()
    practised.countersigned(agency, practice, agreed=False)
    assert [one.officer.service_number for one in reckoned(agency).officers if not one.may] == ["DP-1003"]


def test_an_assessor_whose_certification_does_not_lead_to_the_version_yet_is_one_to_come(agency):
    assess(agency, "3.2", "3.3", None)
    assess(agency, "3.1", "3.3", Level.DIFFERENCES_OBSERVED, "sightline-3-3")
    officer = person(agency, "DP-1007")  # certified on 3.2 alone
    qualified.qualify(agency, officer, level=LevelName.ASSESSOR, tool=version(agency, "3.3").tool)
    found = reckoned(agency)
    assert [(one.person_id, one.ready) for one in found.assessors] == [(officer.id, False)]
    assert found.ready.possible == 0
    assert found.expected.possible == found.expected.needed > 0


def test_nobody_is_reckoned_to_sign_for_themselves(agency):
    officer = person(agency, "DP-1003")
    qualified.qualify(agency, officer, level=LevelName.ASSESSOR, tool=version(agency, "3.3").tool)
    found = reckoned(agency)
    assert found.expected.assigned.keys() == {str(person(agency, one).id) for one in CERTIFIED - {"DP-1003"}}


def test_scheduled_and_announced_versions_are_found_and_reckoned_with(agency):
    on = CivilInstant(NOW, demo.ZONE)
    (found,) = capacity.planned_versions(agency, at=NOW)
    assert (found.version.label, found.release_at) == ("3.3", None)
    assert on.at(found.reckoned_for(on)).day == date(2026, 12, 20)
    assess(agency, "3.1", "3.3", Level.FULL)
    release(agency, found.version, effective_at=RELEASE)
    (found,) = capacity.planned_versions(agency, at=NOW)
    assert (found.release_at, found.reckoned_for(on)) == (RELEASE, RELEASE)
    assert {one.last_day for one in reckoned(agency).officers} == {BEFORE_RELEASE}
