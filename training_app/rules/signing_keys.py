"""The keys that sign passes and status lists: which one signs, which are published, and how they follow one another.

A key is published from the day it is made, and signs later: devices that fetch the key set meanwhile know it by then.
When the next one signs, it stays published until everything that it signed has expired.  Each is an Ed25519 key, named
by its thumbprint (RFC 7638); tokens say ``Ed25519`` as their algorithm (RFC 9864).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from training_app.rules.offline_pass import LONGEST

ALGORITHM = "Ed25519"
OVERLAP = LONGEST + timedelta(hours=1)
"""A key stays published so long after the next one signs: until what it signed has expired, whatever clocks say."""


class _AnyLength(JWSRegistry):
    """A list of many officers is longer than the library's limit for a token."""

    max_payload_length = 64 * 1024 * 1024


_REGISTRY = _AnyLength(algorithms=[ALGORITHM])


class KeyState(StrEnum):
    NEXT = "next"
    SIGNING = "signing"
    LEAVING = "leaving"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key with the instant from which it signs."""

    signs_from: datetime
    key: OKPKey

    @property
    def kid(self) -> str:
        return self.key.thumbprint()

    def sign(self, claims: Mapping[str, Any], *, kind: str) -> str:
        """Return *claims* as a token of the type *kind*.  The same claims give the same token."""
        header = {"alg": ALGORITHM, "kid": self.kid, "typ": kind}
        return jwt.encode(header, dict(claims), self.key, registry=_REGISTRY)

    def public(self) -> dict[str, Any]:
        """Return the public half as a JSON Web Key (RFC 8037)."""
        of_it = self.key.as_dict(private=False)
        return {
            "kty": of_it["kty"],
            "crv": of_it["crv"],
            "x": of_it["x"],
            "kid": self.kid,
            "use": "sig",
            "alg": ALGORITHM,
        }


class KeyRing:
    """The keys of an installation, in the order in which they sign."""

    def __init__(self, keys: Iterable[SigningKey]) -> None:
        self.keys = tuple(sorted(keys, key=lambda one: (one.signs_from, one.kid)))

    def signing(self, *, at: datetime) -> SigningKey | None:
        """Return the key that signs at *at*, or ``None`` if none does: then nothing is given out."""
        return next((one for one in reversed(self.keys) if one.signs_from <= at), None)

    def state(self, key: SigningKey, *, at: datetime) -> KeyState:
        if key.signs_from > at:
            return KeyState.NEXT
        following = next((one for one in self.keys[self.keys.index(key) + 1 :] if one.signs_from <= at), None)
        if following is None:
            return KeyState.SIGNING
        return KeyState.LEAVING if at < following.signs_from + OVERLAP else KeyState.LEFT

    def published(self, *, at: datetime) -> dict[str, Any]:
        """Return the JSON Web Key Set (RFC 7517) of the keys with which something that holds may be signed."""
        kept = (one for one in self.keys if self.state(one, at=at) is not KeyState.LEFT)
        return {"keys": [one.public() for one in kept]}
