"""Suspending an officer of the unit, from every tool or from one, and ending that again."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.suspensions import EVERY_TOOL, ReinstateForm, SuspendForm
from training_app.models.people import OfficerSuspension
from training_app.models.tools import Tool
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import own_unit, units
from training_app.services import suspensions as service
from training_app.services.units import Member
from training_app.wording import suspensions as words

bp = Blueprint("suspensions", __name__, url_prefix="/unit/officers")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "zone": zone(), "reason": words.reason}


@bp.route("/<service_number>/suspend", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def suspend(service_number: str) -> ResponseReturnValue:
    member = _officer(service_number)
    tools = reading_session().execute(select(Tool.slug, Tool.name).order_by(Tool.name)).all()
    form = SuspendForm(scope=request.args.get("tool", EVERY_TOOL)).offering((row.slug, row.name) for row in tools)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                tool = session.scalars(select(Tool).where(Tool.slug == form.slug)).one() if form.slug else None
                service.suspend(session, service_number, tool, form.why, at=now(), by=current_person())
        except service.SuspendedAlready as error:
            form.scope.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            names = {"name": member.name, "tool": tool.name if tool else _("every tool")}
            flash(_("%(name)s is suspended from %(tool)s from now on.", **names), "ok")
            return redirect(url_for("supervisor.officer", service_number=service_number))
    return render_template("suspensions/suspend.html", form=form, **_shown(member)), 422 if form.errors else 200


@bp.route("/<service_number>/suspensions/<int:suspension_id>/reinstate", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def reinstate(service_number: str, suspension_id: int) -> ResponseReturnValue:
    member, form = _officer(service_number), ReinstateForm()
    asked = reading_session().get(OfficerSuspension, suspension_id)
    if asked is None or asked.officer_id != member.person_id:
        abort(404)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(OfficerSuspension, suspension_id)
                service.reinstate(session, row, form.why, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The suspension of %(name)s ends now.", name=member.name), "ok")
            return redirect(url_for("supervisor.officer", service_number=service_number))
    shown = _shown(member)
    ending = next((one for one in shown["standing"] if one.id == suspension_id), None)
    others = [one for one in shown["standing"] if one.id != suspension_id]
    page = render_template("suspensions/reinstate.html", form=form, ending=ending, others=others, **shown)
    return page, 422 if form.errors else 200


def _officer(service_number: str) -> Member:
    """Return the officer if they are of the supervisor's unit or of one below it; else they are not found."""
    session, at = reading_session(), now()
    own = own_unit.own_unit(session, current_person(), at=at) or abort(404)
    return units.person_in(session, own.ids, service_number, at=at) or abort(404)


def _shown(member: Member) -> dict[str, Any]:
    session = reading_session()
    return {
        "member": member,
        "oneself": member.person_id == current_person().id,
        "standing": service.standing(session, member.person_id, at=now()),
        "seconds": session.scalar(select(func.max(Tool.max_cache_seconds))) or 0,
    }
