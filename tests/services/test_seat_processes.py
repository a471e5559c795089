"""Two processes that decide at the same time, as two servers on one database do: the last seat is granted once."""

from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import func, select

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services import seat_agency
from tests.services.seat_agency import NOW, ZONE
from training_app.db import Database
from training_app.errors import TrainingError
from training_app.models.people import OfficerSuspension, Person, SeatGrant, SeatRelease, SeatReview
from training_app.models.tools import Tool
from training_app.services import seats, suspensions

TURNS = 4
DONE = 100
"""Added to the exit status of a process that came to its end; one that failed ends with 1."""
LATER = NOW + timedelta(days=2)

Act = Callable[[Database, str, int], None]


def _person(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def _seat_of(session, number: str) -> SeatGrant:
    held = select(SeatGrant).join(Person, Person.id == SeatGrant.officer_id).where(Person.service_number == number)
    return session.scalars(held).one()


def grant_the_last(database: Database, name: str, turn: int) -> None:
    """Grant an officer of this process's own a seat; of each turn's tool there is one."""
    # The clocks of two servers differ: one runs a second ahead.
    at = NOW + timedelta(seconds=1 if name == "left" else 0)
    with database.transaction() as session:
        tool = session.scalars(select(Tool).where(Tool.slug == f"tool-{turn}")).one()
        new = seats.NewSeat("O-1" if name == "left" else "O-2", ("missing-person",), "Works on it.")
        by = _person(session, "S-CENTRAL" if name == "left" else "S-AGENCY")
        seats.grant(session, tool, new, at=at, by=by, zone=ZONE)


def release_it(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        seat = _seat_of(session, f"O-{turn + 1}")
        seats.release(session, seat, at=LATER, by=_person(session, "S-CENTRAL"), zone=ZONE)


def review_it(database: Database, name: str, turn: int) -> None:
    at = LATER + timedelta(seconds=1 if name == "left" else 0)
    with database.transaction() as session:
        seat = _seat_of(session, f"O-{turn + 1}")
        seats.review(session, seat, at=at, by=_person(session, "S-CENTRAL"), zone=ZONE)


def suspend_them(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        reason, by = suspensions.Reason.INQUIRY_OPEN, _person(session, "S-CENTRAL")
        suspensions.suspend(session, f"O-{turn + 1}", None, reason, at=LATER, by=by)


def take_turns(url: str, act: Act, name: str, start: Barrier) -> None:
    """Act at the same instant as the other process, turn by turn; the exit status counts the turns won."""
    database = Database(url)
    won = 0
    for turn in range(TURNS):
        start.wait(PATIENCE_SECONDS)
        try:
            act(database, name, turn)
            won += 1
        except TrainingError:
            pass
    database.dispose()
    raise SystemExit(DONE + won)


def won_by_both(database: Database, act: Act) -> int:
    """Return how many turns the two processes won together."""
    start = PROCESSES.Barrier(2)
    url = database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=take_turns, args=(url, act, name, start)) for name in ("left", "right")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    assert all(code is not None and code >= DONE for code in codes), codes
    return sum((code or 0) - DONE for code in codes)


def rows(database: Database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_the_last_seat_granted_by_two_supervisors_at_once_goes_to_one(database):
    with database.transaction() as session:
        agency = seat_agency.build(session)
        for turn in range(TURNS):
            tool = seat_agency.recorded.tool(session, slug=f"tool-{turn}", purposes=["missing-person"])
            seats.set_cap(session, tool, 1, at=seat_agency.recorded.NOW, by=agency.people["S-AGENCY"])
    assert won_by_both(database, grant_the_last) == TURNS
    assert rows(database, SeatGrant) == TURNS


@pytest.mark.parametrize(
    ("act", "kind"),
    [(release_it, SeatRelease), (review_it, SeatReview), (suspend_them, OfficerSuspension)],
    ids=["release", "review", "suspension"],
)
def test_two_clicks_at_once_make_one_fact(database, act, kind):
    with database.transaction() as session:
        agency = seat_agency.build(session, officers=TURNS, seat_review_months=3)
        for turn in range(TURNS):
            agency.grant(f"O-{turn + 1}")
    assert won_by_both(database, act) == TURNS
    assert rows(database, kind) == TURNS
