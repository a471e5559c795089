"""A quiz: answered one question a page, checked, submitted, and its result.  No answer is lost on the way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from quizzes.interactions import Response
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms import quiz as forms
from training_app.forms.quiz import AnswerForm, SubmitForm, answer_form, given_answer, kept_answer
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import sittings, training
from training_app.services.sittings import PaperQuestion, Sitting
from training_app.services.training import AttemptState
from training_app.views import quiz_terms, result_page
from training_app.views.officer import new_code, reader_of_request
from training_app.views.quiz_start import practice_waits

bp = Blueprint("quiz", __name__)


def own_sitting(session: Session, attempt_id: int, *, at: datetime) -> Sitting:
    """Return the attempt of who is signed in; 404 for anybody else's, which looks like one that is not there."""
    return sittings.sitting(session, current_person().id, attempt_id, at=at) or abort(404)


def _question_of(found: Sitting, number: int) -> PaperQuestion:
    return found.question(number) or abort(404)


def clock_time(instant: datetime) -> str:
    """Return the time of day in the agency's zone, as officers write it."""
    return format_time(instant, "HH:mm")


def _told_by_script() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


@bp.get("/attempts/<int:attempt_id>")
@requires(Permission.TRAINING_TAKE)
def attempt(attempt_id: int) -> ResponseReturnValue:
    """Lead to where the officer left off: the first question without an answer, the check, or the result."""
    found = own_sitting(reading_session(), attempt_id, at=now())
    if found.state is not AttemptState.OPEN:
        return redirect(url_for(".result", attempt_id=attempt_id))
    if found.all_at_once and found.blanks:
        return redirect(result_page.address_of(found, found.blanks[0].number))
    if found.blanks:
        return redirect(url_for(".question", attempt_id=attempt_id, number=found.blanks[0].number))
    return redirect(url_for(".check", attempt_id=attempt_id))


@bp.get("/attempts/<int:attempt_id>/questions/<int:number>")
@requires(Permission.TRAINING_TAKE)
def question(attempt_id: int, number: int) -> ResponseReturnValue:
    found = own_sitting(reading_session(), attempt_id, at=now())
    asked = _question_of(found, number)
    if found.state is not AttemptState.OPEN:
        return redirect(url_for(".result", attempt_id=attempt_id))
    if found.all_at_once:
        return redirect(result_page.address_of(found, number))
    return _question_page(found, asked, answer_form(asked, sequence=found.sequence))


def _question_page(found: Sitting, asked: PaperQuestion, form: AnswerForm) -> str:
    return render_template(
        "quiz/question.html",
        found=found,
        question=asked,
        form=form,
        prompts=forms.asked(form, asked),
        module=found.published.module,
        page_language=str(get_locale()),
        saved_at=clock_time(asked.saved_at) if asked.saved_at and asked.chosen else "",
        **quiz_terms.clock(found, reader_of_request()),
    )


