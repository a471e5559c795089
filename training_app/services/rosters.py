"""Training sessions as they stand: when and where by the latest change, who has a place, who was there."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training_sessions import (
    SessionAttendance,
    SessionCancellation,
    SessionChange,
    SessionEnrolment,
    SessionWithdrawal,
    TrainingSession,
)
from training_app.rules.training_sessions import (
    LONGEST,
    Attendance,
    Enrolment,
    Plan,
    Presence,
    Roster,
    governing,
    roster,
)


@dataclass(frozen=True, slots=True)
class Correction:
    """One record of attendance with who made it, for the list of corrections."""

    person: int
    revision: int
    presence: Presence
    reason: str
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session as it stands."""

    row: TrainingSession
    plan: Plan
    cancelled: SessionCancellation | None
    changes: tuple[SessionChange, ...]
    """The oldest first."""
    roster: Roster
    records: tuple[Correction, ...]
    tool: Tool | None
    version: str | None

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def attendance(self) -> Mapping[int, Presence]:
        """By person, as the latest correction has it."""
        return {person: one.presence for person, one in governing(self.attended).items()}

    @property
    def attended(self) -> tuple[Attendance, ...]:
        return tuple(Attendance(one.person, one.revision, one.presence) for one in self.records)

    @property
    def sequence(self) -> int:
        """How often it was changed or called off: SEQUENCE of RFC 5545, 3.8.7.4."""
        return len(self.changes) + (self.cancelled is not None)

    @property
    def touched_at(self) -> datetime:
        """When it was planned, changed or called off last."""
        latest = self.cancelled or (self.changes[-1] if self.changes else self.row)
        return latest.recorded_at

    def has_begun(self, at: datetime) -> bool:
        return self.plan.starts_at <= at

    def concerns(self, person_id: int) -> bool:
        """Tell whether the person holds it, is on its roster, or has a record: whom the reasons of changes are for."""
        return (
            person_id == self.plan.instructor
            or self.roster.of(person_id) is not None
            or any(record.person == person_id for record in self.records)
        )

    def waits_for_attendance(self, at: datetime) -> bool:
        """Tell whether it has begun, and somebody on its roster has no record yet."""
        begun = self.cancelled is None and self.has_begun(at)
        return begun and bool(self.roster.persons - set(self.attendance))


# -- which sessions ----------------------------------------------------------------------------------------------------

Which = ColumnElement[bool]
"""A condition on sessions, for `listed` and `count`: what does not meet it is not read."""


def standing(column: str) -> ColumnElement[Any]:
    """Return the expression for *column* of a session as its latest change has it."""
    changed = (
        select(getattr(SessionChange, column))
        .where(SessionChange.session_id == TrainingSession.id)
        .order_by(SessionChange.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(changed, getattr(TrainingSession, column))


def starting_after(at: datetime) -> Which:
    return standing("starts_at") > at


def ending_after(at: datetime) -> Which:
    return standing("ends_at") > at


def not_called_off() -> Which:
    return ~exists().where(SessionCancellation.session_id == TrainingSession.id)


def with_any_of(people: Collection[int] | Select[tuple[int]]) -> Which:
    """On whose roster one of *people* is, or for which attendance of theirs is recorded."""
    withdrawn = exists().where(SessionWithdrawal.enrolment_id == SessionEnrolment.id)
    on_it = select(SessionEnrolment.session_id).where(SessionEnrolment.person_id.in_(people), ~withdrawn)
    recorded = select(SessionAttendance.session_id).where(SessionAttendance.person_id.in_(people))
    return or_(TrainingSession.id.in_(on_it), TrainingSession.id.in_(recorded))


def instructed_by(people: Collection[int]) -> Which:
    """Whose instructor is one of *people* by the latest change."""
    handed_to = select(SessionChange.session_id).where(SessionChange.instructor_id.in_(people))
    ever = or_(TrainingSession.instructor_id.in_(people), TrainingSession.id.in_(handed_to))
    return and_(ever, standing("instructor_id").in_(people))


def count(session: Session, *which: Which) -> int:
    session.flush()
    return session.scalar(select(func.count(TrainingSession.id)).where(*which)) or 0


def listed(
    session: Session, *which: Which, first: int = 0, most: int | None = None, latest_first: bool = False
) -> list[SessionNow]:
    """Return the sessions that meet every condition, the earliest first: *most* of them after the *first* ones.

    Only these are read, however many there are.
    """
    session.flush()
    order = (standing("starts_at"), TrainingSession.id)
    ids = (
        select(TrainingSession.id)
        .where(*which)
        .order_by(*(one.desc() for one in order) if latest_first else order)
        .offset(first)
        .limit(most)
    )
    found = some(session, session.scalars(ids).all())
    return found[::-1] if latest_first else found


def one(session: Session, session_id: int) -> SessionNow | None:
    """Return the session with this id as it stands, or ``None``."""
    return next(iter(some(session, [session_id])), None)


def busy_with(
    session: Session, person_id: int, *, near: Plan, without: int | None = None, at: datetime
) -> list[SessionNow]:
    """Return what the person is on or holds, that is not called off and not over, around the time of *near*.

    :param without: the id of a session to leave out.
    """
    around = standing("starts_at").between(near.starts_at - LONGEST, near.ends_at)
    theirs = or_(with_any_of([person_id]), instructed_by([person_id]))
    found = listed(session, theirs, not_called_off(), ending_after(at), around)
    return [one for one in found if one.id != without]


def names(session: Session, found: Iterable[SessionNow]) -> Mapping[int, Person]:
    """Return everybody who is on one of the sessions or holds it, by id."""
    wanted: set[int] = set()
    for one in found:
        wanted |= {one.plan.instructor, *one.roster.persons, *(record.person for record in one.records)}
        wanted |= {record.by for record in one.records if record.by is not None}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(wanted)))}


