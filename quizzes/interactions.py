"""How an item is answered: what a response to it looks like, which one is right, and what a partly right one earns.

A response is a set of marks, each a short text.  What a mark means depends on the interaction; the names follow the
interactions of IMS QTI 3.0.  An empty response is no answer.  Credit is a share from 0 to 1, never a float.

======================  =========================================  ==================================================
interaction             marks of a response                        credit
======================  =========================================  ==================================================
`Choice`, one           the option                                 all for a key, else none
`Choice`, several       each option chosen                         max(0, right - wrong) / keys
`ReasonedVerdict`       ``true`` or ``false``, and the reason      all for verdict and reason together, else none
`Matching`              ``prompt:match`` for each prompt           right pairs / prompts
`Ordering`              ``option:place``, places from 1            neighbours in the right order / all neighbours
`NumericEntry`          the number, with a point                   all within the tolerance, else none
`TextEntry`             the text                                   all for an accepted answer, else none
`MarkingUp`             each row chosen                            max(0, right - wrong) / keys
`Case`                  ``part/`` and a mark of the part           credits of the parts, weighed by their points
======================  =========================================  ==================================================
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

Response = frozenset[str]
"""The marks of an officer's answer to one item; empty where there is none."""

ALL, NONE = Fraction(1), Fraction(0)

TRUE, FALSE = "true", "false"

LONGEST_TEXT = 200
"""Most characters of a written answer."""

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Choice:
    """One or several of the options are to be chosen; every paper shuffles them."""

    options: tuple[str, ...]
    key: Response
    """Where one is to be chosen, one option as it is written; a ruling may accept any of several (`quizzes.rekey`)."""
    several: bool

    @property
    def shuffled(self) -> tuple[str, ...]:
        return self.options

    def admits(self, response: Response) -> bool:
        return response <= set(self.options) and (self.several or len(response) <= 1)

    def answered(self, response: Response) -> bool:
        return bool(response)

    def credit(self, response: Response) -> Fraction:
        if self.several:
            return _right_less_wrong(response, self.key)
        return ALL if response and response <= self.key else NONE


@dataclass(frozen=True, slots=True)
class ReasonedVerdict:
    """A statement is true or false, for one of the reasons.

    A right verdict for a wrong reason earns nothing: half of all guesses would.
    """

    verdict: bool
    reasons: tuple[str, ...]
    reason: str

    @property
    def shuffled(self) -> tuple[str, ...]:
        return self.reasons

    @property
    def key(self) -> Response:
        return Response({TRUE if self.verdict else FALSE, self.reason})

    def admits(self, response: Response) -> bool:
        verdicts, reasons = response & {TRUE, FALSE}, response & set(self.reasons)
        return len(verdicts) <= 1 and len(reasons) <= 1 and response == verdicts | reasons

    def answered(self, response: Response) -> bool:
        return len(response) == 2

    def credit(self, response: Response) -> Fraction:
        return ALL if response == self.key else NONE


@dataclass(frozen=True, slots=True)
class Matching:
    """To each prompt belongs one of the matches; a match may serve several prompts, or none."""

    prompts: tuple[str, ...]
    """In the order written; a paper shuffles the matches only."""
    matches: tuple[str, ...]
    key: Response
    """One pair for each prompt."""

    @property
    def shuffled(self) -> tuple[str, ...]:
        return self.matches

    def admits(self, response: Response) -> bool:
        pairs = {f"{prompt}:{match}" for prompt in self.prompts for match in self.matches}
        return response <= pairs and not _twice(mark.partition(":")[0] for mark in response)

    def answered(self, response: Response) -> bool:
        return len(response) == len(self.prompts)

    def credit(self, response: Response) -> Fraction:
        return Fraction(len(response & self.key), len(self.prompts))


@dataclass(frozen=True, slots=True)
class Ordering:
    """The options are to be put in order."""

    options: tuple[str, ...]
    """In the right order."""

    @property
    def shuffled(self) -> tuple[str, ...]:
        return self.options

    @property
    def key(self) -> Response:
        return Response(f"{option}:{place}" for place, option in enumerate(self.options, start=1))

    def admits(self, response: Response) -> bool:
        """Return whether no option has two places and no place two options."""
        places = {f"{option}:{place}" for option in self.options for place in range(1, len(self.options) + 1)}
        parts = [mark.partition(":") for mark in response]
        return (
            response <= places
            and not _twice(option for option, _, _ in parts)
            and not _twice(place for _, _, place in parts)
        )

    def answered(self, response: Response) -> bool:
        return len(response) == len(self.options)

    def credit(self, response: Response) -> Fraction:
        """Return the share of neighbours that follow each other as they should.

        One step in the wrong place therefore does not spoil the order of all that come after it.
        """
        at_place = {int(mark.partition(":")[2]): mark.partition(":")[0] for mark in response}
        follows = zip(self.options, self.options[1:], strict=False)
        right = sum(
            any(at_place[place] == first and at_place.get(place + 1) == then for place in at_place)
            for first, then in follows
        )
        return Fraction(right, len(self.options) - 1)


