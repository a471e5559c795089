"""People as the registrar keeps them: found, their account opened and closed, moved, their name put right.

Nobody does any of this for themselves.  Asked for twice, each is recorded once.  A change is dated after the one before
it, whatever the clocks of two servers say: else it would be recorded and not hold.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Person,
    PersonCorrection,
    Unit,
    UnitAssignment,
)
from training_app.rules.erasure import ERASED_NUMBER
from training_app.services import accounts, browser_sessions, units
from training_app.services.locks import one_at_a_time

A_MOMENT = timedelta(microseconds=1)
IDS_AT_ONCE = 500


class ChangeReason(StrEnum):
    """Why a name, an address or a unit is recorded anew."""

    CHANGED = "changed"
    """It was right, and is another now."""
    RECORDED_WRONGLY = "recorded-wrongly"
    """It was never right."""


class OwnRecord(TrainingError):
    def __init__(self) -> None:
        super().__init__("This is your own record. Another registrar changes it.")


class AddressTaken(TrainingError):
    def __init__(self, address: str) -> None:
        super().__init__(f"Somebody else has, or once had, the e-mail address {address}.")
        self.address = address


@dataclass(frozen=True, slots=True)
class Found:
    """A person as the list of people shows one."""

    service_number: str
    name: str
    unit: str
    account_open: bool


def count(session: Session, words: str) -> int:
    """Return how many people match *words*; see `search`."""
    return session.scalar(select(func.count()).select_from(_matching(words).subquery())) or 0


def search(session: Session, words: str, *, page: int, size: int, at: datetime) -> Sequence[Found]:
    """Return one page of the people whose service number or name, today's or an earlier one, contains *words*.

    By service number; pages count from 1.  Without words, everybody.
    """
    ids = session.scalars(_matching(words).order_by(Person.service_number).limit(size).offset((page - 1) * size)).all()
    people = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.service_number)).all()
    places, opened = units_of(session, ids, at=at), _open_accounts(session, ids, at=at)
    return [Found(one.service_number, one.name, places.get(one.id, ""), one.id in opened) for one in people]


def by_number(session: Session, service_number: str) -> Person | None:
    return session.scalar(select(Person).where(Person.service_number == service_number))


def numbers_of(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    """Return the service number of each person by id; who is in nobody's name is missing."""
    wanted, found = sorted({one for one in ids if one is not None}), dict[int | None, str]()
    for first in range(0, len(wanted), IDS_AT_ONCE):
        some = select(Person.id, Person.service_number).where(Person.id.in_(wanted[first : first + IDS_AT_ONCE]))
        found |= {row.id: row.service_number for row in session.execute(some)}
    return found


def open_account(session: Session, person: Person, *, at: datetime, by: Person) -> AccountFact | None:
    """Open the account of *person*; ``None`` where it is open.  Seats that ended with its closing stay ended.

    :raises OwnRecord: if it is one's own.
    """
    return _change_account(session, person, AccountChange.OPENED, at=at, by=by)


def close_account(session: Session, person: Person, *, at: datetime, by: Person) -> AccountFact | None:
    """Close the account of *person* and end every session; ``None`` where it is closed.

    :raises OwnRecord: if it is one's own.
    """
    fact = _change_account(session, person, AccountChange.CLOSED, at=at, by=by)
    browser_sessions.end_all(session, person.id)
    return fact


def transfer(
    session: Session, person: Person, unit: Unit, *, reason: ChangeReason, at: datetime, by: Person
) -> UnitAssignment | None:
    """Assign *person* to *unit*, by which seats given in another unit end; ``None`` where they are there.

    :raises OwnRecord: if it is oneself.
    """
    _refuse_own(person, by)
    one_at_a_time(session, "person", person.id)
    moment = _after(session.scalar(_LAST_PLACE.where(UnitAssignment.person_id == person.id)), at)
    now_in = units.unit_of(session, person.id, at=moment)
    if now_in is not None and now_in.id == unit.id:
        return None
    fact = UnitAssignment(**_stamp(moment, by), person_id=person.id, unit_id=unit.id, reason_code=reason.value)
    session.add(fact)
    session.flush()
    return fact


def correct(
    session: Session,
    person: Person,
    *,
    name: str,
    email: str | None,
    reason: ChangeReason,
    at: datetime,
    by: Person,
) -> PersonCorrection | None:
    """Put name and address of *person* right, from now on; ``None`` where they are so.

    Certificates keep the name of their day.

    :raises OwnRecord: if it is oneself; :raises AddressTaken: if the address is, or was, somebody else's.
    """
    _refuse_own(person, by)
    one_at_a_time(session, "person", person.id)
    one_at_a_time(session, "people", "imported or corrected")
    session.refresh(person, ["name", "email"])
    address = email.lower() if email else None
    if (name, address) == (person.name, person.email):
        return None
    if address is not None and _ids_with(session, address) - {person.id}:
        raise AddressTaken(address)
    moment = _after(session.scalar(_LAST_CORRECTION.where(PersonCorrection.person_id == person.id)), at)
    told = {"name": name, "email": address, "reason_code": reason.value}
    fact = PersonCorrection(**_stamp(moment, by), person_id=person.id, **told)
    session.add(fact)
    session.flush()
    session.refresh(person, ["name", "email"])
    return fact


