"""Training sessions planned, changed and called off; officers put on their rosters and taken off again.

Who acts on a session takes its turn, so that what somebody is told about their place is true when it is told.  Who
waits moves up by derivation: see `training_app.rules.training_sessions.Roster`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training_sessions import (
    SessionCancellation,
    SessionChange,
    SessionEnrolment,
    SessionWithdrawal,
    TrainingSession,
)
from training_app.rules import training_sessions as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Act, Condition, Matter
from training_app.rules.training_sessions import Fault, Obstacle, Plan, SessionKind
from training_app.services import accounts, own_unit, rosters, trainer_acts
from training_app.services.locks import one_at_a_time
from training_app.services.rosters import SessionNow


@dataclass(frozen=True, slots=True)
class Subject:
    """What a session is about: a tool, perhaps one version of it, or a module by its slug."""

    tool: Tool | None = None
    version: ToolVersion | None = None
    module: str | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    kind: SessionKind
    title: str
    subject: Subject
    plan: Plan


class PlanRefused(TrainingError):
    """The plan cannot be recorded; *faults* names everything that is wrong with it."""

    def __init__(self, faults: Collection[Fault]) -> None:
        super().__init__("The session cannot be planned like this: " + ", ".join(faults) + ".")
        self.faults = tuple(faults)


class InstructorMayNot(TrainingError):
    """Another person is to hold the session, and lacks something that teaching asks for."""

    def __init__(
        self, name: str, unmet: Collection[Condition], matter: Matter, tool_names: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{name} may not hold this session: " + ", ".join(unmet) + ".")
        self.name, self.unmet, self.matter, self.tool_names = name, tuple(unmet), matter, tool_names or {}


class InstructorBusy(TrainingError):
    def __init__(self, name: str, title: str) -> None:
        super().__init__(f"{name} is on another session at that time: {title}.")
        self.name, self.title = name, title


class InstructorOnRoster(TrainingError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is on the roster of this session, and nobody is taught by themselves.")
        self.name = name


class NotYourSession(TrainingError):
    def __init__(self) -> None:
        super().__init__("Only its instructor, who planned it, a lead or a registrar changes this session.")


class CalledOff(TrainingError):
    def __init__(self) -> None:
        super().__init__("This session is called off, perhaps since a moment ago. Nothing was changed.")


class AttendanceRecorded(TrainingError):
    def __init__(self) -> None:
        super().__init__("Attendance of this person is recorded, so they stay on the roster.")


class HeldAlready(TrainingError):
    """It has begun: what was is recorded as attendance, and not made another session afterwards."""

    def __init__(self) -> None:
        super().__init__("This session has begun, so it is neither changed nor called off.")


class NothingChanged(TrainingError):
    def __init__(self) -> None:
        super().__init__("This is how the session stands already. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody cannot be put on a roster."""

    name: str
    obstacles: tuple[Obstacle, ...]


class JoinRefused(TrainingError):
    """Nobody was put on the roster, because something stands against some; *refusals* names all of them."""

    def __init__(self, refusals: Collection[Refusal]) -> None:
        super().__init__("; ".join(f"{one.name}: {', '.join(one.obstacles)}" for one in refusals))
        self.refusals = tuple(refusals)


class BegunAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("This session has begun. Whether somebody was there is recorded by the instructor now.")


# -- planning ----------------------------------------------------------------------------------------------------------


def matter_of(
    session: Session, subject: Subject, instructor_id: int, *, persons: Collection[int] = (), on: CivilInstant
) -> Matter:
    """Return what teaching *subject* is about, as the rule of trainers' acts asks it.

    Of the learners only the instructor is ever among *persons*: one may teach who qualified one, and not oneself.
    """
    if subject.tool is not None:
        return trainer_acts.of_tool(session, subject.tool, subject.version, instructor_id, persons=persons, on=on)
    matter = trainer_acts.of_module(session, subject.module or "")
    return replace(matter, persons=frozenset(str(one) for one in persons))


def plan(session: Session, new: NewSession, *, uid: str, on: CivilInstant, by: Person) -> TrainingSession:
    """Plan a session; the same planned twice by the same person is planned once.

    :param uid: names it in calendars; made by chance.
    :raises PlanRefused, InstructorBusy: if it cannot be held then; :raises trainer_acts.NotAllowed: if *by* is to hold
        it and may not; :raises InstructorMayNot: if another is.
    """
    one_at_a_time(session, "person", new.plan.instructor)
    faults = rule.faults(new.plan, on=on)
    if faults:
        raise PlanRefused(faults)
    same = _same(session, new, by)
    if same is not None:
        return same
    _require_instructor(session, new.subject, new.plan, None, on=on, by=by)
    fact = TrainingSession(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        uid=uid,
        kind=new.kind,
        title=new.title,
        tool_id=None if new.subject.tool is None else new.subject.tool.id,
        version_id=None if new.subject.version is None else new.subject.version.id,
        module=new.subject.module,
        **_columns(new.plan),
    )
    session.add(fact)
    session.flush()
    return fact


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "instructor_id": plan.instructor,
        "place": plan.place,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "capacity": plan.capacity,
    }


