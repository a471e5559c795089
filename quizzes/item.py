"""An item: one question, how it is answered, and in every language its texts with the reason for each option."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from courses.fields import Fields
from quizzes.interaction_fields import ItemKind, interaction_json, kind_of, read_interaction
from quizzes.interactions import Case, Interaction, Part, Response, TextEntry
from quizzes.item_text import ItemText, read_text


class CognitiveLevel(StrEnum):
    """What an item asks of an officer."""

    RECALL = "recall"
    APPLY = "apply"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    objective: str
    level: CognitiveLevel
    interaction: Interaction
    points: int
    sources: tuple[str, ...]
    """Ids of sources in the module's list."""
    law_as_of: date
    review_by: date | None
    """Set only where the item tests a date, or an article that is to change."""
    texts: Mapping[str, ItemText]
    critical: bool = False
    """Who does not get it wholly right fails the attempt, whatever the total."""
    enemies: tuple[str, ...] = ()
    """Ids of items that would give this one away, or ask the same: never on one paper with it."""
    rating: Fraction | None = None
    """The share of barely competent officers who would get it right, as the judges of a standard setting rated it."""
    country: str | None = None
    """Whose national law it asks about, as an ISO 3166-1 code of two letters.  Such an item is met in practice only:
    what is right in one country decides about nobody in another."""

    @property
    def kind(self) -> ItemKind:
        return kind_of(self.interaction)

    def text_in(self, lang: str) -> tuple[str, ItemText]:
        """Return the language really used for a reader of *lang*, the source language as the fallback, and the text."""
        used = lang if lang in self.texts else next(iter(self.texts))
        return used, self.texts[used]

    def to_json(self) -> dict[str, object]:
        """Return the item as JSON values, in the form of ``bank.toml`` with the texts of every language inside.

        What is at its default and came later than the first revisions is left out, so that their digests stay.
        """
        written: dict[str, object] = {
            "id": self.id,
            "kind": self.kind.value,
            "objective": self.objective,
            "level": self.level.value,
            **interaction_json(self.interaction),
            "points": self.points,
            "sources": list(self.sources),
            "law_as_of": self.law_as_of.isoformat(),
            "review_by": None if self.review_by is None else self.review_by.isoformat(),
            "texts": {lang: text.to_json() for lang, text in self.texts.items()},
        }
        if self.critical:
            written["critical"] = True
        if self.enemies:
            written["enemies"] = list(self.enemies)
        if self.rating is not None:
            written["rating"] = str(self.rating)
        if self.country is not None:
            written["country"] = self.country
        return written


def read_item(fields: Fields, *, module: str, languages: tuple[str, ...]) -> Item:
    """Return the item that *fields* describe, in the form of `Item.to_json`.

    It is fit for use only where ``fields.faults`` stays empty: the key fits the kind, and every option has its text
    and feedback in each of *languages*, the first of which is the source language.
    """
    item = Item(
        id=fields.slug("id"),
        objective=fields.text("objective"),
        level=fields.choice("level", CognitiveLevel),
        interaction=read_interaction(fields, fields.choice("kind", ItemKind)),
        points=fields.number("points"),
        sources=fields.strings("sources"),
        law_as_of=fields.day("law_as_of"),
        review_by=fields.optional_day("review_by"),
        texts={},
        critical=fields.optional_flag("critical"),
        enemies=fields.optional_strings("enemies"),
        rating=fields.optional_share("rating"),
        country=fields.text("country") if fields.has("country") else None,
    )
    _note_misfits(fields, item)
    texts = _texts(fields, item, module=module, languages=languages)
    fields.close()
    return replace(item, texts=texts, interaction=_with_accepted(item.interaction, tuple(texts.values())))


def _note_misfits(fields: Fields, item: Item) -> None:
    """Note what is wrong between the fields of *item*, each of which is well formed."""
    if not item.sources:
        fields.note("names no source")
    if item.review_by is not None and date.min < item.review_by <= item.law_as_of:
        fields.note("has a 'review_by' that is not after its 'law_as_of'")
    if item.country and not re.fullmatch("[A-Z]{2}", item.country):
        fields.note(f"has the country '{item.country}', which is not a code of two capital letters such as BE")
    if item.id in item.enemies:
        fields.note("names itself as its enemy")
    if isinstance(item.interaction, Case):
        of_parts = sum(part.points for part in item.interaction.parts)
        if item.points != of_parts:
            fields.note(f"has {item.points} points, but its parts have {of_parts}")


def _texts(fields: Fields, item: Item, *, module: str, languages: tuple[str, ...]) -> dict[str, ItemText]:
    by_language = fields.table("texts", place=f"{fields.place} texts")
    there = by_language.names()
    texts = {}
    for lang in languages:
        if lang not in there:
            fields.note(f"has no text in '{lang}'")
            continue
        text = by_language.table(lang, place=f"'{item.id}'")
        text.file = f"{module}/{lang}.toml"
        texts[lang] = read_text(text, item.interaction)
    return texts


def _with_accepted(interaction: Interaction, texts: tuple[ItemText, ...]) -> Interaction:
    """Return *interaction* with the answers in words that any of *texts* accepts."""
    match interaction:
        case TextEntry():
            return TextEntry(Response(answer for text in texts for answer in text.accepted))
        case Case(parts=parts):
            return Case(tuple(_part_with_accepted(part, texts) for part in parts))
        case _:
            return interaction


def _part_with_accepted(part: Part, texts: tuple[ItemText, ...]) -> Part:
    if not isinstance(part.interaction, TextEntry):
        return part
    of_part = [text.parts[part.id] for text in texts if part.id in text.parts]
    return replace(part, interaction=TextEntry(Response(answer for text in of_part for answer in text.accepted)))
