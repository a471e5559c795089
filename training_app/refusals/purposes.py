"""What stood against a purpose."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import purposes


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case purposes.PurposeExists():
            return _("The purpose %(code)s exists already. Open it to change it.", code=error.code)
        case purposes.PurposeOvertaken():
            return _("Somebody saved this purpose since you opened it. Read it again, then save yours.")
        case purposes.PurposeEnded():
            return _("The purpose %(code)s is not permitted any more. Nothing was changed.", code=error.code)
        case purposes.GuidelineMissing():
            return _("Write at least one row of the guideline: this tool is intrusive.")
    return None
