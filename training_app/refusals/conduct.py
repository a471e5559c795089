"""What stood against a concern, a measure, a judgement on what follows, or an objection."""

from flask_babel import gettext as _
from flask_babel import ngettext

from training_app import wording
from training_app.errors import TrainingError
from training_app.services import conduct, measure_reviews, objections, trainer_measures
from training_app.wording.conduct import BARS, CONCERNED, FOR_A_SUSPENSION


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    return _of_conduct(error) or _of_measures(error) or _of_judgements(error)


def _of_conduct(error: TrainingError) -> str | None:
    match error:
        case conduct.AboutOneself():
            return _("You cannot raise a concern about yourself.")
        case conduct.NoTrainer():
            return _("This person is no trainer here.")
        case conduct.MayNotHandle():
            return " ".join([_("Somebody else handles this concern."), *(str(BARS[bar]) for bar in error.bars)])
        case conduct.TakenAlready():
            return _("Somebody else has taken this concern, perhaps a moment ago.")
        case conduct.NotYours():
            return _("Take this concern first.")
        case conduct.CaseEnded():
            return _("This concern has ended already, perhaps a moment ago. Nothing was changed.")
    return None


def _of_measures(error: TrainingError) -> str | None:
    match error:
        case trainer_measures.RadiusChanged():
            return _radius_changed(error)
        case trainer_measures.NothingToTake():
            return _("This trainer has no such qualification, or this was recorded already. Nothing was changed.")
        case trainer_measures.ForASuspension():
            return str(FOR_A_SUSPENSION)
        case trainer_measures.LaterThanNow():
            return _("A measure takes effect today, or from a day that has passed.")
        case trainer_measures.SameHand():
            return _("You recorded this yourself. Somebody else ends it.")
        case trainer_measures.EndedAlready():
            return _("This has ended already, perhaps a moment ago. Nothing was changed.")
    return None


def _radius_changed(error: trainer_measures.RadiusChanged) -> str:
    if not error.more:
        return _(
            "What would follow is not what was shown. Nothing was recorded. It stands below as it is now: read it, "
            "then decide."
        )
    hit = ngettext(
        "Since you looked, %(num)s more certification would be hit (%(which)s).",
        "Since you looked, %(num)s more certifications would be hit (%(which)s).",
        error.count,
        which="; ".join(error.more) + ("; ..." if error.count > len(error.more) else ""),
    )
    return " ".join([hit, _("Nothing was recorded. It stands below as it is now: read it, then decide.")])


def _of_judgements(error: TrainingError) -> str | None:
    match error:
        case measure_reviews.MayNotJudge():
            return str(CONCERNED[error.reason])
        case measure_reviews.NothingChosen():
            return _("Choose at least one award that waits to be judged.")
        case measure_reviews.SeenChanged():
            return _(
                "Nothing of what you looked at waits any more: somebody judged it meanwhile, or the measure has ended. "
                "Nothing was decided."
            )
        case objections.TooLate():
            return _("The time to object ended on %(day)s.", day=wording.civil(error.last_day))
        case objections.NothingToObjectTo():
            return _("There is nothing here that you can object to.")
        case objections.ObjectionDecided():
            return _("This objection has been decided, perhaps a moment ago. The decision stands below.")
    return None
