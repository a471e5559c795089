"""What an author should look at before a module is reviewed.  It never stands between a module and its publication."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from courses.glossary import Glossary
from courses.module import Lesson, Module, lesson_file
from courses.reading import HARD_TO_READ, is_hard_to_read, lix, minutes_to_read
from courses.syntax import LESSON_LINK, TERM
from courses.translations import digest_of, lesson_text

TOO_LONG = 3
"""A lesson that says it takes so many times as long as its reading, and `THINKING` more, is looked at."""
THINKING = 5
"""Minutes that exercises and a pause may add to any lesson."""


class Look(StrEnum):
    """Why to look."""

    HARD_TO_READ = "hard-to-read"
    """``lix``, ``most``."""
    TOO_FEW_MINUTES = "too-few-minutes"
    """``stated``, ``read``: minutes as stated, and for reading alone."""
    TOO_MANY_MINUTES = "too-many-minutes"
    """``stated``, ``read``."""
    OLDER_THAN_SOURCE = "older-than-source"
    """``language``, ``source``, ``read``: the text of the source language changed since it was translated; it is named
    ``read`` now, by `courses.translations.digest_of`."""
    ORIGIN_UNKNOWN = "origin-unknown"
    """``language``, ``source``, ``read``: nobody recorded of which text it is the translation."""
    LEADS_HERE = "leads-here"
    """``module``, ``lesson``, ``target``: a lesson elsewhere links to one that is not here."""
    SOURCE_UNUSED = "source-unused"
    """``source``."""
    TERM_UNUSED = "term-unused"
    """``term``."""
    TERM_SHARED = "term-shared"
    """``term``: the shared glossary has it too; the module's own is shown in its lessons."""
    OBJECTIVE_UNTESTED = "objective-untested"
    """``objective``."""
    LAYOUT = "layout"
    """The file is not written as an export writes it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at, in one file."""

    file: str
    """As in `courses.errors.ContentError`."""
    look: Look
    values: Mapping[str, str | int] = field(default_factory=dict)
    """What the sentence names, by the names that stand with each `Look`."""
    item: str = ""
    """The item that it is about, in a bank."""


def module_advice(
    module: Module, *, catalogue: Collection[Module], glossary: Glossary, cited_by_items: Collection[str] = ()
) -> list[Advice]:
    """Return what the author of *module* should look at, in the order of its files; empty where there is nothing.

    :param catalogue: all modules whose lessons may link to it.
    :param glossary: the terms that all modules share.
    :param cited_by_items: ids of the sources that its items name.
    """
    used = {source for lessons in module.lessons.values() for lesson in lessons for source in lesson.sources}
    outline = f"{module.slug}/module.toml"
    return [
        *(
            Advice(outline, Look.SOURCE_UNUSED, {"source": source.id})
            for source in module.sources
            if source.id not in {*used, *cited_by_items}
        ),
        *_links_from_elsewhere(module, catalogue, outline),
        *_terms(module, glossary),
        *(found for lang, lessons in module.lessons.items() for one in lessons for found in _lesson(module, lang, one)),
    ]


def translation_advice(
    file: str, source: Mapping[str, object] | None, translates: str, names: Mapping[str, str], *, item: str = ""
) -> Iterator[Advice]:
    """Yield what there is to say of a translation of *source*, which says the text named *translates*.

    :param names: ``language`` of the translation and ``source`` language.
    """
    if source is not None and translates != digest_of(source):
        look = Look.OLDER_THAN_SOURCE if translates else Look.ORIGIN_UNKNOWN
        yield Advice(file, look, {**names, "read": digest_of(source)}, item)


def _lesson(module: Module, lang: str, lesson: Lesson) -> Iterator[Advice]:
    file = lesson_file(f"{module.slug}/{lang}", lesson.slug)
    if not lesson.body:
        return
    reading = minutes_to_read(lesson.body)
    minutes = {"stated": lesson.minutes, "read": reading}
    if is_hard_to_read(lesson.body):
        yield Advice(file, Look.HARD_TO_READ, {"lix": lix(lesson.body), "most": HARD_TO_READ})
    if 0 < lesson.minutes < reading:
        yield Advice(file, Look.TOO_FEW_MINUTES, minutes)
    elif lesson.minutes > TOO_LONG * reading + THINKING:
        yield Advice(file, Look.TOO_MANY_MINUTES, minutes)
    if lang != module.source_language:
        original = module.lesson_in(module.source_language, lesson.slug)
        source = None if original is None else lesson_text({"title": original[1].title, "body": original[1].body})
        names = {"language": lang, "source": module.source_language}
        yield from translation_advice(file, source, lesson.translates, names)


def _links_from_elsewhere(module: Module, catalogue: Collection[Module], outline: str) -> Iterator[Advice]:
    """Yield a dead link of another module for each lesson here that is gone or was renamed."""
    here = {lesson.slug for lesson in module.lessons.get(module.source_language, ())}
    for other in catalogue:
        if other.slug == module.slug:
            continue
        for lesson in other.lessons.get(other.source_language, ()):
            for target in sorted(_targets(lesson.body, module.slug) - here):
                names = {"module": other.slug, "lesson": lesson.slug, "target": target}
                yield Advice(outline, Look.LEADS_HERE, names)


def _targets(body: str, module: str) -> set[str]:
    return {link[2] for link in LESSON_LINK.finditer(body) if link[1] == module}


def _terms(module: Module, glossary: Glossary) -> Iterator[Advice]:
    file = f"{module.slug}/glossary.toml"
    bodies = [lesson.body for lessons in module.lessons.values() for lesson in lessons]
    used = {name.strip() for body in bodies for name in re.findall(TERM, body)}
    for term in module.glossary.terms:
        if glossary.get(term.id):
            yield Advice(file, Look.TERM_SHARED, {"term": term.id})
        if term.id not in used:
            yield Advice(file, Look.TERM_UNUSED, {"term": term.id})
