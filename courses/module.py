"""A module: the unit that is written, reviewed, published and taken; and the digest that names its revisions."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from courses.errors import ContentError
from courses.fields import SLUG, Fields
from courses.figures import Figure, read_figure
from courses.glossary import Glossary, Term, read_glossary

NO_TERMS = Glossary()

LESSON_SLUG = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")
"""A lesson is named with its place in the module: ``01-what-a-tool-does``."""


class ModuleKind(StrEnum):
    MODULE = "module"
    DELTA = "delta"
    """What changed in one tool version."""


class SourceStanding(StrEnum):
    """What weight a source has, so that nobody takes a recommendation for law."""

    LAW = "law"
    CASE = "case"
    RECOMMENDATION = "recommendation"
    GUIDANCE = "guidance"
    RESEARCH = "research"
    PRACTICE = "practice"
    ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True)
class Source:
    """What a statement rests on; lessons and items name it by its id."""

    id: str
    standing: SourceStanding
    text: str


@dataclass(frozen=True, slots=True)
class Objective:
    """What an officer can do after the module; each text reads after "You can"."""

    id: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One page of a module in one language."""

    slug: str
    """With its number, the same in every language: ``01-what-a-tool-does``."""
    title: str
    objective: str
    minutes: int
    """How long an officer needs, as the author judges it."""
    sources: tuple[str, ...]
    law_as_of: date
    """The law is stated as it stood on this day."""
    body: str
    """Markdown, as in `courses.render`."""
    translates: str = ""
    """Of a translation: which text of the source language it says, by `courses.translations.digest_of`."""


