"""What commands work on: the configured database, and the key that signs the journal."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from config import Config
from training_app.clock import now
from training_app.db import Database
from training_app.errors import TrainingError
from training_app.services import journal


class UnusableKey(TrainingError):
    """The file does not hold the key that it should, or holds one that must not be written over."""


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
    """Return the journal's configured key; in demo mode one is made where there is none.

    :raises UnusableKey: if the file holds no private Ed25519 key in PEM, without a password.
    """
    config = Config.from_environment()
    file = config.journal_key_file
    if config.demo and not file.exists():
        make_signing_key(file)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise UnusableKey(f"The journal's key cannot be read from {file}: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"The journal's key in {file} is not an Ed25519 key.")
    return key


def make_signing_key(file: Path) -> Ed25519PrivateKey:
    """Make a key and write it to *file*, readable by its owner only.

    :raises UnusableKey: if there is such a file, or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "xb", opener=_for_the_owner_only) as made:
            made.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except FileExistsError:
        raise UnusableKey(f"{file} is there already, and a key is never written over.") from None
    except OSError as error:
        raise UnusableKey(f"The key cannot be written to {file}: {error.strerror}.") from None
    return key


def journal_origin(config: Config | None = None) -> str:
    """Return the name under which this installation's checkpoints are signed: ``<agency>/training-journal``."""
    agency = re.sub(r"[^\w.]+", "-", (config or Config.from_environment()).agency_name.casefold()).strip("-")
    return f"{agency}/training-journal"


def _for_the_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
