"""Statements that oversight asks of the agency: registrars read its summary, and nothing else of an incident."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.incidents import StatementForm
from training_app.models.incidents import Incident
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import incident_desk, incident_handling
from training_app.services.incident_desk import Request
from training_app.views.incident_pages import terms, what_every_page_here_shows
from training_app.views.pages import Page

bp = Blueprint("incident_statements", __name__, url_prefix="/incidents")
bp.context_processor(what_every_page_here_shows)

ROWS_A_PAGE = 50


@bp.get("")
@requires(Permission.INCIDENT_STATE)
def requests() -> ResponseReturnValue:
    found = incident_desk.requests(reading_session(), terms=terms(), on=on_now())
    return render_template("incidents/requests.html", page=Page.of(found, size=ROWS_A_PAGE))


@bp.route("/<int:incident_id>", methods=["GET", "POST"])
@requires(Permission.INCIDENT_STATE)
def state(incident_id: int) -> ResponseReturnValue:
    """Show what the agency was asked about one incident, and take its statement."""
    asked, form = _asked(incident_id), StatementForm()
    if request.method == "POST" and form.looked_through(today=on_now().day):
        try:
            with transaction() as session:
                incident = session.get_one(Incident, incident_id)
                incident_handling.state(session, incident, form.text.data or "", on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Sent to the oversight body."), "ok")
            return redirect(url_for(".state", incident_id=incident_id), 303)
    shown = {"asked": asked, "newest": asked[-1], "incident_id": incident_id, "form": form}
    return render_template("incidents/state.html", **shown), 422 if form.errors else 200


def _asked(incident_id: int) -> list[Request]:
    """Return what was asked about an incident; else 404, as if there were none: of others nobody here may know."""
    session = reading_session()
    incident = session.get(Incident, incident_id) or abort(404)
    return incident_desk.requests_on(session, incident, terms=terms(), on=on_now()) or abort(404)
