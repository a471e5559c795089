"""What stood against what was to be done about a wish for changed training."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import tool_owners, wishes


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case wishes.WishEnded():
            return _("This wish is answered or declined already, perhaps since a moment ago. Nothing was changed.")
        case wishes.OtherModule():
            return _("That draft is of another module than the wish. Choose one of this module.")
        case wishes.TooEarly():
            return _("That draft was published before the wish, or given up. Choose another.")
        case tool_owners.NotARegistrar():
            return _("Whoever owns a tool is a registrar, who handles the reports on it. Choose another person.")
    return None
