"""What stood against judging an award."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import award_reviews


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case award_reviews.OwnAward():
            return _("This is your own award. Somebody else of the oversight body judges it.")
        case award_reviews.OwnRecord():
            return _("You recorded this award yourself. Somebody else of the oversight body judges it.")
        case award_reviews.AlreadyUnderReview():
            return _("This award is under review already. Nothing was changed.")
        case award_reviews.AlreadyVoided():
            return _("This award is void already. There is nothing left to review.")
        case award_reviews.ReviewEnded():
            return _("This review has ended already, perhaps a moment ago. Nothing was changed.")
    return None