def _same(session: Session, new: NewSession, by: Person) -> TrainingSession | None:
    """Return what stands as planned here, by the same person and in the same words: a second click plans nothing more.

    What was called off or moved elsewhere since does not stand so, and the same can be planned again.
    """
    like = select(TrainingSession.id).where(
        TrainingSession.recorded_by_id == by.id,
        TrainingSession.title == new.title,
        TrainingSession.starts_at == new.plan.starts_at,
    )
    found = rosters.some(session, session.scalars(like).all())
    return next((one.row for one in found if one.cancelled is None and _as_new(session, one) == new), None)


def _as_new(session: Session, found: SessionNow) -> NewSession:
    return NewSession(found.row.kind, found.row.title, subject_of(session, found.row), found.plan)


def _require_instructor(
    session: Session, subject: Subject, plan: Plan, current: SessionNow | None, *, on: CivilInstant, by: Person
) -> None:
    """Let the instructor of *plan* hold it, or refuse: qualified, with an account, and free at that time."""
    instructor = session.get_one(Person, plan.instructor)
    matter = matter_of(session, subject, instructor.id, on=on)
    if instructor.id == by.id:
        trainer_acts.require(session, Act.TEACH, by, matter, on=on)
    else:
        unmet = trainer_acts.unmet(session, Act.TEACH, instructor.id, matter, on=on)
        if unmet or not accounts.is_open(session, instructor.id, at=on.instant):
            lacks = unmet or (Condition.NOT_QUALIFIED,)
            raise InstructorMayNot(instructor.name, lacks, matter, trainer_acts.tool_names(session))
    if current is not None and instructor.id in current.roster.persons:
        raise InstructorOnRoster(instructor.name)
    others = rosters.busy_with(
        session, instructor.id, near=plan, without=None if current is None else current.id, at=on.instant
    )
    for other in others:
        if rule.overlap(plan, other.plan):
            raise InstructorBusy(instructor.name, other.row.title)


def subject_of(session: Session, row: TrainingSession) -> Subject:
    return Subject(
        tool=None if row.tool_id is None else session.get_one(Tool, row.tool_id),
        version=None if row.version_id is None else session.get_one(ToolVersion, row.version_id),
        module=row.module,
    )


def change(
    session: Session,
    session_id: int,
    plan: Plan,
    reason: str,
    *,
    on: CivilInstant,
    by: Person,
    overseeing: bool,
) -> SessionChange:
    """Move a session, give it other places or another instructor, with a reason that everybody on it reads.

    :param overseeing: *by* plans for others, too, as leads and registrars do.
    :raises NotYourSession, CalledOff, HeldAlready, NothingChanged, InstructorOnRoster: and as `plan`.
    """
    current = _take_turn(session, session_id, plan.instructor)
    _may_change(current, by, overseeing, at=on.instant)
    if plan == current.plan:
        raise NothingChanged
    faults = rule.faults(plan, on=on)
    if faults:
        raise PlanRefused(faults)
    _require_instructor(session, subject_of(session, current.row), plan, current, on=on, by=by)
    fact = SessionChange(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        session_id=session_id,
        revision=len(current.changes) + 1,
        reason=reason,
        **_columns(plan),
    )
    session.add(fact)
    session.flush()
    return fact


def cancel(
    session: Session, session_id: int, reason: str, *, at: datetime, by: Person, overseeing: bool
) -> SessionCancellation:
    """Call a session off, with a reason that everybody on it reads.

    :raises NotYourSession, CalledOff, HeldAlready: if it cannot be called off.
    """
    current = _take_turn(session, session_id)
    _may_change(current, by, overseeing, at=at)
    fact = SessionCancellation(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, session_id=session_id, reason=reason
    )
    session.add(fact)
    session.flush()
    return fact


def _take_turn(session: Session, session_id: int, *people: int) -> SessionNow:
    """Return the session as it stands once nobody else acts on it, or decides about *people*."""
    for person in sorted(set(people)):
        one_at_a_time(session, "person", person)
    one_at_a_time(session, "training session", session_id)
    found = rosters.one(session, session_id)
    if found is None:
        raise LookupError(session_id)
    return found


def may_change(current: SessionNow, by: Person, *, overseeing: bool) -> bool:
    return overseeing or by.id in {current.plan.instructor, current.row.recorded_by_id}


def _may_change(current: SessionNow, by: Person, overseeing: bool, *, at: datetime) -> None:
    if not may_change(current, by, overseeing=overseeing):
        raise NotYourSession
    if current.cancelled is not None:
        raise CalledOff
    if current.has_begun(at):
        raise HeldAlready


# -- the roster --------------------------------------------------------------------------------------------------------


def join(session: Session, session_id: int, person: Person, *, at: datetime) -> SessionNow:
    """Put *person* on the roster, as they ask for themselves; on a full session they wait in line.

    :returns: the session as it stands then.  Who is on it already stays where they are.
    :raises JoinRefused: if something stands against it.
    """
    return _put_on(session, session_id, [person.id], at=at, by=person)


