"""Scores as a platform gets them that behaves as Moodle does: set, cleared by a release, set again by the delta."""

import json
import signal
import threading
from datetime import datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from tests.lti import moodle as stand_in
from tests.lti import placed
from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services import version_life
from tests.services.test_cases import answer_all, submit
from tests.services.version_life import NOW, assess, person, prepare, release
from training_app import demo
from training_app.courier import Courier
from training_app.db import Database
from training_app.lti.calls import CallRules
from training_app.lti.connector import Signing, Tokens
from training_app.lti.scores import REST, Scores
from training_app.models.certification import Award, AwardReview
from training_app.models.lti import LtiGrade, LtiLineItem, LtiLink, LtiPlatform, LtiPlatformClosure, LtiUnlink
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.models.people import Person
from training_app.rules.facts import AwardKind, Level
from training_app.services import certification, outbox
from training_app.services.lti import grades
from training_app.services.lti import sending as lti_sending
from training_app.services.lti.noted import DerivedGrades

RULES = CallRules(frozenset({"127.0.0.1"}))
HOLDER = "DP-1003"
"""Certified for Sightline 3.2 in the demo agency."""
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def key() -> Signing:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Signing(pem, "the-tools-key")


def published(key: Signing) -> dict:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    public = load_pem_private_key(key.pem.encode(), None).public_key()
    return {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public)) | {"kid": key.kid, "alg": "RS256"}]}


@pytest.fixture
def served(key):
    with stand_in.serving() as (moodle, origin):
        moodle.keys = published(key)
        yield moodle, origin


@pytest.fixture
def moodle(served):
    return served[0]


class Clock:
    def __init__(self) -> None:
        self.time = NOW + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, seconds: float = 1.0) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(database: Database, key: Signing, clock) -> Courier:
    scores = Scores(database.transaction, RULES, lambda: key, Tokens(), clock=clock)
    derived = DerivedGrades(database.transaction, demo.ZONE, clock=clock)
    return Courier(database, [derived, scores], clock=clock)


@pytest.fixture
def sending(demo_database, key, clock):
    found = made(demo_database, key, clock)
    yield found
    found.end()


COLUMN = 11


def column(moodle, most: int = 100) -> int:
    """Have the platform have a column of its own for the link."""
    number = COLUMN + len(moodle.items)
    moodle.items[number] = {"id": str(number), "scoreMaximum": most, "label": "The activity"}
    return number


def place(database, served, target="certification:sightline", *, number=HOLDER, subject="42", coupled=True, **more):
    """Place a target, and let an officer's account open it; return the column, ``None`` where it is for us to make."""
    moodle, origin = served
    moodle.enrolled.add(subject)
    its = column(moodle) if coupled else None
    with database.transaction() as session:
        platform = placed.platform(session, origin)
        at = placed.placement(session, platform, target, column=its, **more)
        placed.opens(session, at, platform, subject, person(session, number))
    return its


def grade(database) -> LtiGrade:
    with database.reading() as session:
        return session.scalars(select(LtiGrade)).one()


def message(database) -> OutboxMessage:
    """Return the one score that waits or was given up."""
    with database.reading() as session:
        open_ones = select(OutboxMessage).where(
            OutboxMessage.channel == grades.CHANNEL, OutboxMessage.state != OutboxState.DELIVERED
        )
        return session.scalars(open_ones).one()


def progress(moodle, its=COLUMN, subject="42") -> list[str]:
    return [one["gradingProgress"] for one in moodle.scores.get((its, subject), [])]


# -- what is told ------------------------------------------------------------------------------------------------------


def test_a_certification_is_told_once_with_200_for_an_answer(demo_database, served, moodle, sending):
    its = place(demo_database, served)
    assert sending.deliver() == 2, "the grade is derived, then told"
    assert moodle.grade(its, "42") == 100
    [score] = moodle.scores[its, "42"]
    assert score == {
        "scoreGiven": 100,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "userId": "42",
        "timestamp": "2026-11-22T12:00:00Z",
    }
    assert moodle.asked("POST", "/lineitem/scores") == [200]
    with demo_database.transaction() as session:
        from training_app.services.lti import deriving

        deriving.everybody_changed(session, at=NOW)
    assert sending.deliver() == 1, "derived again, and nothing to tell"
    assert progress(moodle) == ["FullyGraded"]


def test_who_has_not_started_is_told_of_nowhere(demo_database, served, moodle, sending):
    place(demo_database, served, number="DP-1002")
    assert sending.deliver() == 1
    assert moodle.calls == []
    with demo_database.reading() as session:
        assert session.scalars(select(LtiGrade)).all() == []


