"""Triggers that refuse to change what is only ever appended: every fact, every answer, what awards rest on, what
authors, reviewers and assessors write, what tells of changed answers, and the journal.

The same statements serve the migrations and `MetaData.create_all`, so that both make the same database.  They stop a
mistake and a careless statement; whoever may drop triggers is found out by the journal.
"""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Connection, MetaData, Table, event, text

from training_app.models.authoring import Draft, DraftClosing, DraftSave, ReviewComment
from training_app.models.base import Base, Fact
from training_app.models.certification import AwardBasis
from training_app.models.changes import AnswerChange
from training_app.models.observed_practice import Observation, ObservationTick
from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf, TreeHead
from training_app.models.recorded import RecordedDecision, RecordedSearch
from training_app.models.training import Answer

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


def append_only_tables() -> list[Table]:
    """Return the tables that are only appended to, by name."""
    mappers = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, (Fact, *WRITTEN, *JOURNAL))]
    return sorted((cast(Table, mapper.local_table) for mapper in mappers), key=lambda table: table.name)


def expiring_tables() -> list[Table]:
    """Return those of them whose rows may be deleted once an expiry is recorded, by name."""
    return sorted((cast(Table, kind.__table__) for kind in EXPIRING), key=lambda table: table.name)


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


def release(connection: Connection, names: Iterable[str]) -> None:
    """Undo `protect` or `protect_while_kept`: for migrations that rebuild a table, and for tests of the journal."""
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
    on = text(
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname IN (c.relname || '_refuses_change', c.relname || '_refuses_delete') AND t.tgenabled = 'O' "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    triggers, expiring = set(connection.scalars(on)), set(expiring_tables())
    return {
        table.name
        for table in append_only_tables()
        if f"{table.name}_refuses_change" in triggers
        and (table not in expiring or f"{table.name}_refuses_delete" in triggers)
    }


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


def _release(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}_refuses_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER {name}_refuses_change ON {name}",
        f"DROP TRIGGER IF EXISTS {name}_refuses_delete ON {name}",
    ]


@event.listens_for(Base.metadata, "after_create")
def _protect_created_tables(_: MetaData, connection: Connection, *, tables: list[Table], **__: object) -> None:
    created, expiring = set(tables), expiring_tables()
    protect(connection, [table.name for table in append_only_tables() if table in created and table not in expiring])
    protect_while_kept(connection, [table.name for table in expiring if table in created])
