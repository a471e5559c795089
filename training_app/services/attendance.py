"""Attendance of a training session: recorded by who holds it, corrected by a later fact, never of oneself."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.training_sessions import SessionAttendance
from training_app.rules import training_sessions as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Act
from training_app.rules.training_sessions import AttendanceFault, Presence
from training_app.services import rosters, trainer_acts, training_sessions
from training_app.services.locks import one_at_a_time
from training_app.services.training_sessions import NotYourSession


class AttendanceRefused(TrainingError):
    """Nothing was recorded; *faults* names everything that stands against it."""

    def __init__(self, faults: Collection[AttendanceFault]) -> None:
        super().__init__("Attendance was not recorded: " + ", ".join(faults) + ".")
        self.faults = tuple(faults)


def record(
    session: Session,
    session_id: int,
    presences: Mapping[int, Presence],
    *,
    reason: str = "",
    on: CivilInstant,
    by: Person,
    overseeing: bool,
) -> list[SessionAttendance]:
    """Record who was there, by the id of the person; what is recorded already and says the same is left as it is.

    The instructor records it; where they cannot any more, a lead does who may teach this, and vouches for it.

    :param reason: of what is corrected; not needed for what is recorded first.
    :param overseeing: *by* plans sessions for others, too.
    :raises NotYourSession: if *by* does not hold the session; :raises trainer_acts.NotAllowed: if *by* may not teach
        this now, or would record their own attendance; :raises AttendanceRefused: if something else stands against it.
    """
    one_at_a_time(session, "training session", session_id)
    current = rosters.one(session, session_id)
    if current is None:
        raise LookupError(session_id)
    if by.id != current.plan.instructor and not overseeing:
        raise NotYourSession
    _require_teacher(session, current, set(presences), on=on, by=by)
    new = list(presences.items())
    faults = rule.attendance_faults(
        current.plan,
        current.roster,
        current.attended,
        new,
        reason,
        cancelled=current.cancelled is not None,
        at=on.instant,
    )
    if faults:
        raise AttendanceRefused(faults)
    known = rule.governing(current.attended)
    facts = [
        SessionAttendance(
            effective_at=on.instant,
            recorded_at=on.instant,
            recorded_by_id=by.id,
            session_id=session_id,
            person_id=person,
            instructor_id=current.plan.instructor,
            revision=known[person].revision + 1 if person in known else 1,
            presence=presence,
            reason=reason if person in known else "",
        )
        for person, presence in new
        if person not in known or known[person].presence is not presence
    ]
    session.add_all(facts)
    session.flush()
    return facts


def _require_teacher(
    session: Session, current: rosters.SessionNow, people: set[int], *, on: CivilInstant, by: Person
) -> None:
    subject = training_sessions.subject_of(session, current.row)
    own = {by.id} & people
    matter = training_sessions.matter_of(session, subject, by.id, persons=own, on=on)
    trainer_acts.require(session, Act.TEACH, by, matter, on=on)
