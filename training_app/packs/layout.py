"""What is in an evidence pack, and how its files are called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = "training-app-evidence-pack"
FORMAT_VERSION = 1
"""Goes up with every change of what a reader must know to check a pack."""

MANIFEST = "pack.json"
INDEX = "index.html"
HOW_TO_CHECK = "HOW-TO-CHECK.txt"
SUMS = "SHA256SUMS"
SIGNED_SUMS = "SHA256SUMS.note"
CHECKPOINT = "journal/checkpoint"
ENTRIES = "journal/entries.jsonl"
PAYLOADS = "journal/payloads.jsonl"
PEOPLE = "people.csv"
DECISIONS = "decisions.csv"
RECORDED = "decisions.jsonl"
TOOL = "tool.json"
OFFICERS = "officers"
CURRICULA = "curricula"

UNSUMMED = (SUMS, SIGNED_SUMS)
"""What the checksum list cannot hold: itself, and the signature over it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that names a journal entry, and what the entry must be about."""

    kinds: tuple[str, ...]
    """Names of the facts' tables."""
    at: str
    """The column with the instant at which the fact takes effect."""
    by: str = ""
    """The column with the service number of who recorded it; empty: no such column."""
    other_than: str = ""
    """The column that names another entry, which somebody else must have recorded."""


_PLAIN = {"at": "effective_at", "by": "recorded_by"}

#: The tables of a pack: of each, the columns that name entries of the journal.
TABLES: Mapping[str, Mapping[str, Column]] = {
    "versions.csv": {"entry": Column(("tool_version",), **_PLAIN)},
    "version-changes.csv": {"entry": Column(("version_fact", "release_cancellation"), **_PLAIN)},
    "requirements.csv": {
        "entry": Column(("requirement_set",), **_PLAIN),
        "change_entry": Column(("requirement_change",), at="effective_at", by="recorded_by"),
        "signature_entry": Column(("requirement_set_signature",), at="signed_at", by="signed_by", other_than="entry"),
    },
    "assessments.csv": {
        "entry": Column(("impact_assessment",), **_PLAIN),
        "signature_entry": Column(("assessment_signature",), at="signed_at", by="signed_by", other_than="entry"),
    },
    "revisions.csv": {
        "entry": Column(("module_revision",), at="effective_at"),
        "request_entry": Column(("review_request",), at="requested_at", by="requested_by"),
        "verdict_entry": Column(("review_verdict",), at="reviewed_at", by="reviewed_by", other_than="request_entry"),
    },
    "awards.csv": {"entry": Column(("award",), at="effective_at")},
    "award-changes.csv": {"entry": Column(("award_end", "award_review", "award_upholding"), **_PLAIN)},
    "trainers.csv": {
        "entry": Column(("trainer_qualification",), **_PLAIN),
        "signature_entry": Column(
            ("trainer_qualification_signature",), at="signed_at", by="signed_by", other_than="entry"
        ),
    },
    "trainer-declarations.csv": {
        "entry": Column(("ethics_declaration", "declared_interest", "declared_interest_end"), **_PLAIN)
    },
    "trainer-education.csv": {"entry": Column(("continuing_education",), **_PLAIN)},
    "trainer-measures.csv": {"entry": Column(("trainer_measure",), **_PLAIN)},
    "sessions.csv": {"entry": Column(("training_session",), at="planned_at", by="planned_by")},
    "exams.csv": {},
    "items.csv": {},
    "left-out.csv": {},
    PEOPLE: {},
    DECISIONS: {"entry": Column(("recorded_decision",), at="at")},
}

#: Kinds of fact that are about nobody, so that their payloads can be shown and checked as they are.
SHOWN_WHOLE = frozenset(
    {
        "assessment_signature",
        "impact_assessment",
        "release_cancellation",
        "requirement_change",
        "requirement_set",
        "requirement_set_signature",
        "tool_version",
        "version_fact",
    }
)

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?", re.ASCII)


def file_name(name: str) -> str:
    """Return a name of one file or folder for *name*, a service number or a slug; no two names share one.

    Every byte beyond letters, digits, dots, hyphens and underscores becomes ``%`` and two hexadecimal digits, and so
    does every dot of a name that begins or ends with one: nothing leads out of its folder.
    """
    if _PLAIN_NAME.fullmatch(name) and len(name) <= 100:
        return name
    plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(chr(byte) if chr(byte) in plain else f"%{byte:02X}" for byte in name.encode())


def officer_file(number: str) -> str:
    return f"{OFFICERS}/{file_name(number)}.json"


def is_safe(path: str) -> bool:
    """Tell whether *path* stays inside the folder that the pack is taken apart in, on every system."""
    parts = path.split("/")
    return all(re.fullmatch(r"[A-Za-z0-9._%-]+", part, re.ASCII) and part.strip(".") for part in parts)


def manifest_faults(manifest: Mapping[str, Any]) -> str | None:
    """Return why a pack with this manifest cannot be read; ``None`` where it can."""
    if manifest.get("format") != FORMAT:
        return "this is no evidence pack"
    if manifest.get("format_version") != FORMAT_VERSION:
        return f"the pack is of version {manifest.get('format_version')}, and this program reads {FORMAT_VERSION}"
    return None
