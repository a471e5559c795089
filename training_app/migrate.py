"""Bring a database to a revision of the tables; the revisions are in ``migrations/versions``."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection

from training_app.db import Database
from training_app.models import Base

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up to *revision*; nothing happens where it is reached already, in this process or another."""
    with database.migrating() as connection:
        command.upgrade(_configuration(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to *revision*, or to no tables at all with ``"base"``; what the tables held is lost."""
    with database.migrating() as connection:
        command.downgrade(_configuration(connection), revision)


def current(database: Database) -> str | None:
    """Return the revision that the database is at; ``None`` where nothing was migrated yet."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the revision that `upgrade` leads to; revisions are numbered ``0001``, ``0002`` and so on.

    Their files are named by their numbers, so that nothing of them has to be run to know it, at every start.
    """
    return max((file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py")), default=None)


def differences(database: Database) -> list[object]:
    """Return what separates the database from the tables as the code declares them; empty when it is up to date."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def draft(message: str) -> Path:
    """Write a new revision from what the code declares beyond the newest, for a person to read and correct.

    It knows nothing of triggers: a new table of facts, or one made anew, is to be given to `append_only.protect`.

    :returns: its file.
    """
    number = f"{int(newest() or 0) + 1:04}"
    with TemporaryDirectory() as folder:
        scratch = Database(f"sqlite:///{folder}/scratch.sqlite3")
        upgrade(scratch)
        with scratch.migrating() as connection:
            made = command.revision(_configuration(connection), message, autogenerate=True, rev_id=number)
        scratch.dispose()
    return Path(cast(Script, made).path)


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    configuration.attributes["connection"] = connection
    return configuration
