"""An officer's appeal against the mark of an own quiz, and its thread.  No key is shown here, whatever comes of it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.appeals import AppealForm, AppealMessageForm
from training_app.models.rulings import Appeal
from training_app.models.training import Submission
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import appeals as service
from training_app.services import sittings, training
from training_app.services.sittings import Sitting
from training_app.views.after_quiz import about
from training_app.views.officer import reader_of_request
from training_app.wording import items as wording_of_items
from training_app.wording.rulings import OUTCOMES

bp = Blueprint("appeals", __name__)

WHOLE = "whole"
"""In place of a question's number, where the whole mark is meant."""


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "outcomes": OUTCOMES}


def _own(attempt_id: int) -> tuple[Sitting, Submission]:
    """Return the officer's own submitted attempt; 404 for anything else."""
    session = reading_session()
    found = sittings.sitting(session, current_person().id, attempt_id, at=now()) or abort(404)
    return found, training.submission_of(session, found.attempt) or abort(404)


@bp.route("/attempts/<int:attempt_id>/appeal", methods=["GET", "POST"])
@requires(Permission.TRAINING_TAKE)
def make(attempt_id: int) -> ResponseReturnValue:
    """Appeal for one question or against the whole mark; the same twice is one appeal."""
    found, submission = _own(attempt_id)
    if found.practice:
        abort(404)
    form, reader = AppealForm(about=request.args.get("question")), reader_of_request()
    form.about.choices = [
        *(SelectChoice(str(one.number), _about(one.number, one.text.stem)) for one in found.questions),
        SelectChoice(WHOLE, _("The whole mark")),
    ]
    if form.validate_on_submit():
        item = "" if form.about.data == WHOLE else found.questions[int(form.about.data) - 1].item.id
        try:
            with transaction() as session:
                row = session.get_one(Submission, submission.id)
                made, new = service.appeal(session, row, item, form.text.data, at=now(), zone=zone())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            said = _("Your appeal is made.") if new else _("You had appealed about this already. It is one appeal.")
            flash(said, "ok" if new else "info")
            return redirect(url_for(".thread", appeal_id=made.id), 303)
    status = 422 if form.errors else 200
    return render_template("appeals/make.html", form=form, found=found, reader=reader, answers=_answers(found)), status


def _about(number: int, stem: str) -> str:
    return _("Question %(number)s: %(stem)s", number=number, stem=stem)


def _answers(found: Sitting) -> dict[str, str]:
    """Return what the officer answered, by the question's number."""
    return {
        str(one.number): _("You answered: %(answer)s", answer="; ".join(given))
        if (given := [said for prompt in one.prompts for said in wording_of_items.said(prompt)])
        else _("You gave no answer.")
        for one in found.questions
    }


def _own_appeal(appeal_id: int) -> Appeal:
    found = reading_session().get(Appeal, appeal_id)
    if found is None or found.officer_id != current_person().id:
        abort(404)
    return found


@bp.get("/appeals/<int:appeal_id>")
@requires(Permission.TRAINING_TAKE)
def thread(appeal_id: int) -> ResponseReturnValue:
    return _page(_own_appeal(appeal_id), AppealMessageForm(formdata=None))


@bp.post("/appeals/<int:appeal_id>/messages")
@requires(Permission.TRAINING_TAKE)
def write(appeal_id: int) -> ResponseReturnValue:
    found, form = _own_appeal(appeal_id), AppealMessageForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        with transaction() as session:
            row = session.get_one(Appeal, found.id)
            service.write(session, row, form.text.data, at=now(), zone=zone(), by=current_person())
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _page(found, form), 422
    return redirect(url_for(".thread", appeal_id=found.id, _anchor="message"), 303)


def _page(found: Appeal, form: AppealMessageForm) -> str:
    session = reading_session()
    row = service.row_of(session, found)
    sitting, _submission = _own(row.attempt_id)
    question = sitting.question(row.number) if row.number else None
    return render_template(
        "appeals/thread.html",
        row=row,
        about=about(row),
        question=question,
        answer=_answers(sitting)[str(row.number)] if question else "",
        messages=service.messages(session, found),
        me=current_person(),
        form=form,
        found=sitting,
        reader=reader_of_request(),
    )