@dataclass(frozen=True, slots=True)
class NumericEntry:
    """A number is to be worked out."""

    value: Fraction
    tolerance: Fraction
    """How far off a right answer may be, both ends included."""
    shuffled: ClassVar[tuple[str, ...]] = ()

    @property
    def key(self) -> Response:
        return Response({decimal(self.value)})

    def admits(self, response: Response) -> bool:
        return len(response) <= 1 and all(_NUMBER.fullmatch(mark) for mark in response)

    def answered(self, response: Response) -> bool:
        return bool(response)

    def credit(self, response: Response) -> Fraction:
        return ALL if any(abs(Fraction(mark) - self.value) <= self.tolerance for mark in response) else NONE


@dataclass(frozen=True, slots=True)
class TextEntry:
    """A word or a few are to be written; capitals and spacing do not matter."""

    accepted: Response
    """Every answer that is right, in whichever language of the item."""
    shuffled: ClassVar[tuple[str, ...]] = ()

    @property
    def key(self) -> Response:
        """Return one of the accepted answers: the first in the alphabet."""
        return Response(sorted(self.accepted)[:1])

    def admits(self, response: Response) -> bool:
        return len(response) <= 1 and all(0 < len(mark) <= LONGEST_TEXT and mark == mark.strip() for mark in response)

    def answered(self, response: Response) -> bool:
        return bool(response)

    def credit(self, response: Response) -> Fraction:
        right = {folded(answer) for answer in self.accepted}
        return ALL if any(folded(mark) in right for mark in response) else NONE


@dataclass(frozen=True, slots=True)
class MarkingUp:
    """The rows of a table that show something are to be marked; the table keeps the order of its author."""

    rows: tuple[str, ...]
    key: Response
    shuffled: ClassVar[tuple[str, ...]] = ()

    def admits(self, response: Response) -> bool:
        return response <= set(self.rows)

    def answered(self, response: Response) -> bool:
        return bool(response)

    def credit(self, response: Response) -> Fraction:
        return _right_less_wrong(response, self.key)


#: An interaction that may also be a part of a case.
Simple = Choice | ReasonedVerdict | Matching | Ordering | NumericEntry | TextEntry | MarkingUp


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a case."""

    id: str
    points: int
    interaction: Simple


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario with several questions, which keep their order."""

    parts: tuple[Part, ...]

    @property
    def shuffled(self) -> tuple[str, ...]:
        return tuple(f"{part.id}/{entry}" for part in self.parts for entry in part.interaction.shuffled)

    @property
    def key(self) -> Response:
        return Response(f"{part.id}/{mark}" for part in self.parts for mark in part.interaction.key)

    def response_to(self, part: Part, response: Response) -> Response:
        """Return what *response* says to *part* alone."""
        prefix = f"{part.id}/"
        return Response(mark.removeprefix(prefix) for mark in response if mark.startswith(prefix))

    def admits(self, response: Response) -> bool:
        known = {part.id for part in self.parts}
        return all(mark.partition("/")[0] in known for mark in response) and all(
            part.interaction.admits(self.response_to(part, response)) for part in self.parts
        )

    def answered(self, response: Response) -> bool:
        return all(part.interaction.answered(self.response_to(part, response)) for part in self.parts)

    def credit(self, response: Response) -> Fraction:
        earned = sum(
            (part.points * part.interaction.credit(self.response_to(part, response)) for part in self.parts), NONE
        )
        return earned / sum(part.points for part in self.parts)


Interaction = Simple | Case


def folded(text: str) -> str:
    """Return *text* as it is compared: without capitals, with single spaces, and with marks joined to their letters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def decimal(value: Fraction) -> str:
    """Return *value* as a decimal number with a point, as exactly as six places can say it."""
    whole, rest = divmod(round(abs(value) * 10**6), 10**6)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:06}".rstrip("0").rstrip(".")


def _right_less_wrong(response: Response, key: Response) -> Fraction:
    """Return what choosing several earns: each wrong one takes a right one back, so that choosing all does not pay."""
    return Fraction(max(0, len(response & key) - len(response - key)), len(key))


def _twice(entries: Iterable[str]) -> bool:
    listed = list(entries)
    return len(set(listed)) < len(listed)
