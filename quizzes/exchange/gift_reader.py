r"""Reading GIFT, the plain-text format of Moodle.

As Moodle reads it: questions are parted by blank lines, ``//`` begins a comment, ``::title::`` a question, ``{...}``
holds its answers.  ``\~ \= \# \{ \} \: \\`` are the signs themselves, and ``\n`` is a line break.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from quizzes.exchange import building, tags
from quizzes.exchange.building import FULL, NOTHING, Answer, Asked, Built
from quizzes.exchange.plain_text import Format, as_plain
from quizzes.exchange.report import (
    MOST_ANSWERS,
    MOST_CHARACTERS,
    NotCarried,
    Notes,
    Question,
    Reading,
    What,
    decoded,
    limited,
)
from quizzes.interaction_fields import ItemKind

#: Escaped signs while the text is taken apart: characters that no text holds (`report.decoded` refuses them).
_SIGNS = dict(zip("\\:#={}~n", map(chr, range(0xFDD0, 0xFDD8)), strict=True))
_MEANT = str.maketrans({held: "\n" if sign == "n" else sign for sign, held in _SIGNS.items()})
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
_WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)%")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
_NAME = re.compile(r"\[id:([^\]]+)\]")
_TAG = re.compile(r"\[tag:([^\]]+)\]")
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")


def read(content: bytes, *, words: tuple[str, str] = ("True", "False")) -> Reading:
    """Return the questions of a GIFT file.

    :param words: for true and for false, in the language of the file.
    :raises Unreadable: if nothing of it can be used.
    """
    notes = Notes()
    return Reading(limited(_questions(decoded(content), words, notes)), notes.all())


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some of the text with the line on which it begins; escaped signs are still held."""

    text: str
    line: int

    def part(self, start: int, end: int | None = None) -> "_Piece":
        return _Piece(self.text[start:end], self.line + self.text.count("\n", 0, start))

    def split(self, sign: str) -> "tuple[_Piece, _Piece | None]":
        """Return what stands before the first *sign* and what stands behind it."""
        place = self.text.find(sign)
        return (self, None) if place < 0 else (self.part(0, place), self.part(place + len(sign)))

    @property
    def first_line(self) -> int:
        """The line on which something stands."""
        blank = len(self.text) - len(self.text.lstrip())
        return self.line + self.text.count("\n", 0, blank)


@dataclass(frozen=True, slots=True)
class _Block:
    piece: _Piece
    comments: tuple[str, ...]
    category: str


LONGEST_QUESTION = 50_000
"""Characters of a question with all its answers."""


