"""Interactions as they stand in ``bank.toml`` and in the JSON form of a revision: read and written."""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from fractions import Fraction

from courses.fields import SLUG, Fields
from quizzes.interactions import (
    FALSE,
    TRUE,
    Case,
    Choice,
    Interaction,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    Part,
    ReasonedVerdict,
    Response,
    Simple,
    TextEntry,
    decimal,
)

_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


class ItemKind(StrEnum):
    SINGLE_CHOICE = "single-choice"
    """Exactly one option is the key."""
    MULTIPLE_RESPONSE = "multiple-response"
    """One option or more is a key, and one at least is not."""
    REASONED_VERDICT = "true-false-reason"
    MATCHING = "matching"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    SHORT_TEXT = "short-text"
    MARKING_UP = "marking-up"
    CASE = "case"


def read_interaction(fields: Fields, kind: ItemKind) -> Interaction:
    """Return the interaction that the fields of an item of *kind* describe; fit for use only without faults."""
    if kind is ItemKind.CASE:
        return _case(fields)
    return _READERS[kind](fields)


def _single_choice(fields: Fields) -> Choice:
    options, key = _options(fields), Response(fields.strings("key"))
    _no_strangers(fields, "key", key, options, among="options")
    if len(key) != 1:
        fields.note("has no key" if not key else "is single-choice and has more than one key")
    return Choice(options, key, several=False)


def _multiple_response(fields: Fields) -> Choice:
    options, key = _options(fields), Response(fields.strings("key"))
    _some_but_not_all(fields, key, options, "option")
    return Choice(options, key, several=True)


def _marking_up(fields: Fields) -> MarkingUp:
    rows, key = _ids(fields, "rows"), Response(fields.strings("key"))
    if len(rows) < 2:
        fields.note("has fewer than two rows")
    _some_but_not_all(fields, key, rows, "row")
    return MarkingUp(rows, key)


def _reasoned_verdict(fields: Fields) -> ReasonedVerdict:
    reasons = _ids(fields, "reasons")
    found = ReasonedVerdict(fields.flag("verdict"), reasons, fields.text("reason"))
    if len(reasons) < 2:
        fields.note("has fewer than two reasons")
    _no_strangers(fields, "reason", {found.reason} - {""}, reasons, among="reasons")
    if taken := {TRUE, FALSE} & set(reasons):
        fields.note(f"has a reason with the name of a verdict: {', '.join(sorted(taken))}")
    return found


def _matching(fields: Fields) -> Matching:
    prompts, matches = _ids(fields, "prompts"), _ids(fields, "matches")
    pairs = fields.texts("key")
    if len(prompts) < 2 or len(matches) < 2:
        fields.note("has fewer than two prompts or fewer than two matches")
    if both := sorted(set(prompts) & set(matches)):
        fields.note(f"has the same name for a prompt and a match: {', '.join(both)}")
    if missing := [prompt for prompt in prompts if prompt not in pairs]:
        fields.note(f"has no match for: {', '.join(missing)}")
    _no_strangers(fields, "key", pairs, prompts, among="prompts")
    _no_strangers(fields, "key", pairs.values(), matches, among="matches")
    return Matching(prompts, matches, Response(f"{prompt}:{match}" for prompt, match in pairs.items()))


def _ordering(fields: Fields) -> Ordering:
    options = _ids(fields, "options")
    if len(options) < 3:
        fields.note("has fewer than three options to put in order")
    return Ordering(options)


def _numeric(fields: Fields) -> NumericEntry:
    return NumericEntry(_decimal(fields, "value"), abs(_decimal(fields, "tolerance")))


def _short_text(fields: Fields) -> TextEntry:
    """The accepted answers stand with the texts of each language: `quizzes.item` puts them in."""
    return TextEntry(Response())


_READERS: dict[ItemKind, Callable[[Fields], Simple]] = {
    ItemKind.SINGLE_CHOICE: _single_choice,
    ItemKind.MULTIPLE_RESPONSE: _multiple_response,
    ItemKind.REASONED_VERDICT: _reasoned_verdict,
    ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering,
    ItemKind.NUMERIC: _numeric,
    ItemKind.SHORT_TEXT: _short_text,
    ItemKind.MARKING_UP: _marking_up,
}


def _case(fields: Fields) -> Case:
    parts = tuple(_part(part) for part in fields.tables("parts", each=f"{fields.place} part".strip()))
    if len(parts) < 2:
        fields.note("is a case with fewer than two parts")
    ids = [part.id for part in parts]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        fields.note(f"has the part '{twice}' twice")
    return Case(parts)


