"""Triggers that refuse to change what is only ever appended: every fact, every answer, what awards rest on, what
authors, reviewers and assessors write, what tells of changed answers, and the journal.

The same statements serve the migrations and `MetaData.create_all`, so that both make the same database.  They stop a
mistake and a careless statement; whoever may drop triggers is found out by the journal.
"""

import json
from collections.abc import Iterable
from typing import cast

from sqlalchemy import Connection, MetaData, Table, event, inspect, text

from training_app.models.authoring import Draft, DraftClosing, DraftSave, ReviewComment
from training_app.models.base import Base, Fact
from training_app.models.certification import AwardBasis
from training_app.models.changes import AnswerChange
from training_app.models.observed_practice import Observation, ObservationTick
from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf, TreeHead
from training_app.models.recorded import RecordedDecision, RecordedSearch
from training_app.models.training import Answer
from training_app.rules import erasure

JOURNAL = (JournalEntry, JournalLeaf, TreeHead, Checkpoint)
WRITTEN = (
    Answer, AnswerChange, AwardBasis, Draft, DraftClosing, DraftSave, ReviewComment, Observation, ObservationTick,
)  # fmt: skip
#: Deleted once a `RecordExpiry` says that they are kept no longer, and never before.
EXPIRING = (RecordedDecision, RecordedSearch)

REFUSAL_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""

REFUSAL_OF_WHAT_IS_KEPT = """
CREATE OR REPLACE FUNCTION refuse_while_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM record_expiry WHERE OLD.recorded_at < kept_from) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""

# The arguments are SQL for whose the row is, given the row as $1; and what the blanked columns then say, as JSON.
REFUSAL_OF_WHAT_IS_NOT_ERASED = """
CREATE OR REPLACE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
BEGIN
    EXECUTE 'SELECT ' || TG_ARGV[0] INTO owner USING OLD;
    IF EXISTS (SELECT 1 FROM person_erasure_signature WHERE person_id = owner) THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        ELSIF to_jsonb(NEW) = to_jsonb(OLD) || CAST(replace(TG_ARGV[1], '{id}', CAST(OLD.id AS text)) AS jsonb) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def append_only_tables() -> list[Table]:
    """Return the tables that are only appended to, by name."""
    mappers = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, (Fact, *WRITTEN, *JOURNAL))]
    return sorted((cast(Table, mapper.local_table) for mapper in mappers), key=lambda table: table.name)


def expiring_tables() -> list[Table]:
    """Return those of them whose rows may be deleted once an expiry is recorded, by name."""
    return sorted((cast(Table, kind.__table__) for kind in EXPIRING), key=lambda table: table.name)


def erasable_tables() -> list[str]:
    """Return the names of those of them from which an erasure takes rows, or what tells of the person."""
    return [table.name for table in append_only_tables() if table.name in {*erasure.GOES, *erasure.BLANKED}]


def protect(connection: Connection, names: Iterable[str]) -> None:
    """Refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too) on the tables of these names from now on."""
    for name in names:
        for statement in _protection(name, connection.dialect.name):
            connection.execute(text(statement))


def protect_while_kept(connection: Connection, names: Iterable[str]) -> None:
    """Refuse what `protect` refuses, but for DELETE of rows that an expiry on record lets go."""
    for name in names:
        for statement in _protection_while_kept(name, connection.dialect.name):
            connection.execute(text(statement))


def protect_until_erased(connection: Connection, names: Iterable[str]) -> None:
    """Refuse what `protect` refuses, but for what the erasure of a person does, once it is signed by two.

    That is, as `training_app.rules.erasure` says of the table: DELETE of the person's rows, or one UPDATE that blanks
    what tells of the person and nothing else.  A migration that adds a column to such a table calls this again.
    """
    for name in names:
        for statement in _protection_until_erased(connection, name):
            connection.execute(text(statement))


def release(connection: Connection, names: Iterable[str]) -> None:
    """Undo `protect` and its like: for migrations that rebuild a table, and for tests of the journal."""
    for name in names:
        for statement in _release(name, connection.dialect.name):
            connection.execute(text(statement))


def protected(connection: Connection) -> set[str]:
    """Return the names of the tables whose triggers are all in place and switched on."""
    if connection.dialect.name == "sqlite":
        triggers = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
        return {
            table.name
            for table in append_only_tables()
            if {f"{table.name}_refuses_update", f"{table.name}_refuses_delete"} <= triggers
        }
    found = connection.execute(_EVENTS_ON_POSTGRESQL)
    refused = {row.relname: row.events for row in found}
    return {table.name for table in append_only_tables() if refused.get(table.name, 0) & _CHANGES == _CHANGES}


