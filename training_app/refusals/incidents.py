"""What stood against an incident, or against what was to be done about one."""

from flask_babel import gettext as _

from training_app.agency import moment
from training_app.errors import TrainingError
from training_app.rules.incidents import Sending, State
from training_app.services import incident_handling as handling
from training_app.services.incident_limits import TooManySent
from training_app.wording.incidents import BARS


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case handling.MayNotHandleIncident():
            return " ".join([_("Somebody else does this."), *(str(BARS[bar]) for bar in error.bars)])
        case handling.IncidentNotYours():
            return _("Take this incident first.")
        case handling.Quotes(public=True):
            return _(
                "The sentence for the public repeats what was reported: “%(words)s”. Say it in your own words: it "
                "stays for good, and what a citizen wrote is deleted.",
                words=error.run,
            )
        case handling.Quotes():
            return _(
                "The summary repeats what was reported: “%(words)s”. Say it in your own words: the registrars are not "
                "to read what a citizen wrote.",
                words=error.run,
            )
        case handling.NoPlaceToPublish():
            return _("A sentence for the public stands on a tool's page. Name the tool, or leave the sentence empty.")
        case handling.NotNow():
            return _not_now(error)
        case TooManySent():
            return _too_many(error)
    return None


def _not_now(error: handling.NotNow) -> str:
    if error.state is State.CLOSED:
        return _("This incident is closed, perhaps since a moment ago. Nothing was changed.")
    return _("That was done already, perhaps a moment ago, or does not follow now. Read the page again.")


def _too_many(error: TooManySent) -> str:
    until = moment(error.until)
    if error.kind is Sending.REPORT:
        return _(
            "Many reports came from your network today, so nothing was sent. What you wrote is still below. Send it "
            "again after %(until)s, from another network, or reach the independent oversight in another way.",
            until=until,
        )
    return _("Too many codes that do not exist were tried from your network. Try again after %(until)s.", until=until)