def _questions(text: str, words: tuple[str, str], notes: Notes) -> Iterator[Question]:
    for block in _blocks(text):
        title, rest = _title(block.piece)
        own = Notes()
        try:
            question = _question(block, title, rest, words, own)
        except NotCarried as left:
            line = left.line or block.piece.first_line
            notes.add(line, left.what, left.about, title=title or _beginning(block.piece))
        else:
            notes.take(own)
            yield question


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the questions: lines without a blank one between them, comments taken out."""
    lines: list[str] = []
    comments: list[str] = []
    begins, category = 1, ""
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            comments.append(stripped)
            lines += [""] if lines else []
        elif (found := _CATEGORY.match(line)) and not lines:
            category, comments = found[1].strip(), []
        elif stripped:
            begins = begins if lines else number
            lines.append(line)
        elif lines:
            yield _Block(_Piece(_held("\n".join(lines)), begins), tuple(comments), category)
            lines, comments = [], []
        else:
            comments = []


def _held(text: str) -> str:
    return _ESCAPE.sub(lambda found: _SIGNS[found[1]], text)


def _meant(text: str) -> str:
    return text.translate(_MEANT)


def _beginning(piece: _Piece) -> str:
    return " ".join(_meant(piece.text).split())[:80]


def _title(piece: _Piece) -> tuple[str, _Piece]:
    start = len(piece.text) - len(piece.text.lstrip())
    end = piece.text.find("::", start + 2)
    if not piece.text.startswith("::", start) or end < 0:
        return "", piece
    return " ".join(_meant(piece.text[start + 2 : end]).split()), piece.part(end + 2)


def _question(block: _Block, title: str, rest: _Piece, words: tuple[str, str], notes: Notes) -> Question:
    stem, answers = _stem_and_answers(rest)
    if len(block.piece.text) > LONGEST_QUESTION or sum(answers.text.count(sign) for sign in "~=") > MOST_ANSWERS:
        raise NotCarried(What.TOO_LONG)
    line, form = block.piece.first_line, _format(stem)
    title = title or _plain(stem, Format.MOODLE, Notes(), "").split("\n")[0][:80]
    asked_in = _plain(stem, Format.MOODLE, notes, title)
    answers, general = _general_feedback(answers)
    said = _plain(general, form, notes, title) if general else ""
    if not answers.text.strip():
        raise NotCarried(What.ESSAY)
    every = tuple(tag.strip() for comment in block.comments for tag in _TAG.findall(comment))
    told = tags.told(every)
    if told.others:
        notes.add(line, What.TAGS, ", ".join(told.others), title=title)
    asked = Asked(line, title, asked_in, said)
    interaction, text = _Answers(asked, form, words, told.kind, notes).built(answers)
    names = [name.strip() for comment in block.comments for name in _NAME.findall(comment)]
    return Question(line, title, names[0] if names else "", block.category, every, interaction, text, told.points or 1)


def _stem_and_answers(rest: _Piece) -> tuple[_Piece, _Piece]:
    start, end = rest.text.find("{"), rest.text.find("}")
    if start < 0 and end < 0:
        raise NotCarried(What.DESCRIPTION)
    before, after = rest.text[: max(start, 0)], rest.text[end + 1 :]
    if start < 0 or end < start or "{" in after or "}" in after:
        raise NotCarried(What.BRACES)
    blank = f" _____ {after.strip()}" if after.strip() else ""
    return _Piece(before.rstrip() + blank, rest.line), rest.part(start + 1, end)


def _general_feedback(answers: _Piece) -> tuple[_Piece, _Piece | None]:
    place = answers.text.rfind("####")
    return (answers, None) if place < 0 else (answers.part(0, place), answers.part(place + 4))


def _format(piece: _Piece) -> Format:
    found = _FORMAT.match(piece.text)
    return Format(found[1]) if found else Format.MOODLE


def _plain(piece: _Piece, default: Format, notes: Notes, title: str) -> str:
    """Return what *piece* says, in the format that it names or else in *default*."""
    found = _FORMAT.match(piece.text)
    form, text = (Format(found[1]), piece.text[found.end() :]) if found else (default, piece.text)
    if len(text) > MOST_CHARACTERS:
        raise NotCarried(What.TOO_LONG, line=piece.first_line)
    # Written lines only wrap; a line break that is meant is escaped.  Markdown reads both.
    text = text.strip() if form is Format.MARKDOWN else " ".join(text.split(None))
    said, losses = as_plain(_meant(text), form)
    for what, about in losses:
        notes.add(piece.first_line, what, about, title=title)
    return said


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of one question, whose kind is told by their signs, in Moodle's order."""

    asked: Asked
    form: Format
    words: tuple[str, str]
    kind: ItemKind | None
    notes: Notes

    def built(self, piece: _Piece) -> Built:
        start = piece.text.lstrip()
        if start.startswith("#"):
            return self._numeric(piece.split("#")[1] or piece)
        if start.startswith(">"):
            return self._ordering(piece)
        if "~" in piece.text:
            return self._choice(piece)
        if "=" in piece.text and "->" in piece.text:
            return self._matching(piece)
        said = piece.split("#")[0].text.strip()
        return self._true_false(piece) if said in (*_TRUE, *_FALSE) else self._short_text(piece)

    def _plain(self, piece: _Piece | None) -> str:
        return "" if piece is None else _plain(piece, self.form, self.notes, self.asked.title)

    def _answer(self, piece: _Piece, percent: Fraction) -> Answer:
        found = _WEIGHT.match(piece.text)
        if found:
            piece, percent = piece.part(found.end()), Fraction(found[1])
        said, why = piece.split("#")
        return Answer(piece.first_line, self._plain(said), percent, self._plain(why))

    def _choice(self, piece: _Piece) -> Built:
        answers = [self._answer(part, FULL if sign == "=" else NOTHING) for sign, part in _parts(piece, "=~")]
        several = "=" not in piece.text
        if self.kind is ItemKind.REASONED_VERDICT and not several:
            built = building.reasoned_verdict(self.asked, answers, notes=self.notes)
            if built is not None:
                return built
        return building.choice(self.asked, answers, several=several, notes=self.notes)

    def _matching(self, piece: _Piece) -> Built:
        pairs = []
        for _sign, part in _parts(piece, "="):
            prompt, match = part.split("->")
            if match is None:
                raise NotCarried(What.NO_PAIR, _beginning(part), part.first_line)
            pairs.append((self._plain(prompt), " ".join(_meant(match.text).split()), ""))
        return building.matching(self.asked, pairs, notes=self.notes)

    def _ordering(self, piece: _Piece) -> Built:
        """Read what Moodle's question type "ordering" writes: settings on the first line, then a step on each."""
        first, _break, _rest = piece.text.lstrip().partition("\n")
        steps = [self._plain(_Piece(line, piece.line)) for line in piece.text.strip().split("\n")[1:] if line.strip()]
        if len(first) > 1:
            self.notes.add(self.asked.line, What.ORDER_CREDIT, first[1:].strip(), title=self.asked.title)
        return building.ordering(self.asked, [(step, "") for step in steps], notes=self.notes)

    def _true_false(self, piece: _Piece) -> Built:
        said, whys = piece.split("#")
        first, second = (None, None) if whys is None else whys.split("#")
        verdict = said.text.strip() in _TRUE
        wrong, right = self._plain(first), self._plain(second)
        feedback = (right, wrong) if verdict else (wrong, right)
        return building.true_false(self.asked, verdict=verdict, feedback=feedback, words=self.words, notes=self.notes)

    def _short_text(self, piece: _Piece) -> Built:
        answers = [self._answer(part, FULL) for _sign, part in _parts(piece, "=")]
        return building.short_text(self.asked, answers, notes=self.notes)

    def _numeric(self, piece: _Piece) -> Built:
        place = piece.text.find("~")
        wrong = [] if place < 0 else [piece.part(place + 1)]
        answers = [self._answer(part, FULL) for _sign, part in _parts(piece.part(0, None if place < 0 else place), "=")]
        for part in wrong:
            said, why = part.split("#")
            answers.append(Answer(said.first_line, building.ANYTHING, NOTHING, self._plain(why)))
        return building.numeric(self.asked, answers, notes=self.notes)


def _parts(piece: _Piece, signs: Sequence[str]) -> Iterator[tuple[str, _Piece]]:
    """Yield the answers with the sign before each; what stands before the first sign is an answer too."""
    places = [number for number, character in enumerate(piece.text) if character in signs]
    before = piece.part(0, places[0] if places else None)
    if before.text.strip():
        yield "", before
    for place, after in pairwise([*places, len(piece.text)]):
        yield piece.text[place], piece.part(place + 1, after)
