"""The pages of a package: plain HTML that reads well without a platform and without scripts."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from courses.glossary import Glossary
from courses.labs import Placed
from courses.module import Lesson, Module, Source
from courses.render import Rendered, render
from courses.scorm.manifest import FIRST

#: The archive is of one origin, and needs nothing else: a platform may be strict, or not.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_EXTERNAL = re.compile(r'(<a [^>]*rel="external noopener noreferrer")')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_DIGITS_OF_REVISION = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the pages of one language say beside the lessons; ``{}`` stands for what is filled in."""

    language: str
    """In which these words are; another than the lessons' where nobody has translated them."""
    name_of_language: str
    """Of the module's language, in itself: "Français"."""
    skip: str
    lessons: str
    lesson_of: str
    """Number, last number."""
    minutes: str
    """Number."""
    read_button: str
    was_read: str
    previous: str
    next: str
    contents: str
    glossary: str
    sources: str
    revision: str
    """Digits."""
    law_as_of: str
    """Day."""
    what_it_is: str
    not_a_certificate: str
    other_languages: str
    elsewhere_title: str
    elsewhere: str
    lab: str
    """That an exercise is worked with in the product."""
    languages: str
    frame: str
    standings: Mapping[str, str]
    """By the value of `SourceStanding`."""
    days: Mapping[str, str]
    """Days that are named, in words, by their ISO form."""


