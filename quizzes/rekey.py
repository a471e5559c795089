"""Another key for an item that officers were tested with: what it may be, and how it is kept.

A new key leaves the question as officers saw it: the same options, rows, prompts and parts.  So whatever was answered
can be marked by it.  That a systematic error in scoring is documented and corrected for everybody: Standards for
Educational and Psychological Testing (AERA, APA, NCME, 2014), 6.9.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.bank import Bank
from quizzes.interaction_fields import interaction_json, kind_of, read_interaction
from quizzes.interactions import (
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
    TextEntry,
)


class KeyFault(StrEnum):
    """Why something is no new key for an item."""

    OTHER_QUESTION = "other-question"
    """It has other options, rows, prompts or parts than officers saw."""
    NO_KEY = "no-key"
    """Nothing would be right."""
    ALL_KEYS = "all-keys"
    """Everything would be right: such an item is void."""
    SAME_KEY = "same-key"


def key_fault(before: Interaction, after: Interaction) -> KeyFault | None:
    """Return why *after* is no other key for an item that is answered as *before*; ``None`` where it is one."""
    if _question(before) != _question(after):
        return KeyFault.OTHER_QUESTION
    if isinstance(after, Case):
        faults = [_extent_fault(part.interaction) for part in after.parts]
        fault = next((one for one in faults if one), None)
    else:
        fault = _extent_fault(after)
    if fault is None and before == after:
        return KeyFault.SAME_KEY
    return fault


def _question(interaction: Interaction) -> tuple[object, ...]:
    """Return what officers saw of *interaction*: all of it but the key."""
    match interaction:
        case Choice(options=options, several=several):
            return Choice, options, several
        case MarkingUp(rows=rows):
            return MarkingUp, rows
        case ReasonedVerdict(reasons=reasons):
            return ReasonedVerdict, reasons
        case Matching(prompts=prompts, matches=matches):
            return Matching, prompts, matches
        case Ordering(options=options):
            return Ordering, tuple(sorted(options))
        case NumericEntry() | TextEntry():
            return (type(interaction),)
        case Case(parts=parts):
            return Case, *((part.id, part.points, _question(part.interaction)) for part in parts)


def _extent_fault(interaction: Interaction) -> KeyFault | None:
    match interaction:
        case Choice(options=there, key=key) | MarkingUp(rows=there, key=key):
            if not key or not key <= set(there):
                return KeyFault.NO_KEY
            return KeyFault.ALL_KEYS if len(key) == len(there) else None
        case ReasonedVerdict(reasons=reasons, reason=reason):
            return None if reason in reasons else KeyFault.NO_KEY
        case Matching(prompts=prompts, key=key):
            return None if interaction.admits(key) and len(key) == len(prompts) else KeyFault.NO_KEY
        case TextEntry(accepted=accepted):
            return None if accepted else KeyFault.NO_KEY
    return None


def key_json(interaction: Interaction) -> dict[str, object]:
    """Return *interaction* as JSON values, accepted answers inside; see `read_key`."""
    written = interaction_json(interaction)
    if isinstance(interaction, TextEntry):
        return written | {"accepted": sorted(interaction.accepted)}
    if isinstance(interaction, Case):
        return {
            "parts": [
                {"id": part.id, "points": part.points, "kind": kind_of(part.interaction).value}
                | key_json(part.interaction)
                for part in interaction.parts
            ]
        }
    return written


def read_key(before: Interaction, written: Mapping[str, object]) -> Interaction:
    """Return the interaction whose `key_json` is *written*, for an item that is answered as *before*.

    :raises ContentError: for the first fault, if *written* has no such form.
    """
    if isinstance(before, Case):
        by_id = {part["id"]: part for part in _tables(written.get("parts"))}
        return Case(tuple(_read_part(part, by_id.get(part.id, {})) for part in before.parts))
    faults: list[ContentError] = []
    fields = Fields(written, file="key.json", faults=faults)
    found: Interaction
    match before:
        case Choice(several=several):
            found = Choice(fields.strings("options"), Response(fields.strings("key")), several)
        case TextEntry():
            found = TextEntry(Response(fields.strings("accepted")))
        case _:
            found = read_interaction(fields, kind_of(before))
    if faults:
        raise faults[0]
    return found


def _read_part(part: Part, written: Mapping[str, object]) -> Part:
    interaction = read_key(part.interaction, written)
    if isinstance(interaction, Case):
        raise ContentError("key.json", f"part '{part.id}' is a case inside of a case")
    return replace(part, interaction=interaction)


def _tables(written: object) -> list[Mapping[str, object]]:
    return [one for one in written if isinstance(one, Mapping)] if isinstance(written, list) else []


def leaving_out(bank: Bank, unwanted: frozenset[str]) -> Bank:
    """Return *bank* without the items of these ids; it may be too small for its plan."""
    return replace(bank, items=tuple(item for item in bank.items if item.id not in unwanted))
