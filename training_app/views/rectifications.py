"""Requests for rectification as registrars handle them; the oversight body sees deadlines, no words and no names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from training_app import refusals
from training_app.agency import moment, on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.rectification import CorrectForm, ExtendForm, ReferForm, RefuseForm
from training_app.models.people import Person
from training_app.models.rectification import RectificationRequest
from training_app.rules.permissions import Permission
from training_app.rules.rectification import Path, Refusal
from training_app.security import current_person, may, requires
from training_app.services import rectification_handling as handling
from training_app.services import rectifications
from training_app.services.rectifications import Row
from training_app.views.pages import Page
from training_app.views.rectification_pages import events, months, office, what_every_page_here_shows
from training_app.wording import own_records

bp = Blueprint("rectifications", __name__, url_prefix="/people/rectifications")
bp.context_processor(what_every_page_here_shows)

ROWS_A_PAGE = 50


@bp.context_processor
def who_looks() -> dict[str, Any]:
    return {"me": current_person(), "may_handle": may(Permission.PEOPLE_MANAGE)}


@bp.get("")
@requires(Permission.RECTIFICATION_READ)
def desk() -> ResponseReturnValue:
    rows = rectifications.desk_rows(reading_session(), current_person(), registrars=office(), on=on_now())
    people = _people({row.request.person_id for row in rows}) if may(Permission.PEOPLE_MANAGE) else {}
    return render_template("rectifications/desk.html", page=Page.of(rows, size=ROWS_A_PAGE), people=people)


def _people(ids: set[int]) -> Mapping[int, Person]:
    return {one: reading_session().get_one(Person, one) for one in ids}


@bp.get("/<int:request_id>")
@requires(Permission.PEOPLE_MANAGE)
def one(request_id: int) -> ResponseReturnValue:
    return _request_page(request_id)


def _request_page(request_id: int, errors: list[str] | None = None) -> ResponseReturnValue:
    session, row, me = reading_session(), _row(request_id), current_person()
    said = rectifications.words_of(session, row.request, months=months(), on=on_now())
    page = render_template(
        "rectifications/one.html",
        row=row,
        person=session.get_one(Person, row.request.person_id),
        said=said,
        events=events(row.request, said, named=True),
        mine=row.handler_id == me.id and not row.bars and row.ended_at is None,
        corrections=_corrections(row),
        errors=errors or [],
    )
    return page, 422 if errors else 200


def _row(request_id: int) -> Row:
    """Return the request, unless it is the own one; else 404, as if there were none."""
    found = reading_session().get(RectificationRequest, request_id)
    if found is None or found.person_id == current_person().id:
        abort(404)
    return rectifications.rows_of(reading_session(), [found], current_person(), registrars=office(), on=on_now())[0]


def _corrections(row: Row) -> list[tuple[str, str]]:
    """Return by what it can have been put right: codes and words."""
    found = handling.possible_corrections(reading_session(), row.request)
    return [
        (
            f"{one.kind}:{one.number}",
            _("%(what)s, %(when)s", what=own_records.kind(one.kind), when=moment(one.recorded_at)),
        )
        for one in found
    ]


# -- done with one button ----------------------------------------------------------------------------------------------


@bp.post("/<int:request_id>/take")
@requires(Permission.PEOPLE_MANAGE)
def take(request_id: int) -> ResponseReturnValue:
    return _done(request_id, handling.take, _("Yours. The officer sees that it is looked into."))


@bp.post("/<int:request_id>/give-back")
@requires(Permission.PEOPLE_MANAGE)
def give_back(request_id: int) -> ResponseReturnValue:
    return _done(request_id, handling.give_back, _("Given back. Another registrar can take it."))


def _done(request_id: int, what: Callable[..., None], said: str) -> ResponseReturnValue:
    _row(request_id)
    try:
        with transaction() as session:
            what(session, session.get_one(RectificationRequest, request_id), on=on_now(), by=current_person())
    except TrainingError as error:
        return _request_page(request_id, [refusals.sentence(error)])
    flash(said, "ok")
    return redirect(url_for(".one", request_id=request_id), 303)


# -- done with a form --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do about a request, on a page of its own."""

    title: Any
    lede: Any
    button: Any
    said: Any
    form: Callable[[Row], FlaskForm]
    done: Callable[[Session, RectificationRequest, Any, Mapping[str, Any]], None]
    """Session, request, form, and when and by whom."""


def _extend(session: Session, found: RectificationRequest, form: Any, how: Mapping[str, Any]) -> None:
    handling.extend(session, found, form.told.data, **how)


def _refer(session: Session, found: RectificationRequest, form: Any, how: Mapping[str, Any]) -> None:
    handling.refer(session, found, Path(form.path.data), form.told.data, **how)


def _correct(session: Session, found: RectificationRequest, form: Any, how: Mapping[str, Any]) -> None:
    kind, _colon, number = form.correction.data.partition(":")
    handling.correct(session, found, (kind, int(number)), form.told.data, **how)


def _refuse(session: Session, found: RectificationRequest, form: Any, how: Mapping[str, Any]) -> None:
    handling.refuse(session, found, Refusal(form.reason.data), form.told.data, **how)


ACTS: Mapping[str, Act] = {
    "extend": Act(
        _l("Extend the time"),
        _l("By two further months, once, and only while the first month runs. The officer is told at once."),
        _l("Extend the time"),
        _l("The time is extended."),
        lambda _row: ExtendForm(),
        _extend,
    ),
    "refer": Act(
        _l("Somebody else judges it first"),
        _l("A registrar changes no judgement. The request stays open, and what it is about stays marked as contested."),
        _l("Record it"),
        _l("Recorded. The officer reads who judges it."),
        lambda _row: ReferForm(),
        _refer,
    ),
    "correct": Act(
        _l("It was corrected"),
        _l("Name the record that puts it right. What was wrong stays on record as what was held to be right then."),
        _l("Answer the request"),
        _l("Answered. The officer reads what was corrected."),
        lambda row: CorrectForm().offering(_corrections(row)),
        _correct,
    ),
    "refuse": Act(
        _l("Nothing is changed"),
        _l("The officer reads the reason, and how to complain."),
        _l("Answer the request"),
        _l("Answered. The officer reads why, and how to complain."),
        lambda _row: RefuseForm(),
        _refuse,
    ),
}


@bp.route("/<int:request_id>/<name>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def act(request_id: int, name: str) -> ResponseReturnValue:
    row, what = _row(request_id), ACTS.get(name) or abort(404)
    form = what.form(row)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = session.get_one(RectificationRequest, request_id)
                what.done(session, found, form, {"on": on_now(), "by": current_person()})
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(str(what.said), "ok")
            return redirect(url_for(".one", request_id=request_id), 303)
    return render_template("rectifications/act.html", row=row, act=what, form=form), 422 if form.errors else 200
