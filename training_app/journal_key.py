"""The key that signs what leaves the journal: checkpoints, and reports made from its facts."""

import os
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from config import Config
from training_app.errors import TrainingError
from training_app.rules.signed_note import verifier_key


class UnusableKey(TrainingError):
    """The file does not hold the key that it should, or holds one that must not be written over."""


def signing_key(config: Config) -> Ed25519PrivateKey:
    """Return the journal's configured key; in demo mode one is made where there is none.

    :raises UnusableKey: if the file holds no private Ed25519 key in PEM, without a password.
    """
    if config.demo and not config.journal_key_file.exists():
        make_signing_key(config.journal_key_file)
    return _read(config.journal_key_file)


def public_key(config: Config) -> Ed25519PublicKey | None:
    """Return the key that checkpoints of this installation are checked with; ``None`` where it cannot be read."""
    try:
        return _read(config.journal_key_file).public_key()
    except UnusableKey:
        return None


def verifier_line(config: Config) -> str | None:
    """Return the line that ``training-app journal key`` prints; ``None`` where the key is not at hand here."""
    try:
        return verifier_key(journal_origin(config), signing_key(config).public_key())
    except UnusableKey:
        return None


def _read(file: Path) -> Ed25519PrivateKey:
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


def journal_origin(config: Config) -> str:
    """Return the name under which this installation signs: ``<agency>/training-journal``."""
    agency = re.sub(r"[^\w.]+", "-", config.agency_name.casefold()).strip("-")
    return f"{agency}/training-journal"


def _for_the_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
