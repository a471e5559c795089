"""Two processes that decide at the same time, as two servers on one database do: the last seat is granted once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services import seat_agency
from tests.services.contested import TURNS, rows, won_by_both
from tests.services.seat_agency import NOW, ZONE
from training_app.db import Database
from training_app.models.people import OfficerSuspension, Person, SeatGrant, SeatRelease, SeatReview
from training_app.models.tools import Tool
from training_app.services import seats, suspensions

LATER = NOW + timedelta(days=2)


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
