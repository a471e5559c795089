"""What the oversight body sees at a glance, subject by subject; people by their service number only."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person


def numbers_of(session: Session, ids: Collection[int | None]) -> Mapping[int | None, str]:
    """Return the service number of each person by id; who is in nobody's name is missing."""
    wanted = {one for one in ids if one is not None}
    rows = session.execute(select(Person.id, Person.service_number).where(Person.id.in_(wanted)))
    return {row.id: row.service_number for row in rows}
