"""Standard settings: why somebody was not invited, a rating not taken, a round not closed, an outcome not adopted."""

from flask_babel import gettext as _

from quizzes.standard_setting import LEAST_JUDGES
from training_app.errors import TrainingError
from training_app.services import standard_setting


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case standard_setting.SettingOpen():
            return _("A standard setting of this revision was opened already, perhaps a moment ago.")
        case standard_setting.UnfitJudge():
            return _("Only trainers who may rate items of this module can judge. Look through the list again.")
        case standard_setting.NotAJudge():
            return _("You are no judge of this round: you were not invited, or did not rate every item in the first.")
        case standard_setting.RoundOver():
            return _("This round was closed meanwhile. What you had saved before counts; nothing can be changed in it.")
        case standard_setting.TooFewJudges(finished=finished):
            return _(
                "%(finished)s judges have rated every item. At least %(least)s are needed before the round is closed.",
                finished=finished,
                least=LEAST_JUDGES,
            )
        case standard_setting.NotYet():
            return _("The ratings can be adopted once, after the second round is closed.")
    return None
