"""An officer's own reports of wrong or biased results: made, followed, and questions about them answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from training_app import refusals
from training_app.agency import on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.reports import AnswerForm, ReportForm
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.people import Person
from training_app.models.reports import ResultReport
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import report_desk, report_handling, reports
from training_app.services.report_desk import Row
from training_app.views.report_pages import for_reporter, terms, what_every_page_here_shows

bp = Blueprint("my_reports", __name__, url_prefix="/my-reports")
bp.context_processor(what_every_page_here_shows)

KEPT = "report-to-finish"
"""In the session: a report or an answer that met an expired session and is not ready to be sent."""


@bp.get("")
@requires(Permission.RESULT_REPORT)
def mine() -> ResponseReturnValue:
    rows = report_desk.own_rows(reading_session(), current_person(), terms=terms(), on=on_now())
    return render_template("my_reports/mine.html", rows=rows)


# -- made --------------------------------------------------------------------------------------------------------------


def _replay_report(
    writing: Session, person: Person, _: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Make a report that met an expired session.  One that is not ready is kept, to be finished on its page."""
    filled = ReportForm(form, meta={"csrf": False}).offering(_versions(writing))
    if not filled.looked_through(today=CivilInstant(at, zone()).day):
        return _kept_for_later(form, url_for("my_reports.new"))
    made, _new = reports.report(writing, filled.said, at=at, by=person)
    return Replayed(url_for("my_reports.one", report_id=made.id))


def _kept_for_later(form: MultiDict[str, str], page: str) -> Replayed:
    session[KEPT] = {"page": page, "form": [[name, value] for name, value in form.items(multi=True)]}
    refusal = _not_sent_yet()
    return Replayed(page, refusal)


def _not_sent_yet() -> str:
    return _("It is not sent yet: something is missing, or has to be taken out. What you wrote is below.")


def _to_finish() -> MultiDict[str, str] | None:
    """Return what was kept for this page, once."""
    kept = session.get(KEPT)
    if not kept or kept["page"] != request.path:
        return None
    session.pop(KEPT)
    return MultiDict([(name, value) for name, value in kept["form"]])


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.RESULT_REPORT)
@keeps_answers(replay=_replay_report)
def new() -> ResponseReturnValue:
    """Ask for the report; the same sent twice is one."""
    versions, kept = _versions(reading_session()), _to_finish()
    form = ReportForm(kept, version=_asked_for()) if kept is not None else ReportForm(version=_asked_for())
    form.offering(versions)
    if request.method == "POST" and form.looked_through(today=on_now().day):
        try:
            with transaction() as writing:
                made, is_new = reports.report(writing, form.said, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(
                _("Received. You follow it here.") if is_new else _("You had reported this already. It is one report."),
                "ok",
            )
            return redirect(url_for(".one", report_id=made.id), 303)
    return render_template("my_reports/new.html", form=form), 422 if form.errors else 200


def _versions(reading: Session) -> list[tuple[int, str]]:
    """Return every registered version, by tool, the newest first."""
    rows = reading.execute(
        select(ToolVersion.id, Tool.name, ToolVersion.label)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .order_by(Tool.name, ToolVersion.id.desc())
    )
    return [(row.id, f"{row.name} {row.label}") for row in rows]


def _asked_for() -> str:
    """Return the version that the address names, or else the newest in the list of the tool that it names."""
    if request.args.get("version", "").isdigit():
        return request.args["version"]
    rows = select(ToolVersion.id).join(Tool, Tool.id == ToolVersion.tool_id)
    found = rows.where(Tool.slug == request.args.get("tool", "")).order_by(ToolVersion.id.desc())
    newest = reading_session().scalars(found).first()
    return "" if newest is None else str(newest)


# -- followed ----------------------------------------------------------------------------------------------------------


@bp.get("/<int:report_id>")
@requires(Permission.RESULT_REPORT)
def one(report_id: int) -> ResponseReturnValue:
    kept = _to_finish()
    return _page(_row(report_id), AnswerForm(kept) if kept is not None else AnswerForm(formdata=None))


def _replay_answer(
    writing: Session, person: Person, names: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Answer as a session that has expired had sent it; see `_replay_report`."""
    page, filled = url_for("my_reports.one", report_id=names["report_id"]), AnswerForm(form, meta={"csrf": False})
    if not filled.looked_through(today=CivilInstant(at, zone()).day):
        return _kept_for_later(form, page)
    report, on = writing.get_one(ResultReport, names["report_id"]), CivilInstant(at, zone())
    report_handling.answer(writing, report, filled.text.data or "", on=on, by=person)
    return Replayed(page)


@bp.post("/<int:report_id>/answer")
@requires(Permission.RESULT_REPORT)
@keeps_answers(replay=_replay_answer)
def answer(report_id: int) -> ResponseReturnValue:
    row, form = _row(report_id), AnswerForm()
    if form.looked_through(today=on_now().day):
        try:
            with transaction() as writing:
                report = writing.get_one(ResultReport, report_id)
                report_handling.answer(writing, report, form.text.data or "", on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Your answer is sent."), "ok")
            return redirect(url_for(".one", report_id=report_id), 303)
    return _page(row, form)


def _row(report_id: int) -> Row:
    """Return the own report; else 404, as if there were none."""
    return report_desk.own_row(reading_session(), report_id, current_person(), terms=terms(), on=on_now()) or abort(404)


def _page(row: Row, form: AnswerForm) -> ResponseReturnValue:
    said = reports.words_of(reading_session(), row.report, months=terms().months, on=on_now())
    if said is None:
        abort(404)
    page = render_template("my_reports/one.html", row=row, said=said, events=for_reporter(row, said), form=form)
    return page, 422 if form.errors else 200
