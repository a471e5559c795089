"""The audit of the whole journal: facts against payloads, payloads against entries, entries against the tree.

And the answers and what awards rest on, which are no facts, against the digests that facts hold of them.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Row, Table, and_, func, select
from sqlalchemy.orm import Session

from training_app.models import append_only
from training_app.models.base import Fact
from training_app.models.certification import Award, AwardBasis
from training_app.models.erasures import PersonErasureSignature
from training_app.models.oversight import JournalEntry, JournalLeaf, JournalPayload, PersonSalt, WaitingEntry
from training_app.models.recorded import RecordExpiry
from training_app.models.rulings import LateAcceptance
from training_app.models.training import Answer, Attempt, Submission
from training_app.rules import erasure
from training_app.rules.canonical import digest, pseudonym
from training_app.services import award_basis, marked_answers
from training_app.services.journal.entries import fact_kinds, payload_of
from training_app.services.journal.records import ROWS_AT_ONCE, LeafRecord, sealed_records
from training_app.services.journal.tree_audit import Report, TreeAudit

Progress = Callable[[int, int], object]
"""Told how many rows are done, and of how many."""


def verify(
    session: Session, public_key: Ed25519PublicKey, *, kept: Iterable[str] = (), progress: Progress | None = None
) -> Report:
    """Recompute everything that the journal claims, and report every fault in a sentence.

    Faults name tables, columns and numbers, never what stands in them.

    :param public_key: of the key that signs the checkpoints.
    :param kept: notes of checkpoints that were kept elsewhere.  They alone find out who has rewritten the whole journal
        or cut its end off, and signed anew.
    """
    return _Audit(session, public_key, progress).report(kept)


#: Whose answers, and what their awards rest on, may be gone while the rest still is there.
_TO_BE_ERASED = select(PersonErasureSignature.person_id)


class _Audit:
    def __init__(self, session: Session, key: Ed25519PublicKey, progress: Progress | None) -> None:
        self.session, self.tree, self.progress = session, TreeAudit(key), progress
        self.faults: list[str] = []
        self.erased: set[int] = set()
        self._ordered = {
            row.person_id: row.erasure_id
            for row in session.execute(select(PersonErasureSignature.person_id, PersonErasureSignature.erasure_id))
        }
        self.expired = 0
        self._kept_from = session.scalar(select(func.max(RecordExpiry.kept_from)))
        self.entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
        leaves = session.scalar(select(func.count()).select_from(JournalLeaf)) or 0
        self.rows, self.all_rows = 0, self.entries + leaves

    def report(self, kept: Iterable[str]) -> Report:
        self._triggers()
        for name, kind in fact_kinds().items():
            self._facts_against_entries(name, kind)
            self._entries_without_fact(name, kind)
        self._entries_of_unknown_kinds()
        self._answers_against_submissions()
        self._answers_against_acceptances()
        self._bases_against_awards()
        waiting = self._entries_without_leaf()
        self.tree.keep(kept)
        for record in sealed_records(self.session):
            self.tree.take(record)
            if isinstance(record, LeafRecord):
                self._done()
        self._tell(self.all_rows)
        faults = (*self.faults, *self.tree.finish())
        return Report(
            entries=self.entries,
            leaves=self.tree.leaves,
            heads=self.tree.heads,
            checkpoints=self.tree.checkpoints,
            waiting=waiting,
            erased=tuple(sorted(self.erased)),
            erasures=tuple(sorted(self._ordered[person] for person in self.erased)),
            expired=self.expired,
            faults=faults,
        )

    def _triggers(self) -> None:
        in_place = append_only.protected(self.session.connection())
        for table in append_only.append_only_tables():
            if table.name not in in_place:
                self.faults.append(f"Nothing keeps the rows of {table.name} from being changed: a trigger is missing.")

    def _facts_against_entries(self, name: str, kind: type[Fact]) -> None:
        table = cast(Table, kind.__table__)
        columns = [column.label(f"fact_{column.name}") for column in table.columns]
        query = (
            select(*columns, *JournalEntry.__table__.columns, JournalPayload.payload, PersonSalt.salt)
            .select_from(table)
            .join(JournalEntry, and_(JournalEntry.fact_kind == name, JournalEntry.fact_id == table.c.id), isouter=True)
            .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id, isouter=True)
            .join(PersonSalt, PersonSalt.person_id == JournalEntry.subject_id, isouter=True)
            .order_by(table.c.id)
        )
        for row in self.session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
            fact = {column.name: row[position] for position, column in enumerate(table.columns)}
            self.faults.extend(f"{name} {fact['id']} {fault}." for fault in self._faults_of(kind, fact, row))
            self._done()

    def _faults_of(self, kind: type[Fact], fact: dict[str, Any], row: Row[*tuple[Any, ...]]) -> Iterator[str]:
        """Yield what is wrong with one fact and its entry, as the end of a sentence."""
        if row.id is None:
            yield "has no journal entry"
            return
        if _of_entry(row) != _of_fact(kind, fact):
            yield f"and its entry {row.id} differ in their times, who recorded it or whom it is about"
        if row.payload is None and row.salt is None and row.subject_id and row.subject_id in self._ordered:
            self.erased.add(row.subject_id)
        elif row.payload is None:
            yield f"has lost the payload of its entry {row.id}, and nobody was erased"
        elif row.salt is None and row.subject_id is not None:
            yield f"has a payload in entry {row.id}, but the salt of its digest is gone"
        else:
            yield from _faults_of_payload(fact, row)

    def _entries_without_fact(self, name: str, kind: type[Fact]) -> None:
        """Report facts that are gone; what an expiry or the erasure of a person let go may be, with its payload."""
        table = cast(Table, kind.__table__)
        query = (
            select(
                JournalEntry.id,
                JournalEntry.fact_id,
                JournalEntry.recorded_at,
                JournalEntry.subject_id,
                JournalPayload.entry_id.is_not(None).label("has_payload"),
            )
            .join(table, table.c.id == JournalEntry.fact_id, isouter=True)
            .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id, isouter=True)
            .where(JournalEntry.fact_kind == name, table.c.id.is_(None))
            .order_by(JournalEntry.id)
        )
        kept_from = self._kept_from if kind in append_only.EXPIRING else None
        for entry, fact, recorded_at, subject, has_payload in self.session.execute(query):
            erased = name in erasure.GOES and subject in self._ordered
            if not erased and (kept_from is None or recorded_at >= kept_from):
                self.faults.append(f"{name} {fact} is not there, though entry {entry} records it.")
            elif has_payload:
                self.faults.append(f"{name} {fact} was let go, and the payload of its entry {entry} is still there.")
            elif erased and subject is not None:
                self.erased.add(subject)
            else:
                self.expired += 1

    def _entries_of_unknown_kinds(self) -> None:
        query = select(JournalEntry.id, JournalEntry.fact_kind).where(JournalEntry.fact_kind.not_in(list(fact_kinds())))
        for entry, name in self.session.execute(query.order_by(JournalEntry.id)):
            self.faults.append(f"Entry {entry} records a kind of fact that is not known here: {name}.")

    def _answers_against_submissions(self) -> None:
        query = (
            select(Submission.id, Submission.answers_digest, Answer.item_id, Answer.options)
            .join(Attempt, Attempt.id == Submission.attempt_id)
            .join(Answer, and_(Answer.attempt_id == Attempt.id, marked_answers.IN_TIME), isouter=True)
            .where(Attempt.officer_id.not_in(_TO_BE_ERASED))
            .order_by(Submission.id, *marked_answers.IN_ORDER)
        )
        rows = self.session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for (submission, recorded), answers in groupby(rows, key=lambda row: (row.id, row.answers_digest)):
            held = marked_answers.held((row.item_id, row.options) for row in answers if row.item_id is not None)
            if marked_answers.digest_of(held) != recorded:
                self.faults.append(f"The answers to submission {submission} are not those that were marked.")

    def _answers_against_acceptances(self) -> None:
        query = (
            select(LateAcceptance.id, LateAcceptance.answers_digest, Answer.item_id, Answer.options)
            .join(Attempt, Attempt.id == LateAcceptance.attempt_id)
            .join(Answer, and_(Answer.attempt_id == Attempt.id, marked_answers.COUNTED), isouter=True)
            .where(Attempt.officer_id.not_in(_TO_BE_ERASED))
            .order_by(LateAcceptance.id, *marked_answers.IN_ORDER)
        )
        rows = self.session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for (acceptance, recorded), answers in groupby(rows, key=lambda row: (row.id, row.answers_digest)):
            held = marked_answers.held((row.item_id, row.options) for row in answers if row.item_id is not None)
            if marked_answers.digest_of(held) != recorded:
                self.faults.append(f"The late answers by acceptance {acceptance} are not those that were marked.")

    def _bases_against_awards(self) -> None:
        """Awards from before there were such rows name no digest: theirs are kept by the triggers alone."""
        query = (
            select(Award.id, Award.evidence, AwardBasis)
            .join(AwardBasis, AwardBasis.award_id == Award.id, isouter=True)
            .where(Award.officer_id.not_in(_TO_BE_ERASED))
            .order_by(Award.id)
        )
        rows = self.session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for (award, evidence), bases in groupby(rows, key=lambda row: (row.id, row.evidence)):
            acts = award_basis.acts_of(row.AwardBasis for row in bases if row.AwardBasis is not None)
            if "basis" in evidence and award_basis.digest_of(acts) != evidence["basis"]:
                self.faults.append(f"What award {award} rests on is not what it was made on.")

    def _entries_without_leaf(self) -> int:
        """Report the entries that never get a leaf, and return the number of those that wait for theirs."""
        query = (
            select(JournalEntry.id, WaitingEntry.entry_id)
            .join(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id, isouter=True)
            .join(WaitingEntry, WaitingEntry.entry_id == JournalEntry.id, isouter=True)
            .where(JournalLeaf.number.is_(None))
            .order_by(JournalEntry.id)
        )
        rows = self.session.execute(query).all()
        lost = [row.id for row in rows if row.entry_id is None]
        self.faults.extend(f"Entry {entry} has no leaf, and does not wait for one." for entry in lost)
        return len(rows) - len(lost)

    def _done(self) -> None:
        self.rows += 1
        if self.rows % ROWS_AT_ONCE == 0:
            self._tell(self.rows)

    def _tell(self, rows: int) -> None:
        if self.progress is not None:
            self.progress(rows, self.all_rows)


def _of_entry(row: Row[*tuple[Any, ...]]) -> tuple[object, ...]:
    return row.effective_at, row.recorded_at, row.actor_id, row.subject_id


def _of_fact(kind: type[Fact], fact: dict[str, Any]) -> tuple[object, ...]:
    subject = fact[kind.about] if kind.about else None
    return fact["effective_at"], fact["recorded_at"], fact["recorded_by_id"], subject


def _faults_of_payload(fact: dict[str, Any], row: Row[*tuple[Any, ...]]) -> Iterator[str]:
    if digest(row.payload, salt=row.salt or b"") != row.payload_digest:
        yield f"has a payload that is not the one that entry {row.id} digests"
    if row.salt is not None and pseudonym(row.subject_id, salt=row.salt) != row.subject_pseudonym:
        yield f"has an entry {row.id} with a pseudonym that is not its subject's"
    recorded, found = json.loads(row.payload), json.loads(payload_of(fact))
    # A column that a later migration added is empty in older facts, and their payloads do not know it.
    changed = [name for name in sorted({*recorded, *found}) if recorded.get(name) != found.get(name)]
    if changed:
        yield f"is not as it was recorded: {', '.join(changed)}"
