"""What stood against a request for rectification, or against what was to be done about one."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import rectification_handling as handling
from training_app.services import rectifications
from training_app.wording.rectification import BARS


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case rectifications.NoSuchRecord():
            return _("No such record is kept about you. Choose it on your page again.")
        case handling.MayNotRectify():
            return " ".join([_("Somebody else does this."), *(str(BARS[bar]) for bar in error.bars)])
        case handling.RequestTaken():
            return _("Somebody else has taken this request, perhaps a moment ago.")
        case handling.RequestNotYours():
            return _("Take this request first.")
        case handling.RequestEnded():
            return _("This request was answered or withdrawn, perhaps a moment ago. Nothing was changed.")
        case handling.TooLateToExtend():
            return _("The time can be extended within the first month only, and that is over. Answer now.")
        case handling.NoCorrection():
            return _("Choose something that was recorded since the request. If nothing is there, correct it first.")
    return None
