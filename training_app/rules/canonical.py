"""One way to write a record down, so that its digest is the same wherever and whenever it is computed.

Instants are RFC 3339 in UTC with six decimals, civil dates ISO 8601, members of enumerations their values, exact
numbers decimal text, bytes hexadecimal; the JSON has its keys sorted, no spaces and no escapes beyond the necessary.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from hashlib import sha256


def instant(value: datetime) -> str:
    """Return an aware *value* as RFC 3339 in UTC: ``2026-03-01T09:00:00.000000Z``.

    :raises ValueError: for an instant without a time zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {value!r}")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(record: Mapping[str, object]) -> str:
    """Return the canonical JSON of *record*.

    :raises ValueError: for NaN, infinities, and instants without a time zone.
    :raises TypeError: for what has no agreed form.
    """
    return _encode(record)


def _form(value: object) -> object:
    """Return the form of a value that JSON does not know."""
    match value:
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case Decimal():
            return format(value.normalize(), "f")
        case Fraction():
            return str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"a record cannot hold {type(value).__name__}: {value!r}")


_encode = json.JSONEncoder(
    default=_form, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode


def digest(text: str, *, salt: bytes = b"") -> str:
    """Return the SHA-256 of *salt* followed by *text* in UTF-8, in hexadecimal.

    With a salt of 32 random bytes the digest of a short or guessable text tells nothing once the salt is destroyed.
    """
    return sha256(salt + text.encode()).hexdigest()


def pseudonym(person_id: int, *, salt: bytes) -> str:
    """Return what a person is called where no name or number may stand: unlinkable once *salt* is destroyed."""
    return digest(str(person_id), salt=salt)
