"""Who may observe an officer on a version now."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Act
from training_app.services import accounts, observations, trainer_acts, units


@dataclass(frozen=True, slots=True)
class Observer:
    name: str
    unit: str
    email: str | None


def of(session: Session, officer: Person, version: ToolVersion, *, on: CivilInstant) -> list[Observer]:
    """Return who may sign for the officer's practice on the version, by name: as the rule of acts says, with an open
    account, and not somebody with whom the officer did not agree on this version."""
    matter = trainer_acts.of_tool(session, version.tool, version, officer.id, persons=[officer.id], on=on)
    disputed = observations.disputed_with(session, officer.id, version.id)
    found = [
        session.get_one(Person, one)
        for one in trainer_acts.who_may(session, Act.SIGN_OFF, matter, on=on)
        if one not in disputed and accounts.is_open(session, one, at=on.instant)
    ]
    people = sorted(found, key=lambda person: (person.name, person.service_number))
    return [Observer(one.name, _unit(session, one, on=on), one.email) for one in people]


def _unit(session: Session, person: Person, *, on: CivilInstant) -> str:
    unit = units.unit_of(session, person.id, at=on.instant)
    return "" if unit is None else unit.name
