"""A decision as it was recorded, in a pack: the line that holds it whole, and the row and the command made of it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from training_app.rules.access import USE
from training_app.rules.canonical import canonical, instant
from training_app.rules.opened_digest import FIRST_BYTES

HEADER = (
    "entry",
    "decision",
    "at",
    "officer",
    "version",
    "purpose",
    "answer",
    "grounds",
    "asked_by",
    "facts_digest",
    "rule_version",
    "file",
    "replay",
)

#: What the first bytes of a decision's payload can be: an opening does not bind them, what follows them does.
BEGINNINGS = tuple(f'{{"allowed":{answer},"answer":{{"context":{{'[:FIRST_BYTES] for answer in ("false", "true"))


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """One line of the file of recorded decisions."""

    entry: int
    """Number of its journal entry."""
    payload: str
    """The fact as it was recorded, canonical JSON."""
    opening: str | None
    """The opening of the salted digest, in hexadecimal; ``None`` where the digest has no salt, or none can be given."""
    client: str
    """Name of the client that asked."""
    file: str | None
    """The file in the pack that the question is answered again from; ``None`` where there is none."""

    def __str__(self) -> str:
        return canonical(
            {
                "entry": self.entry,
                "payload": self.payload,
                "opening": self.opening,
                "client": self.client,
                "file": self.file,
            }
        )


def line_from(found: Any) -> RecordedLine:
    """Return the line that `RecordedLine` was written as.

    :raises ValueError: if it is none.
    """
    match found:
        case {
            "entry": int(entry),
            "payload": str(payload),
            "opening": str() | None as opening,
            "client": str(client),
            "file": str() | None as file,
            **rest,
        } if not rest:
            return RecordedLine(entry, payload, opening, client, file)
    raise ValueError("no line of a recorded decision")


def row(line: RecordedLine, payload: Mapping[str, Any]) -> Sequence[object]:
    """Return the row of `HEADER` for a line; *payload* is its own, read."""
    question, at = payload["question"], str(payload["effective_at"])
    return (
        line.entry,
        payload["id"],
        at,
        question.get("officer"),
        question.get("version"),
        question.get("purpose"),
        "allowed" if payload["allowed"] else "refused",
        payload["grounds"],
        line.client,
        payload.get("facts_digest"),
        payload.get("rule_version"),
        line.file,
        replay_command(question, at, file=line.file) if line.file and question.get("version") else None,
    )


def replay_command(question: Mapping[str, Any], at: datetime | str, *, file: str) -> str:
    """Return the command that answers *question* again from *file*, as of *at*, as it can be pasted into a shell."""
    when = at if isinstance(at, str) else instant(at)
    leave = question.get("authorisation") or {}
    stated = {
        "version": question.get("version"),
        "at": when,
        "known-at": when,
        "action": None if question["action"] == USE else question["action"],
        "purpose": question.get("purpose"),
        "crime-type": question.get("crime_type"),
        "circumstance": question.get("circumstance"),
        "authorisation-issuer": leave.get("issuer"),
        "authorisation-reference": leave.get("reference"),
        "authorisation-valid-until": leave.get("valid_until"),
    }
    replay = ["python", "-m", "training_app.replay", file]
    return shlex.join([*replay, *(f"--{option}={value}" for option, value in stated.items() if value is not None)])
