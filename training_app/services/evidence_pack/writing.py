"""A pack put together, part by part: what is large is read and written in runs, and never held as a whole."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from training_app.models.tools import Tool
from training_app.packs import decided, layout
from training_app.packs.archive import PackWriter
from training_app.packs.instructions import how_to_check
from training_app.packs.tables import row_text, table_text
from training_app.rules.canonical import instant
from training_app.rules.signed_note import CheckpointText, sign
from training_app.services import content
from training_app.services.evidence_pack import curricula, left_out, of_officers, of_tool, of_trainers
from training_app.services.evidence_pack.left_out import LeftOut
from training_app.services.evidence_pack.of_officers import Included
from training_app.services.evidence_pack.of_tool import Cells, Table
from training_app.services.evidence_pack.orders import Extent, PackOrder, extent, tool_of
from training_app.services.evidence_pack.shown import Shown
from training_app.services.rule_version import rule_version

MOST_COMMANDS = 500
"""Refusals whose commands stand in the index; those of all stand in the table of decisions."""
IN_MEMORY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class RefusalShown:
    """A refusal as the index shows it."""

    number: int
    at: str
    officer: str
    version: str
    grounds: Sequence[str]
    command: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What an index says of its pack."""

    order: PackOrder
    tool: Tool
    origin: str
    tree_size: int
    root: str
    entries: int
    awards: int
    awards_in_period: int
    officers: int
    decisions: int
    refusals: int
    grounds: Sequence[tuple[str, int]]
    """How many refusals named each ground, the most frequent first."""
    commands: Sequence[RefusalShown]
    rows: dict[str, int]
    """Rows of each table, by its file."""
    left_out: Sequence[LeftOut]
    rule_version: str


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was written."""

    sums_digest: str
    """SHA-256 of its list of checksums: what its signature is over, and what it is known by."""
    contents: Contents


Progress = Callable[[int, int], object]
"""Told how many decisions and officers are done, and of how many."""


def write(
    session: Session,
    order: PackOrder,
    out: IO[bytes],
    *,
    key: Ed25519PrivateKey,
    origin: str,
    index: Callable[[Contents], str],
    progress: Progress | None = None,
) -> Made:
    """Write the pack of *order* to *out*, and sign it.

    :param origin: the name under which *key*, the journal's, signs.
    :param index: makes the page that explains the pack.
    :raises ToolUnknown: if there is no such tool; :raises StillSealing, NothingSealed: if the journal is not so far;
    :raises NotAsRecorded: if the database was changed past the product.
    """
    with closing(PackWriter(out)) as pack:
        return _Writing(session, order, pack, progress).run(key, origin, index)


class _Writing:
    def __init__(self, session: Session, order: PackOrder, pack: PackWriter, progress: Progress | None) -> None:
        self.session, self.order, self.pack = session, order, pack
        self.tool, self.shown, self.found = tool_of(session, order), Shown(session, order), Included()
        self.rows: dict[str, int] = {}
        self.grounds: Counter[str] = Counter()
        self.commands: list[RefusalShown] = []
        self._progress, self._done = progress, 0
        self._extent: Extent = extent(session, order)

    def run(self, key: Ed25519PrivateKey, origin: str, index: Callable[[Contents], str]) -> Made:
        self._decisions()
        modules = of_tool.modules(self.session, self.tool, self.order)
        self._rows("awards.csv", of_officers.AWARDS, self._awards())
        taught = curricula.of_period(self.session, modules, self.found.revisions, self.order)
        held = of_trainers.sessions_held(self.session, self.tool, modules, self.order)
        for table in self._tables(taught, held):
            self._rows(table.file, table.header, table.rows)
        for path, text in curricula.files(taught):
            self.pack.add(path, text)
        self.pack.add(layout.TOOL, of_officers.tool_file(self.session, self.tool, self.order))
        if self.order.with_officers:
            for path, text in of_officers.evidence_files(self.session, self.tool, self.order, self.found, self._step):
                self.pack.add(path, text)
        items = sum(len(content.published(one.revision).bank.items) for one in taught)
        missing = left_out.left_out(self.session, self.order, self.found, items=items)
        self._rows("left-out.csv", left_out.table(missing).header, left_out.table(missing).rows)
        self._journal(key, origin)
        contents = self._contents(origin, missing)
        self.pack.add(layout.MANIFEST, _manifest(contents))
        self.pack.add(layout.HOW_TO_CHECK, how_to_check(origin))
        self.pack.add(layout.INDEX, index(contents))
        return Made(self.pack.finish(origin=origin, key=key), contents)

    def _tables(self, taught: Sequence[curricula.Curriculum], held: Any) -> Iterator[Table]:
        session, order, shown = self.session, self.order, self.shown
        yield from of_tool.tables(session, self.tool, order, shown)
        yield curricula.revisions_table(taught, shown)
        yield curricula.exams_table(session, taught, order)
        yield curricula.items_table(session, taught, order)
        yield of_officers.changes_table(session, self.found, order, shown)
        trainers = of_trainers.people(
            session,
            self.tool,
            order,
            subjects={content.published(one.revision).module.subject_area for one in taught},
            awards=self.found.awards,
            instructors={one.plan.instructor for one in held},
        )
        yield from of_trainers.tables(session, trainers, order, shown)
        yield of_trainers.sessions_table(held, order, shown)

    def _awards(self) -> Iterator[Cells]:
        return of_officers.awards(self.session, self.tool, self.order, self.shown, self.found)

    def _decisions(self) -> None:
        """Write both files of the decisions: the table is kept aside while what was recorded is written."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, "w+", encoding="utf-8", newline="") as aside:
            told = of_officers.decisions(self.session, self.tool, self.order, self.shown, self.found)

            def lines() -> Iterator[str]:
                for line, number in told:
                    payload = json.loads(line.payload)
                    row = decided.row(line, payload)
                    aside.write(row_text(row))
                    self._refusal(payload, row, number)
                    self._step()
                    yield f"{line}\n"

            self.pack.add(layout.RECORDED, lines())
            aside.seek(0)
            self._rows_written(layout.DECISIONS, decided.HEADER, aside)
        self.rows[layout.DECISIONS] = self.found.decisions

    def _refusal(self, payload: Any, row: Sequence[object], number: str) -> None:
        if payload["allowed"]:
            return
        self.grounds.update(payload["grounds"])
        told = dict(zip(decided.HEADER, row, strict=True))
        if told["replay"] and len(self.commands) < MOST_COMMANDS:
            officer, version = number or str(told["officer"]), str(told["version"])
            shown = (payload["id"], str(told["at"]), officer, version, payload["grounds"], str(told["replay"]))
            self.commands.append(RefusalShown(*shown))

    def _journal(self, key: Ed25519PrivateKey, origin: str) -> None:
        head = self.shown.head
        people = self.shown.people()
        self._rows(layout.PEOPLE, ("person", "number"), people)
        self.pack.add(layout.PAYLOADS, self.shown.payloads())
        self.pack.add(layout.ENTRIES, self.shown.proof())
        statement = CheckpointText(origin, head.size, bytes.fromhex(head.root))
        self.pack.add(layout.CHECKPOINT, sign(str(statement), name=origin, key=key))

    def _contents(self, origin: str, missing: Sequence[LeftOut]) -> Contents:
        return Contents(
            order=self.order,
            tool=self.tool,
            origin=origin,
            tree_size=self.shown.head.size,
            root=self.shown.head.root,
            entries=self.shown.count,
            awards=len(self.found.awards),
            awards_in_period=self.found.in_period,
            officers=len(self.found.officers),
            decisions=self.found.decisions,
            refusals=self.found.refusals,
            grounds=sorted(self.grounds.items(), key=lambda one: (-one[1], one[0])),
            commands=self.commands,
            rows=self.rows,
            left_out=missing,
            rule_version=rule_version(),
        )

    def _rows(self, file: str, header: Sequence[str], rows: Iterable[Cells]) -> None:
        number = 0

        def counted() -> Iterator[Cells]:
            nonlocal number
            for row in rows:
                number += 1
                yield row

        self.pack.add(file, table_text(header, counted()))
        self.rows[file] = number

    def _rows_written(self, file: str, header: Sequence[str], lines: Iterable[str]) -> None:
        def pieces() -> Iterator[str]:
            yield from table_text(header, ())
            yield from lines

        self.pack.add(file, pieces())

    def _step(self) -> None:
        self._done += 1
        if self._progress is not None:
            officers = len(self.found.officers) if self.order.with_officers else 0
            self._progress(self._done, max(self._done, self._extent.decisions + max(officers, self._extent.officers)))


def _manifest(found: Contents) -> str:
    order = found.order
    manifest = {
        "format": layout.FORMAT,
        "format_version": layout.FORMAT_VERSION,
        "origin": found.origin,
        "tool": order.slug,
        "tool_name": found.tool.name,
        "from": order.first.isoformat(),
        "to": order.last.isoformat(),
        "zone": str(order.zone),
        "known_at": instant(order.known_at),
        "language": order.language,
        "with_officers": order.with_officers,
        "rule_version": found.rule_version,
        "tree_size": found.tree_size,
        "tree_root": found.root,
        "counts": {
            "awards": found.awards,
            "awards_in_period": found.awards_in_period,
            "officers": found.officers,
            "decisions": found.decisions,
            "refusals": found.refusals,
            "entries": found.entries,
        },
        "left_out": {one.what.value: one.count for one in found.left_out},
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
