"""The supervisor's seats: who of the unit holds one, granting, reviewing and releasing."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.seats import ConfirmForm, GrantSeatForm
from training_app.models.people import Person, SeatGrant
from training_app.models.tools import Tool
from training_app.rules.civil_time import add_months, days_after
from training_app.rules.permissions import Permission
from training_app.rules.safeguards import SEAT_REVIEW_MARGIN
from training_app.rules.seats import ObstacleKind
from training_app.security import current_person, may, requires
from training_app.services import own_unit, units
from training_app.services import seats as service
from training_app.services.own_unit import OwnUnit
from training_app.services.seats import SeatRefused, ToolSeats
from training_app.views import held_seats
from training_app.wording import seats as words

bp = Blueprint("seats", __name__, url_prefix="/unit/seats")

OF_THE_OFFICER = frozenset(
    {ObstacleKind.FOR_ONESELF, ObstacleKind.NOT_IN_UNIT, ObstacleKind.ACCOUNT_CLOSED, ObstacleKind.ALREADY_HELD}
)
OF_THE_PURPOSES = frozenset({ObstacleKind.PURPOSE_NEEDED, ObstacleKind.PURPOSE_NOT_PERMITTED})


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"wording": wording, "may_manage": may(Permission.UNIT_MANAGE)}


@bp.get("")
@requires(Permission.UNIT_READ)
def unit_seats() -> ResponseReturnValue:
    """Show the seats of the unit and of the units below it, tool by tool."""
    session, on = reading_session(), on_now()
    own = own_unit.own_unit(session, current_person(), at=on.instant)
    if own is None:
        return render_template("seats/no_unit.html")
    found = service.on_every_tool(session, on=on)
    names = service.purpose_names_by_tool(session, found)
    ids = [str(unit) for unit in own.ids]
    return render_template(
        "seats/unit_seats.html",
        unit=own.unit.name,
        today=wording.civil(on.day),
        tools=[held_seats.tool_shown(one, names[one.tool.slug], own) for one in found],
        to_do=held_seats.to_do([(one, ids) for one in found]),
    )


@bp.route("/<slug>/grant", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def grant(slug: str) -> ResponseReturnValue:
    own, seats = _own_unit(), _tool_seats(slug)
    names = service.purpose_names(reading_session(), seats)
    form = _grant_form(own, seats, names)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                tool = session.get_one(Tool, seats.tool.id)
                seat = service.grant(session, tool, form.new_seat(), at=now(), by=current_person(), zone=zone())
                who = session.get_one(Person, seat.officer_id)
        except SeatRefused as error:
            _say(form, error, names)
        except TrainingError as error:
            form.officer.errors = [refusals.sentence(error)]
        else:
            flash(_("%(name)s holds a seat for %(tool)s from now on.", name=who.name, tool=seats.tool.name), "ok")
            return redirect(url_for(".unit_seats"))
    shown = {"seats": seats, "blocked": held_seats.blocked(seats, str(own.unit.id)), **_review_days(seats)}
    return render_template("seats/grant.html", form=form, **shown), 422 if form.errors else 200


@bp.route("/<int:seat_id>/release", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def release(seat_id: int) -> ResponseReturnValue:
    form, shown = ConfirmForm(), _seat_of_own_unit(seat_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                seat = session.get_one(SeatGrant, seat_id)
                service.release(session, seat, at=now(), by=current_person(), zone=zone())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The seat of %(name)s for %(tool)s is released. It holds no longer.", **shown["names"]), "ok")
            return redirect(url_for(".unit_seats"))
    return render_template("seats/release.html", form=form, **shown), 422 if form.errors else 200


@bp.route("/<int:seat_id>/review", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def review(seat_id: int) -> ResponseReturnValue:
    form, shown = ConfirmForm(), _seat_of_own_unit(seat_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                seat = session.get_one(SeatGrant, seat_id)
                service.review(session, seat, at=now(), by=current_person(), zone=zone())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            until = shown["next_review"]
            flash(
                _("%(name)s keeps the seat for %(tool)s. Review it again by %(day)s.", **shown["names"], day=until),
                "ok",
            )
            return redirect(url_for(".unit_seats"))
    return render_template("seats/review.html", form=form, **shown), 422 if form.errors else 200


# -- what the pages show -----------------------------------------------------------------------------------------------


def _own_unit() -> OwnUnit:
    return own_unit.own_unit(reading_session(), current_person(), at=now()) or abort(404)


def _tool_seats(slug: str) -> ToolSeats:
    session = reading_session()
    tool = session.scalar(select(Tool).where(Tool.slug == slug)) or abort(404)
    return service.tool_seats(session, tool, on=on_now())


def _grant_form(own: OwnUnit, seats: ToolSeats, names: dict[str, str]) -> GrantSeatForm:
    """Return the form with those officers of the unit who hold no seat on the tool, and never oneself."""
    holding = {one.officer for one in seats.held} | {current_person().service_number}
    members = units.officers_in(reading_session(), own.ids, at=seats.on.instant)
    officers = [
        (
            one.service_number,
            _("%(name)s, %(number)s, %(unit)s", name=one.name, number=one.service_number, unit=one.unit),
        )
        for one in members
        if one.service_number not in holding
    ]
    purposes = [(code, words.purpose(code, names)) for code in service.permitted(seats)]
    return GrantSeatForm(officer=request.args.get("officer")).offering(officers, purposes)


def _say(form: GrantSeatForm, error: SeatRefused, names: dict[str, str]) -> None:
    """Put each obstacle beside the field that it is about."""
    for found in error.obstacles:
        sentence = words.obstacle(found, units=error.seats.units.names, names=names)
        if found.kind in OF_THE_OFFICER:
            form.officer.errors = [*form.officer.errors, sentence]
        elif found.kind in OF_THE_PURPOSES:
            form.purposes.errors = [*form.purposes.errors, sentence]
        else:
            form.form_errors.append(sentence)


def _seat_of_own_unit(seat_id: int) -> dict[str, Any]:
    """Return what the pages about one seat show; the seat of an officer who works elsewhere is not found."""
    session, own = reading_session(), _own_unit()
    seat = session.get(SeatGrant, seat_id) or abort(404)
    person = session.get_one(Person, seat.officer_id)
    if units.person_in(session, own.ids, person.service_number, at=now()) is None:
        abort(404)
    tool = session.get_one(Tool, seat.tool_id)
    seats = service.tool_seats(session, tool, on=on_now())
    held = next((one for one in seats.held if one.seat.id == str(seat.id)), None)
    purposes = service.purpose_names(session, seats)
    (row,) = held_seats.rows(seats, [held], purposes) if held else (None,)
    shown = {"seat": seat, "seats": seats, "row": row, "person": person, "tool": tool}
    return shown | {"names": {"name": person.name, "tool": tool.name}, **_review_days(seats)}


def _review_days(seats: ToolSeats) -> dict[str, str]:
    """Return by when a seat granted or reviewed today is to be reviewed, and its last day without; "" if never."""
    months = seats.policy.seat_review_months if seats.policy else None
    if months is None:
        return {"next_review": "", "next_last_day": ""}
    by = add_months(seats.on.day, months)
    return {"next_review": wording.civil(by), "next_last_day": wording.civil(days_after(by, SEAT_REVIEW_MARGIN))}