def some(session: Session, ids: Collection[int]) -> list[SessionNow]:
    """Return the sessions with these ids, the earliest first; a fixed number of statements."""
    session.flush()
    rows = session.execute(
        select(TrainingSession, Tool, ToolVersion.label)
        .join(Tool, Tool.id == TrainingSession.tool_id, isouter=True)
        .join(ToolVersion, ToolVersion.id == TrainingSession.version_id, isouter=True)
        .where(TrainingSession.id.in_(ids))
    ).all()
    changes = _grouped(
        session.scalars(
            select(SessionChange).where(SessionChange.session_id.in_(ids)).order_by(SessionChange.revision)
        ),
        lambda change: change.session_id,
    )
    cancelled = {
        one.session_id: one
        for one in session.scalars(select(SessionCancellation).where(SessionCancellation.session_id.in_(ids)))
    }
    enrolments = _enrolments(session, SessionEnrolment.session_id.in_(ids))
    records = _grouped(
        session.scalars(
            select(SessionAttendance)
            .where(SessionAttendance.session_id.in_(ids))
            .order_by(SessionAttendance.person_id, SessionAttendance.revision)
        ),
        lambda record: record.session_id,
    )
    found = []
    for row, tool, label in rows:
        plan = _plan(changes[row.id][-1] if changes[row.id] else row)
        found.append(
            SessionNow(
                row=row,
                plan=plan,
                cancelled=cancelled.get(row.id),
                changes=tuple(changes[row.id]),
                roster=roster(enrolments[row.id], plan.capacity),
                records=tuple(
                    Correction(
                        one.person_id, one.revision, one.presence, one.reason, one.recorded_by_id, one.recorded_at
                    )
                    for one in records[row.id]
                ),
                tool=tool,
                version=label,
            )
        )
    return sorted(found, key=lambda one: (one.plan.starts_at, one.id))


def _enrolments(session: Session, which: ColumnElement[bool]) -> Mapping[int, list[Enrolment]]:
    found: dict[int, list[Enrolment]] = defaultdict(list)
    rows = session.execute(
        select(
            SessionEnrolment.session_id,
            SessionEnrolment.id,
            SessionEnrolment.person_id,
            SessionWithdrawal.id.label("withdrawal"),
        )
        .join(SessionWithdrawal, SessionWithdrawal.enrolment_id == SessionEnrolment.id, isouter=True)
        .where(which)
        .order_by(SessionEnrolment.id)
    )
    for row in rows:
        found[row.session_id].append(Enrolment(row.id, row.person_id, row.withdrawal is not None))
    return found


def _plan(row: TrainingSession | SessionChange) -> Plan:
    return Plan(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        capacity=row.capacity,
        instructor=row.instructor_id,
    )


def _grouped(rows: Iterable[object], key: Callable[..., int]) -> defaultdict[int, list]:  # type: ignore[type-arg]
    found: defaultdict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        found[key(row)].append(row)
    return found
