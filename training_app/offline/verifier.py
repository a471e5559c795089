"""Check an officer's pass without a network: a signed pass, a signed status list, and the keys of who signed them.

This one file is enough: copy it, and install joserfc.  As a command::

    python verifier.py pass.jwt --list list.jwt --keys jwks.json --tool sightline --version 3.2

It prints the verdict as JSON and ends with 0 where use is allowed, 1 where it is denied, 2 where the arguments cannot
be used.  From Python call `verify`.  Whatever is missing, damaged, outdated or unknown denies.

The list is an IETF Token Status List; ``docs/offline.md`` of the product has every claim.
"""

import argparse
import json
import sys
import time
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

PASS_TYPE, LIST_TYPE = "officer-pass+jwt", "statuslist+jwt"
ALGORITHM = "Ed25519"
"""The only one that is accepted (RFC 9864), whatever a token says of itself."""
VALID = 0
LEEWAY_SECONDS = 60
"""How far the signer's clock may be ahead of the device's.  An expiry is never stretched."""
MOST_BYTES = 8 * 1024 * 1024
"""Of a token, and of a list unpacked: more than a list of 50 million officers."""


class _Registry(JWSRegistry):
    max_payload_length = MOST_BYTES


_REGISTRY = _Registry(algorithms=[ALGORITHM])


@dataclass(frozen=True)
class Verdict:
    """The answer; *reason* is ``allowed`` or the one code of what stands against it."""

    allowed: bool
    reason: str
    obligations: tuple[str, ...] = ()
    """Restrictions to honour; a tool that does not know one must refuse."""
    until: int | None = None
    """Of an allow: the first second, since 1970, at which to ask again."""


class Denied(Exception):
    """Something stands against use; the text is its code."""


def verify(
    pass_token: str,
    list_token: str,
    keys: Mapping[str, Any],
    *,
    tool: str,
    version: str,
    at: int,
    purpose: str | None = None,
    list_not_before: int = 0,
) -> Verdict:
    """Return whether the holder of *pass_token* may use *version* of *tool* at *at*.

    :param list_token: the status list that the pass names, as it was fetched last.
    :param keys: the JSON Web Key Set of the issuer, which the device was given; never one that came with the pass.
    :param tool: the short name of the tool; with *version*, what the device knows of itself.
    :param at: now, in seconds since 1970.
    :param purpose: the code of the stated purpose; ``None`` where none is stated.
    :param list_not_before: when the newest list that the device has seen was signed (its ``iat``): an older one, put in
        its place, is refused.
    """
    try:
        shown = _pass(pass_token, keys, tool, version, purpose, at)
        listed = _list(list_token, keys, shown, list_not_before, at)
        return Verdict(True, "allowed", tuple(shown["obligations"]), min(shown["exp"], listed["exp"]))
    except Denied as denied:
        return Verdict(False, str(denied))
    except Exception:  # noqa: BLE001 - a fault of ours must not become an allow
        return Verdict(False, "internal-error")


def _pass(token: str, keys: Mapping[str, Any], tool: str, version: str, purpose: str | None, at: int) -> dict[str, Any]:
    shown = _opened(token, keys, PASS_TYPE, "pass", at)
    for name in ("purposes", "obligations"):
        if not isinstance(shown.get(name), list) or not all(isinstance(word, str) for word in shown[name]):
            raise Denied("pass-malformed")
    if shown.get("aud") != tool:
        raise Denied("wrong-tool")
    if shown.get("version") != version:
        raise Denied("wrong-version")
    if purpose is not None and purpose not in shown["purposes"]:
        raise Denied("purpose-not-permitted")
    return shown


def _list(token: str, keys: Mapping[str, Any], shown: dict[str, Any], not_before: int, at: int) -> dict[str, Any]:
    place = _member(_member(shown, "status", "pass"), "status_list", "pass")
    listed = _opened(token, keys, LIST_TYPE, "list", at)
    if not isinstance(place.get("uri"), str) or (listed.get("sub"), listed["iss"]) != (place["uri"], shown["iss"]):
        raise Denied("list-of-another")
    if not listed["iat"] >= not_before:
        raise Denied("list-older-than-seen")
    if _status(_member(listed, "status_list", "list"), place.get("idx")) != VALID:
        raise Denied("status-invalid")
    return listed


