"""Modules being written and reviewed: why something was not saved, put up or decided."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import drafts, exchange, reviews


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    return _of_drafts(error) or _of_reviews(error) or _of_exchange(error)


def _of_drafts(error: TrainingError) -> str | None:
    match error:
        case drafts.SavedMeanwhile():
            return _(
                "Somebody else saved this part after you opened it. Nothing is lost: both texts stand on this page."
            )
        case drafts.SourceChanged():
            return _("The text in the source language was changed meanwhile. Compare the translation with it again.")
        case drafts.SubjectAreaMissing():
            return _(
                "Name the module's subject area first, under “Title, objectives and sources”: "
                "who may write it depends on it."
            )
        case drafts.DraftClosed():
            return _("This draft is under review or closed, so it cannot be changed. Take it back from review first.")
    return None


def _of_reviews(error: TrainingError) -> str | None:
    match error:
        case reviews.NotReady():
            return _("This draft is not ready for review. What is missing stands below, each at its place.")
        case reviews.NothingNew():
            return _("This says what is published already. Change something, then put it up for review.")
        case reviews.ReviewEnded():
            return _("This review has ended, perhaps a moment ago. Its outcome stands below.")
        case reviews.OwnWork():
            return _("You wrote a part of this, so somebody else has to review it.")
        case reviews.NotAnAuthor():
            return _("Only who wrote a part of this can take it back from review.")
    return None


def _of_exchange(error: TrainingError) -> str | None:
    match error:
        case exchange.NoQuestionsWait():
            return _("No questions wait: they were added already, discarded, or sent more than a day ago.")
        case exchange.QuestionsChanged():
            return _("The draft has changed since this page was shown. Look at it again, then add the questions.")
    return None
