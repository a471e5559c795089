"""The page of a platform's grades, rosters as each reader may see them, and results asked for from outside."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.lti import moodle as stand_in
from tests.lti import placed
from tests.lti_platform import CLAIM, HERE, INSTRUCTOR, Platform
from tests.lti_platform import LEARNER as OF_LEARNER
from tests.services.version_life import person
from tests.views.demo_agency import Agency
from tests.views.launching import LaunchingBrowser
from training_app.clock import now
from training_app.demo import ZONE
from training_app.demo.people import HARBOUR
from training_app.lti import keys
from training_app.models.lti import LtiGrade, LtiPlacement, LtiPlatform
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.models.people import Person, Unit
from training_app.rules.lti_claims import TEST_USER
from training_app.services import outbox, units
from training_app.services.lti import grades, still_to_train
from training_app.services.own_unit import own_unit

LEARNER, TEACHER = "Learner", "Instructor"


@pytest.fixture
def agency(applications, demo_database) -> Agency:
    with applications.lent(demo_database, demo=True, lti_private_hosts=(HERE,)) as app:
        app.extensions["courier"].tell = lambda _: None  # what is sent is for other tests
        yield Agency(app, demo_database)


@pytest.fixture
def served():
    with stand_in.serving() as found:
        yield found


def place(database, origin, target="certification:sightline", **accounts: str) -> tuple[int, int]:
    """Place a target which officers' accounts, by name, opened; return the platform's and the placement's id."""
    with database.transaction() as session:
        platform = placed.platform(session, origin)
        at = placed.placement(session, platform, target, column=11)
        for subject, number in accounts.items():
            placed.opens(session, at, platform, subject, person(session, number))
        return platform.id, at.id


def give_up(database, fault: str) -> None:
    """Have every score that waits be one that the platform would not take."""
    with database.transaction() as session:
        grades.derive_noted(session, "everybody", {}, at=now(), zone=placed.NOW.tzinfo)
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.channel == grades.CHANNEL)):
            message.state, message.fault, message.ended_at = OutboxState.FAILED, fault, now()


# -- grades ------------------------------------------------------------------------------------------------------------


def test_a_grade_that_was_not_taken_is_shown_with_the_platforms_words_and_sent_again(agency, demo_database):
    platform_id, _ = place(demo_database, "https://lms.academy.example", a="DP-1010")
    give_up(demo_database, "HTTP 400: User <b>is not</b> enrolled")
    registrar = agency.browser("registrar")
    page = registrar.get(f"/registrar/platforms/{platform_id}/grades")
    assert page.status_code == 200
    assert "1 grade was not taken and needs a person." in page.text
    assert "HTTP 400: User &lt;b&gt;is not&lt;/b&gt; enrolled" in page.text
    answer = registrar.post(f"/registrar/platforms/{platform_id}/grades/try-again")
    assert answer.status_code == 303
    with demo_database.reading() as session:
        [grade_id] = session.scalars(select(LtiGrade.id))
        assert outbox.queue(session, grades.CHANNEL, str(grade_id)).waiting == 1
    assert "1 grade waits to be sent." in registrar.get(f"/registrar/platforms/{platform_id}/grades").text


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("certification:sightline", "Certification: Sightline Face Matching"),
        ("course:sightline", "Course: Sightline Face Matching"),
        ("module:ai-limits", "The limits of AI"),
        ("certification:gone", "Certification: gone"),
    ],
)
def test_an_activity_without_a_title_is_called_by_the_name_of_what_stands_there(agency, demo_database, target, name):
    platform_id, placement_id = place(demo_database, "https://lms.academy.example", target, a="DP-1010")
    with demo_database.transaction() as session:
        session.get_one(LtiPlacement, placement_id).title = None
    registrar = agency.browser("registrar")
    for address in (f"/registrar/platforms/{platform_id}/grades", f"/registrar/platform-courses/{placement_id}"):
        assert name in registrar.get(address).text


def test_what_is_dismissed_is_not_sent_again_by_itself(agency, demo_database):
    platform_id, _ = place(demo_database, "https://lms.academy.example", a="DP-1010")
    give_up(demo_database, "HTTP 400")
    registrar = agency.browser("registrar")
    assert registrar.post(f"/registrar/platforms/{platform_id}/grades/dismiss").status_code == 303
    with demo_database.transaction() as session:
        grades.derive_noted(session, "everybody", {}, at=now(), zone=placed.NOW.tzinfo)
        [grade_id] = session.scalars(select(LtiGrade.id))
        assert outbox.queue(session, grades.CHANNEL, str(grade_id)) == outbox.EMPTY
    assert "Dismissed" in registrar.get(f"/registrar/platforms/{platform_id}/grades").text


