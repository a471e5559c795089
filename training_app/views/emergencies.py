"""Emergency access as supervisors and oversight see it: what waits and runs, what there was; confirmed and ended."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.models.emergencies import EmergencyRequest
from training_app.models.tools import Tool
from training_app.rules.emergency import State
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import emergencies as service
from training_app.services.emergencies import LISTED_DAYS, Emergency
from training_app.views.pages import Page
from training_app.wording import emergencies as words

bp = Blueprint("emergencies", __name__, url_prefix="/emergencies")

ROWS_A_PAGE = 50


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {
        "dangers": words.DANGERS,
        "states": words.STATES,
        "moment": moment,
        "may_confirm": may(Permission.EMERGENCY_CONFIRM),
        "oneself": current_person().id,
    }


@bp.get("")
@requires(Permission.EMERGENCY_READ)
def everybodys() -> ResponseReturnValue:
    """List what waits and runs, then the last days, and how often there was any, by tool and year."""
    session, at = reading_session(), now()
    found = service.listed(session, at=at)
    names = {row.slug: row.name for row in session.execute(select(Tool.slug, Tool.name))}
    return render_template(
        "emergencies/all.html",
        waiting=[one for one in found if one.state is State.WAITING],
        running=[one for one in found if one.state is State.RUNNING],
        page=Page.of([one for one in found if one.state not in {State.WAITING, State.RUNNING}], size=ROWS_A_PAGE),
        counts=[(names[one.tool], one.year, one.confirmed) for one in service.counts(session, zone=zone(), at=at)],
        days=LISTED_DAYS,
    )


@bp.get("/<int:request_id>")
@requires(Permission.EMERGENCY_READ)
def one(request_id: int) -> ResponseReturnValue:
    return render_template("emergencies/one.html", found=_found(request_id))


@bp.post("/<int:request_id>/confirm")
@requires(Permission.EMERGENCY_CONFIRM)
def confirm(request_id: int) -> ResponseReturnValue:
    found = _found(request_id)
    try:
        with transaction() as session:
            given = service.confirm(
                session, session.get_one(EmergencyRequest, request_id), at=now(), by=current_person()
            )
            until = given.until
    except TrainingError as error:
        flash(refusals.sentence(error), "warn")
    else:
        names = {"name": found.officer, "tool": found.tool, "version": found.version, "moment": moment(until)}
        flash(_("%(name)s may use %(tool)s %(version)s until %(moment)s.", **names), "ok")
    return redirect(url_for(".one", request_id=request_id), 303)


@bp.post("/<int:request_id>/end")
@requires(Permission.EMERGENCY_CONFIRM)
def end(request_id: int) -> ResponseReturnValue:
    """End it now, or refuse the request."""
    _found(request_id)
    try:
        with transaction() as session:
            service.end(session, session.get_one(EmergencyRequest, request_id), at=now(), by=current_person())
    except TrainingError as error:
        flash(refusals.sentence(error), "warn")
    else:
        flash(_("It has ended. The tool refuses from now on."), "ok")
    return redirect(url_for(".one", request_id=request_id), 303)


def _found(request_id: int) -> Emergency:
    return service.one(reading_session(), request_id, at=now()) or abort(404)
