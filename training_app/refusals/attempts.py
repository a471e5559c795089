"""What stood against an attempt at a quiz, or against opening one more."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import admissions


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case admissions.NotForOneself():
            return _("You cannot open an attempt to yourself. Another lead decides that.")
        case admissions.AttemptsLeft():
            return _("This officer has an attempt left, perhaps opened a moment ago. Nothing was changed.")
    return None
