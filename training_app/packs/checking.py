"""Checking a pack with nothing but itself and the public key: every file, signature, proof, row and answer."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from training_app.packs import decided, layout
from training_app.packs.archive import PackFault, PackReader, note_text, sums_in
from training_app.packs.replaying import Replays
from training_app.packs.tables import TableFault, cell_text, rows_of
from training_app.packs.tree import ProofFault, Wanted, proven_root
from training_app.rules.canonical import digest
from training_app.rules.opened_digest import digest_from
from training_app.rules.signed_note import NoteFault, opened, parse_checkpoint

Progress = Callable[[int, int], object]
"""Told how many of the decisions are done, and of how many."""


@dataclass
class Report:
    """What was found; *faults* is empty where everything is as it must be."""

    faults: list[str] = field(default_factory=list)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    files: int = 0
    entries: int = 0
    """Journal entries that were proven to stand in the signed tree."""
    bound: int = 0
    """Entries whose content, too, was shown to be what the tree holds."""
    decisions: int = 0
    agreeing: int = 0
    """Decisions that came out the same when they were answered again."""
    refusals: int = 0
    """Of these, refusals."""
    not_replayed: int = 0
    """Decisions without a file to answer them again from, as the index says."""

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a leaf in the proof says, as text."""

    kind: str
    fact: int
    effective_at: str
    recorded_at: str
    actor: int | None
    payload: str
    salted: bool


def check(file: IO[bytes], key: Ed25519PublicKey, *, origin: str, progress: Progress | None = None) -> Report:
    """Check a pack, and report every fault in a sentence that names the file, and the row or entry.

    :param key: the public key that the agency hands out.
    :param origin: the name under which it signs, as it stands beside the key.
    """
    report = Report()
    try:
        _Check(PackReader(file), report, progress).run(key, origin)
    except PackFault as fault:
        report.faults.append(str(fault))
    except _NO_PACK as error:
        report.faults.append(f"Something in it is not what it must be ({error}). It was not read any further.")
    return report


