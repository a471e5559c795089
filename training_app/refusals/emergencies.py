"""What stood against an act on an emergency."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.services import emergencies


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case emergencies.NotOffered():
            return _("%(tool)s has no emergency access. A registrar can switch it on.", tool=error.tool)
        case emergencies.TooLong():
            return _("An emergency lasts %(most)s minutes at most here. Choose fewer.", most=error.most)
        case emergencies.LiftsNothing(grounds=()):
            return _("You may use this version now without it.")
        case emergencies.LiftsNothing():
            return _(
                "Emergency access would not help: other grounds stay, and nothing lifts them (%(grounds)s).",
                grounds=", ".join(error.grounds),
            )
        case emergencies.ForOneself():
            return _("Nobody confirms their own emergency. Ask another supervisor.")
        case emergencies.Lapsed():
            return _("This request has lapsed or was called off. The officer can ask again.")
        case emergencies.Over():
            return _("This is over already. Nothing was changed.")
        case emergencies.SettingUnchanged():
            return _("That is set already. Choose something else, or leave it.")
    return None
