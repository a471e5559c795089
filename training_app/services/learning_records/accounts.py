"""By which name an officer stands in statements, and who stands under a name: for whoever has the database."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.oversight import PersonSalt
from training_app.models.people import Person
from training_app.rules.xapi import account_name
from training_app.services.journal.entries import salts_of


def names_of(session: Session, people: Collection[int]) -> dict[int, str]:
    """Return the name of each person's account; who has had no fact about them gets the salt of theirs now."""
    salts = salts_of(session.connection(), people)
    return {person: account_name(person, salt=salt) for person, salt in salts.items()}


def whose(session: Session, name: str) -> Person | None:
    """Return the person whose account is called *name*; ``None`` if nobody's is, or nobody's any more.

    Erasing a person deletes what the name was made with: it is nobody's from then on.
    """
    for row in session.execute(select(PersonSalt.person_id, PersonSalt.salt)):
        if account_name(row.person_id, salt=row.salt) == name:
            return session.get(Person, row.person_id)
    return None
