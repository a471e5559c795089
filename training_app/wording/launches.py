"""What a launch that went no further is told: which check failed, what to do, and whom to tell."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.lti_claims import Check


@dataclass(frozen=True, slots=True)
class Words:
    failed: Any
    """What was checked, and how it failed."""
    what_to_do: Any


_AGAIN = _l("Go back to your learning platform and open the activity again.")
_ADMINISTRATOR = _l("Tell the administrator of your learning platform, with the number below.")
_REGISTRAR = _l("Tell the registrar of your agency, with the number below.")
_BOTH = _l("Open the activity again. If this comes back, tell the administrator of your learning platform.")
_CLOCK = _l("Open the activity again. If this comes back, the platform's clock is wrong: tell its administrator.")

FAILED = {
    Check.REQUEST: Words(_l("What the learning platform sent is not complete, or not well formed."), _BOTH),
    Check.PLATFORM_ERROR: Words(
        _l("The learning platform answered with an error in place of a launch."),
        _l("Sign in to your learning platform, then open the activity again."),
    ),
    Check.PLATFORM: Words(_l("This learning platform is not registered here."), _REGISTRAR),
    Check.CLIENT_ID: Words(
        _l("This learning platform is registered here more than once, and it does not say which is meant."),
        _ADMINISTRATOR,
    ),
    Check.APPROVAL: Words(_l("The registrar has not approved this learning platform yet."), _REGISTRAR),
    Check.CLOSED: Words(_l("This learning platform may not launch here any more."), _REGISTRAR),
    Check.STATE: Words(_l("This launch answers no login that was begun here."), _AGAIN),
    Check.STATE_EXPIRED: Words(_l("The learning platform took too long to answer."), _AGAIN),
    Check.STATE_USED: Words(_l("This launch was used before. Each serves once."), _AGAIN),
    Check.BROWSER: Words(
        _l("Your browser did not bring back what it was given when the launch began."),
        _l("Open it in a new window. If you did, let your browser keep cookies of this site."),
    ),
    Check.TOKEN: Words(_l("The learning platform's message cannot be read."), _ADMINISTRATOR),
    Check.ALGORITHM: Words(
        _l("The learning platform signs in a way that is not taken here. RS256 is."), _ADMINISTRATOR
    ),
    Check.KEYS: Words(
        _l("The keys of the learning platform cannot be fetched."),
        _l("Try again in a few minutes. If this comes back, tell the registrar of your agency."),
    ),
    Check.KEY: Words(
        _l("The learning platform signed with a key that it does not publish."),
        _l("Try again in two minutes. If this comes back, tell the administrator of your learning platform."),
    ),
    Check.SIGNATURE: Words(
        _l("The signature of the learning platform is not right, so nothing it says is believed."), _ADMINISTRATOR
    ),
    Check.ISSUER: Words(_l("The message names another learning platform as its issuer."), _ADMINISTRATOR),
    Check.AUDIENCE: Words(_l("The message is not for this product alone."), _ADMINISTRATOR),
    Check.AUTHORIZED_PARTY: Words(_l("The message was given to somebody else."), _ADMINISTRATOR),
    Check.EXPIRED: Words(_l("The learning platform's message has expired."), _CLOCK),
    Check.LIFETIME: Words(_l("The learning platform's message would hold for more than an hour."), _ADMINISTRATOR),
    Check.ISSUED_AT: Words(_l("The learning platform's message is dated wrongly."), _CLOCK),
    Check.NONCE: Words(_l("The message does not belong to the login that was begun here."), _AGAIN),
    Check.VERSION: Words(_l("The message is not of LTI 1.3."), _ADMINISTRATOR),
    Check.MESSAGE: Words(_l("The message lacks something that it must have."), _ADMINISTRATOR),
    Check.MESSAGE_TYPE: Words(_l("Messages of this type are not supported here."), _ADMINISTRATOR),
    Check.TARGET: Words(
        _l("The activity's address is not that of this product."),
        _l("The administrator of your learning platform can set it right: it must be the launch address of this site."),
    ),
    Check.DEPLOYMENT: Words(_l("The message does not say which deployment it comes from."), _ADMINISTRATOR),
    Check.DEPLOYMENT_APPROVAL: Words(
        _l("The registrar must approve this deployment of the learning platform first. It is now in their list."),
        _REGISTRAR,
    ),
    Check.SUBJECT: Words(
        _l("The learning platform does not say who you are, and training is recorded for people."), _ADMINISTRATOR
    ),
    Check.ROLES: Words(_l("The message lacks something that it must have."), _ADMINISTRATOR),
    Check.LAUNCH: Words(_l("This launch was gone on with before, or it is too old."), _AGAIN),
    Check.CLAIM: Words(_l("The learning platform does not state your service number."), _ADMINISTRATOR),
    Check.OFFICER: Words(_l("Nobody here has the service number that the learning platform states."), _REGISTRAR),
    Check.ACCOUNT_CLOSED: Words(_l("Your account here is closed."), _REGISTRAR),
    Check.LINKED: Words(
        _l("This account of the learning platform belongs to another person here."),
        _REGISTRAR,
    ),
}
