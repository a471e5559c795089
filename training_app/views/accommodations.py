"""More time for an officer: who has it, and giving or ending it.  Why is not asked, and stands nowhere."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals, wording
from training_app.agency import on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.accommodations import MoreTimeForm, MoreTimeOfForm
from training_app.forms.people import ConfirmForm
from training_app.models.people import Person
from training_app.rules.permissions import Permission, Role
from training_app.security import current_person, may, requires
from training_app.services import accommodations as service
from training_app.services import accounts
from training_app.services.evaluations import OfficerUnknown

bp = Blueprint("accommodations", __name__, url_prefix="/more-time")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"wording": wording, "may_judge": may(Permission.ATTEMPT_JUDGE)}


@bp.get("")
@requires(Permission.TIME_GIVE)
def more_time() -> ResponseReturnValue:
    """List who has more time, and lead to the officer whose service number is in the address."""
    session, form, status = reading_session(), MoreTimeOfForm(request.args), 200
    if request.args:
        status = 422
        if form.validate():
            found = accounts.find(session, form.officer.data)
            if found is not None and Role.OFFICER in accounts.roles_of(session, found.id, at=now()):
                return redirect(url_for(".of_officer", service_number=found.service_number))
            form.officer.errors, status = [refusals.sentence(OfficerUnknown(form.officer.data))], 404
    rows = service.in_force_now(session, on=on_now())
    return render_template("accommodations/more_time.html", rows=rows, form=form), status


@bp.route("/<service_number>", methods=["GET", "POST"])
@requires(Permission.TIME_GIVE)
def of_officer(service_number: str) -> ResponseReturnValue:
    officer, form = _officer(service_number), MoreTimeForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Person, officer.id)
                percent, through = form.percent.data, form.through.data
                service.give(session, row, percent, through, at=now(), by=current_person(), zone=zone())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("From now on %(number)s has more time.", number=officer.service_number), "ok")
            return redirect(url_for(".more_time"), 303)
    return _page(officer, form), 422 if form.errors else 200


@bp.post("/<service_number>/end")
@requires(Permission.TIME_GIVE)
def end(service_number: str) -> ResponseReturnValue:
    officer, form = _officer(service_number), ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.end(session, session.get_one(Person, officer.id), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("From now on %(number)s has the usual time.", number=officer.service_number), "ok")
            return redirect(url_for(".more_time"), 303)
    return _page(officer, MoreTimeForm(formdata=None), form), 422


def _officer(service_number: str) -> Person:
    found = accounts.find(reading_session(), service_number)
    if found is None or found.service_number != service_number:
        abort(404)
    if Role.OFFICER not in accounts.roles_of(reading_session(), found.id, at=now()):
        abort(404)
    return found


def _page(officer: Person, form: MoreTimeForm, ending: ConfirmForm | None = None) -> str:
    on, found = on_now(), service.governing(reading_session(), officer.id)
    return render_template(
        "accommodations/of_officer.html",
        officer=officer,
        given=found if service.holds(found, on=on) else None,
        own=officer.id == current_person().id,
        form=form,
        wrong=form if form.errors else ending,
    )
