"""Many facts of one kind, each with its entry, written with the same few statements whatever their number.

Machines' questions are recorded like this, by the hundred in a second: what `entries` does for what is flushed, without
an object, a flush and a round trip for each row.  On PostgreSQL one statement writes everything, and `AtOnce` makes of
it the whole transaction.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Insert, Table, TextClause, bindparam, func, insert, select, text
from sqlalchemy.dialects import postgresql

from training_app.models.base import Base, Fact
from training_app.models.oversight import JournalEntry, JournalPayload, WaitingEntry
from training_app.rules.canonical import canonical
from training_app.services.journal.entries import entries_of, salts_of, stored_salts

_ENTRIES = cast(Table, JournalEntry.__table__)

Row = Mapping[str, Any]
Numbers = tuple[int, int]
"""The id of a fact, and that of its entry."""


def append(connection: Connection, kind: type[Fact], rows: Sequence[Row]) -> list[int]:
    """Write facts of one *kind* with their entries, and return their ids.

    :param rows: every column by its name, but the id.
    """
    if not rows:
        return []
    facts, entries = _written_down(
        kind, rows, _numbers(connection, kind, len(rows)), salts_of(connection, _people(kind, rows))
    )
    if connection.dialect.name == "postgresql":
        _write_at_once(connection, kind, facts, entries, {})
    else:
        connection.execute(_new(kind), facts)
        payloads = [{"entry_id": entry["id"], "payload": entry.pop("payload")} for entry in entries]
        connection.execute(_new(JournalEntry), entries)
        connection.execute(_new(JournalPayload), payloads)
        connection.execute(_new(WaitingEntry), [{"entry_id": entry["id"]} for entry in entries])
    return [fact["id"] for fact in facts]


class AtOnce:
    """Appends facts of one kind on PostgreSQL, for one process: mostly a single statement, which is the transaction.

    What that takes beforehand is remembered.  Numbers for the next are put aside by each, and used if it comes at once,
    so that numbers follow time as they do elsewhere.  Of the salt of somebody who was erased since there is no row any
    more; that stops the statement, which holds these rows until it has committed.

    :param clock: seconds that only ever rise.
    """

    PUT_ASIDE = 8
    GOOD_FOR_SECONDS = 0.5
    MOST_SALTS = 10_000

    def __init__(self, kind: type[Fact], clock: Callable[[], float] = time.monotonic) -> None:
        self._kind, self._clock = kind, clock
        self._remembered = threading.Lock()
        self._numbers: list[Numbers] = []
        self._numbers_until = 0.0
        self._salts: dict[int, bytes] = {}

    def append(self, connection: Connection, rows: Sequence[Row]) -> list[int] | None:
        """Write facts with their entries and return their ids, or ``None`` where nothing was written.

        :param connection: one that commits each statement.
        """
        with self._remembered:
            salts = self._salts_of(connection, _people(self._kind, rows))
            if salts is None:
                return None
            numbers, self._numbers = self._numbers, []
            if len(numbers) < len(rows) or self._clock() > self._numbers_until:
                numbers = _numbers(connection, self._kind, len(rows))
        facts, entries = _written_down(self._kind, rows, numbers[: len(rows)], salts)
        written, aside = _write_at_once(connection, self._kind, facts, entries, salts, len(rows) + self.PUT_ASIDE)
        with self._remembered:
            self._numbers, self._numbers_until = aside, self._clock() + self.GOOD_FOR_SECONDS
            if not written:
                self._salts = {}
        return [fact["id"] for fact in facts] if written else None

    def begin_anew(self) -> None:
        """Give up the numbers that were put aside: others were given meanwhile, to what was written another way."""
        with self._remembered:
            self._numbers = []

    def _salts_of(self, connection: Connection, people: set[int]) -> dict[int, bytes] | None:
        if missing := sorted(people - self._salts.keys()):
            if len(self._salts) + len(missing) > self.MOST_SALTS:
                self._salts, missing = {}, sorted(people)
            self._salts |= stored_salts(connection, missing)
        found = {person: self._salts[person] for person in people if person in self._salts}
        return found if len(found) == len(people) else None


def _people(kind: type[Fact], rows: Iterable[Row]) -> set[int]:
    return {row[kind.about] for row in rows if row[kind.about] is not None} if kind.about else set()


def _written_down(
    kind: type[Fact], rows: Sequence[Row], numbers: Sequence[Numbers], salts: Mapping[int, bytes]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the columns of the facts, and those of their entries, each with the payload."""
    facts = [{"id": fact, **row} for row, (fact, _) in zip(rows, numbers, strict=True)]
    entries = entries_of([(kind, fact) for fact in facts], salts)
    return facts, [{"id": number, **entry} for entry, (_, number) in zip(entries, numbers, strict=True)]


