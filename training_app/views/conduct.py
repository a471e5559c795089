"""Concerns about trainers: raised by officers and supervisors, handled by leads who are not concerned."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment, on_now
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.conduct import ConcernForm, OutcomeForm
from training_app.models.conduct import ConductCase
from training_app.models.people import Person
from training_app.rules.conduct import MEASURED, named_before_it_is_taken
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import accounts, people
from training_app.services import conduct as service
from training_app.wording import conduct as words

bp = Blueprint("conduct", __name__, url_prefix="/conduct")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "me": current_person(), "months": _months()}


def _months() -> int:
    months: int = current_app.extensions["config"].conduct_months
    return months


# -- raised ------------------------------------------------------------------------------------------------------------


@bp.get("/concerns")
@requires(Permission.CONCERN_RAISE)
def concerns() -> ResponseReturnValue:
    return render_template("conduct/concerns.html", rows=service.raised_by(reading_session(), current_person().id))


@bp.route("/concerns/new", methods=["GET", "POST"])
@requires(Permission.CONCERN_RAISE)
def concern() -> ResponseReturnValue:
    session, me = reading_session(), current_person()
    form = ConcernForm().offering(one for one in service.trainers(session) if one[0] != me.service_number)
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                trainer = people.by_number(writing, form.trainer.data) or abort(404)
                service.raise_concern(writing, trainer, form.concern, form.text.data or "", at=now(), by=me)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Received. Only whoever handles it reads your words and your name."), "ok")
            return redirect(url_for(".concerns"), 303)
    named = named_before_it_is_taken(accounts.roles_of(session, me.id, at=now()))
    return render_template("conduct/concern.html", form=form, named=named), 422 if form.errors else 200


# -- handled -----------------------------------------------------------------------------------------------------------


@bp.get("/cases")
@requires(Permission.TRAINER_JUDGE)
def cases() -> ResponseReturnValue:
    session, me, on = reading_session(), current_person(), on_now()
    rows = service.cases(session, me, months=_months(), on=on)
    return render_template("conduct/cases.html", rows=rows, stuck=service.stuck(session, me, on=on))


@bp.get("/cases/<int:case_id>")
@requires(Permission.TRAINER_JUDGE)
def case(case_id: int) -> ResponseReturnValue:
    return _case_page(case_id, OutcomeForm(formdata=None))


@bp.post("/cases/<int:case_id>/take")
@requires(Permission.TRAINER_JUDGE)
def case_take(case_id: int) -> ResponseReturnValue:
    return _handle(case_id, service.take)


@bp.post("/cases/<int:case_id>/give-back")
@requires(Permission.TRAINER_JUDGE)
def case_give_back(case_id: int) -> ResponseReturnValue:
    return _handle(case_id, service.give_back)


def _handle(case_id: int, what: Any) -> ResponseReturnValue:
    _row(case_id)
    try:
        with transaction() as session:
            what(session, session.get_one(ConductCase, case_id), on=on_now(), by=current_person())
    except TrainingError as error:
        flash(refusals.sentence(error), "info")
    return redirect(url_for(".case", case_id=case_id) if _visible(case_id) else url_for(".cases"), 303)


@bp.post("/cases/<int:case_id>/outcome")
@requires(Permission.TRAINER_JUDGE)
def case_outcome(case_id: int) -> ResponseReturnValue:
    row, form = _row(case_id), OutcomeForm()
    if not form.validate_on_submit():
        return _case_page(case_id, form)
    if form.decided in MEASURED:
        proposed = {"kind": form.outcome.data, "case": case_id}
        return redirect(url_for("trainer_measures.propose", number=row.number, **proposed), 303)
    try:
        with transaction() as session:
            found = session.get_one(ConductCase, case_id)
            service.conclude(session, found, form.decided, on=on_now(), by=current_person())
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _case_page(case_id, form)
    flash(_("Ended. The trainer reads the outcome, and whoever raised the concern that it has ended."), "ok")
    return redirect(url_for(".case", case_id=case_id), 303)


def _visible(case_id: int) -> service.CaseRow | None:
    rows = service.cases(reading_session(), current_person(), months=_months(), on=on_now())
    return next((row for row in rows if row.case.id == case_id), None)


def _row(case_id: int) -> service.CaseRow:
    """Return the case, where who is signed in may know of it; else 404, as if there were none."""
    return _visible(case_id) or abort(404)


def _case_page(case_id: int, form: OutcomeForm) -> ResponseReturnValue:
    session, row = reading_session(), _row(case_id)
    text = service.text_for(session, row.case, current_person(), months=_months(), on=on_now())
    handler = session.get(Person, row.handler) if row.handler else None
    page = render_template("conduct/case.html", row=row, text=text, handler=handler, form=form)
    return page, 422 if form.errors else 200
