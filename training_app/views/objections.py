"""Objections: an officer's to the void of an award, a trainer's to a measure, and how oversight decides them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import refusals, wording
from training_app.agency import moment, on_now
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.appeals import AppealMessageForm
from training_app.forms.conduct import ObjectionDecisionForm, ObjectionForm
from training_app.models.certification import AwardEnd
from training_app.models.conduct import Objection
from training_app.models.trainers import TrainerMeasure
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import objections as service
from training_app.views.officer import new_code
from training_app.wording import conduct as words

bp = Blueprint("objections", __name__)


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "me": current_person(), "civil": wording.civil}


# -- made --------------------------------------------------------------------------------------------------------------


@bp.route("/voids/<int:void_id>/objection", methods=["GET", "POST"])
@requires(Permission.TRAINING_TAKE)
def to_void(void_id: int) -> ResponseReturnValue:
    found = reading_session().get(AwardEnd, void_id)
    if found is None or found.officer_id != current_person().id:
        abort(404)
    return _make(found)


@bp.route("/my-qualifications/measures/<int:measure_id>/objection", methods=["GET", "POST"])
@requires(Permission.TRAINER_SELF)
def to_measure(measure_id: int) -> ResponseReturnValue:
    found = reading_session().get(TrainerMeasure, measure_id)
    if found is None or found.person_id != current_person().id:
        abort(404)
    return _make(found)


def _make(about: service.Subject) -> ResponseReturnValue:
    form, session = ObjectionForm(), reading_session()
    there = service.find(session, about)
    if there is not None and not form.is_submitted():
        return redirect(url_for(".thread", objection_id=there.id))
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                made, new = service.object_to(
                    writing, _again(writing, about), form.text.data or "", on=on_now(), by=current_person()
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            said = _("Your objection is made.") if new else _("You had objected already. It is one objection.")
            flash(said, "ok" if new else "info")
            return redirect(url_for(".thread", objection_id=made.id), 303)
    page = render_template(
        "objections/make.html",
        form=form,
        of_award=isinstance(about, AwardEnd),
        last_day=service.last_day(session, about, on=on_now()),
    )
    return page, 422 if form.errors else 200


def _again(session: Session, about: service.Subject) -> service.Subject:
    """Return the same row in the session that writes."""
    if isinstance(about, AwardEnd):
        return session.get_one(AwardEnd, about.id)
    return session.get_one(TrainerMeasure, about.id)


@bp.get("/objections/<int:objection_id>")
@requires(Permission.SIGNED_IN)
def thread(objection_id: int) -> ResponseReturnValue:
    return _thread(_own(objection_id), AppealMessageForm(formdata=None))


@bp.post("/objections/<int:objection_id>/messages")
@requires(Permission.SIGNED_IN)
def write(objection_id: int) -> ResponseReturnValue:
    found, form = _own(objection_id), AppealMessageForm()
    if _write(found, form):
        return redirect(url_for(".thread", objection_id=found.id, _anchor="message"), 303)
    return _thread(found, form)


def _own(objection_id: int) -> Objection:
    found = reading_session().get(Objection, objection_id)
    if found is None or found.person_id != current_person().id:
        abort(404)
    return found


def _write(found: Objection, form: AppealMessageForm) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        with transaction() as session:
            row = session.get_one(Objection, found.id)
            service.write(session, row, form.text.data or "", at=now(), by=current_person())
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return False
    return True


def _thread(found: Objection, form: AppealMessageForm) -> ResponseReturnValue:
    session = reading_session()
    page = render_template(
        "objections/thread.html",
        row=service.row(session, found, at=now()),
        messages=service.messages(session, found),
        form=form,
    )
    return page, 422 if form.errors else 200


# -- decided -----------------------------------------------------------------------------------------------------------


def _to_judge(objection_id: int) -> Objection:
    return reading_session().get(Objection, objection_id) or abort(404)


@bp.get("/oversight/objections/<int:objection_id>")
@requires(Permission.AWARD_JUDGE)
def judge(objection_id: int) -> ResponseReturnValue:
    return _judging(_to_judge(objection_id), AppealMessageForm(formdata=None), ObjectionDecisionForm(formdata=None))


@bp.post("/oversight/objections/<int:objection_id>/messages")
@requires(Permission.AWARD_JUDGE)
def judge_write(objection_id: int) -> ResponseReturnValue:
    found, form = _to_judge(objection_id), AppealMessageForm()
    if _write(found, form):
        return redirect(url_for(".judge", objection_id=found.id, _anchor="message"), 303)
    return _judging(found, form, ObjectionDecisionForm(formdata=None))


@bp.post("/oversight/objections/<int:objection_id>/decision")
@requires(Permission.AWARD_JUDGE)
def judge_decide(objection_id: int) -> ResponseReturnValue:
    found, form = _to_judge(objection_id), ObjectionDecisionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Objection, found.id)
                service.decide(
                    session,
                    row,
                    form.decided,
                    form.reason.data or "",
                    new_code=new_code,
                    on=on_now(),
                    by=current_person(),
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Decided. Whoever objected reads your sentence."), "ok")
            return redirect(url_for(".judge", objection_id=found.id), 303)
    return _judging(found, AppealMessageForm(formdata=None), form)


def _judging(found: Objection, message: AppealMessageForm, decision: ObjectionDecisionForm) -> ResponseReturnValue:
    session = reading_session()
    wrong = decision if decision.errors else message
    page = render_template(
        "objections/judge.html",
        row=service.row(session, found, at=now()),
        messages=service.messages(session, found),
        message=message,
        decision=decision,
        form=wrong,
        hand=service.hand_against(session, found, current_person()),
    )
    return page, 422 if wrong.errors else 200
