"""Training sessions on the pages: planned, joined, attended, in calendars; each sees and does what is theirs."""

import re
from datetime import timedelta
from html import unescape

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.services import qualified
from tests.views.browser import Browser
from training_app import demo
from training_app.clock import now
from training_app.models.people import Person
from training_app.models.trainers import LevelName
from training_app.models.training_sessions import (
    SessionAttendance,
    SessionChange,
    SessionEnrolment,
    TrainingSession,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.training_sessions import Plan, Presence, SessionKind
from training_app.services import training_sessions

AHEAD = timedelta(days=10)
READERS = ("trainer", "trainer2", "lead")


@pytest.fixture
def teaching(agency):
    """The demo agency, whose trainers are instructors for every subject area."""
    with agency.database.transaction() as session:
        for number in ("DP-4001", "DP-4002"):
            person = session.scalars(select(Person).where(Person.service_number == number)).one()
            qualified.qualify(session, person, level=LevelName.INSTRUCTOR)
    return agency


def plan(teaching, *, starts=AHEAD, capacity=1, title="Limits of AI") -> int:
    with teaching.database.transaction() as session:
        instructor = session.scalars(select(Person).where(Person.service_number == "DP-4001")).one()
        start = now() + starts
        given = Plan(
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            place="Room 4",
            capacity=capacity,
            instructor=instructor.id,
        )
        new = training_sessions.NewSession(
            SessionKind.CLASSROOM, title, training_sessions.Subject(module="ai-limits"), given
        )
        on = CivilInstant(min(now(), start - timedelta(hours=1)), demo.ZONE)
        return training_sessions.plan(session, new, uid=f"uid-{title}", on=on, by=instructor).id


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def form_of_plan(**change):
    day = (now() + AHEAD).date().isoformat()
    given = {
        "kind": "simulator", "title": "At the simulator", "subject": "module:ai-limits", "place": "Hall 2", "day": day,
        "starts": "09:00", "ends": "12:00", "capacity": "8",
    }  # fmt: skip
    return given | change


def test_an_instructor_plans_a_session_and_officers_find_it(teaching):
    trainer = teaching.browser("trainer")
    instructor = str(teaching.person("DP-4001").id)
    trainer.get("/teaching/plan")
    wrong = trainer.post("/teaching/plan", form_of_plan(instructor=instructor, day="2099-01-01", capacity="0"))
    assert wrong.status_code == 422
    done = trainer.post("/teaching/plan", form_of_plan(instructor=instructor))
    assert done.status_code == 302
    assert trainer.post("/teaching/plan", form_of_plan(instructor=instructor)).location == done.location
    assert teaching.count(TrainingSession) == 1
    assert "At the simulator" in teaching.browser("officer").get("/sessions").text


@pytest.mark.parametrize(
    ("day", "starts", "told"),
    [
        ("2027-03-28", "02:30", "There is no such time on that day"),
        ("2027-10-31", "02:30", "That time comes twice on that day"),
    ],
)
def test_a_time_that_the_clocks_skip_or_show_twice_is_refused(teaching, day, starts, told):
    trainer = teaching.browser("trainer")
    trainer.get("/teaching/plan")
    given = form_of_plan(instructor=str(teaching.person("DP-4001").id), day=day, starts=starts, ends="06:00")
    answer = trainer.post("/teaching/plan", given)
    assert answer.status_code == 422
    assert told in words_in(answer.text)


def test_a_session_over_midnight_lasts_as_long_as_the_clocks_make_it(teaching):
    trainer = teaching.browser("trainer")
    trainer.get("/teaching/plan")
    given = form_of_plan(instructor=str(teaching.person("DP-4001").id), day="2027-03-27", starts="23:00", ends="05:00")
    assert trainer.post("/teaching/plan", given).status_code == 302
    with teaching.database.reading() as session:
        planned = session.scalars(select(TrainingSession)).one()
        assert planned.ends_at - planned.starts_at == timedelta(hours=5)


def test_an_instructor_who_may_not_is_told_what_is_missing(teaching):
    registrar = teaching.browser("registrar")
    registrar.get("/teaching/plan")
    answer = registrar.post("/teaching/plan", form_of_plan(instructor=str(teaching.person("DP-3001").id)))
    assert answer.status_code == 422
    assert "You are not qualified as a trainer for" in words_in(answer.text)


def test_who_plans_for_another_is_told_what_that_one_lacks(teaching):
    with teaching.database.transaction() as session:
        author = qualified.trainer(session, level=LevelName.INSTRUCTOR, subject="rights", name="Ada Author")
    lead = teaching.browser("lead")
    lead.get("/teaching/plan")
    answer = lead.post("/teaching/plan", form_of_plan(instructor=str(author.id)))
    assert answer.status_code == 422
    told = words_in(answer.text)
    assert "Ada Author may not hold this session. What they are told: You are not qualified" in told


def test_officers_join_wait_move_up_and_withdraw(teaching):
    session_id = plan(teaching)
    first, second = teaching.browser("officer"), teaching.browser("officer1")
    address = f"/sessions/{session_id}"
    first.get(address)
    assert first.post(f"{address}/join").location == address
    assert "You have a place" in first.get(address).text
    second.get(address)
    second.post(f"{address}/join")
    second.post(f"{address}/join")
    assert teaching.count(SessionEnrolment) == 2
    page = words_in(second.get(address).text)
    assert "You wait, number 1 in line" in page
    assert "Julie Bakker" not in page, "officers do not read who else is there"
    first.get(address)
    first.post(f"{address}/withdraw")
    assert "You have a place" in second.get(address).text
    assert "You have a place" in second.get("/sessions").text


def test_an_officer_is_told_why_they_cannot_join(teaching):
    first, second = plan(teaching), None
    officer = teaching.browser("officer")
    officer.get(f"/sessions/{first}")
    officer.post(f"/sessions/{first}/join")
    with teaching.database.transaction() as session:
        other = session.scalars(select(Person).where(Person.service_number == "DP-4002")).one()
        start = session.get_one(TrainingSession, first).starts_at
        given = Plan(
            starts_at=start, ends_at=start + timedelta(hours=1), place="Room 5", capacity=3, instructor=other.id
        )
        new = training_sessions.NewSession(
            SessionKind.CLASSROOM, "Rights", training_sessions.Subject(module="ai-limits"), given
        )
        on = CivilInstant(now(), demo.ZONE)
        second = training_sessions.plan(session, new, uid="uid-2", on=on, by=other).id
    assert "You are on another session at that time" in words_in(officer.get(f"/sessions/{second}").text)
    answer = officer.post(f"/sessions/{second}/join")
    assert answer.status_code == 422
    assert "You are on another session at that time" in words_in(answer.text)
    assert officer.get("/sessions/999").status_code == 404


def test_a_session_moved_and_called_off_says_so_with_the_reason_and_moves_in_calendars(teaching):
    session_id = plan(teaching)
    officer, trainer = teaching.browser("officer"), teaching.browser("trainer")
    officer.get(f"/sessions/{session_id}")
    officer.post(f"/sessions/{session_id}/join")
    made = officer.post("/calendar")
    feed = re.search(r"http://localhost(/calendar/[\w-]+/training-sessions\.ics)", made.text)[1]
    assert feed not in officer.get("/calendar").text, "the address is shown once"
    visitor = Browser(teaching.app)
    (event,) = Calendar.from_ical(visitor.get(feed).data).walk("VEVENT")
    assert (event["SEQUENCE"], event["STATUS"], event["UID"]) == (0, "CONFIRMED", "uid-Limits of AI")
    start = event["DTSTART"].dt

    trainer.get(f"/teaching/{session_id}/change")
    moved = form_of_plan(
        instructor=str(teaching.person("DP-4001").id), place="Hall 3", reason="The room is being painted."
    )
    assert trainer.post(f"/teaching/{session_id}/change", moved).status_code == 302
    assert "The room is being painted." in officer.get(f"/sessions/{session_id}").text
    (event,) = Calendar.from_ical(visitor.get(feed).data).walk("VEVENT")
    assert (event["SEQUENCE"], event["LOCATION"]) == (1, "Hall 3")
    assert event["DTSTART"].dt != start

    trainer.get(f"/teaching/{session_id}/call-off")
    trainer.post(f"/teaching/{session_id}/call-off", {"reason": "Too few joined."})
    assert "Too few joined." in officer.get(f"/sessions/{session_id}").text
    body = visitor.get(feed).data
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED")
    names = [b"Petra", b"Nowak", b"Bakker", b"DP-"]
    assert [name for name in names if name in body] == []
    (single,) = Calendar.from_ical(officer.get(f"/sessions/{session_id}/session.ics").data).walk("VEVENT")
    assert single.to_ical() == event.to_ical()
    passer_by = teaching.browser("officer1")
    page = passer_by.get(f"/sessions/{session_id}")
    assert "This session is called off" in page.text
    told = page.data + passer_by.get(f"/sessions/{session_id}/session.ics").data
    assert b"Too few joined." not in told, "reasons are for whom the session concerns"

    officer.get("/calendar")
    officer.post("/calendar/end")
    assert visitor.get(feed).status_code == 404


def test_a_supervisor_puts_own_officers_on_a_session_and_takes_them_off(teaching):
    session_id = plan(teaching, capacity=3)
    supervisor, address = teaching.browser("supervisor"), f"/unit/sessions/{session_id}"
    supervisor.get(address)
    assert supervisor.post(address, {}).status_code == 422
    done = supervisor.post(address, {"officers": ["DP-1001", "DP-1003"]})
    assert (done.status_code, teaching.count(SessionEnrolment)) == (302, 2)
    assert "Ruben Almeida, Luca Conti" in words_in(supervisor.get("/unit/sessions").text)
    supervisor.get(address)
    supervisor.post(f"{address}/officers/DP-1003/withdraw")
    assert "Ruben Almeida" in supervisor.get("/unit/sessions").text
    assert "Luca Conti" not in supervisor.get("/unit/sessions").text


def begun(teaching, *officers: str) -> int:
    """Plan a session that began a minute ago, with *officers* on it."""
    session_id = plan(teaching, starts=timedelta(minutes=-1), capacity=5)
    with teaching.database.transaction() as session:
        for number in officers:
            person = session.scalars(select(Person).where(Person.service_number == number)).one()
            training_sessions.join(session, session_id, person, at=now() - timedelta(hours=1))
    return session_id


def test_the_instructor_records_attendance_corrects_it_and_the_officer_reads_both(teaching):
    session_id = begun(teaching, "DP-1001", "DP-1002")
    one, two = (teaching.person(number).id for number in ("DP-1001", "DP-1002"))
    trainer, address = teaching.browser("trainer"), f"/teaching/{session_id}/attendance"
    assert address in trainer.get("/teaching").text
    trainer.get(address)
    trainer.post(address, {f"person_{one}": "present", f"person_{two}": "absent"})
    assert teaching.count(SessionAttendance) == 2
    trainer.get(address)
    refused = trainer.post(address, {f"person_{one}": "absent"})
    assert "Say why you correct what was recorded." in words_in(refused.text)
    trainer.post(address, {f"person_{one}": "left-early", "reason": "Went at eleven."})
    page = words_in(teaching.browser("officer1").get(f"/sessions/{session_id}").text)
    assert "Left early" in page
    assert "Corrected: Went at eleven." in page
    assert "Present" in page
    assert "Went at eleven." in trainer.get(f"/teaching/{session_id}").text
    assert "Went at eleven." not in teaching.browser("officer").get(f"/sessions/{session_id}").text


def test_attendance_that_meets_an_expired_session_is_recorded_after_the_next_sign_in(teaching, let_pass):
    session_id = begun(teaching, "DP-1001")
    one = teaching.person("DP-1001").id
    trainer, address = teaching.browser("trainer"), f"/teaching/{session_id}/attendance"
    trainer.get(address)
    let_pass(idle=timedelta(hours=2))
    answer = trainer.post(address, {f"person_{one}": "present"})
    assert answer.location.startswith("/sign-in")
    assert teaching.count(SessionAttendance) == 0
    trainer.sign_in(teaching.person("DP-4001"))
    assert teaching.count(SessionAttendance) == 1


def test_who_came_without_having_joined_is_added_and_the_wrong_one_taken_off(teaching):
    session_id = begun(teaching)
    trainer, address = teaching.browser("trainer"), f"/teaching/{session_id}"
    trainer.get(address)
    assert trainer.post(f"{address}/roster", {"officer": "nobody"}).status_code == 422
    trainer.post(f"{address}/roster", {"officer": "DP-1001"})
    assert "Ruben Almeida" in trainer.get(f"{address}/roster").text
    trainer.get(address)
    trainer.post(f"{address}/roster/{teaching.person('DP-1001').id}/remove")
    trainer.get(address)  # says that he is off the roster
    assert "Ruben Almeida" not in trainer.get(f"{address}/roster").text


def test_why_attendance_was_corrected_is_read_by_who_answers_for_it_and_not_by_who_planned_it(teaching):
    session_id = plan(teaching, starts=-timedelta(minutes=5))
    with teaching.database.transaction() as session:
        found, holder = session.get_one(TrainingSession, session_id), teaching.person("DP-4002").id
        stamp = {"effective_at": found.recorded_at, "recorded_at": found.recorded_at, "recorded_by_id": holder}
        as_before = {"place": found.place, "starts_at": found.starts_at, "ends_at": found.ends_at, "capacity": 1}
        handed_over = {"revision": 1, "instructor_id": holder, "reason": "Ill."}
        session.add(SessionChange(**stamp, **as_before, **handed_over, session_id=session_id))
        records = ((1, Presence.PRESENT, ""), (2, Presence.ABSENT, "Took ill on the way."))
        for revision, presence, reason in records:
            session.add(
                SessionAttendance(
                    **stamp, session_id=session_id, person_id=teaching.person("DP-1001").id, instructor_id=holder,
                    revision=revision, presence=presence, reason=reason,
                )
            )  # fmt: skip
    read = {name: "Took ill" in teaching.browser(name).get(f"/teaching/{session_id}").text for name in READERS}
    assert read == {"trainer": False, "trainer2": True, "lead": True}


def test_what_has_begun_can_neither_be_changed_nor_called_off(teaching):
    ahead, session_id = plan(teaching), plan(teaching, starts=-timedelta(minutes=5), title="Begun")
    trainer = teaching.browser("trainer")
    assert f"/teaching/{ahead}/change" in trainer.get(f"/teaching/{ahead}").text
    assert f"/teaching/{session_id}/change" not in trainer.get(f"/teaching/{session_id}").text
    refused = trainer.post(f"/teaching/{session_id}/call-off", {"reason": "Nobody came."})
    assert refused.status_code == 422
    assert "This session has begun, so it is neither changed nor called off any more." in words_in(refused.text)


def test_what_was_held_long_ago_is_on_later_pages_of_its_own(teaching, monkeypatch):
    monkeypatch.setattr("training_app.views.teaching.PAST_A_PAGE", 1)
    for day in (3, 2):
        plan(teaching, starts=-timedelta(days=day), title=f"{day} days ago")
    trainer = teaching.browser("trainer")
    first, second = (words_in(trainer.get(f"/teaching{query}").text) for query in ("", "?earlier=2"))
    held = [page.partition(" What you held ")[2] for page in (first, second)]
    assert ["2 days ago" in one for one in held] == [True, False]
    assert ["3 days ago" in one for one in held] == [False, True]


def test_the_session_of_another_is_no_page_for_a_trainer_and_one_for_a_lead(teaching):
    session_id = plan(teaching)
    other, lead = teaching.browser("trainer2"), teaching.browser("lead")
    for page in ("", "/change", "/call-off", "/attendance", "/roster"):
        assert other.get(f"/teaching/{session_id}{page}").status_code == 404, page
        assert lead.get(f"/teaching/{session_id}{page}").status_code == 200, page
    assert "Petra Nowak" in lead.get("/teaching").text
    assert teaching.count(SessionChange) == 0
