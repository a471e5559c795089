"""Out of the frame: the code of a launch signs the officer in, in a window of its own, and leads to what was opened."""

import logging

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from training_app import sessions
from training_app.clock import now
from training_app.db import transaction
from training_app.lti.login import new_secret
from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LtiLaunch
from training_app.models.people import Person
from training_app.rules import lti_targets
from training_app.rules.lti_claims import MOST_ID, Check, Message, identifier
from training_app.rules.lti_targets import NoTarget, TargetKind
from training_app.rules.permissions import Permission, permissions_of
from training_app.security import from_this_site, requires
from training_app.services import accounts
from training_app.services.lti import launches, links, platforms
from training_app.services.lti.launches import LINKING_LIFE
from training_app.views import lti_pages as pages
from training_app.views import lti_review

bp = Blueprint("lti_continue", __name__, url_prefix=f"{pages.PATH}/continue")
pages.answer_refusals(bp)
logger = logging.getLogger(__name__)

OPENING = frozenset({Message.RESOURCE_LINK, Message.SUBMISSION_REVIEW})
"""Messages by whose code somebody is signed in; that of a picker serves for placing alone."""


@bp.post("")
@requires(None)
def from_frame() -> ResponseReturnValue:
    """Go on with the code that our own page in a frame posts to a new window."""
    code = identifier(request.form.get("code"), most=MOST_ID)
    if code is None or not from_this_site():
        raise LaunchRefused(Check.LAUNCH)
    return _go_on(code)


@bp.get("")
@requires(None)
def by_hand() -> ResponseReturnValue:
    """Say that this address is opened from a launch."""
    raise LaunchRefused(Check.LAUNCH)


@bp.get("/<name>")
@requires(None)
def go(name: str) -> ResponseReturnValue:
    """Go on with the code that the launch left with this browser."""
    return _go_on(pages.code_cookie(name))


def target_address(launch: LtiLaunch, *, takes_training: bool) -> str:
    """Return the page that a launch leads to: what its custom parameter names, else the start."""
    try:
        target = lti_targets.parse(launch.claims.get("custom", {}).get(lti_targets.PARAMETER))
    except NoTarget:
        return url_for("public.home")
    if not takes_training:
        return url_for("public.home")
    endpoint = "officer.module" if target.kind is TargetKind.MODULE else "officer.tool"
    return url_for(endpoint, slug=target.slug)


def _go_on(code: str) -> ResponseReturnValue:
    at = now()
    with transaction() as session:
        launch = launches.launch_of(session, code)
        platform = platforms.registered(session, launch.platform_id) if launch else None
        if launch is None or platform is None or launch.message_type not in OPENING:
            raise LaunchRefused(Check.LAUNCH)
        if not platform.launches:
            raise LaunchRefused(Check.CLOSED, platform=platform.name)
        if launch.person_id is None:
            fresh = new_secret()
            if not launches.change_code(session, code, fresh, at=at):
                raise LaunchRefused(Check.LAUNCH, platform=platform.name)
            answer = make_response(redirect(url_for("lti_links.confirm", name=pages.name_of(fresh)), 303))
            pages.set_code_cookie(answer, fresh, seconds=int(LINKING_LIFE.total_seconds()))
            return answer
        person = session.get_one(Person, launch.person_id)
        here = _signed_in_here()
        taken = launches.take_launch(session, code, at=at)
        if taken is None and here != person.id:
            raise LaunchRefused(Check.LAUNCH, platform=platform.name)
        if not accounts.is_open(session, person.id, at=at):
            raise LaunchRefused(Check.ACCOUNT_CLOSED, platform=platform.name)
        if here != person.id:
            standing = links.standing(session, launch.platform_id, launch.subject)
            if standing is None or standing.person_id != person.id:  # unlinked since the launch
                raise LaunchRefused(Check.LAUNCH, platform=platform.name)
            epoch = accounts.epoch_of(session, person)
            sessions.start(session, person.id, epoch=epoch, at=at, lti_link_id=standing.id)
            logger.info("person %d signed in by platform %d from %s", person.id, platform.id, request.remote_addr)
        return redirect(address_for(session, launch, person), 303)


def address_for(session: Session, launch: LtiLaunch, person: Person) -> str:
    if launch.message_type == Message.SUBMISSION_REVIEW:
        return lti_review.address_for(session, launch, person)
    permissions = permissions_of(accounts.roles_of(session, person.id, at=now()))
    return target_address(launch, takes_training=Permission.TRAINING_TAKE in permissions)


def _signed_in_here() -> int | None:
    state = sessions.state_of_browser()
    return None if state is None else state.person_id  # a state without data is an empty mapping
