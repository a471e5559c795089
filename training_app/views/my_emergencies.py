"""An officer asks for emergency access, follows their request, and ends it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.emergencies import AskForm
from training_app.models.emergencies import EmergencyRequest
from training_app.models.tools import ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import emergencies as service
from training_app.services import gather
from training_app.services.emergencies import Emergency, Prospect
from training_app.wording import emergencies as words

bp = Blueprint("my_emergencies", __name__)


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {"dangers": words.DANGERS, "states": words.STATES, "moment": moment}


@bp.route("/tools/<slug>/versions/<int:version_id>/emergency", methods=["GET", "POST"])
@requires(Permission.TRAINING_TAKE)
def ask(slug: str, version_id: int) -> ResponseReturnValue:
    version = reading_session().get(ToolVersion, version_id)
    if version is None or version.tool.slug != slug:
        abort(404)
    prospect = _prospect(version)
    form = AskForm().lasting(prospect.most_minutes or 1)
    if prospect.helps and form.validate_on_submit():
        try:
            with transaction() as session:
                asked = service.request(
                    session,
                    current_person(),
                    session.get_one(ToolVersion, version_id),
                    form.named,
                    form.words.data or "",
                    form.minutes.data,
                    zone=zone(),
                    at=now(),
                )
                request_id = asked.id
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return redirect(url_for(".mine", request_id=request_id), 303)
    shown = {"tool": version.tool, "version": version, "prospect": prospect}
    return render_template("emergencies/ask.html", form=form, **shown), 422 if form.errors else 200


@bp.get("/my-emergencies/<int:request_id>")
@requires(Permission.TRAINING_TAKE)
def mine(request_id: int) -> ResponseReturnValue:
    return render_template("emergencies/mine.html", found=_own(request_id))


@bp.post("/my-emergencies/<int:request_id>/end")
@requires(Permission.TRAINING_TAKE)
def end(request_id: int) -> ResponseReturnValue:
    """End the emergency now, or withdraw the request."""
    _own(request_id)
    try:
        with transaction() as session:
            service.end(session, session.get_one(EmergencyRequest, request_id), at=now(), by=current_person())
    except TrainingError as error:
        flash(refusals.sentence(error), "warn")
    else:
        flash(_("It has ended. The tool refuses from now on."), "ok")
    return redirect(url_for(".mine", request_id=request_id), 303)


def _own(request_id: int) -> Emergency:
    """Return the officer's own emergency; somebody else's is not found."""
    found = service.one(reading_session(), request_id, at=now())
    if found is None or found.officer_id != current_person().id:
        abort(404)
    return found


def _prospect(version: ToolVersion) -> Prospect:
    number, slug = current_person().service_number, version.tool.slug
    facts = gather.question(reading_session(), number=number, slug=slug, zone=zone())
    return service.prospect(facts, version.label, at=now())
