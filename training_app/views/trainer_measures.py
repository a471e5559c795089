"""Measures against a trainer: proposed, with what would follow, then recorded; suspensions ended by somebody else."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals, wording
from training_app.agency import moment, on_now, zone
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.conduct import EndForm, MeasureForm, SeenForm
from training_app.models.conduct import ConductCase
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure
from training_app.rules.civil_time import first_instant
from training_app.rules.permissions import Permission
from training_app.rules.trainers import MeasureKind
from training_app.security import current_person, requires
from training_app.services import conduct, people, trainer_acts, trainer_desk, trainer_measures
from training_app.services.blast_radius import Affected, Proposal, Radius, radius
from training_app.services.trainer_measures import Mended
from training_app.views.pages import Page, row_asked
from training_app.wording import conduct as words
from training_app.wording import trainers as words_of_trainers

bp = Blueprint("trainer_measures", __name__, url_prefix="/trainers")

AWARDS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "civil": wording.civil, "words": words, "measures": words_of_trainers.MEASURES}


def _person(number: str) -> Person:
    return people.by_number(reading_session(), number) or abort(404)


def _form(person: Person) -> MeasureForm:
    session = reading_session()
    names = trainer_acts.tool_names(session)
    held = trainer_desk.trainer(session, person, on=on_now()).held
    form = MeasureForm(request.args if request.args.get("since") else None, data=_given())
    return form.offering(
        (one.id, f"{words_of_trainers.scope(one.scope, names)}, {words_of_trainers.LEVELS[one.level]}") for one in held
    )


def _given() -> dict[str, Any]:
    """Return what the form begins with: today, and the kind that the page before it was left with."""
    kind = request.args.get("kind")
    return {"since": on_now().day, "kind": kind, "qualification": "all"}


def _case() -> int | None:
    """Return the number of the case that the measure ends, where it ends one."""
    return row_asked("case")


@bp.get("/<number>/measures/new")
@requires(Permission.TRAINER_JUDGE)
def propose(number: str) -> ResponseReturnValue:
    """Show the form; with everything given, also what would follow, to whom `conduct.foresees` lets see it."""
    person = _person(number)
    form = _form(person)
    asked = bool(request.args.get("since"))
    if asked and not form.validate():
        return _page(person, form, None), 422
    return _page(person, form, _proposal(form) if asked else None)


@bp.post("/<number>/measures/new")
@requires(Permission.TRAINER_JUDGE)
def record(number: str) -> ResponseReturnValue:
    """Record what the address proposes, if what was seen still holds."""
    person, seen = _person(number), SeenForm()
    form = _form(person)
    if not form.validate():
        return _page(person, form, None), 422
    proposal = _proposal(form)
    if not seen.validate_on_submit():
        return _page(person, form, proposal), 422
    try:
        with transaction() as session:
            _record(session, person, proposal, seen.seen.data or "")
    except TrainingError as error:
        form.form_errors = [*form.form_errors, refusals.sentence(error)]
        return _page(person, form, proposal), 422
    flash(_("Recorded. What rests on the doubted work is under review from now on."), "ok")
    return redirect(url_for("trainer_registry.trainer", number=person.service_number), 303)


def _record(session: Any, person: Person, proposal: Proposal, seen: str) -> None:
    by, on, case_id = current_person(), on_now(), _case()
    if case_id is None:
        trainer_measures.record(session, session.get_one(Person, person.id), proposal, seen=seen, on=on, by=by)
        return
    case = session.get(ConductCase, case_id)
    if case is None or case.person_id != person.id:
        abort(404)
    conduct.conclude_with_measure(session, case, proposal, seen=seen, on=on, by=by)


def _proposal(form: MeasureForm) -> Proposal:
    """Return what the form says.  A day begins with its first instant."""
    day: date = form.since.data
    return Proposal(
        kind=MeasureKind(form.kind.data),
        since=first_instant(day, zone()),
        reason=form.reason.data,
        qualification_id=form.qualification_id,
        content=form.content.data,
        marks=form.marks.data,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What would follow from a measure, as its page shows it."""

    radius: Radius
    page: Page[Affected]
    tools: list[tuple[str, int]]
    units: list[tuple[str, int]]


def _page(person: Person, form: MeasureForm, proposal: Proposal | None) -> str:
    session, on, me = reading_session(), on_now(), current_person()
    shown, qualification = None, proposal.qualification_id if proposal else None
    sees = conduct.foresees(session, person, qualification, on=on, by=me)
    if proposal is not None and sees and proposal.since < on.instant + timedelta(days=1):
        found = radius(session, person, proposal, on=on)
        shown = Shown(
            radius=found,
            page=Page.of(found.affected, size=AWARDS_A_PAGE),
            tools=sorted(found.by_tool().items()),
            units=sorted(found.by_unit().items()),
        )
    return render_template(
        "trainers/measure.html",
        form=form,
        person=person,
        shown=shown,
        proposal=proposal,
        case=_case(),
        may=trainer_measures.may(session, me, person, qualification, on=on),
        sees=sees,
        here=request.full_path,
    )


@bp.route("/<number>/measures/<int:measure_id>/end", methods=["GET", "POST"])
@requires(Permission.TRAINER_JUDGE)
def end(number: str, measure_id: int) -> ResponseReturnValue:
    person, form = _person(number), EndForm()
    found = next(
        (one for one in trainer_measures.of_trainer(reading_session(), person.id) if one.measure.id == measure_id), None
    ) or abort(404)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(TrainerMeasure, measure_id)
                trainer_measures.reinstate(session, row, Mended(form.why.data), on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Reinstated. What was under review by the suspension counts again from now on."), "ok")
            return redirect(url_for("trainer_registry.trainer", number=person.service_number), 303)
    page = render_template("trainers/reinstate.html", form=form, person=person, found=found)
    return page, 422 if form.errors else 200
