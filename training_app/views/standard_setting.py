"""Standard setting: a lead opens it and closes its rounds, judges rate, the outcome goes into the module's draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms import standard_setting as forms
from training_app.forms.standard_setting import AdoptionForm, JudgesForm, RatingsForm, RoundForm
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.people import Person
from training_app.models.standard_setting import StandardSetting
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import content
from training_app.services import standard_setting as service
from training_app.services.standard_setting import Panel
from training_app.views import standard_setting_page as page_of
from training_app.wording import items as wording_of_items
from training_app.wording import statistics as wording

bp = Blueprint("standards", __name__, url_prefix="/content")


@bp.context_processor
def words() -> dict[str, Any]:
    return {
        "page_language": str(get_locale()),
        "moment": moment,
        "share": wording.share,
        "figure": wording.figure,
        "percent_points": page_of.percent_points,
        "item_kinds": wording_of_items.KINDS,
        "levels": wording_of_items.LEVELS,
        "field_name": forms.name,
        "leading": may(Permission.ATTEMPT_JUDGE),
    }


@bp.get("/<slug>/standard")
@requires(Permission.CONTENT_READ)
def of_module(slug: str) -> ResponseReturnValue:
    """Lead to the panel of a module's newest revision, or show that there is none."""
    published = content.newest(reading_session(), slug) or abort(404)
    setting = service.of_revision(reading_session(), published.revision.id)
    if setting is not None:
        return redirect(url_for(".panel", setting_id=setting.id))
    return render_template(
        "standards/start.html", published=published, form=_judges_form(published.module.slug), **_numbers()
    )


