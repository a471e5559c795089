"""Everything about a person as one JSON document, written piece by piece.

Its form is described in `docs/data-protection.md`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from training_app.rules.own_data import ELSEWHERE, WITHHELD_COLUMNS, WITHHELD_KINDS, WITHHELD_PARTS
from training_app.services.own_data.acts import acts
from training_app.services.own_data.kinds import kinds
from training_app.services.own_data.records import Naming, Record, plain, records

FORMAT = "training-app-own-data"
FORMAT_VERSION = 1


def document(naming: Naming, *, agency: str, words: Mapping[str, Mapping[str, str]], at: datetime) -> Iterator[str]:
    """Yield the document in pieces; read in the order of the page, each kind with the earliest record first.

    :param agency: whose record it is, as the pages call it.
    :param words: what kinds and fields are called in the reader's language.
    """
    person = naming.subject.person
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "agency": agency,
        "made_at": plain(at),
        "person": {"service_number": person.service_number, "name": person.name, "email": person.email},
        "words": words,
        "not_given": not_given(),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    yield ',\n "records": ['
    yield from _listed(_record(one) for kind in kinds() for one in records(naming, kind))
    yield '],\n "acts": ['
    each = acts(naming.session, naming.subject)
    yield from _listed({"kind": kind, "journal_entry": entry, "at": plain(when)} for entry, kind, when in each)
    yield "]\n}\n"


def _listed(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    between = "\n  "
    for row in rows:
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n  "


def _record(one: Record) -> dict[str, Any]:
    return {
        "section": one.kind.section.value,
        "kind": one.kind.name,
        "number": one.number,
        "journal_entry": one.entry,
        "at": plain(one.at),
        "recorded_by": list(one.by),
        "values": dict(one.values),
    }


def not_given() -> dict[str, str]:
    """Return what touches the person and is not in the document, each with the code of the reason."""
    named = {name: why.value for name, why in WITHHELD_KINDS.items()}
    for table, columns in WITHHELD_COLUMNS.items():
        named |= {f"{table}.{column}": why.value for column, why in columns.items()}
    for (table, column), parts in WITHHELD_PARTS.items():
        named |= {f"{table}.{column}.{part}": why.value for part, why in parts.items()}
    return named | {f"{table}.{column}": why.value for (table, column), why in ELSEWHERE.items()}
