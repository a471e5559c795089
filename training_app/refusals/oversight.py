"""What stood against a suspension by the oversight body, its end, or a question on the record."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.rules.version_suspensions import Body
from training_app.services import oversight_questions, oversight_suspensions, withdrawals


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    return _of_suspensions(error) or _of_questions(error)


def _of_suspensions(error: TrainingError) -> str | None:
    match error:
        case withdrawals.OwnSuspension(body=Body.OVERSIGHT):
            return _("You suspended it yourself. Somebody else of the oversight body ends the suspension.")
        case withdrawals.EndedByOthers(body=Body.OVERSIGHT):
            return _("The oversight body suspended it, so somebody of it ends the suspension.")
        case withdrawals.EndedByOthers():
            return _("A registrar suspended it, so another registrar ends the suspension.")
        case oversight_suspensions.NotOfOversight():
            return _("Only the oversight body does this.")
        case oversight_suspensions.NothingToPropose():
            return _("This suspension is ended already. Nothing was changed.")
    return None


def _of_questions(error: TrainingError) -> str | None:
    match error:
        case oversight_questions.NotAsked():
            return _("This is for somebody else to do.")
        case oversight_questions.OwnQuestion():
            return _("You asked this yourself. Somebody else answers it.")
        case oversight_questions.NobodyToAnswer():
            return _("Nobody who could answer holds that office now. Choose another.")
        case oversight_questions.DayNotPossible():
            return _("Choose a day from today on, within a year.")
        case oversight_questions.NoSuchEntry():
            return _("The journal has no entry with this number.")
        case oversight_questions.QuestionClosed():
            return _("This question is closed, perhaps since a moment ago. Nothing was added.")
        case oversight_questions.NotAnswered():
            return _("It waits for its answer still. Follow it up once it is answered.")
    return None
