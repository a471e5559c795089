"""The assessor's desk: who needs to be observed, an observation as it is ticked and signed, what was signed before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from training_app import refusals, wording
from training_app.agency import moment, on_now, zone
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms import observed_practice as forms
from training_app.forms.observed_practice import BeginForm, TickForm, tick_form
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.observed_practice import Observation
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.observed_practice import Behaviour
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import accounts, checklists, observations, sign_offs_needed, signed_practice
from training_app.views.pages import Page
from training_app.wording import observed_practice as words

bp = Blueprint("observations", __name__, url_prefix="/practice")

OFFICERS_A_PAGE = 25
SIGNED_LISTED = 20


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "civil": wording.civil, "words": words}


@bp.get("")
@requires(Permission.PRACTICE_ASSESS)
def desk() -> ResponseReturnValue:
    return _desk_page(_begin_form(on_now(), sent=False))


def _begin_form(on: CivilInstant, *, sent: bool) -> BeginForm:
    session = reading_session()
    form = BeginForm() if sent else BeginForm(formdata=None)
    tools = sign_offs_needed.tools_of(session, current_person(), on=on)
    return form.offering(one for tool in tools for one in sign_offs_needed.versions_of(session, tool, on=on))


def _desk_page(form: BeginForm) -> str:
    session, on, me = reading_session(), on_now(), current_person()
    tools = sign_offs_needed.tools_of(session, me, on=on)
    needed = [one for tool in tools for one in sign_offs_needed.needed(session, tool, on=on)]
    return render_template(
        "practice/desk.html",
        form=form,
        tools=tools,
        kept=observations.kept(session, me, on=on),
        page=Page.of([one for one in needed if not one.waiting], size=OFFICERS_A_PAGE),
        signed=signed_practice.by_assessor(session, me.id, most=SIGNED_LISTED),
        me=me,
    )


@bp.post("/begin")
@requires(Permission.PRACTICE_ASSESS)
def begin() -> ResponseReturnValue:
    on = on_now()
    form = _begin_form(on, sent=True)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                officer = accounts.find(session, form.officer.data or "")
                if officer is None:
                    form.officer.errors = [_("Nobody has this service number.")]
                    return _desk_page(form), 422
                version = session.get_one(ToolVersion, form.version.data)
                found = observations.begin(session, officer, version, on=on, by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return redirect(url_for(".observe", observation_id=found.id), 303)
    return _desk_page(form), 422


# -- one observation ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """One behaviour of the page, with its form."""

    behaviour: Behaviour
    number: int
    form: TickForm
    prefix: str
    saved_at: str


def _own(session: Session, observation_id: int, person: Person) -> Observation | None:
    found = session.get(Observation, observation_id)
    return found if found is not None and found.assessor_id == person.id else None


def _sheets(found: Observation, *, sent: bool = True) -> list[Sheet]:
    """Return the behaviours, filled in with what the request *sent*, or else with what is kept."""
    session = reading_session()
    held, highest = observations.ticked(session, found), observations.highest_number(session, found)

    def sheet(number: int, one: Behaviour) -> Sheet:
        tick = held.get(one.id)
        form = tick_form(one.id, tick, sequence=highest, sent=sent)
        saved_at = _clock(tick.received_at) if tick else ""
        return Sheet(one, number, form, forms.prefix_of(one.id), saved_at)

    return [sheet(number, one) for number, one in enumerate(checklists.behaviours_of(found.checklist), 1)]


@bp.get("/observations/<int:observation_id>")
@requires(Permission.PRACTICE_ASSESS)
def observe(observation_id: int) -> ResponseReturnValue:
    found = _own(reading_session(), observation_id, current_person()) or abort(404)
    practice = observations.practice_of(reading_session(), found)
    if practice is not None:
        return redirect(url_for(".signed", practice_id=practice.id))
    return _page(found, _sheets(found))


def _page(found: Observation, sheets: list[Sheet], errors: list[Any] | None = None) -> str:
    on = on_now()
    wrong = [
        {"text": error, "href": f"#behaviour-{sheet.number}"}
        for sheet in sheets
        for field in sheet.form
        for error in field.errors
    ]
    return render_template(
        "practice/observe.html",
        found=found,
        officer=reading_session().get_one(Person, found.officer_id),
        version=found.checklist.version,
        sheets=sheets,
        errors=[*(errors or []), *wrong],
        last_day=observations.last_day(found, on=on),
        is_open=observations.is_open(found, on=on),
    )


def _replay_tick(
    session: Session, person: Person, view_args: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Keep a tick that met an expired session; see `kept_answers.keeps_answers`."""
    found = _own(session, view_args["observation_id"], person)
    if found is None:
        raise observations.UnknownTick
    behaviour = view_args["behaviour"]
    sent = tick_form(behaviour, None, sequence=0, prefixed=False)
    sent.process(form)
    _keep(session, found, behaviour, sent, CivilInstant(at, zone()))
    return Replayed()


