"""What commands work on: the configured database, and the key that signs the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config import Config
from training_app import journal_key
from training_app.clock import now
from training_app.db import Database
from training_app.services import journal


@contextmanager
def open_database(config: Config | None = None) -> Iterator[Database]:
    """Give the database of *config* (by default the environment's), sealed after each commit; its connections end with
    the command."""
    config = config or Config.from_environment()
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(config.database_url)
    database.learning_records_from = config.learning_records_from
    database.after_commit.append(lambda committed: journal.seal(committed, at=now()))
    try:
        yield database
    finally:
        database.dispose()


def agency_zone() -> ZoneInfo:
    """Return the agency's time zone, as the environment says."""
    return ZoneInfo(Config.from_environment().agency_zone)


def signing_key() -> Ed25519PrivateKey:
    """Return the journal's configured key: see `journal_key.signing_key`."""
    return journal_key.signing_key(Config.from_environment())


def journal_origin() -> str:
    """Return the name under which this installation signs: see `journal_key.journal_origin`."""
    return journal_key.journal_origin(Config.from_environment())
