"""Drawings that belong to a module: SVG that can do nothing but be looked at.

A drawing is read by an allow-list of elements, attributes and values, and kept in one canonical form.  Colours are
named by classes of the design's palette, so that one drawing is right in light, in dark and in forced colours.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_CHARACTERS = 60_000
MOST_ELEMENTS = 1_500
DEEPEST = 12
"""Bounds of one drawing: what is more is a picture that no officer can read on a phone."""
WIDE = 480
"""A drawing whose viewBox is wider than this is scrolled in its frame on a narrow screen, not made smaller."""

SVG = "http://www.w3.org/2000/svg"
COLOURS = ("ink", "soft", "accent", "ok", "warn", "bad", "line", "surface")
"""Of lines and of words; with ``fill-`` before it, of areas."""
TINTS = ("tint-accent", "tint-ok", "tint-warn", "tint-bad", "tint-soft")
"""Pale areas, for words to stand on."""
CLASSES = frozenset({*COLOURS, *(f"fill-{colour}" for colour in COLOURS), *TINTS, "no-line", "strong"})

_NUMBER = r"[+-]?(?:\d{1,7}(?:\.\d{1,6})?|\.\d{1,6})(?:e-?\d)?"
_NUMBERS = rf"{_NUMBER}(?:[\s,]+{_NUMBER})*"
_VALUES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "id": re.compile(r"[A-Za-z][\w-]{0,40}", re.ASCII),
        "class": re.compile(r"[a-z -]+"),
        "number": re.compile(_NUMBER),
        "numbers": re.compile(_NUMBERS),
        "path": re.compile(r"[MmLlHhVvCcSsQqTtAaZz\d\s,.+e-]+"),
        "transform": re.compile(rf"(?:(?:translate|rotate|scale|matrix|skewX|skewY)\(\s*{_NUMBERS}\s*\)\s*)+"),
        "dashes": re.compile(rf"none|{_NUMBERS}"),
        "reference": re.compile(r"url\(#([A-Za-z][\w-]{0,40})\)", re.ASCII),
        "anchor": re.compile(r"start|middle|end"),
        "baseline": re.compile(r"auto|middle|central|hanging|alphabetic"),
        "cap": re.compile(r"butt|round|square"),
        "join": re.compile(r"miter|round|bevel"),
        "rule": re.compile(r"nonzero|evenodd"),
        "orient": re.compile(rf"auto|auto-start-reverse|{_NUMBER}"),
        "units": re.compile(r"strokeWidth|userSpaceOnUse"),
    }
)
_LOOKS: Mapping[str, str] = {
    "class": "class",
    "id": "id",
    "transform": "transform",
    "stroke-width": "number",
    "stroke-dasharray": "dashes",
    "stroke-linecap": "cap",
    "stroke-linejoin": "join",
    "opacity": "number",
}
_MARKED: Mapping[str, str] = {"marker-start": "reference", "marker-mid": "reference", "marker-end": "reference"}
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("x", "y", "dx", "dy", "font-size"), "number"),
    "text-anchor": "anchor",
    "dominant-baseline": "baseline",
}


def _numbers(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "number")


ELEMENTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "svg": {"viewBox": "numbers"},
        "g": {**_LOOKS, "text-anchor": "anchor", "font-size": "number"},
        "defs": {},
        "rect": {**_LOOKS, **_numbers("x", "y", "width", "height", "rx", "ry")},
        "circle": {**_LOOKS, **_numbers("cx", "cy", "r")},
        "ellipse": {**_LOOKS, **_numbers("cx", "cy", "rx", "ry")},
        "line": {**_LOOKS, **_MARKED, **_numbers("x1", "y1", "x2", "y2")},
        "polyline": {**_LOOKS, **_MARKED, "points": "numbers"},
        "polygon": {**_LOOKS, "points": "numbers"},
        "path": {**_LOOKS, **_MARKED, "d": "path", "fill-rule": "rule"},
        "text": {**_LOOKS, **_WORDS},
        "tspan": {"class": "class", **_WORDS},
        "marker": {
            "id": "id",
            "viewBox": "numbers",
            "orient": "orient",
            "markerUnits": "units",
            **_numbers("refX", "refY", "markerWidth", "markerHeight"),
        },
    }
)
"""What a drawing is made of: each element with its attributes and the kind of value that each takes."""

_DROPPED = frozenset({"width", "height", "version"})
"""What programs write on ``<svg>`` and the page decides."""
_WITH_WORDS = frozenset({"text", "tspan"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of a module, checked and in canonical form."""

    svg: str
    width: float
    """Of its viewBox, in its own units."""

    @property
    def is_wide(self) -> bool:
        return self.width > WIDE

    def inline(self, name: str, *, prefix: str) -> str:
        """Return the SVG for a page: an image that is called *name*, its ids beginning with *prefix*."""
        _head, _end, inside = self.svg.partition(">")
        box = re.search(r' viewBox="[^"]*"', self.svg)
        inside = re.sub(r' id="', f' id="{prefix}', inside)
        inside = re.sub(r'="url\(#', f'="url(#{prefix}', inside)
        return f'<svg class="drawing" role="img" aria-label="{escape(name)}"{box[0] if box else ""}>{inside.strip()}'


@dataclass(slots=True)
class _Reading:
    faults: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    elements: int = 0
    words: int = 0


