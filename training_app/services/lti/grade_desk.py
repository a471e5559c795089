"""How the grades of a platform stand: told, waiting, given up or dismissed; and what a registrar does about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session

from training_app.models.lti import LtiGrade, LtiPlacement, LtiPlatform
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.models.people import Person
from training_app.services import outbox
from training_app.services.lti.grades import CHANNEL, takes_scores


class Progress(StrEnum):
    TOLD = "told"
    WAITING = "waiting"
    FAILED = "failed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class GradeRow:
    grade: LtiGrade
    placement: LtiPlacement
    officer: Person
    progress: Progress
    fault: str | None
    """What the last attempt met, in the platform's words."""
    since: datetime
    """When the platform was told, when it was given up, or since when it waits."""
    next_at: datetime | None

    @property
    def given(self) -> bool:
        """Whether points are wanted; else a grade is to be taken away."""
        return "scoreGiven" in self.grade.wanted


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One placement with how many grades stand how."""

    placement: LtiPlacement
    counts: Mapping[Progress, int]
    takes_scores: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Standing:
    placements: Sequence[PlacementRow]
    open_ones: Sequence[GradeRow]
    """What waits, was given up or dismissed: given up first, then the longest first."""

    def count(self, progress: Progress) -> int:
        return sum(row.counts.get(progress, 0) for row in self.placements)


def standing(session: Session, platform_id: int, *, most: int = 200) -> Standing:
    """Return how the grades of a platform stand; of those that are not told at most so many one by one."""
    placements = session.scalars(
        select(LtiPlacement).where(LtiPlacement.platform_id == platform_id).order_by(LtiPlacement.id)
    ).all()
    rows = _rows(session, LtiPlacement.platform_id == platform_id)
    counts: dict[int, dict[Progress, int]] = {one.id: {} for one in placements}
    for row in rows:
        of = counts[row.placement.id]
        of[row.progress] = of.get(row.progress, 0) + 1
    order = (Progress.FAILED, Progress.WAITING, Progress.DISMISSED)
    open_ones = sorted(
        (row for row in rows if row.progress is not Progress.TOLD),
        key=lambda row: (order.index(row.progress), row.since, row.grade.id),
    )
    return Standing([PlacementRow(one, counts[one.id], takes_scores(one)) for one in placements], open_ones[:most])


def of_officer(session: Session, person_id: int) -> Sequence[tuple[GradeRow, str]]:
    """Return one officer's grades with the name of each platform, the latest first."""
    names = {row.id: row.name for row in session.execute(select(LtiPlatform.id, LtiPlatform.name))}
    rows = _rows(session, LtiGrade.person_id == person_id)
    return [(row, names[row.placement.platform_id]) for row in sorted(rows, key=lambda row: -row.grade.id)]


def _rows(session: Session, condition: ColumnElement[bool]) -> list[GradeRow]:
    found = session.execute(
        select(LtiGrade, LtiPlacement, Person, OutboxMessage)
        .join(LtiPlacement, LtiPlacement.id == LtiGrade.placement_id)
        .join(Person, Person.id == LtiGrade.person_id)
        .join(
            OutboxMessage,
            (OutboxMessage.channel == CHANNEL)
            & (OutboxMessage.destination == cast(LtiGrade.id, String))
            & (OutboxMessage.state != OutboxState.DELIVERED),
            isouter=True,
        )
        .where(condition)
        .order_by(LtiGrade.id, OutboxMessage.id)
    ).all()
    by_grade = {row[0].id: _row(row[0], row[1], row[2], row[3]) for row in found}  # of several messages the last
    return list(by_grade.values())


def _row(grade: LtiGrade, placement: LtiPlacement, officer: Person, message: OutboxMessage | None) -> GradeRow:
    if grade.dismissed_at is not None:
        return GradeRow(grade, placement, officer, Progress.DISMISSED, None, grade.dismissed_at, None)
    if message is None:
        told_at = grade.told_at or grade.wanted_since
        return GradeRow(grade, placement, officer, Progress.TOLD, None, told_at, None)
    if message.state is OutboxState.FAILED:
        ended = message.ended_at or message.created_at
        return GradeRow(grade, placement, officer, Progress.FAILED, message.fault, ended, None)
    next_at = message.due_at if message.attempts else None
    return GradeRow(grade, placement, officer, Progress.WAITING, message.fault, message.created_at, next_at)


# -- what a registrar does ---------------------------------------------------------------------------------------------


def try_again(session: Session, platform_id: int, grade_ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """Have what waits and what was given up sent now; return how many grades that are.

    :param grade_ids: of this platform; ``None``: all that are open.
    """
    rows = [row for row in _open(session, platform_id, grade_ids) if row.progress is not Progress.DISMISSED]
    for row in rows:
        outbox.try_again(session, CHANNEL, str(row.grade.id), at=at)
    return len(rows)


def dismiss(session: Session, platform_id: int, grade_ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """Let be what was given up: nothing is sent before something else is wanted; return how many grades that are."""
    rows = [row for row in _open(session, platform_id, grade_ids) if row.progress is Progress.FAILED]
    for row in rows:
        outbox.dismiss(session, CHANNEL, str(row.grade.id))
        row.grade.dismissed_at = at
    session.flush()
    return len(rows)


def _open(session: Session, platform_id: int, grade_ids: Iterable[int] | None) -> list[GradeRow]:
    wanted = None if grade_ids is None else set(grade_ids)
    rows = _rows(session, LtiPlacement.platform_id == platform_id)
    return [row for row in rows if row.progress is not Progress.TOLD and (wanted is None or row.grade.id in wanted)]
