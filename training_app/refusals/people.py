"""Imports and one officer's record: what stood against them."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import imports, people, retraining, revocations
from training_app.services.imports import waiting
from training_app.wording import imports as words


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case imports.FileRefused():
            return words.refusal(error)
        case imports.DryRunOutdated():
            return _("The file or the records have changed since you saw this. Read it again, then import.")
        case imports.NotReady():
            return _("Nothing was recorded, because the file is not in order. What is wrong stands below.")
        case waiting.NothingWaits():
            return _("No file waits to be imported: it was imported already, discarded, or sent more than a day ago.")
        case people.OwnRecord():
            return _("This is your own record. Another registrar changes it.")
        case people.AddressTaken():
            return _("Somebody else has, or once had, the address %(address)s. Enter another.", address=error.address)
    return _of_certificates(error)


def _of_certificates(error: TrainingError) -> str | None:
    match error:
        case revocations.OwnAward():
            return _("This is your own certificate. Another registrar decides on it.")
        case revocations.AwardVoided():
            return _("This certificate was declared void: it was never valid. There is nothing left to revoke.")
        case retraining.OwnRetraining():
            return _("You cannot order your own retraining. Another registrar does that.")
        case retraining.DayPassed():
            return _("That day has passed. The last day is today at the earliest.")
        case retraining.DayTooFar():
            return _("The last day is within 2 years. Enter an earlier day.")
        case retraining.ModuleUnknown():
            return _("No module called %(module)s is published. Choose another.", module=error.slug)
    return None
