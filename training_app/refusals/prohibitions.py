"""What stood against correcting the answer on prohibited practice."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import prohibitions


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case prohibitions.NothingToCorrect():
            return _("This is the answer on record already. There is nothing to correct.")
    return None
