"""What stood against a report, or against what was to be done about one."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import report_handling, reports
from training_app.wording.reports import BARS


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    if isinstance(error, report_handling.MayNotHandle):
        return " ".join([_("Somebody else does this."), *(str(BARS[bar]) for bar in error.bars)])
    return _of_steps(error) or _of_the_end(error)


def _of_steps(error: TrainingError) -> str | None:
    match error:
        case reports.NothingToReportOn():
            return _("This version is not registered. Choose another.")
        case report_handling.TakenAlready():
            return _("Somebody else has taken this report, perhaps a moment ago.")
        case report_handling.NotYours():
            return _("Take this report first.")
        case report_handling.QuestionOpen():
            return _("A question waits for its answer already. Wait for it, or decide without.")
        case report_handling.NoQuestion():
            return _("No question waits for an answer, perhaps because you answered it a moment ago.")
        case report_handling.OtherTool():
            return _("That belongs to another tool. Choose something of the tool that the report is about.")
        case report_handling.NobodyByThatNumber():
            return _("Nobody here has that service number. Enter another.")
        case report_handling.ToldLater():
            return _("That day is to come. Enter the day on which the provider was told.")
    return None


def _of_the_end(error: TrainingError) -> str | None:
    match error:
        case report_handling.ReportClosed():
            return _("This report is closed, perhaps since a moment ago. Nothing was changed.")
        case report_handling.DecidedAlready():
            return _("A decision waits for its signature already. Nothing was changed.")
        case report_handling.NothingToSign():
            return _("This decision was signed or sent back already. Read the report again.")
    return None
