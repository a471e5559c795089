"""Somebody of the demo agency whose account was closed years ago, and the two registrars who have them erased."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.rules.factories import local
from training_app import demo
from training_app.db import Database
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.rules.erasure import ErasureReason
from training_app.services import erasing, erasures, journal, people

CLOSED = local("2026-11-23 12:00")
LATER = local("2033-03-01 12:00")
YEARS = 6
OFFICER = "DP-1004"
"""Certified on two versions; Marie Dubois."""


def on(at=LATER) -> CivilInstant:
    return CivilInstant(at, demo.ZONE)


def person(session: Session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def closed(session: Session, number: str = OFFICER) -> Person:
    found = person(session, number)
    people.close_account(session, found, at=CLOSED, by=person(session, "DP-3001"))
    return found


def ordered(session: Session, number: str = OFFICER, reason=ErasureReason.RETENTION_OVER):
    by = person(session, "DP-3001")
    return erasures.order(session, person(session, number), reason, years=YEARS, on=on(), by=by)


def signed(session: Session, number: str = OFFICER, reason=ErasureReason.RETENTION_OVER) -> int:
    """Close the account, order and sign; return the number of the person."""
    found = closed(session, number)
    order = ordered(session, number, reason)
    erasures.sign(session, order, years=YEARS, on=on(), by=person(session, "DP-3002"))
    return found.id


def run(database: Database, person_id: int, *, most: int = 1_000) -> list[str]:
    """Do *most* steps at most, each in a transaction; return the tables."""
    done = []
    while len(done) < most:
        with database.transaction() as session:
            step = erasing.step(session, person_id, at=LATER + timedelta(seconds=len(done)))
        if step is None:
            break
        done.append(step.table)
    journal.seal(database, at=LATER + timedelta(minutes=1))
    return done
