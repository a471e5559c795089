"""Every new fact gets its journal entry, in the flush that writes it: no service does it, none can forget it."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, Connection, Row, Select, Table, bindparam, delete, event, exists, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from training_app.errors import TrainingError
from training_app.models.base import Base, Fact
from training_app.models.erasures import PersonErased
from training_app.models.oversight import JournalEntry, JournalPayload, PersonSalt, WaitingEntry
from training_app.rules.canonical import canonical, digest, pseudonym

SALT_BYTES = 32
#: How many ids are named in one statement; SQLite allows 32,766 parameters.
IDS_AT_ONCE = 10_000


# Written down once: putting a statement together costs more than running it, and every fact runs these.
_ENTRIES, _SALT = cast(Table, JournalEntry.__table__), cast(Table, PersonSalt.__table__)
_NEW_ENTRIES = insert(_ENTRIES).returning(_ENTRIES.c.id, _ENTRIES.c.fact_kind, _ENTRIES.c.fact_id)
_NEW_PAYLOADS, _NEW_WAITING = (insert(cast(Table, kind.__table__)) for kind in (JournalPayload, WaitingEntry))
_SALTS = (
    select(_SALT.c.person_id, _SALT.c.salt)
    .where(_SALT.c.person_id.in_(bindparam("people", expanding=True)))
    .with_for_update(read=True, key_share=True, of=_SALT)
)
_NEW_SALTS = _SALTS.add_columns(exists().where(PersonErased.person_id == _SALT.c.person_id).label("erased"))


class JournalledSession(Session):
    """The session of every transaction that may write: what it flushes is journalled."""


class UnjournalledFact(RuntimeError):
    """Facts were about to be written past the journal: by a statement instead of by ``session.add``."""


class PersonIsErased(TrainingError):
    """Something was to be recorded about a person who was erased: there is nobody to record it about."""

    def __init__(self) -> None:
        super().__init__("The records of this person were erased. Nothing can be recorded or shown about them.")


def fact_kinds() -> dict[str, type[Fact]]:
    """Return the classes of facts by the name under which the journal knows them: their table's."""
    classes = (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Fact))
    return {kind.__tablename__: kind for kind in sorted(classes, key=lambda kind: kind.__tablename__)}


def payload_of(columns: Mapping[str, object]) -> str:
    """Return the payload of a fact with these *columns*, by their names in the table."""
    return canonical(columns)


def wrote_entries(session: Session) -> bool:
    """Return whether *session* has written journal entries, be they rolled back since or not."""
    return bool(session.info.get("wrote_journal_entries", False))


def erase(session: Session, person_id: int) -> int:
    """Delete the payloads about a person, and the salt without which their digests tell nothing.

    :returns: how many payloads there were.
    """
    session.execute(delete(PersonSalt).where(PersonSalt.person_id == person_id))  # waits for whoever is using it
    about = select(JournalEntry.id).where(JournalEntry.subject_id == person_id)
    payloads = delete(JournalPayload).where(JournalPayload.entry_id.in_(about)).returning(JournalPayload.entry_id)
    return len(session.scalars(payloads).all())


@event.listens_for(JournalledSession, "after_flush")
def _append_entries(session: Session, _: UOWTransaction) -> None:
    facts = [thing for thing in session.new if isinstance(thing, Fact)]
    if not facts:
        return
    connection = session.connection()
    subjects = {getattr(fact, fact.about) for fact in facts if fact.about} - {None}
    entries = entries_of([(type(fact), _columns(fact)) for fact in facts], salts_of(connection, subjects))
    payloads = {(entry["fact_kind"], entry["fact_id"]): entry.pop("payload") for entry in entries}
    written = connection.execute(_NEW_ENTRIES, entries).all()
    connection.execute(
        _NEW_PAYLOADS, [{"entry_id": entry, "payload": payloads[kind, fact]} for entry, kind, fact in written]
    )
    connection.execute(_NEW_WAITING, [{"entry_id": entry} for entry, _, _ in written])
    session.info["wrote_journal_entries"] = True


@event.listens_for(JournalledSession, "do_orm_execute")
def _refuse_statements_on_facts(statement: ORMExecuteState) -> None:
    if statement.is_insert and statement.bind_mapper is not None and issubclass(statement.bind_mapper.class_, Fact):
        raise UnjournalledFact(f"add {statement.bind_mapper.class_.__name__} to the session, which journals it")


def entries_of(
    facts: Iterable[tuple[type[Fact], Mapping[str, Any]]], salts: Mapping[int, bytes]
) -> list[dict[str, Any]]:
    """Return the entry of each fact, given as its kind and its columns, and with it the payload beside it."""
    return [_entry(kind, columns, columns[kind.about] if kind.about else None, salts) for kind, columns in facts]


def _entry(
    kind: type[Fact], columns: Mapping[str, Any], subject: int | None, salts: Mapping[int, bytes]
) -> dict[str, Any]:
    payload, salt = payload_of(columns), b"" if subject is None else salts[subject]
    return {
        "fact_kind": kind.__tablename__,
        "fact_id": columns["id"],
        "effective_at": columns["effective_at"],
        "recorded_at": columns["recorded_at"],
        "actor_id": columns["recorded_by_id"],
        "subject_id": subject,
        "subject_pseudonym": None if subject is None else pseudonym(subject, salt=salt),
        "payload_digest": digest(payload, salt=salt),
        "payload": payload,
    }


def _columns(fact: Fact) -> dict[str, object]:
    """Return the columns of a fact just flushed, as its row has them, without asking the database for what is empty."""
    state = inspect(fact)
    columns = {}
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        if not isinstance(column, Column):
            continue  # derived when read, as a name that was corrected since
        made_by_the_database = column.server_default is not None or column.computed is not None
        loaded = attribute.key in state.dict or made_by_the_database
        columns[column.name] = getattr(fact, attribute.key) if loaded else None
    return columns


def salts_of(connection: Connection, people: Iterable[int]) -> dict[int, bytes]:
    """Return the salt of each person, made now for those who have none.

    Whoever makes a person's first salt in another transaction at the same time wins; this one waits and takes theirs.

    :raises PersonIsErased: if somebody who has none was erased.
    """
    wanted = sorted(people)  # always in this order: two transactions that make several do not wait for each other
    salts = stored_salts(connection, wanted)
    missing = [person for person in wanted if person not in salts]
    if missing:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(
            dialect.insert(_SALT).on_conflict_do_nothing(),
            [{"person_id": person, "salt": secrets.token_bytes(SALT_BYTES)} for person in missing],
        )
        for row in _rows(connection, _NEW_SALTS, missing):
            if row.erased:
                raise PersonIsErased  # the salt just made goes with the transaction
            salts[row.person_id] = row.salt
    return salts


def stored_salts(connection: Connection, people: Sequence[int]) -> dict[int, bytes]:
    """Return the salts that there are; on PostgreSQL nobody deletes them before the transaction has ended."""
    return {row.person_id: row.salt for row in _rows(connection, _SALTS, people)}


def _rows(connection: Connection, statement: Select[Any], people: Sequence[int]) -> Iterator[Row[Any]]:
    for start in range(0, len(people), IDS_AT_ONCE):
        yield from connection.execute(statement, {"people": people[start : start + IDS_AT_ONCE]})
