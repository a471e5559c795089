"""Triggers that refuse to change what is only ever appended: every fact, every answer, what awards rest on, what
authors, reviewers and assessors write, and the journal.

The same statements serve the migrations and `MetaData.create_all`, so that both make the same database.  They stop a
mistake and a careless statement; whoever may drop triggers is found out by the journal.
"""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Connection, MetaData, Table, event, text

from training_app.models.authoring import Draft, DraftClosing, DraftSave, ReviewComment
from training_app.models.base import Base, Fact
from training_app.models.certification import AwardBasis
from training_app.models.observed_practice import Observation, ObservationTick
from training_app.models.oversight import Checkpoint, JournalEntry, JournalLeaf, TreeHead
from training_app.models.training import Answer

JOURNAL = (JournalEntry, JournalLeaf, TreeHead, Checkpoint)
WRITTEN = (Answer, AwardBasis, Draft, DraftClosing, DraftSave, ReviewComment, Observation, ObservationTick)

REFUSAL_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def append_only_tables() -> list[Table]:
    """Return the tables that are only appended to, by name."""
    mappers = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, (Fact, *WRITTEN, *JOURNAL))]
    return sorted((cast(Table, mapper.local_table) for mapper in mappers), key=lambda table: table.name)


def protect(connection: Connection, names: Iterable[str]) -> None:
    """Refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too) on the tables of these names from now on."""
    for name in names:
        for statement in _protection(name, connection.dialect.name):
            connection.execute(text(statement))


def release(connection: Connection, names: Iterable[str]) -> None:
    """Undo `protect`: for migrations that rebuild a table, and for tests of what the journal finds."""
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
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname = c.relname || '_refuses_change' AND t.tgenabled = 'O' "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    return set(connection.scalars(on))


def _protection(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name}_refuses_{verb} BEFORE {verb.upper()} ON {name}\n"
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb in ("update", "delete")
        ]
    before = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} FOR EACH STATEMENT"
    return [REFUSAL_ON_POSTGRESQL, f"CREATE TRIGGER {name}_refuses_change {before} EXECUTE FUNCTION refuse_change()"]


def _release(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}_refuses_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER {name}_refuses_change ON {name}"]


@event.listens_for(Base.metadata, "after_create")
def _protect_created_tables(_: MetaData, connection: Connection, *, tables: list[Table], **__: object) -> None:
    created = set(tables)
    protect(connection, [table.name for table in append_only_tables() if table in created])
