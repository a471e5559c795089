"""Officers and supervisors from a file.  Says what is new or other than recorded; an empty cell says nothing.

Roles are only ever added, and only those of officers and supervisors: whoever answers for tools, content, evaluations
or oversight is given the role by name.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Person,
    PersonCorrection,
    RoleAssignment,
    Unit,
    UnitAssignment,
)
from training_app.rules.permissions import Role
from training_app.services.imports.plans import (
    Change,
    Context,
    Entry,
    Kind,
    Outcome,
    Plan,
    Waves,
    What,
    in_runs,
)
from training_app.services.imports.reading import Fault, Line, Sheet, Wrong

COLUMNS = ("service_number", "name", "email", "unit", "roles")
ROLES_BY_FILE = (Role.OFFICER, Role.SUPERVISOR)
#: What can stand in an address of ours, where the record of a person is found by it.
NUMBER = re.compile(r"\w[\w. -]*")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(slots=True)
class Known:
    """What is recorded about one person of the file."""

    id: int
    name: str
    email: str | None
    unit_id: int | None = None
    roles: set[Role] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Records:
    """What is recorded that the lines of the file can meet."""

    people: Mapping[str, Known]
    """By service number."""
    units: Mapping[str, int]
    """Ids by name."""
    addresses: Mapping[str, set[int]]
    """Ids of who has, or once had, each address."""


@dataclass(slots=True)
class Told:
    """What one line tells, put right as far as it can be."""

    line: Line
    known: Known | None
    name: str
    email: str | None
    unit_id: int | None
    roles: frozenset[Role]
    changes: list[Change] = field(default_factory=list)


def plan(session: Session, sheet: Sheet, context: Context) -> Plan:
    """Return what the file would record."""
    records = _records(session, sheet.lines, context)
    faults = [*sheet.faults, *_twice(sheet.lines, "service_number"), *_twice(sheet.lines, "email")]
    told: list[Told] = []
    for line in sheet.lines:
        one = _told(line, records)
        one.changes = list(_changes(one, records))
        faults += _faults(one, records, context)
        told.append(one)
    telling = [one for one in told if one.changes]
    return Plan(
        kind=Kind.PEOPLE,
        file_digest=sheet.digest,
        entries=tuple(_entry(one) for one in told),
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        to_map={},
        unmapped=(),
        waves=lambda: _waves(telling, context),
        facts=sum(_facts_of(one) for one in telling),
    )


def _records(session: Session, lines: Sequence[Line], context: Context) -> Records:
    numbers = {line["service_number"] for line in lines} | {line["service_number"].upper() for line in lines}
    people: dict[str, Known] = {}
    for some in in_runs(sorted(numbers)):
        rows = select(Person.id, Person.service_number, Person.name, Person.email)
        for row in session.execute(rows.where(Person.service_number.in_(some))):
            people[row.service_number] = Known(row.id, row.name, row.email)
    by_id = {known.id: known for known in people.values()}
    for ids in in_runs(sorted(by_id)):
        _add_places(session, by_id, ids, context)
        _add_roles(session, by_id, ids, context)
    units = {row.name: row.id for row in session.execute(select(Unit.name, Unit.id))}
    return Records(people, units, _addresses(session, lines))


def _add_places(session: Session, by_id: Mapping[int, Known], ids: Sequence[int], context: Context) -> None:
    rows = (
        select(UnitAssignment.person_id, UnitAssignment.unit_id)
        .where(UnitAssignment.person_id.in_(ids), UnitAssignment.effective_at <= context.at)
        .order_by(UnitAssignment.effective_at, UnitAssignment.id)
    )
    for row in session.execute(rows):
        by_id[row.person_id].unit_id = row.unit_id


def _add_roles(session: Session, by_id: Mapping[int, Known], ids: Sequence[int], context: Context) -> None:
    rows = (
        select(RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.granted)
        .where(RoleAssignment.person_id.in_(ids), RoleAssignment.effective_at <= context.at)
        .order_by(RoleAssignment.effective_at, RoleAssignment.granted.desc())
    )
    for row in session.execute(rows):
        if row.granted:
            by_id[row.person_id].roles.add(row.role)
        else:
            by_id[row.person_id].roles.discard(row.role)


def _addresses(session: Session, lines: Sequence[Line]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for some in in_runs(sorted({line["email"].lower() for line in lines} - {""})):
        registered = select(Person.id, Person.registered_email).where(Person.registered_email.in_(some))
        corrected = select(PersonCorrection.person_id, PersonCorrection.email).where(PersonCorrection.email.in_(some))
        for statement in (registered, corrected):
            for person, address in session.execute(statement):
                found[str(address)].add(person)
    return found


def _twice(lines: Sequence[Line], column: str) -> Iterator[Fault]:
    """Yield a fault for each line with what an earlier line has; letters are compared in any case."""
    first: dict[str, int] = {}
    for line in lines:
        cell = line[column].casefold()
        if cell and first.setdefault(cell, line.number) != line.number:
            yield Fault(line.number, column, Wrong.TWICE, found=line[column], about=str(first[cell]))


def _words(cell: str) -> list[str]:
    return [word for word in re.split(r"[\s;,]+", cell.casefold()) if word]


def _told(line: Line, records: Records) -> Told:
    number = line["service_number"]
    known = records.people.get(number) or records.people.get(number.upper())
    known_roles = {role.value for role in ROLES_BY_FILE}
    return Told(
        line=line,
        known=known,
        name=line["name"] or (known.name if known else ""),
        email=line["email"].lower() or (known.email if known else None),
        unit_id=records.units.get(line["unit"]) or (known.unit_id if known else None),
        roles=frozenset(Role(word) for word in _words(line["roles"]) if word in known_roles),
    )


def _changes(one: Told, records: Records) -> Iterator[Change]:
    known, line = one.known, one.line
    if known is None:
        yield Change(What.PERSON, one.name)
        if one.email:
            yield Change(What.EMAIL, one.email)
    else:
        if one.name != known.name:
            yield Change(What.NAME, one.name, known.name)
        if one.email != known.email:
            yield Change(What.EMAIL, one.email or "", known.email or "")
    if one.unit_id is not None and (known is None or one.unit_id != known.unit_id):
        before = next((name for name, unit in records.units.items() if known and unit == known.unit_id), "")
        yield Change(What.PLACE, line["unit"], before)
    for role in sorted(one.roles - (known.roles if known else set())):
        yield Change(What.ROLE, role.value)


def _faults(one: Told, records: Records, context: Context) -> Iterator[Fault]:
    line, known = one.line, one.known
    if not line["service_number"]:
        yield Fault(line.number, "service_number", Wrong.MISSING)
    elif not NUMBER.fullmatch(line["service_number"]):
        yield Fault(line.number, "service_number", Wrong.CHARACTER, found=line["service_number"])
    if not one.name:
        yield Fault(line.number, "name", Wrong.MISSING)
    if line["email"] and not ADDRESS.fullmatch(line["email"]):
        yield Fault(line.number, "email", Wrong.EMAIL, found=line["email"])
    elif records.addresses.get(line["email"].lower(), set()) - ({known.id} if known else set()):
        yield Fault(line.number, "email", Wrong.EMAIL_TAKEN, found=line["email"])
    if line["unit"] and line["unit"] not in records.units:
        yield Fault(line.number, "unit", Wrong.UNIT_UNKNOWN, found=line["unit"])
    for word in _words(line["roles"]):
        if word not in {role.value for role in ROLES_BY_FILE}:
            wrong = Wrong.ROLE_NOT_BY_FILE if word in set(Role) else Wrong.ROLE_UNKNOWN
            yield Fault(line.number, "roles", wrong, found=word)
    if known is not None and known.id == context.by_id and one.changes:
        yield Fault(line.number, "service_number", Wrong.ONESELF, found=line["service_number"])


def _entry(one: Told) -> Entry:
    outcome = Outcome.UNCHANGED if not one.changes else Outcome.CHANGED if one.known else Outcome.NEW
    return Entry(one.line.number, one.line["service_number"], outcome, tuple(one.changes))


def _facts_of(one: Told) -> int:
    kinds = [change.what for change in one.changes]
    corrected = one.known is not None and (What.NAME in kinds or What.EMAIL in kinds)
    return 2 * (one.known is None) + corrected + kinds.count(What.PLACE) + kinds.count(What.ROLE)


def _waves(telling: Sequence[Told], context: Context) -> Waves:
    new = [
        (one, Person(**context.stamp, service_number=one.line["service_number"], name=one.name, email=one.email))
        for one in telling
        if one.known is None
    ]
    yield [person for _one, person in new]
    ids = {one.line.number: person.id for one, person in new}
    facts: list[Fact] = []
    for one in telling:
        facts += _facts_about(one, one.known.id if one.known else ids[one.line.number], context)
    yield facts


def _facts_about(one: Told, person_id: int, context: Context) -> Iterator[Fact]:
    about = {**context.stamp, "person_id": person_id}
    kinds = {change.what for change in one.changes}
    if one.known is None:
        yield AccountFact(**about, change=AccountChange.OPENED)
    elif kinds & {What.NAME, What.EMAIL}:
        yield PersonCorrection(**about, name=one.name, email=one.email)
    if What.PLACE in kinds:
        yield UnitAssignment(**about, unit_id=one.unit_id)
    for change in one.changes:
        if change.what is What.ROLE:
            yield RoleAssignment(**about, role=Role(change.new), granted=True)