@pytest.mark.parametrize(
    ("who", "sees", "does"), [("oversight", 200, 403), ("supervisor", 403, 403), ("officer", 403, 403)]
)
def test_who_reads_clients_reads_grades_and_only_who_manages_them_sends(agency, demo_database, who, sees, does):
    platform_id, _ = place(demo_database, "https://lms.academy.example", a="DP-1010")
    browser = agency.browser(who)
    assert browser.get(f"/registrar/platforms/{platform_id}/grades").status_code == sees
    assert browser.post(f"/registrar/platforms/{platform_id}/grades/try-again").status_code == does


# -- rosters -----------------------------------------------------------------------------------------------------------


def member(user_id: str, *roles: str, **more: str) -> dict:
    return {"status": "Active", "user_id": user_id, "roles": list(roles), "name": f"Name of {user_id}"} | more


def trusting(agency, moodle) -> None:
    config = agency.app.extensions["config"]
    moodle.keys = keys.ring(config.lti_keys, at=now()).published(at=now())


def test_the_registrar_sees_who_of_a_course_still_must_train_and_nothing_is_kept(agency, demo_database, served):
    moodle, origin = served
    trusting(agency, moodle)
    _, placement_id = place(demo_database, origin, a="DP-1010", b="DP-1002")
    moodle.members = [
        member("a", LEARNER),
        member("b", LEARNER),
        member("c", LEARNER, email="stranger@kept.example"),
        member("left", LEARNER, status="Inactive"),
        member("t", TEACHER),
    ]
    registrar = agency.browser("registrar")
    address = f"/registrar/platform-courses/{placement_id}"
    assert "Ask the platform" in registrar.get(address).text
    assert moodle.calls == [], "looking at the page asks nobody"
    page = registrar.post(address)
    assert page.status_code == 200, page.text
    with demo_database.reading() as session:
        done, behind = (person(session, number).name for number in ("DP-1010", "DP-1002"))
    assert page.text.index(behind) < page.text.index(done)
    assert "1 of 3" in page.text
    for never in ("Name of", "stranger@kept.example"):
        assert never not in page.text


def test_a_roster_of_many_pages_is_fetched_whole(agency, demo_database, served):
    moodle, origin = served
    trusting(agency, moodle)
    _, placement_id = place(demo_database, origin, a="DP-1010")
    moodle.members = [member(f"u{number}", LEARNER) for number in range(450)]
    page = agency.browser("registrar").post(f"/registrar/platform-courses/{placement_id}")
    assert "450 of 450" in page.text
    assert len(moodle.asked("GET", "/memberships")) == 3
    assert len(moodle.token_requests) == 1


def test_a_platform_that_does_not_tell_is_said_so(agency, demo_database, served):
    moodle, origin = served
    trusting(agency, moodle)
    _, placement_id = place(demo_database, origin, a="DP-1010")
    moodle.down = True
    page = agency.browser("registrar").post(f"/registrar/platform-courses/{placement_id}")
    assert page.status_code == 502
    assert "The platform did not tell who is in the course" in page.text
    assert "HTTP 503: Down for maintenance" in page.text


def test_a_supervisor_sees_the_own_unit_by_name(agency, demo_database, served):
    moodle, origin = served
    trusting(agency, moodle)
    with demo_database.reading() as session:
        boss = session.scalars(select(Person).where(Person.email.startswith("supervisor@"))).one()
        mine = {
            one.service_number: one.name
            for one in units.officers_in(session, own_unit(session, boss, at=now()).ids, at=now())
        }
    ours = next(iter(sorted(mine)))
    accounts = {"a": ours}
    _, placement_id = place(demo_database, origin, **accounts)
    moodle.members = [member(one, LEARNER) for one in accounts]
    supervisor = agency.browser("supervisor")
    assert f"/unit/platform-courses/{placement_id}" in supervisor.get("/unit/platform-courses").text
    page = supervisor.post(f"/unit/platform-courses/{placement_id}")
    assert page.status_code == 200
    assert mine[ours] in page.text


