"""How a question from elsewhere will look as an item, before it is one."""

from dataclasses import dataclass, replace
from datetime import date

from quizzes.exchange.placing import Placed
from quizzes.interaction_fields import ItemKind, texts_needed
from quizzes.interactions import Case, Interaction
from quizzes.item import Item
from quizzes.item_text import ItemText
from quizzes.prompts import prompts_of
from training_app.services.exchange import Entry
from training_app.wording import items as wording_of_items
from training_app.wording.items import Line


@dataclass(frozen=True, slots=True)
class Shown:
    """One question with its key, and what it is given."""

    entry: Entry
    kind: ItemKind
    given: Placed
    asked: list[tuple[str, list[Line]]]
    """Of a case the question of each part, else nothing; with the lines of its key."""


def shown(entry: Entry, given: Placed, language: str) -> Shown:
    question = entry.question
    item = Item(
        id=entry.name,
        objective=given.objective,
        level=given.level,
        interaction=question.interaction,
        points=question.points,
        sources=given.sources,
        law_as_of=given.law_as_of or date.min,
        review_by=given.review_by,
        texts={language: _with_blank_feedback(question.text, question.interaction)},
    )
    _used, text = item.text_in(language)
    prompts = prompts_of(item, text, item.interaction.shuffled, item.interaction.key)
    lines = [("" if len(prompts) == 1 else prompt.text.stem, wording_of_items.lines(prompt)) for prompt in prompts]
    return Shown(entry, item.kind, given, lines)


def _with_blank_feedback(text: ItemText, interaction: Interaction) -> ItemText:
    """Return *text* with nothing said where a feedback is missing: officers never see it so, its author does."""
    if isinstance(interaction, Case):
        parts = {part.id: _with_blank_feedback(text.parts[part.id], part.interaction) for part in interaction.parts}
        return replace(text, parts=parts)
    _texts, needed = texts_needed(interaction)
    return replace(text, feedback={name: text.feedback.get(name, "") for name in needed})
