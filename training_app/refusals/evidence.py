"""What stood against answering about an instant, or taking the facts behind an answer out."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import evidence, evidence_pack
from training_app.services.journal import NothingSealed


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
        case evidence_pack.NoPeriod():
            return _("The last day is before the first. Enter a later one.")
        case evidence_pack.NotBegun():
            return _("The period has not begun. Choose a first day that is not in the future.")
        case evidence_pack.StillSealing():
            return _("Facts of a moment ago are still being sealed into the journal. Try again in a few seconds.")
        case NothingSealed():
            return _("Nothing is sealed in the journal yet, so that nothing can be proven. Try again in a few seconds.")
    return None
