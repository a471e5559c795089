"""Attendance of a training session: recorded by who holds it, corrected with a reason."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.training_sessions import AttendanceForm
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import attendance as service
from training_app.services import rosters
from training_app.services.rosters import SessionNow
from training_app.views import session_rows
from training_app.views.teaching import of_address, overseeing

bp = Blueprint("attendance", __name__, url_prefix="/teaching")


@bp.route("/<int:session_id>/attendance", methods=["GET", "POST"])
@requires(Permission.SESSION_HOLD)
def record(session_id: int) -> ResponseReturnValue:
    found = of_address(session_id)
    people = rosters.names(reading_session(), [found])
    form = AttendanceForm.of(_asked(found, people), found.attendance)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = service.record(
                    session,
                    session_id,
                    form.presences(),
                    reason=form.reason.data or "",
                    on=CivilInstant(now(), zone()),
                    by=session.get_one(Person, current_person().id),
                    overseeing=overseeing(),
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Attendance is recorded.") if made else _("Nothing was new. Nothing was changed."), "ok")
            return redirect(url_for("teaching.one", session_id=session_id))
    shown: dict[str, Any] = {
        "row": session_rows.rows([found], session_rows.room)[0],
        "begun": found.plan.starts_at <= now(),
        "corrects": bool(found.records),
    }
    page = render_template("teaching/attendance.html", form=form, found=found, moment=moment, **shown)
    return page, 422 if form.errors else 200


def _asked(found: SessionNow, people: Any) -> dict[int, str]:
    ids = found.roster.persons | set(found.attendance)
    return {one.id: f"{one.name} ({one.service_number})" for one in session_rows.by_name(people, ids)}
