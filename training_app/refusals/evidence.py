"""What stood against answering about an instant, or taking the facts behind an answer out."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import evidence


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case evidence.ToolUnknown():
            return _("No tool is registered under the name %(slug)s. Choose another.", slug=error.slug)
        case evidence.VersionUnknown():
            return _(
                "This tool never had a version %(version)s. Registered are: %(registered)s.",
                version=error.label,
                registered=", ".join(error.registered) or _("none"),
            )
    return None
