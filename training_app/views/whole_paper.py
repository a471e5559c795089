"""A quiz with all its questions on one page: each answer saved when given, or all of them by one button."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms import quiz as forms
from training_app.forms.quiz import AnswerForm, answer_form, given_answer, kept_answer, part_about, prefix_of
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import sittings, training
from training_app.services.sittings import PaperQuestion, Sitting
from training_app.services.training import AttemptState
from training_app.views import quiz, quiz_terms
from training_app.views.officer import reader_of_request

bp = Blueprint("whole_paper", __name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One question of the page, with its form."""

    question: PaperQuestion
    form: AnswerForm
    prompts: list[forms.Asked]
    prefix: str
    saved_at: str


def _sheets(found: Sitting) -> list[Sheet]:
    """Return the questions, filled in with what the request sent or else with what is saved."""

    def sheet(question: PaperQuestion) -> Sheet:
        form = answer_form(question, sequence=found.sequence, prefix=prefix_of(question))
        saved_at = quiz.clock_time(question.saved_at) if question.saved_at and question.chosen else ""
        return Sheet(question, form, forms.asked(form, question), prefix_of(question), saved_at)

    return [sheet(question) for question in found.questions]


@bp.get("/attempts/<int:attempt_id>/paper")
@requires(Permission.TRAINING_TAKE)
def paper(attempt_id: int) -> ResponseReturnValue:
    found = quiz.own_sitting(reading_session(), attempt_id, at=now())
    if found.state is not AttemptState.OPEN:
        return redirect(url_for("quiz.result", attempt_id=attempt_id))
    if not found.all_at_once:
        return redirect(url_for("quiz.attempt", attempt_id=attempt_id))
    return _page(found, _sheets(found))


def _page(found: Sitting, sheets: list[Sheet]) -> str:
    errors = [
        {"text": error, "href": f"#question-{sheet.question.number}"}
        for sheet in sheets
        for field in sheet.form
        for error in field.errors
    ]
    return render_template(
        "quiz/paper.html",
        found=found,
        sheets=sheets,
        errors=errors,
        module=found.published.module,
        page_language=str(get_locale()),
        **quiz_terms.clock(found, reader_of_request()),
    )


def _replay(
    session: Session, person: Person, view_args: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Store the answers of a page that met an expired session; see `kept_answers.keeps_answers`."""
    found = sittings.sitting(session, person.id, view_args["attempt_id"], at=at)
    if found is None:
        raise training.UnknownAnswer
    counts = True
    for question in found.questions:
        try:
            given = kept_answer(part_about(form, question), question)
            counts &= sittings.save(session, found, question, given, at=at).counts
        except training.AttemptClosed:
            return quiz.submitted_meanwhile(found)
        except training.UnknownAnswer:
            continue  # a place given twice, or words for a number: as they could not have been saved then
    return Replayed(url_for("quiz.check", attempt_id=found.attempt.id)) if counts else quiz.closed_by_then(found)


@bp.post("/attempts/<int:attempt_id>/paper")
@requires(Permission.TRAINING_TAKE)
@keeps_answers(replay=_replay)
def save(attempt_id: int) -> ResponseReturnValue:
    """Save every answer that was given on the page; those that cannot be saved come back with the reason."""
    at = now()
    found = quiz.own_sitting(reading_session(), attempt_id, at=at)
    sheets = _sheets(found)
    fit = [sheet for sheet in sheets if sheet.form.validate()]
    counts = True
    try:
        with transaction() as session:
            for sheet in fit:
                given = given_answer(part_about(request.form, sheet.question), sheet.question)
                counts &= sittings.save(session, found, sheet.question, given, at=at).counts
    except training.AttemptClosed:
        return quiz.closed(attempt_id)
    if not counts:
        return quiz.closed(attempt_id)
    if len(fit) < len(sheets):
        return _page(found, sheets), 422
    return redirect(url_for("quiz.check", attempt_id=attempt_id), 303)
