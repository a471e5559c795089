"""Observed sign-offs before a release: for leads and registrars of every unit, for supervisors of their own."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import wording
from training_app.agency import moment, on_now, zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.forms.capacity import ReleaseDayForm
from training_app.models.tools import ToolVersion
from training_app.rules.capacity import UnitCapacity
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import capacity as service
from training_app.services import own_unit, units
from training_app.services.capacity import Planned, SignOffs
from training_app.views.pages import Page

bp = Blueprint("capacity", __name__)

OFFICERS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "civil": wording.civil, "may_manage_tools": may(Permission.TOOL_MANAGE)}


@bp.get("/sign-offs")
@requires(Permission.SESSION_OVERSEE)
def overview() -> ResponseReturnValue:
    found = [(one, _reckoned(one)) for one in service.planned_versions(reading_session(), at=now())]
    return render_template("capacity/overview.html", planned=found, assumed_days=service.ASSUMED_DAYS)


@bp.get("/sign-offs/<int:version_id>")
@requires(Permission.SESSION_OVERSEE)
def version(version_id: int) -> ResponseReturnValue:
    on = on_now()
    planned = _of_address(version_id)
    release_at, form = _asked(planned, on)
    found = _sign_offs(planned.version, release_at)
    page = render_template(
        "capacity/version.html",
        planned=planned,
        found=found,
        form=form,
        bars=bars(found.expected.units()),
        page=Page.of(found.officers, size=OFFICERS_A_PAGE),
        assumed_days=service.ASSUMED_DAYS,
    )
    return page, 422 if form.errors else 200


@bp.get("/unit/sign-offs")
@requires(Permission.UNIT_READ)
def of_unit() -> ResponseReturnValue:
    """Of each version to come what the officers of the supervisor's unit, and of those below it, need."""
    session, at = reading_session(), now()
    own = own_unit.own_unit(session, current_person(), at=at)
    if own is None:
        return render_template("supervisor/no_unit.html")
    officers = {one.service_number for one in units.officers_in(session, own.ids, at=at)}
    shown = []
    for planned in service.planned_versions(session, at=at):
        found = _reckoned(planned)
        mine = [one for one in found.officers if one.officer.service_number in officers]
        names = {one.officer.unit for one in mine}
        of_units = [one for one in found.expected.units() if one.unit in names]
        shown.append({"planned": planned, "found": found, "officers": mine, "bars": bars(of_units), "units": of_units})
    return render_template("capacity/of_unit.html", unit=own.unit, shown=shown, assumed_days=service.ASSUMED_DAYS)


def _of_address(version_id: int) -> Planned:
    found = service.planned_versions(reading_session(), at=now())
    return next((one for one in found if one.version.id == version_id), None) or abort(404)


def _asked(planned: Planned, on: CivilInstant) -> tuple[datetime, ReleaseDayForm]:
    """Return the release to reckon with: that of the day in the address, else the one that is set or assumed."""
    usual = planned.reckoned_for(on)
    if "day" not in request.args:
        return usual, ReleaseDayForm(None, day=on.at(usual).day)
    form = ReleaseDayForm(request.args)
    if form.validate() and form.day.data is not None:
        if form.day.data >= on.day:
            return max(first_instant(form.day.data, on.zone), on.instant), form
        form.day.errors = [_("That day has passed. Choose a later one.")]
    return usual, form


def _reckoned(planned: Planned) -> SignOffs:
    return _sign_offs(planned.version, planned.reckoned_for(on_now()))


def _sign_offs(version: ToolVersion, release_at: datetime) -> SignOffs:
    terms: dict[str, Any] = {"release_at": release_at, "at": now(), "zone": zone(), "per_week": per_week()}
    return service.sign_offs(reading_session(), version, **terms)


def per_week() -> int:
    return int(current_app.extensions["config"].sign_offs_per_week)


def bars(found: Any) -> list[dict[str, Any]]:
    """Return what each unit can be given of what it needs, as the component for bars takes it."""
    return [_bar(one) for one in found]


def _bar(one: UnitCapacity) -> dict[str, Any]:
    numbers = {"possible": one.possible, "needed": one.needed, "short": one.short}
    enough = _("%(needed)s, all in time", **numbers)
    return {
        "label": one.unit or _("No unit"),
        "value": one.possible,
        "max": one.needed,
        "text": _("%(possible)s of %(needed)s, %(short)s short", **numbers) if one.short else enough,
    }
