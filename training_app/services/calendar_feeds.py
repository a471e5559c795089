"""The secret address under which a calendar program reads a person's training sessions: made, taken back, looked up."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.training_sessions import CalendarFeed
from training_app.services import accounts, rosters
from training_app.services.locks import one_at_a_time
from training_app.services.rosters import SessionNow

SHOWN_DAYS = 90
"""Sessions stay in the calendar for so long after their end."""


def make(session: Session, person: Person, token_digest: str, *, at: datetime) -> None:
    """Give the person the address whose token has *token_digest*; one that they had before ends."""
    revoke(session, person)
    session.add(CalendarFeed(person_id=person.id, token_digest=token_digest, made_at=at))
    session.flush()


def revoke(session: Session, person: Person) -> None:
    """Take the address back; without one nothing happens."""
    one_at_a_time(session, "person", person.id)
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person.id))


def of_person(session: Session, person_id: int) -> CalendarFeed | None:
    return session.get(CalendarFeed, person_id)


def owner(session: Session, token_digest: str, *, at: datetime) -> int | None:
    """Return the id of whose address it is; ``None`` of one that is taken back, and while the account is closed."""
    found = session.scalar(select(CalendarFeed.person_id).where(CalendarFeed.token_digest == token_digest))
    return found if found is not None and accounts.is_open(session, found, at=at) else None


def sessions_of(session: Session, person_id: int, *, at: datetime) -> list[SessionNow]:
    """Return what the person is on or holds, those called off included, from `SHOWN_DAYS` ago on."""
    theirs = or_(rosters.with_any_of([person_id]), rosters.instructed_by([person_id]))
    return rosters.listed(session, theirs, rosters.ending_after(at - timedelta(days=SHOWN_DAYS)))
