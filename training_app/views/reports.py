"""Reports of wrong or biased results as registrars handle them; the oversight body reads them all and changes none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields import SelectChoice

from training_app import refusals
from training_app.agency import on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.people import EVERY_TOOL
from training_app.forms.reports import (
    DecisionForm,
    LessonForm,
    NoteForm,
    ProviderForm,
    QuestionForm,
    ReportRetrainingForm,
    SendBackForm,
    WordsForm,
)
from training_app.models.reports import ReportDecision, ResultReport
from training_app.models.tools import Tool
from training_app.rules.permissions import Permission
from training_app.rules.reports import State
from training_app.security import current_person, may, requires
from training_app.services import people, report_desk, report_handling, reports, retraining
from training_app.services.report_desk import Row
from training_app.services.retraining import RetrainingReason
from training_app.views import wish_page
from training_app.views.pages import Page
from training_app.views.report_pages import for_handlers, terms, titles, to_ask, waiting_for, what_every_page_here_shows

bp = Blueprint("reports", __name__, url_prefix="/reports")
bp.context_processor(what_every_page_here_shows)

ROWS_A_PAGE = 50


@bp.context_processor
def who_looks() -> dict[str, Any]:
    return {"me": current_person(), "may_handle": may(Permission.REPORT_HANDLE)}


@bp.get("")
@requires(Permission.REPORT_READ)
def desk() -> ResponseReturnValue:
    rows = report_desk.rows(reading_session(), current_person(), terms=terms(), on=on_now())
    waiting = waiting_for(current_person())
    wanted = wish_page.several([wish for row in rows for wish in row.wishes if not wish.ended])
    shown = {"waiting": waiting, "wishes": sorted(wanted, key=lambda one: (not one.late, one.wanted.id))}
    return render_template("reports/desk.html", page=Page.of(rows, size=ROWS_A_PAGE), **shown)


@bp.get("/<int:report_id>")
@requires(Permission.REPORT_READ)
def one(report_id: int) -> ResponseReturnValue:
    return _report_page(report_id)


def _report_page(report_id: int, errors: list[str] | None = None) -> ResponseReturnValue:
    session, row, me = reading_session(), _row(report_id), current_person()
    whole = reports.words_of(session, row.report, months=terms().months, on=on_now())
    said = whole if report_desk.reads_words(session, row, me, on=on_now()) else None
    decision = report_handling.waiting_decision(session, row.report)
    page = render_template(
        "reports/one.html",
        row=row,
        said=said,
        gone=whole is None,
        reporter=report_desk.reporter_for(session, row, said, me),
        events=for_handlers(row, said),
        decision=decision,
        mine=row.handler_id == me.id and not row.bars,
        to_ask=to_ask(row) if may(Permission.TOOL_MANAGE) and not row.bars else [],
        errors=errors or [],
    )
    return page, 422 if errors else 200


def _row(report_id: int) -> Row:
    """Return the report, unless it is the own one; else 404, as if there were none."""
    return report_desk.row(reading_session(), report_id, current_person(), terms=terms(), on=on_now()) or abort(404)


# -- done with one button ----------------------------------------------------------------------------------------------


@bp.post("/<int:report_id>/take")
@requires(Permission.REPORT_HANDLE)
def take(report_id: int) -> ResponseReturnValue:
    def taken(session: Session, report: ResultReport, **how: Any) -> None:
        report_handling.take(session, report, terms(), **how)

    return _done(report_id, taken, _("Yours. Whoever reported sees that it is looked into."))


@bp.post("/<int:report_id>/give-back")
@requires(Permission.REPORT_HANDLE)
def give_back(report_id: int) -> ResponseReturnValue:
    return _done(report_id, report_handling.give_back, _("Given back. Another registrar can take it."))


@bp.post("/<int:report_id>/decisions/<int:decision_id>/sign")
@requires(Permission.REPORT_HANDLE)
def sign(report_id: int, decision_id: int) -> ResponseReturnValue:
    def signed(session: Session, report: ResultReport, **how: Any) -> None:
        report_handling.sign(session, _decision(session, report, decision_id), **how)

    return _done(report_id, signed, _("Signed. The report is closed, and whoever reported reads what came of it."))


def _done(report_id: int, what: Callable[..., None], said: str) -> ResponseReturnValue:
    _row(report_id)
    try:
        with transaction() as session:
            what(session, session.get_one(ResultReport, report_id), on=on_now(), by=current_person())
    except TrainingError as error:
        return _report_page(report_id, [refusals.sentence(error)])
    flash(said, "ok")
    return redirect(url_for(".one", report_id=report_id), 303)


def _decision(session: Session, report: ResultReport, decision_id: int) -> ReportDecision:
    found = session.get(ReportDecision, decision_id)
    if found is None or found.report_id != report.id:
        abort(404)
    return found


# -- done with a form --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do about a report, on a page of its own."""

    title: Any
    lede: Any
    button: Any
    said: Any
    form: Callable[[Row], FlaskForm]
    do: Callable[..., Any]
    """Takes the session, the report, the valid form, and ``on`` and ``by``."""
    of_second: bool = False
    """For who may sign the end, not for who handles the report."""


