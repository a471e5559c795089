"""What was observed of an officer: read, signed, or not agreed with; and who may observe them next."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals
from training_app.agency import moment, on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.observed_practice import AGREE, CountersignForm
from training_app.models.observed_practice import ObservedPractice
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import certification, checklists, observers, signed_practice
from training_app.services.signed_practice import Signed
from training_app.views.officer import new_code, tell_of_awards
from training_app.wording import observed_practice as words

bp = Blueprint("my_observations", __name__)


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words}


@bp.get("/observations")
@requires(Permission.TRAINING_TAKE)
def mine() -> ResponseReturnValue:
    found = signed_practice.of_officer(reading_session(), current_person().id)
    return render_template("practice/mine.html", found=found)


def _own(practice_id: int) -> Signed:
    found = signed_practice.one(reading_session(), practice_id)
    return found if found is not None and found.officer.id == current_person().id else abort(404)


@bp.get("/observations/<int:practice_id>")
@requires(Permission.TRAINING_TAKE)
def one(practice_id: int) -> ResponseReturnValue:
    return _page(_own(practice_id), CountersignForm(formdata=None))


def _page(found: Signed, form: CountersignForm) -> str:
    return render_template("practice/countersign.html", found=found, form=form)


@bp.post("/observations/<int:practice_id>")
@requires(Permission.TRAINING_TAKE)
def countersign(practice_id: int) -> ResponseReturnValue:
    """Sign as the officer; what that was the last requirement of is awarded in the same transaction."""
    found, form, person, at = _own(practice_id), CountersignForm(), current_person(), now()
    if form.validate_on_submit():
        agreed = form.agreement.data == AGREE
        try:
            with transaction() as session:
                row = session.get_one(ObservedPractice, found.practice.id)
                signed_practice.countersign(
                    session, row, agreed=agreed, reason=form.reason.data or "", at=at, by=person
                )
                made = certification.award_what_is_due(
                    session, person, at=at, zone=zone(), new_code=new_code, recorded_at=at
                )
                tell_of_awards([session.get_one(ToolVersion, award.version_id) for award in made])
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed.") if agreed else _("Recorded. Another assessor observes you next."), "ok")
            return redirect(url_for(".one", practice_id=found.practice.id), 303)
    return _page(found, form), 422


@bp.get("/tools/<slug>/versions/<label>/be-observed")
@requires(Permission.TRAINING_TAKE)
def be_observed(slug: str, label: str) -> ResponseReturnValue:
    """Tell how one is observed on a version, what the assessor looks for, and who may do it."""
    session, on = reading_session(), on_now()
    named = select(ToolVersion).join(Tool, Tool.id == ToolVersion.tool_id).where(Tool.slug == slug)
    version = session.scalar(named.where(ToolVersion.label == label)) or abort(404)
    checklist = checklists.in_force(session, version.id)
    return render_template(
        "practice/be_observed.html",
        version=version,
        behaviours=checklists.behaviours_of(checklist) if checklist else (),
        observers=observers.of(session, current_person(), version, on=on),
    )
