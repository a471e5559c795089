"""The registrar's desk: learning platforms that launch officers, how each is connected, and what it may do."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.platforms import (
    ApproveForm,
    ConfirmForm,
    DeploymentForm,
    InvitationForm,
    PlatformForm,
    SettingForm,
    shown,
)
from training_app.models.lti import LtiInvitation, LtiPlatform, RegisteredHow
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services.lti import deployments, invitations
from training_app.services.lti import platforms as service
from training_app.services.lti.platforms import Registered
from training_app.services.second_signatures import names_of
from training_app.views import lti_tool
from training_app.wording import platforms as words

bp = Blueprint("platforms", __name__, url_prefix="/registrar/platforms")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "may_manage": may(Permission.CLIENT_MANAGE)}


@bp.get("")
@requires(Permission.CLIENT_READ)
def platforms() -> ResponseReturnValue:
    session = reading_session()
    waiting = invitations.waiting(session, at=now())
    return render_template(
        "platforms/platforms.html",
        rows=service.every(session),
        invitations=waiting,
        names=names_of(session, {one.made_by_id for one in waiting}),
    )


@bp.route("/connect", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def connect() -> ResponseReturnValue:
    """Make an invitation; its address is shown once, and kept nowhere."""
    form = InvitationForm(nonce=secrets.token_urlsafe(32))
    if not form.validate_on_submit():
        return _page("connect", form, hours=int(invitations.OPEN_FOR.total_seconds()) // 3600)
    token = invitations.token_from(lti_tool.configured().secret_key, f"{current_person().id} {form.nonce.data}")
    with transaction() as session:
        made = invitations.make(session, token, at=now(), by=current_person())
    address = lti_tool.address() + url_for("lti_registration.register", invitation=token)
    page = render_template("platforms/invitation.html", address=address, invitation=made)
    return make_response(page, 201, {"Cache-Control": "no-store"})


@bp.route("/invitations/<digest>/take-back", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def take_back(digest: str) -> ResponseReturnValue:
    invitation, form = reading_session().get(LtiInvitation, digest) or abort(404), ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                invitations.take_back(session, digest, at=now())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The invitation is taken back: its address connects nothing."), "ok")
            return redirect(url_for(".platforms"))
    return _page("take_back", form, invitation=invitation)


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def add() -> ResponseReturnValue:
    form = PlatformForm().of("", lti_tool.hosts_without_tls())
    if form.validate_on_submit():
        at, by = now(), current_person()
        try:
            with transaction() as session:
                made = service.register(session, form.new(), form.setting(), RegisteredHow.BY_HAND, at=at, by=by)
                if form.deployment_id.data:
                    deployments.note_seen(session, made.id, form.deployment_id.data, at=at)
        except service.PlatformNameTaken as error:
            form.name.errors = [refusals.sentence(error)]
        except service.PlatformExists as error:
            form.client_id.errors = [refusals.sentence(error)]
        else:
            flash(
                _("%(name)s is added. Compare what stands here with the platform, then approve it.", name=made.name),
                "ok",
            )
            return redirect(url_for(".platform", platform_id=made.id))
    return _page("setting", form, platform=None, tool=lti_tool.tool())


@bp.get("/<int:platform_id>")
@requires(Permission.CLIENT_READ)
def platform(platform_id: int) -> ResponseReturnValue:
    session, found = reading_session(), _platform(platform_id)
    row = session.get_one(LtiPlatform, platform_id)
    approved = deployments.approved(session, platform_id)
    return render_template(
        "platforms/platform.html",
        platform=found,
        registered=row,
        approved=approved,
        seen=deployments.unapproved(session, platform_id),
        names=names_of(session, {row.recorded_by_id, *(one.recorded_by_id for one in approved)} - {None}),
        tool=lti_tool.tool(),
    )


@bp.route("/<int:platform_id>/settings", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def settings(platform_id: int) -> ResponseReturnValue:
    found, plain = _platform(platform_id), lti_tool.hosts_without_tls()
    form = SettingForm(data=shown(found, plain)).of(found.issuer, plain)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(LtiPlatform, platform_id)
                service.set_up(session, row, form.setting(), after=form.last_seen, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Saved. It holds from the next launch on."), "ok")
            return redirect(url_for(".platform", platform_id=platform_id))
    return _page("setting", form, platform=found, tool=lti_tool.tool())


@bp.route("/<int:platform_id>/approve", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def approve(platform_id: int) -> ResponseReturnValue:
    found = _platform(platform_id)
    seen = [one.deployment_id for one in deployments.unapproved(reading_session(), platform_id)]
    form = ApproveForm().offering(seen)
    if form.validate_on_submit():
        at, by = now(), current_person()
        try:
            with transaction() as session:
                row = session.get_one(LtiPlatform, platform_id)
                service.approve(session, row, at=at, by=by)
                for deployment_id in form.deployments.data or ():
                    deployments.approve(session, row, deployment_id, at=at, by=by)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(
                _("%(name)s is approved. Officers can be launched from its approved deployments.", name=found.name),
                "ok",
            )
            return redirect(url_for(".platform", platform_id=platform_id))
    return _page("approve", form, platform=found)


@bp.route("/<int:platform_id>/deployments/approve", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def approve_deployment(platform_id: int) -> ResponseReturnValue:
    found = _platform(platform_id)
    form = DeploymentForm(data={"deployment_id": request.args.get("deployment", "")})
    if form.validate_on_submit():
        deployment_id = form.deployment_id.data or ""
        try:
            with transaction() as session:
                row = session.get_one(LtiPlatform, platform_id)
                deployments.approve(session, row, deployment_id, at=now(), by=current_person())
        except service.PlatformClosed as error:
            form.form_errors.append(refusals.sentence(error))
        except TrainingError as error:
            form.deployment_id.errors = [refusals.sentence(error)]
        else:
            flash(_("The deployment %(id)s is approved.", id=deployment_id), "ok")
            return redirect(url_for(".platform", platform_id=platform_id))
    return _page("deployment", form, platform=found)


@bp.route("/<int:platform_id>/close", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def close(platform_id: int) -> ResponseReturnValue:
    found, form = _platform(platform_id), ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.close(session, session.get_one(LtiPlatform, platform_id), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("%(name)s is closed.", name=found.name), "ok")
            return redirect(url_for(".platforms"))
    return _page("close", form, platform=found)


def _platform(platform_id: int) -> Registered:
    return service.registered(reading_session(), platform_id) or abort(404)


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    return render_template(f"platforms/{template}.html", form=form, **context), 422 if form.errors else 200