def read_figure(svg: str) -> tuple[Figure, list[str]]:
    """Return the drawing in the text *svg*, and why it may not be shown; it is fit for use only without any fault.

    Comments, and the size that a program wrote beside the viewBox, are left out.  Reading what was read gives the same.
    """
    if len(svg) > MOST_CHARACTERS:
        return Figure("", 0), [f"has {len(svg)} characters; the most is {MOST_CHARACTERS}"]
    try:
        root = fromstring(svg, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        reason = "it has a document type or an entity" if isinstance(error, DefusedXmlException) else str(error)
        return Figure("", 0), [f"is not a drawing in SVG: {reason}"]
    if root.tag != f"{{{SVG}}}svg":
        return Figure("", 0), [f'does not begin with <svg xmlns="{SVG}">']
    reading = _Reading()
    _check(root, reading, depth=1)
    box = _view_box(root, reading)
    if len(root) == 0:
        reading.faults.append("is empty")
    if reading.elements > MOST_ELEMENTS:
        reading.faults.append(f"has {reading.elements} elements; the most is {MOST_ELEMENTS}")
    for name in sorted({name for name in reading.ids if reading.ids.count(name) > 1}):
        reading.faults.append(f"has the id '{name}' twice")
    for name in sorted(set(reading.references) - set(reading.ids)):
        reading.faults.append(f"refers to '#{name}', which it does not have")
    if reading.faults:
        return Figure("", 0), list(dict.fromkeys(reading.faults))
    return Figure("\n".join(_lines(root, "")) + "\n", box), []


def _view_box(root: Element, reading: _Reading) -> float:
    """Return the width of the viewBox."""
    numbers = [float(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if _is_number(number)]
    if len(numbers) != 4:
        reading.faults.append("has no viewBox of four numbers; without it, it cannot be scaled")
        return 0
    _x, _y, width, height = numbers
    if not (10 <= width <= 4000 and 10 <= height <= 4000):
        reading.faults.append("has a viewBox whose width or height is not from 10 to 4000")
    return width


def _is_number(text: str) -> bool:
    return _VALUES["number"].fullmatch(text) is not None


def _check(element: Element, reading: _Reading, *, depth: int) -> None:
    reading.elements += 1
    name = _local(element.tag)
    if name not in ELEMENTS or (name == "svg" and depth > 1):
        reading.faults.append(f"has the element <{name}>; use {', '.join(sorted(set(ELEMENTS) - {'svg'}))}")
        return
    if depth > DEEPEST:
        reading.faults.append(f"has elements within one another more than {DEEPEST} deep")
        return
    for attribute, value in element.attrib.items():
        if not (name == "svg" and attribute in _DROPPED):
            _check_attribute(name, attribute, value, reading)
    if name not in _WITH_WORDS and any((text or "").strip() for text in [element.text, *(c.tail for c in element)]):
        reading.faults.append(f"has words in <{name}>, outside <text>")
    for child in element:
        if name in _WITH_WORDS and _local(child.tag) != "tspan":
            reading.faults.append(f"has <{_local(child.tag)}> within <{name}>")
        _check(child, reading, depth=depth + 1)


def _check_attribute(element: str, attribute: str, value: str, reading: _Reading) -> None:
    kind = ELEMENTS[element].get(attribute)
    if kind is None:
        shown = attribute.rpartition("}")[2]
        hint = "; colours are classes, see the authors' page" if shown in ("style", "fill", "stroke") else ""
        reading.faults.append(f"has '{shown}' on <{element}>, which may not stand there{hint}")
        return
    match = _VALUES[kind].fullmatch(value.strip())
    if match is None:
        reading.faults.append(f"has '{attribute}' on <{element}> with a value that may not stand there: {value[:40]}")
    elif kind == "class":
        for unknown in sorted(set(value.split()) - CLASSES):
            reading.faults.append(f"has the unknown class '{unknown}'; use {', '.join(sorted(CLASSES))}")
    elif kind == "id":
        reading.ids.append(value.strip())
    elif kind == "reference":
        reading.references.append(match[1])


def _local(tag: object) -> str:
    """Return an element's name; one of another namespace with its prefix, which no allowed name has."""
    text = str(tag)
    return text.removeprefix(f"{{{SVG}}}") if text.startswith(f"{{{SVG}}}") else f"other:{text.rpartition('}')[2]}"


def _lines(element: Element, indent: str) -> Iterator[str]:
    """Yield the canonical text of *element*, one element a line, words in one line with theirs."""
    name = _local(element.tag)
    start = f"{indent}<{_start(name, element)}"
    if name in _WITH_WORDS:
        yield f"{start}>{_words(element)}</{name}>"
    elif len(element) == 0:
        yield f"{start}/>"
    else:
        yield f"{start}>"
        for child in element:
            yield from _lines(child, f"{indent}  ")
        yield f"{indent}</{name}>"


def _start(name: str, element: Element) -> str:
    """Return name and attributes, in the order in which `ELEMENTS` has them, blanks made single."""
    found = [
        f'{attribute}="{escape(" ".join(element.attrib[attribute].split()))}"'
        for attribute in ELEMENTS[name]
        if attribute in element.attrib
    ]
    namespace = [f'xmlns="{SVG}"'] if name == "svg" else []
    return " ".join([name, *namespace, *found])


def _words(element: Element) -> str:
    """Return the words of a text with its parts; blanks are single, and none stands at the ends of the whole."""
    inside = escape(_single(element.text))
    for child in element:
        inside += f"<{_start('tspan', child)}>{_words(child)}</tspan>{escape(_single(child.tail))}"
    return inside.strip() if _local(element.tag) == "text" else inside


def _single(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
