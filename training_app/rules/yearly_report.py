"""The yearly report as files: JSON, CSV and a signed note, written in one way only, and checked without a database.

Whoever makes the report of a year anew from the same facts gets the same bytes; the note names the SHA-256 of the JSON
file and the head of the journal that holds every fact the report was made from.  The CSV says nothing more than the
JSON, and is made from it.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from training_app.rules.canonical import instant
from training_app.rules.disclosure import LIMIT, Form, Published, together
from training_app.rules.signed_note import CheckpointText, NoteFault, opened, sign
from training_app.rules.spreadsheet_cells import safe
from training_app.rules.yearly_figures import Figure, Row, Unsaid

FORMAT = "yearly-figures"
FORMAT_VERSION = 1
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
JSON, CSV, NOTE = ENDS = (".json", ".csv", ".json.sig")
"""How the names of the files end, after the same `stem`."""
PublicKey = Ed25519PublicKey
COLUMNS = ("year", "tool", "figure", "part", "form", "number", "unit")


@dataclass(frozen=True, slots=True)
class ToolInYear:
    """A tool that was in use in the year, or is prohibited, and what its card said by `known_at` of its data."""

    slug: str
    name: str
    personal_data: str | None = None
    special_categories: str | None = None
    retention: str | None = None
    """Each ``None`` where nobody had said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of one year."""

    agency: str
    zone: str
    """Name of the time zone whose calendar the year is of."""
    year: int
    start: datetime
    end: datetime
    """Exclusive."""
    known_at: datetime
    complete: bool
    """False where tools are left out because a law forbids the agency to name them."""
    refusals_kept: bool
    tools: tuple[ToolInYear, ...]
    rows: tuple[Row, ...]
    """The agency's first, then each tool's in the order of `tools`."""

    def of(self, tool: str | None) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.tool == tool)

    def tool(self, slug: str) -> ToolInYear | None:
        return next((one for one in self.tools if one.slug == slug), None)


def document(report: Report, *, only: str | None = None) -> dict[str, Any]:
    """Return the report as JSON values; `training_app/yearly_figures.schema.json` says what each means.

    :param only: slug of the one tool that it is about; the agency's figures are then left out.
    """
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "licence": LICENCE,
        "agency": report.agency,
        "year": report.year,
        "time_zone": report.zone,
        "from": instant(report.start),
        "until": instant(report.end),
        "known_at": instant(report.known_at),
        "limit": LIMIT,
        "only_tool": only,
        "complete": report.complete,
        "refusals_kept": report.refusals_kept,
        "tools": [
            {
                "id": one.slug,
                "name": one.name,
                "personal_data": one.personal_data,
                "special_categories": one.special_categories,
                "retention": one.retention,
            }
            for one in report.tools
            if only in {None, one.slug}
        ],
        "figures": [
            {
                "tool": row.tool,
                "figure": row.figure.value,
                "part": row.part or None,
                "form": row.form.value,
                "number": row.number,
                "unit": row.unit.value,
            }
            for row in report.rows
            if only is None or row.tool == only
        ],
    }


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of the JSON file."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of the CSV file: one line for each figure of *content*, a document; UTF-8, lines as RFC 4180.

    What is empty: `tool` for the agency, `part` for the figure as a whole, `number` where there is none.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for figure in content["figures"]:
        writer.writerow([content["year"], *(safe(figure[column]) for column in COLUMNS[1:])])
    return buffer.getvalue().encode()


def stem(content: Mapping[str, Any]) -> str:
    """Return the name of the files without their ends: ``figures-2025``, or ``figures-2025-<tool>``."""
    only = content["only_tool"]
    return f"figures-{content['year']}" + (f"-{only}" if only else "")


# -- signed ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Files:
    """A report as somebody has it."""

    json: bytes
    csv: bytes
    note: str


def files(content: Mapping[str, Any], head: CheckpointText, *, key: Ed25519PrivateKey) -> Files:
    """Return a document as its files, signed by *key*; see `note`."""
    return Files(as_json(content), as_csv(content), note(content, head, key=key))


def named(made: Files, stem: str) -> dict[str, bytes]:
    """Return the content of each file by its name."""
    contents = (made.json, made.csv, made.note.encode())
    return {f"{stem}{end}": content for end, content in zip(ENDS, contents, strict=True)}


def note(content: Mapping[str, Any], head: CheckpointText, *, key: Ed25519PrivateKey) -> str:
    """Return the signed note on a document: its file, its SHA-256, and the *head* that holds what it was made from.

    Its second line keeps it from being taken for a checkpoint.
    """
    digest = sha256(as_json(content)).hexdigest()
    lines = [
        f"{FORMAT} {content['year']}",
        f"sha256 {digest} {stem(content)}.json",
        f"known-at {content['known_at']}",
        "journal",
        *str(head).splitlines(),
    ]
    return sign("".join(f"{line}\n" for line in lines), name=head.origin, key=key)


def faults(files: Files, *, key: Ed25519PublicKey) -> list[str]:
    """Return what is wrong with a report, as sentences; empty where the key signed it and it holds together.

    That the figures follow from the facts is not seen from the files: that takes the database, or the evidence.
    """
    try:
        content = json.loads(files.json)
        text = opened(files.note, key=key)
        found = _note_faults(text, files, content)
        return found or _content_faults(files, content)
    except NoteFault as fault:
        return [str(fault)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["The JSON file is no report of yearly figures."]


def _note_faults(text: str, files: Files, content: Mapping[str, Any]) -> list[str]:
    first, hashed, known, *_journal = text.splitlines()
    found = []
    if first != f"{FORMAT} {content['year']}" or known != f"known-at {content['known_at']}":
        found.append("The note is about another report.")
    if hashed.split(" ")[:2] != ["sha256", sha256(files.json).hexdigest()]:
        found.append("The JSON file is not the one that was signed.")
    return found


def _content_faults(files: Files, content: Mapping[str, Any]) -> list[str]:
    found = []
    if content["format"] != FORMAT or content["format_version"] != FORMAT_VERSION:
        found.append("The report is of a format that this program does not know.")
    if as_csv(content) != files.csv:
        found.append("The CSV file does not say what the JSON file says.")
    small = [one for one in content["figures"] if not _publishable(one)]
    found += [f"A figure is under the limit: {_name(one)}." for one in small]
    return found + [f"A total is not what its parts add up to: {_name(one)}." for one in _wrong_totals(content)]


def _publishable(figure: Mapping[str, Any]) -> bool:
    number, form = figure["number"], figure["form"]
    if figure["figure"] == Figure.RETRAINED or form in {Form.AT_LEAST, *Unsaid}:
        return True
    return bool(number == 0 or number >= LIMIT)


def _wrong_totals(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the agency's figures that are not the total of the tools'; a report on one tool has none."""
    figures = content["figures"]
    wrong = []
    for one in figures:
        if one["tool"] is not None or one["figure"] == Figure.INCIDENTS_NO_TOOL:
            continue
        of_tools = [
            row for row in figures if row["tool"] and (row["figure"], row["part"]) == (one["figure"], one["part"])
        ]
        if one["form"] != Unsaid.NOT_KEPT and together(map(_published, of_tools)) != _published(one):
            wrong.append(one)
    return wrong


def _published(figure: Mapping[str, Any]) -> Published:
    return Published(Form(figure["form"]), figure["number"])


def _name(figure: Mapping[str, Any]) -> str:
    return " ".join(str(figure[part]) for part in ("tool", "figure", "part") if figure[part])
