"""How a platform stands, how accounts are linked, and why one could not be registered."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.models.lti import LinkBy, RegisteredHow
from training_app.rules.lti_registration import Fault, RegistrationRefused
from training_app.services.lti.platforms import Registered

LINKS: Mapping[LinkBy, Any] = {
    LinkBy.SIGN_IN: _l("The officer signs in here once, at the first launch"),
    LinkBy.CLAIM: _l("The platform states the service number"),
}
LINK_HINTS: Mapping[LinkBy, Any] = {
    LinkBy.SIGN_IN: _l(
        "Needs nothing of the platform. The account there and the officer here are linked from then on."
    ),
    LinkBy.CLAIM: _l(
        "No second sign-in. Choose it only where officers cannot change what the platform states about them."
    ),
}
HOW: Mapping[RegisteredHow, Any] = {
    RegisteredHow.BY_HAND: _l("by hand"),
    RegisteredHow.DYNAMICALLY: _l("by the platform itself, through a one-time address"),
}


def badge(platform: Registered) -> dict[str, Any]:
    """Return how the platform stands, for the macro of badges."""
    if platform.closed:
        return {"code": "expired", "label": _("Closed")}
    if not platform.approved:
        return {"code": "due", "label": _("Waits for approval")}
    if not platform.deployments:
        return {"code": "due", "label": _("Needs a deployment")}
    return {"code": "certified", "label": _("Connected")}


def refused(error: RegistrationRefused) -> str:
    """Return why the platform could not be registered, and what to do."""
    match error.fault:
        case Fault.ADDRESS:
            return _(
                "The platform names an address that is not used here, under %(member)s. Addresses begin with https "
                "and hold neither a user nor a fragment.",
                member=error.member,
            )
        case Fault.NO_CONFIGURATION:
            return _("What the platform gave is no configuration of a learning platform for LTI 1.3.")
        case Fault.MISSING:
            return _("The configuration of the platform lacks %(member)s.", member=error.member)
        case Fault.FOREIGN:
            return _(
                "What the platform names under %(member)s is on %(host)s, which is not of %(expected)s. It was not "
                "connected: one platform could pass for another. If both are of one platform, ask the registrar to "
                "add it by hand.",
                member=error.member,
                host=error.host,
                expected=error.expected,
            )
    return _("The platform answered without %(member)s.", member=error.member)
