"""Translations in the parts of a draft: which text of the source language each says (`courses.translations`)."""

from collections.abc import Mapping
from typing import Any

from courses.translations import RECORDED, digest_of, lesson_text
from quizzes.parts import Content


def language_of(name: str) -> str:
    """Return the language of the lesson that the part *name* is; empty for any other part."""
    kind, _slash, rest = name.partition("/")
    return rest.partition("/")[0] if kind == "lesson" else ""


def recorded(name: str, content: Content, before: Content | None, *, source: str, original: Content | None) -> Content:
    """Return *content* of the part *name* with what each translation in it translates.

    What was recorded stays.  A translation that was not there before says what its original says now.

    :param before: the part as it stood.
    :param source: the source language.
    :param original: of a lesson in another language the lesson that it translates.
    """
    if language := language_of(name):
        return _with(content, before, lesson_text(original)) if language != source else content
    texts = content.get("texts")
    if not name.startswith("item/") or not isinstance(texts, Mapping):
        return content
    earlier: Mapping[str, Any] = (before or {}).get("texts", {})
    new = {
        tag: text if tag == source else _with(text, earlier.get(tag), texts.get(source)) for tag, text in texts.items()
    }
    return {**content, "texts": new}


def confirmed(name: str, content: Content, language: str, original: Content | None) -> Content:
    """Return *content* with its translation into *language* saying what *original*, its source text, says now."""
    if language_of(name):
        return {**content, RECORDED: digest_of(lesson_text(original))}
    texts = content["texts"]
    return {**content, "texts": {**texts, language: {**texts[language], RECORDED: digest_of(original)}}}


def _with(text: Content, before: Content | None, original: Content | None) -> Content:
    known = text.get(RECORDED) or (before.get(RECORDED) if before else digest_of(original))
    return {**text, RECORDED: known} if known else text
