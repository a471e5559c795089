"""Who of a course still must train: for the registrar everybody, for a supervisor the officers of the own unit."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.agency import zone
from training_app.clock import now
from training_app.courier import call_rules, lti_signing
from training_app.db import end_reading, new_reading_session, reading_session
from training_app.lti.calls import CallFailed
from training_app.lti.connector import Client, Connector, ServiceFailed, Tokens
from training_app.lti.roster import Roster, fetch
from training_app.models.lti import LtiPlacement
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services.lti import platforms, still_to_train
from training_app.services.lti.platforms import Registered
from training_app.services.own_unit import own_unit
from training_app.views import lti_pages as pages
from training_app.wording import grades as words

bp = Blueprint("lti_rosters", __name__)


@bp.get("/registrar/platform-courses/<int:placement_id>")
@requires(Permission.CLIENT_READ)
def for_registrar(placement_id: int) -> ResponseReturnValue:
    """Show what stands in a course, and offer to ask the platform who is in it."""
    return _page(_placement(placement_id))


@bp.post("/registrar/platform-courses/<int:placement_id>")
@requires(Permission.CLIENT_MANAGE)
def ask_for_registrar(placement_id: int) -> ResponseReturnValue:
    """Ask the platform who is in the course; show who of them still must train."""
    return _asked(_placement(placement_id), within=None)


@bp.get("/unit/platform-courses")
@requires(Permission.UNIT_READ)
def of_unit() -> ResponseReturnValue:
    """List the courses that officers of the unit opened."""
    session, own = reading_session(), _own_units()
    rows = still_to_train.courses_of(session, own, at=now())
    names = {one.id: one.name for one in platforms.every(session)}
    return render_template("lti/unit_courses.html", rows=rows, names=names, titles=pages.titles_of(rows), words=words)


@bp.get("/unit/platform-courses/<int:placement_id>")
@requires(Permission.UNIT_READ)
def for_supervisor(placement_id: int) -> ResponseReturnValue:
    """Show a course that officers of the unit opened, and offer to ask the platform who is in it."""
    return _page(_of_unit(placement_id))


@bp.post("/unit/platform-courses/<int:placement_id>")
@requires(Permission.UNIT_READ)
def ask_for_supervisor(placement_id: int) -> ResponseReturnValue:
    """Ask the platform who is in the course; name the unit's officers, count the others."""
    return _asked(_of_unit(placement_id), within=_own_units())


def _own_units() -> Collection[int]:
    own = own_unit(reading_session(), current_person(), at=now())
    return own.ids if own else frozenset()


def _placement(placement_id: int) -> LtiPlacement:
    return reading_session().get(LtiPlacement, placement_id) or abort(404)


def _of_unit(placement_id: int) -> LtiPlacement:
    opened = still_to_train.courses_of(reading_session(), _own_units(), at=now())
    return next((one for one in opened if one.id == placement_id), None) or abort(404)


def _asked(placement: LtiPlacement, *, within: Collection[int] | None) -> ResponseReturnValue:
    platform = _platform(placement)
    if placement.memberships_url is None or placement.target_kind is None or not _open(placement, platform):
        abort(409)
    client = Client(
        platform.issuer, platform.client_id, placement.deployment_id, platform.token_url, platform.token_audience
    )
    config = current_app.extensions["config"]
    tokens = current_app.extensions.setdefault("lti_tokens", Tokens())
    url, placement_id = placement.memberships_url, placement.id
    end_reading()  # the platform may take its time to answer
    try:
        connector = Connector(client, lti_signing(config)(), call_rules(config), tokens)
        roster = fetch(connector, url, names=platform.keeps_names and within is None)
    except (ServiceFailed, CallFailed) as error:
        return _page(_placement(placement_id), fault=str(error)), 502
    session = new_reading_session()
    subjects = {one.subject for one in roster.learners}
    found = still_to_train.of(session, _placement(placement_id), subjects, within=within, at=now(), zone=zone())
    strangers = sorted(one.name for one in roster.learners if one.name and one.subject in found.unlinked)
    return _page(_placement(placement_id), found=found, roster=roster, strangers=strangers)


def _platform(placement: LtiPlacement) -> Registered:
    return platforms.registered(reading_session(), placement.platform_id) or abort(404)


def _open(placement: LtiPlacement, platform: Registered) -> bool:
    return platform.launches and placement.deployment_id in platform.deployments


def _page(placement: LtiPlacement, *, roster: Roster | None = None, **context: Any) -> str:
    platform = _platform(placement)
    registrars = may(Permission.CLIENT_READ)
    if registrars:
        back = {"text": _("Grades and courses"), "href": url_for("lti_grades.grades", platform_id=platform.id)}
    else:
        back = {"text": _("Courses on learning platforms"), "href": url_for(".of_unit")}
    can_ask = placement.memberships_url is not None and placement.target_kind is not None and _open(placement, platform)
    return render_template(
        "lti/roster.html",
        platform=platform,
        placement=placement,
        back=back,
        may_ask=can_ask and (may(Permission.CLIENT_MANAGE) or not registrars),
        can_ask=can_ask,
        roster=roster,
        titles=pages.titles_of([placement]),
        words=words,
        **context,
    )
