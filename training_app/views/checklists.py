"""Checklists for observed practice: what an assessor looks for on a version, by one trainer, approved by another."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment, on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.observed_practice import ChecklistForm
from training_app.forms.repeated import MORE
from training_app.models.observed_practice import Checklist
from training_app.models.tools import ToolVersion
from training_app.rules.observed_practice import Behaviour
from training_app.rules.permissions import Permission
from training_app.rules.trainers import Act
from training_app.security import current_person, may, requires
from training_app.services import checklists, trainer_acts
from training_app.services.second_signatures import names_of
from training_app.views.draft_page import Theirs
from training_app.wording.trainers import conditions

bp = Blueprint("checklists", __name__, url_prefix="/practice/checklists")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "behaviours_of": checklists.behaviours_of}


@bp.get("")
@requires(Permission.CONTENT_READ)
def every() -> ResponseReturnValue:
    return render_template("practice/checklists.html", rows=checklists.of_every_version(reading_session()))


@bp.get("/versions/<int:version_id>")
@requires(Permission.CONTENT_READ)
def of_version(version_id: int) -> ResponseReturnValue:
    return _version_page(_version(version_id))


def _version(version_id: int) -> ToolVersion:
    return reading_session().get(ToolVersion, version_id) or abort(404)


def _version_page(version: ToolVersion, errors: list[str] | None = None) -> str:
    session = reading_session()
    standing, newest = checklists.in_force(session, version.id), checklists.latest(session, version)
    waiting = newest if newest is not None and newest is not standing else None
    people = {one.recorded_by_id for one in (standing, waiting) if one is not None}
    approval = checklists.approval_of(session, standing) if standing else None
    return render_template(
        "practice/checklist.html",
        version=version,
        standing=standing,
        waiting=waiting,
        approval=approval,
        changes=checklists.changes_in(session, waiting) if waiting else None,
        names=names_of(session, people | ({approval.recorded_by_id} if approval else set())),
        errors=errors or [],
        stands_against_writing=_against(version, Act.WRITE),
        stands_against_approving=_against(version, Act.PUBLISH) if waiting else [],
        own=waiting is not None and waiting.recorded_by_id == current_person().id,
    )


def _against(version: ToolVersion, act: Act) -> list[str] | None:
    """Return what keeps who is signed in from *act*, in sentences; ``None`` for who has no part in it at all."""
    if not may(Permission.PRACTICE_ASSESS):
        return None
    session, on, me = reading_session(), on_now(), current_person()
    matter = trainer_acts.of_tool(session, version.tool, version, me.id, on=on)
    unmet = trainer_acts.unmet(session, act, me.id, matter, on=on)
    return conditions(unmet, act, matter, trainer_acts.tool_names(session))


@bp.route("/versions/<int:version_id>/write", methods=["GET", "POST"])
@requires(Permission.PRACTICE_ASSESS)
def write(version_id: int) -> ResponseReturnValue:
    session, found = reading_session(), _version(version_id)
    start = checklists.start_of(session, found)
    form = ChecklistForm.starting_from(*_number_and_behaviours(start))
    grown = request.method == "POST" and form.grown(request.form.get(MORE))
    theirs = None
    if not grown and form.validate_on_submit():
        try:
            with transaction() as writing:
                row = writing.get_one(ToolVersion, found.id)
                checklists.write(writing, row, form.rows(), made_from=form.version, on=on_now(), by=current_person())
        except checklists.WrittenMeanwhile as error:
            form.form_errors.append(refusals.sentence(error))
            theirs = _theirs(error)
            form.made_from.data = str(error.number)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Written. It is in force once another assessor has approved it."), "ok")
            return redirect(url_for(".of_version", version_id=found.id), 303)
    page = render_template("practice/write_checklist.html", version=found, form=form, start=start, theirs=theirs)
    return page, 422 if form.errors else 200


def _number_and_behaviours(start: Checklist | None) -> tuple[int, Sequence[Behaviour]]:
    return (0, ()) if start is None else (start.id, checklists.behaviours_of(start))


def _theirs(written: checklists.WrittenMeanwhile) -> Theirs:
    """Return what somebody else wrote meanwhile; who saves again replaces it knowingly."""
    lines = [f"{number}. {one.text}" for number, one in enumerate(written.behaviours, 1)]
    name = names_of(reading_session(), {written.by_id}).get(written.by_id, "")
    return Theirs(name, written.at, "\n".join(lines))


@bp.post("/<int:checklist_id>/approve")
@requires(Permission.PRACTICE_ASSESS)
def approve(checklist_id: int) -> ResponseReturnValue:
    found = reading_session().get(Checklist, checklist_id) or abort(404)
    try:
        with transaction() as session:
            checklists.approve(session, session.get_one(Checklist, found.id), on=on_now(), by=current_person())
    except TrainingError as error:
        return _version_page(_version(found.version_id), [refusals.sentence(error)]), 422
    flash(_("Approved. Observations that begin from now on are made against it."), "ok")
    return redirect(url_for(".of_version", version_id=found.version_id), 303)
