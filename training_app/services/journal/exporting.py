"""The sealed journal as a file that another machine can check: JSON, a record to a line.

The file holds no payload and no salt: people appear as numbers and pseudonyms only, so that it may leave the house, and
an erasure need not follow it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from training_app.rules.canonical import canonical
from training_app.services.journal.records import HeadRecord, LeafRecord, NoteRecord, Record, sealed_records
from training_app.services.journal.tree_audit import Report, TreeAudit

FORM = "training journal, form 1"


def export(session: Session, file: TextIO) -> int:
    """Write the notes, leaves and heads to *file*; return the number of leaves."""
    leaves = 0
    file.write(canonical({"export": FORM}) + "\n")
    for record in sealed_records(session):
        leaves += isinstance(record, LeafRecord)
        file.write(canonical(_written(record)) + "\n")
    file.write(canonical({"end": leaves}) + "\n")
    return leaves


def verify_export(file: Iterable[str], public_key: Ed25519PublicKey, *, kept: Iterable[str] = ()) -> Report:
    """Check an exported file as `verify` checks the tree; nothing but the file and the key is needed.

    :param kept: notes of checkpoints that were kept elsewhere.
    """
    tree, faults = TreeAudit(public_key), list[str]()
    tree.keep(kept)
    for record in _records(file, faults.append):
        tree.take(record)
    faults.extend(tree.finish())
    return Report(
        entries=tree.leaves,
        leaves=tree.leaves,
        heads=tree.heads,
        checkpoints=tree.checkpoints,
        waiting=0,
        erased=(),
        faults=tuple(faults),
    )


def _written(record: Record) -> dict[str, object]:
    match record:
        case NoteRecord():
            return {"note": record.note, "size": record.size, "root": record.root}
        case LeafRecord():
            return {"leaf": record.number, "hash": record.leaf_hash, "content": record.content}
        case HeadRecord():
            return {"head": record.size, "root": record.root, "frontier": record.frontier}


def _records(file: Iterable[str], report: Callable[[str], object]) -> Iterator[Record]:
    """Yield the records of an exported file; tell *report* of lines that are none, and of a missing end."""
    leaves, ended = 0, False
    for number, line in enumerate(file, start=1):
        try:
            record = _read(line, heading=number == 1, ended=ended)
        except (ValueError, TypeError, KeyError, AttributeError):
            report(f"Line {number} is not a line of an exported journal.")
            continue
        if isinstance(record, int):
            ended = record == leaves
        elif record is not None:
            leaves += isinstance(record, LeafRecord)
            yield record
    if not ended:
        report("The file does not end as an exported journal does: it was cut off, or lines were taken out.")


def _read(line: str, *, heading: bool, ended: bool) -> Record | int | None:
    """Return the record on a line, the number of leaves on the last line, or ``None`` for the heading.

    :raises ValueError, TypeError, KeyError: if the line is none of these, or does not stand where it belongs.
    """
    written: Any = json.loads(line)
    if heading != (written == {"export": FORM}) or ended:
        raise ValueError(line)
    match written:
        case {"export": _}:
            return None
        case {"end": int(leaves)}:
            return leaves
        case {"note": str(note), "size": int(size), "root": str(root)}:
            return NoteRecord(note, size, root)
        case {"leaf": int(number), "hash": str(leaf_hash), "content": dict() | None as content}:
            if len(bytes.fromhex(leaf_hash)) != 32 or (content is not None and "entry" not in content):
                raise ValueError(line)
            return LeafRecord(number, leaf_hash, content)
        case {"head": int(size), "root": str(root), "frontier": list(frontier)}:
            return HeadRecord(size, root, tuple(frontier))
    raise ValueError(line)
