"""What stood against a ruling, late answers, an appeal or more time."""

from flask_babel import gettext as _

from training_app import wording
from training_app.errors import TrainingError
from training_app.services import accommodations, appeals, late_answers, rulings
from training_app.wording.rulings import HANDS, KEY_FAULTS


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    return _of_rulings(error) or _of_late_answers(error) or _of_appeals(error) or _of_more_time(error)


def _of_rulings(error: TrainingError) -> str | None:
    match error:
        case rulings.UnfitKey():
            return str(KEY_FAULTS[error.fault])
        case rulings.ForeseenChanged():
            return _(
                "Somebody submitted this quiz, or ruled on it, after you looked. Nothing was decided. What would "
                "happen now stands below: read it, then decide."
            )
        case rulings.AlreadyRuled():
            return _("This holds for the item already, perhaps since a moment ago. Nothing was changed.")
        case rulings.OwnMark():
            return _("A quiz of your own would be marked anew by this. Another lead decides it.")
        case rulings.UnknownItem():
            return _("This revision has no such item.")
    return None


def _of_late_answers(error: TrainingError) -> str | None:
    match error:
        case late_answers.OwnAnswers():
            return _("These are your own answers. Another lead decides whether they count.")
        case late_answers.NothingLate():
            return _("No answer of this quiz came after its deadline.")
        case late_answers.MoreCame():
            return _("Another answer has arrived since you looked. All of them stand below: read them, then decide.")
    return None


def _of_appeals(error: TrainingError) -> str | None:
    match error:
        case appeals.TooLate():
            return _("The time to appeal against this mark ended on %(day)s.", day=wording.civil(error.last_day))
        case appeals.NothingToAppeal():
            return _("There is no such mark to appeal against.")
        case appeals.AppealDecided():
            return _("This appeal has been decided, perhaps a moment ago. The decision stands below.")
        case appeals.HandIn():
            return str(HANDS[error.hand])
        case appeals.NothingFollows():
            return _("To uphold it, first void or re-key the item, or accept the late answers. Then name that here.")
    return None


def _of_more_time(error: TrainingError) -> str | None:
    match error:
        case accommodations.OwnTime():
            return _("You cannot give yourself more time. Somebody else does that.")
        case accommodations.LastDayPassed():
            return _("That day has passed. The last day is today at the earliest.")
        case accommodations.LastDayTooFar():
            return _("The last day is within 5 years. Enter an earlier day, or none.")
    return None