def _numbers(connection: Connection, kind: type[Fact], count: int) -> list[Numbers]:
    """Return so many new ids for facts and for their entries, which nobody else is given.

    On SQLite its only writer is this transaction.  Rows of facts may have been deleted since (`services.retention`),
    their entries never are.
    """
    asked = {"kind": kind.__tablename__}
    if connection.dialect.name == "postgresql":
        return [(row[0], row[1]) for row in connection.execute(_NEXT_NUMBERS, {**asked, "count": count})]
    fact, entry = connection.execute(_LAST, asked).one()
    return [(fact + place, entry + place) for place in range(1, count + 1)]


_NEXT = """
    SELECT nextval(pg_get_serial_sequence(:kind, 'id')) AS fact,
           nextval(pg_get_serial_sequence('journal_entry', 'id')) AS entry
    FROM generate_series(1, :count)
"""
_NEXT_NUMBERS = text(_NEXT)
_LAST_FACT = select(func.max(_ENTRIES.c.fact_id)).where(_ENTRIES.c.fact_kind == bindparam("kind")).scalar_subquery()
_LAST_ENTRY = select(func.max(_ENTRIES.c.id)).scalar_subquery()
_LAST = select(func.coalesce(_LAST_FACT, 0), func.coalesce(_LAST_ENTRY, 0))


@cache
def _new(kind: type[Base]) -> Insert:
    return insert(cast(Table, kind.__table__))


def _write_at_once(
    connection: Connection,
    kind: type[Fact],
    facts: Sequence[Row],
    entries: Sequence[Row],
    salts: Mapping[int, bytes],
    aside: int = 0,
) -> tuple[bool, list[Numbers]]:
    """Write everything with one statement, if *salts* are still those that are stored.

    :param aside: how many new numbers to return.
    :returns: whether it was written, and the numbers.
    """
    given = {
        "rows": [{"fact": fact, "entry": entry} for fact, entry in zip(facts, entries, strict=True)],
        "salts": [{"person": person, "salt": salt} for person, salt in sorted(salts.items())],
    }
    asked = {"given": canonical(given), "kind": kind.__tablename__, "count": aside}
    written, numbers = connection.execute(_statement(kind), asked).one()
    return bool(written), [(fact, entry) for fact, entry in numbers or ()]


def _typed(table: Table) -> str:
    return ", ".join(f"{column.name} {column.type.compile(_POSTGRESQL)}" for column in table.columns)


_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@cache
def _statement(kind: type[Fact]) -> TextClause:
    fact, entry = _typed(cast(Table, kind.__table__)), _typed(_ENTRIES)
    of_fact, of_entry = (
        ", ".join(column.name for column in table.columns) for table in (cast(Table, kind.__table__), _ENTRIES)
    )
    return text(f"""
        WITH given AS MATERIALIZED (SELECT CAST(:given AS json) AS given),
        salts AS MATERIALIZED (
            SELECT person, salt FROM given, json_to_recordset(given -> 'salts') AS s(person bigint, salt text)
        ),
        held AS MATERIALIZED (
            SELECT person FROM salts JOIN person_salt
              ON person_salt.person_id = person AND person_salt.salt = decode(salts.salt, 'hex')
            ORDER BY person FOR KEY SHARE OF person_salt
        ),
        recorded AS MATERIALIZED (
            SELECT fact, entry FROM given, json_to_recordset(given -> 'rows') AS r(fact json, entry json)
            WHERE (SELECT count(*) FROM held) = (SELECT count(*) FROM salts)
        ),
        facts AS (
            INSERT INTO {kind.__tablename__} ({of_fact})
            SELECT {of_fact} FROM recorded, json_to_record(fact) AS f({fact})
        ),
        entries AS MATERIALIZED (SELECT e.* FROM recorded, json_to_record(entry) AS e({entry}, payload text)),
        written AS (INSERT INTO journal_entry ({of_entry}) SELECT {of_entry} FROM entries),
        payloads AS (INSERT INTO journal_payload (entry_id, payload) SELECT id, payload FROM entries),
        waiting AS (INSERT INTO journal_waiting (entry_id) SELECT id FROM entries)
        SELECT (SELECT count(*) FROM recorded), (SELECT json_agg(json_build_array(fact, entry)) FROM ({_NEXT}) AS aside)
    """)  # noqa: S608 - names and types of our own columns
