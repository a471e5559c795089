"""An item as officers are asked it: what statistics and ratings are about."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from quizzes.item import Item

#: What an author may change of an item without officers being asked anything else.
BESIDE = ("objective", "level", "sources", "law_as_of", "review_by", "critical", "enemies", "rating")


def item_revision(item: Item) -> str:
    """Return the name of *item* as it is asked: its id, and 16 digits of the SHA-256 of texts, options, key and points.

    Modules are published again and again, and most items stay as they were: those of the same name are one item, and
    what officers did with it counts together.  Another word, another key or other points make another.
    """
    written = json.dumps(_asked(item.to_json()), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{item.id}:{hashlib.sha256(written.encode()).hexdigest()[:16]}"


def asks_the_same(item: Item, content: Mapping[str, Any]) -> bool:
    """Tell whether *content*, an item as it is being written, asks officers what *item* does."""
    return _asked(item.to_json()) == _asked(content)


def _asked(written: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in written.items() if name not in BESIDE}
