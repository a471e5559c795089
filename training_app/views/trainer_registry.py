"""The registry of trainers: for leads and registrars who keep it, for oversight, and on paper."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app import csv_files, refusals, wording
from training_app.agency import moment, on_now, zone
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.trainers import MOST_BYTES, ConfirmForm, EducationForm, NumberForm, QualifyForm, RenewForm
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import TrainerQualification
from training_app.models.training import ModuleRevision
from training_app.rules.permissions import Permission
from training_app.rules.qualifying import RENEWAL_ACTS, RENEWAL_HOURS
from training_app.rules.trainers import Scope
from training_app.security import current_person, may, requires, takes_files
from training_app.services import (
    people,
    trainer_acts,
    trainer_currency,
    trainer_desk,
    trainer_measures,
    trainer_registry,
)
from training_app.services.trainer_desk import Held, TrainerRow
from training_app.wording import conduct as words_of_conduct
from training_app.wording import trainers as words

bp = Blueprint("trainer_registry", __name__, url_prefix="/trainers")

ROOM_FOR_THE_FORM_BYTES = 100_000
NOBODY = _l("Nobody here has this service number.")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    names = trainer_acts.tool_names(reading_session())
    return {
        "moment": moment,
        "civil": wording.civil,
        "words": words,
        "me": current_person(),
        "scope_of": lambda scope: words.scope(scope, names),
        "states": words.STATES,
        "may_qualify": may(Permission.TRAINER_QUALIFY),
        "may_found": may(Permission.TRAINER_FOUND),
    }


@bp.get("")
@requires(Permission.TRAINER_READ)
def registry() -> ResponseReturnValue:
    session, on = reading_session(), on_now()
    rows = _in_view(trainer_desk.registry(session, on=on))
    return render_template(
        "trainers/registry.html",
        rows=rows,
        scopes=_scopes(session),
        chosen=request.args.get("scope", ""),
        waiting=trainer_desk.waiting(session, on=on),
        form=NumberForm(formdata=None),
        today=wording.civil(on.day),
    )


@bp.get("/register.csv")
@requires(Permission.TRAINER_READ)
def register_file() -> Response:
    on = on_now()
    names = trainer_acts.tool_names(reading_session())
    rows = [
        (
            row.number, row.name, words.scope(one.scope, names), one.version, words.LEVELS[one.level],
            wording.civil_of(one.granted_at, zone()), one.through.isoformat(), words.STATES[one.state].label,
            ", ".join(one.signers), row.declared_through.isoformat() if row.declared_through else None,
        )
        for row in _in_view(trainer_desk.registry(reading_session(), on=on))
        for one in row.standing
    ]  # fmt: skip
    return csv_files.response(f"trainers-{on.day.isoformat()}.csv", _header(), rows)


def _header() -> Sequence[str]:
    return (
        _("Service number"), _("Name"), _("For"), _("Version"), _("Level"), _("Since"), _("Last day"), _("State"),
        _("Signed by"), _("Declaration signed through"),
    )  # fmt: skip


@bp.get("/of")
@requires(Permission.TRAINER_READ)
def find() -> ResponseReturnValue:
    """Lead to the record of the person whose service number is in the address."""
    session, form = reading_session(), NumberForm(request.args)
    if form.validate():
        found = people.by_number(session, (form.person.data or "").upper())
        if found is not None:
            return redirect(url_for(".trainer", number=found.service_number))
        form.person.errors = [NOBODY]
    return _found_nobody(form), 422


def _found_nobody(form: NumberForm) -> str:
    session, on = reading_session(), on_now()
    rows = trainer_desk.registry(session, on=on)
    shown = {"rows": rows, "scopes": _scopes(session), "chosen": "", "waiting": [], "today": wording.civil(on.day)}
    return render_template("trainers/registry.html", form=form, **shown)


@bp.get("/<number>")
@requires(Permission.TRAINER_READ)
def trainer(number: str) -> ResponseReturnValue:
    return _trainer_page(_person(number))


@bp.route("/<number>/qualify", methods=["GET", "POST"])
@requires(Permission.TRAINER_QUALIFY)
@takes_files(MOST_BYTES + ROOM_FOR_THE_FORM_BYTES)
def qualify(number: str) -> ResponseReturnValue:
    return _qualify(number, special=False)


@bp.route("/<number>/found", methods=["GET", "POST"])
@requires(Permission.TRAINER_FOUND)
@takes_files(MOST_BYTES + ROOM_FOR_THE_FORM_BYTES)
def found(number: str) -> ResponseReturnValue:
    return _qualify(number, special=True)


def _qualify(number: str, *, special: bool) -> ResponseReturnValue:
    person, session = _person(number), reading_session()
    form = QualifyForm().offering(_choices(session, with_versions=special))
    if form.validate_on_submit():
        grant = trainer_registry.qualify_specially if special else trainer_registry.qualify
        try:
            with transaction() as writing:
                whom = writing.get_one(Person, person.id)
                grant(writing, whom, form.asked(special=special), on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            said = (
                _("It waits for a second signature. Until then it counts for nothing.") if special else _("Qualified.")
            )
            flash(said, "ok")
            return redirect(url_for(".trainer", number=person.service_number), 303)
    course = trainer_registry.passed_course(session, person.id, on=on_now())
    page = render_template("trainers/qualify.html", form=form, person=person, special=special, course=course)
    return page, 422 if form.errors else 200


@bp.route("/<number>/qualifications/<int:qualification_id>/sign", methods=["GET", "POST"])
@requires(Permission.TRAINER_FOUND)
def sign(number: str, qualification_id: int) -> ResponseReturnValue:
    person, form = _person(number), ConfirmForm()
    held = _held(person, qualification_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(TrainerQualification, held.id)
                trainer_registry.sign(session, row, on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. The qualification is in force."), "ok")
            return redirect(url_for(".trainer", number=person.service_number), 303)
    return render_template("trainers/sign.html", form=form, person=person, held=held), 422 if form.errors else 200


@bp.route("/<number>/qualifications/<int:qualification_id>/renew", methods=["GET", "POST"])
@requires(Permission.TRAINER_QUALIFY)
def renew(number: str, qualification_id: int) -> ResponseReturnValue:
    person, form = _person(number), RenewForm()
    held = _held(person, qualification_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(TrainerQualification, held.id)
                trainer_registry.renew(
                    session, row, form.through.data, form.evidence(), on=on_now(), by=current_person()
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Renewed."), "ok")
            return redirect(url_for(".trainer", number=person.service_number), 303)
    row = reading_session().get_one(TrainerQualification, held.id)
    done = trainer_currency.currency(reading_session(), row, on=on_now())
    shown = {"done": done, "least_acts": RENEWAL_ACTS, "least_hours": RENEWAL_HOURS}
    page = render_template("trainers/renew.html", form=form, person=person, held=held, **shown)
    return page, 422 if form.errors else 200


@bp.route("/<number>/education", methods=["GET", "POST"])
@requires(Permission.TRAINER_QUALIFY)
@takes_files(MOST_BYTES + ROOM_FOR_THE_FORM_BYTES)
def education(number: str) -> ResponseReturnValue:
    person, form = _person(number), EducationForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                trainer_currency.record_education(
                    session,
                    session.get_one(Person, person.id),
                    title=form.title.data or "",
                    held_on=form.held_on.data,
                    hours=form.hours.data or 0,
                    document=form.content(),
                    on=on_now(),
                    by=current_person(),
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Recorded."), "ok")
            return redirect(url_for(".trainer", number=person.service_number), 303)
    return render_template("trainers/education.html", form=form, person=person), 422 if form.errors else 200


# -- what the pages share ----------------------------------------------------------------------------------------------


def _person(number: str) -> Person:
    """Return whose number is in the address; nobody's leads to the registry, which says so."""
    found = people.by_number(reading_session(), number)
    if found is None:
        form = NumberForm(formdata=None, person=number)
        form.person.errors = [NOBODY]
        abort(make_response(_found_nobody(form), 404))
    return found


