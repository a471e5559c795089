from datetime import UTC, date, datetime

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Enum,
    Integer,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.services import recorded
from training_app.models import Base, Fact, append_only
from training_app.models.base import Instant
from training_app.models.oversight import JournalPayload, PersonSalt
from training_app.models.tools import Tool
from training_app.rules import erasure

APPEND_ONLY = [pytest.param(table, id=table.name) for table in append_only.append_only_tables()]


def made_up(column: Column) -> object:
    match column.type:
        case Enum():
            return column.type.enum_class(column.type.enums[0])
        case Boolean():
            return True
        case Integer():
            return 1
        case Instant():
            return datetime(2026, 3, 1, tzinfo=UTC)
        case Date():
            return date(2026, 3, 1)
        case JSON():
            return []
        case _:
            return "text"


def a_row_of(table: Table, session: Session) -> None:
    """Put a row there on SQLite, whose triggers are for each row; PostgreSQL refuses the statement, rows or none."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        session.connection().execute(insert(table).values({column.name: made_up(column) for column in table.columns}))
        session.execute(text("PRAGMA ignore_check_constraints = OFF"))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_appended_can_be_neither_updated_nor_deleted(table, session):
    """Where rows may expire or be erased PostgreSQL looks at each: `test_retention` and `test_erasing` have some."""
    a_row_of(table, session)
    key = next(iter(table.primary_key.columns))
    updated, deleted = update(table).values({key: key}), delete(table)
    statements = [updated, deleted]
    if session.connection().dialect.name == "postgresql":
        expire = {one.name for one in append_only.expiring_tables()}
        if table.name in expire | erasure.GOES.keys():
            statements.remove(deleted)
        elif table.name in erasure.BLANKED:
            statements.remove(updated)
    for statement in statements:
        with pytest.raises(IntegrityError, match=f"{table.name} is append-only"), session.begin_nested():
            session.connection().execute(statement)


def test_every_table_of_facts_of_what_is_written_and_of_the_journal_is_append_only():
    facts = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Fact)}
    journal = {"journal_entry", "journal_leaf", "tree_head", "checkpoint"}
    written = {
        "answer",
        "answer_change",
        "award_basis",
        "draft",
        "draft_save",
        "draft_closing",
        "review_comment",
        "observation",
        "observation_tick",
    }
    assert {table.name for table in append_only.append_only_tables()} == facts | journal | written
    assert len(facts) > 20


def test_what_an_erasure_deletes_can_be_deleted(session):
    recorded.person(session)
    assert session.execute(delete(JournalPayload)).rowcount == 1
    assert session.execute(delete(PersonSalt)).rowcount == 1


def test_a_changed_object_is_refused_when_it_is_flushed(session):
    tool = recorded.tool(session)
    tool.name = "Another name"
    with pytest.raises(IntegrityError, match="tool is append-only"), session.begin_nested():
        session.flush()


def test_inserting_over_a_row_that_is_there_is_refused(session):
    tool = recorded.tool(session)
    table = Tool.__table__
    row = dict(session.connection().execute(select(table).where(table.c.id == tool.id)).mappings().one())
    dialect = sqlite if session.connection().dialect.name == "sqlite" else postgresql
    upsert = dialect.insert(table).values(row).on_conflict_do_update(index_elements=["id"], set_={"name": "Other"})
    statements = [upsert]
    if dialect is sqlite:
        statements.append(insert(table).prefix_with("OR REPLACE").values(row))
    for statement in statements:
        with pytest.raises(IntegrityError, match="tool is append-only"), session.begin_nested():
            session.connection().execute(statement)


@pytest.mark.postgresql
def test_a_table_of_facts_cannot_be_emptied_by_truncate(shared_postgresql):
    with pytest.raises(IntegrityError, match="seat_cap is append-only"), shared_postgresql.transaction() as session:
        session.execute(text("TRUNCATE seat_cap"))


def test_a_released_table_can_be_changed_until_it_is_protected_again(session):
    recorded.tool(session, slug="before")
    connection = session.connection()
    append_only.release(connection, ["tool"])
    assert "tool" not in append_only.protected(connection)
    assert connection.execute(update(Tool.__table__).values(slug="after")).rowcount == 1
    append_only.protect(connection, ["tool"])
    assert "tool" in append_only.protected(connection)
    with pytest.raises(IntegrityError), session.begin_nested():
        connection.execute(update(Tool.__table__).values(slug="before"))
