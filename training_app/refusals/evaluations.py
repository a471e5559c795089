"""What stood against recording an evaluation."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import evaluations


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case evaluations.OfficerUnknown():
            return _("Nobody here has the service number %(number)s. Check it.", number=error.service_number)
        case evaluations.OwnEvaluation():
            return _("You cannot record an evaluation of yourself. Another evaluator does that.")
        case evaluations.LastDayPassed():
            return _("That day has passed. A clearance ends today at the earliest.")
        case evaluations.LastDayTooFar():
            return _("A clearance ends within 10 years. Enter an earlier day.")
        case evaluations.NothingToReview():
            return _(
                "No evaluation of %(number)s is recorded yet. Record this one as an evaluation.",
                number=error.service_number,
            )
        case evaluations.SameEvaluator():
            return _("The latest evaluation is your own. A second opinion or an appeal is another evaluator's.")
    return None
