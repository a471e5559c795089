"""A result looked at from a platform's grade book: who may see it here sees it, whatever role the platform states."""

from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.clock import now
from training_app.lti.admission import Admitted
from training_app.models.lti import LtiLaunch, LtiLineItem, LtiPlacement
from training_app.models.people import Person
from training_app.models.training import Mode
from training_app.rules.lti_targets import PARAMETER, NoTarget, Target, TargetKind
from training_app.rules.lti_targets import parse as parse_target
from training_app.rules.permissions import Permission, permissions_of
from training_app.security import requires
from training_app.services import accounts, training, units
from training_app.services.lti import links
from training_app.services.own_unit import own_unit
from training_app.views import lti_pages as pages

bp = Blueprint("lti_review", __name__)


def show(admitted: Admitted, code: str) -> Response:
    """Offer the result in a window of its own, where it is seen who asks."""
    return pages.framed_page(
        "lti/review.html",
        admitted.platform.origins,
        platform=admitted.platform.name,
        person=admitted.person,
        code=code,
    )


@bp.get("/platform-results/not-shown")
@requires(Permission.SIGNED_IN)
def not_shown() -> ResponseReturnValue:
    """Say why a result is not shown."""
    return render_template("lti/not_shown.html")


def address_for(session: Session, launch: LtiLaunch, viewer: Person) -> str:
    """Return the page that shows *viewer* the result which the platform names, or the one that says why not."""
    refused = url_for("lti_review.not_shown")
    subject = launch.claims.get("for_user", {}).get("user_id", "")
    link = links.standing(session, launch.platform_id, subject) if subject else None
    target = _target(session, launch)
    if link is None or target is None:
        return refused
    officer = session.get_one(Person, link.person_id)
    if officer.id == viewer.id:
        return _own(session, officer, target)
    permissions = permissions_of(accounts.roles_of(session, viewer.id, at=now()))
    own = own_unit(session, viewer, at=now()) if Permission.UNIT_READ in permissions else None
    if own and units.person_in(session, own.ids, officer.service_number, at=now()):
        return url_for("supervisor.officer", service_number=officer.service_number)
    if Permission.PEOPLE_MANAGE in permissions:
        return url_for("people.person", service_number=officer.service_number)
    return url_for("as_of.of_anybody") if Permission.RECORD_READ in permissions else refused


def _own(session: Session, officer: Person, target: Target) -> str:
    if target.kind is not TargetKind.MODULE:
        return url_for("officer.tool", slug=target.slug)
    attempts = training.attempts_of(session, officer.id, target.slug, Mode.ASSESSMENT)
    submitted = [one for one in attempts if training.submission_of(session, one) is not None]
    if not submitted:
        return url_for("officer.module", slug=target.slug)
    return url_for("quiz.result", attempt_id=max(submitted, key=lambda one: (one.effective_at, one.id)).id)


def _target(session: Session, launch: LtiLaunch) -> Target | None:
    """Return what the result is of: as the launch names it, else what stands where its column belongs."""
    try:
        return parse_target(launch.claims.get("custom", {}).get(PARAMETER))
    except NoTarget:
        placement = _placement(session, launch)
    if placement is None or placement.target_kind is None or placement.target is None:
        return None
    return Target(placement.target_kind, placement.target)


def _placement(session: Session, launch: LtiLaunch) -> LtiPlacement | None:
    column: Any = launch.claims.get("endpoint", {}).get("lineitem")
    if not column:
        return None
    of_platform = select(LtiPlacement).where(LtiPlacement.platform_id == launch.platform_id)
    coupled = session.scalars(of_platform.where(LtiPlacement.line_item_url == column).limit(1)).first()
    made = of_platform.join(LtiLineItem, LtiLineItem.placement_id == LtiPlacement.id).where(LtiLineItem.url == column)
    return coupled or session.scalars(made.limit(1)).first()
