"""Training sessions as they stand: when and where by the latest change, who has a place, who was there."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
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

    def is_over(self, at: datetime) -> bool:
        return self.cancelled is not None or self.plan.ends_at <= at

    def waits_for_attendance(self, at: datetime) -> bool:
        """Tell whether it has begun, and somebody on its roster has no record yet."""
        begun = self.cancelled is None and self.plan.starts_at <= at
        return begun and bool(self.roster.persons - set(self.attendance))


def one(session: Session, session_id: int) -> SessionNow | None:
    """Return the session with this id as it stands, or ``None``."""
    return next(iter(_read(session, [session_id])), None)


def since(session: Session, at: datetime) -> list[SessionNow]:
    """Return every session that ends after *at*, those called off included, the earliest first."""
    from_day = at - LONGEST
    ids = session.scalars(
        select(TrainingSession.id).where(
            or_(
                TrainingSession.starts_at >= from_day,
                TrainingSession.id.in_(select(SessionChange.session_id).where(SessionChange.starts_at >= from_day)),
            )
        )
    )
    return [found for found in _read(session, ids.all()) if found.plan.ends_at > at]


def of_person(session: Session, person_id: int) -> list[SessionNow]:
    """Return the sessions on whose roster the person is, or for which attendance of theirs is recorded."""
    ids = set(_enrolled(session, person_id))
    ids.update(session.scalars(select(SessionAttendance.session_id).where(SessionAttendance.person_id == person_id)))
    found = _read(session, ids)
    return [one for one in found if one.roster.of(person_id) or person_id in one.attendance]


def held_by(session: Session, person_id: int) -> list[SessionNow]:
    """Return the sessions whose instructor the person is by the latest change."""
    return [one for one in _read(session, _instructed(session, person_id)) if one.plan.instructor == person_id]


def busy_with(
    session: Session, person_id: int, *, near: Plan, without: int | None = None, at: datetime
) -> list[SessionNow]:
    """Return what the person is on or holds, that is not called off and not over, around the time of *near*.

    :param without: the id of a session to leave out.
    """
    ids = {*_enrolled(session, person_id), *_instructed(session, person_id)} - {without}
    found = _read(session, ids)
    return [
        one
        for one in found
        if not one.is_over(at)
        and (one.roster.of(person_id) or one.plan.instructor == person_id)
        and abs(one.plan.starts_at - near.starts_at) < timedelta(days=1)
    ]


def _enrolled(session: Session, person_id: int) -> Sequence[int]:
    return session.scalars(select(SessionEnrolment.session_id).where(SessionEnrolment.person_id == person_id)).all()


def _instructed(session: Session, person_id: int) -> set[int]:
    first = session.scalars(select(TrainingSession.id).where(TrainingSession.instructor_id == person_id))
    later = session.scalars(select(SessionChange.session_id).where(SessionChange.instructor_id == person_id))
    return {*first, *later}


def names(session: Session, found: Iterable[SessionNow]) -> Mapping[int, Person]:
    """Return everybody who is on one of the sessions or holds it, by id."""
    wanted: set[int] = set()
    for one in found:
        wanted |= {one.plan.instructor, *one.roster.persons, *(record.person for record in one.records)}
        wanted |= {record.by for record in one.records if record.by is not None}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(wanted)))}


def _read(session: Session, ids: Collection[int]) -> list[SessionNow]:
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
