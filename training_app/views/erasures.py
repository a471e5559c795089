"""How long records are kept, for everybody; and the erasure of people, by two registrars."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Config
from training_app import refusals, wording
from training_app.agency import moment, on_now
from training_app.clock import now
from training_app.db import new_reading_session, reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.erasures import ErasureForm
from training_app.forms.people import ConfirmForm
from training_app.models.erasures import PersonErasure
from training_app.models.people import Person
from training_app.rules import keeping
from training_app.rules.erasure import ErasureReason
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import erasing
from training_app.services import erasures as service
from training_app.services import people as people_service
from training_app.wording import keeping as words

bp = Blueprint("erasures", __name__)


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "wording": wording, "me": current_person(), "reasons": words.REASONS}


@bp.get("/how-long-we-keep")
@requires(Permission.SIGNED_IN)
def how_long() -> ResponseReturnValue:
    return render_template("erasures/how_long.html", lines=words.lines(_config()), years=_years())


@bp.get("/people/erasures")
@requires(Permission.PEOPLE_MANAGE)
def overview() -> ResponseReturnValue:
    session = reading_session()
    left = set(erasing.signed(session))
    return render_template(
        "erasures/overview.html",
        due=service.due(session, years=_years(), on=on_now()),
        orders=service.orders(session),
        left=left,
        years=_years(),
    )


@bp.route("/people/erasures/order/<service_number>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def order(service_number: str) -> ResponseReturnValue:
    session, form = reading_session(), ErasureForm()
    found = people_service.by_number(session, service_number) or abort(404)
    if (standing := service.standing_order(session, found.id)) is not None:
        return redirect(url_for(".one", erasure_id=standing.id))
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                row = writing.get_one(Person, found.id)
                made = service.order(writing, row, form.reason, years=_years(), on=on_now(), by=current_person())
        except service.Held as error:
            form.form_errors.extend(str(words.HOLDS[hold]) for hold in error.holds)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The erasure is ordered. Nothing goes before another registrar has signed it."), "ok")
            return redirect(url_for(".one", erasure_id=made.id))
    holds = service.holds(
        session, found, ErasureReason.LEGAL_OBLIGATION, years=_years(), on=on_now(), by=current_person()
    )
    last = service.last_day(session, found.id, on=on_now())
    page = render_template(
        "erasures/order.html",
        form=form,
        person=found,
        holds=[words.HOLDS[hold] for hold in holds],
        last=last,
        through=keeping.kept_through(last, years=_years()) if last else None,
        **_foreseen(found.id),
    )
    return page, 422 if form.errors else 200


@bp.route("/people/erasures/<int:erasure_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def one(erasure_id: int) -> ResponseReturnValue:
    """Show an order with what it would do; sign it, or take it back."""
    form = ConfirmForm()
    if form.validate_on_submit():
        act = {"sign": _sign, "withdraw": _withdraw, "go-on": _go_on}.get(request.form.get("do", ""))
        try:
            return (act or abort(400))(erasure_id)
        except service.Held as error:
            form.form_errors.extend(str(words.HOLDS[hold]) for hold in error.holds)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
    session = new_reading_session()
    found = next(iter(service.orders(session, erasure_id=erasure_id)), None) or abort(404)
    done = erasing.is_done(session, found.person_id)
    page = render_template(
        "erasures/one.html",
        form=form,
        found=found,
        done=done,
        here=erasing.may_erase(session),
        **({} if found.erased_at else _foreseen(found.person_id)),
    )
    return page, 422 if form.errors else 200


def _sign(erasure_id: int) -> ResponseReturnValue:
    with transaction() as session:
        found = session.get(PersonErasure, erasure_id) or abort(404)
        service.sign(session, found, years=_years(), on=on_now(), by=current_person())
    return _go_on(erasure_id)


def _withdraw(erasure_id: int) -> ResponseReturnValue:
    with transaction() as session:
        found = session.get(PersonErasure, erasure_id) or abort(404)
        service.withdraw(session, found, at=now(), by=current_person())
    flash(_("The order is taken back. Nothing was erased."), "ok")
    return redirect(url_for(".overview"))


def _go_on(erasure_id: int) -> ResponseReturnValue:
    """Carry out what is signed, where the application may; elsewhere the command of the operator does."""
    session = new_reading_session()
    found = session.get(PersonErasure, erasure_id) or abort(404)
    if not erasing.may_erase(session):
        flash(_("The erasure is signed. The operator's command carries it out."), "ok")
        return redirect(url_for(".one", erasure_id=erasure_id))
    person_id, step = found.person_id, True
    while step:
        with transaction() as writing:
            step = erasing.step(writing, person_id, at=now()) is not None
    flash(_("The records are erased."), "ok")
    return redirect(url_for(".one", erasure_id=erasure_id))


def _foreseen(person_id: int) -> dict[str, Any]:
    """Return what an erasure would do, by the names of the kinds of record."""
    told = erasing.foreseen(reading_session(), person_id, record_days=_config().record_retention_days)
    return {
        "foreseen": told,
        "goes": [(words.KINDS[kind].name, told.goes[kind]) for kind in keeping.POLICY if told.goes.get(kind)],
        "stays": [(words.KINDS[kind].name, told.stays[kind]) for kind in keeping.POLICY if told.stays.get(kind)],
    }


def _config() -> Config:
    found: Config = current_app.extensions["config"]
    return found


def _years() -> int:
    return _config().person_retention_years
