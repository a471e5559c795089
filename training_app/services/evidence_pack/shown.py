"""The journal entries of the facts that a pack shows, and the proof that they stand in one signed tree."""

from array import array
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.base import Fact
from training_app.models.oversight import JournalEntry, JournalLeaf, JournalPayload, TreeHead, WaitingEntry
from training_app.models.people import Person
from training_app.packs.layout import SHOWN_WHOLE
from training_app.packs.tree import proof_lines
from training_app.rules.canonical import canonical
from training_app.services.evidence_pack.orders import PackOrder, runs
from training_app.services.journal.sealing import NothingSealed, leaf_content

ROWS_AT_ONCE = 1_000


class StillSealing(TrainingError):
    def __init__(self) -> None:
        super().__init__("Facts of a moment ago are not sealed into the journal yet. Try again in a few seconds.")


class Shown:
    """Which entries a pack shows, and who recorded them.

    :raises StillSealing: if an entry from before ``order.known_at`` has no leaf yet.
    :raises NothingSealed: if there is no tree.
    """

    def __init__(self, session: Session, order: PackOrder) -> None:
        self._session, self.head = session, _head(session, order)
        self._entries = array("q")
        self._numbers: dict[int, str] = {}

    def of(self, kind: type[Fact], ids: Iterable[int]) -> dict[int, int]:
        """Return the numbers of the entries of facts of one *kind*, by the facts' ids; they are shown from now on."""
        found: dict[int, int] = {}
        for some in runs(sorted(ids)):
            rows = self._session.execute(
                select(JournalEntry.fact_id, JournalEntry.id).where(
                    JournalEntry.fact_kind == kind.__tablename__, JournalEntry.fact_id.in_(some)
                )
            )
            found |= {row.fact_id: row.id for row in rows}
        self._entries.extend(found.values())
        return found

    def show(self, entry: int) -> None:
        """Show an entry whose number is at hand."""
        self._entries.append(entry)

    def numbers(self, people: Collection[int | None]) -> dict[int | None, str]:
        """Return the service numbers of *people* by their ids; nobody's is empty."""
        missing = sorted({one for one in people if one is not None} - self._numbers.keys())
        for some in runs(missing):
            rows = self._session.execute(select(Person.id, Person.service_number).where(Person.id.in_(some)))
            self._numbers |= {row.id: row.service_number for row in rows}
        return {None: "", **{one: self._numbers.get(one, "") for one in people if one is not None}}

    def people(self) -> Iterator[tuple[int, str]]:
        """Yield id and service number of everybody who recorded what is shown, by id."""
        wanted, actors = sorted(set(self._entries)), set[int]()
        for some in runs(wanted):
            found = select(JournalEntry.actor_id).where(JournalEntry.id.in_(some)).distinct()
            actors.update(one for one in self._session.scalars(found) if one is not None)
        numbers = self.numbers(actors)
        for one in sorted(actors):
            yield one, numbers[one]

    def payloads(self) -> Iterator[str]:
        """Yield a line for each entry whose content is about nobody, with that content."""
        for some in runs(sorted(set(self._entries))):
            rows = self._session.execute(
                select(JournalPayload.entry_id, JournalPayload.payload)
                .join(JournalEntry, JournalEntry.id == JournalPayload.entry_id)
                .where(JournalEntry.id.in_(some), JournalEntry.fact_kind.in_(SHOWN_WHOLE))
                .order_by(JournalPayload.entry_id)
            )
            for row in rows:
                yield canonical({"entry": row.entry_id, "payload": row.payload}) + "\n"

    def proof(self) -> Iterator[str]:
        """Yield the lines of the proof that every entry shown stands in the tree of `head`."""
        with closing(self._leaves(set(self._entries))) as leaves:
            yield from proof_lines(leaves, self.head.size)

    @property
    def count(self) -> int:
        return len(set(self._entries))

    def _leaves(self, wanted: set[int]) -> Generator[tuple[bytes, dict[str, object] | None]]:
        query = (
            select(JournalLeaf.leaf_hash, *JournalEntry.__table__.columns)
            .join(JournalEntry, JournalEntry.id == JournalLeaf.entry_id)
            .where(JournalLeaf.number < self.head.size)
            .order_by(JournalLeaf.number)
        )
        with self._session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
            for row in rows:
                yield bytes.fromhex(row.leaf_hash), leaf_content(row) if row.id in wanted else None


def _head(session: Session, order: PackOrder) -> TreeHead:
    """Return the smallest tree that holds every entry recorded by ``order.known_at``: always the same for an order."""
    recorded = JournalEntry.recorded_at <= order.known_at
    waits = exists(
        select(WaitingEntry.entry_id).join(JournalEntry, JournalEntry.id == WaitingEntry.entry_id).where(recorded)
    )
    if session.scalar(select(waits)):
        raise StillSealing
    last = session.scalar(
        select(func.max(JournalLeaf.number)).join(JournalEntry, JournalEntry.id == JournalLeaf.entry_id).where(recorded)
    )
    query = select(TreeHead).where(TreeHead.size > (-1 if last is None else last)).order_by(TreeHead.size).limit(1)
    head = session.scalars(query).first()
    if head is None:
        raise NothingSealed
    return head