def _replay(
    session: Session, person: Person, view_args: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Store an answer that met an expired session; see `kept_answers.keeps_answers`.

    It may have waited for days: where it can no longer count, the officer is told of which quiz.
    """
    found = sittings.sitting(session, person.id, view_args["attempt_id"], at=at)
    asked = found.question(view_args["number"]) if found else None
    if found is None or asked is None:
        raise training.UnknownAnswer
    try:
        saved = sittings.save(session, found, asked, kept_answer(form, asked), at=at)
    except training.AttemptClosed:
        return submitted_meanwhile(found)
    if not saved.counts:
        return closed_by_then(found)
    return Replayed(_after(found, asked) if "base" in form else None)


def submitted_meanwhile(found: Sitting) -> Replayed:
    """Say that an answer that waited for a sign-in came after the submission."""
    return Replayed(
        refusal=_(
            "The quiz “%(module)s” has been submitted since your session ended. An answer that had waited for you "
            "to sign in was not saved.",
            module=found.published.module.title_in(str(get_locale())),
        )
    )


def closed_by_then(found: Sitting) -> Replayed:
    """Say that an answer that waited for a sign-in had come past the deadline."""
    return Replayed(
        refusal=_(
            "The quiz “%(module)s” was closed when you answered after your session had ended. That answer is kept "
            "and not counted.",
            module=found.published.module.title_in(str(get_locale())),
        )
    )


@bp.post("/attempts/<int:attempt_id>/questions/<int:number>")
@requires(Permission.TRAINING_TAKE)
@keeps_answers(replay=_replay)
def save(attempt_id: int, number: int) -> ResponseReturnValue:
    """Save one answer: sent by the page's script at each change, or by its button."""
    at = now()
    found = own_sitting(reading_session(), attempt_id, at=at)
    asked = _question_of(found, number)
    form = answer_form(asked, sequence=found.sequence)
    if not form.validate():
        return _refused(found, asked, form)
    given = given_answer(request.form, asked)
    try:
        with transaction() as session:
            saved = sittings.save(session, found, asked, given, at=at)
    except training.AttemptClosed:
        return closed(attempt_id)
    except training.UnknownAnswer:
        abort(422)
    if not saved.counts:
        return closed(attempt_id)
    if _told_by_script():
        return jsonify(
            saved_at=clock_time(at),
            sequence=saved.sequence,
            shown=forms.shown_digest(Response(given.marks)),
            seconds_left=int((found.attempt.closes_at - at).total_seconds()),
        )
    return redirect(_after(found, asked), 303)


def _refused(found: Sitting, asked: PaperQuestion, form: AnswerForm) -> ResponseReturnValue:
    """Say what is wrong with an answer that was not saved."""
    if _told_by_script():
        return jsonify(error=" ".join(str(error) for field in form for error in field.errors)), 422
    return _question_page(found, asked, form), 422


def closed(attempt_id: int) -> ResponseReturnValue:
    """Say that no answer counts any more: past the deadline it is kept and not marked, after submission refused."""
    if _told_by_script():
        return jsonify(error="closed"), 409
    flash(_("This quiz is closed, so this answer was not counted. What you had saved before counts."), "warn")
    return redirect(url_for(".result", attempt_id=attempt_id), 303)


def _after(found: Sitting, asked: PaperQuestion) -> str:
    """Return the page after a saved answer: in practice what was right, else the next question or the check.

    A kept answer is stored while signing in, so that the endpoints are named in full.
    """
    attempt_id = found.attempt.id
    if found.practice:
        return url_for("quiz.feedback", attempt_id=attempt_id, number=asked.number)
    return _next_page(found, asked)


def _next_page(found: Sitting, asked: PaperQuestion) -> str:
    if asked.number == len(found.questions):
        return url_for("quiz.check", attempt_id=found.attempt.id)
    return url_for("quiz.question", attempt_id=found.attempt.id, number=asked.number + 1)


@bp.get("/attempts/<int:attempt_id>/questions/<int:number>/feedback")
@requires(Permission.TRAINING_TAKE)
def feedback(attempt_id: int, number: int) -> ResponseReturnValue:
    """Say in practice what was right and why; never of an assessment, nor while one of the module is open."""
    at, session = now(), reading_session()
    found = own_sitting(session, attempt_id, at=at)
    asked = _question_of(found, number)
    if not found.practice:
        abort(404)
    if not asked.chosen:
        return redirect(_next_page(found, asked))
    if sittings.practice_waits(session, current_person().id, found.published.module.slug, at=at):
        return practice_waits(found.published.module.slug)
    if not sittings.told_in_practice(session, found, asked, at=at):
        return render_template("quiz/kept_back.html", **_told(found, asked))
    return render_template(
        "quiz/feedback.html",
        prompts=result_page.prompts_shown(asked),
        **_told(found, asked),
    )


def _told(found: Sitting, asked: PaperQuestion) -> dict[str, Any]:
    return {
        "found": found,
        "question": asked,
        "module": found.published.module,
        "page_language": str(get_locale()),
        "lessons": result_page.lessons_for(found, asked.item.objective, str(get_locale())),
        "next_page": _next_page(found, asked),
    }


@bp.get("/attempts/<int:attempt_id>/check")
@requires(Permission.TRAINING_TAKE)
def check(attempt_id: int) -> ResponseReturnValue:
    found = own_sitting(reading_session(), attempt_id, at=now())
    if found.state is not AttemptState.OPEN:
        return redirect(url_for(".result", attempt_id=attempt_id))
    return _check_page(found, SubmitForm(formdata=None))


def _check_page(found: Sitting, form: SubmitForm) -> str:
    clock = quiz_terms.clock(found, reader_of_request())
    return render_template(
        "quiz/check.html",
        found=found,
        form=form,
        module=found.published.module,
        page_language=str(get_locale()),
        rows=result_page.check_rows(found),
        closes=moment(found.attempt.closes_at),
        clock=clock["closes"],
        seconds=clock["seconds"],
    )


@bp.post("/attempts/<int:attempt_id>/submit")
@requires(Permission.TRAINING_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    """Submit the attempt and make the awards that it earns, in one transaction; twice is once."""
    at, form = now(), SubmitForm()
    found = own_sitting(reading_session(), attempt_id, at=at)
    accepted = found.practice or form.blanks.data
    try:
        with transaction() as session:
            sittings.submit(
                session, current_person(), found, blanks_accepted=accepted, zone=zone(), new_code=new_code, at=at
            )
    except training.Unanswered:
        blanks = len(found.blanks)
        text = ngettext(
            "%(num)s question has no answer yet. Answer it, or tick the box to submit all the same.",
            "%(num)s questions have no answer yet. Answer them, or tick the box to submit all the same.",
            blanks,
        )
        form.blanks.errors = [text]
        return _check_page(found, form), 422
    return redirect(url_for(".result", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>/result")
@requires(Permission.TRAINING_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    reader, session = reader_of_request(), reading_session()
    found = own_sitting(session, attempt_id, at=reader.at)
    if found.state is AttemptState.OPEN:
        return redirect(url_for(".attempt", attempt_id=attempt_id))
    if found.practice and sittings.practice_waits(
        session, current_person().id, found.published.module.slug, at=reader.at
    ):
        return practice_waits(found.published.module.slug)
    outcome = sittings.outcome(
        session, current_person(), found, language=reader.language, zone=reader.zone, at=reader.at
    )
    if outcome is None:
        return render_template(
            "quiz/closed.html",
            found=found,
            module=found.published.module,
            closed=moment(found.attempt.closes_at),
            late=result_page.late_answers(found),
            page_language=reader.language,
        )
    return render_template("quiz/result.html", **result_page.shown(session, current_person(), found, outcome, reader))
