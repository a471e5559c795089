"""The supervisor's view of training sessions: which of the unit's officers are on them, and putting more on."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_

from training_app import refusals
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.seats import ConfirmForm
from training_app.forms.training_sessions import OfficersForm
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import own_unit, rosters, units
from training_app.services import training_sessions as service
from training_app.services.rosters import SessionNow
from training_app.services.units import Member
from training_app.views import session_rows
from training_app.views.pages import Page
from training_app.wording import training_sessions as words

bp = Blueprint("unit_sessions", __name__, url_prefix="/unit/sessions")

SESSIONS_A_PAGE = 40


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "kinds": words.KINDS}


@bp.get("")
@requires(Permission.UNIT_READ)
def overview() -> ResponseReturnValue:
    session, at = reading_session(), now()
    own = own_unit.own_unit(session, current_person(), at=at)
    if own is None:
        return render_template("supervisor/no_unit.html")
    officers = {one.person_id: one for one in units.officers_in(session, own.ids, at=at)}
    theirs = rosters.with_any_of(units.assigned_to(own.ids, at=at))
    ahead = (rosters.ending_after(at), or_(rosters.not_called_off(), theirs))
    page: Page[Any] = Page.counted(rosters.count(session, *ahead), size=SESSIONS_A_PAGE)

    def note(found: SessionNow) -> str:
        mine = [one for one in found.roster.everybody if one.person in officers]
        names = [officers[one.person].name for one in mine]
        return ", ".join(names)

    found = rosters.listed(session, *ahead, first=page.first, most=page.size)
    shown = session_rows.rows(found, session_rows.room, note)
    return render_template(
        "unit_sessions/overview.html", unit=own.unit, weeks=list(session_rows.by_week(shown)), page=page
    )


@bp.route("/<int:session_id>", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def one(session_id: int) -> ResponseReturnValue:
    found, officers = _of_address(session_id), _officers()
    form = OfficersForm().offering(
        (one.service_number, f"{one.name} ({one.service_number})")
        for one in officers
        if found.roster.of(one.person_id) is None and one.person_id != current_person().id
    )
    if form.validate_on_submit():
        numbers = list(form.officers.data or [])
        try:
            with transaction() as session:
                by = session.get_one(Person, current_person().id)
                service.enrol(session, session_id, numbers, at=now(), by=by)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            done = ngettext("%(num)s officer is on the roster.", "%(num)s officers are on the roster.", len(numbers))
            flash(done, "ok")
            return redirect(url_for(".one", session_id=session_id))
    return _page(found, officers, form)


@bp.post("/<int:session_id>/officers/<service_number>/withdraw")
@requires(Permission.UNIT_MANAGE)
def withdraw(session_id: int, service_number: str) -> ResponseReturnValue:
    found, officers = _of_address(session_id), _officers()
    if not ConfirmForm().validate_on_submit():
        abort(400)
    form = OfficersForm(formdata=None).offering(())
    try:
        with transaction() as session:
            by = session.get_one(Person, current_person().id)
            service.withdraw_officer(session, session_id, service_number, at=now(), by=by)
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _page(found, officers, form)
    flash(_("The officer is off the roster."), "ok")
    return redirect(url_for(".one", session_id=session_id))


def _of_address(session_id: int) -> SessionNow:
    return rosters.one(reading_session(), session_id) or abort(404)


def _officers() -> list[Member]:
    session, at = reading_session(), now()
    own = own_unit.own_unit(session, current_person(), at=at) or abort(404)
    return list(units.officers_in(session, own.ids, at=at))


def _page(found: SessionNow, officers: list[Member], form: OfficersForm) -> ResponseReturnValue:
    at = now()
    by_id = {one.person_id: one for one in officers}
    mine = [by_id[one.person] for one in found.roster.everybody if one.person in by_id]
    page = render_template(
        "unit_sessions/one.html",
        form=form,
        found=found,
        row=session_rows.rows([found], session_rows.room)[0],
        instructor=reading_session().get_one(Person, found.plan.instructor).name,
        mine=[(one, session_rows.place_of(found, one.person_id)) for one in mine],
        begun=found.has_begun(at),
        me=current_person().id,
    )
    return page, 422 if form.errors else 200
