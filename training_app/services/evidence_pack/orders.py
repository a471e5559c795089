"""What a pack is asked for: a tool, a period, and by when it must have been recorded; and how much that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.base import Fact
from training_app.models.certification import Award
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.civil_time import CivilInstant, ends_at, first_instant
from training_app.services.evidence import ToolUnknown

A_TICK = timedelta(microseconds=1)


class NoPeriod(TrainingError):
    def __init__(self) -> None:
        super().__init__("The last day of the period is before its first. Give the earlier day first.")


class NotBegun(TrainingError):
    def __init__(self) -> None:
        super().__init__("The period has not begun. Choose a first day that is not in the future.")


@dataclass(frozen=True, slots=True)
class PackOrder:
    """A pack of one tool and period.  The same order gives the same bytes, whenever it is carried out.

    :raises NoPeriod: if *last* is before *first*; :raises NotBegun: if *first* begins after *known_at*.
    """

    slug: str
    first: date
    last: date
    """Both days are of the period, in the agency's zone."""
    known_at: datetime
    """What was recorded by then is in it."""
    zone: ZoneInfo
    with_officers: bool = True
    """Whether it holds the evidence files of officers, with the outcomes of their evaluations."""
    language: str = "en"
    """Of its index."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise NoPeriod
        if self.since > self.known_at:
            raise NotBegun

    @property
    def since(self) -> datetime:
        """The first instant of the period."""
        return first_instant(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first instant after it, or after what is known."""
        return min(ends_at(self.last, self.zone), self.known_at + A_TICK)

    @property
    def at_its_end(self) -> CivilInstant:
        return CivilInstant(self.until - A_TICK, self.zone)

    def known(self, kind: type[Fact]) -> ColumnElement[bool]:
        """Facts that were recorded in time, and took effect before the end of the period."""
        return and_(kind.recorded_at <= self.known_at, kind.effective_at < self.until)

    def within(self, kind: type[Fact]) -> ColumnElement[bool]:
        """Of these, those that took effect in the period."""
        return and_(self.known(kind), kind.effective_at >= self.since)

    def decided(self, slug: str) -> ColumnElement[bool]:
        """Recorded decisions of the period about the tool."""
        record = RecordedDecision
        before = and_(record.tool.is_(None), record.question["tool"].as_string() == slug)
        return and_(self.within(record), or_(record.tool == slug, before))


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a pack would hold."""

    awards: int
    """Made in the period."""
    officers: int
    """With a decision or an award in the period."""
    decisions: int
    refusals: int

    @property
    def megabytes(self) -> int:
        """About how large the file will be; at least 1.  From measurements: see docs/evidence-pack.md."""
        return max(1, round((self.officers * 1_500 + self.decisions * 250 + 300_000) / 1_000_000))


def tool_of(session: Session, order: PackOrder) -> Tool:
    """:raises ToolUnknown: if no such tool was registered by then."""
    tool = session.scalars(select(Tool).where(Tool.slug == order.slug, Tool.recorded_at <= order.known_at)).first()
    if tool is None:
        raise ToolUnknown(order.slug)
    return tool


def extent(session: Session, order: PackOrder) -> Extent:
    """Count what a pack would hold; see `PackOrder`.

    :raises ToolUnknown: if there is no such tool.
    """
    tool = tool_of(session, order)
    versions = select(ToolVersion.id).where(ToolVersion.tool_id == tool.id)
    awarded = and_(Award.version_id.in_(versions), order.within(Award))
    decided = order.decided(tool.slug)
    people = (
        select(Award.officer_id)
        .where(awarded)
        .union(select(RecordedDecision.officer_id).where(decided, RecordedDecision.officer_id.is_not(None)))
        .subquery()
    )
    columns = [
        select(func.count(Award.id)).where(awarded).scalar_subquery(),
        select(func.count()).select_from(people).scalar_subquery(),
        select(func.count(RecordedDecision.id)).where(decided).scalar_subquery(),
        select(func.count(RecordedDecision.id)).where(decided, RecordedDecision.allowed.is_(False)).scalar_subquery(),
    ]
    return Extent(*session.execute(select(*columns)).one())


def runs(ids: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    """Return *ids* in runs of at most *size*."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