def _part(fields: Fields) -> Part:
    name, points, kind = fields.slug("id"), fields.number("points"), fields.choice("kind", ItemKind)
    if kind is ItemKind.CASE:
        fields.note("is a case inside of a case")
        kind = ItemKind.SHORT_TEXT
    part = Part(name, points, _READERS[kind](fields))
    fields.close()
    return part


def interaction_json(interaction: Interaction) -> dict[str, object]:
    """Return the fields of *interaction* as JSON values, without its kind."""
    match interaction:
        case Choice(options=options, key=key):
            return {"options": list(options), "key": [option for option in options if option in key]}
        case MarkingUp(rows=rows, key=key):
            return {"rows": list(rows), "key": [row for row in rows if row in key]}
        case ReasonedVerdict(verdict=verdict, reasons=reasons, reason=reason):
            return {"verdict": verdict, "reasons": list(reasons), "reason": reason}
        case Matching(prompts=prompts, matches=matches, key=key):
            pairs = dict(sorted(_pairs(key), key=lambda pair: prompts.index(pair[0])))
            return {"prompts": list(prompts), "matches": list(matches), "key": pairs}
        case Ordering(options=options):
            return {"options": list(options)}
        case NumericEntry(value=value, tolerance=tolerance):
            return {"value": decimal(value), "tolerance": decimal(tolerance)}
        case TextEntry():
            return {}
        case Case(parts=parts):
            return {
                "parts": [
                    {
                        "id": part.id,
                        "kind": kind_of(part.interaction).value,
                        "points": part.points,
                        **interaction_json(part.interaction),
                    }
                    for part in parts
                ]
            }


def kind_of(interaction: Interaction) -> ItemKind:
    """Return the kind by which *interaction* is written."""
    match interaction:
        case Choice(several=several):
            return ItemKind.MULTIPLE_RESPONSE if several else ItemKind.SINGLE_CHOICE
        case MarkingUp():
            return ItemKind.MARKING_UP
        case ReasonedVerdict():
            return ItemKind.REASONED_VERDICT
        case Matching():
            return ItemKind.MATCHING
        case Ordering():
            return ItemKind.ORDERING
        case NumericEntry():
            return ItemKind.NUMERIC
        case TextEntry():
            return ItemKind.SHORT_TEXT
        case Case():
            return ItemKind.CASE


def texts_needed(interaction: Simple) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids that need a text, and those that need feedback, in the order written."""
    match interaction:
        case Choice(options=options) | Ordering(options=options):
            return options, options
        case MarkingUp(rows=rows):
            return (), rows
        case ReasonedVerdict(reasons=reasons):
            return reasons, (TRUE, FALSE, *reasons)
        case Matching(prompts=prompts, matches=matches):
            return (*prompts, *matches), prompts
        case NumericEntry() | TextEntry():
            return (), ("right", "wrong")


def _pairs(key: Response) -> Iterator[tuple[str, str]]:
    for mark in key:
        prompt, _, match = mark.partition(":")
        yield prompt, match


def _options(fields: Fields) -> tuple[str, ...]:
    options = _ids(fields, "options")
    if len(options) < 2:
        fields.note("has fewer than two options")
    return options


def _ids(fields: Fields, name: str) -> tuple[str, ...]:
    ids = fields.strings(name)
    for entry in ids:
        if not SLUG.fullmatch(entry):
            fields.note(f"has '{entry}' in '{name}'; use small letters, digits and single hyphens")
    return ids


def _some_but_not_all(fields: Fields, key: Response, there: tuple[str, ...], noun: str) -> None:
    _no_strangers(fields, "key", key, there, among=f"{noun}s")
    if not key:
        fields.note("has no key")
    elif key >= set(there):
        fields.note(f"has no wrong {noun}")


def _no_strangers(fields: Fields, name: str, found: Iterable[str], there: tuple[str, ...], *, among: str) -> None:
    if strangers := sorted(set(found) - set(there)):
        fields.note(f"has a {name} that is not among its {among}: {', '.join(strangers)}")


def _decimal(fields: Fields, name: str) -> Fraction:
    written = fields.text(name)
    if written and not _DECIMAL.fullmatch(written):
        fields.note(f"has the {name} '{written}', which is not a number in quotes such as \"12.5\"")
        return Fraction(0)
    return Fraction(written or 0)
