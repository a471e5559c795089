"""Write ``docs/offline-vectors.json`` anew: keys, lists and passes with the answer that a verifier must give to each.

Nothing in it is secret: the keys are made from counted bytes, and the issuer is invented.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import compress

from joserfc.jwk import OKPKey

from training_app.rules import offline_pass, status_list
from training_app.rules.offline_pass import Terms
from training_app.rules.signing_keys import KeyRing, SigningKey

FILE = Path(__file__).resolve().parent.parent / "docs" / "offline-vectors.json"

ISSUER = "https://training.police.example"
LISTS = f"{ISSUER}/access/v1/status-lists"
URI, OTHER_URI = f"{LISTS}/7", f"{LISTS}/8"
SIGNED = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLACE, LIMITED_PLACE, REFUSED_PLACE = 4711, 131_071, 4712
TERMS = Terms(("identify-suspect", "missing-person"), ())
LIMITED = Terms(("missing-person",), ("two-hours-a-day",))


def _key(first: int, signs_from: datetime) -> SigningKey:
    x = urlsafe_b64encode(_public(seed := bytes(range(first, first + 32)))).rstrip(b"=").decode()
    d = urlsafe_b64encode(seed).rstrip(b"=").decode()
    return SigningKey(signs_from, OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "d": d}))


def _public(seed: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


OLD, NEW, STRANGER = (
    _key(0, SIGNED - timedelta(days=90)),
    _key(32, SIGNED - timedelta(hours=1)),
    _key(64, SIGNED - timedelta(days=90)),
)
RING = KeyRing([OLD, NEW])


def seconds(**after: int) -> int:
    """Return the second that is so long after the tokens were signed."""
    return int((SIGNED + timedelta(**after)).timestamp())


def pass_claims(**other: Any) -> dict[str, Any]:
    said = offline_pass.claims(
        TERMS, issuer=ISSUER, tool="sightline", version="3.2", place=PLACE, uri=URI, issued_at=SIGNED,
        expires=SIGNED + timedelta(hours=8),
    )  # fmt: skip
    return said | other


def list_claims(*, lst: str | None = None, uri: str = URI, **other: Any) -> dict[str, Any]:
    bits = status_list.packed([PLACE, LIMITED_PLACE], size=status_list.places(2))
    said = status_list.claims(
        status_list.compressed(bits) if lst is None else lst, issuer=ISSUER, uri=uri, aggregation_uri=LISTS,
        issued_at=SIGNED, expires=SIGNED + timedelta(hours=4),
    )  # fmt: skip
    return said | other


def _at(place: Any) -> dict[str, Any]:
    return {"status": {"status_list": {"idx": place, "uri": URI}}}


def _spoilt(token: str) -> str:
    """Return *token* with another claim under the same signature."""
    header, _claims, signature = token.split(".")
    claims = json.dumps(pass_claims(exp=seconds(hours=9000))).encode()
    return f"{header}.{urlsafe_b64encode(claims).rstrip(b'=').decode()}.{signature}"


def passes() -> dict[str, str]:
    def signed(key: SigningKey = NEW, kind: str = offline_pass.TYPE, **other: Any) -> str:
        return key.sign(pass_claims(**other), kind=kind)

    limited = {"purposes": list(LIMITED.purposes), "obligations": list(LIMITED.obligations)} | _at(LIMITED_PLACE)
    return {
        "good": signed(),
        "with a restriction": signed(**limited),
        "signed with the key before": signed(OLD),
        "signed by a stranger": signed(STRANGER),
        "with a claim changed": _spoilt(signed()),
        "not a token": "eyJhbGciOiJub25lIn0.e30.",
        "a list in its place": signed(kind=status_list.TYPE),
        "without an expiry": signed(exp=None),
        "purposes that are no list": signed(purposes="missing-person"),
        "without a place": signed(status={}),
        "place of a refused officer": signed(**_at(REFUSED_PLACE)),
        "place beyond the list": signed(**_at(131_072)),
        "place before the list": signed(**_at(-1)),
        "place that is no whole number": signed(**_at(True)),
        "empty": "",
    }  # fmt: skip


def lists() -> dict[str, str]:
    def signed(key: SigningKey = NEW, kind: str = status_list.TYPE, **other: Any) -> str:
        return key.sign(list_claims(**other), kind=kind)

    def bits(number: Any, lst: str) -> dict[str, Any]:
        return {"status_list": {"bits": number, "lst": lst}}

    one_valid_of_two_bits = status_list.compressed(bytes(PLACE // 4 + 1))
    return {
        "good": signed(),
        "signed with the key before": signed(OLD),
        "signed by a stranger": signed(STRANGER),
        "of another version": signed(uri=OTHER_URI),
        "of another issuer": signed(iss="https://elsewhere.example"),
        "everybody refused": signed(lst=status_list.compressed(b"\xff" * (2**14))),
        "two bits for a place": signed(**bits(2, one_valid_of_two_bits)),
        "three bits for a place": signed(**bits(3, one_valid_of_two_bits)),
        "not compressed": signed(lst="AAAA"),
        "cut off": signed(lst=status_list.compressed(bytes(range(256)) * 64)[:-8]),
        "unpacks to far too much": signed(lst=urlsafe_b64encode(compress(bytes(9 * 2**20), 9)).decode()),
        "without a list": signed(status_list=None),
        "a pass in its place": signed(kind=offline_pass.TYPE),
        "empty": "",
    }  # fmt: skip


#: What is asked, and what differs from it: the name of the case, pass, list, what else is asked, the answer.
_ASKED: dict[str, Any] = {"tool": "sightline", "version": "3.2", "purpose": None, "at": seconds(hours=1)}
_YES = {"allowed": True, "reason": "allowed", "obligations": [], "until": seconds(hours=4)}


def _no(reason: str) -> dict[str, Any]:
    return {"allowed": False, "reason": reason, "obligations": [], "until": None}


def _cases() -> Iterator[tuple[str, str, str, dict[str, Any], dict[str, Any]]]:
    good = "good"
    yield "allowed", good, good, {}, _YES
    yield "allowed for a stated purpose", good, good, {"purpose": "missing-person"}, _YES
    yield "the restriction comes with it", "with a restriction", good, {}, _YES | {"obligations": ["two-hours-a-day"]}
    yield "keys may change between the two", "signed with the key before", good, {}, _YES
    yield "and the other way round", good, "signed with the key before", {}, _YES
    yield "last second of the list", good, good, {"at": seconds(hours=4) - 1}, _YES
    yield "first second after the list", good, good, {"at": seconds(hours=4)}, _no("list-expired")
    yield "first second after the pass", good, good, {"at": seconds(hours=8)}, _no("pass-expired")
    yield "the device's clock is a minute behind", good, good, {"at": seconds(minutes=-1)}, _YES
    yield "the device's clock was set back", good, good, {"at": seconds(minutes=-2)}, _no("pass-not-yet-valid")
    yield "a list of two bits", good, "two bits for a place", {}, _YES
    yield "another tool", good, good, {"tool": "lockpick"}, _no("wrong-tool")
    yield "another version", good, good, {"version": "3.1"}, _no("wrong-version")
    yield "a purpose that is not in the pass", good, good, {"purpose": "fraud"}, _no("purpose-not-permitted")
    yield "refused since", "place of a refused officer", good, {}, _no("status-invalid")
    yield "the version was withdrawn", good, "everybody refused", {}, _no("status-invalid")
    for name in ("place beyond the list", "place before the list", "place that is no whole number"):
        yield name, name, good, {}, _no("index-out-of-range")
    for name in ("signed by a stranger", "with a claim changed", "not a token"):
        yield f"pass: {name}", name, good, {}, _no("pass-unverifiable")
    for name in ("a list in its place", "without an expiry", "purposes that are no list", "without a place"):
        yield f"pass: {name}", name, good, {}, _no("pass-malformed")
    yield "no pass", "empty", good, {}, _no("pass-missing")
    yield "no list", good, "empty", {}, _no("list-missing")
    yield "list: signed by a stranger", good, "signed by a stranger", {}, _no("list-unverifiable")
    for name in ("of another version", "of another issuer"):
        yield f"list: {name}", good, name, {}, _no("list-of-another")
    for name in (
        "three bits for a place", "not compressed", "cut off", "unpacks to far too much", "without a list",
        "a pass in its place",
    ):  # fmt: skip
        yield f"list: {name}", good, name, {}, _no("list-malformed")
    newer = {"list_not_before": seconds(seconds=1)}
    yield "a newer list was seen before", good, good, newer, _no("list-older-than-seen")
    yield (
        "the newest list was signed ahead of the device's clock",
        "good from before",
        "good",
        {"at": seconds(minutes=-2)},
        _no("list-not-yet-valid"),
    )
    yield "the device has no usable keys", good, good, {"keys": "none"}, _no("keys-unusable")
    yield "the device knows the key before only", good, good, {"keys": "before"}, _no("pass-unverifiable")


def vectors() -> dict[str, Any]:
    """Return the whole set."""
    earlier = pass_claims(iat=seconds(hours=-1))
    keys: dict[str, Any] = {
        "published": RING.published(at=SIGNED),
        "before": KeyRing([OLD]).published(at=SIGNED),
        "none": {},
    }
    cases = [
        {"name": name, "pass": shown, "list": listed, "asked": _ASKED | {"keys": "published"} | other, "answer": answer}
        for name, shown, listed, other, answer in _cases()
    ]
    return {
        "keys": keys,
        "passes": passes() | {"good from before": NEW.sign(earlier, kind=offline_pass.TYPE)},
        "lists": lists(),
        "cases": cases,
    }


def text() -> str:
    """Return the set as the file holds it."""
    return json.dumps(vectors(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
