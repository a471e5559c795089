"""Whom a supervisor may decide about: the officers of the own unit and of the units below it, and never oneself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person, Unit
from training_app.services import units
from training_app.services.locks import one_at_a_time
from training_app.services.units import Member


class NotInUnit(TrainingError):
    def __init__(self, service_number: str) -> None:
        super().__init__(
            f"{service_number} is not an officer of your unit or of one below it. Choose one of your officers."
        )
        self.service_number = service_number


class OwnCase(TrainingError):
    def __init__(self) -> None:
        super().__init__("You cannot decide this about yourself. A supervisor of a unit above yours does that.")


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """A supervisor's unit, and what is below it."""

    unit: Unit
    ids: frozenset[int]
    """Of the unit and of every unit below it."""


def own_unit(session: Session, supervisor: Person, *, at: datetime) -> OwnUnit | None:
    """Return the unit that *supervisor* is assigned to, or ``None``: then they decide about nobody."""
    unit = units.unit_of(session, supervisor.id, at=at)
    return None if unit is None else OwnUnit(unit, units.with_subordinates(session, unit.id))


def decide_about(session: Session, service_number: str, *, at: datetime, by: Person) -> Member:
    """Return the officer that *by* is about to decide about; until the transaction ends nobody else decides on them.

    :raises NotInUnit: if the officer is not of the unit of *by* or of one below it;
    :raises OwnCase: if it is *by*.
    """
    person_id = session.scalar(select(Person.id).where(Person.service_number == service_number))
    if person_id is None:
        raise NotInUnit(service_number)
    one_at_a_time(session, "person", person_id)
    own = own_unit(session, by, at=at)
    member = units.person_in(session, own.ids, service_number, at=at) if own else None
    if member is None:
        raise NotInUnit(service_number)
    if member.person_id == by.id:
        raise OwnCase
    return member
