"""The installation's keys: which one signs, which are published, and how they follow one another.

A key is published from the day it is made, and signs later: who fetches the key set meanwhile knows it by then.
When the next one signs, it stays published until everything that it signed has expired.  Each is named by its
thumbprint (RFC 7638).  Passes and status lists are signed with Ed25519 keys, and say so as their algorithm (RFC 9864);
what learning platforms are sent is signed with RSA keys, because LTI asks for RS256 (Security Framework 1.0, 5.1.2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey
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


class PublishedKey(Protocol):
    """One key with the instant from which it signs."""

    @property
    def signs_from(self) -> datetime: ...

    @property
    def kid(self) -> str: ...

    def public(self) -> dict[str, Any]: ...


K = TypeVar("K", bound=PublishedKey)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs passes and status lists."""

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


@dataclass(frozen=True, slots=True)
class ToolKey:
    """A key by which learning platforms know this tool."""

    signs_from: datetime
    key: RSAKey

    @property
    def kid(self) -> str:
        return self.key.thumbprint()

    @property
    def private_pem(self) -> str:
        """The private half, as the library for LTI takes it."""
        return self.key.as_pem(private=True).decode()

    @property
    def public_pem(self) -> str:
        return self.key.as_pem(private=False).decode()

    def public(self) -> dict[str, Any]:
        """Return the public half as a JSON Web Key (RFC 7517)."""
        of_it = self.key.as_dict(private=False)
        return {"kty": of_it["kty"], "n": of_it["n"], "e": of_it["e"], "kid": self.kid, "use": "sig", "alg": "RS256"}


class KeyRing(Generic[K]):
    """The keys of an installation that are for one purpose, in the order in which they sign."""

    def __init__(self, keys: Iterable[K]) -> None:
        self.keys = tuple(sorted(keys, key=lambda one: (one.signs_from, one.kid)))

    def signing(self, *, at: datetime) -> K | None:
        """Return the key that signs at *at*, or ``None`` if none does: then nothing is given out."""
        return next((one for one in reversed(self.keys) if one.signs_from <= at), None)

    def state(self, key: K, *, at: datetime) -> KeyState:
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
