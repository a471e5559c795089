"""What a pack does not hold, and why: nothing is kept back without being said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.certification import Award, AwardEnd
from training_app.models.erasures import PersonErased
from training_app.models.oversight import JournalEntry
from training_app.models.recorded import RecordedDecision, RecordExpiry
from training_app.models.trainers import TrainerMeasure, TrainerQualification
from training_app.services.evidence_pack.of_officers import Included
from training_app.services.evidence_pack.of_tool import Table
from training_app.services.evidence_pack.orders import PackOrder


class Missing(StrEnum):
    """What is not in a pack."""

    EXAM_ITEMS = "exam-items"
    """Questions, options and keys."""
    OFFICER_FILES = "officer-files"
    """Left out on request."""
    OTHER_REACH = "decisions-beyond-reach"
    """Decisions on questions of clients that had no right to ask about the tool: shown, and not to be replayed."""
    DECISIONS_LET_GO = "decisions-let-go"
    """After the time for which they are kept; of any tool, since their entries do not say which."""
    CONTENT_ERASED = "content-erased"
    """Decisions about somebody who was erased since."""
    AWARDS_GONE = "awards-gone"
    """Awards, ends of awards, qualifications and measures whose row is gone, of any tool; their entries stand."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    what: Missing
    count: int
    first: datetime | None = None
    """When the first of them was recorded."""
    last: datetime | None = None
    because_of: datetime | None = None
    """When it was recorded that they are kept no longer, where that is a fact of its own."""


def left_out(session: Session, order: PackOrder, found: Included, *, items: int) -> list[LeftOut]:
    """Return what the pack of *order* does not hold, in a fixed order; what is 0 is left out of the list.

    :param items: how many items the banks of its curricula have.
    """
    erased = _erasure(session, order)
    everything = [
        LeftOut(Missing.EXAM_ITEMS, items),
        LeftOut(Missing.OFFICER_FILES, 0 if order.with_officers else len(found.officers)),
        LeftOut(Missing.OTHER_REACH, found.out_of_reach),
        *_gone(session, order, Missing.DECISIONS_LET_GO, [RecordedDecision], _expiry(session, order)),
        LeftOut(Missing.CONTENT_ERASED, found.unread, because_of=erased),
        *_gone(session, order, Missing.AWARDS_GONE, [Award, AwardEnd, TrainerQualification, TrainerMeasure], erased),
    ]
    return [one for one in everything if one.count]


def table(found: Sequence[LeftOut]) -> Table:
    rows = [(one.what, one.count, one.first, one.last, one.because_of) for one in found]
    return Table("left-out.csv", ("what", "how_many", "first_recorded", "last_recorded", "let_go_at"), list(rows))


def _gone(
    session: Session, order: PackOrder, what: Missing, kinds: Sequence[type[Fact]], because: datetime | None
) -> Iterator[LeftOut]:
    """Yield how many entries of *kinds* in the period have no fact any more."""
    count, first, last = 0, list[datetime](), list[datetime]()
    for kind in kinds:
        table = cast(SqlTable, kind.__table__)
        query: Any = (
            select(func.count(), func.min(JournalEntry.recorded_at), func.max(JournalEntry.recorded_at))
            .select_from(JournalEntry)
            .outerjoin(table, table.c.id == JournalEntry.fact_id)
            .where(
                JournalEntry.fact_kind == kind.__tablename__,
                JournalEntry.effective_at >= order.since,
                JournalEntry.effective_at < order.until,
                JournalEntry.recorded_at <= order.known_at,
                table.c.id.is_(None),
            )
        )
        number, earliest, latest = session.execute(query).one()
        count += number
        first += [earliest] if earliest else []
        last += [latest] if latest else []
    yield LeftOut(what, count, min(first, default=None), max(last, default=None), because)


def _expiry(session: Session, order: PackOrder) -> datetime | None:
    """Return when it was last recorded that decisions of the period are kept no longer."""
    return session.scalar(select(func.max(RecordExpiry.recorded_at)).where(RecordExpiry.kept_from > order.since))


def _erasure(session: Session, order: PackOrder) -> datetime | None:
    """Return when somebody was last erased, by what the pack may know."""
    return session.scalar(select(func.max(PersonErased.recorded_at)).where(PersonErased.recorded_at <= order.known_at))
