"""Domain errors as sentences in the reader's language, for the forms that they come back to."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import evaluations, releases


def sentence(error: TrainingError) -> str:
    """Return what *error* says to the user; one that is not known here speaks for itself, in English."""
    match error:
        case releases.DuplicateVersion():
            return _(
                "%(tool)s %(version)s is already registered. Choose another label or open that version.",
                tool=error.tool,
                version=error.label,
            )
        case releases.VersionProhibited():
            return _("Version %(version)s is prohibited. Nothing prepares it for use.", version=error.label)
        case releases.SameSigner():
            return _("You wrote this yourself. The second signature is another registrar's.")
        case releases.Superseded():
            return _("A newer one was written in its place. Read and sign that one.")
        case releases.AlreadyDone():
            return _("This was done already, perhaps a moment ago by somebody else. Nothing was changed.")
        case releases.NotReleasable():
            return _("Version %(version)s cannot be released yet. What is missing stands below.", version=error.label)
        case releases.TooFarAhead():
            return _("A release is set for a day within 2 years. Choose an earlier day.")
        case releases.ForecastOutdated():
            return _("The forecast has changed since you were shown it. Read it again, then release.")
    return _of_fields(error)


def _of_fields(error: TrainingError) -> str:
    """Return the sentences that stand beside one field."""
    match error:
        case releases.NoDeltaModule():
            return _("Choose at least one delta module: at this level officers take what changed.")
        case releases.GraceWithoutReason():
            return _("Say why officers may go on without this training while grace runs.")
        case releases.GraceNotAgreed():
            return _("This assessment gives grace. Say why you agree to it.")
        case evaluations.OfficerUnknown():
            return _("Nobody here has the service number %(number)s. Check it.", number=error.service_number)
        case evaluations.OwnEvaluation():
            return _("You cannot record an evaluation of yourself. Another evaluator does that.")
        case evaluations.LastDayPassed():
            return _("That day has passed. A clearance ends today at the earliest.")
        case evaluations.LastDayTooFar():
            return _("A clearance ends within 10 years. Enter an earlier day.")
    return str(error)