def test_who_never_opened_the_link_is_told_of_nowhere_be_they_certified_and_linked(
    demo_database, served, moodle, sending
):
    _, origin = served
    with demo_database.transaction() as session:
        platform = placed.platform(session, origin)
        placed.placement(session, platform, "certification:sightline", column=column(moodle))
        placed.link(session, platform, "42", person(session, HOLDER))
    sending.deliver()
    assert moodle.calls == []


def test_a_module_is_told_with_the_points_of_the_mark_that_counts(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served, "module:ai-limits", number="DP-1002", subject="7")
    assert sending.deliver() == 1
    assert moodle.calls == []
    with demo_database.transaction() as session:
        submission = submit(session, answer_all(session, person(session, "DP-1002"), at=NOW), at=clock.time)
        most = submission.result["of"]
    sending.deliver()
    [score] = moodle.scores[its, "7"]
    assert (score["scoreGiven"], score["scoreMaximum"]) == (most, most)
    assert moodle.grade(its, "7") == 100


def test_a_course_is_told_when_its_last_module_is_passed(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served, "course:sightline", number="DP-1002", subject="7")
    sending.deliver()
    assert moodle.calls == []
    with demo_database.transaction() as session:
        submit(session, answer_all(session, person(session, "DP-1002"), at=NOW), at=clock.time)
    sending.deliver()
    assert moodle.grade(its, "7") == 100


def test_who_is_no_more_linked_is_told_of_no_more(demo_database, served, moodle, sending):
    place(demo_database, served, number="DP-1002")
    with demo_database.transaction() as session:
        from training_app.models.lti import LtiLink

        its = session.scalars(select(LtiLink)).one()
        stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": its.person_id}
        session.add(LtiUnlink(**stamp, link_id=its.id, person_id=its.person_id))
    with demo_database.transaction() as session:
        submit(session, answer_all(session, person(session, "DP-1002")))
    sending.deliver()
    assert moodle.calls == []


def test_a_score_that_waits_is_not_sent_once_the_account_is_linked_with_nobody(demo_database, served, moodle, sending):
    place(demo_database, served)
    with demo_database.transaction() as session:
        grades.derive_noted(session, "everybody", {}, at=NOW, zone=demo.ZONE)
    with demo_database.transaction() as session:
        its = session.scalars(select(LtiLink)).one()
        stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": its.person_id}
        session.add(LtiUnlink(**stamp, link_id=its.id, person_id=its.person_id))
        its_person, platform = session.get_one(Person, its.person_id), session.get_one(LtiPlatform, its.platform_id)
    sending.deliver()
    assert moodle.calls == []
    with demo_database.transaction() as session:
        placed.link(session, platform, "42", its_person)
    sending.deliver()
    assert progress(moodle) == ["FullyGraded"]


def test_a_score_of_one_officer_is_not_sent_once_the_account_is_anothers(demo_database, served, moodle, sending):
    place(demo_database, served)
    with demo_database.transaction() as session:
        grades.derive_noted(session, "everybody", {}, at=NOW, zone=demo.ZONE)
    with demo_database.transaction() as session:
        its = session.scalars(select(LtiLink)).one()
        stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": its.person_id}
        session.add(LtiUnlink(**stamp, link_id=its.id, person_id=its.person_id))
        placed.link(session, session.get_one(LtiPlatform, its.platform_id), "42", person(session, "DP-1002"))
    sending.deliver()
    assert progress(moodle) == []


# -- recertification ---------------------------------------------------------------------------------------------------


def renewed_version(session, *, level=Level.DIFFERENCES, grace_days=0, at=NOW) -> None:
    """Bring Sightline 4.0 into use an hour after *at*, with differences to learn."""
    made = prepare(session, "4.0", at=at)
    assess(session, "3.2", "4.0", level, "ai-limits", at=at, grace_days=grace_days)
    for earlier in ("3.1",):
        if version_life.version(session, earlier) is not None:
            assess(session, earlier, "4.0", level, "ai-limits", at=at, grace_days=grace_days)
    release(session, made, effective_at=at + timedelta(hours=1), at=at)


def earn_delta(session, number: str, *, at: datetime) -> list[Award]:
    officer = person(session, number)
    submit(session, answer_all(session, officer, at=at), at=at + timedelta(minutes=30))
    return [award for award, _, _ in certification.awards_of(session, officer.id)]


