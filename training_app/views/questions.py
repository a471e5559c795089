"""Questions of the oversight body as those read and answer them who are asked: registrars, leads, supervisors."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.oversight import AnswerForm
from training_app.models.oversight_questions import OversightQuestion
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import oversight_questions as service
from training_app.services import oversight_threads as threads
from training_app.services.oversight_threads import Row
from training_app.views.pages import Page
from training_app.views.question_pages import what_every_page_here_shows

bp = Blueprint("questions", __name__, url_prefix="/questions")
bp.context_processor(what_every_page_here_shows)

ROWS_A_PAGE = 50


@bp.get("")
@requires(Permission.QUESTION_ANSWER)
def put_to_me() -> ResponseReturnValue:
    rows = threads.put_to(reading_session(), current_person(), on=on_now())
    return render_template("questions/mine.html", page=Page.of(rows, size=ROWS_A_PAGE))


@bp.route("/<int:question_id>", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER)
def one(question_id: int) -> ResponseReturnValue:
    """Show a question with its thread, and take an answer."""
    row, form = _row(question_id), AnswerForm()
    if form.looked_through(today=on_now().day):
        try:
            with transaction() as session:
                question = session.get_one(OversightQuestion, question_id)
                service.answer(session, question, form.text.data or "", on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Answered, on the record. The oversight body follows it up or closes it."), "ok")
            return redirect(url_for(".one", question_id=question_id), 303)
    own = row.question.recorded_by_id == current_person().id
    return render_template("questions/one.html", row=row, form=form, own=own), 422 if form.errors else 200


def _row(question_id: int) -> Row:
    """Return the question if who looks is asked; else 404, as if there were none."""
    session = reading_session()
    row = threads.row(session, question_id) or abort(404)
    return row if threads.is_asked(session, current_person(), row.question, on=on_now()) else abort(404)
