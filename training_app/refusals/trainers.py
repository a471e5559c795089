"""What stood against an act of a trainer, or against a qualification."""

from flask_babel import gettext as _

from training_app import wording
from training_app.errors import TrainingError
from training_app.services import trainer_acts, trainer_registry
from training_app.wording.trainers import EVIDENCE, conditions


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case trainer_acts.NotAllowed():
            return " ".join(conditions(error.unmet, error.act, error.matter, error.tool_names))
        case trainer_registry.EvidenceMissing():
            missing = ", ".join(str(EVIDENCE[kind]) for kind in error.kinds)
            return _("This level also needs: %(missing)s. Add it below.", missing=missing)
        case trainer_registry.TooLong():
            return _("The last day can be %(day)s at the latest.", day=wording.civil(error.last))
        case trainer_registry.Over():
            return _("The last day has passed already. Choose a later one.")
        case trainer_registry.NotCurrent():
            return _(
                "Too little was taught, assessed or learnt since the last grant to renew it. "
                "Grant it anew, on evidence."
            )
        case trainer_registry.SomebodyElseCould():
            return _(
                "A lead for this can qualify this person in the ordinary way, so no special qualification is needed."
            )
        case trainer_registry.SignedAlready():
            return _("This qualification is signed already, perhaps since a moment ago. Nothing was changed.")
        case trainer_registry.NoAccount():
            return _("This person has no open account. Open it first.")
    return None
