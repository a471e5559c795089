"""Which text of the source language a translation says, so that one that fell behind is seen."""

import hashlib
import json
from collections.abc import Mapping

LENGTH = 16
"""Hexadecimal digits that are kept of a digest: it tells texts of one lesson apart, and proves nothing."""

RECORDED = "translates"
"""The field of a lesson, or of an item's text, in which the digest is kept."""


def digest_of(text: Mapping[str, object] | None) -> str:
    """Return the name of what *text* says, as JSON values; fields that are empty say nothing.

    Empty where there is no text.
    """
    said = {} if text is None else _said({name: value for name, value in text.items() if name != RECORDED})
    if not said:
        return ""
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:LENGTH]


def lesson_text(lesson: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Return what is translated of a lesson as JSON values: its title and its body."""
    return None if lesson is None else {"title": lesson.get("title"), "body": lesson.get("body")}


def _said(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: said for name, entry in value.items() if (said := _said(entry)) not in ("", None, {}, [])}
    return value
