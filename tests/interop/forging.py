"""Tokens that no honest platform sends."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey


def decoded(part: str) -> bytes:
    """Return what a part of a token holds."""
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def kid_of(token: str) -> str:
    return str(json.loads(decoded(token.split(".", maxsplit=1)[0]))["kid"])


def altered(token: str, **claims: Any) -> str:
    """Return *token* with other *claims* under the signature that it has."""
    header, payload, signature = token.split(".")
    return ".".join((header, encoded({**json.loads(decoded(payload)), **claims}), signature))


def unsigned(claims: dict[str, Any]) -> str:
    """Return a token that says of itself that it needs no signature."""
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims)}."


def signed_by_a_stranger(claims: dict[str, Any], kid: str) -> str:
    """Return a token signed with a key that nobody knows, under the name *kid*."""
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, RSAKey.generate_key(2048))


def signed_with_the_public_key(claims: dict[str, Any], kid: str, public: dict[str, Any]) -> str:
    """Return a token signed as with a shared secret, which is the platform's public key: everybody has that."""
    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{encoded(claims)}"
    signature = hmac.digest(RSAKey.import_key(public).as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"
