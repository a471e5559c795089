"""Whose account it is that a learning platform launches: the claim that states the service number.

A claim is named by a path: ``lis.person_sourcedid``, ``ext.user_username``, ``custom.service_number``, a claim of the
token itself such as ``preferred_username``, or the whole name of a claim of the platform's own, which is an address.
"""

import re
from collections.abc import Mapping
from typing import Any

from training_app.rules.lti_claims import MOST_ID, identifier

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
GROUPS = ("custom", "ext", "lis")
"""Claims of LTI whose name can be left to its last word."""

_PATH = re.compile(r"(?:(?:custom|ext|lis)\.[A-Za-z0-9_.-]+|[A-Za-z0-9_-]+|https://[^\s]+)")


def is_path(text: str) -> bool:
    """Return whether *text* names a claim."""
    return len(text) <= MOST_ID and _PATH.fullmatch(text) is not None


def stated(claims: Mapping[str, Any], path: str) -> str | None:
    """Return what the claim at *path* states, without the spaces around it; ``None`` where it states nothing.

    A variable that the platform did not fill in (``$Person.sourcedId``) states nothing, and neither does an object.
    """
    group, dot, key = path.partition(".")
    found: object = claims.get(path)
    if dot and group in GROUPS:
        of_group = claims.get(LTI + group)
        found = of_group.get(key) if isinstance(of_group, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if abs(found) < 10**MOST_DIGITS else None
    text = identifier(found.strip()) if isinstance(found, str) else None
    return None if text is None or text.startswith("$") else text


MOST_DIGITS = 30
