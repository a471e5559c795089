"""What stood against an act on a seat, a cap or a suspension."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import own_unit, seats, suspensions


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case own_unit.NotInUnit():
            return _("This officer is not of your unit or of one below it. Choose one of your officers.")
        case own_unit.OwnCase():
            return _("You cannot decide this about yourself. A supervisor of a unit above yours does that.")
        case seats.SeatEnded():
            return _("This seat has ended already, perhaps a moment ago by somebody else. Nothing was changed.")
        case seats.ReviewNotAsked():
            return _("Seats for this tool need no review. Nothing was changed.")
        case seats.ReviewedAlready():
            return _("This seat was reviewed today already. Nothing was changed.")
        case seats.CapUnchanged():
            return _("The cap is %(seats)s already. Enter another number, or leave it.", seats=error.seats)
        case suspensions.NotSuspended():
            return _("This suspension has ended already, perhaps a moment ago by somebody else. Nothing was changed.")
        case suspensions.SuspendedAlready(tool=None):
            return _("This officer is suspended from every tool already. End that suspension first, or leave it.")
        case suspensions.SuspendedAlready():
            return _(
                "This officer is suspended from %(tool)s already. End that suspension first, or leave it.",
                tool=error.tool,
            )
    return None
