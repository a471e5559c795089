"""The erasure of a person: what stood against it."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import erasing, erasures
from training_app.services.journal import PersonIsErased
from training_app.wording.keeping import HOLDS


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case erasures.Held():
            return " ".join(str(HOLDS[hold]) for hold in error.holds)
        case erasures.OrderedAlready():
            return _("The erasure of this person is ordered already.")
        case erasures.NotOrdered():
            return _("The order was taken back, so there is nothing to sign.")
        case erasing.NotSigned():
            return _("An erasure needs two signatures. Another registrar signs it first.")
        case PersonIsErased():
            return _("The records of this person were erased. Nothing can be recorded or shown about them.")
    return None
