"""The keys of platforms: fetched, kept, and fetched anew when a token names one that is not known."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from training_app.lti.calls import CallFailed, CallRules, PlatformSession

FRESH = timedelta(hours=1)
"""Keys are fetched anew after so long, so that one which the platform took back opens nothing."""
LONGEST = timedelta(hours=24)
"""Where the platform cannot be reached, the last keys do for so long."""
BETWEEN = timedelta(minutes=1)
"""Unknown keys make us ask a platform once in so long."""
MOST_KEYS = 50
LEAST_BITS = 2_048


def fetch(url: str, rules: CallRules) -> dict[str, Any]:
    """Return the key set at *url*, its keys that are of no use left out.

    :raises CallFailed: if there is none.
    """
    with PlatformSession(rules) as session:
        try:
            answer = session.get(url, headers={"Accept": "application/json"})
        except requests.RequestException as error:
            raise CallFailed(f"It cannot be called: {error}") from None
    if answer.status_code != 200:
        raise CallFailed(f"HTTP {answer.status_code}.")
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        raise CallFailed("The answer is no JSON.") from None
    return usable(found)


def usable(found: object) -> dict[str, Any]:
    """Return the key set *found* with its public RSA keys alone.

    :raises CallFailed: if it is no key set.
    """
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list):
        raise CallFailed("The answer is no JSON Web Key Set.")
    parts = ("kty", "kid", "alg", "use", "n", "e")
    public = [{name: one[name] for name in parts if isinstance(one.get(name), str)} for one in keys if _is_usable(one)]
    return {"keys": public[:MOST_KEYS]}


def _is_usable(key: object) -> bool:
    if not isinstance(key, dict) or key.get("kty") != "RSA":
        return False
    return key.get("use", "sig") == "sig" and key.get("alg", "RS256") == "RS256"


def named(key_set: Mapping[str, Any], kid: str) -> list[RSAKey]:
    """Return the keys called *kid* that can be used; of two with one name, either may have signed."""
    found = []
    for one in key_set.get("keys", []):
        if one.get("kid") != kid:
            continue
        try:
            key = RSAKey.import_key({name: one[name] for name in ("kty", "n", "e")})
            if key.raw_value.key_size >= LEAST_BITS:
                found.append(key)
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    return found


Fetched = tuple[Mapping[str, Any], datetime]
"""A key set, and when it was fetched."""


class KeysUnreachable(CallFailed):
    """The platform's keys cannot be fetched, and none are kept that would do."""


def for_token(
    kid: str, kept: Fetched | None, fetched: Callable[[], Mapping[str, Any]], *, at: datetime
) -> list[RSAKey]:
    """Return the keys that may have signed a token which names *kid*; none where the platform has no such key.

    :param kept: what was fetched last.
    :param fetched: fetches the keys now, and keeps them.
    :raises KeysUnreachable: if keys must be fetched and cannot be.
    """
    keys, age = (kept[0], at - kept[1]) if kept else ({}, LONGEST)
    found = named(keys, kid) if age < LONGEST else []
    if (found and age < FRESH) or (kept and not found and timedelta(0) <= age < BETWEEN):
        return found
    try:
        return named(fetched(), kid)
    except CallFailed as error:
        if found:
            return found
        raise KeysUnreachable(str(error)) from None
