"""A lesson's Markdown as HTML that is safe to put into a page with a strict content security policy."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import nh3
from markdown import Markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension, slugify_unicode

from courses.errors import ContentError
from courses.figures import Figure
from courses.glossary import Glossary
from courses.labs import Placed
from courses.module import Source
from courses.syntax import BOXES, HEADINGS, Heading, LessonMarkdown, Page

__all__ = ["BOXES", "Heading", "Rendered", "faults_in", "figures_in", "render"]

# No class stands here: nh3 takes the classes it may keep from `allowed_classes` alone.
_ATTRIBUTES: dict[str, set[str]] = {
    # Said aloud, or nh3 keeps "title" and "lang" on every element.
    "*": set(),
    "a": {"href", "rel", "aria-label"},
    "dfn": {"lang"},
    "div": {"aria-label", "aria-labelledby", "data-slot"},
    "ol": {"start"},
    "p": {"id"},
    **{heading: {"id"} for heading in HEADINGS[1:]},
}
_VALUES = {
    "div": {"role": {"note", "region"}, "tabindex": {"0"}},
    "pre": {"tabindex": {"0"}},
    "th": {"scope": {"col"}},
}
_SLOT = re.compile(r'<div data-slot="(\d+)"></div>')
_NO_FIGURES: Mapping[str, Figure] = MappingProxyType({})
_ALIGNED = {"align-left", "align-center", "align-right"}
_SANITISER = nh3.Cleaner(
    tags={
        *("a", "blockquote", "br", "code", "dfn", "div", "em", "hr", "li", "ol", "p", "pre", "strong", "sup", "ul"),
        *("table", "thead", "tbody", "tr", "th", "td"),
        *HEADINGS[1:],
    },
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    allowed_classes={
        "div": {"box", "scroll", *(f"box-{kind}" for kind in BOXES)},
        "p": {"box-title"},
        "th": _ALIGNED,
        "td": _ALIGNED,
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A lesson ready to be shown."""

    html: str
    headings: tuple[Heading, ...]
    cited: tuple[str, ...]
    """Ids of sources in the order of their first citation: the text shows the first as [1]."""
    labs: tuple[Placed, ...]
    """In the order of their places."""
    sources: tuple[Source, ...]
    """The list for the lesson's foot, numbered from 1: the cited ones in that order, then the others."""


def render(
    body: str,
    *,
    lang: str,
    glossary: Glossary,
    sources: Sequence[Source],
    link: Callable[[str, str], str],
    glossary_link: Callable[[str], str],
    figures: Mapping[str, Figure] = _NO_FIGURES,
    lab: Callable[[Placed], str] | None = None,
    file: str = "lesson",
) -> Rendered:
    """Return the HTML of a lesson's *body*.

    The first use of a glossary term is a ``<dfn>`` that links to the glossary.  A citation links to
    ``#source-<id>``, an id which the list of sources at the foot must carry.  Headings have ids that begin with
    ``section-``, so that none meets an id of the page around.  HTML in the body is shown as text, and a link to
    anything but a lesson, a web page or a mail address loses its target.

    :param lang: language of the body; labels for screen readers and terms without own text are given in it.
    :param sources: the sources that the lesson lists; only these may be cited.
    :param link: gives the address of a lesson from its module and its slug.
    :param glossary_link: gives the address of a term from its id.
    :param figures: the drawings that the lesson may show, by name.
    :param lab: gives the HTML of a lab, which is put into the page as it is; without it, a lab's title is shown.
    :param file: how the lesson is named in errors.
    :raises ContentError: if the body cannot be shown as it was meant: a box of unknown kind or without title, a
        heading of the first level, a citation of a source that is not in *sources*, a drawing that is not in *figures*
        or has no text alternative, any other picture, or a lab that cannot be read.
    """
    page = Page(
        lang=lang,
        glossary=glossary,
        sources=tuple(sources),
        link=link,
        glossary_link=glossary_link,
        figures=figures,
    )
    if lab is not None:
        page.lab = lab
    html = _convert(body, page)
    if page.broken:
        raise ContentError(file, "; ".join(page.broken))
    listed = {source.id: source for source in page.sources}
    others = (source for source in page.sources if source.id not in page.cited)
    return Rendered(
        html=html,
        headings=tuple(page.headings),
        cited=tuple(page.cited),
        labs=tuple(page.labs),
        sources=(*(listed[source] for source in page.cited), *others),
    )


def faults_in(
    body: str,
    *,
    lang: str,
    glossary: Glossary,
    sources: Sequence[Source],
    has_lesson: Callable[[str, str], bool],
    figures: Mapping[str, Figure] = _NO_FIGURES,
) -> list[str]:
    """Return every reason why *body* is not fit to publish, in no fixed order; empty where there is none.

    These are the reasons for which `render` raises, and those for which it shows something less than was meant: an
    unknown term, a dead link, HTML, a heading that skips a level, a table that no sentence introduces.

    :param has_lesson: whether there is a lesson with that module and slug.
    """
    dead: list[str] = []

    def link(module: str, lesson: str) -> str:
        if not has_lesson(module, lesson):
            dead.append(f"links to lesson:{module}/{lesson}, which does not exist")
        return ""

    page = Page(
        lang=lang,
        glossary=glossary,
        sources=tuple(sources),
        link=link,
        glossary_link=lambda _: "",
        figures=figures,
    )
    _convert(body, page)
    return [*page.broken, *page.doubtful, *dead]


def figures_in(body: str) -> list[str]:
    """Return the names of the drawings that *body* shows, in the order of their places."""
    page = Page(lang="", glossary=Glossary(), sources=(), link=lambda *_: "", glossary_link=lambda _: "")
    _convert(body, page)
    return page.shown


def _convert(body: str, page: Page) -> str:
    """Return sanitised HTML; what is found on the way stands in *page* afterwards."""
    headings = TocExtension(marker="", slugify=lambda text, separator: f"section-{slugify_unicode(text, separator)}")
    markdown = Markdown(
        extensions=[TableExtension(use_align_attribute=True), SaneListExtension(), headings, LessonMarkdown(page)],
        output_format="html",
    )
    # What was made here takes its place afterwards; an author cannot write such a place, since HTML stays text.
    return _SLOT.sub(lambda place: page.slots[int(place[1])], _SANITISER.clean(markdown.convert(body)))
