"""The secret address under which a calendar program reads a person's training sessions: made, taken back, looked up."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
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
    found = {one.id: one for one in (*rosters.of_person(session, person_id), *rosters.held_by(session, person_id))}
    shown = [one for one in found.values() if one.plan.ends_at > at - timedelta(days=SHOWN_DAYS)]
    return sorted(shown, key=lambda one: (one.plan.starts_at, one.id))
