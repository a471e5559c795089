"""Items as single questions, for systems that have no cases and no tables to mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quizzes.exchange.report import NotCarried, Notes, What
from quizzes.interactions import Case, Simple
from quizzes.item import Item
from quizzes.item_text import ItemText


@dataclass(frozen=True, slots=True)
class Single:
    """One question of an item."""

    name: str
    interaction: Simple
    text: ItemText
    points: int


def text_of(item: Item, language: str) -> ItemText:
    """Return the text of *item* in *language*.

    :raises NotCarried: if it has none.
    """
    if language not in item.texts:
        raise NotCarried(What.NOT_IN_LANGUAGE, language)
    return item.texts[language]


def as_questions(item: Item, language: str) -> list[Single]:
    """Return *item* as it is asked in *language*; each part of a case with the whole scenario before it.

    :raises NotCarried: if it has no text in that language.
    """
    text = text_of(item, language)
    case = item.interaction
    if not isinstance(case, Case):
        return [Single(item.id, case, text, item.points)]
    return [
        Single(
            f"{item.id}-{part.id}",
            part.interaction,
            replace(text.parts[part.id], stem=f"{text.stem}\n\n{text.parts[part.id].stem}"),
            part.points,
        )
        for part in case.parts
    ]


def marked_rows(text: ItemText) -> Mapping[str, str]:
    """Return each row of a table as one line that says every cell with its heading."""
    return {
        row: "; ".join(f"{column}: {cell}" for column, cell in zip(text.columns, cells, strict=True))
        for row, cells in text.rows.items()
    }


def tell_common_losses(items: Sequence[Item], language: str, notes: Notes) -> None:
    """Tell once for the whole file what no other system has a place for."""
    if items:
        notes.add(0, What.ONLY_TAGS)
    others = dict.fromkeys(other for item in items for other in item.texts if other != language)
    if others:
        notes.add(0, What.OTHER_LANGUAGES, ", ".join(others))


def tell_own_losses(item: Item, line: int, notes: Notes) -> None:
    """Tell what of *item* alone no other system has a place for."""
    if item.critical:
        notes.add(line, What.CRITICAL, title=item.id)
    if item.enemies:
        notes.add(line, What.ENEMIES, ", ".join(item.enemies), title=item.id)
    if item.rating is not None:
        notes.add(line, What.RATING, title=item.id)
