"""What stood against an act on a training session."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.rules.trainers import Act
from training_app.services import attendance, training_sessions
from training_app.wording import trainers
from training_app.wording.training_sessions import ATTENDANCE_FAULTS, FAULTS, OBSTACLES


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case training_sessions.PlanRefused():
            return " ".join(str(FAULTS[fault]) for fault in error.faults)
        case training_sessions.JoinRefused():
            return " ".join(
                f"{one.name}: {' '.join(str(OBSTACLES[found]) for found in one.obstacles)}" for one in error.refusals
            )
        case attendance.AttendanceRefused():
            return " ".join(str(ATTENDANCE_FAULTS[fault]) for fault in error.faults)
        case training_sessions.NotYourSession():
            return _("Only its instructor, who planned it, a lead or a registrar does this.")
        case training_sessions.CalledOff():
            return _("This session is called off, perhaps since a moment ago. Nothing was changed.")
        case training_sessions.AttendanceRecorded():
            return _("Attendance is recorded already, so this cannot be changed any more.")
        case training_sessions.HeldAlready():
            return _(
                "This session has begun, so it is neither changed nor called off any more. Record who was there; if it "
                "was not held, record everybody as absent."
            )
        case training_sessions.NothingChanged():
            return _("This is how the session stands already. Nothing was changed.")
        case training_sessions.BegunAlready():
            return _("This session has begun. Whether somebody was there is for the instructor to record.")
        case _:
            return _of_instructor(error)


def _of_instructor(error: TrainingError) -> str | None:
    match error:
        case training_sessions.InstructorMayNot():
            lacks = " ".join(trainers.conditions(error.unmet, Act.TEACH, error.matter, error.tool_names))
            return _("%(name)s may not hold this session. What they are told: %(lacks)s", name=error.name, lacks=lacks)
        case training_sessions.InstructorBusy():
            return _("%(name)s is on another session at that time: %(title)s.", name=error.name, title=error.title)
        case training_sessions.InstructorOnRoster():
            return _("%(name)s is on the roster of this session, and nobody is taught by themselves.", name=error.name)
    return None
