"""An item as officers are asked it: what statistics and ratings are about."""

import hashlib
import json

from quizzes.item import Item

#: What an author may change of an item without officers being asked anything else.
BESIDE = ("objective", "level", "sources", "law_as_of", "review_by", "critical", "enemies", "rating")


def item_revision(item: Item) -> str:
    """Return the name of *item* as it is asked: its id, and 16 digits of the SHA-256 of texts, options, key and points.

    Modules are published again and again, and most items stay as they were: those of the same name are one item, and
    what officers did with it counts together.  Another word, another key or other points make another.
    """
    asked = {name: value for name, value in item.to_json().items() if name not in BESIDE}
    written = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{item.id}:{hashlib.sha256(written.encode()).hexdigest()[:16]}"