_NO_PACK = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the parsers raise at something that no program of ours writes, as lists in lists a hundred thousand deep."""


class _Check:
    def __init__(self, pack: PackReader, report: Report, progress: Progress | None) -> None:
        self.pack, self.report, self.progress = pack, report, progress
        self.fault = report.faults.append
        self.entries: dict[int, _Entry] = {}
        self.payloads: dict[int, Mapping[str, Any]] = {}
        self.shown: set[int] = set()
        self.numbers: dict[str, str] = {}

    def run(self, key: Ed25519PublicKey, origin: str) -> None:
        """:raises PackFault: if the pack cannot be read any further."""
        self._checksums(key)
        self.report.manifest = manifest = self._manifest()
        size = self._tree(key, origin)
        if manifest.get("origin") != origin:
            self.fault(f"{layout.MANIFEST}: the pack says it is of {manifest.get('origin')}, the key is of {origin}.")
        self._each(layout.PAYLOADS, self._payload)
        for row in self._rows(layout.PEOPLE):
            self.numbers[row.get("person", "")] = row.get("number", "")
        for name, columns in layout.TABLES.items():
            if columns and name != layout.DECISIONS:
                self._table(name, columns)
        self._decisions(manifest)
        for number in sorted(self.entries.keys() - self.shown):
            self.fault(f"{layout.ENTRIES}: entry {number} is proven, and no table shows it.")
        self.report.entries = len(self.entries)
        if manifest.get("tree_size") != size:
            self.fault(f"{layout.MANIFEST}: it names a tree of {manifest.get('tree_size')} leaves, not of {size}.")

    # -- files and signatures ------------------------------------------------------------------------------------------

    def _checksums(self, key: Ed25519PublicKey) -> None:
        listed = self.pack.text(layout.SUMS)
        try:
            said = opened(self.pack.text(layout.SIGNED_SUMS), key=key)
            if said != note_text(sha256(listed.encode()).hexdigest()):
                self.fault(f"{layout.SIGNED_SUMS}: what was signed is another list of checksums.")
        except NoteFault as fault:
            self.fault(f"{layout.SIGNED_SUMS}: {fault}")
        sums = sums_in(listed, self.fault)
        for name in self.pack.summed:
            self.report.files += 1
            if name not in sums:
                self.fault(f"{name}: it is not on the list of checksums.")
                continue
            try:
                if self.pack.digest(name) != sums[name]:
                    self.fault(f"{name}: it is not the file that was signed.")
            except PackFault as fault:
                self.fault(str(fault))
        for name in sorted(sums.keys() - set(self.pack.summed)):
            self.fault(f"{name}: it is on the list of checksums, and missing.")

    def _manifest(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self.pack.text(layout.MANIFEST))
        except ValueError:
            raise PackFault(f"{layout.MANIFEST} is no JSON.") from None
        fault = layout.manifest_faults(found) if isinstance(found, dict) else "it is no object"
        if fault:
            raise PackFault(f"{layout.MANIFEST}: {fault}.")
        return dict(found)

    def _tree(self, key: Ed25519PublicKey, origin: str) -> int:
        """Check the proof against the signed checkpoint, and return the number of leaves."""
        try:
            signed = parse_checkpoint(opened(self.pack.text(layout.CHECKPOINT), key=key))
        except NoteFault as fault:
            self.fault(f"{layout.CHECKPOINT}: {fault}")
            return 0
        if signed.origin != origin:
            self.fault(f"{layout.CHECKPOINT}: it is of the journal {signed.origin}, not of {origin}.")
        try:
            root = proven_root(self.pack.lines(layout.ENTRIES), signed.size, self._show)
            if root != signed.root:
                self.fault(f"{layout.ENTRIES}: the entries do not stand in the tree that was signed.")
        except ProofFault as fault:
            self.fault(f"{layout.ENTRIES}: {fault}.")
        return signed.size

    def _show(self, leaf: Wanted) -> None:
        content: Mapping[str, Any] = leaf.content
        self.entries[content["entry"]] = _Entry(
            kind=content["kind"],
            fact=content["fact"],
            effective_at=str(content.get("effective_at")),
            recorded_at=str(content.get("recorded_at")),
            actor=content.get("actor"),
            payload=str(content.get("payload")),
            salted=content.get("subject") is not None,
        )

    def _each(self, name: str, take: Callable[[str, Any], object]) -> None:
        """Give *take* every line of a file of JSON lines, with the place that a fault names."""
        for number, text in enumerate(self._lines(name), start=1):
            try:
                take(f"{name}: line {number}", json.loads(text))
            except (ValueError, TypeError, KeyError, AttributeError):
                self.fault(f"{name}: line {number} is not what it must be.")

    def _lines(self, name: str) -> Iterator[str]:
        try:
            yield from self.pack.lines(name)
        except PackFault as fault:
            self.fault(str(fault))

    # -- tables --------------------------------------------------------------------------------------------------------

    def _payload(self, place: str, line: Any) -> None:
        number, payload = line["entry"], line["payload"]
        entry = self.entries.get(number)
        if entry is None or entry.kind not in layout.SHOWN_WHOLE:
            self.fault(f"{place}: there is no entry {number} whose content is shown.")
        elif entry.salted or digest(payload) != entry.payload:
            self.fault(f"{place}: entry {number} of the journal holds something else.")
        else:
            self.payloads[number] = json.loads(payload)
            self.report.bound += 1

    def _rows(self, name: str) -> Iterator[Mapping[str, str]]:
        try:
            yield from rows_of(self.pack.lines(name))
        except (TableFault, csv.Error) as fault:
            self.fault(f"{name}: {fault}.")
        except PackFault as fault:
            self.fault(str(fault))

    def _table(self, name: str, columns: Mapping[str, layout.Column]) -> None:
        for number, row in enumerate(self._rows(name), start=1):
            place = f"{name}: row {number}"
            for column, of in columns.items():
                told = row.get(column, "")
                if told or column == "entry":
                    self._cell(place, told, of, row, main=column == "entry")

    def _cell(self, place: str, told: str, of: layout.Column, row: Mapping[str, str], *, main: bool) -> None:
        number = int(told) if told.isascii() and told.isdecimal() else 0
        entry = self.entries.get(number)
        if entry is None or entry.kind not in of.kinds:
            self.fault(f"{place}: the journal's tree holds no such entry {told!r}.")
            return
        self.shown.add(number)
        expected = {of.at: entry.effective_at}
        if "recorded_at" in row and main:
            expected["recorded_at"] = entry.recorded_at
        if of.by:
            expected[of.by] = "" if entry.actor is None else self.numbers.get(str(entry.actor), "?")
        payload = self.payloads.get(number, {})
        for name in row.keys() & payload.keys():
            if name != "id" and not name.endswith("_at"):
                expected.setdefault(name, cell_text(payload[name]))
        for name, text in expected.items():
            if row.get(name) != text:
                self.fault(f"{place}: the journal has {text!r} as {name}, not {row.get(name)!r}.")
        other = row.get(of.other_than, "") if of.other_than else ""
        before = self.entries.get(int(other)) if other.isdecimal() else None
        if before is not None and before.actor is not None and before.actor == entry.actor:
            self.fault(f"{place}: both signatures are of the same person.")

    # -- decisions -----------------------------------------------------------------------------------------------------

    def _decisions(self, manifest: Mapping[str, Any]) -> None:
        replays = Replays(self.pack, manifest)
        rows = self._rows(layout.DECISIONS)
        total = int(manifest.get("counts", {}).get("decisions", 0))
        for number, (text, row) in enumerate(zip_longest(self._lines(layout.RECORDED), rows), start=1):
            if text is None or row is None:
                self.fault(f"{layout.DECISIONS} and {layout.RECORDED} do not hold the same number of decisions.")
                break
            try:
                line = decided.line_from(json.loads(text))
                payload = json.loads(line.payload)
                self._decision(number, line, payload, row)
                told = replays.compare(line, payload)
            except (ValueError, TypeError, KeyError, AttributeError):
                self.fault(f"{layout.RECORDED}: line {number} is not what it must be.")
                continue
            self.report.decisions += 1
            if told is None:
                self.report.not_replayed += line.file is None
                self.report.agreeing += line.file is not None
                self.report.refusals += line.file is not None and not payload["allowed"]
            else:
                self.fault(f"{layout.DECISIONS}: decision {payload['id']}: {told}")
            if self.progress is not None:
                self.progress(self.report.decisions, max(total, self.report.decisions))

    def _decision(
        self, number: int, line: decided.RecordedLine, payload: Mapping[str, Any], row: Mapping[str, str]
    ) -> None:
        place = f"{layout.RECORDED}: line {number}"
        expected = dict(zip(decided.HEADER, map(cell_text, decided.row(line, payload)), strict=True))
        for name, text in expected.items():
            if row.get(name) != text:
                of = f"{layout.DECISIONS}: row {number}"
                self.fault(f"{of}: what was recorded has {text!r} as {name}, not {row.get(name)!r}.")
        entry = self.entries.get(line.entry)
        if entry is None or (entry.kind, entry.fact) != ("recorded_decision", payload["id"]):
            self.fault(f"{place}: the journal's tree holds no entry {line.entry} of decision {payload['id']}.")
            return
        self.shown.add(line.entry)
        if (entry.effective_at, entry.recorded_at) != (payload["effective_at"], payload["recorded_at"]):
            self.fault(f"{place}: entry {line.entry} of the journal has other times.")
        if not entry.salted:
            found = digest(line.payload)
        elif line.opening is None:
            return
        else:
            if not line.payload.startswith(decided.BEGINNINGS):
                self.fault(f"{place}: it does not begin as a decision does.")
            found = digest_from(bytes.fromhex(line.opening), line.payload)
        if found != entry.payload:
            self.fault(f"{place}: entry {line.entry} of the journal holds something else.")
        else:
            self.report.bound += 1
