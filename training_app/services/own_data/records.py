"""Records about a person as that person is shown them: no column that is withheld, other people by office only."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Row, Select, Table, and_, func, literal, select
from sqlalchemy.orm import Session

from training_app.models.clients import Client, Gateway
from training_app.models.lti import LtiPlacement, LtiPlatform
from training_app.models.oversight import JournalEntry
from training_app.models.people import RoleAssignment, Unit
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import ModuleRevision
from training_app.models.training_sessions import TrainingSession
from training_app.rules.own_data import WITHHELD_COLUMNS, WITHHELD_PARTS
from training_app.services.own_data.kinds import Kind, Subject, names_a_person

ROWS_AT_ONCE = 500

Value = Any
"""What JSON can hold."""

YOURSELF = "yourself"
INSTALLATION = "the-installation"
SOMEBODY = "somebody"
"""Who had no role when they recorded something."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its subject reads it."""

    kind: Kind
    number: int | None
    """Its id; ``None`` where a table's rows have none of their own."""
    entry: int | None
    """Number of its entry in the journal, of a fact."""
    at: datetime | None
    by: tuple[str, ...]
    """`YOURSELF`, `INSTALLATION`, or the roles in which somebody else recorded it; empty where that is not kept."""
    values: Mapping[str, Value]
    """By the name of the column, without ``_id`` where a name stands in place of the id."""


@dataclass
class Naming:
    """What ids stand for, looked up once for many records: labels of things, roles of people."""

    session: Session
    subject: Subject
    _labels: dict[str, dict[int, str]] = field(default_factory=dict)
    _roles: dict[int, list[tuple[datetime, str, bool]]] | None = None

    def label(self, table: str, number: int) -> str | None:
        """Return what the row of a table is called; ``None`` where only its id is told."""
        if table not in _LABELS:
            return None
        if table not in self._labels:
            self._labels[table] = {row[0]: row[1] for row in self.session.execute(_LABELS[table]())}
        return self._labels[table].get(number)

    def who(self, person: int | None, at: datetime | None) -> tuple[str, ...]:
        """Return in which roles a person did something at that moment; of other people no more is told."""
        if person is None:
            return (INSTALLATION,)
        if person == self.subject.id:
            return (YOURSELF,)
        if self._roles is None:
            self._roles = self._read_roles()
        known = self._roles.get(person, ())
        held = {role: granted for since, role, granted in known if at is None or since <= at}
        return tuple(sorted(role for role, granted in held.items() if granted)) or (SOMEBODY,)

    def _read_roles(self) -> dict[int, list[tuple[datetime, str, bool]]]:
        found = defaultdict(list)
        rows = self.session.execute(
            select(
                RoleAssignment.person_id, RoleAssignment.effective_at, RoleAssignment.role, RoleAssignment.granted
            ).order_by(RoleAssignment.effective_at, RoleAssignment.granted.desc())
        )
        for row in rows:
            found[row.person_id].append((row.effective_at, row.role.value, row.granted))
        return found


def _versions() -> Select[int, str]:
    return select(ToolVersion.id, Tool.slug + " " + ToolVersion.label).join(Tool, Tool.id == ToolVersion.tool_id)


def _placements() -> Select[int, str]:
    return select(
        LtiPlacement.id, func.coalesce(LtiPlacement.title, LtiPlacement.target, LtiPlacement.context_title, "")
    )


_LABELS: Mapping[str, Callable[[], Select[int, str]]] = {
    "client": lambda: select(Client.id, Client.name),
    "gateway": lambda: select(Gateway.id, Gateway.name),
    "lti_placement": _placements,
    "lti_platform": lambda: select(LtiPlatform.id, LtiPlatform.name),
    "module_revision": lambda: select(ModuleRevision.id, ModuleRevision.slug),
    "tool": lambda: select(Tool.id, Tool.slug),
    "tool_version": _versions,
    "training_session": lambda: select(TrainingSession.id, TrainingSession.title),
    "unit": lambda: select(Unit.id, Unit.name),
}


# -- counted -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """How many records of a kind there are, and when the newest came about."""

    kind: Kind
    count: int
    newest: datetime | None


def amounts(session: Session, subject: Subject, kinds: tuple[Kind, ...]) -> list[Amount]:
    """Return the amount of each of *kinds* of which there is anything."""
    found = []
    for kind in kinds:
        newest = func.max(kind.when) if kind.when is not None else literal(None)
        count, latest = session.execute(
            select(func.count(), newest).select_from(kind.table).where(kind.where(subject))
        ).one()
        if count:
            found.append(Amount(kind, count, latest))
    return found


