"""Questions on the record as the oversight body asks, follows up and closes them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app import refusals
from training_app.agency import on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.oversight import CloseForm, FollowUpForm, QuestionForm
from training_app.forms.reports import WordsForm
from training_app.models.oversight_questions import OversightQuestion
from training_app.models.people import Unit
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.oversight_questions import Closing
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import oversight_questions as service
from training_app.services import oversight_threads as threads
from training_app.services.oversight_threads import Row
from training_app.views.pages import Page, row_asked
from training_app.views.question_pages import what_every_page_here_shows

bp = Blueprint("oversight_questions", __name__, url_prefix="/oversight/questions")
bp.context_processor(what_every_page_here_shows)

ROWS_A_PAGE = 50
DAYS_OFFERED = 14
"""Until the day that a new question offers for its answer."""


@bp.get("")
@requires(Permission.OVERSIGHT_DESK)
def every() -> ResponseReturnValue:
    return render_template("oversight/questions.html", page=Page.of(threads.every(reading_session()), size=ROWS_A_PAGE))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.OVERSIGHT_DESK)
def ask() -> ResponseReturnValue:
    """Ask; an address can name what the question is about: ``?about=version:12&entry=34``."""
    on = on_now()
    offered: dict[str, Any] = {"subject": request.args.get("about", ""), "entry": row_asked("entry")}
    form = QuestionForm(data=offered | {"due_on": on.day + timedelta(days=DAYS_OFFERED)})
    _offer(form)
    if form.looked_through(today=on.day):
        try:
            with transaction() as session:
                asked = service.ask(session, form.asked, on=on_now(), by=current_person())
                question_id = asked.id
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Asked, on the record. Whoever is to answer sees it at the next sign-in."), "ok")
            return redirect(url_for(".one", question_id=question_id), 303)
    return render_template("oversight/ask.html", form=form), 422 if form.errors else 200


def _offer(form: QuestionForm) -> None:
    session = reading_session()
    units = [(row.id, row.name) for row in session.execute(select(Unit.id, Unit.name).order_by(Unit.name))]
    tools = [(row.id, row.name) for row in session.execute(select(Tool.id, Tool.name).order_by(Tool.name))]
    labelled = session.execute(
        select(ToolVersion.id, ToolVersion.label, Tool.name)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .order_by(Tool.name, ToolVersion.id)
    )
    form.offering(units, tools, [(row.id, f"{row.name} {row.label}") for row in labelled])


@bp.get("/<int:question_id>")
@requires(Permission.OVERSIGHT_DESK)
def one(question_id: int) -> ResponseReturnValue:
    return render_template("oversight/question.html", row=_row(question_id))


@bp.route("/<int:question_id>/follow-up", methods=["GET", "POST"])
@requires(Permission.OVERSIGHT_DESK)
def follow_up(question_id: int) -> ResponseReturnValue:
    form = FollowUpForm(data={"due_on": on_now().day + timedelta(days=DAYS_OFFERED)})

    def act(session: Session, question: OversightQuestion) -> None:
        due_on, by = form.due_on.data, current_person()
        service.follow_up(session, question, form.text.data or "", due_on, on=on_now(), by=by)

    return _act(question_id, form, act, _("Ask further"), _("Asked further, on the record."))


@bp.route("/<int:question_id>/close", methods=["GET", "POST"])
@requires(Permission.OVERSIGHT_DESK)
def close(question_id: int) -> ResponseReturnValue:
    form = CloseForm()

    def act(session: Session, question: OversightQuestion) -> None:
        closing, by = Closing(form.closing.data), current_person()
        service.close(session, question, closing, form.text.data or "", on=on_now(), by=by)

    return _act(question_id, form, act, _("Close the question"), _("Closed. It stays on record."))


def _act(
    question_id: int,
    form: WordsForm,
    act: Callable[[Session, OversightQuestion], None],
    title: str,
    done: str,
) -> ResponseReturnValue:
    row = _row(question_id)
    if form.looked_through(today=on_now().day):
        try:
            with transaction() as session:
                act(session, session.get_one(OversightQuestion, question_id))
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(done, "ok")
            return redirect(url_for(".one", question_id=question_id), 303)
    page = render_template("oversight/question_act.html", row=row, form=form, title=title)
    return page, 422 if form.errors else 200


def _row(question_id: int) -> Row:
    return threads.row(reading_session(), question_id) or abort(404)