def test_a_release_clears_the_grade_and_the_delta_award_sets_it_again(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served)
    sending.deliver()
    with demo_database.transaction() as session:
        renewed_version(session)
    sending.deliver()
    assert moodle.grade(its, "42") == 100, "not before the release takes effect"
    clock.time = NOW + timedelta(hours=1) + grades.LOOKED_AT_EVERY
    sending.keep_house()
    sending.deliver()
    assert moodle.grade(its, "42") is None
    assert moodle.scores[its, "42"][-1] == {
        "activityProgress": "Initialized",
        "gradingProgress": "NotReady",
        "userId": "42",
        "timestamp": f"{clock.time:%Y-%m-%dT%H:%M:%S}Z",
    }
    with demo_database.transaction() as session:
        awards = earn_delta(session, HOLDER, at=clock.time)
    assert AwardKind.DELTA in {award.kind for award in awards}
    clock.passes(3600)
    sending.deliver()
    assert moodle.grade(its, "42") == 100
    assert progress(moodle) == ["FullyGraded", "NotReady", "FullyGraded"]


def test_while_grace_runs_the_grade_stands(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served)
    sending.deliver()
    with demo_database.transaction() as session:
        renewed_version(session, level=Level.FAMILIARISATION, grace_days=14)
    clock.time = NOW + timedelta(days=10)
    sending.keep_house()
    sending.deliver()
    assert progress(moodle) == ["FullyGraded"]
    clock.time = NOW + timedelta(days=16)
    sending.keep_house()
    sending.deliver()
    assert moodle.grade(its, "42") is None


def test_the_day_after_the_last_one_the_grade_is_cleared(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served)
    sending.deliver()
    clock.time = NOW + timedelta(days=800)
    sending.keep_house()
    sending.deliver()
    assert moodle.grade(its, "42") is None


def test_an_award_under_review_clears_the_grade(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served)
    sending.deliver()
    with demo_database.transaction() as session:
        officer, judge = person(session, HOLDER), person(session, "DP-3001")
        for award, _, tool in certification.awards_of(session, officer.id):
            if tool.slug == "sightline":
                stamp = {"effective_at": clock.time, "recorded_at": clock.time, "recorded_by_id": judge.id}
                session.add(
                    AwardReview(**stamp, officer_id=officer.id, award_id=award.id, reason_code="trainer-not-qualified")
                )
    clock.passes()
    sending.deliver()
    assert moodle.grade(its, "42") is None
    assert progress(moodle) == ["FullyGraded", "NotReady"]


def test_without_a_column_of_the_platform_each_version_has_its_own(demo_database, served, moodle, sending, clock):
    place(demo_database, served, coupled=False)
    moodle.broken_links = True
    sending.deliver()
    [item] = moodle.items.values()
    assert (item["resourceId"], item["scoreMaximum"]) == ("certification/sightline/3.2", 100)
    assert item["tag"] == "certification"
    assert item["resourceLinkId"].startswith("link-")
    with demo_database.transaction() as session:
        renewed_version(session)
    clock.time = NOW + timedelta(hours=1) + grades.LOOKED_AT_EVERY
    sending.keep_house()
    sending.deliver()
    assert len(moodle.items) == 1, "nobody has earned anything for the new version"
    with demo_database.transaction() as session:
        earn_delta(session, HOLDER, at=clock.time)
    clock.passes(3600)
    sending.deliver()
    sending.deliver()
    assert [one["resourceId"] for one in moodle.items.values()] == [
        "certification/sightline/3.2",
        "certification/sightline/4.0",
    ]
    assert [moodle.grade(number, "42") for number in moodle.items] == [100, 100]


def test_a_column_that_was_made_before_is_found_again(demo_database, served, moodle, sending):
    place(demo_database, served, coupled=False)
    sending.deliver()
    with demo_database.transaction() as session:
        session.delete(session.scalars(select(LtiLineItem)).one())
        session.get_one(LtiGrade, session.scalars(select(LtiGrade.id)).one()).told = None
        from training_app.services.lti import deriving

        deriving.everybody_changed(session, at=NOW)
    sending._now.passes()
    sending.deliver()
    assert len(moodle.items) == 1
    assert moodle.asked("GET", "/lineitems") == [200, 200]


# -- what a platform does ----------------------------------------------------------------------------------------------


def test_nothing_is_sent_twice_within_a_second_and_the_next_waits_for_the_clock(
    demo_database, served, moodle, sending, clock
):
    its = place(demo_database, served)
    sending.deliver()
    with demo_database.transaction() as session:
        row = session.scalars(select(LtiGrade)).one()
        row.wanted = dict(grades.rule.CLEARED)
        grades._queue(session, row, at=clock.time)
    clock.passes(0.9)
    assert sending.deliver() == 0
    assert message(demo_database).attempts == 0, "to wait for the clock is no attempt"
    clock.passes(0.1)
    assert sending.deliver() == 1
    assert moodle.grade(its, "42") is None
    assert moodle.asked("POST", "/scores") == [200, 200]