def asked_by(session: Session, subject: Subject) -> list[tuple[str, int, datetime]]:
    """Return which programs asked for decisions about the person, how often, and when last; the most frequent first."""
    name = func.coalesce(Client.name, Gateway.name, "")
    rows = session.execute(
        select(name, func.count(), func.max(RecordedDecision.recorded_at))
        .outerjoin(Client, Client.id == RecordedDecision.client_id)
        .outerjoin(Gateway, Gateway.id == RecordedDecision.gateway_id)
        .where(RecordedDecision.officer_id == subject.id)
        .group_by(name)
        .order_by(func.count().desc(), name)
    )
    return [(row[0], row[1], row[2]) for row in rows]


# -- read --------------------------------------------------------------------------------------------------------------


def records(naming: Naming, kind: Kind) -> Iterator[Record]:
    """Yield all records of a kind, the earliest first, without holding them."""
    query = _query(kind, naming.subject).order_by(*_order(kind, newest_first=False))
    with naming.session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            yield _record(naming, kind, row)


def page_of_records(naming: Naming, kind: Kind, *, page: int, size: int) -> list[Record]:
    """Return one page of the records of a kind, the newest first; pages count from 1."""
    query = (
        _query(kind, naming.subject).order_by(*_order(kind, newest_first=True)).limit(size).offset((page - 1) * size)
    )
    return [_record(naming, kind, row) for row in naming.session.execute(query)]


def one_record(naming: Naming, kind: Kind, number: int) -> Record | None:
    """Return the record with that id, if it is about the person."""
    if "id" not in kind.table.c:
        return None
    row = naming.session.execute(_query(kind, naming.subject).where(kind.table.c.id == number)).first()
    return None if row is None else _record(naming, kind, row)


def _query(kind: Kind, subject: Subject) -> Select[Any]:
    left_out = WITHHELD_COLUMNS.get(kind.name, {})
    columns = [column for column in kind.table.c if column.name not in left_out]
    if not kind.is_fact:
        return select(*columns).where(kind.where(subject))
    entry = and_(JournalEntry.fact_kind == kind.name, JournalEntry.fact_id == kind.table.c.id)
    return (
        select(*columns, JournalEntry.id.label("journal_entry"))
        .select_from(kind.table)
        .outerjoin(JournalEntry, entry)
        .where(kind.where(subject))
    )


def _order(kind: Kind, *, newest_first: bool) -> list[Any]:
    by = [*([kind.when] if kind.when is not None else []), *kind.table.primary_key.columns]
    return [column.desc() if newest_first else column.asc() for column in by]


#: What every record says in the same place, and not among its values.
_FRAME = frozenset({"id", "recorded_at", "recorded_by_id"})


def _record(naming: Naming, kind: Kind, row: Row[Any]) -> Record:
    told = row._mapping
    at = told[kind.when] if kind.when is not None else None
    values: dict[str, Value] = {}
    for column in kind.table.c:
        if column not in told or column.name in _FRAME:
            continue
        value = told[column]
        if names_a_person(column):
            if value is not None and value != naming.subject.id:
                values[column.name.removesuffix("_id")] = list(naming.who(value, at))
        else:
            name, shown = _named(naming, column, value)
            values[name] = _cleaned(kind.table, column, shown)
    by = naming.who(told[kind.table.c.recorded_by_id], at) if "recorded_by_id" in kind.table.c else ()
    number = told[kind.table.c.id] if "id" in kind.table.c else None
    return Record(kind, number, told.get("journal_entry") if kind.is_fact else None, at, by, values)


def _named(naming: Naming, column: Column[Any], value: Any) -> tuple[str, Any]:
    """Return the value by its label, where an id has one, under the name without ``_id``."""
    tables = {key.column.table.name for key in column.foreign_keys}
    for table in sorted(tables & _LABELS.keys()):
        label = None if value is None else naming.label(table, value)
        return column.name.removesuffix("_id"), label
    return column.name, value


def _cleaned(table: Table, column: Column[Any], value: Any) -> Value:
    left_out = WITHHELD_PARTS.get((table.name, column.name), {})
    return plain(_without(value, left_out) if left_out else value)


def _without(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {name: part for name, part in value.items() if name not in names}
    if isinstance(value, list):
        return [_without(one, names) for one in value]
    return value


def plain(value: Any) -> Value:
    """Return *value* as JSON has it: instants in UTC as RFC 3339, days as ISO 8601, codes as texts."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(part) for name, part in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value
