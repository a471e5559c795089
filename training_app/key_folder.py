"""Keys as files: one PEM file each, in a folder for one purpose, named by the instant from which the key signs.

Keys are added by a command and taken out by hand; a running server sees both at its next request.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Generic

from joserfc.errors import JoseError

from training_app.errors import TrainingError
from training_app.rules.signing_keys import OVERLAP, K, KeyRing, KeyState

NAME = "%Y%m%dT%H%M%SZ"
"""A file is named by the instant, in UTC, and ``.pem``."""

SAYS = {
    KeyState.NEXT: "published; signs later",
    KeyState.SIGNING: "signs",
    KeyState.LEAVING: "published until what it signed has expired",
    KeyState.LEFT: "no longer published; its file can be deleted",
}
"""What each key does now, for the commands that list keys."""


class UnusableKeyFile(TrainingError):
    """A file in the folder of keys holds no key, or a key cannot be written there."""


class WrongKey(ValueError):
    """A file holds a key that is not for this purpose; the text says which would be."""


@dataclass(frozen=True)
class Purpose(Generic[K]):
    """What the keys of a folder are for."""

    made: Callable[[], bytes]
    """Returns a new private key as PEM."""
    read: Callable[[datetime, bytes], K]
    """Returns the key that signs from an instant on; raises `WrongKey`."""


def read(folder: Path, purpose: Purpose[K]) -> KeyRing[K]:
    """Return the keys in *folder*; none where there is no such folder.

    :raises UnusableKeyFile: if a PEM file there is not named, or does not hold, what it should.
    """
    files = sorted(folder.glob("*.pem")) if folder.is_dir() else []
    return KeyRing(_key(file, file.stat().st_mtime_ns, purpose) for file in files)


def make(folder: Path, purpose: Purpose[K], *, at: datetime, waits: timedelta = OVERLAP) -> Path:
    """Make a key that signs after *waits*, so that others have fetched it by then; the first of all signs at once.

    :raises UnusableKeyFile: if it cannot be written, or another one waits already.
    """
    ring = read(folder, purpose)
    if any(key.signs_from > at for key in ring.keys):
        raise UnusableKeyFile("A key that signs next is there already. Wait until it signs.")
    signs_from = at + waits if ring.keys else at
    file = folder / f"{signs_from.astimezone(UTC).strftime(NAME)}.pem"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_suffix(".draft")
        with open(draft, "xb", opener=_for_the_owner_only) as made:
            made.write(purpose.made())
        os.link(draft, file)  # whole or not there, and never over another
        draft.unlink()
    except FileExistsError:
        raise UnusableKeyFile(f"{file} is there already, and a key is never written over.") from None
    except OSError as error:
        raise UnusableKeyFile(f"The key cannot be written to {folder}: {error.strerror}.") from None
    return file


@lru_cache(maxsize=64)
def _key(file: Path, _changed: int, purpose: Purpose[K]) -> K:
    try:
        signs_from = datetime.strptime(file.stem, NAME).replace(tzinfo=UTC)
    except ValueError:
        raise UnusableKeyFile(f"{file} is not named by the instant from which it signs.") from None
    try:
        return purpose.read(signs_from, file.read_bytes())
    except WrongKey as error:
        raise UnusableKeyFile(f"{file} {error}") from None
    except (OSError, ValueError, JoseError) as error:
        raise UnusableKeyFile(f"{file} holds no key that can be read: {error}") from None


def _for_the_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
