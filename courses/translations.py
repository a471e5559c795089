"""Which text of the source language a translation says, so that one that fell behind is seen."""

import hashlib
import json
from collections.abc import Mapping

LENGTH = 16
"""Hexadecimal digits that are kept of a digest: it tells texts of one lesson apart, and proves nothing."""


def digest_of(text: Mapping[str, object] | None) -> str:
    """Return the name of what *text* says in the source language: a lesson, or an item's text, as JSON values.

    Only what is translated counts: title and body of a lesson, all of an item's text.  Empty where there is none.
    """
    if not text:
        return ""
    said = {name: text.get(name) for name in ("title", "body")} if "body" in text else dict(text)
    said.pop("translates", None)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:LENGTH]
