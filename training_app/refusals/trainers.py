"""What stood against an act of a trainer, or against a qualification."""

from flask_babel import gettext as _

from training_app import wording
from training_app.errors import TrainingError
from training_app.services import trainer_acts, trainer_registry
from training_app.wording.trainers import AGAINST_RENEWAL, EVIDENCE, conditions


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case trainer_acts.NotAllowed():
            return " ".join(conditions(error.unmet, error.act, error.matter, error.tool_names))
        case trainer_registry.NoSuchScope():
            return _("Choose a subject area, or a tool that is registered.")
        case trainer_registry.NoSuchVersion():
            return _(
                "A special qualification for %(tool)s is for one of its versions. Choose one that is registered.",
                tool=error.tool,
            )
        case trainer_registry.SomebodyElseCould():
            return _(
                "A lead for this can qualify this person in the ordinary way, so no special qualification is needed."
            )
        case trainer_registry.SignedAlready():
            return _("This qualification is signed already, perhaps since a moment ago. Nothing was changed.")
        case trainer_registry.NoAccount():
            return _("This person has no open account. Open it first.")
    return _of_evidence(error) or _of_time(error)


def _of_evidence(error: TrainingError) -> str | None:
    match error:
        case trainer_registry.EvidenceMissing():
            missing = ", ".join(str(EVIDENCE[kind]) for kind in error.kinds)
            return _("This level also needs: %(missing)s. Add it below.", missing=missing)
        case trainer_registry.NobodyToVouch():
            return _(
                "%(number)s is nobody here who can have observed or checked this. "
                "Enter the service number of somebody else.",
                number=error.number,
            )
        case trainer_registry.NotSeenYet():
            return _("Enter the day on which it was observed or checked: today, or one that has passed.")
        case trainer_registry.FromBeforeTheRevocation():
            return _(
                "This was revoked on %(day)s, and is granted anew on new evidence only. "
                "Enter what was observed and checked since then.",
                day=wording.civil(error.revoked_on),
            )
    return None


def _of_time(error: TrainingError) -> str | None:
    match error:
        case trainer_registry.NotRenewable():
            return str(AGAINST_RENEWAL[error.why])
        case trainer_registry.TooLong():
            return _("The last day can be %(day)s at the latest.", day=wording.civil(error.last))
        case trainer_registry.Over():
            return _("The last day has passed already. Choose a later one.")
        case trainer_registry.NotCurrent():
            return _(
                "Too little was taught, assessed or learnt since the last grant to renew it. "
                "Grant it anew, on evidence."
            )
    return None
