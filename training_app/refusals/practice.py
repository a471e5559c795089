"""What stood against a checklist, an observation or a signature under one."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import checklists, observations, signed_practice


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    return _of_checklists(error) or _of_observations(error) or _of_signatures(error)


def _of_checklists(error: TrainingError) -> str | None:
    match error:
        case checklists.NoBehaviour():
            return _("Write at least one behaviour.")
        case checklists.ChecklistUnchanged():
            return _("Nothing was changed in this list.")
        case checklists.WrittenMeanwhile():
            return _("Somebody else wrote this list after you had opened it. Nothing of theirs was overwritten.")
        case checklists.OwnChecklist():
            return _("You wrote this list yourself. Another assessor approves it.")
    return None


def _of_observations(error: TrainingError) -> str | None:
    match error:
        case observations.NoChecklist():
            return _(
                "No checklist is in force for this version, so nobody can be observed on it yet. A trainer for the "
                "tool writes one, and an assessor approves it."
            )
        case observations.NotOpen():
            return _("Nobody can be observed on this version now: it is not announced yet, withdrawn or prohibited.")
        case observations.OfficerGone():
            return _("This officer has no open account.")
        case observations.Disputed():
            return _(
                "This officer did not agree with what you signed for this version before. Another assessor observes "
                "them next."
            )
        case observations.OfficerHasToSign():
            return _("This officer was observed on this version already. They only have to sign, on their own page.")
        case observations.ObservationClosed():
            return _("This observation is closed: it was signed, or its last day has passed. Begin a new one.")
    return None


def _of_signatures(error: TrainingError) -> str | None:
    match error:
        case observations.TickedElsewhere():
            return _(
                "Something was ticked on another page or device after you had opened this one. It is shown now: look "
                "at it, and sign again."
            )
        case observations.Unticked():
            return _("Tick something for every behaviour. What you had no occasion to see is “not seen”.")
        case signed_practice.NoReason():
            return _("Say in a sentence what was different.")
        case signed_practice.SignedOtherwise():
            return _("This is signed already, and what was signed first stands.")
    return None
