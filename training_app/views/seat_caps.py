"""The registrar's side of seats: the caps of a tool, of the whole agency and of units, and how many are held."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import on_now
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms.seats import CapForm, UnitCapForm
from training_app.models.people import Unit
from training_app.models.tools import Tool
from training_app.rules.permissions import Permission
from training_app.rules.seats import Room
from training_app.security import current_person, may, requires
from training_app.services import seats as service
from training_app.services.seats import CapUnchanged, ToolSeats
from training_app.views import held_seats
from training_app.views.pages import Page
from training_app.wording import seats as words

bp = Blueprint("seat_caps", __name__, url_prefix="/registrar/tools/<slug>/seats")

SEATS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"wording": wording, "may_manage": may(Permission.TOOL_MANAGE)}


@bp.get("")
@requires(Permission.TOOL_READ)
def tool_seats(slug: str) -> ResponseReturnValue:
    """Show how many seats each unit holds, under which cap, and which seats somebody should look at."""
    seats = _tool_seats(slug)
    rows = held_seats.rows(seats, seats.held, service.purpose_names(reading_session(), seats))
    return render_template(
        "seats/tool_seats.html",
        tool=seats.tool,
        seats=seats,
        whole=seats.whole,
        over=[(_name(seats, room), words.over(room)) for room in (seats.whole, *seats.unit_rooms()) if room.over],
        bars=held_seats.bars(seats, [seats.whole, *_rooms_by_name(seats)]),
        to_release=sum(one.to_release for one in seats.held),
        page=Page.of(rows, size=SEATS_A_PAGE),
    )


@bp.route("/cap", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def set_cap(slug: str) -> ResponseReturnValue:
    seats = _tool_seats(slug)
    form = CapForm(seats=seats.whole.cap)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                tool = session.get_one(Tool, seats.tool.id)
                service.set_cap(session, tool, form.seats.data, at=now(), by=current_person())
        except CapUnchanged as error:
            form.seats.errors = [refusals.sentence(error)]
        else:
            return _set(slug, None)
    return render_template("seats/set_cap.html", form=form, tool=seats.tool, whole=seats.whole), _status(form)


@bp.route("/unit-cap", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def set_unit_cap(slug: str) -> ResponseReturnValue:
    seats, asked = _tool_seats(slug), request.args.get("unit")
    known = seats.room(asked) if asked in seats.units.names else None
    names = sorted(seats.units.names.items(), key=lambda unit: unit[1].casefold())
    form = UnitCapForm(unit=asked, seats=known.cap if known else None).offering(names)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                tool, unit = session.get_one(Tool, seats.tool.id), session.get_one(Unit, int(form.unit.data))
                service.set_cap(session, tool, form.seats.data, unit=unit, at=now(), by=current_person())
        except CapUnchanged as error:
            form.seats.errors = [refusals.sentence(error)]
        else:
            return _set(slug, form.unit.data)
    rooms = [(_name(seats, room), words.taken(room)) for room in _rooms_by_name(seats)]
    return render_template("seats/set_unit_cap.html", form=form, tool=seats.tool, rooms=rooms), _status(form)


def _set(slug: str, unit: str | None) -> ResponseReturnValue:
    """Say what holds from now on, and lead back."""
    seats = _tool_seats(slug)
    room = seats.room(unit)
    told = _("%(unit)s: the cap is %(cap)s from now on.", unit=_name(seats, room), cap=room.cap)
    if more := words.over(room):
        flash(f"{told} {more}", "warn")
    else:
        flash(told, "ok")
    return redirect(url_for(".tool_seats", slug=slug))


def _tool_seats(slug: str) -> ToolSeats:
    session = reading_session()
    tool = session.scalar(select(Tool).where(Tool.slug == slug)) or abort(404)
    return service.tool_seats(session, tool, on=on_now())


def _rooms_by_name(seats: ToolSeats) -> list[Room]:
    """Return every unit that has a cap or holds a seat, by name."""
    rooms = [seats.room(unit) for unit in seats.units.names]
    return sorted(
        (one for one in rooms if one.held or one.cap is not None), key=lambda one: _name(seats, one).casefold()
    )


def _name(seats: ToolSeats, room: Room) -> str:
    return _("Whole agency") if room.unit is None else seats.units.names.get(room.unit, room.unit)


def _status(form: Any) -> int:
    return 422 if form.errors else 200
