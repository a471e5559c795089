"""Two processes that act on one session at once: what each is told about places is true, and one click is one fact."""

from datetime import timedelta

from sqlalchemy import select

from tests.services import recorded, session_agency
from tests.services.seat_agency import NOW, ZONE
from tests.services.session_agency import START
from tests.services.test_seat_processes import TURNS, won_by_both
from training_app.db import Database
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.models.training_sessions import TrainingSession
from training_app.rules.civil_time import CivilInstant
from training_app.rules.training_sessions import Presence
from training_app.services import attendance, rosters, training_sessions


class InLine(TrainingError):
    """The last place was another's."""


def _planned(session, turn: int) -> int:
    return session.scalars(select(TrainingSession.id).where(TrainingSession.title == f"No. {turn}")).one()


def _officer(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def join_the_last_place(database: Database, name: str, turn: int) -> None:
    """Join, as an officer of this process's own, a session with one place; who is told to wait has not won."""
    with database.transaction() as session:
        officer = _officer(session, "O-1" if name == "left" else "O-2")
        found = training_sessions.join(session, _planned(session, turn), officer, at=NOW)
        told = found.roster.line_of(officer.id)
    if told is not None:
        raise InLine


def join_twice(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        training_sessions.join(session, _planned(session, turn), _officer(session, "O-3"), at=NOW)


def record_it(database: Database, name: str, turn: int) -> None:
    """Record the same attendance; who finds it recorded has not won."""
    on = CivilInstant(START + timedelta(days=turn, hours=1), ZONE)
    with database.transaction() as session:
        instructor = session.scalars(select(Person).where(Person.name == "Petra Nowak")).one()
        presences = {_officer(session, "O-1").id: Presence.PRESENT}
        made = attendance.record(session, _planned(session, turn), presences, on=on, by=instructor, overseeing=False)
    if not made:
        raise InLine


def build(database: Database, *officers: str) -> None:
    with database.transaction() as session:
        stamp = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW}
        session.add(ModuleRevision(**stamp, slug="ai-limits", digest="d", content={"subject_area": "ai"}, bank={}))
        agency = session_agency.build(session)
        for turn in range(TURNS):
            start = START + timedelta(days=turn)
            ends = start + timedelta(hours=2)
            planned = agency.planned(title=f"No. {turn}", capacity=1, starts_at=start, ends_at=ends)
            for number in officers:
                training_sessions.join(session, planned.id, agency.seats.people[number], at=NOW)


def rosters_of(database: Database) -> list[tuple[int, int]]:
    """Return of each session how many have a place and how many wait."""
    with database.reading() as session:
        found = rosters.listed(session)
        return [(len(one.roster.placed), len(one.roster.waiting)) for one in found]


def test_the_last_place_taken_by_two_at_once_is_told_to_one(database):
    build(database)
    assert won_by_both(database, join_the_last_place) == TURNS
    assert rosters_of(database) == [(1, 1)] * TURNS


def test_two_clicks_at_once_put_somebody_on_a_session_once(database):
    build(database)
    won_by_both(database, join_twice)
    assert rosters_of(database) == [(1, 0)] * TURNS


def test_attendance_recorded_twice_at_once_is_recorded_once(database):
    build(database, "O-1")
    assert won_by_both(database, record_it) == TURNS
