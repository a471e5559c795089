"""Texts of other systems as the plain text that items are written in, and back as HTML.

Items hold plain text: no markup is shown to officers as anything but itself.  What a text loses on the way is told.
"""

import re
from enum import StrEnum
from html import escape, unescape

from quizzes.exchange.report import NO_TEXT, What

Loss = tuple[What, str]


class Format(StrEnum):
    """How a text is meant; the names are those of GIFT."""

    MOODLE = "moodle"
    """Plain text in which HTML may stand."""
    HTML = "html"
    PLAIN = "plain"
    MARKDOWN = "markdown"


_LINES = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "section"}
)
_LOOKS = frozenset({"b", "strong", "i", "em", "u", "s", "sup", "sub", "code", "font", "mark", "small", "big", "tt"})
_SILENT = frozenset({"script", "style", "template", "noscript"})
_EMBEDDED = _SILENT | {"iframe", "object", "embed", "audio", "video", "svg", "canvas", "form", "input", "button"}
_PLAIN_TAGS = frozenset({"br", "span", "a", "li", "tr", "td", "th", "thead", "tbody", "caption", "img", "hr"})
_KNOWN = _LINES | _LOOKS | _EMBEDDED | _PLAIN_TAGS
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FORMULA = re.compile(r"\$\$|\\\(|\\\[|\[tex\]", re.IGNORECASE)
#: Each looks only as far as its own signs go, so that no text takes long to read.
_MARKDOWN = (
    (re.compile(r"!\[([^\[\]\n]{0,200})\]\([^()\n]{0,500}\)"), r"[\1]"),
    (re.compile(r"\[([^\[\]\n]{1,200})\]\(([^()\s]{1,500})\)"), r"\1 (\2)"),
    (re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*\*"), r"\1"),
    (re.compile(r"__(?=[^\s_])([^_\n]{1,500})(?<=\S)__"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
    (re.compile(r"^#{1,6}[ \t]+", re.MULTILINE), ""),
)


def as_plain(text: str, form: Format) -> tuple[str, tuple[Loss, ...]]:
    """Return *text* as plain text, and what it lost.

    Line breaks stay where *form* shows them; runs of blanks become one, as a page shows them.
    """
    losses: dict[Loss, None] = {}
    if form is Format.HTML or (form is Format.MOODLE and _has_tags(text)):
        text = _from_html(text if form is Format.HTML else text.replace("\n", "<br>"), losses)
    elif form is Format.MOODLE:
        text = unescape(text)
    elif form is Format.MARKDOWN:
        without = _from_markdown(text)
        if without != text:
            losses[What.MARKDOWN, ""] = None
        text = without
    if _FORMULA.search(text):
        losses[What.FORMULA, ""] = None
    return normal(text), tuple(losses)


def normal(text: str) -> str:
    """Return *text* with single blanks, no blanks at the ends of lines, and at most one empty line at a place."""
    # HTML may name characters that no text has; neither a database nor XML takes them.
    text = NO_TEXT.sub("", text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def as_html(text: str) -> str:
    """Return *text* as HTML that reads the same."""
    return escape(text, quote=False).replace("\n", "<br>")


def _from_markdown(text: str) -> str:
    for pattern, instead in _MARKDOWN:
        text = pattern.sub(instead, text)
    return text


def _has_tags(text: str) -> bool:
    return any(found[2].lower() in _KNOWN for found in _TAG.finditer(text)) or "<!--" in text


def _from_html(text: str, losses: dict[Loss, None]) -> str:
    reader, place = _Reader(losses), 0
    text = _without_comments(text)
    for found in _TAG.finditer(text):
        reader.say(text[place : found.start()])
        name, place = found[2].lower(), found.end()
        if found[1]:
            reader.end(name)
        else:
            reader.start(name, found[3])
    reader.say(text[place:])
    return "".join(reader.said)


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(other.partition("-->")[2] if "-->" in other else other for other in others)


class _Reader:
    """Writes down what a reader of the page would read.

    Python's own parser takes minutes for some texts that end in the middle of a tag; nothing here looks further ahead
    than to the next one.
    """

    def __init__(self, losses: dict[Loss, None]) -> None:
        self.said: list[str] = []
        self._losses = losses
        self._silent = ""
        self._links: list[str] = []

    def say(self, text: str) -> None:
        if not self._silent:
            self.said.append(unescape(text).replace("\n", " "))

    def start(self, tag: str, inside: str) -> None:
        attributes = {
            name.lower(): unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(inside)
        }
        self._note(tag, attributes)
        if tag in _SILENT and not inside.endswith("/"):
            self._silent = self._silent or tag
        elif tag == "a":
            self._links.append(attributes.get("href", ""))
        elif tag in _LINES:
            self.said.append("\n\n")
        elif tag in ("br", "hr", "tr"):
            self.said.append("\n")
        elif tag == "li":
            self.said.append("\n- ")

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "img":
            alternative = " ".join(attributes.get("alt", "").split())
            self._losses[What.PICTURE, (alternative or attributes.get("src", "").rpartition("/")[2])[:80]] = None
            if alternative:
                self.said.append(f"[{alternative}]")
        elif tag in _EMBEDDED:
            self._losses[What.EMBEDDED, tag] = None
        elif tag == "table":
            self._losses[What.TABLE, ""] = None
        elif tag in _LOOKS:
            self._losses[What.LOOKS, ""] = None

    def end(self, tag: str) -> None:
        if self._silent:
            self._silent = "" if tag == self._silent else self._silent
        elif tag in _LINES:
            self.said.append("\n\n")
        elif tag in ("td", "th"):
            self.said.append(" | ")
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address.startswith(("http://", "https://", "mailto:")):
                self.said.append(f" ({address})")