@dataclass(frozen=True, slots=True)
class Module:
    """Lessons, objectives and sources on one subject, in the languages that are complete.

    The first language is the source language: whatever a reader's language lacks is given in it.
    """

    slug: str
    kind: ModuleKind
    subject_area: str
    law_as_of: date
    prerequisites: tuple[str, ...]
    """Slugs of modules to be taken before."""
    languages: tuple[str, ...]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    objectives: tuple[Objective, ...]
    sources: tuple[Source, ...]
    lessons: Mapping[str, tuple[Lesson, ...]]
    """By language, in reading order."""
    glossary: Glossary = NO_TERMS
    """Terms of its own, beside those of the shared glossary."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """Drawings that the lessons show, by name."""

    @property
    def source_language(self) -> str:
        return self.languages[0]

    @property
    def minutes(self) -> int:
        """How long all lessons take, in minutes, as their author judges it."""
        return sum(lesson.minutes for lesson in self.lessons[self.source_language])

    def language_for(self, lang: str) -> str:
        """Return the language a reader of *lang* is given: *lang* where it is complete, else the source language."""
        return lang if lang in self.languages else self.source_language

    def title_in(self, lang: str) -> str:
        return self.title[self.language_for(lang)]

    def summary_in(self, lang: str) -> str:
        return self.summary[self.language_for(lang)]

    def lessons_in(self, lang: str) -> tuple[str, tuple[Lesson, ...]]:
        """Return the language that is really used for a reader of *lang*, and the lessons in it."""
        used = self.language_for(lang)
        return used, self.lessons[used]

    def lesson_in(self, lang: str, slug: str) -> tuple[str, Lesson] | None:
        """Return the language used and the lesson named *slug*, or ``None`` where there is none."""
        used, lessons = self.lessons_in(lang)
        return next(((used, lesson) for lesson in lessons if lesson.slug == slug), None)

    def objective_in(self, lang: str, objective: str) -> str:
        """Return the text of *objective*, an id; it reads after "You can".

        :raises KeyError: if the module has no such objective.
        """
        texts = {entry.id: entry.texts for entry in self.objectives}
        return texts[objective][self.language_for(lang)]

    def sources_of(self, lesson: Lesson) -> tuple[Source, ...]:
        """Return the sources that *lesson* names, in the order it names them."""
        known = {source.id: source for source in self.sources}
        return tuple(known[source] for source in lesson.sources if source in known)

    def to_json(self) -> dict[str, object]:
        """Return the module as JSON values, with everything that a revision must keep; see `from_json`.

        What is at its default and came later than the first revisions is left out, so that their digests stay.
        """
        written: dict[str, object] = {
            "slug": self.slug,
            "kind": self.kind.value,
            "subject_area": self.subject_area,
            "law_as_of": self.law_as_of.isoformat(),
            "prerequisites": list(self.prerequisites),
            "languages": list(self.languages),
            "title": dict(self.title),
            "summary": dict(self.summary),
            "objectives": [{"id": objective.id, **objective.texts} for objective in self.objectives],
            "sources": [
                {"id": source.id, "standing": source.standing.value, "text": source.text} for source in self.sources
            ],
            "lessons": {lang: [_lesson_json(lesson) for lesson in lessons] for lang, lessons in self.lessons.items()},
        }
        if self.glossary.terms:
            written["glossary"] = self.glossary.to_json()
        if self.figures:
            written["figures"] = {name: figure.svg for name, figure in sorted(self.figures.items())}
        return written

    @classmethod
    def from_json(cls, data: object) -> "Module":
        """Return the module whose `to_json` is *data*.

        :raises ContentError: for the first fault, if *data* has no such form.
        """
        faults: list[ContentError] = []
        module = read_module(Fields(data, file="module.json", faults=faults))
        if faults:
            raise faults[0]
        return module


def revision_digest(module_json: Mapping[str, object], bank_json: Mapping[str, object] | None) -> str:
    """Return the name of a revision: SHA-256, in hexadecimal, of the module and its bank in canonical JSON.

    Canonical: names sorted by code point, no space between tokens, text as UTF-8 and not escaped.  *bank_json* is
    ``None`` where a module has no quiz.  Any change of a letter gives another digest.
    """
    content = {"bank": bank_json, "module": module_json}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def read_module(fields: Fields) -> Module:
    """Return the module that *fields* describe; it is fit for use only where ``fields.faults`` stays empty.

    *fields* have the form of `Module.to_json`, dates as text or as TOML dates.
    """
    slug = fields.slug("slug")
    languages = fields.languages("languages")
    module = Module(
        slug=slug,
        kind=fields.choice("kind", ModuleKind),
        subject_area=fields.text("subject_area"),
        law_as_of=fields.day("law_as_of"),
        prerequisites=fields.strings("prerequisites"),
        languages=languages,
        title=_in_each(languages, fields, "title"),
        summary=_in_each(languages, fields, "summary"),
        objectives=tuple(_objective(entry, languages) for entry in fields.tables("objectives", each="objective")),
        sources=tuple(_source(entry) for entry in fields.tables("sources", each="source")),
        lessons=_lessons(fields.table("lessons", place="lessons"), slug, languages),
        glossary=_glossary(fields, slug, languages),
        figures=_figures(fields, slug),
    )
    fields.close()
    return module


def _glossary(fields: Fields, module: str, languages: tuple[str, ...]) -> Glossary:
    """Return the terms of the module's own by their id, each in its languages in the order of the module's."""
    if not fields.has("glossary"):
        return Glossary()
    terms = fields.table("glossary", place="")
    terms.file = f"{module}/glossary.toml"
    return Glossary(
        tuple(
            Term(term.id, dict(sorted(term.entries.items(), key=lambda entry: _place(entry[0], languages))))
            for term in sorted(read_glossary(terms).terms, key=lambda term: term.id)
        )
    )


def _place(language: str, languages: tuple[str, ...]) -> tuple[int, str]:
    return (languages.index(language) if language in languages else len(languages), language)


def _in_each(languages: tuple[str, ...], fields: Fields, name: str) -> dict[str, str]:
    """Return the texts of field *name*; each of *languages* must be among them."""
    texts = fields.texts(name)
    _require(languages, texts, fields, name)
    return texts


def _require(languages: tuple[str, ...], texts: Mapping[str, str], fields: Fields, name: str) -> None:
    for lang in languages:
        if lang not in texts:
            fields.note(f"lacks '{name}' in '{lang}'")


def _objective(fields: Fields, languages: tuple[str, ...]) -> Objective:
    objective = Objective(id=fields.slug("id"), texts=dict(fields.remaining_texts()))
    _require(languages, objective.texts, fields, "text")
    return objective


def _source(fields: Fields) -> Source:
    source = Source(id=fields.slug("id"), standing=fields.choice("standing", SourceStanding), text=fields.text("text"))
    fields.close()
    return source


def _lessons(fields: Fields, module: str, languages: tuple[str, ...]) -> dict[str, tuple[Lesson, ...]]:
    """Return the lessons of each of *languages*, every lesson read with the name of its own file."""
    lessons = {}
    for lang in languages:
        entries = fields.tables(lang, each="lesson")
        lessons[lang] = tuple(_lesson(entry, folder=f"{module}/{lang}") for entry in entries)
    fields.close()
    return lessons


def _lesson(fields: Fields, *, folder: str) -> Lesson:
    slug = fields.text("slug")
    fields.file, fields.place = lesson_file(folder, slug), "front matter"
    if not LESSON_SLUG.fullmatch(slug):
        fields.note("has a file name that is not like 01-what-a-tool-does.md")
    lesson = Lesson(
        slug=slug,
        title=fields.text("title"),
        objective=fields.text("objective"),
        minutes=fields.number("minutes"),
        sources=fields.strings("sources"),
        law_as_of=fields.day("law_as_of"),
        body=fields.text("body"),
        translates=fields.text("translates") if fields.has("translates") else "",
    )
    fields.close()
    return lesson


def _figures(fields: Fields, module: str) -> dict[str, Figure]:
    """Return the drawings, every one read with the name of its own file."""
    figures = {}
    for name, svg in fields.optional_texts("figures").items():
        file = figure_file(module, name)
        if not SLUG.fullmatch(name):
            fields.faults.append(ContentError(file, "has a name that is not small letters, digits and single hyphens"))
        figures[name], problems = read_figure(svg)
        fields.faults.extend(ContentError(file, problem) for problem in problems)
    return figures


def figure_file(module: str, name: str) -> str:
    """Return how a drawing's file is named in messages: ``ai-limits/figures/four-outcomes.svg``."""
    return f"{module}/figures/{name}.svg"


def lesson_file(folder: str, slug: str) -> str:
    """Return how a lesson's file is named in messages: ``ai-limits/en/01-what-a-tool-does.md``."""
    return f"{folder}/{slug}.md"


def _lesson_json(lesson: Lesson) -> dict[str, object]:
    written: dict[str, object] = {
        "slug": lesson.slug,
        "title": lesson.title,
        "objective": lesson.objective,
        "minutes": lesson.minutes,
        "sources": list(lesson.sources),
        "law_as_of": lesson.law_as_of.isoformat(),
        "body": lesson.body,
    }
    if lesson.translates:
        written["translates"] = lesson.translates
    return written
