"""Registering a tool and writing cards: what stood against it."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import cards, tools
from training_app.wording.cards import gaps


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case tools.DuplicateTool():
            return _("%(name)s is already registered. Choose another, or open that tool.", name=error.taken)
        case cards.CardChanged():
            return _("Somebody else changed this card meanwhile. Open it again in another tab, then change it anew.")
        case cards.NothingChanged():
            return _("The card says this already. Nothing was saved.")
        case cards.CardStaysComplete():
            return _(
                "This card is complete. Correct its parts, but do not leave out: %(parts)s.", parts=gaps(error.gaps)
            )
        case cards.NotWaivable():
            return _("This version can be released as far as its card goes. No reason is needed.")
        case cards.OwnWaiver():
            return _("You wrote this yourself. The second signature is another registrar's.")
        case cards.WaiverOutdated():
            return _("This was signed or written anew meanwhile. Nothing was changed.")
    return None
