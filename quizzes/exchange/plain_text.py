"""Texts of other systems as the plain text that items are written in, and back as HTML.

Items hold plain text: no markup is shown to officers as anything but itself.  What a text loses on the way is told.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from html import escape, unescape
from html.parser import HTMLParser

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
_ANY_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_KNOWN))})\b[^<>]*>|<!--", re.IGNORECASE)
_FORMULA = re.compile(r"\$\$|\\\(|\\\[|\[tex\]", re.IGNORECASE)
_MARKDOWN = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"[\1]"),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)[^)]*\)"), r"\1 (\2)"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"^#{1,6}\s+", re.MULTILINE), ""),
)


def as_plain(text: str, form: Format) -> tuple[str, tuple[Loss, ...]]:
    """Return *text* as plain text, and what it lost.

    Line breaks stay where *form* shows them; runs of blanks become one, as a page shows them.
    """
    losses: dict[Loss, None] = {}
    if form is Format.HTML or (form is Format.MOODLE and _ANY_TAG.search(text)):
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


def _from_html(text: str, losses: dict[Loss, None]) -> str:
    # A marked section is nothing that HTML has, and Python's parser trips over broken ones.
    parser = _PlainText(losses)
    parser.feed(re.sub(r"<(?=[!?](?!--))", "&lt;", text))
    parser.close()
    return "".join(parser.pieces())


class _PlainText(HTMLParser):
    """Writes down what a reader of the page would read."""

    def __init__(self, losses: dict[Loss, None]) -> None:
        super().__init__(convert_charrefs=True)
        self._losses = losses
        self._said: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    def pieces(self) -> Iterator[str]:
        yield from self._said

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        self._note(tag, dict(attrs))
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif tag in _LINES:
            self._said.append("\n\n")
        elif tag in ("br", "hr", "tr"):
            self._said.append("\n")
        elif tag == "li":
            self._said.append("\n- ")

    def _note(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "img":
            alternative = " ".join((attrs.get("alt") or "").split())
            self._losses[What.PICTURE, alternative or (attrs.get("src") or "").rpartition("/")[2][:80]] = None
            if alternative:
                self._said.append(f"[{alternative}]")
        elif tag in _EMBEDDED:
            self._losses[What.EMBEDDED, tag] = None
        elif tag == "table":
            self._losses[What.TABLE, ""] = None
        elif tag in _LOOKS:
            self._losses[What.LOOKS, ""] = None

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        elif tag in _LINES:
            self._said.append("\n\n")
        elif tag in ("td", "th"):
            self._said.append(" | ")
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address.startswith(("http://", "https://", "mailto:")):
                self._said.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._said.append(data.replace("\n", " "))
