"""The keys that sign security events, and the tokens that they sign (RFC 8417, RFC 7515).

RS256 with at least 2,048 bits is what every receiver understands (CAEP Interoperability Profile 1.0); a key on P-256 is
taken too, for receivers that ask for it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from training_app.errors import TrainingError

FEWEST_BITS = 2048
BITS_OF_NEW_KEYS = 3072
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----\n?", re.DOTALL)


class UnusableEventKey(TrainingError):
    """The file does not hold a private key that can sign events."""


class EventKeys:
    """The private keys of one file in PEM: the first signs, the public parts of all are published.

    :raises UnusableEventKey: if the file holds no key, or one that no receiver should trust.
    """

    def __init__(self, pem: str, *, source: str) -> None:
        self._keys = [_key(part, source) for part in _PEM.findall(pem)]
        if not self._keys:
            raise UnusableEventKey(f"The file {source} holds no private key in PEM.")

    @property
    def algorithm(self) -> str:
        return _ALGORITHMS[self._keys[0].key_type]

    def sign(self, claims: dict[str, Any]) -> str:
        """Return *claims* as a signed token, typed as the framework asks so that nothing else takes it for its own."""
        key = self._keys[0]
        header = {"alg": self.algorithm, "typ": "secevent+jwt", "kid": key.thumbprint()}
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])

    def published(self) -> dict[str, Any]:
        """Return the key set to verify with (RFC 7517)."""
        return {
            "keys": [
                {
                    **key.as_dict(private=False),
                    "kid": key.thumbprint(),
                    "use": "sig",
                    "alg": _ALGORITHMS[key.key_type],
                }
                for key in self._keys
            ]
        }


_ALGORITHMS = {"RSA": "RS256", "EC": "ES256"}


def _key(pem: str, source: str) -> Key:
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableEventKey(
            f"The file {source} holds something that is no private key, or needs a password."
        ) from None
    if isinstance(private, rsa.RSAPrivateKey):
        if private.key_size < FEWEST_BITS:
            raise UnusableEventKey(f"The RSA key in {source} has fewer than {FEWEST_BITS} bits.")
        return RSAKey.import_key(pem)
    if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        return ECKey.import_key(pem)
    raise UnusableEventKey(f"The key in {source} is neither RSA nor on the curve P-256.")


def new_key() -> str:
    """Return a new RSA key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS_OF_NEW_KEYS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def kept(file: Path, *, keep: Callable[..., str]) -> EventKeys:
    """Return the keys in *file*; *keep* makes them there first if there are none."""
    return EventKeys(keep(file, make=new_key), source=str(file))


def claims(
    payload: dict[str, Any], *, issuer: str, audience: str, message_id: str, issued_at: datetime
) -> dict[str, Any]:
    """Return the claims of a security event token; it has neither ``exp`` nor ``sub``, as the framework asks."""
    return {"iss": issuer, "aud": audience, "jti": message_id, "iat": int(issued_at.timestamp()), **payload}
