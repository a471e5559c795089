"""The keys that sign passes and status lists for use without a network, as files."""

from datetime import datetime, timedelta
from pathlib import Path

from joserfc.jwk import OKPKey

from training_app import key_folder
from training_app.key_folder import Purpose, UnusableKeyFile, WrongKey
from training_app.rules.signing_keys import OVERLAP, KeyRing, SigningKey

__all__ = ["UnusableKeyFile", "make", "read"]


def read(folder: Path) -> KeyRing[SigningKey]:
    """Return the keys in *folder*, as `key_folder.read` does."""
    return key_folder.read(folder, _OFFLINE)


def make(folder: Path, *, at: datetime, waits: timedelta = OVERLAP) -> Path:
    """Make a key in *folder*, as `key_folder.make` does: devices have fetched it when it signs."""
    return key_folder.make(folder, _OFFLINE, at=at, waits=waits)


def _made() -> bytes:
    return OKPKey.generate_key("Ed25519").as_pem(private=True)


def _read(signs_from: datetime, content: bytes) -> SigningKey:
    key = OKPKey.import_key(content)
    if key.curve_name != "Ed25519" or not key.is_private:
        raise WrongKey("does not hold a private Ed25519 key.")
    return SigningKey(signs_from, key)


_OFFLINE = Purpose(made=_made, read=_read)
