"""Who works where: the latest assignment of each person, and a unit with all units below it.

Every question here takes a fixed number of statements, however many units and officers there are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, Subquery, exists, func, or_, select
from sqlalchemy.orm import Session

from training_app.models.certification import Award
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Person,
    RoleAssignment,
    SeatGrant,
    Unit,
    UnitAssignment,
)
from training_app.rules.permissions import Role


@dataclass(frozen=True, slots=True)
class Member:
    """A person as a list of officers shows one."""

    person_id: int
    service_number: str
    name: str
    unit: str
    """Name of the unit of the latest assignment."""


def unit_of(session: Session, person_id: int, *, at: datetime) -> Unit | None:
    """Return the unit that the person is assigned to at *at*, or ``None``."""
    return session.scalars(
        select(Unit)
        .join(UnitAssignment, UnitAssignment.unit_id == Unit.id)
        .where(UnitAssignment.person_id == person_id, UnitAssignment.effective_at <= at)
        .order_by(UnitAssignment.effective_at.desc(), UnitAssignment.id.desc())
    ).first()


def with_subordinates(session: Session, unit_id: int) -> frozenset[int]:
    """Return the ids of the unit and of every unit below it."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for unit in session.execute(select(Unit.id, Unit.parent_id)):
        below[unit.parent_id].append(unit.id)
    found, pending = {unit_id}, [unit_id]
    while pending:
        new = set(below[pending.pop()]) - found
        found |= new
        pending.extend(new)
    return frozenset(found)


def officers_in(session: Session, units: Collection[int], *, at: datetime) -> Sequence[Member]:
    """Return the officers whose latest assignment is to one of *units*, by name.

    An officer is who has an open account and holds the role, or was ever given a seat or an award: nobody whom a tool
    could be told to allow is missing.
    """
    place, account = _latest_assignment(at), _latest_account(at)
    concerned = or_(
        Person.id.in_(_holders_of(Role.OFFICER, at)),
        exists().where(SeatGrant.officer_id == Person.id),
        exists().where(Award.officer_id == Person.id),
    )
    rows = session.execute(
        select(Person.id, Person.service_number, Person.name, Unit.name.label("unit"))
        .join(place, place.c.person_id == Person.id)
        .join(Unit, Unit.id == place.c.unit_id)
        .join(account, account.c.person_id == Person.id)
        .where(place.c.unit_id.in_(units), account.c.change == AccountChange.OPENED, concerned)
        .order_by(func.lower(Person.name), Person.service_number)
    )
    return [_member(row) for row in rows]


def assigned_to(units: Collection[int], *, at: datetime) -> Select[tuple[int]]:
    """Return the statement for the ids of everybody whose latest assignment is to one of *units*."""
    place = _latest_assignment(at)
    return select(place.c.person_id).where(place.c.unit_id.in_(units))


def person_in(session: Session, units: Collection[int], service_number: str, *, at: datetime) -> Member | None:
    """Return who has *service_number* if the latest assignment is to one of *units*, else ``None``."""
    place = _latest_assignment(at)
    row = session.execute(
        select(Person.id, Person.service_number, Person.name, Unit.name.label("unit"))
        .join(place, place.c.person_id == Person.id)
        .join(Unit, Unit.id == place.c.unit_id)
        .where(place.c.unit_id.in_(units), Person.service_number == service_number)
    ).one_or_none()
    return None if row is None else _member(row)


def everybody(session: Session, *, at: datetime) -> Mapping[str, Member]:
    """Return every person with their unit ("" without one), by service number."""
    place = _latest_assignment(at)
    rows = session.execute(
        select(Person.id, Person.service_number, Person.name, func.coalesce(Unit.name, "").label("unit"))
        .join(place, place.c.person_id == Person.id, isouter=True)
        .join(Unit, Unit.id == place.c.unit_id, isouter=True)
    )
    return {row.service_number: _member(row) for row in rows}


def _member(row: Row[int, str, str, str]) -> Member:
    return Member(row.id, row.service_number, row.name, row.unit)


def _latest_assignment(at: datetime) -> Subquery:
    order = (UnitAssignment.effective_at.desc(), UnitAssignment.id.desc())
    ranked = (
        select(
            UnitAssignment.person_id,
            UnitAssignment.unit_id,
            func.row_number().over(partition_by=UnitAssignment.person_id, order_by=order).label("place"),
        )
        .where(UnitAssignment.effective_at <= at)
        .subquery()
    )
    return select(ranked.c.person_id, ranked.c.unit_id).where(ranked.c.place == 1).subquery("latest_assignment")


def _latest_account(at: datetime) -> Subquery:
    """Of an opening and a closing of the same instant, the closing governs, as in `accounts.is_open`."""
    order = (AccountFact.effective_at.desc(), AccountFact.change)  # "closed" stands before "opened"
    ranked = (
        select(
            AccountFact.person_id,
            AccountFact.change,
            func.row_number().over(partition_by=AccountFact.person_id, order_by=order).label("place"),
        )
        .where(AccountFact.effective_at <= at)
        .subquery()
    )
    return select(ranked.c.person_id, ranked.c.change).where(ranked.c.place == 1).subquery("latest_account")


def _holders_of(role: Role, at: datetime) -> Select[tuple[int]]:
    """Of two facts of the same instant, taking back governs, as in `accounts.roles_of`."""
    order = (RoleAssignment.effective_at.desc(), RoleAssignment.granted)
    ranked = (
        select(
            RoleAssignment.person_id,
            RoleAssignment.granted,
            func.row_number().over(partition_by=RoleAssignment.person_id, order_by=order).label("place"),
        )
        .where(RoleAssignment.role == role, RoleAssignment.effective_at <= at)
        .subquery()
    )
    return select(ranked.c.person_id).where(ranked.c.place == 1, ranked.c.granted)