def test_how_officers_of_other_units_stand_is_in_no_count(demo_database):
    """One of two is certified, and the other's supervisor asks: a total would tell who."""
    _, placement_id = place(demo_database, "https://lms.academy.example", a="DP-1003", b="DP-1009")
    with demo_database.reading() as session:
        placement = session.get_one(LtiPlacement, placement_id)
        harbour = {session.scalars(select(Unit.id).where(Unit.name == HARBOUR)).one()}
        found = still_to_train.of(session, placement, {"a", "b"}, within=harbour, at=now(), zone=ZONE)
        everybody = still_to_train.of(session, placement, {"a", "b"}, within=None, at=now(), zone=ZONE)
    assert (everybody.linked, everybody.done, everybody.to_train, everybody.unseen) == (2, 1, 1, 0)
    assert (found.linked, found.done, found.to_train, found.unseen) == (1, 0, 1, 1)
    assert [row.person.service_number for row in found.officers] == ["DP-1009"]


def test_a_course_that_nobody_of_the_unit_opened_is_none_of_the_supervisors(agency, demo_database, served):
    _, origin = served
    _, placement_id = place(demo_database, origin)
    assert agency.browser("supervisor").post(f"/unit/platform-courses/{placement_id}").status_code == 404
    assert agency.browser("officer").get(f"/registrar/platform-courses/{placement_id}").status_code == 403


# -- submission review -------------------------------------------------------------------------------------------------


@pytest.fixture
def platform(key_server, demo_database) -> Platform:
    made = Platform(key_server)
    made.register(demo_database)
    return made


def review(agency, database, platform, *, viewer: str, of: str = "DP-1002", target: str = "certification:sightline"):
    """Have the account of a person here ask for an officer's result; return where it leads and the browser."""
    with database.transaction() as session:
        row = session.get_one(LtiPlatform, platform.id)
        placed.link(session, row, "viewer", person(session, viewer), at=now() - timedelta(minutes=1))
        if of != viewer:
            placed.link(session, row, "learner", person(session, of), at=now() - timedelta(minutes=1))
    claims = {
        f"{CLAIM}message_type": "LtiSubmissionReviewRequest",
        f"{CLAIM}for_user": {"user_id": "viewer" if of == viewer else "learner"},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"lineitem": "https://lms.academy.example/items/1"},
    }
    browser = LaunchingBrowser(agency.app, framed=True)
    custom = {"training_target": target}
    answer = browser.launch(platform, subject="viewer", roles=(INSTRUCTOR,), custom=custom, claims=claims)
    assert answer.status_code == 200, answer.text
    return browser, browser.press(answer)


def test_an_officer_sees_the_own_result(agency, demo_database, platform):
    _, answer = review(agency, demo_database, platform, viewer="DP-1002", of="DP-1002")
    assert answer.location == "/tools/sightline"


def test_a_supervisor_is_led_to_the_officer_of_the_own_unit(agency, demo_database, platform):
    with demo_database.reading() as session:
        boss = session.scalars(select(Person).where(Person.email.startswith("supervisor@"))).one()
        ours = units.officers_in(session, own_unit(session, boss, at=now()).ids, at=now())[0].service_number
        number = boss.service_number
    browser, answer = review(agency, demo_database, platform, viewer=number, of=ours)
    assert answer.location == f"/unit/officers/{ours}"
    assert browser.get(answer.location).status_code == 200


def test_a_teacher_there_who_is_an_officer_here_sees_nobody_elses(agency, demo_database, platform):
    browser, answer = review(agency, demo_database, platform, viewer="DP-1003")
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "This result is not shown to you" in page.text
    assert not re.search("DP-1002", page.text)


# -- from the launch on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        pytest.param((OF_LEARNER,), True, id="a-learner"),
        pytest.param((INSTRUCTOR,), False, id="a-teacher-takes-no-grade"),
        pytest.param((OF_LEARNER, TEST_USER), False, id="a-test-student"),
    ],
)
def test_a_launch_as_a_learner_has_the_grade_told_from_then_on(agency, demo_database, platform, roles, told):
    with demo_database.transaction() as session:
        row = session.get_one(LtiPlatform, platform.id)
        placed.link(session, row, "42", person(session, "DP-1010"), at=now() - timedelta(minutes=1))
    endpoint = {"scope": [grades.SCORE], "lineitem": "https://lms.academy.example/items/1"}
    claims = {"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpoint}
    browser = LaunchingBrowser(agency.app, framed=True)
    target = {"training_target": "certification:sightline"}
    assert browser.launch(platform, roles=roles, custom=target, claims=claims).status_code == 200
    with demo_database.transaction() as session:
        [placement] = session.scalars(select(LtiPlacement))
        assert (placement.target_kind, placement.target) == ("certification", "sightline")
        grades.derive_noted(session, "everybody", {}, at=now(), zone=placed.NOW.tzinfo)
        assert (len(session.scalars(select(LtiGrade)).all()) == 1) is told
