"""Citizens' reports of incidents: how far one is, what may follow, who handles it, and what looks like spam.

Sources: popAI recommendations (January 2024): independent oversight, and a place where citizens report incidents;
Recommendation CM/Rec(2001)10, para. 59 to 61 (complaints about the police go to a body that is independent of it).
Deadlines, and that a citizen needs no name, are this product's own.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Effect(StrEnum):
    """What an incident meant for somebody."""

    MISTAKEN = "taken-for-somebody-else"
    STOPPED = "stopped-or-searched"
    HELD = "held-or-accused"
    WATCHED = "watched-or-recorded"
    GROUP = "group-treated-worse"
    DATA = "data-wrong-or-passed-on"
    OTHER = "other"


class StepKind(StrEnum):
    HELD = "held-as-possible-spam"
    """By the installation, at once with the receipt; a person looks at it."""
    RELEASED = "released"
    REJECTED = "rejected-as-spam"
    TAKEN = "taken"
    """The first acknowledges the report; a later one takes it over."""
    ASKED = "asked"
    ANSWERED = "answered"
    STATEMENT_ASKED = "statement-asked"
    """Of the agency's registrars, who read a summary that oversight wrote."""
    STATEMENT_GIVEN = "statement-given"
    NOTED = "noted"
    CLOSED = "closed"


BY_NOBODY = frozenset({StepKind.HELD, StepKind.ANSWERED})
"""Steps of the installation and of a citizen, which name nobody."""


class Outcome(StrEnum):
    NO_FAULT = "no-fault-found"
    TOOL = "fault-of-the-tool"
    USE = "fault-of-the-use"
    DATA = "fault-of-the-data"
    NO_AI = "not-about-an-ai-tool"
    UNCLEAR = "not-cleared-up"


class State(StrEnum):
    RECEIVED = "received"
    HELD = "held"
    REJECTED = "rejected"
    HANDLED = "being-handled"
    ASKED = "question-open"
    """Whoever reported is asked something."""
    STATEMENT = "statement-open"
    """The agency is asked for a statement."""
    CLOSED = "closed"


ENDED = frozenset({State.REJECTED, State.CLOSED})


class Bar(StrEnum):
    """Why somebody does not handle an incident, or gives no statement on it."""

    NO_OVERSIGHT = "no-oversight"
    LOOKS_AFTER_TOOLS = "looks-after-tools"
    """Whoever answers for the tools, or gave a statement, does not judge what is said of them."""
    NO_REGISTRAR = "no-registrar"
    HANDLED_IT = "handled-it"


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    at: datetime
    by: int | None = None
    """``None``: whoever reported, or the installation."""
    outcome: Outcome | None = None
    tool: int | None = None
    """Of the end: the tool that it turned out to be about."""


_GATES = frozenset({StepKind.HELD, StepKind.RELEASED, StepKind.REJECTED})
_QUESTIONS = frozenset({StepKind.ASKED, StepKind.ANSWERED})
_STATEMENTS = frozenset({StepKind.STATEMENT_ASKED, StepKind.STATEMENT_GIVEN})