@bp.post("/observations/<int:observation_id>/behaviours/<behaviour>")
@requires(Permission.PRACTICE_ASSESS)
@keeps_answers(replay=_replay_tick)
def tick(observation_id: int, behaviour: str) -> ResponseReturnValue:
    """Keep what was ticked for one behaviour: sent by the page's script at each change."""
    on = on_now()
    found = _own(reading_session(), observation_id, current_person()) or abort(404)
    form = tick_form(behaviour, None, sequence=0, prefixed=False)
    if not form.validate_on_submit():
        return jsonify(error=" ".join(str(error) for field in form for error in field.errors)), 422
    try:
        with transaction() as session:
            row = session.get_one(Observation, found.id)
            kept = _keep(session, row, behaviour, form, on)
            highest = observations.highest_number(session, row)
    except observations.ObservationClosed:
        return jsonify(error="closed"), 409
    except TrainingError as error:
        return jsonify(error=refusals.sentence(error)), 422
    return jsonify(saved_at=_clock(on.instant), sequence=highest, shown=forms.digest(kept.outcome, kept.comment))


def _keep(session: Session, found: Observation, behaviour: str, form: TickForm, on: CivilInstant) -> Any:
    sent = forms.ticked(form)
    return observations.tick(
        session, found, behaviour, sent.outcome, sent.comment, sequence=sent.sequence or None, on=on
    )


def _replay(
    session: Session, person: Person, view_args: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Keep the ticks of a page that met an expired session.  It is not signed: who signs is signed in."""
    found = _own(session, view_args["observation_id"], person)
    if found is None:
        raise observations.UnknownTick
    for one in checklists.behaviours_of(found.checklist):
        sent = tick_form(one.id, None, sequence=0)
        sent.process(form)
        _keep_changed(session, found, one.id, sent, CivilInstant(at, zone()))
    return Replayed(url_for("observations.observe", observation_id=found.id))


def _keep_changed(session: Session, found: Observation, behaviour: str, form: TickForm, on: CivilInstant) -> None:
    sent = forms.ticked(form)
    if not sent.unchanged:
        observations.tick(session, found, behaviour, sent.outcome, sent.comment, sequence=None, on=on)


@bp.post("/observations/<int:observation_id>")
@requires(Permission.PRACTICE_ASSESS)
@keeps_answers(replay=_replay)
def sign(observation_id: int) -> ResponseReturnValue:
    """Keep every tick of the page, and sign them if the button to sign was pressed; signing twice is signing once."""
    on = on_now()
    found = _own(reading_session(), observation_id, current_person()) or abort(404)
    sheets = _sheets(found)
    fit = [sheet for sheet in sheets if sheet.form.validate()]
    try:
        with transaction() as session:
            row = session.get_one(Observation, found.id)
            if observations.practice_of(session, row) is None:
                for sheet in fit:
                    _keep_changed(session, row, sheet.behaviour.id, sheet.form, on)
        if len(fit) < len(sheets):
            return _page(found, sheets), 422
        if "sign" not in request.form:
            flash(_("Kept. Nothing is signed yet."), "ok")
            return redirect(url_for(".desk"), 303)
        with transaction() as session:
            shown = {sheet.behaviour.id: forms.ticked(sheet.form).seen for sheet in sheets}
            row = session.get_one(Observation, found.id)
            practice = observations.sign(session, row, shown, on=on, by=current_person())
    except TrainingError as error:
        return _page(found, _pointed_at(found, sheets, error), [refusals.sentence(error)]), 422
    return redirect(url_for(".signed", practice_id=practice.id), 303)


def _pointed_at(found: Observation, sheets: list[Sheet], error: TrainingError) -> list[Sheet]:
    """Return the sheets of a page that was not signed; those that *error* is about say what is to be done there."""
    match error:
        case observations.TickedElsewhere():
            sheets, told = _sheets(found, sent=False), _("Behaviour %(number)s: look at it again.")
        case observations.Unticked():
            told = _("Behaviour %(number)s: tick what you saw.")
        case _:
            return sheets
    for sheet in sheets:
        if sheet.behaviour.id in error.behaviours:
            sheet.form["answer"].errors = [told % {"number": sheet.number}]
    return sheets


@bp.get("/signed/<int:practice_id>")
@requires(Permission.PRACTICE_ASSESS)
def signed(practice_id: int) -> ResponseReturnValue:
    """Show what the assessor signed, and how the officer signs next."""
    found = signed_practice.one(reading_session(), practice_id)
    if found is None or found.assessor.id != current_person().id:
        abort(404)
    return render_template("practice/signed.html", found=found)


def _clock(instant: datetime) -> str:
    return format_time(instant, "HH:mm")
