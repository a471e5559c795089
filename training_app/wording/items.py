"""Items in words: what was answered, and line by line what is right and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from quizzes.interaction_fields import ItemKind
from quizzes.interactions import (
    FALSE,
    TRUE,
    Choice,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    ReasonedVerdict,
    TextEntry,
    decimal,
)
from quizzes.item import CognitiveLevel
from quizzes.prompts import Prompt

KINDS: Mapping[ItemKind, Any] = {
    ItemKind.SINGLE_CHOICE: _l("One right answer"),
    ItemKind.MULTIPLE_RESPONSE: _l("Several right answers"),
    ItemKind.REASONED_VERDICT: _l("True or false, with the reason"),
    ItemKind.MATCHING: _l("Matching"),
    ItemKind.ORDERING: _l("Putting in order"),
    ItemKind.NUMERIC: _l("A number"),
    ItemKind.SHORT_TEXT: _l("A few words"),
    ItemKind.MARKING_UP: _l("Marking rows of a table"),
    ItemKind.CASE: _l("A case with several questions"),
}
KIND_HINTS: Mapping[ItemKind, Any] = {
    ItemKind.SINGLE_CHOICE: _l("The officer chooses one of several options."),
    ItemKind.MULTIPLE_RESPONSE: _l("The officer ticks all that are right; a wrong tick takes a right one back."),
    ItemKind.REASONED_VERDICT: _l("A statement, and the reason why it holds or not; both must be right."),
    ItemKind.MATCHING: _l("To each of a few things belongs one of a list."),
    ItemKind.ORDERING: _l("Steps are put in the right order."),
    ItemKind.NUMERIC: _l("A number is worked out; you say how far off it may be."),
    ItemKind.SHORT_TEXT: _l("A word or a few are written; you list the answers that are right."),
    ItemKind.MARKING_UP: _l("The officer marks the rows of a table that show something, such as bias."),
    ItemKind.CASE: _l("One scenario with two questions or more, of any kind."),
}
LEVELS: Mapping[CognitiveLevel, Any] = {
    CognitiveLevel.RECALL: _l("Recall"),
    CognitiveLevel.APPLY: _l("Apply"),
    CognitiveLevel.JUDGE: _l("Judge"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that can be right or wrong about an answer."""

    text: str
    why: str
    right: bool
    """Whether it belongs to the key."""
    given: bool
    """Whether the response says so."""


CHOSEN = (Choice, MarkingUp, ReasonedVerdict)
"""Interactions whose lines are each chosen or left; in the others something is to be said."""


def lines(prompt: Prompt) -> list[Line]:
    """Return everything that can be told about the answer to *prompt*: for practice, and for who may see keys."""
    if isinstance(prompt.interaction, CHOSEN):
        key, given, why = prompt.interaction.key, prompt.response, prompt.text.feedback
        return [Line(text, why[mark], mark in key, mark in given) for mark, text in _to_choose(prompt)]
    return list(_to_say(prompt))


def _to_choose(prompt: Prompt) -> Iterator[tuple[str, str]]:
    match prompt.interaction:
        case MarkingUp(rows=rows):
            yield from ((row, _row(prompt, row)) for row in rows)
        case ReasonedVerdict():
            yield from ((verdict, _verdict(verdict)) for verdict in (TRUE, FALSE))
            yield from ((reason, prompt.text.options[reason]) for reason in prompt.shown)
        case _:
            yield from ((option, prompt.text.options[option]) for option in prompt.shown)


def _to_say(prompt: Prompt) -> Iterator[Line]:
    text, given = prompt.text, prompt.response
    match prompt.interaction:
        case Matching(prompts=prompts, key=key):
            for one in prompts:
                pair = next(mark for mark in key if mark.startswith(f"{one}:"))
                yield Line(_pair(prompt, pair), text.feedback[one], True, pair in given)
        case Ordering(options=options):
            for place, option in enumerate(options, start=1):
                at_place = f"{option}:{place}"
                yield Line(_placed(prompt, at_place), text.feedback[option], True, at_place in given)
        case NumericEntry(value=value, tolerance=tolerance):
            figure = _figure(decimal(value), text.unit) + _give_or_take(tolerance)
            yield _entered(prompt, figure)
        case TextEntry():
            yield _entered(prompt, _(" or ").join(text.accepted))


def _entered(prompt: Prompt, right: str) -> Line:
    got_it = prompt.credit == 1
    return Line(right, prompt.text.feedback["right" if got_it else "wrong"], True, got_it)


def said(prompt: Prompt) -> list[str]:
    """Return what was answered to *prompt*, a text for each mark, in the order of the page."""
    text, asked, given = prompt.text, prompt.interaction, prompt.response
    match asked:
        case Choice():
            return [text.options[option] for option in prompt.shown if option in given]
        case MarkingUp(rows=rows):
            return [_row(prompt, row) for row in rows if row in given]
        case ReasonedVerdict():
            verdicts = [_verdict(verdict) for verdict in (TRUE, FALSE) if verdict in given]
            return verdicts + [text.options[reason] for reason in prompt.shown if reason in given]
        case Matching(prompts=prompts):
            return [_pair(prompt, mark) for one in prompts for mark in given if mark.startswith(f"{one}:")]
        case Ordering():
            return [_placed(prompt, mark) for mark in sorted(given, key=lambda mark: int(mark.rpartition(":")[2]))]
        case NumericEntry():
            return [_figure(mark, text.unit) for mark in given]
        case TextEntry():
            return list(given)


def _verdict(mark: str) -> str:
    return _("True") if mark == TRUE else _("False")


def _row(prompt: Prompt, row: str) -> str:
    return "; ".join(
        _("%(column)s: %(cell)s", column=column, cell=cell)
        for column, cell in zip(prompt.text.columns, prompt.text.rows[row], strict=True)
    )


def _pair(prompt: Prompt, mark: str) -> str:
    one, _colon, match = mark.partition(":")
    return _("%(prompt)s: %(match)s", prompt=prompt.text.options[one], match=prompt.text.options[match])


def _placed(prompt: Prompt, mark: str) -> str:
    option, _colon, place = mark.rpartition(":")
    return f"{place}. {prompt.text.options[option]}"


def _figure(written: str, unit: str) -> str:
    number = str(format_decimal(Decimal(written)))
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def _give_or_take(tolerance: Fraction) -> str:
    return _(", give or take %(tolerance)s", tolerance=_figure(decimal(tolerance), "")) if tolerance else ""
