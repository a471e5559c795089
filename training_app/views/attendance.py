"""Attendance of a training session: recorded by who holds it, corrected with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from training_app import refusals
from training_app.agency import moment, on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.training_sessions import AttendanceForm, presences_in
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Permission, permissions_of
from training_app.security import current_person, requires
from training_app.services import accounts, rosters
from training_app.services import attendance as service
from training_app.services.rosters import SessionNow
from training_app.views import session_rows
from training_app.views.teaching import of_address, overseeing

bp = Blueprint("attendance", __name__, url_prefix="/teaching")


def _replay(
    session: Session, person: Person, view_args: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Record attendance that met an expired session; see `kept_answers.keeps_answers`."""
    service.record(
        session,
        view_args["session_id"],
        presences_in(form),
        reason=(form.get("reason") or "").strip(),
        on=CivilInstant(at, zone()),
        by=person,
        overseeing=Permission.SESSION_OVERSEE in permissions_of(accounts.roles_of(session, person.id, at=at)),
    )
    return Replayed(url_for("teaching.one", session_id=view_args["session_id"]))


@bp.route("/<int:session_id>/attendance", methods=["GET", "POST"])
@requires(Permission.SESSION_HOLD)
@keeps_answers(replay=_replay)
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
                    on=on_now(),
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
        "begun": found.has_begun(now()),
        "corrects": bool(found.records),
    }
    page = render_template("teaching/attendance.html", form=form, found=found, moment=moment, **shown)
    return page, 422 if form.errors else 200


def _asked(found: SessionNow, people: Any) -> dict[int, str]:
    ids = found.roster.persons | set(found.attendance)
    return {one.id: f"{one.name} ({one.service_number})" for one in session_rows.by_name(people, ids)}
