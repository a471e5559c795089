"""Entries of the journal that are looked for, and what one of them records; people by number only.

Lists go on from an entry, not from a page's number, and are counted no further than somebody would turn pages: both
cost the same however long the journal is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from training_app.models.base import Fact
from training_app.models.oversight import JournalEntry, JournalLeaf, JournalPayload, PersonSalt
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.canonical import digest
from training_app.services.journal import fact_kinds
from training_app.services.oversight import EntryRow

MOST_COUNTED = 10_000
"""More than so many are not counted, only said to be more."""
CONFIDENTIAL = ("conduct_case", "conduct_handling", "conduct_outcome")
"""Facts about a concern, which not everybody of the oversight body may handle: of whom they are is not told."""
BY_THE_INSTALLATION = "-"
"""In place of a service number: what nobody recorded, as what machines asked."""


@dataclass(frozen=True, slots=True)
class SoughtEntries:
    """Which entries are looked for; what is empty is not asked for."""

    kind: str = ""
    """Name of the fact's table."""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive; both are of when it was recorded."""
    by: str = ""
    """Service number of who recorded it, or `BY_THE_INSTALLATION`."""
    about: str = ""
    """Service number of whose data it is; what is `CONFIDENTIAL` is not found by it."""
    tool: str = ""
    """Slug of the tool that the fact names, itself or by a version.  Machines' questions only with their *kind*."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the entries that are looked for, the latest first, and from which the next stretches go on."""

    rows: Sequence[EntryRow]
    newer: int | None
    """Entry of which the stretch of newer ones ends just above; ``None``: there are none."""
    older: int | None


_Actor, _Subject = aliased(Person), aliased(Person)
_ENTRY = (
    select(
        JournalEntry.id,
        JournalEntry.fact_kind.label("kind"),
        JournalEntry.fact_id,
        JournalEntry.recorded_at,
        JournalEntry.effective_at,
        func.coalesce(_Actor.service_number, "").label("actor"),
        func.coalesce(_Subject.service_number, "").label("about"),
        JournalLeaf.number.label("leaf"),
    )
    .join(_Actor, _Actor.id == JournalEntry.actor_id, isouter=True)
    .join(
        _Subject,
        and_(_Subject.id == JournalEntry.subject_id, JournalEntry.fact_kind.not_in(CONFIDENTIAL)),
        isouter=True,
    )
    .join(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id, isouter=True)
)


def stretch(
    session: Session, sought: SoughtEntries, *, size: int, before: int | None = None, after: int | None = None
) -> Stretch:
    """Return *size* of the entries that are *sought*: the latest, or those next to an entry.

    :param before: an entry; those older than it.
    :param after: an entry; those newer than it, the nearest of them.
    """
    conditions = _conditions(session, sought)
    place: Any = (
        JournalEntry.fact_id if sought.kind else JournalEntry.id
    )  # of one kind, both rise alike; one is indexed
    query = _ENTRY.where(*conditions)
    if after is not None:
        query = query.where(place > _place_of(session, sought, after)).order_by(place.asc())
    elif before is not None:
        query = query.where(place < _place_of(session, sought, before)).order_by(place.desc())
    else:
        query = query.order_by(place.desc())
    found = [EntryRow(**row._mapping) for row in session.execute(query.limit(size + 1))]
    more, rows = len(found) > size, found[:size]
    if after is not None:
        rows.reverse()
    newer = more if after is not None else before is not None
    older = more if after is None else True
    return Stretch(rows, rows[0].id if rows and newer else None, rows[-1].id if rows and older else None)


def count(session: Session, sought: SoughtEntries) -> int:
    """Return how many entries are sought; `MOST_COUNTED` + 1 where there are more than `MOST_COUNTED`."""
    found = select(JournalEntry.id).where(*_conditions(session, sought)).limit(MOST_COUNTED + 1)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _place_of(session: Session, sought: SoughtEntries, entry: int) -> int:
    """Return where an entry stands in the order of what is sought; one of another kind, where its own would stand."""
    if not sought.kind:
        return entry
    found = session.get(JournalEntry, entry)
    if found is not None and found.fact_kind == sought.kind:
        return found.fact_id
    of_kind = select(func.max(JournalEntry.fact_id)).where(JournalEntry.fact_kind == sought.kind)
    return session.scalar(of_kind.where(JournalEntry.id <= entry)) or 0


def _conditions(session: Session, sought: SoughtEntries) -> list[ColumnElement[bool]]:
    entry, found = JournalEntry, list[ColumnElement[bool]]()
    if sought.kind:
        found.append(entry.fact_kind == sought.kind)
    if sought.since is not None:
        found.append(entry.recorded_at >= sought.since)
    if sought.until is not None:
        found.append(entry.recorded_at < sought.until)
    if sought.by == BY_THE_INSTALLATION:
        found.append(entry.actor_id.is_(None))
    elif sought.by:
        found.append(entry.actor_id == _id_of(session, sought.by))
    if sought.about:
        found.append(and_(entry.subject_id == _id_of(session, sought.about), entry.fact_kind.not_in(CONFIDENTIAL)))
    if sought.tool:
        found.append(_names_tool(session, sought))
    return found