@dataclass(frozen=True, slots=True)
class Change:
    """Name and address, or the unit, as they were recorded anew."""

    at: datetime
    name: str
    """Empty where it is the unit that was recorded."""
    email: str | None
    unit: str
    """Empty where it is the name."""
    reason_code: str | None
    by: str
    """Name; empty: the installation."""


def changes(session: Session, person_id: int) -> list[Change]:
    """Return every correction of name and address, and every assignment to a unit, the latest first."""
    by = aliased(Person)
    corrected = session.execute(
        select(PersonCorrection, by.name)
        .outerjoin(by, by.id == PersonCorrection.recorded_by_id)
        .where(PersonCorrection.person_id == person_id)
    )
    moved = session.execute(
        select(UnitAssignment, Unit.name, by.name)
        .join(Unit, Unit.id == UnitAssignment.unit_id)
        .outerjoin(by, by.id == UnitAssignment.recorded_by_id)
        .where(UnitAssignment.person_id == person_id)
    )
    found = [Change(one.effective_at, one.name, one.email, "", one.reason_code, who or "") for one, who in corrected]
    found += [Change(one.effective_at, "", None, unit, one.reason_code, who or "") for one, unit, who in moved]
    return sorted(found, key=lambda change: change.at, reverse=True)


NOT_ERASED = ~Person.service_number.startswith(ERASED_NUMBER, autoescape=True)


def _matching(words: str) -> Select[int]:
    wanted = words.strip()
    if not wanted:
        return select(Person.id).where(NOT_ERASED)
    corrected = select(PersonCorrection.person_id).where(PersonCorrection.name.icontains(wanted, autoescape=True))
    return select(Person.id).where(
        NOT_ERASED,
        or_(
            Person.service_number.icontains(wanted, autoescape=True),
            Person.registered_name.icontains(wanted, autoescape=True),
            Person.id.in_(corrected),
        ),
    )


def units_of(session: Session, ids: Collection[int], *, at: datetime) -> Mapping[int, str]:
    rows = session.execute(
        select(UnitAssignment.person_id, Unit.name)
        .join(Unit, Unit.id == UnitAssignment.unit_id)
        .where(UnitAssignment.person_id.in_(ids), UnitAssignment.effective_at <= at)
        .order_by(UnitAssignment.effective_at, UnitAssignment.id)
    )
    return {row.person_id: row.name for row in rows}


def _open_accounts(session: Session, ids: Collection[int], *, at: datetime) -> set[int]:
    rows = session.execute(
        select(AccountFact.person_id, AccountFact.change)
        .where(AccountFact.person_id.in_(ids), AccountFact.effective_at <= at)
        .order_by(AccountFact.effective_at, AccountFact.change.desc())  # of two at one instant, closing governs
    )
    latest = {row.person_id: row.change for row in rows}
    return {person for person, change in latest.items() if change is AccountChange.OPENED}


def _change_account(
    session: Session, person: Person, change: AccountChange, *, at: datetime, by: Person
) -> AccountFact | None:
    _refuse_own(person, by)
    one_at_a_time(session, "person", person.id)
    moment = _after(session.scalar(_LAST_CHANGE.where(AccountFact.person_id == person.id)), at)
    if accounts.is_open(session, person.id, at=moment) is (change is AccountChange.OPENED):
        return None
    fact = AccountFact(**_stamp(moment, by), person_id=person.id, change=change)
    session.add(fact)
    session.flush()
    return fact


_LAST_PLACE = select(func.max(UnitAssignment.effective_at))
_LAST_CHANGE = select(func.max(AccountFact.effective_at))
_LAST_CORRECTION = select(func.max(PersonCorrection.effective_at))


def _after(last: datetime | None, at: datetime) -> datetime:
    """Return *at*, or a moment after the change before it where that is later."""
    return at if last is None else max(at, last + A_MOMENT)


def _ids_with(session: Session, address: str) -> set[int]:
    """Return the ids of who has or once had *address*."""
    registered = session.scalars(select(Person.id).where(Person.registered_email == address))
    corrected = session.scalars(select(PersonCorrection.person_id).where(PersonCorrection.email == address))
    return {*registered, *corrected}


def _refuse_own(person: Person, by: Person) -> None:
    if person.id == by.id:
        raise OwnRecord


def _stamp(at: datetime, by: Person) -> dict[str, object]:
    return {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