class Pages:
    """All pages of a module's package, by their path."""

    def __init__(
        self,
        module: Module,
        digest: str,
        *,
        glossary: Glossary,
        words: Mapping[str, Words],
        lab: Callable[[str], Callable[[Placed], str]],
    ) -> None:
        self._module, self._revision = module, digest[:_DIGITS_OF_REVISION]
        self._glossary, self._words, self._lab = glossary, words, lab

    def all(self) -> dict[str, str]:
        made = {FIRST: self._first()}
        for language in self._module.languages:
            made |= self._in(language)
        return made

    def _first(self) -> str:
        """Return the page that a platform opens: it holds the others in a frame, and keeps to the platform for them.

        Without a platform it is a list of the languages.
        """
        source = self._module.source_language
        words = self._words[source]
        slugs = " ".join(lesson.slug for lesson in self._module.lessons[source])
        known = " ".join(
            f"{language}/{page}.html"
            for language in self._module.languages
            for page in ("index", *(lesson.slug for lesson in self._module.lessons[language]))
        )
        links = "".join(
            f'<li><a href="{_quoted(language)}/index.html" lang="{_quoted(language)}">{_escaped(title)}</a> '
            f'<span class="soft" lang="{_quoted(language)}">'
            f"({_escaped(self._words[language].name_of_language)})</span></li>"
            for language in self._module.languages
            for title in [self._module.title[language]]
        )
        title = self._module.title[source]
        body = (
            f'<main class="start"><h1 lang="{_quoted(source)}">{_escaped(title)}</h1>'
            f'<nav aria-label="{_quoted(words.languages)}"><ul>{links}</ul></nav></main>'
            f'<iframe class="lessons" title="{_quoted(words.frame)}" hidden></iframe>'
        )
        data = (
            f' data-revision="{_quoted(self._revision)}" data-lessons="{_quoted(slugs)}" data-pages="{_quoted(known)}"'
        )
        return _document(words.language, title, body, up="", script="player.js", data=data, kind="player")

    def _in(self, language: str) -> dict[str, str]:
        used: dict[str, None] = {}
        elsewhere: dict[str, None] = {}
        lessons = self._module.lessons[language]
        made = {}
        for place, lesson in enumerate(lessons):
            made[f"{language}/{lesson.slug}.html"] = self._lesson(language, place, lesson, used, elsewhere)
        made[f"{language}/index.html"] = self._contents(language, glossary=bool(used), elsewhere=bool(elsewhere))
        if used:
            made[f"{language}/glossary.html"] = self._terms(language, used)
        return made

    # -- a lesson ------------------------------------------------------------------------------------------------------

    def _lesson(
        self, language: str, place: int, lesson: Lesson, used: dict[str, None], elsewhere: dict[str, None]
    ) -> str:
        words, lessons = self._words[language], self._module.lessons[language]
        rendered = self._rendered(language, lesson, used, elsewhere)
        following = f"{lessons[place + 1].slug}.html" if place + 1 < len(lessons) else "index.html"
        where = words.lesson_of.format(place + 1, len(lessons)) + ", " + words.minutes.format(lesson.minutes)
        body = (
            f'<p class="back"><a href="index.html" lang="{_quoted(language)}">'
            f"{_escaped(self._module.title[language])}</a></p>"
            f'<div class="heading"><h1 lang="{_quoted(language)}">{_escaped(lesson.title)}</h1></div>'
            f'<p class="soft">{_escaped(where)}</p>'
            f'<article class="prose" lang="{_quoted(language)}">{rendered.html}</article>'
            f"{self._source_list(words, rendered.sources, lesson.law_as_of.isoformat())}"
            f'<div class="read-it" hidden><button class="btn primary" type="button" data-read="{_quoted(lesson.slug)}" '
            f'data-next="{_quoted(following)}">{_escaped(words.read_button)}</button></div>'
            f'<nav class="between" aria-label="{_quoted(words.lessons)}">{_between(words, lessons, place)}</nav>'
        )
        return self._page(language, f"{language}/{lesson.slug}.html", lesson.title, body)

    def _rendered(self, language: str, lesson: Lesson, used: dict[str, None], elsewhere: dict[str, None]) -> Rendered:
        own = {one.slug for one in self._module.lessons[language]}
        show = self._lab(language)

        def link(module: str, slug: str) -> str:
            if module == self._module.slug and slug in own:
                return f"{slug}.html"
            elsewhere[module] = None
            return "index.html#elsewhere"

        def term(name: str) -> str:
            used[name] = None
            return f"glossary.html#term-{name}"

        def lab(placed: Placed) -> str:
            # Its form asks the server, and here is none: the exercise is shown as it begins.
            note = f'<p class="lab-note soft">{_escaped(self._words[language].lab)}</p>'
            return _FORM.sub("", show(placed)) + note

        rendered = render(
            lesson.body,
            lang=language,
            glossary=self._glossary,
            sources=self._module.sources_of(lesson),
            link=link,
            glossary_link=term,
            figures=self._module.figures,
            lab=lab,
            file=f"{self._module.slug}/{language}/{lesson.slug}",
        )
        # In the frame of a platform, a page of somebody else would take the place of the lesson.
        shown = _EXTERNAL.sub(r'\1 target="_blank"', rendered.html)
        return Rendered(shown, rendered.headings, rendered.cited, rendered.labs, rendered.sources)

    def _source_list(self, words: Words, sources: tuple[Source, ...], law_as_of: str) -> str:
        law = f'<p class="soft">{_escaped(words.law_as_of.format(words.days[law_as_of]))}</p>'
        if not sources:
            return law
        written_in = self._module.source_language
        items = "".join(
            f'<li id="source-{_quoted(one.id)}"><span lang="{_quoted(written_in)}">{_escaped(one.text)}</span> '
            f'<span class="soft">({_escaped(words.standings[one.standing.value])})</span></li>'
            for one in sources
        )
        return (
            f'<section class="flow sources" aria-labelledby="sources"><h2 id="sources">{_escaped(words.sources)}</h2>'
            f"<ol>{items}</ol>{law}</section>"
        )

    # -- the pages around ----------------------------------------------------------------------------------------------

    def _contents(self, language: str, *, glossary: bool, elsewhere: bool) -> str:
        """Return the first page of a language: what this is, what it is not, and the lessons."""
        words, module = self._words[language], self._module
        lessons = "".join(
            f'<li data-lesson="{_quoted(one.slug)}"><a href="{_quoted(one.slug)}.html" lang="{_quoted(language)}">'
            f'{_escaped(one.title)}</a> <span class="soft">{_escaped(words.minutes.format(one.minutes))}</span>'
            f"<span data-was-read hidden> <strong>{_escaped(words.was_read)}</strong></span></li>"
            for one in module.lessons[language]
        )
        others = "".join(
            f'<li><a href="../{_quoted(one)}/index.html" lang="{_quoted(one)}">'
            f"{_escaped(self._words[one].name_of_language)}</a></li>"
            for one in module.languages
            if one != language
        )
        terms = f'<p><a href="glossary.html">{_escaped(words.glossary)}</a></p>' if glossary else ""
        body = (
            f'<div class="heading" lang="{_quoted(language)}"><h1>{_escaped(module.title[language])}</h1>'
            f'<p class="lede">{_escaped(module.summary[language])}</p></div>'
            f'<div class="notice info"><div class="flow"><p>{_escaped(words.what_it_is)}</p>'
            f"<p><strong>{_escaped(words.not_a_certificate)}</strong></p>"
            f'<p class="soft">{_escaped(words.revision.format(self._revision))}</p></div></div>'
            f"<h2>{_escaped(words.lessons)}</h2><ol>{lessons}</ol>{terms}"
        )
        if others:
            body += f"<h2>{_escaped(words.other_languages)}</h2><ul>{others}</ul>"
        if elsewhere:
            body += f'<h2 id="elsewhere">{_escaped(words.elsewhere_title)}</h2><p>{_escaped(words.elsewhere)}</p>'
        body += self._source_list(words, module.sources, module.law_as_of.isoformat())
        return self._page(language, f"{language}/index.html", module.title[language], body)

    def _terms(self, language: str, used: Mapping[str, None]) -> str:
        words = self._words[language]
        entries = ""
        for term in self._glossary.terms_in(language):
            if term.id in used:
                written_in, entry = term.entry_in(language)
                entries += (
                    f'<div lang="{_quoted(written_in)}"><dt id="term-{_quoted(term.id)}">{_escaped(entry.term)}</dt>'
                    f"<dd>{_escaped(entry.text)}</dd></div>"
                )
        body = (
            f'<p class="back"><a href="index.html">{_escaped(words.contents)}</a></p>'
            f'<div class="heading"><h1>{_escaped(words.glossary)}</h1></div><dl class="terms">{entries}</dl>'
        )
        return self._page(language, f"{language}/glossary.html", words.glossary, body)

    def _page(self, language: str, path: str, title: str, body: str) -> str:
        words = self._words[language]
        shown = (
            f'<a class="skip" href="#main">{_escaped(words.skip)}</a>'
            f'<main id="main" class="inner read" tabindex="-1">{body}</main>'
        )
        data = f' data-page="{_quoted(path)}"'
        return _document(words.language, title, shown, up="../", script="lesson.js", data=data, kind="page")


def _between(words: Words, lessons: tuple[Lesson, ...], place: int) -> str:
    before = f'<a href="{_quoted(lessons[place - 1].slug)}.html">{_escaped(words.previous)}</a> ' if place else ""
    if place + 1 < len(lessons):
        return f'{before}<a href="{_quoted(lessons[place + 1].slug)}.html">{_escaped(words.next)}</a>'
    return f'{before}<a href="index.html">{_escaped(words.contents)}</a>'


def _document(language: str, title: str, body: str, *, up: str, script: str, data: str, kind: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{_quoted(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_quoted(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_escaped(title)}</title>\n"
        f'<link rel="stylesheet" href="{up}css/app.css">\n<link rel="stylesheet" href="{up}css/package.css">\n'
        f'<script defer src="{up}js/{script}"></script>\n'
        f'</head>\n<body class="{kind}"{data}>\n{body}\n</body>\n</html>\n'
    )


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _quoted(text: str) -> str:
    return html.escape(text, quote=True)
