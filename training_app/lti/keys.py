"""The keys by which learning platforms know this tool: RSA-2048, in a folder of their own."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from joserfc.jwk import RSAKey

from training_app import key_folder
from training_app.key_folder import Purpose, UnusableKeyFile, WrongKey
from training_app.rules.signing_keys import OVERLAP, KeyRing, ToolKey

BITS = 2_048
"""As Security Framework 1.0 asks for, at the least."""


def read(folder: Path) -> KeyRing[ToolKey]:
    """Return the keys in *folder*, as `key_folder.read` does."""
    return key_folder.read(folder, _OF_THE_TOOL)


def make(folder: Path, *, at: datetime, waits: timedelta = OVERLAP) -> Path:
    """Make a key in *folder*, as `key_folder.make` does: platforms have fetched it when it signs."""
    return key_folder.make(folder, _OF_THE_TOOL, at=at, waits=waits)


def ring(folder: Path, *, at: datetime) -> KeyRing[ToolKey]:
    """Return the keys in *folder*; the first of all is made now, where there is none.

    :raises UnusableKeyFile: if it cannot be read, or made.
    """
    found = read(folder)
    if found.keys:
        return found
    with suppress(UnusableKeyFile):  # another process may have made it in the meantime
        make(folder, at=at)
    made = read(folder)
    if not made.keys:
        make(folder, at=at)
        made = read(folder)
    return made


def signing(folder: Path, *, at: datetime) -> ToolKey:
    """Return the key that signs at *at*: its ``private_pem`` and its ``kid`` are what a signature needs.

    :raises UnusableKeyFile: if there is none, and none can be made.
    """
    found = ring(folder, at=at).signing(at=at)
    if found is None:
        raise UnusableKeyFile(f"No key in {folder} signs yet. Make one that signs at once: training-app lti make-key.")
    return found


def _made() -> bytes:
    return RSAKey.generate_key(BITS, private=True).as_pem(private=True)


def _read(signs_from: datetime, content: bytes) -> ToolKey:
    key = RSAKey.import_key(content)
    if not key.is_private or key.raw_value.key_size < BITS:
        raise WrongKey(f"does not hold a private RSA key of {BITS} bits or more.")
    return ToolKey(signs_from, key)


_OF_THE_TOOL = Purpose(made=_made, read=_read)
