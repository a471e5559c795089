"""Citizens' incidents as the oversight body handles them; whoever also looks after the tools reads nothing of them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app import refusals
from training_app.agency import on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.incidents import CitizenQuestionForm, EndForm, IncidentNoteForm, SummaryForm
from training_app.forms.reports import WordsForm
from training_app.models.incidents import Incident
from training_app.models.tools import Tool
from training_app.rules import incidents as rule
from training_app.rules.incidents import Bar, History, State, StepKind
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import incident_desk, incident_handling, incidents
from training_app.services.incident_desk import Row
from training_app.views.incident_pages import for_oversight, incidents_waiting, terms, what_every_page_here_shows
from training_app.views.pages import Page
from training_app.wording import incidents as words

bp = Blueprint("incidents", __name__, url_prefix="/oversight/incidents")
bp.context_processor(what_every_page_here_shows)

ROWS_A_PAGE = 50


@bp.context_processor
def who_looks() -> dict[str, Any]:
    return {"me": current_person()}


def _own_bars() -> tuple[Bar, ...]:
    """Return what keeps who looks from handling any incident."""
    return incident_handling.bars(reading_session(), History(on_now().instant), current_person(), on=on_now())


@bp.get("")
@requires(Permission.INCIDENT_HANDLE)
def desk() -> ResponseReturnValue:
    if held := _own_bars():
        return render_template("incidents/barred.html", bars=held)
    rows = incident_desk.rows(reading_session(), terms=terms(), on=on_now())
    shown = {"waiting": incidents_waiting(), "bars": _drawn(rows)}
    return render_template("incidents/desk.html", page=Page.of(rows, size=ROWS_A_PAGE), **shown)


def _drawn(rows: list[Row]) -> list[dict[str, Any]]:
    """Return how many incidents are in each state, as the component for bars knows it."""
    counted = Counter(row.state for row in rows)
    return [
        {"label": words.STATES[state], "value": counted[state], "max": len(rows), "text": str(counted[state])}
        for state in State
    ]


@bp.get("/<int:incident_id>")
@requires(Permission.INCIDENT_HANDLE)
def one(incident_id: int) -> ResponseReturnValue:
    return _page(incident_id)


def _page(incident_id: int, errors: list[str] | None = None) -> ResponseReturnValue:
    session, on, row = reading_session(), on_now(), _row(incident_id)
    if held := incident_desk.bars(session, row.incident, current_person(), on=on):
        return render_template("incidents/barred.html", bars=held), 200
    said = incidents.words_of(session, row.incident, months=terms().months, on=on)
    page = render_template(
        "incidents/one.html",
        row=row,
        said=said,
        events=for_oversight(row, incident_desk.steps(session, row.incident, said)),
        mine=row.handler_id == current_person().id,
        errors=errors or [],
    )
    return page, 422 if errors else 200


def _row(incident_id: int) -> Row:
    session = reading_session()
    incident = session.get(Incident, incident_id) or abort(404)
    return incident_desk.row(session, incident, terms=terms(), on=on_now())


# -- done with one button ----------------------------------------------------------------------------------------------


@bp.post("/<int:incident_id>/take")
@requires(Permission.INCIDENT_HANDLE)
def take(incident_id: int) -> ResponseReturnValue:
    return _done(incident_id, incident_handling.take, _("Yours. Whoever reported sees that oversight has taken it."))


@bp.post("/<int:incident_id>/release")
@requires(Permission.INCIDENT_HANDLE)
def release(incident_id: int) -> ResponseReturnValue:
    return _done(incident_id, incident_handling.release, _("Released. It waits to be taken."))


@bp.post("/<int:incident_id>/reject")
@requires(Permission.INCIDENT_HANDLE)
def reject(incident_id: int) -> ResponseReturnValue:
    said = _("Rejected as spam. It can be released again until its words are deleted.")
    return _done(incident_id, incident_handling.reject, said)


def _done(incident_id: int, what: Callable[..., None], said: str) -> ResponseReturnValue:
    _row(incident_id)
    try:
        with transaction() as session:
            what(session, session.get_one(Incident, incident_id), on=on_now(), by=current_person())
    except TrainingError as error:
        return _page(incident_id, [refusals.sentence(error)])
    flash(said, "ok")
    return redirect(url_for(".one", incident_id=incident_id), 303)


# -- done with a form --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do about an incident, on a page of its own."""

    step: StepKind
    title: Any
    lede: Any
    button: Any
    said: Any
    form: Callable[[Row], WordsForm]
    do: Callable[..., Any]
    """Takes the session, the incident, the valid form, and ``on`` and ``by``."""