@dataclass(frozen=True, slots=True)
class History:
    """An incident with all that was done, in the order of the record."""

    received_at: datetime
    tool: int | None = None
    """That whoever reported named."""
    steps: tuple[Step, ...] = ()

    def _last(self, kinds: Collection[StepKind]) -> Step | None:
        return next((one for one in reversed(self.steps) if one.kind in kinds), None)

    def _is(self, kinds: Collection[StepKind], kind: StepKind) -> bool:
        last = self._last(kinds)
        return last is not None and last.kind is kind

    @property
    def held(self) -> bool:
        return self._is(_GATES, StepKind.HELD)

    @property
    def rejected(self) -> bool:
        return self._is(_GATES, StepKind.REJECTED)

    @property
    def asked(self) -> bool:
        """Whether a question to whoever reported waits for its answer."""
        return self._is(_QUESTIONS, StepKind.ASKED)

    @property
    def statement_asked(self) -> bool:
        """Whether the agency's statement is waited for."""
        return self._is(_STATEMENTS, StepKind.STATEMENT_ASKED)

    @property
    def acknowledged_at(self) -> datetime | None:
        """When a person first took it."""
        return next((one.at for one in self.steps if one.kind is StepKind.TAKEN), None)

    @property
    def end(self) -> Step | None:
        return self._last({StepKind.CLOSED}) or (self._last(_GATES) if self.rejected else None)

    @property
    def closed_at(self) -> datetime | None:
        return self.end.at if self.end else None

    @property
    def outcome(self) -> Outcome | None:
        return self.end.outcome if self.end else None

    @property
    def about(self) -> int | None:
        """The tool that it is about: as it turned out, before that as whoever reported named it."""
        return self.end.tool if self.end and self.end.kind is StepKind.CLOSED else self.tool

    @property
    def handler(self) -> int | None:
        taken = self._last({StepKind.TAKEN})
        return taken.by if taken else None

    @property
    def handled_by(self) -> frozenset[int]:
        """Everybody who did anything to it for oversight."""
        theirs = frozenset(StepKind) - BY_NOBODY - {StepKind.STATEMENT_GIVEN}
        return frozenset(one.by for one in self.steps if one.kind in theirs and one.by is not None)

    @property
    def stated_by(self) -> frozenset[int]:
        return frozenset(one.by for one in self.steps if one.kind is StepKind.STATEMENT_GIVEN and one.by is not None)

    def until(self, instant: datetime) -> "History":
        """Return the history as it was known before *instant*."""
        return History(self.received_at, self.tool, tuple(one for one in self.steps if one.at < instant))


def state(history: History) -> State:
    """Return how far the incident is, as everybody reads it who may read it."""
    held = {
        State.CLOSED: history.end is not None and history.end.kind is StepKind.CLOSED,
        State.REJECTED: history.rejected,
        State.HELD: history.held,
        State.ASKED: history.asked,
        State.STATEMENT: history.statement_asked,
        State.HANDLED: history.acknowledged_at is not None,
    }
    return next((found for found, holds in held.items() if holds), State.RECEIVED)


def possible(history: History) -> frozenset[StepKind]:
    """Return which steps may follow.  What was rejected can be released again: a person may have erred."""
    match state(history):
        case State.CLOSED:
            return frozenset()
        case State.REJECTED:
            return frozenset({StepKind.RELEASED})
        case State.HELD:
            return frozenset({StepKind.RELEASED, StepKind.REJECTED})
        case State.RECEIVED:
            return frozenset({StepKind.TAKEN, StepKind.REJECTED})
    question = StepKind.ANSWERED if history.asked else StepKind.ASKED
    statement = StepKind.STATEMENT_GIVEN if history.statement_asked else StepKind.STATEMENT_ASKED
    return frozenset({StepKind.TAKEN, StepKind.NOTED, StepKind.CLOSED, question, statement})


def bars(person: int, history: History, *, oversight: Collection[int], registrars: Collection[int]) -> tuple[Bar, ...]:
    """Return everything that keeps *person* from handling the incident; empty: may handle it.

    :param oversight: who holds that office now; :param registrars: who looks after the tools now.
    """
    held = {
        Bar.NO_OVERSIGHT: person not in oversight,
        Bar.LOOKS_AFTER_TOOLS: person in registrars or person in history.stated_by,
    }
    return tuple(bar for bar, holds in held.items() if holds)


def statement_bars(person: int, history: History, *, registrars: Collection[int]) -> tuple[Bar, ...]:
    """Return everything that keeps *person* from giving the agency's statement on the incident."""
    held = {Bar.NO_REGISTRAR: person not in registrars, Bar.HANDLED_IT: person in history.handled_by}
    return tuple(bar for bar, holds in held.items() if holds)