def _note(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    report_handling.note(session, report, form.text.data, **how)


def _ask(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    report_handling.ask(session, report, form.text.data, **how)


def _lesson(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    report_handling.want_lesson(session, report, form.module.data, form.text.data, **how)


def _provider(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    report_handling.notify_provider(session, report, form.reference.data, form.told_on.data, **how)


def _retrain(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    officer = people.by_number(session, form.officer.data)
    if officer is None:
        raise report_handling.NobodyByThatNumber
    tool = None if form.tool.data == EVERY_TOOL else session.get_one(Tool, int(form.tool.data))
    asked = retraining.Order(tool, form.modules.data, form.last_day, RetrainingReason(form.reason.data))
    report_handling.order_retraining(session, report, officer, asked, **how)


def _decide(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    report_handling.decide(session, report, form.ending, **how)


def _send_back(session: Session, report: ResultReport, form: Any, **how: Any) -> None:
    decision = report_handling.waiting_decision(session, report)
    if decision is None:
        raise report_handling.NothingToSign
    report_handling.send_back(session, decision, form.text.data, **how)


def _retraining_form(row: Row) -> FlaskForm:
    form = ReportRetrainingForm(tool=str(row.tool.id))
    form.tool.choices = [SelectChoice(str(row.tool.id), row.tool.name), SelectChoice(EVERY_TOOL, _("Every tool"))]
    form.modules.choices = [SelectChoice(slug, title) for slug, title in titles().items()]
    return form


ACTS: Mapping[str, Act] = {
    "note": Act(
        _l("Write a note"),
        _l("What you looked at and what you found, so that somebody else could go on from here."),
        _l("Save the note"),
        _l("Noted."),
        lambda row: NoteForm(),
        _note,
    ),
    "ask": Act(
        _l("Ask whoever reported"),
        _l("One question at a time. The answer comes back here."),
        _l("Send the question"),
        _l("Asked. The answer appears here."),
        lambda row: QuestionForm(),
        _ask,
    ),
    "lesson": Act(
        _l("Have the training changed"),
        _l("Authors find it on their page, write it, and reviewers publish it. What came of it comes back here."),
        _l("Record it"),
        _l("Recorded. It stands on the authors' page until it is answered or declined."),
        lambda row: LessonForm().offering(titles().items()),
        _lesson,
    ),
    "provider": Act(
        _l("Record that the provider was told"),
        _l("A serious incident goes to the provider first, at once (AI Act, art. 26(5) and 73)."),
        _l("Record it"),
        _l("Recorded."),
        lambda row: ProviderForm(),
        _provider,
    ),
    "retrain": Act(
        _l("Order retraining"),
        _l("For one officer whose work needs it. The order names this report as its source, and not who reported."),
        _l("Order retraining"),
        _l("Retraining is ordered."),
        _retraining_form,
        _retrain,
    ),
    "decide": Act(
        _l("Decide how it ends"),
        _l("Another registrar, who never handled this report, signs. Until then nothing is closed."),
        _l("Send for the second signature"),
        _l("Decided. An independent registrar signs."),
        lambda row: DecisionForm(),
        _decide,
    ),
    "send-back": Act(
        _l("Send the decision back"),
        _l("Say why you do not sign. Whoever handles the report decides anew."),
        _l("Send it back"),
        _l("Sent back."),
        lambda row: SendBackForm(),
        _send_back,
        of_second=True,
    ),
}


@bp.route("/<int:report_id>/<name>", methods=["GET", "POST"])
@requires(Permission.REPORT_HANDLE)
def act(report_id: int, name: str) -> ResponseReturnValue:
    row, asked = _row(report_id), ACTS.get(name) or abort(404)
    if not _may_act(row, asked):
        return redirect(url_for(".one", report_id=report_id), 303)
    form = asked.form(row)
    if request.method == "POST" and _valid(form):
        try:
            with transaction() as session:
                asked.do(session, session.get_one(ResultReport, report_id), form, on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(str(asked.said), "ok")
            return redirect(url_for(".one", report_id=report_id), 303)
    return render_template("reports/act.html", row=row, act=asked, form=form), 422 if form.errors else 200


def _valid(form: FlaskForm) -> bool:
    if isinstance(form, WordsForm):
        return form.looked_through(today=on_now().day)
    valid: bool = form.validate_on_submit()
    return valid


def _may_act(row: Row, asked: Act) -> bool:
    if row.state is State.CLOSED:
        return False
    if asked.of_second:
        return row.state is State.DECIDED and not row.second_bars
    return row.handler_id == current_person().id and not row.bars
