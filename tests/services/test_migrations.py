import pkgutil
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Inspector, Integer, Table, inspect, text

from tests.services import recorded
from training_app import migrate, models
from training_app.models import Base, append_only


def tables(connection: Connection) -> dict[str, object]:
    """Return what the database knows of each table: columns, keys, constraints and indexes."""
    catalogue = inspect(connection)
    return {name: _table(catalogue, name) for name in catalogue.get_table_names() if name != "alembic_version"}


def _table(catalogue: Inspector, name: str) -> dict[str, object]:
    columns = {
        column["name"]: (str(column["type"]), column["nullable"], column["default"])
        for column in catalogue.get_columns(name)
    }
    listings = {
        "foreign keys": catalogue.get_foreign_keys(name),
        "unique": catalogue.get_unique_constraints(name),
        "checks": catalogue.get_check_constraints(name),
        "indexes": [_comparable(index) for index in catalogue.get_indexes(name)],
    }
    return {
        "columns": columns,
        "primary key": catalogue.get_pk_constraint(name)["constrained_columns"],
        **{kind: sorted(listing, key=lambda row: str(row["name"])) for kind, listing in listings.items()},
    }


def _comparable(index: Mapping[str, Any]) -> dict[str, Any]:
    """Return the index with the condition of a partial one as text: two of SQLAlchemy's clauses are never equal."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def triggers(connection: Connection) -> dict[str, str]:
    """Return the definition of every trigger and trigger function, by name."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
            "UNION SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    return dict(connection.execute(text(query)).all())


def test_migrating_up_down_and_up_again_leads_to_the_same_tables_and_triggers(bare_database):
    assert migrate.current(bare_database) is None
    migrate.upgrade(bare_database)
    with bare_database.engine.connect() as connection:
        first = tables(connection), triggers(connection)
    migrate.downgrade(bare_database, "base")
    with bare_database.engine.connect() as connection:
        assert (tables(connection), triggers(connection)) == ({}, {})
    assert migrate.current(bare_database) is None
    migrate.upgrade(bare_database)
    with bare_database.engine.connect() as connection:
        assert (tables(connection), triggers(connection)) == first
    assert migrate.current(bare_database) == migrate.newest()


def test_migrating_an_up_to_date_database_changes_nothing(database):
    with database.engine.connect() as connection:
        before = tables(connection), triggers(connection)
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        assert (tables(connection), triggers(connection)) == before


def test_the_migrations_leave_nothing_for_autogenerate_to_add(database):
    assert migrate.differences(database) == []


def test_the_migrations_make_what_the_code_declares_constraints_and_triggers_included(database, bare_database):
    with bare_database.migrating() as connection:
        Base.metadata.create_all(connection)
    with database.engine.connect() as migrated, bare_database.engine.connect() as declared:
        assert tables(migrated) == tables(declared)
        assert triggers(migrated) == triggers(declared)
        assert append_only.protected(migrated) == {table.name for table in append_only.append_only_tables()}


def test_a_migration_that_fails_leaves_the_database_as_it_was(database):
    with database.engine.connect() as connection:
        before = tables(connection)
    with pytest.raises(recorded.Interruption), database.migrating() as connection:
        recorded.interrupted(connection, lambda changed: changed.execute(text("DROP TABLE answer")))
    with database.engine.connect() as connection:
        assert tables(connection) == before


def test_a_draft_of_a_revision_makes_what_is_declared_and_not_migrated_yet(monkeypatch, tmp_path):
    for file in (*migrate.FOLDER.glob("*.*"), *migrate.FOLDER.glob("versions/*.py")):
        copy = tmp_path / file.relative_to(migrate.FOLDER)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(file.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    before = migrate.newest()
    declared = Table("station", Base.metadata, Column("id", Integer, primary_key=True))
    try:
        draft = migrate.draft("stations")
    finally:
        Base.metadata.remove(declared)
    assert draft.name == f"{int(before) + 1:04}_stations.py"
    assert draft.read_text("utf-8").count("op.create_table(") == 1
    assert "op.create_table('station'" in draft.read_text("utf-8")
    assert migrate.newest() == f"{int(before) + 1:04}"


def test_the_package_of_models_knows_every_module_in_it():
    known = {name.rpartition(".")[2] for name in sys.modules if name.startswith("training_app.models.")}
    assert {module.name for module in pkgutil.iter_modules(models.__path__)} <= known