# -- what looks like spam ----------------------------------------------------------------------------------------------


class SpamSign(StrEnum):
    """Why a report is held for a person to look at; none of them refuses it."""

    TRAP = "hidden-field-filled"
    """A field that no person sees had something in it."""
    LINKS = "links"
    NO_SENSE = "no-sense"
    SAME_AGAIN = "same-text-again"
    TOO_MANY = "too-many-reports"
    """More reports arrived within a day than anybody expects; all further ones are held."""


MOST_LINKS = 1
FEWEST_WORDS = 3
"""Different words of a sentence that says something."""
FEWEST_BESIDE_A_LINK = 10
MOST_A_DAY = 200
"""Reports of all citizens together within 24 hours before further ones are held."""
SAME_AGAIN = timedelta(days=30)

_LINK = re.compile(r"https?://|\bwww\.|<a\s|\[url", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Chinese and Japanese put no spaces between words."""


def spam_signs(text: str, *, trap: str, same_again: bool, within_a_day: int) -> tuple[SpamSign, ...]:
    """Return why a report is held for a person to look at; empty: it is not.

    :param text: everything that was written in it.
    :param trap: what stood in the field that no person sees.
    :param same_again: whether the same text arrived within `SAME_AGAIN`.
    :param within_a_day: how many reports arrived within 24 hours before.
    """
    words, links = _WORD.findall(text.casefold()), len(_LINK.findall(text))
    little = len(set(words)) < FEWEST_WORDS and len(set(_WITHOUT_SPACES.findall(text))) < 2 * FEWEST_WORDS
    held = {
        SpamSign.TRAP: bool(trap.strip()),
        SpamSign.LINKS: links > MOST_LINKS or (links > 0 and len(words) < FEWEST_BESIDE_A_LINK),
        SpamSign.NO_SENSE: little,
        SpamSign.SAME_AGAIN: same_again,
        SpamSign.TOO_MANY: within_a_day >= MOST_A_DAY,
    }
    return tuple(sign for sign, holds in held.items() if holds)


def text_digest(text: str) -> str:
    """Return what two texts share that differ only in case, blanks and punctuation."""
    kept = " ".join(re.findall(r"\w+", text.casefold()))
    return hashlib.sha256(kept.encode()).hexdigest()


# -- how often ---------------------------------------------------------------------------------------------------------


class Sending(StrEnum):
    """What is counted by address, so that one sender cannot keep everybody else out."""

    REPORT = "report"
    WRONG_CODE = "wrong-code"


@dataclass(frozen=True, slots=True)
class Rate:
    most: int
    within: timedelta


RATES = {
    Sending.REPORT: Rate(10, timedelta(hours=24)),
    Sending.WRONG_CODE: Rate(20, timedelta(minutes=15)),
}
"""Many people share an address at a library or behind a mobile network, so a report a person is not the limit."""


def held_back_until(before: Sequence[datetime], rate: Rate, *, at: datetime) -> datetime | None:
    """Return when the next may be sent; ``None``: now.

    :param before: instants of those sent, in any order.
    """
    recent = sorted(one for one in before if one > at - rate.within)
    return recent[-rate.most] + rate.within if len(recent) >= rate.most else None


# -- a summary for the agency ------------------------------------------------------------------------------------------

LONGEST_QUOTE = 7
"""Words in a row that a summary may share with what was reported: names of tools and places run to several."""


def quoted(summary: str, told: str) -> str | None:
    """Return the first run of more than `LONGEST_QUOTE` words that *summary* copies from what was *told*."""
    ours, theirs = re.findall(r"\w+", summary), re.findall(r"\w+", told.casefold())
    length = LONGEST_QUOTE + 1
    known = {tuple(theirs[start : start + length]) for start in range(len(theirs) - length + 1)}
    for start in range(len(ours) - length + 1):
        run = ours[start : start + length]
        if tuple(word.casefold() for word in run) in known:
            return " ".join(run)
    return None