def _opened(token: str, keys: Mapping[str, Any], kind: str, what: str, at: int) -> dict[str, Any]:
    """Return the claims of a token that is signed, of its kind and in force at *at*."""
    if not token.strip():
        raise Denied(f"{what}-missing")
    try:
        found = jwt.decode(token.strip(), KeySet.import_key_set(_public(keys)), registry=_REGISTRY)
    except (JoseError, ValueError):
        raise Denied(f"{what}-unverifiable") from None
    claims = found.claims
    if found.header.get("typ") != kind or not isinstance(claims.get("iss"), str):
        raise Denied(f"{what}-malformed")
    if type(claims.get("iat")) is not int or type(claims.get("exp")) is not int:
        raise Denied(f"{what}-malformed")
    if not at < claims["exp"]:  # thus also where the clock gives no number
        raise Denied(f"{what}-expired")
    if not at >= claims["iat"] - LEEWAY_SECONDS:
        raise Denied(f"{what}-not-yet-valid")
    return claims


def _public(keys: Mapping[str, Any]) -> Any:
    """Return the keys that a token may be signed with, each with an id: a token names its key by it."""
    try:
        return {"keys": [key for key in keys["keys"] if key.get("kid") and key.get("crv") == ALGORITHM]}
    except (AttributeError, KeyError, TypeError):
        raise Denied("keys-unusable") from None


def _member(table: Mapping[str, Any], name: str, what: str) -> dict[str, Any]:
    found = table.get(name)
    if not isinstance(found, dict):
        raise Denied(f"{what}-malformed")
    return found


def _status(status_list: Mapping[str, Any], index: Any) -> int:
    """Return the value at *index*; the first of a byte stands in its lowest bits."""
    bits, packed = status_list.get("bits"), status_list.get("lst")
    if type(bits) is not int or bits not in (1, 2, 4, 8) or not isinstance(packed, str):
        raise Denied("list-malformed")
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MOST_BYTES)
    except (ValueError, zlib.error):
        raise Denied("list-malformed") from None
    if not unpacking.eof:
        raise Denied("list-malformed")
    if type(index) is not int or not 0 <= index < len(data) * 8 // bits:
        raise Denied("index-out-of-range")
    first = index * bits
    return data[first // 8] >> first % 8 & (1 << bits) - 1


def main(arguments: list[str] | None = None) -> int:
    """Check the pass that the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(description="Check an officer's pass without a network.", allow_abbrev=False)
    parser.add_argument("file", metavar="PASS", help="file with the pass, or - to read it from standard input")
    parser.add_argument("--list", type=Path, required=True, help="file with the status list, as fetched last")
    parser.add_argument("--keys", type=Path, required=True, help="file with the issuer's key set")
    parser.add_argument("--tool", required=True, help="short name of the tool")
    parser.add_argument("--version", required=True, help="version of the tool, as its vendor writes it")
    parser.add_argument("--purpose", help="code of the stated purpose")
    parser.add_argument("--at", type=int, help="seconds since 1970; default: this machine's clock")
    parser.add_argument("--list-not-before", type=int, default=0, help="iat of the newest list that was seen here")
    asked = parser.parse_args(arguments)
    try:
        shown = sys.stdin.read() if asked.file == "-" else Path(asked.file).read_text("ascii")
        listed, keys = asked.list.read_text("ascii"), json.loads(asked.keys.read_text("utf-8"))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    at = int(time.time()) if asked.at is None else asked.at
    stated = {"tool": asked.tool, "version": asked.version, "purpose": asked.purpose}
    verdict = verify(shown, listed, keys, **stated, at=at, list_not_before=asked.list_not_before)
    sys.stdout.write(json.dumps(asdict(verdict)) + "\n")
    return 0 if verdict.allowed else 1


if __name__ == "__main__":
    sys.exit(main())
