"""What stood against a learning platform, one of its deployments, or an invitation."""

from flask_babel import gettext as _

from training_app.errors import TrainingError
from training_app.lti import registration
from training_app.services.lti import deployments, invitations, platforms


def sentence(error: TrainingError) -> str | None:
    """Return what *error* says to the user, or ``None`` if it is not of these."""
    match error:
        case platforms.PlatformExists():
            return _(
                "This client id of this issuer is registered already, as %(name)s. Nothing was changed.",
                name=error.name,
            )
        case platforms.PlatformNameTaken():
            return _(
                "A platform called %(name)s is registered already. Closed ones keep their names too.", name=error.name
            )
        case platforms.PlatformClosed():
            return _("%(name)s is closed. Nothing was changed.", name=error.name)
        case platforms.PlatformApproved():
            return _("%(name)s is approved already. Nothing was changed.", name=error.name)
        case platforms.SettingOvertaken():
            return _("Somebody changed the settings of this platform since you opened the page. Read them again.")
        case deployments.DeploymentApproved():
            return _("The deployment %(id)s is approved already. Nothing was changed.", id=error.deployment_id)
        case deployments.DeploymentUnfit():
            return _("A deployment id has 1 to 255 characters. Copy it from the platform.")
    return _of_invitations(error) or _of_registration(error)


def _of_invitations(error: TrainingError) -> str | None:
    match error:
        case invitations.InvitationUnknown():
            return _("There is no such invitation. Ask the registrar for a new address.")
        case invitations.InvitationExpired():
            return _("This invitation has expired. Ask the registrar for a new address.")
        case invitations.InvitationUsed():
            return _("This invitation was used already. To connect once more, ask the registrar for a new address.")
        case invitations.InvitationOver():
            return _("This invitation was used, or is over. Nothing was changed.")
    return None


def _of_registration(error: TrainingError) -> str | None:
    match error:
        case registration.PlatformGaveNothing(stage=registration.Stage.CONFIGURATION):
            return _("The configuration of the platform could not be fetched: %(reason)s", reason=error.reason)
        case registration.PlatformGaveNothing():
            return _(
                "The platform did not register this tool: %(reason)s. Begin again at the platform: what it adds to the "
                "address serves once.",
                reason=error.reason,
            )
        case registration.RegistrationInDoubt():
            return _(
                "The platform did not say whether it registered this tool: %(reason)s. If the tool is listed there, "
                "delete it, and ask the registrar for a new address.",
                reason=error.reason,
            )
    return None
