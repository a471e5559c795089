"""The Markdown of lessons: what it adds to Python-Markdown and what it leaves out.

Added: glossary terms ``[[id|text]]``, citations ``[@source-id]``, links ``lesson:<module>/<lesson>``, marked boxes, and
the module's drawings, ``![text alternative](figure:name "Caption")``, and labs, fenced blocks of TOML named by kind.
Left out: HTML, which is shown as the text it is, and every other picture.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from courses.figures import Figure
from courses.glossary import Glossary
from courses.labs import KINDS, Placed, read_lab
from courses.module import Source

BOXES = ("law", "recommended", "practice", "national", "case", "takeaway", "check")
"""Kinds of marked box: what the law says, what a body recommends, good practice, what national law may add, a case,
what to remember, and a question to oneself."""

LABELS = {"en": ("Source {}", "Table {}", "Figure {}", ": "), "fr": ("Source {}", "Tableau {}", "Figure {}", " : ")}
"""By the lesson's language, for screen readers: a citation, a table, a drawing, what precedes the table's heading."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TERM = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]]+)?\]\]")
"""Where a lesson uses a term of the glossary: its id is the first group."""
LESSON_LINK = re.compile(r"lesson:([a-z0-9-]+)/([a-z0-9-]+)")
_ALLOWED_LINK = re.compile(r"(https?://|mailto:)\S", re.IGNORECASE)
_HTML = re.compile(r"</?[a-z][a-z0-9]*[\s/>]|<!--", re.IGNORECASE)
_FIGURE = re.compile(r"figure:([a-z0-9]+(?:-[a-z0-9]+)*)")
_TERM = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]|]+)\]\]")
# Stands for the bar of a term until the page is written, or a table would take it for the edge of a cell.
_BAR = "\ue000"
# Stands, with its number, for a lab between the lines of its block and the finished page.
_LAB = "\ue001"
_FENCE = re.compile(r"^```([a-z-]+)[ \t]*$(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_LAB_MARK = re.compile(rf"\s*{_LAB}(\d+){_LAB}\s*")
_OPEN_FENCE = re.compile(rf"^(?:[ \t]+```({'|'.join(KINDS)})|```([a-z-]+))[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a lesson: its level (2 to 6), the id to link to, and its text."""

    level: int
    id: str
    text: str


@dataclass(slots=True)
class Page:
    """What surrounds a lesson while it is converted, and what the conversion finds in it."""

    lang: str
    glossary: Glossary
    sources: tuple[Source, ...]
    link: Callable[[str, str], str]
    glossary_link: Callable[[str], str]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """The drawings of the module, by name."""
    headings: list[Heading] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    lab: Callable[[Placed], str] = lambda placed: f"<p>{html.escape(placed.lab.title)}</p>"
    """Gives the HTML of a lab, which is put into the page as it is."""
    labs: list[Placed] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    """Kind and text of each lab's block."""
    tables: int = 0
    boxes: int = 0
    shown: list[str] = field(default_factory=list)
    """Names of drawings in the order of their places."""
    slots: list[str] = field(default_factory=list)
    """HTML made here, which takes its place when the author's is sanitised: ``<div data-slot="0">``."""
    broken: list[str] = field(default_factory=list)
    """Faults of the body itself: it cannot be shown as its author meant it."""
    doubtful: list[str] = field(default_factory=list)
    """Faults that leave a readable page: it is shown, but not published."""


class LessonMarkdown(Extension):
    """The additions above, for one conversion."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        md.preprocessors.deregister("html_block")
        # Without "automail", whose obfuscated addresses no check of a link could read.
        for pattern in ("html", "automail"):
            md.inlinePatterns.deregister(pattern)
        # Entities stay in the text and are written out by the serializer; a stash would hide them from headings.
        md.inlinePatterns.deregister("entity")
        md.preprocessors.register(_TakeLabs(md, self.page), "labs", 35)
        md.preprocessors.register(_ProtectBars(md), "term_bars", 25)
        md.parser.blockprocessors.register(_BoxProcessor(md.parser), "boxes", 105)
        # After code spans (190) and escapes (180), before links of every kind (170 and less).
        md.inlinePatterns.register(_TermPattern(rf"\[\[([^\[\]{_BAR}]+)(?:{_BAR}([^\[\]]+))?\]\]", md), "term", 176)
        md.inlinePatterns.register(_CitationPattern(r"\[@([^\[\]\s]+)\]", md), "citation", 175)
        # Last of all, when inline text is parsed, escapes are resolved and headings have ids.
        md.treeprocessors.register(_Finish(md, self.page), "finish", -10)
        md.postprocessors.register(_RestoreBars(md), "term_bars", -10)


class _TakeLabs(Preprocessor):
    """Take the blocks of labs out before anything else reads them; a mark stays in each one's place."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        text = _FENCE.sub(self._taken, "\n".join(lines).replace(_LAB, ""))
        for found in _OPEN_FENCE.finditer(text):
            if found[1]:
                self.page.broken.append(f"has a lab '{found[1]}' that is indented; begin its ``` at the line's start")
            elif found[2] in KINDS:
                self.page.broken.append(f"has a lab '{found[2]}' without a closing ```")
            else:
                kinds = ", ".join(KINDS)
                self.page.doubtful.append(f"has a block of the unknown kind '{found[2]}'; a lab is one of {kinds}")
        return text.split("\n")

    def _taken(self, block: re.Match[str]) -> str:
        if block[1] not in KINDS:
            return block[0]
        self.page.blocks.append((block[1], block[2].removeprefix("\n")))
        return f"\n{_LAB}{len(self.page.blocks)}{_LAB}\n"


class _ProtectBars(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines).replace(_BAR, "")
        return _TERM.sub(rf"[[\1{_BAR}\2]]", text).split("\n")


class _RestoreBars(Postprocessor):
    """Terms are resolved by now; what is left stands in code and is shown as it was written."""

    def run(self, text: str) -> str:
        return text.replace(_BAR, "|")


class _BoxProcessor(AdmonitionProcessor):
    """Boxes keep the title their author wrote; none is made up, since it would be in English."""

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        return match[1], match[2]


class _TermPattern(InlineProcessor):
    def handleMatch(self, m: re.Match[str], _: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        element = Element("dfn", {"term": m[1].strip()})
        element.text = " ".join((m[2] or "").split())
        return element, m.start(0), m.end(0)


class _CitationPattern(InlineProcessor):
    def handleMatch(self, m: re.Match[str], _: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        return Element("sup", {"source": m[1]}), m.start(0), m.end(0)


class _Finish(Treeprocessor):
    """Walk the finished tree in reading order: resolve terms, citations and links, frame tables and boxes."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page
        self.inside: list[str] = []
        self.on_entry: dict[str, Callable[[Element], None]] = {
            "a": self._link,
            "div": self._box,
            "img": self._picture,
            "p": self._paragraph,
            "pre": _scrollable,
            "td": _cell,
            "th": _cell,
        }
        # After what they hold: a term in a heading has its text by then, and the links made here are not walked.
        self.on_exit = dict.fromkeys(HEADINGS, self._heading) | {"dfn": self._term, "sup": self._citation}

    def run(self, root: Element) -> None:
        self._walk(root)

    def _walk(self, parent: Element) -> None:
        self.inside.append(parent.tag)
        if not self._is_inside("code", "pre"):
            self._look_for_html(parent)
        for index, child in enumerate(list(parent)):
            if child.tag == "table":
                self._table(parent, index, child)
            elif child.tag == "p" and _is_figure_alone(child):
                self._figure(child)
            elif child.tag == "p" and (mark := _LAB_MARK.fullmatch(child.text or "")):
                self._lab(child, int(mark[1]))
            elif child.tag in self.on_entry:
                self.on_entry[child.tag](child)
            self._walk(child)
            if child.tag in self.on_exit:
                self.on_exit[child.tag](child)
        self.inside.pop()

    def _is_inside(self, *tags: str) -> bool:
        return not set(tags).isdisjoint(self.inside)

    def _look_for_html(self, element: Element) -> None:
        for text in [element.text, *(child.tail for child in element)]:
            for found in _HTML.finditer(text or ""):
                self.page.doubtful.append(f"has HTML, which is shown as text: {found[0].strip()}")

    def _heading(self, element: Element) -> None:
        text = " ".join(html.unescape("".join(element.itertext())).split())
        heading = Heading(int(element.tag[1]), element.get("id", ""), text)
        before = self.page.headings[-1].level if self.page.headings else 1
        if heading.level == 1:
            self.page.broken.append(f"has a heading of the first level, '{heading.text}'; begin at ##")
        elif heading.level > before + 1:
            self.page.doubtful.append(f"skips a level before the heading '{heading.text}'")
        self.page.headings.append(heading)

    def _box(self, element: Element) -> None:
        kind = element.get("class", "").removeprefix("admonition ")
        if kind not in BOXES:
            self.page.broken.append(f"has a box of the unknown kind '{kind}'; use one of {', '.join(BOXES)}")
            return
        title = element.find("p[@class='admonition-title']")
        if title is None:
            self.page.broken.append(f"""has a box without a title; write !!! {kind} "Title\"""")
            return
        self.page.boxes += 1
        title.attrib.update({"class": "box-title", "id": f"box-{self.page.boxes}"})
        element.attrib.update({"class": f"box box-{kind}", "role": "note", "aria-labelledby": title.attrib["id"]})

    def _picture(self, element: Element) -> None:
        source = element.get("src", "")
        if _FIGURE.fullmatch(source):
            self.page.broken.append(f"has the drawing '{source}' within a text; give it a line of its own")
        else:
            self.page.broken.append(f"has the picture '{source}'; a lesson shows drawings of its module, figure:<name>")

    def _figure(self, paragraph: Element) -> None:
        """Put the drawing that is alone in *paragraph* in its place."""
        picture = paragraph[0]
        name = picture.get("src", "").removeprefix("figure:")
        alternative = " ".join(html.unescape(picture.get("alt", "")).split())
        found = self.page.figures.get(name)
        self.page.shown.append(name)
        if not alternative:
            self.page.broken.append(
                f"shows the drawing '{name}' without a text alternative; write ![what it shows](...)"
            )
        if found is None:
            self.page.broken.append(f"shows the drawing '{name}', which the module does not have")
        else:
            caption = " ".join(html.unescape(picture.get("title", "")).split())
            self.put(paragraph, self._framed(found, alternative, caption))

    def _framed(self, figure: Figure, alternative: str, caption: str) -> str:
        number = len(self.page.shown)
        label = html.escape(LABELS.get(self.page.lang, LABELS["en"])[2].format(number))
        drawing = figure.inline(alternative, prefix=f"figure-{number}-")
        if figure.is_wide:
            drawing = f'<div class="scroll wide" role="region" tabindex="0" aria-label="{label}">{drawing}</div>'
        if not caption:
            return f'<figure class="figure" role="group">{drawing}</figure>'
        named = f'id="figure-{number}-caption"'
        return (
            f'<figure class="figure" role="group" aria-labelledby="figure-{number}-caption">{drawing}'
            f"<figcaption {named}>{html.escape(caption)}</figcaption></figure>"
        )

    def _lab(self, paragraph: Element, number: int) -> None:
        kind, text = self.page.blocks[number - 1]
        lab, faults = read_lab(kind, text)
        self.page.broken.extend(f"lab {number} ({kind}), {fault}" for fault in faults)
        if lab is not None:
            level = min(self.page.headings[-1].level + 1, 6) if self.page.headings else 2
            placed = Placed(lab, number, level)
            self.page.labs.append(placed)
            self.put(paragraph, self.page.lab(placed))

    def put(self, element: Element, made: str) -> None:
        """Let *element* be the place that *made* takes."""
        for child in list(element):
            element.remove(child)
        element.tag, element.text = "div", None
        element.attrib.clear()
        element.set("data-slot", str(len(self.page.slots)))
        self.page.slots.append(made)

    def _paragraph(self, element: Element) -> None:
        if (element.text or "").startswith("!!!"):
            self.page.broken.append("""has a box that is not written as !!! kind "Title\"""")

    def _table(self, parent: Element, index: int, element: Element) -> None:
        if not _is_introduced(parent, index):
            self.page.doubtful.append("has a table without a sentence before it that says what it shows")
        self.page.tables += 1
        _, label, _, colon = LABELS.get(self.page.lang, LABELS["en"])
        name = label.format(self.page.tables)
        if self.page.headings:
            name += colon + self.page.headings[-1].text
        frame = Element("div", {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name})
        frame.tail, element.tail = element.tail, None
        parent[index] = frame
        frame.append(element)

    def _link(self, element: Element) -> None:
        target = element.get("href", "")
        if lesson := LESSON_LINK.fullmatch(target):
            element.set("href", self.page.link(lesson[1], lesson[2]))
        elif _ALLOWED_LINK.match(target):
            element.set("rel", "external noopener noreferrer")
        else:
            self.page.doubtful.append(f"links to '{target}'; use lesson:<module>/<lesson>, https: or mailto:")
            element.tag = "span"

    def _term(self, element: Element) -> None:
        """Link the first use of a term to the glossary; later ones are plain text, or a reader hears each announced."""
        name, shown = element.attrib.pop("term"), element.text
        term = self.page.glossary.get(name)
        if term is None:
            self.page.doubtful.append(f"uses the term '{name}', which is not in the glossary")
        else:
            used, entry = term.entry_in(self.page.lang)
            if not shown and used != self.page.lang:
                element.set("lang", used)
            shown = shown or entry.term
        shown = shown or name
        if term is None or name in self.page.terms or self._is_inside("a", *HEADINGS):
            element.tag, element.text = "span", shown
            return
        self.page.terms.append(name)
        element.text = ""
        SubElement(element, "a", {"href": self.page.glossary_link(name)}).text = shown

    def _citation(self, element: Element) -> None:
        source = element.attrib.pop("source")
        if source not in {known.id for known in self.page.sources}:
            self.page.broken.append(f"cites '{source}', which its front matter does not list")
        if self._is_inside("a", *HEADINGS):
            self.page.broken.append(f"cites '{source}' within a heading or a link")
        if source not in self.page.cited:
            self.page.cited.append(source)
        number = self.page.cited.index(source) + 1
        label = LABELS.get(self.page.lang, LABELS["en"])[0].format(number)
        SubElement(element, "a", {"href": f"#source-{source}", "aria-label": label}).text = f"[{number}]"


def _is_figure_alone(paragraph: Element) -> bool:
    if len(paragraph) != 1 or paragraph[0].tag != "img" or (paragraph.text or "").strip():
        return False
    picture = paragraph[0]
    return not (picture.tail or "").strip() and _FIGURE.fullmatch(picture.get("src", "")) is not None


def _is_introduced(parent: Element, index: int) -> bool:
    """Return whether a paragraph, or the text of a list item, stands right before the child at *index*."""
    if index:
        return parent[index - 1].tag == "p" and parent[index - 1].get("class") is None
    return parent.tag == "li" and bool((parent.text or "").strip())


def _scrollable(element: Element) -> None:
    """Let the keyboard reach what may be wider than the screen."""
    element.set("tabindex", "0")


def _cell(element: Element) -> None:
    """Give a heading cell its scope, and alignment a class: the security policy allows no inline style."""
    if element.tag == "th":
        element.set("scope", "col")
    if align := element.attrib.pop("align", None):
        element.set("class", f"align-{align}")
