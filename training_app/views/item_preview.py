"""An item that is being written, as an officer sees it, with what the officer is told about each answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.interaction_fields import ItemKind, read_interaction, texts_needed
from quizzes.interactions import Case, Interaction, NumericEntry, Response, Simple, TextEntry
from quizzes.item import CognitiveLevel, Item, read_item
from quizzes.parts import Content
from quizzes.prompts import Prompt, prompts_of
from training_app.forms import quiz as forms
from training_app.services.sittings import PaperQuestion
from training_app.wording import items as wording_of_items
from training_app.wording.missing import Missing


@dataclass(frozen=True, slots=True)
class Told:
    """What an officer is told about one answer."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The item in one language."""

    language: str
    question: PaperQuestion
    asked: list[forms.Asked]
    told: list[tuple[str, list[Told]]]
    """By the question of a case; its stem is empty where there is one question only."""


def item_preview(content: Content, languages: Sequence[str], missing: Sequence[Missing]) -> str:
    """Return the HTML that shows an item in each of *languages* in which its question is whole.

    :param missing: everything that stands between the item and its publication.
    """
    read = [(language, _in_language(content, language)) for language in languages]
    return render_template(
        "authoring/_item_preview.html",
        shown=[found for _language, found in read if found],
        unfinished=[language for language, found in read if found is None],
        missing=missing,
        several=len(languages) > 1,
    )


def _in_language(content: Content, language: str) -> InLanguage | None:
    """Return the item in *language*; ``None`` where its question, whatever stands around it, is not whole."""
    item = _question_alone(content, language)
    if item is None:
        return None
    text = item.texts[language]
    question = PaperQuestion(1, item, item.interaction.shuffled, language, text, Response(), None)
    form = forms.answer_form(question, sequence=0, prefix=f"preview-{language}")
    prompts = prompts_of(item, text, item.interaction.shuffled, item.interaction.key)
    told = [("" if len(prompts) == 1 else prompt.text.stem, list(_told(prompt))) for prompt in prompts]
    return InLanguage(language, question, forms.asked(form, question), told)


def _told(prompt: Prompt) -> list[Told]:
    """Return what is said about each answer to *prompt*, whose response is its key."""
    lines = [Told(line.text, line.right, line.why) for line in wording_of_items.lines(prompt)]
    if isinstance(prompt.interaction, NumericEntry | TextEntry):
        (wrong,) = wording_of_items.lines(replace(prompt, response=Response()))
        lines.append(Told(_("Anything else"), False, wrong.why))
    return lines


def _question_alone(content: Content, language: str) -> Item | None:
    """Return the item with its question in *language* as it is written and everything else made up."""
    kind = next((kind for kind in ItemKind if kind == content.get("kind")), None)
    if kind is None:
        return None
    faults: list[ContentError] = []
    questions = {name: value for name, value in content.items() if name not in ("enemies", "rating", "critical")}
    interaction = read_interaction(Fields(questions, file="", faults=faults), kind)
    text = content.get("texts", {}).get(language, {})
    points = sum(part.points for part in interaction.parts) if isinstance(interaction, Case) else 1
    whole = {
        **questions,
        "objective": "any",
        "level": CognitiveLevel.RECALL.value,
        "points": points,
        "sources": ["any"],
        "law_as_of": "2000-01-01",
        "review_by": None,
        "texts": {language: _with_feedback(text, interaction)},
    }
    item = read_item(Fields(whole, file="", faults=faults), module="", languages=(language,))
    return None if faults else item


def _with_feedback(text: Content, interaction: Interaction) -> dict[str, Any]:
    """Return *text* with a word in place of what officers are told wherever that is not written yet."""
    if isinstance(interaction, Case):
        parts: Mapping[str, Content] = text.get("parts", {})
        filled = {part.id: _told_or_not(parts.get(part.id, {}), part.interaction) for part in interaction.parts}
        return {**text, "parts": filled}
    return _told_or_not(text, interaction)


def _told_or_not(text: Content, interaction: Simple) -> dict[str, Any]:
    _options, needed = texts_needed(interaction)
    if not needed:
        return dict(text)
    written: Mapping[str, str] = text.get("feedback", {})
    return {**text, "feedback": {one: written.get(one) or _("Not written yet.") for one in needed}}
