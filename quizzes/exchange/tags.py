"""What an item knows and other systems have no place for, as tags: ``level:apply``, ``source:led-7``, ``critical``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from courses.fields import SLUG
from quizzes.exchange.report import Notes, What
from quizzes.interaction_fields import ItemKind
from quizzes.interactions import Interaction, ReasonedVerdict
from quizzes.item import CognitiveLevel, Item

LONGEST_TAG = 50
"""Most characters of a tag in Moodle."""
CRITICAL = "critical"

E = TypeVar("E", ItemKind, CognitiveLevel)


@dataclass(frozen=True, slots=True)
class Told:
    """What the tags of a question say, as far as it is known here."""

    kind: ItemKind | None = None
    """The kind of the item before it was written in another."""
    level: CognitiveLevel | None = None
    sources: tuple[str, ...] = ()
    law_as_of: date | None = None
    review_by: date | None = None
    points: int | None = None
    critical: bool = False
    others: tuple[str, ...] = ()
    """Tags that say nothing to this system."""


def written(item: Item, asked: Interaction, *, line: int, notes: Notes) -> list[str]:
    """Return the tags of a question of *item* that asks *asked*; one too long for others is told and left out."""
    tags = [
        f"level:{item.level.value}",
        *(f"source:{source}" for source in item.sources),
        f"law-as-of:{item.law_as_of.isoformat()}",
    ]
    if item.review_by is not None:
        tags.append(f"review-by:{item.review_by.isoformat()}")
    if isinstance(asked, ReasonedVerdict):
        tags.append(f"kind:{ItemKind.REASONED_VERDICT.value}")
    if item.critical:
        tags.append(CRITICAL)
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            notes.add(line, What.LONG_TAG, tag, title=item.id)
    return [tag for tag in tags if len(tag) <= LONGEST_TAG]


def told(tags: Iterable[str]) -> Told:
    """Return what *tags* say; of two that contradict each other the first holds."""
    values: dict[str, list[str]] = {}
    others, critical = [], False
    for tag in tags:
        name, colon, value = tag.partition(":")
        if tag == CRITICAL:
            critical = True
        elif colon and name in ("kind", "level", "source", "law-as-of", "review-by", "points") and _says(name, value):
            values.setdefault(name, []).append(value)
        else:
            others.append(tag)
    first = {name: said[0] for name, said in values.items()}
    return Told(
        kind=_member(ItemKind, first.get("kind")),
        level=_member(CognitiveLevel, first.get("level")),
        sources=tuple(dict.fromkeys(values.get("source", ()))),
        law_as_of=_day(first.get("law-as-of")),
        review_by=_day(first.get("review-by")),
        points=int(first["points"]) if "points" in first else None,
        critical=critical,
        others=tuple(others),
    )


def _says(name: str, value: str) -> bool:
    match name:
        case "kind":
            return _member(ItemKind, value) is not None
        case "level":
            return _member(CognitiveLevel, value) is not None
        case "source":
            return SLUG.fullmatch(value) is not None
        case "points":
            return value.isascii() and value.isdecimal() and 0 < len(value) < 4 and int(value) > 0
        case _:
            return _day(value) is not None


def _member(kinds: type[E], value: str | None) -> E | None:
    return next((one for one in kinds if one.value == value), None)


def _day(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        return None
