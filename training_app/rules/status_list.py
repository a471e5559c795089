"""Who may use a version, as one bit for each place on a list that names nobody.

Source: IETF OAuth Token Status List (draft-ietf-oauth-status-list), the JWT form with one bit for a place: 0 says
VALID, 1 INVALID.  Everything that is not a certain yes is INVALID, a place that nobody has as well as an officer who is
refused: who reads a list cannot tell the two apart, and not one ground from another.
"""

import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import ToolFacts

TYPE = "statuslist+jwt"
LEAST_PLACES = 2**17
"""Even a tool with a handful of officers has a list of so many places."""
TTL = timedelta(minutes=5)
"""After so long a device that has a network fetches the list again."""


def places(assigned: int) -> int:
    """Return how many places a list has of which *assigned* belong to somebody: a power of two, at least half empty.

    It never shrinks as more are assigned, so that a place keeps its number.
    """
    return max(LEAST_PLACES, 1 << (2 * assigned - 1).bit_length() if assigned else 0)


def packed(valid: Iterable[int], *, size: int) -> bytes:
    """Return *size* bits (a multiple of 8), 0 at the places that are *valid*; the first of a byte is its lowest bit.

    :raises IndexError: for a place outside the list.
    """
    bits = bytearray(b"\xff") * (size // 8)
    for place in valid:
        if place < 0:
            raise IndexError(place)
        bits[place >> 3] &= ~(1 << (place & 7))
    return bytes(bits)


def compressed(bits: bytes) -> str:
    """Return what stands in a list's ``lst``: the bits, DEFLATE in the ZLIB form, in base64url without padding."""
    return urlsafe_b64encode(zlib.compress(bits, level=9)).rstrip(b"=").decode("ascii")


def expires_at(tool: ToolFacts, *, on: CivilInstant, longest: timedelta) -> datetime:
    """Return when a list that is signed now expires: before anything takes effect that is recorded about the tool."""
    coming = [fact.effective_at for fact in tool.timeline() if fact.effective_at > on.instant]
    return min([on.instant + longest, *coming])


def claims(
    lst: str, *, issuer: str, uri: str, aggregation_uri: str, issued_at: datetime, expires: datetime
) -> dict[str, Any]:
    """Return what a signed list says; *uri* is its own address, by which passes name it."""
    return {
        "iss": issuer,
        "sub": uri,
        "iat": int(issued_at.timestamp()),
        "exp": int(expires.timestamp()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": 1, "lst": lst, "aggregation_uri": aggregation_uri},
    }
