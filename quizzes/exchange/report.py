"""What was carried from one format to another, and what was not: by line, with the reason as a code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quizzes.interactions import Interaction
from quizzes.item_text import ItemText

MOST_BYTES = 5 * 1024 * 1024
"""Of one file.  Five hundred questions in plain words need a tenth of it."""
MOST_QUESTIONS = 500
MOST_CHARACTERS = 10_000
"""Of one text: a question, an answer, a feedback."""
MOST_ANSWERS = 100
"""To one question."""
MOST_DEPTH = 30
"""How deep elements may stand inside of each other; Moodle's own are not deeper than eight."""

NO_TEXT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17))
    + "]"
)
"""Control characters, surrogates and Unicode's non-characters: no text holds one."""


class Fault(StrEnum):
    """Why a whole file is refused."""

    TOO_LARGE = "too-large"
    EMPTY = "empty"
    NOT_UTF8 = "not-utf-8"
    CHARACTER = "character"
    TOO_MANY = "too-many-questions"
    TOO_DEEP = "too-deep"
    NOT_XML = "not-xml"
    NOT_MOODLE = "not-moodle-xml"
    DECLARATIONS = "declarations"
    """A document type or an entity of its own: what is read would not be what stands there."""


class Unreadable(Exception):
    """Nothing of the file can be used.

    :param line: where, counted as an editor does; 0 where it is about the whole.
    """

    def __init__(self, fault: Fault, *, line: int = 0) -> None:
        super().__init__(f"The file cannot be read ({fault.value}, line {line}).")
        self.fault, self.line = fault, line


class What(StrEnum):
    """What was not carried, or is another thing afterwards."""

    # A whole question, when read.
    ESSAY = "essay"
    DESCRIPTION = "description"
    UNKNOWN_TYPE = "unknown-type"
    NO_QUESTION = "no-question"
    NO_KEY = "no-key"
    SEVERAL_KEYS = "several-keys"
    NO_WRONG_ANSWER = "no-wrong-answer"
    TOO_FEW = "too-few-answers"
    NOT_A_NUMBER = "not-a-number"
    BRACES = "braces"
    NO_PAIR = "no-pair"
    TOO_LONG = "too-long"
    GAP = "gap"
    # A whole item, when written.
    NOT_IN_FORMAT = "not-in-format"
    ARROW_IN_ANSWER = "arrow-in-answer"
    UNFINISHED = "unfinished"
    NOT_IN_LANGUAGE = "not-in-language"
    # Something of a question, when read.
    CREDIT = "credit"
    PARTLY_RIGHT = "partly-right"
    PICTURE = "picture"
    FILE = "file"
    LOOKS = "looks"
    TABLE = "table"
    FORMULA = "formula"
    EMBEDDED = "embedded"
    MARKDOWN = "markdown"
    GENERAL_FEEDBACK = "general-feedback"
    OVERALL_FEEDBACK = "overall-feedback"
    ANSWER_FEEDBACK = "answer-feedback"
    NO_FEEDBACK = "no-feedback"
    HINTS = "hints"
    SETTINGS = "settings"
    TAGS = "tags"
    WILDCARD = "wildcard"
    CAPITALS = "capitals"
    UNITS = "units"
    GRADE = "grade"
    TRUE_FALSE = "true-false"
    ORDER_CREDIT = "order-credit"
    ORDER_SUBSET = "order-subset"
    # Something of an item, when written.
    ONLY_TAGS = "only-tags"
    OTHER_LANGUAGES = "other-languages"
    CRITICAL = "critical"
    ENEMIES = "enemies"
    RATING = "rating"
    POINTS = "points"
    UNIT = "unit"
    STEPS_FEEDBACK = "steps-feedback"
    PAIRS_FEEDBACK = "pairs-feedback"
    REASONED_VERDICT = "reasoned-verdict"
    MARKING_UP = "marking-up"
    CASE_SPLIT = "case-split"
    WEIGHTS = "weights"
    ARROW = "arrow"
    LONG_TAG = "long-tag"


LEFT_OUT = frozenset(
    {
        What.ESSAY,
        What.DESCRIPTION,
        What.UNKNOWN_TYPE,
        What.NO_QUESTION,
        What.NO_KEY,
        What.SEVERAL_KEYS,
        What.NO_WRONG_ANSWER,
        What.TOO_FEW,
        What.NOT_A_NUMBER,
        What.BRACES,
        What.NO_PAIR,
        What.TOO_LONG,
        What.GAP,
        What.NOT_IN_FORMAT,
        What.ARROW_IN_ANSWER,
        What.UNFINISHED,
        What.NOT_IN_LANGUAGE,
    }
)
"""Reasons for which a question is not carried at all; the others are about something of a question that is."""


@dataclass(frozen=True, slots=True)
class Note:
    line: int
    """Counted as an editor does, from 1; 0 where it is about the whole file."""
    what: What
    about: str = ""
    """What stands there, or how many: see the sentence of each code."""
    title: str = ""
    """Of the question."""

    @property
    def left_out(self) -> bool:
        """Tell whether the question is not carried at all."""
        return self.what in LEFT_OUT


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was read: what an item is made of, without what only a module can say."""

    line: int
    title: str
    name: str
    """Its id in the other system; empty where it has none."""
    category: str
    """Where it stood there, from the top, parted by slashes; empty where nothing was said."""
    tags: tuple[str, ...]
    interaction: Interaction
    text: ItemText
    points: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds."""

    questions: tuple[Question, ...]
    notes: tuple[Note, ...]

    @property
    def left_out(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.left_out)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and what of the items is not in it."""

    text: str
    carried: int
    """How many items are in it."""
    notes: tuple[Note, ...]


class NotCarried(Exception):
    """Ends the reading or writing of one question; the reader or writer around it makes a note of it."""

    def __init__(self, what: What, about: str = "", line: int = 0) -> None:
        super().__init__(what.value)
        self.what, self.about, self.line = what, about, line


class Notes:
    """Collects what is to be told; each thing once for its line."""

    def __init__(self) -> None:
        self._found: dict[Note, None] = {}

    def add(self, line: int, what: What, about: Any = "", *, title: str = "") -> None:
        self._found[Note(line, what, str(about), title)] = None

    def take(self, others: "Notes") -> None:
        """Add what *others* collected."""
        self._found |= others._found

    def all(self) -> tuple[Note, ...]:
        """Return every note by its line, in the order found."""
        return tuple(sorted(self._found, key=lambda note: note.line))


def decoded(content: bytes) -> str:
    """Return the text of a file, its lines ended by a line feed and without a byte order mark.

    :raises Unreadable: if it is too large, empty, not in UTF-8, or holds a character that no text has.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault.TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(Fault.NOT_UTF8, line=content.count(b"\n", 0, error.start) + 1) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable(Fault.EMPTY)
    if strange := NO_TEXT.search(text):
        raise Unreadable(Fault.CHARACTER, line=text.count("\n", 0, strange.start()) + 1)
    return text


def limited(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return *questions* as they come.

    :raises Unreadable: at the first that is too many.
    """
    found: list[Question] = []
    for question in questions:
        if len(found) == MOST_QUESTIONS:
            raise Unreadable(Fault.TOO_MANY, line=question.line)
        found.append(question)
    return tuple(found)