@bp.post("/<slug>/standard")
@requires(Permission.ATTEMPT_JUDGE)
def start(slug: str) -> ResponseReturnValue:
    published = content.newest(reading_session(), slug) or abort(404)
    form = _judges_form(published.module.slug)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                setting = service.open_setting(
                    session, published, form.judges.data, at=now(), zone=zone(), by=current_person()
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The standard setting is open. The judges find it on their Content page."), "ok")
            return redirect(url_for(".panel", setting_id=setting.id), 303)
    return render_template("standards/start.html", published=published, form=form, **_numbers()), 422


@bp.get("/standards/<int:setting_id>")
@requires(Permission.CONTENT_READ)
def panel(setting_id: int) -> ResponseReturnValue:
    return _panel_page(_panel(setting_id))


@bp.post("/standards/<int:setting_id>/judges")
@requires(Permission.ATTEMPT_JUDGE)
def invite(setting_id: int) -> ResponseReturnValue:
    found = _panel(setting_id)
    form = _judges_form(found.published.module.slug)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(StandardSetting, found.setting.id)
                service.invite(session, row, form.judges.data, at=now(), zone=zone(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Invited."), "ok")
            return redirect(url_for(".panel", setting_id=setting_id), 303)
    return _panel_page(found, form), 422


@bp.post("/standards/<int:setting_id>/close")
@requires(Permission.ATTEMPT_JUDGE)
def close(setting_id: int) -> ResponseReturnValue:
    """Close the round that the lead saw."""
    found, form = _panel(setting_id), RoundForm()
    if not form.validate_on_submit() or not (form.round.data or "").isdecimal():
        abort(400)
    try:
        with transaction() as session:
            row = session.get_one(StandardSetting, found.setting.id)
            service.close_round(session, row, int(form.round.data or 0), at=now(), by=current_person())
    except TrainingError as error:
        return _panel_page(_panel(setting_id), errors=[refusals.sentence(error)]), 422
    flash(_("The round is closed."), "ok")
    return redirect(url_for(".panel", setting_id=setting_id), 303)


def _replay(
    session: Session, person: Person, view_args: Mapping[str, Any], form: MultiDict[str, str], at: datetime
) -> Replayed:
    """Store ratings that met an expired session; see `kept_answers.keeps_answers`."""
    row = session.get_one(StandardSetting, view_args["setting_id"])
    found = service.panel(session, row)
    items = [(one.line.place, one.line.item) for one in page_of.asked(found, view_args["page"])]
    round_ = form.get("round", "")
    percents = forms.entered(form, items)
    service.rate(session, row, percents, round_=int(round_) if round_.isdecimal() else 0, at=at, zone=zone(), by=person)
    return Replayed()


@bp.route("/standards/<int:setting_id>/ratings/<int:page>", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
@keeps_answers(replay=_replay)
def rate(setting_id: int, page: int) -> ResponseReturnValue:
    found, person = _panel(setting_id), current_person()
    asked = page_of.asked(found, page) or abort(404)
    items = [(one.line.place, one.line.item) for one in asked]
    stands = service.own_ratings(reading_session(), found.setting, person.id)
    form = forms.ratings_form(items, stands, found.stage.round or 0)
    if request.method == "POST":
        return _rate(found, page, form, items)
    if not found.judges_now(person.id):
        return redirect(url_for(".panel", setting_id=setting_id))
    return _rating_page(found, page, form)


def _rate(found: Panel, page: int, form: RatingsForm, items: list[Any]) -> ResponseReturnValue:
    """Save what was entered soundly, whatever else is wrong, and go on or tell."""
    sound, at = form.validate_on_submit(), now()
    if "csrf_token" in form.errors or not (form.round.data or "").isdecimal():
        abort(400)
    try:
        with transaction() as session:
            row = session.get_one(StandardSetting, found.setting.id)
            service.rate(
                session,
                row,
                form.given(items),
                round_=int(form.round.data or 0),
                at=at,
                zone=zone(),
                by=current_person(),
            )
    except TrainingError as error:
        if _told_by_script():
            return jsonify(error=refusals.sentence(error)), 409
        form.form_errors.append(refusals.sentence(error))
        return _rating_page(found, page, form), 422
    if _told_by_script():
        if not sound:
            return jsonify(error=_("One figure is no whole number from 1 to 100. The others are saved.")), 422
        return jsonify(saved_at=format_time(at, "HH:mm"), version=0)
    if not sound:
        return _rating_page(found, page, form), 422
    if page < page_of.pages(found):
        return redirect(url_for(".rate", setting_id=found.setting.id, page=page + 1), 303)
    flash(_("Saved. That was the last page."), "ok")
    return redirect(url_for(".panel", setting_id=found.setting.id), 303)


@bp.route("/standards/<int:setting_id>/adopt", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_JUDGE)
def adopt(setting_id: int) -> ResponseReturnValue:
    found, form = _panel(setting_id), AdoptionForm()
    if found.stage is not service.Stage.TO_BE_ADOPTED:
        return redirect(url_for(".panel", setting_id=setting_id), 303)
    told = page_of.results(found)
    if request.method == "GET":
        form.suggest(told["scores"], page_of.minutes(found))
    elif form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(StandardSetting, found.setting.id)
                done = service.adopt(session, row, **form.decided(), at=now(), zone=zone(), by=current_person())
                draft = done.draft.id
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Adopted. The ratings stand in the module's draft; put it up for review."), "ok")
            if done.changed:
                changed = ", ".join(done.changed)
                flash(
                    _("The draft asks these items differently, so they carry no rating: %(items)s.", items=changed),
                    "warn",
                )
            return redirect(url_for("authoring.draft", draft_id=draft), 303)
    shown = render_template("standards/adopt.html", panel=found, module=found.published.module, form=form, **told)
    return shown, 422 if form.errors else 200


# -- what the pages share ----------------------------------------------------------------------------------------------


def _panel(setting_id: int) -> Panel:
    session = reading_session()
    return service.panel(session, session.get(StandardSetting, setting_id) or abort(404))


def _panel_page(found: Panel, form: JudgesForm | None = None, *, errors: list[str] | None = None) -> str:
    there = {judge.person_id for judge in found.judges}
    return render_template(
        "standards/panel.html",
        form=form or _judges_form(found.published.module.slug, without=there),
        round_form=RoundForm(formdata=None),
        errors=errors or [],
        **page_of.shown(found, current_person()),
    )


def _rating_page(found: Panel, page: int, form: RatingsForm) -> str:
    every = service.own_ratings(reading_session(), found.setting, current_person().id)
    return render_template(
        "standards/rate.html",
        panel=found,
        module=found.published.module,
        page=page,
        pages=page_of.pages(found),
        asked=page_of.asked(found, page),
        rated=sum(item.id in every for item in found.items),
        form=form,
    )


def _judges_form(slug: str, *, without: set[int] | None = None) -> JudgesForm:
    form = JudgesForm()
    people = service.who_may_judge(reading_session(), slug, at=now(), zone=zone())
    form.offer([person for person in people if person.id not in (without or set())])
    return form


def _numbers() -> dict[str, int]:
    return {"least": page_of.LEAST_JUDGES, "few": page_of.FEW_JUDGES, "recommended": page_of.RECOMMENDED_JUDGES}


def _told_by_script() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