#: Bits of PostgreSQL's `tgtype`: DELETE, UPDATE and TRUNCATE.
_CHANGES = 8 | 16 | 32
_EVENTS_ON_POSTGRESQL = text(
    "SELECT c.relname, bit_or(CAST(t.tgtype AS int)) AS events FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE starts_with(t.tgname, c.relname || '_refuses_') AND t.tgenabled = 'O' "
    "AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname"
)


def _protection(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name}_refuses_{verb} BEFORE {verb.upper()} ON {name}\n"
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb in ("update", "delete")
        ]
    before = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} FOR EACH STATEMENT"
    return [REFUSAL_ON_POSTGRESQL, f"CREATE TRIGGER {name}_refuses_change {before} EXECUTE FUNCTION refuse_change()"]


def _protection_while_kept(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        refusal = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        kept = "WHEN NOT EXISTS (SELECT 1 FROM record_expiry WHERE OLD.recorded_at < kept_from)"
        return [
            f"CREATE TRIGGER {name}_refuses_update BEFORE UPDATE ON {name}\n{refusal}",
            f"CREATE TRIGGER {name}_refuses_delete BEFORE DELETE ON {name} {kept}\n{refusal}",
        ]
    return [
        REFUSAL_ON_POSTGRESQL,
        REFUSAL_OF_WHAT_IS_KEPT,
        (
            f"CREATE TRIGGER {name}_refuses_change BEFORE UPDATE OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
        (
            f"CREATE TRIGGER {name}_refuses_delete BEFORE DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_while_kept()"
        ),
    ]


def _protection_until_erased(connection: Connection, name: str) -> list[str]:
    blanked = erasure.BLANKED.get(name)
    owner = blanked.owner if blanked else erasure.GOES[name]
    if connection.dialect.name == "sqlite":
        signed = f"EXISTS (SELECT 1 FROM person_erasure_signature WHERE person_id = {owner.of('OLD')})"  # noqa: S608
        permitted = {"delete": signed, "update": ""}
        if blanked:
            columns = [column["name"] for column in inspect(connection).get_columns(name)]
            permitted = {"delete": "", "update": f"{signed} AND {_blanked_on_sqlite(blanked, columns)}"}
        return [
            f"CREATE TRIGGER {name}_refuses_{verb} BEFORE {verb.upper()} ON {name}"
            + (f" WHEN NOT ({condition})" if condition else "")
            + f"\nBEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb, condition in permitted.items()
        ]
    verb, others = ("UPDATE", "DELETE") if blanked else ("DELETE", "UPDATE")
    told = [owner.of("$1").replace("$1.", "($1)."), json.dumps(dict(blanked.columns)) if blanked else "{}"]
    arguments = ", ".join("'" + one.replace("'", "''") + "'" for one in told)
    return [
        REFUSAL_ON_POSTGRESQL,
        REFUSAL_OF_WHAT_IS_NOT_ERASED,
        (
            f"CREATE TRIGGER {name}_refuses_change BEFORE {others} OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
        (
            f"CREATE TRIGGER {name}_refuses_{verb.lower()} BEFORE {verb} ON {name} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased({arguments})"
        ),
    ]


def _blanked_on_sqlite(blanked: erasure.Blanked, columns: Iterable[str]) -> str:
    """Return the condition that NEW is OLD but for the columns that say what they say when blanked."""
    return " AND ".join(
        f"NEW.{name} IS {blank_of(blanked.columns[name], 'OLD')}"
        if name in blanked.columns
        else f"NEW.{name} IS OLD.{name}"
        for name in columns
    )


def blank_of(told: erasure.Blank, row: str = "") -> str:
    """Return the SQL expression for what a blanked column says, in *row*."""
    if told is None:
        return "NULL"
    parts = [f"'{part}'" for part in (told if isinstance(told, str) else json.dumps(told)).split("{id}")]
    number = f"{row}.id" if row else "id"
    return f" || {number} || ".join(parts)


def _release(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}_refuses_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER {name}_refuses_change ON {name}",
        f"DROP TRIGGER IF EXISTS {name}_refuses_delete ON {name}",
        f"DROP TRIGGER IF EXISTS {name}_refuses_update ON {name}",
    ]


@event.listens_for(Base.metadata, "after_create")
def _protect_created_tables(_: MetaData, connection: Connection, *, tables: list[Table], **__: object) -> None:
    created, expiring, erasable = set(tables), expiring_tables(), erasable_tables()
    plain = [table.name for table in append_only_tables() if table not in expiring and table.name not in erasable]
    protect(connection, [name for name in plain if Base.metadata.tables[name] in created])
    protect_while_kept(connection, [table.name for table in expiring if table in created])
    protect_until_erased(connection, [name for name in erasable if Base.metadata.tables[name] in created])
