"""Where a platform registers itself: opened from its administration, in a frame or a window, with an invitation.

The invitation is used up before anything is fetched, and given back where nothing was registered at the platform.
"""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.lti import registration
from training_app.lti.registration import PlatformGaveNothing
from training_app.models.lti import RegisteredHow
from training_app.models.people import Person
from training_app.rules.lti_registration import (
    PlatformConfiguration,
    RegistrationRefused,
    operators_pages,
    origin,
)
from training_app.security import let_be_framed, requires
from training_app.services.lti import deployments, invitations, platforms
from training_app.services.lti.invitations import Invitation, InvitationUnknown
from training_app.services.lti.platforms import NewPlatform, PlatformSetting
from training_app.views import lti_tool
from training_app.wording import platforms as words

bp = Blueprint("lti_registration", __name__)

TRIES_PER_MINUTE = 10
"""With one invitation: each fetches something."""
REQUESTS_PER_MINUTE = 60
"""From one address, whatever it brings."""


@bp.get("/lti/register")
@requires(None)
def register() -> ResponseReturnValue:
    """Register the platform that opened this address; it launches nobody before the registrar has approved it."""
    token, url = request.args.get("invitation", ""), request.args.get("openid_configuration", "")
    if not token:
        return _refused(
            _("This address lacks its invitation. Ask the registrar for a new address, and copy all of it.")
        )
    limits = current_app.extensions["rate_limits"]
    if limits.take(("lti register", request.remote_addr), REQUESTS_PER_MINUTE):
        abort(429)
    try:
        frames = _frames(url)
        invitations.refuse_unfit(reading_session(), token, at=now())  # strangers cost no writing, and no bucket each
        if limits.take(f"lti invitation {invitations.digest_of(token)}", TRIES_PER_MINUTE):
            abort(429)
        with transaction() as session:
            invitation = invitations.take(session, token, at=now())
    except RegistrationRefused:
        return _refused(_to_be_opened_by_the_platform())
    except InvitationUnknown as error:
        return _refused(refusals.sentence(error))
    except TrainingError as error:
        return _refused(refusals.sentence(error), frames)
    return _connect(invitation, url, frames)


def _connect(invitation: Invitation, url: str, frames: Iterable[str]) -> ResponseReturnValue:
    token = request.args.get("registration_token") or None
    rules = lti_tool.call_rules()
    try:
        platform = registration.configuration(rules, url, token)
        client_id, deployment_id = registration.register(rules, platform, lti_tool.tool(), token)
        name = _keep(invitation, platform, client_id, deployment_id)
    except (PlatformGaveNothing, RegistrationRefused) as error:
        with transaction() as session:
            invitations.give_back(session, invitation)
        said = words.refused(error) if isinstance(error, RegistrationRefused) else refusals.sentence(error)
        return _refused(said, frames, again=True)
    except TrainingError as error:
        return _refused(refusals.sentence(error), frames)
    page = make_response(render_template("platforms/connected.html", name=name, deployment_id=deployment_id))
    return _closed_up(page, frames)


def _keep(invitation: Invitation, platform: PlatformConfiguration, client_id: str, deployment_id: str | None) -> str:
    """Record the platform, and return the name that it got."""
    at = now()
    with transaction() as session:
        name = platforms.free_name(session, platform.name)
        setting = PlatformSetting(
            authorization_url=platform.authorization_url,
            token_url=platform.token_url,
            key_set_url=platform.key_set_url,
            token_audience=platform.token_audience,
            page_origins=_page_that_opened_it(platform),
        )
        new, by = NewPlatform(name, platform.issuer, client_id), session.get_one(Person, invitation.made_by_id)
        made = platforms.register(session, new, setting, RegisteredHow.DYNAMICALLY, at=at, by=by)
        if deployment_id is not None:
            deployments.note_seen(session, made.id, deployment_id, at=at)
    return name


def _frames(url: str) -> tuple[str, ...]:
    """Return whose pages may show the answer in a frame: those of the platform that the configuration is of."""
    configured = origin(url, "openid_configuration", plain=lti_tool.hosts_without_tls())
    return str(configured), *operators_pages(configured)


def _page_that_opened_it(platform: PlatformConfiguration) -> tuple[str, ...]:
    """Return the origin of the page that shows ours, where one operator has many and the issuer is none of them."""
    try:
        issuer = origin(platform.issuer, "issuer", plain=lti_tool.hosts_without_tls())
        page = origin(request.referrer, "page")
    except RegistrationRefused:
        return ()
    one_of_several = operators_pages(issuer) and operators_pages(issuer) == operators_pages(page)
    return (str(page),) if one_of_several and page != issuer else ()


def _to_be_opened_by_the_platform() -> str:
    return _(
        "This address is opened by a learning platform, which adds its own address to it. Paste it where the "
        "platform asks for the registration address of a tool."
    )


def _refused(sentence: str, frames: Iterable[str] = (), *, again: bool = False) -> ResponseReturnValue:
    page = render_template("platforms/not_connected.html", sentence=sentence, again=again)
    return _closed_up(make_response(page, 400), frames)


def _closed_up(response: Response, frames: Iterable[str]) -> Response:
    if "registration_token" in request.args:
        response.headers["Referrer-Policy"] = "no-referrer"  # not even our own logs of files are to hold it
    return let_be_framed(response, frames)
