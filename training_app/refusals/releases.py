"""A version's way into use and out of it: what stood against it."""

from flask_babel import gettext as _

from training_app.agency import moment
from training_app.errors import TrainingError
from training_app.services import assessments, releases, requirements, schedules, second_signatures, withdrawals


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    return _of_two_people(error) or _of_releases(error) or _of_withdrawals(error) or _of_fields(error)


def _of_two_people(error: TrainingError) -> str | None:
    match error:
        case second_signatures.SameSigner():
            return _("You wrote this yourself. The second signature is another registrar's.")
        case second_signatures.Superseded():
            return _("A newer one was written in its place. Read and sign that one.")
        case second_signatures.AlreadyDone():
            return _("This was done already, perhaps a moment ago by somebody else. Nothing was changed.")
        case schedules.ScheduleBroken():
            return _(
                "The release of version %(version)s on %(when)s could not stand with this. Call that release off or "
                "move it first, then sign.",
                version=error.label,
                when=moment(error.at),
            )
    return None


def _of_releases(error: TrainingError) -> str | None:
    match error:
        case releases.DuplicateVersion():
            return _(
                "%(tool)s %(version)s is already registered. Choose another label or open that version.",
                tool=error.tool,
                version=error.label,
            )
        case releases.VersionProhibited():
            return _("Version %(version)s is prohibited. Nothing prepares it for use.", version=error.label)
        case releases.NotReleasable():
            return _("Version %(version)s cannot be released yet. What is missing stands below.", version=error.label)
        case releases.ReleaseBackdated():
            return _("That time has passed. Choose a later one, or release now.")
        case releases.TooFarAhead():
            return _("A release is set for a day within 2 years. Choose an earlier day.")
        case releases.ForecastOutdated():
            return _("The forecast has changed since you were shown it. Read it again, then release.")
        case releases.AlreadyScheduled():
            return _(
                "The release of version %(version)s is scheduled for %(when)s. Move that release instead.",
                version=error.label,
                when=moment(error.at),
            )
        case releases.ReleaseTookPlace():
            return _("Version %(version)s is in use by now. To take it out of use, withdraw it.", version=error.label)
    return None


def _of_withdrawals(error: TrainingError) -> str | None:
    match error:
        case withdrawals.NotInUse():
            return _("Version %(version)s is not in use, so there is nothing to take out of use.", version=error.label)
        case withdrawals.OwnSuspension():
            return _("You suspended it yourself. Another registrar ends the suspension.")
    return None


def _of_fields(error: TrainingError) -> str | None:
    """Return the sentences that stand beside one field."""
    match error:
        case assessments.NoDeltaModule():
            return _("Choose at least one delta module: at this level officers take what changed.")
        case assessments.GraceWithoutReason():
            return _("Say why officers may go on without this training while grace runs.")
        case assessments.GraceNotAgreed():
            return _("This assessment gives grace. Say why you agree to it.")
        case requirements.ChangeNotAssessed():
            return _("Say what officers must do who are certified already: this takes the place of a set in force.")
        case requirements.NothingChanged():
            return _("This is what earns a certification already. Change the modules, or ask something of officers.")
    return None