def test_a_409_is_answered_by_a_look_at_what_is_there_and_then_by_a_later_time(
    demo_database, served, moodle, sending, clock
):
    its = place(demo_database, served)
    earlier = {"userId": "42", "timestamp": "2026-11-22T12:00:01Z", "activityProgress": "InProgress"}
    moodle.scores[its, "42"] = [earlier | {"gradingProgress": "Pending"}]
    sending.deliver()
    assert moodle.asked("POST", "/scores") == [409]
    assert moodle.asked("GET", "/results") == [200]
    assert message(demo_database).fault.startswith("HTTP 409: Refusing score with an earlier or equal timestamp")
    clock.passes(10)
    assert sending.deliver() == 1
    assert moodle.grade(its, "42") == 100


def test_a_409_of_a_platform_that_has_the_score_already_is_no_failure(demo_database, served, moodle, sending):
    its = place(demo_database, served)
    there = {"userId": "42", "timestamp": "2026-11-22T13:00:00Z", "activityProgress": "Completed"}
    moodle.scores[its, "42"] = [there | {"gradingProgress": "FullyGraded", "scoreGiven": 10, "scoreMaximum": 10}]
    assert sending.deliver() == 2
    assert moodle.asked("POST", "/scores") == [409]
    assert grade(demo_database).told == grade(demo_database).wanted


def test_where_results_may_not_be_read_a_409_is_tried_again_later(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served, scopes=[grades.SCORE])
    there = {"userId": "42", "timestamp": "2026-11-22T12:00:00Z", "activityProgress": "Completed"}
    moodle.scores[its, "42"] = [there | {"gradingProgress": "FullyGraded", "scoreGiven": 1, "scoreMaximum": 1}]
    sending.deliver()
    assert moodle.asked("GET", "/results") == []
    clock.passes(10)
    assert sending.deliver() == 1


def test_who_is_not_enrolled_is_given_up_with_the_platforms_words_and_holds_up_nobody(
    demo_database, served, moodle, sending, clock
):
    its = place(demo_database, served)
    moodle.enrolled.clear()
    for _ in range(3):
        sending.deliver()
        clock.passes(60)
    given_up = message(demo_database)
    assert (given_up.state, given_up.fault) == (OutboxState.FAILED, "HTTP 400: User is not enrolled")
    clock.time += grades.LOOKED_AT_EVERY
    sending.keep_house()
    assert sending.deliver() == 0, "it is not sent again by itself"
    moodle.enrolled.add("42")
    with demo_database.transaction() as session:
        outbox.try_again(session, grades.CHANNEL, given_up.destination, at=clock.time)
    assert sending.deliver() == 1
    assert moodle.grade(its, "42") == 100


def test_a_platform_of_which_many_grades_wait_holds_up_no_other(demo_database, served, clock, monkeypatch):
    monkeypatch.setattr(lti_sending, "LOOKED_THROUGH", 1)
    _moodle, origin = served
    with demo_database.transaction() as session:
        for client, officers in (("busy", {"42": HOLDER, "43": "DP-1007"}), ("quiet", {"42": HOLDER})):
            platform = placed.platform(session, origin, client_id=client)
            at = placed.placement(session, platform, "certification:sightline", column=COLUMN)
            for subject, number in officers.items():
                placed.opens(session, at, platform, subject, person(session, number))
    Courier(demo_database, [DerivedGrades(demo_database.transaction, demo.ZONE, clock=clock)], clock=clock).deliver()
    with demo_database.reading() as session:
        found = lti_sending.waiting(session, at=clock.time, resting=frozenset())
    assert sorted(one.platform.client_id for one in found) == ["busy", "quiet"]


def test_a_platform_that_is_down_is_left_alone_for_a_while_and_then_told_the_latest_only(
    demo_database, served, moodle, sending, clock
):
    its = place(demo_database, served)
    moodle.down = True
    sending.deliver()
    assert message(demo_database).fault == "Token: HTTP 503: Down for maintenance"
    with demo_database.transaction() as session:
        renewed_version(session)
    clock.time = NOW + timedelta(hours=1) + grades.LOOKED_AT_EVERY
    sending.keep_house()
    with demo_database.reading() as session:
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == grades.CHANNEL)).all()
    assert [one.payload["gradingProgress"] for one in waiting] in ([], ["NotReady"])
    moodle.down = False
    clock.passes(REST.total_seconds() + 60)
    sending.deliver()
    assert moodle.grade(its, "42") is None
    assert "FullyGraded" not in progress(moodle)


