"""Public keys with which clients sign: read from what a registrar pastes, and what signatures are taken of them."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc import jwk
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from training_app.errors import TrainingError

LEAST_RSA_BITS = 2_048

#: Signatures that are taken, by the kind of key: no symmetric ones, none without, none that is known to be weak.
ALGORITHMS = {"OKP": ("EdDSA", "Ed25519"), "EC": ("ES256",), "RSA": ("PS256", "RS256")}


class NotAPublicKey(TrainingError):
    def __init__(self) -> None:
        super().__init__(
            "This is no public key that is taken here: paste one as PEM or as a JWK, of Ed25519, P-256, or RSA with at "
            "least 2,048 bits."
        )


class PrivateKeyPasted(TrainingError):
    def __init__(self) -> None:
        super().__init__(
            "This is a private key, and it has now left its machine. Make a new one, and paste its public half only."
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    jwk: dict[str, Any]
    thumbprint: str
    """As RFC 7638 computes it."""


def public_key_in(text: str) -> PublicKey:
    """Return the public key that *text* holds, as PEM or as a JWK.

    :raises PrivateKeyPasted: if it is, or holds, a private key; :raises NotAPublicKey: if it is none that is taken.
    """
    if "PRIVATE KEY" in text:
        raise PrivateKeyPasted
    try:
        key = _key_in(text.strip())
        taken = not key.is_private and _is_taken(key)
    except (JoseError, ValueError, TypeError, KeyError, UnsupportedAlgorithm, RecursionError):
        raise NotAPublicKey from None
    if key.is_private:
        raise PrivateKeyPasted
    if not taken:
        raise NotAPublicKey
    thumbprint = key.thumbprint()
    return PublicKey({**key.as_dict(private=False), "kid": thumbprint}, thumbprint)


def _key_in(text: str) -> Any:
    if text.startswith("{"):
        return jwk.import_key(json.loads(text))
    public = load_pem_public_key(text.encode("ascii"))
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kinds: tuple[Literal["OKP", "EC", "RSA"], ...] = ("OKP", "EC", "RSA")
    for kind in kinds:
        try:
            return jwk.import_key(pem, kind)
        except (JoseError, ValueError, TypeError):
            continue
    raise ValueError(text)


def _is_taken(key: Any) -> bool:
    match key:
        case OKPKey():
            return bool(key.as_dict(private=False)["crv"] == "Ed25519")
        case ECKey():
            return bool(key.as_dict(private=False)["crv"] == "P-256")
        case RSAKey():
            return bool(key.public_key.key_size >= LEAST_RSA_BITS)
        case _:
            return False
