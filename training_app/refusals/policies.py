"""What stood against new terms, for a tool, for the agency, or for running certifications."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import policies, rebases


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case policies.PolicyBackdated():
            return _("A policy holds from now or from a later day on, never from an earlier one.")
        case policies.PolicyTooFarAhead():
            return _("A policy is set for a day within 2 years. Choose an earlier day.")
        case policies.PolicyOvertaken():
            return _("Another revision was written since you opened this page. Read it, then write yours.")
        case policies.PolicyUnchanged():
            return _("This is what holds on that day already. Change something, or leave it as it is.")
        case rebases.PolicyNotInEffect():
            return _("That revision is not in effect yet. Re-base on one that is, or was, in effect.")
        case rebases.PreviewOutdated():
            return _("What this would do has changed since you were shown it. Read it again, then decide.")
    return None