def test_a_token_is_asked_for_once_and_again_when_the_platform_takes_it_back(
    demo_database, served, moodle, sending, clock
):
    place(demo_database, served)
    sending.deliver()
    assert len(moodle.token_requests) == 1
    assert set(moodle.token_requests[0]["scope"].split()) == set(placed.ALL_SCOPES)
    moodle.forget_tokens_once = True
    with demo_database.transaction() as session:
        row = session.scalars(select(LtiGrade)).one()
        row.wanted = dict(grades.rule.CLEARED)
        grades._queue(session, row, at=clock.time)
    clock.passes()
    assert sending.deliver() == 1
    assert moodle.asked("POST", "/scores") == [200, 401, 200]
    assert len(moodle.token_requests) == 2


def test_a_token_service_that_answers_with_a_page_of_html_is_said_so_and_tried_again(
    demo_database, served, moodle, sending
):
    place(demo_database, served)
    moodle.token_page = "<!DOCTYPE html><html>TypeError: jwks_helper</html>"
    sending.deliver()
    waiting = message(demo_database)
    assert (waiting.state, waiting.fault) == (OutboxState.WAITING, "Token: HTTP 404")


def test_the_time_of_a_score_is_never_ahead_of_the_clock(demo_database, served, moodle, sending, clock):
    clock.time += timedelta(microseconds=999_999)
    place(demo_database, served)
    sending.deliver()
    assert moodle.scores[COLUMN, "42"][0]["timestamp"] == "2026-11-22T12:00:00Z"


def test_a_closed_platform_is_told_nothing_any_more(demo_database, served, moodle, sending):
    place(demo_database, served)
    with demo_database.transaction() as session:
        grades.derive_noted(session, "everybody", {}, at=NOW, zone=demo.ZONE)
        stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": None}
        session.add(LtiPlatformClosure(**stamp, platform_id=1))
    sending.deliver()
    assert moodle.calls == []


# -- processes ---------------------------------------------------------------------------------------------------------


def submit_and_die(url: str, attempt_id: int) -> None:
    import os

    database = Database(url)
    with database.transaction() as session:
        submit(session, attempt_id)
    os.kill(os.getpid(), signal.SIGKILL)


def deliver(url: str, key: Signing, at: datetime) -> None:
    made(Database(url), key, lambda: at).deliver()


def run(target, *arguments):
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    return process


def address(database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_a_process_killed_between_the_award_and_the_score_loses_no_grade(demo_database, served, moodle, sending, clock):
    its = place(demo_database, served, number="DP-1002")
    sending.deliver()
    with demo_database.transaction() as session:
        attempt_id = answer_all(session, person(session, "DP-1002"))
    process = run(submit_and_die, address(demo_database), attempt_id)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert moodle.scores == {}
    clock.passes(4 * 3600)
    sending.deliver()
    assert moodle.grade(its, "42") == 100
    assert progress(moodle) == ["FullyGraded"]


def test_a_process_killed_while_the_platform_has_the_score_and_has_not_answered_sends_none_twice(
    demo_database, served, moodle, sending, clock, key
):
    its = place(demo_database, served)
    gate = moodle.after_next_score = threading.Event()
    process = run(deliver, address(demo_database), key, clock.time)
    assert moodle.score_taken.wait(PATIENCE_SECONDS)
    process.kill()
    process.join()
    gate.set()
    assert progress(moodle) == ["FullyGraded"], "the platform has it, and we do not know"
    clock.time += outbox.CLAIM + SECOND
    assert sending.deliver() == 1
    assert progress(moodle) == ["FullyGraded"]
    assert moodle.asked("GET", "/results") == [200]
    assert grade(demo_database).told == grade(demo_database).wanted
    assert moodle.grade(its, "42") == 100


def test_several_processes_at_once_tell_every_grade_once_and_make_one_column(
    demo_database, served, moodle, sending, clock, key
):
    _, origin = served
    with demo_database.transaction() as session:
        platform = placed.platform(session, origin)
        at = placed.placement(session, platform, "certification:sightline")
        officers = [HOLDER, "DP-1004", "DP-1005"]
        for number in officers:
            moodle.enrolled.add(number)
            placed.opens(session, at, platform, number, person(session, number))
    processes = [run(deliver, address(demo_database), key, clock.time) for _ in range(2)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    for _ in range(3):
        clock.passes(60)
        sending.deliver()
    assert len(moodle.items) == 1
    assert all(len(told) == 1 for told in moodle.scores.values())
    assert (COLUMN, HOLDER) in moodle.scores