def _held(person: Person, qualification_id: int) -> Held:
    row = trainer_desk.trainer(reading_session(), person, on=on_now())
    return next((one for one in row.held if one.id == qualification_id), None) or abort(404)


def _in_view(rows: list[TrainerRow]) -> list[TrainerRow]:
    """Return the rows that hold something in the scope that the address names; without one, all."""
    scope = request.args.get("scope", "")
    return [row for row in rows if not scope or any(str(one.scope) == scope for one in row.held)]


def _trainer_page(person: Person) -> str:
    session, on = reading_session(), on_now()
    row = trainer_desk.trainer(session, person, on=on)
    return render_template(
        "trainers/trainer.html",
        person=person,
        row=row,
        may_do=[(one.scope, trainer_desk.may_do(session, row, one.scope, on=on)) for one in row.standing],
        interests=trainer_desk.interests(row, on=on),
        education=trainer_desk.education(session, person.id),
        taken=trainer_measures.of_trainer(session, person.id),
        may_judge=may(Permission.TRAINER_JUDGE),
        conduct_words=words_of_conduct,
    )


def _scopes(session: Session) -> list[tuple[str, Any]]:
    return _choices(session, with_versions=False)


def _choices(session: Session, *, with_versions: bool) -> list[tuple[str, Any]]:
    """Return the subject areas of all modules, and the tools, each version by itself where asked: codes and words."""
    areas = {revision["subject_area"] for revision in session.scalars(select(ModuleRevision.content))}
    areas |= set(words.SUBJECTS)
    names = trainer_acts.tool_names(session)
    subjects = [(f"subject:{area}", words.scope(Scope(subject=area), names)) for area in sorted(areas)]
    if not with_versions:
        return [*subjects, *((f"tool:{slug}", name) for slug, name in sorted(names.items(), key=lambda one: one[1]))]
    rows = session.execute(
        select(Tool.slug, Tool.name, ToolVersion.label)
        .join(ToolVersion, ToolVersion.tool_id == Tool.id)
        .order_by(Tool.name, ToolVersion.id)
    )
    return [*subjects, *((f"tool:{row.slug}@{row.label}", f"{row.name} {row.label}") for row in rows)]