def _id_of(session: Session, number: str) -> int:
    """Return the id of the person with a service number; 0, which is nobody's, where nobody has it."""
    return session.scalar(select(Person.id).where(Person.service_number == number)) or 0


# -- facts that name a tool --------------------------------------------------------------------------------------------


def _names_tool(session: Session, sought: SoughtEntries) -> ColumnElement[bool]:
    tool = session.scalar(select(Tool.id).where(Tool.slug == sought.tool)) or 0
    entry = JournalEntry
    if sought.kind == RecordedDecision.__tablename__:
        # Looked up entry by entry, the latest first: a list of all decisions about a tool would be too long.
        return exists().where(RecordedDecision.id == entry.fact_id, RecordedDecision.tool == sought.tool)
    naming = [
        select(entry.id)
        .join(table, and_(entry.fact_kind == name, entry.fact_id == table.c.id))
        .where(_names(table, tool))
        for name, table in _tables_that_name_tools().items()
        if sought.kind in ("", name)
    ]
    return entry.id.in_(union_all(*naming)) if naming else entry.id.is_(None)


def _names(table: Table, tool: int) -> ColumnElement[bool]:
    versions = select(ToolVersion.id).where(ToolVersion.tool_id == tool)
    of_tool = [column == tool for column in _columns_to(table, "tool")]
    of_version = [column.in_(versions) for column in _columns_to(table, "tool_version")]
    if table.name == Tool.__tablename__:
        of_tool = [table.c.id == tool]
    return or_(*of_tool, *of_version)


@cache
def _tables_that_name_tools() -> Mapping[str, Table]:
    tables = {name: cast(Table, kind.__table__) for name, kind in fact_kinds().items()}
    return {
        name: table
        for name, table in tables.items()
        if name == Tool.__tablename__ or _columns_to(table, "tool") or _columns_to(table, "tool_version")
    }


def _columns_to(table: Table, other: str) -> list[Column[Any]]:
    return [column for column in table.columns if other in _pointed_to(column)]


def _pointed_to(column: Column[Any]) -> set[str]:
    """Return the names of the tables whose rows *column* has the ids of; a composite key may lead there in steps."""
    targets = {key.column for key in column.foreign_keys} - {column}
    direct = {target.table.name for target in targets if target.name == "id"}
    return direct.union(*(_pointed_to(target) for target in targets if target.name != "id"))


# -- one entry ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordedField:
    """One column of a fact, as it was recorded, and what it points to."""

    name: str
    value: Any
    points_to: str = ""
    """Name of the table whose row the value is the id of; empty where it is none."""
    shown: str = ""
    """That row in words: service number, slug, or slug and version; empty where there are no words for it."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry records, as far as it is still kept."""

    fields: Sequence[RecordedField]
    fits: bool
    """Whether the content has the digest that the entry, and with it the tree, states."""


def row(session: Session, entry_id: int) -> EntryRow | None:
    found = session.execute(_ENTRY.where(JournalEntry.id == entry_id)).one_or_none()
    return None if found is None else EntryRow(**found._mapping)


def entry_of(session: Session, kind: type[Fact], fact_id: int) -> int | None:
    """Return the number of the entry that records a fact."""
    return session.scalar(select(JournalEntry.id).filter_by(fact_kind=kind.__tablename__, fact_id=fact_id))


def subject_of(session: Session, entry_id: int) -> Person | None:
    """Return whose data the entry is."""
    return session.scalar(
        select(Person).join(JournalEntry, JournalEntry.subject_id == Person.id).where(JournalEntry.id == entry_id)
    )


def content(session: Session, entry_id: int) -> Content | None:
    """Return what an entry records; ``None`` once that was let go or its subject was erased."""
    found = session.execute(
        select(JournalEntry.fact_kind, JournalEntry.subject_id, JournalEntry.payload_digest, JournalPayload.payload)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(JournalEntry.id == entry_id)
    ).one_or_none()
    if found is None:
        return None
    salt = session.scalar(select(PersonSalt.salt).where(PersonSalt.person_id == found.subject_id)) or b""
    kind = fact_kinds().get(found.fact_kind)
    fields = [_field(session, kind, name, value) for name, value in json.loads(found.payload).items()]
    return Content(fields, digest(found.payload, salt=salt) == found.payload_digest)


def _field(session: Session, kind: type[Fact] | None, name: str, value: Any) -> RecordedField:
    column = None if kind is None else cast(Table, kind.__table__).columns.get(name)
    tables = [] if column is None else sorted(_pointed_to(column))
    if value is None or not tables:
        return RecordedField(name, value)
    return RecordedField(name, value, tables[0], _in_words(session, tables[0], value))


def _in_words(session: Session, table: str, value: int) -> str:
    match table:
        case "person":
            return session.scalar(select(Person.service_number).where(Person.id == value)) or ""
        case "tool":
            return session.scalar(select(Tool.slug).where(Tool.id == value)) or ""
        case "tool_version":
            found = session.execute(
                select(Tool.slug, ToolVersion.label)
                .join(ToolVersion, ToolVersion.tool_id == Tool.id)
                .where(ToolVersion.id == value)
            ).one_or_none()
            return " ".join(found) if found else ""
    return ""
