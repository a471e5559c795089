"""What changed between two states of a module and its bank: part by part, paragraph by paragraph, word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from courses.reading import plain_text
from quizzes.parts import GLOSSARY, MODULE, PAPER, Content, figure_part, lesson_part


class Change(StrEnum):
    NONE = "none"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words: as they stand in both texts, put in (`Change.ADDED`), or taken out (`Change.REMOVED`)."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a part: of a lesson a block of its text, else one field."""

    label: str
    """The field that it is, such as ``stem`` or ``options.a``; empty in a lesson's text."""
    change: Change
    runs: tuple[Run, ...]
    number: int | None
    """Its place in the new state, from 0; none where it was taken out."""


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part in both states."""

    name: str
    title: str
    change: Change
    paragraphs: tuple[Paragraph, ...]
    """Those that stand and those that were taken out, in reading order."""


def compare(before: Mapping[str, Content], after: Mapping[str, Content]) -> list[PartChange]:
    """Return every part of either state (`quizzes.parts`): outline, plan, lessons by number, drawings, terms, items."""
    every = dict.fromkeys([*after, *before])
    first = {MODULE: "0", PAPER: "1", GLOSSARY: "4"}
    kinds = {"lesson": "2", "figure": "3"}

    def place(name: str) -> str:
        kind = name.partition("/")[0]
        return first.get(name) or (f"{kinds[kind]}{name}" if kind in kinds else "5")

    names = sorted(every, key=place)
    return [compare_part(name, before.get(name), after.get(name)) for name in names]


def readable(module: Content, language: str) -> dict[str, Content]:
    """Return what officers read of *module*, a revision's content, in *language*, as parts to `compare`; no item.

    Lessons are told without the marks of Markdown; of an objective, a source and a term only what they say.
    """
    outline = {
        "title": module["title"].get(language, ""),
        "summary": module["summary"].get(language, ""),
        "objectives": {one["id"]: one.get(language, "") for one in module["objectives"]},
        "sources": {one["id"]: one["text"] for one in module["sources"]},
    }
    terms = {
        name: f"{entry['term']}: {entry['text']}"
        for name, entries in module.get(GLOSSARY, {}).items()
        if (entry := entries.get(language) or next(iter(entries.values())))
    }
    return {
        MODULE: outline,
        **({GLOSSARY: terms} if terms else {}),
        **{
            lesson_part(language, one["slug"]): {"title": one["title"], "body": _read_aloud(one["body"])}
            for one in module["lessons"].get(language, [])
        },
        **{figure_part(name): {"svg": svg} for name, svg in module.get("figures", {}).items()},
    }


def _read_aloud(body: str) -> str:
    """Return a lesson's text without its marks, and without the blanks that they leave."""
    return re.sub(r" +([.,])", r"\1", re.sub(r"[ \t]+", " ", plain_text(body)))


def compare_part(name: str, before: Content | None, after: Content | None) -> PartChange:
    """Return what changed in one part; it is there in one state at least."""
    was, now = paragraphs(name, before), paragraphs(name, after)
    change = Change.NONE if was == now else Change.CHANGED
    if before is None or after is None:
        change = Change.ADDED if before is None else Change.REMOVED
    content = after if after is not None else before or {}
    title = str(content.get("title") or "") if name.startswith("lesson/") else ""
    return PartChange(name, title or name.rpartition("/")[2], change, tuple(_compared(was, now)))


def paragraphs(name: str, content: Content | None) -> list[tuple[str, str]]:
    """Return what a part says: label and text of each paragraph, in reading order."""
    if content is None:
        return []
    if name.startswith("lesson/"):
        fields = [(label, _said(content[label])) for label in content if label not in ("slug", "body")]
        blocks = [block.strip() for block in str(content.get("body", "")).split("\n\n")]
        return [*fields, *(("", block) for block in blocks if block)]
    return list(_leaves(content, ""))


def _leaves(value: object, label: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _leaves(entry, f"{label}.{key}".removeprefix("."))
    elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        for number, entry in enumerate(value, start=1):
            yield from _leaves(entry, f"{label} {entry.get('id', number) if isinstance(entry, Mapping) else number}")
    else:
        yield label, _said(value)


def _said(value: object) -> str:
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else str(value)


Labelled = Sequence[tuple[str, str]]


def _compared(was: Labelled, now: Labelled) -> Iterator[Paragraph]:
    for tag, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (
                Paragraph(now[number][0], Change.NONE, (Run(now[number][1], Change.NONE),), number)
                for number in range(start, end)
            )
            continue
        pairs = min(last - first, end - start)
        for offset in range(pairs):
            label, text = now[start + offset]
            runs = tuple(words(was[first + offset][1], text))
            yield Paragraph(label, Change.CHANGED, runs, start + offset)
        for label, text in was[first + pairs : last]:
            yield Paragraph(label, Change.REMOVED, (Run(text, Change.REMOVED),), None)
        for number in range(start + pairs, end):
            yield Paragraph(now[number][0], Change.ADDED, (Run(now[number][1], Change.ADDED),), number)


def words(was: str, now: str) -> Iterator[Run]:
    """Yield *now* in runs, with the words that were taken out of *was* where they stood."""
    before, after = was.split(" "), now.split(" ")
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run(" ".join(after[start:end]), Change.NONE)
            continue
        if last > first:
            yield Run(" ".join(before[first:last]), Change.REMOVED)
        if end > start:
            yield Run(" ".join(after[start:end]), Change.ADDED)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many parts came into a module and its bank, and how many of the others are not what they were."""

    lessons: int
    """Lessons that are new; one and its translations count once."""
    items: int
    """Items that are new."""
    others: int
    """Parts that were changed or taken out, or are new and neither lesson nor item."""


def tally(before: Mapping[str, Content], after: Mapping[str, Content]) -> Tally:
    """Count what came and what changed between two states, whose parts are named as `quizzes.parts` does."""
    came = after.keys() - before.keys()
    had = {name.rpartition("/")[2] for name in before if name.startswith("lesson/")}
    lessons = {name.rpartition("/")[2] for name in came if name.startswith("lesson/")}
    items = {name for name in came if name.startswith("item/")}
    moved = {name for name in before if before[name] != after.get(name)}
    translated = {name for name in came if name.startswith("lesson/") and name.rpartition("/")[2] in had}
    rest = {name for name in came if not name.startswith("lesson/")} - items
    return Tally(len(lessons - had), len(items), len(moved | translated | rest))
