"""What in a text looks like it identifies a person: obvious shapes only, so that whoever writes can take them out.

It reads shapes, not meanings: a name passes unseen, and a number of another kind may be found.  Nothing rests on it but
a question to whoever writes.  Shapes of telephone numbers: ITU-T E.164; of machine-readable lines: ICAO Doc 9303.

Source: Directive (EU) 2016/680 art. 4(1)(c) (no more personal data than the purpose needs).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

YOUNGEST_YEARS = 10
"""A full date at least so long ago is taken for a date of birth; a later one for the day of what happened."""


class IdentifierKind(StrEnum):
    MAIL = "mail-address"
    BIRTH = "date-of-birth"
    DOCUMENT = "document-number"
    PLATE = "number-plate"
    SERVICE_NUMBER = "service-number"
    PHONE = "phone-number"


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a text, from *start* up to *end*, as Python counts characters."""

    kind: IdentifierKind
    text: str
    start: int
    end: int


_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre"
)
_DATE = re.compile(
    r"(?<![\w./-])(?:"
    r"(?P<iso>\d{4})[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?P<last>\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er)?\s+(?:{_MONTHS})\s+(?P<named>\d{{4}})"
    r")(?!\w|[-/.]\d)",
    re.IGNORECASE,
)
_BORN = re.compile(r"\b(?:born|d\.?o\.?b\.?|date of birth|née?|naissance|geboren|geb\.)\W.{0,20}$", re.IGNORECASE)

#: In the order in which they are looked for: what one has found, the next does not find again.
_SHAPES = (
    (IdentifierKind.MAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")),
    (
        IdentifierKind.DOCUMENT,
        re.compile(
            r"(?:[A-Z0-9<]{5,}<<[A-Z0-9<]*"  # a machine-readable line
            r"|(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"  # an account number (IBAN)
            r"|(?<!\w)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\w)"  # a national register number, as in Belgium
            r"|(?<!\w)[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3}(?: ?\d{2})?(?!\w)"  # the same in France
            r"|(?<!\w)[A-Z]{1,3}\d{6,9}(?!\w)"  # a passport
            r"|(?<!\w)\d{3}-\d{7}-\d{2}(?!\w))"  # an identity card, as in Belgium
        ),
    ),
    (
        IdentifierKind.PLATE,
        re.compile(
            r"(?<![\w-])(?:\d-[A-Z]{3}-\d{3}"  # Belgium
            r"|[A-Z]{2}-\d{3}-[A-Z]{2}"  # France, Italy
            r"|[A-Z]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?"  # Germany
            r"|[A-Z]{2}\d{2} [A-Z]{3}"  # United Kingdom
            r"|\d{4} [B-DF-HJ-NP-TV-Z]{3})(?![\w-])"  # Spain
        ),
    ),
    (IdentifierKind.SERVICE_NUMBER, re.compile(r"(?<![\w-])[A-Z]{2,4}-\d{3,8}(?![\w-])")),
)
_PHONE = re.compile(r"(?<![\w.])(?:\+|0|\(0(?=\d{0,4}\)))\d?[\d\s./()-]{6,22}\d(?!\w)")
FEWEST_DIGITS, MOST_DIGITS = 9, 15
"""Of a telephone number with its area or country, so that a time of day or a score is none."""


def find(text: str, *, today: date) -> tuple[Found, ...]:
    """Return what looks like an identifier, in the order of the text; no two parts overlap."""
    found: list[Found] = []
    for kind, shape in _SHAPES:
        found += _apart(found, ((kind, one.start(), one.end()) for one in shape.finditer(text)), text)
    dates = [one for one in _DATE.finditer(text) if not _overlaps(found, one.start(), one.end())]
    found += [
        Found(IdentifierKind.BIRTH, one.group(), one.start(), one.end()) for one in dates if _is_birth(one, text, today)
    ]
    rest = _without(text, dates)
    phones = (
        (IdentifierKind.PHONE, one.start(), one.end())
        for one in _PHONE.finditer(rest)
        if FEWEST_DIGITS <= sum(letter.isdigit() for letter in one.group()) <= MOST_DIGITS
    )
    found += _apart(found, phones, text)
    return tuple(sorted(found, key=lambda one: one.start))


def digest(found: Sequence[Found]) -> str:
    """Return what names exactly these findings, so that "it is none" is said of what was shown and nothing else."""
    return hashlib.sha256("\n".join(sorted(one.text for one in found)).encode()).hexdigest()


def _is_birth(found: re.Match[str], text: str, today: date) -> bool:
    year = found["iso"] or found["named"] or found["last"]
    old = len(year) == 4 and today.year - 120 <= int(year) <= today.year - YOUNGEST_YEARS
    return old or _BORN.search(text[: found.start()]) is not None


def _apart(found: Sequence[Found], parts: Iterator[tuple[IdentifierKind, int, int]], text: str) -> list[Found]:
    return [Found(kind, text[start:end], start, end) for kind, start, end in parts if not _overlaps(found, start, end)]


def _overlaps(found: Sequence[Found], start: int, end: int) -> bool:
    return any(start < one.end and one.start < end for one in found)


def _without(text: str, dates: Sequence[re.Match[str]]) -> str:
    """Return *text* with a letter in place of each character of the dates: a day is no telephone number."""
    letters = list(text)
    for one in dates:
        letters[one.start() : one.end()] = "x" * (one.end() - one.start())
    return "".join(letters)