def _note(session: Session, incident: Incident, form: Any, **how: Any) -> None:
    incident_handling.note(session, incident, form.text.data, **how)


def _ask(session: Session, incident: Incident, form: Any, **how: Any) -> None:
    incident_handling.ask(session, incident, form.text.data, **how)


def _statement(session: Session, incident: Incident, form: Any, **how: Any) -> None:
    incident_handling.ask_statement(session, incident, form.text.data, **how)


def _close(session: Session, incident: Incident, form: Any, **how: Any) -> None:
    incident_handling.close(session, incident, form.end, **how)


def _end_form(row: Row) -> WordsForm:
    tools = reading_session().execute(select(Tool.id, Tool.name).order_by(Tool.name))
    form = EndForm(tool="" if row.tool is None else str(row.tool.id))
    return form.offering([(one.id, one.name) for one in tools])


ACTS: Mapping[str, Act] = {
    "note": Act(
        StepKind.NOTED,
        _l("Write a note"),
        _l("What you looked at and what you found, so that somebody else could go on from here."),
        _l("Save the note"),
        _l("Noted."),
        lambda row: IncidentNoteForm(),
        _note,
    ),
    "ask": Act(
        StepKind.ASKED,
        _l("Ask whoever reported"),
        _l("One question at a time. Whoever reported sees it when they next use their code; nobody can be told."),
        _l("Send the question"),
        _l("Asked. The answer appears here."),
        lambda row: CitizenQuestionForm(),
        _ask,
    ),
    "statement": Act(
        StepKind.STATEMENT_ASKED,
        _l("Ask the agency for a statement"),
        _l("The registrars, who look after the tools, read your summary and nothing else of the incident."),
        _l("Send the summary"),
        _l("Asked. The statement appears here."),
        lambda row: SummaryForm(),
        _statement,
    ),
    "close": Act(
        StepKind.CLOSED,
        _l("Close it with an outcome"),
        _l("Whoever reported reads the outcome with their code. Nothing follows on the end."),
        _l("Close the incident"),
        _l("Closed. Whoever reported can read the outcome."),
        _end_form,
        _close,
    ),
}


@bp.route("/<int:incident_id>/<name>", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def act(incident_id: int, name: str) -> ResponseReturnValue:
    row, asked = _row(incident_id), ACTS.get(name) or abort(404)
    if not _may_act(row, asked):
        return redirect(url_for(".one", incident_id=incident_id), 303)
    form = asked.form(row)
    if request.method == "POST" and form.looked_through(today=on_now().day):
        try:
            with transaction() as session:
                incident = session.get_one(Incident, incident_id)
                asked.do(session, incident, form, on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(str(asked.said), "ok")
            return redirect(url_for(".one", incident_id=incident_id), 303)
    return render_template("incidents/act.html", row=row, act=asked, form=form), 422 if form.errors else 200


def _may_act(row: Row, asked: Act) -> bool:
    """Tell whether the page is of any use; a step that was just done is refused with a sentence, where it is sent."""
    mine = row.handler_id == current_person().id and row.state not in rule.ENDED
    return mine and (asked.step in row.possible or request.method == "POST") and not _own_bars()
