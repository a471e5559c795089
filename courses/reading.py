"""How hard and how long a lesson is to read: figures for its author, never a reason to refuse it."""

import re
from fractions import Fraction

WORDS_A_MINUTE = 200
"""Reading speed for learning from expository text, of an adult reader."""

HARD_TO_READ = 45
"""The readability index above which a lesson is looked at: officers read it between two calls."""
FEWEST_WORDS = 40
"""The index of a shorter text says nothing."""

_LETTERS = r"[^\W\d_]+(?:['\u2019\u2010-][^\W\d_]+)*"
_WORD = re.compile(_LETTERS)
_WORD_OR_NUMBER = re.compile(rf"{_LETTERS}|\d[\d.,]*")
# A full stop before a digit or a small letter ends an abbreviation (art. 3), not a sentence.
_SENTENCE_END = re.compile(r"[.!?:\u2026][\"'\u201d\u2019\u00bb)\]]*\s+(?=[^\w\s]*[^\W\d_a-z])|\n\s*\n")
_MARKUP = (
    # A lab's figures, or code: looked at, not read.
    (re.compile(r"^(`{3,})[^`\n]*\n.*?^\1 *$", re.MULTILINE | re.DOTALL), ""),
    (re.compile(r"^```[a-z-]+[ \t]*$.*?^```[ \t]*$", re.MULTILINE | re.DOTALL), "\n"),
    (re.compile(r"\[@[^\[\]\s]+\]"), ""),
    (re.compile(r"\[\[(?:[^\[\]|]+\|)?([^\[\]|]+)\]\]"), r"\1"),
    (re.compile(r"!\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"^ *\|?[ :|-]*--[ :|-]*$", re.MULTILINE), ""),
    (re.compile(r"^ *!!! *\w+(?: +\"(.*)\")? *$", re.MULTILINE), r"\n\1\n"),
    (re.compile(r"^ *(#+) *(.*)$", re.MULTILINE), r"\n\2\n"),
    (re.compile(r"^ *(?:[-*+]|\d+\.|>) +", re.MULTILINE), "\n\n"),
    (re.compile(r"[*`|\\]"), " "),
)


def plain_text(body: str) -> str:
    """Return a lesson's Markdown without its marks: what is read, one blank line between blocks."""
    for pattern, shown in _MARKUP:
        body = pattern.sub(shown, body)
    return body.strip()


def lix(body: str) -> int:
    """Return the readability index of a lesson's Markdown, rounded; 0 where it has no word.

    LIX = words / sentences + 100 x words of more than 6 letters / words.  It needs no word list and so compares texts
    of different languages: about 30 is easy, 40 a newspaper, above 50 hard, 60 legal prose.  Headings, list items and
    table blocks count as sentences.

    Source: C. H. Björnsson, Läsbarhet, Stockholm 1968.
    """
    text = plain_text(body)
    words = _WORD.findall(text)
    if not words:
        return 0
    sentences = sum(1 for sentence in _SENTENCE_END.split(text) if _WORD.search(sentence))
    long_words = sum(1 for word in words if sum(map(str.isalpha, word)) > 6)
    return round(Fraction(len(words), sentences) + Fraction(100 * long_words, len(words)))


def is_hard_to_read(body: str) -> bool:
    """Tell whether a lesson's Markdown has `FEWEST_WORDS` or more and a readability index above `HARD_TO_READ`."""
    return len(_WORD.findall(plain_text(body))) >= FEWEST_WORDS and lix(body) > HARD_TO_READ


def minutes_to_read(body: str) -> int:
    """Return how long a lesson's Markdown takes to read, in minutes, rounded up; 0 where it is empty.

    Words and numbers at `WORDS_A_MINUTE`.  The time for thinking and for the exercises is the author's to add.
    """
    words = len(_WORD_OR_NUMBER.findall(plain_text(body)))
    return -(-words // WORDS_A_MINUTE)
