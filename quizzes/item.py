"""An item: one question with its options, its key and, for each option, why it is right or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from courses.fields import Fields


class ItemKind(StrEnum):
    SINGLE_CHOICE = "single-choice"
    """Exactly one option is the key."""
    MULTIPLE_RESPONSE = "multiple-response"
    """One option or more is a key, and one at least is not."""


class CognitiveLevel(StrEnum):
    """What an item asks of an officer."""

    RECALL = "recall"
    APPLY = "apply"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item in one language; options and feedback by option id."""

    stem: str
    options: Mapping[str, str]
    feedback: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    kind: ItemKind
    objective: str
    level: CognitiveLevel
    options: tuple[str, ...]
    """Option ids as the author ordered them; every paper shuffles them."""
    key: frozenset[str]
    points: int
    sources: tuple[str, ...]
    """Ids of sources in the module's list."""
    law_as_of: date
    review_by: date | None
    """Set only where the item tests a date, or an article that is to change."""
    texts: Mapping[str, ItemText]

    def text_in(self, lang: str) -> tuple[str, ItemText]:
        """Return the language really used for a reader of *lang*, the source language as the fallback, and the text."""
        used = lang if lang in self.texts else next(iter(self.texts))
        return used, self.texts[used]

    def to_json(self) -> dict[str, object]:
        """Return the item as JSON values, in the form of ``bank.toml`` with the texts of every language inside."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "objective": self.objective,
            "level": self.level.value,
            "options": list(self.options),
            "key": [option for option in self.options if option in self.key],
            "points": self.points,
            "sources": list(self.sources),
            "law_as_of": self.law_as_of.isoformat(),
            "review_by": None if self.review_by is None else self.review_by.isoformat(),
            "texts": {
                lang: {"stem": text.stem, "options": dict(text.options), "feedback": dict(text.feedback)}
                for lang, text in self.texts.items()
            },
        }


def read_item(fields: Fields, *, module: str, languages: tuple[str, ...]) -> Item:
    """Return the item that *fields* describe, in the form of `Item.to_json`.

    It is fit for use only where ``fields.faults`` stays empty: the key fits the kind, and every option has its text
    and feedback in each of *languages*, the first of which is the source language.
    """
    before = len(fields.faults)
    item = Item(
        id=fields.slug("id"),
        kind=fields.choice("kind", ItemKind),
        objective=fields.text("objective"),
        level=fields.choice("level", CognitiveLevel),
        options=fields.strings("options"),
        key=frozenset(fields.strings("key")),
        points=fields.number("points"),
        sources=fields.strings("sources"),
        law_as_of=fields.day("law_as_of"),
        review_by=fields.optional_day("review_by"),
        texts={},
    )
    if len(fields.faults) == before:
        for problem in _misfits(item):
            fields.note(problem)
    texts = _texts(fields, item, module=module, languages=languages)
    fields.close()
    return replace(item, texts=texts)


def _misfits(item: Item) -> list[str]:
    """Return what is wrong between the fields of *item*, each of which is well formed."""
    problems = []
    if len(item.options) < 2:
        problems.append("has fewer than two options")
    if unknown := sorted(item.key - set(item.options)):
        problems.append(f"has a key that is not among its options: {', '.join(unknown)}")
    if not item.key:
        problems.append("has no key")
    elif item.kind is ItemKind.SINGLE_CHOICE and len(item.key) > 1:
        problems.append("is single-choice and has more than one key")
    elif item.kind is ItemKind.MULTIPLE_RESPONSE and item.key >= set(item.options):
        problems.append("has no wrong option")
    if not item.sources:
        problems.append("names no source")
    if item.review_by is not None and item.review_by <= item.law_as_of:
        problems.append("has a 'review_by' that is not after its 'law_as_of'")
    return problems


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
        texts[lang] = _text(text, item.options)
    return texts


def _text(fields: Fields, options: tuple[str, ...]) -> ItemText:
    text = ItemText(stem=fields.text("stem"), options=fields.texts("options"), feedback=fields.texts("feedback"))
    for name, written in (("options", text.options), ("feedback", text.feedback)):
        for option in options:
            if option not in written:
                fields.note(f"lacks '{name}' for option '{option}'")
        for unknown in sorted(set(written) - set(options)):
            fields.note(f"has '{name}' for '{unknown}', which is not an option")
    fields.close()
    return text