def enrol(session: Session, session_id: int, numbers: Sequence[str], *, at: datetime, by: Person) -> SessionNow:
    """Put officers of the unit of *by*, by their service numbers, on the roster, in this order; all of them or nobody.

    :raises own_unit.NotInUnit, own_unit.OwnCase: if *by* does not decide about one; :raises JoinRefused: as `join`.
    """
    in_order_of_ids = session.scalars(
        select(Person.service_number).where(Person.service_number.in_(numbers)).order_by(Person.id)
    ).all()
    unknown = set(numbers) - set(in_order_of_ids)
    if unknown:
        raise own_unit.NotInUnit(min(unknown))
    members = {number: own_unit.decide_about(session, number, at=at, by=by) for number in in_order_of_ids}
    return _put_on(session, session_id, [members[number].person_id for number in dict.fromkeys(numbers)], at=at, by=by)


def add(session: Session, session_id: int, person: Person, *, at: datetime, by: Person, overseeing: bool) -> SessionNow:
    """Put somebody on the roster as the instructor, also who came without having joined.

    :raises NotYourSession: if *by* does not hold it; :raises JoinRefused: as `join`.
    """
    one_at_a_time(session, "person", person.id)
    current = _take_turn(session, session_id)
    if not may_change(current, by, overseeing=overseeing):
        raise NotYourSession
    return _put_on(session, session_id, [person.id], at=at, by=by, by_instructor=True)


def _put_on(
    session: Session, session_id: int, people: Sequence[int], *, at: datetime, by: Person, by_instructor: bool = False
) -> SessionNow:
    current = _take_turn(session, session_id, *people)
    refusals, new = [], []
    for person_id in people:
        if current.roster.of(person_id) is not None and current.cancelled is None:
            continue
        found = _obstacles(session, current, person_id, at, by_instructor)
        if found:
            refusals.append(Refusal(session.get_one(Person, person_id).name, found))
        new.append(person_id)
    if refusals:
        raise JoinRefused(refusals)
    for person_id in new:
        session.add(
            SessionEnrolment(
                effective_at=at, recorded_at=at, recorded_by_id=by.id, session_id=session_id, person_id=person_id
            )
        )
        session.flush()  # one after the other: the order of the ids is that of joining
    return rosters.one(session, session_id) or current


def _obstacles(
    session: Session, current: SessionNow, person_id: int, at: datetime, by_instructor: bool
) -> tuple[Obstacle, ...]:
    others = rosters.busy_with(session, person_id, near=current.plan, without=current.id, at=at)
    return rule.obstacles(
        person_id,
        current.plan,
        current.roster,
        [one.plan for one in others],
        cancelled=current.cancelled is not None,
        at=at,
        by_instructor=by_instructor,
    )


def against(session: Session, current: SessionNow, person_id: int, *, at: datetime) -> tuple[Obstacle, ...]:
    """Return what stands against the person's joining, for the page that offers it."""
    return _obstacles(session, current, person_id, at, False)


def withdraw(session: Session, session_id: int, person: Person, *, at: datetime) -> None:
    """Take *person* off the roster, as they ask for themselves; who waits moves up.  Asked twice it is done once.

    :raises BegunAlready: if the session has begun: whether they were there is the instructor's to record.
    """
    _take_off(session, session_id, person.id, at=at, by=person)


def withdraw_officer(session: Session, session_id: int, number: str, *, at: datetime, by: Person) -> None:
    """Take an officer of the unit of *by* off the roster.

    :raises own_unit.NotInUnit, own_unit.OwnCase: if *by* does not decide about them;
    :raises BegunAlready: as `withdraw`.
    """
    member = own_unit.decide_about(session, number, at=at, by=by)
    _take_off(session, session_id, member.person_id, at=at, by=by)


def remove(session: Session, session_id: int, person: Person, *, at: datetime, by: Person, overseeing: bool) -> None:
    """Take somebody off the roster as the instructor, who may have added the wrong person.

    :raises NotYourSession: if *by* does not hold it; :raises AttendanceRecorded: if theirs is recorded.
    """
    current = _take_turn(session, session_id, person.id)
    if not may_change(current, by, overseeing=overseeing):
        raise NotYourSession
    if person.id in current.attendance:
        raise AttendanceRecorded
    _take_off(session, session_id, person.id, at=at, by=by, by_instructor=True)


def _take_off(
    session: Session, session_id: int, person_id: int, *, at: datetime, by: Person, by_instructor: bool = False
) -> None:
    current = _take_turn(session, session_id, person_id)
    enrolment = current.roster.of(person_id)
    if enrolment is None:
        return
    if current.has_begun(at) and not by_instructor:
        raise BegunAlready
    session.add(
        SessionWithdrawal(
            effective_at=at, recorded_at=at, recorded_by_id=by.id, person_id=person_id, enrolment_id=enrolment.id
        )
    )
    session.flush()
