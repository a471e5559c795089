"""The registrar's desk: people, and the record of one of them.  Of an evaluation it tells no more than its ground."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.people import (
    EVERY_TOOL,
    ConfirmForm,
    NameForm,
    PeopleSearchForm,
    RetrainingForm,
    RevocationForm,
    UnitForm,
)
from training_app.models.certification import Award
from training_app.models.people import Person, Unit
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.erasure import is_erased
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import (
    accounts,
    certificates,
    content,
    erasures,
    requirements,
    retraining,
    revocations,
    units,
)
from training_app.services import people as service
from training_app.services.retraining import RetrainingReason
from training_app.services.revocations import RevocationReason
from training_app.views import person_record, rectification_pages, session_rows
from training_app.views.desk import in_language
from training_app.views.pages import Page
from training_app.wording.people import CHANGES, RETRAINING, REVOCATIONS

bp = Blueprint("people", __name__, url_prefix="/registrar/people")

PEOPLE_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"zone": zone(), "moment": moment, "wording": wording, "me": current_person()}
    return shown | {"why_revoked": REVOCATIONS, "why_retrained": RETRAINING, "why_changed": CHANGES}


@bp.get("")
@requires(Permission.PEOPLE_MANAGE)
def people() -> ResponseReturnValue:
    session, form = reading_session(), PeopleSearchForm(request.args)
    words = form.words.data or ""
    holder = certificates.holder_of(session, words)
    total = service.count(session, words)
    page: Page[Any] = Page.counted(total, size=PEOPLE_A_PAGE)
    found = service.search(session, words, page=page.number, size=page.size, at=now())
    shown = {"words": words, "total": total, "page": page, "found": found, "holder": holder}
    shown |= {
        "gone": holder is not None and is_erased(holder),
        "waiting": rectification_pages.waiting_for(current_person()),
    }
    return render_template("people/people.html", form=form, **shown)


@bp.get("/<service_number>")
@requires(Permission.PEOPLE_MANAGE)
def person(service_number: str) -> ResponseReturnValue:
    if is_erased(service_number):
        found = service.by_number(reading_session(), service_number) or abort(404)
        order = erasures.standing_order(reading_session(), found.id) or abort(404)
        return render_template("people/erased.html", person=found, order=order)
    found, at = _person(service_number), now()
    shown = person_record.record(reading_session(), found, zone=zone(), at=at, titles=_module_titles())
    attended = session_rows.attended(reading_session(), found.id, at=at)
    return render_template(
        "people/person.html",
        person=found,
        record=shown,
        attended=attended,
        contested=rectification_pages.contested(found.id),
        changes=service.changes(reading_session(), found.id),
    )


@bp.route("/<service_number>/account", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def account(service_number: str) -> ResponseReturnValue:
    """Close the account, or open it again; the page says which, and what follows."""
    found, form = _person(service_number), ConfirmForm()
    is_open = accounts.is_open(reading_session(), found.id, at=now())
    asked = request.form.get("change") if form.is_submitted() else None
    if asked in {"open", "close"} and form.validate():
        change = service.close_account if asked == "close" else service.open_account
        try:
            with transaction() as session:
                change(session, session.get_one(Person, found.id), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The account is closed.") if asked == "close" else _("The account is open."), "ok")
            return _to(found)
    return _page("account", form, person=found, is_open=is_open)


@bp.route("/<service_number>/unit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def unit(service_number: str) -> ResponseReturnValue:
    found, form, reading = _person(service_number), UnitForm(), reading_session()
    there = units.unit_of(reading, found.id, at=now())
    places = reading.execute(select(Unit.id, Unit.name).order_by(Unit.name)).all()
    form.unit.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(str(row.id), row.name) for row in places if there is None or row.id != there.id),
    ]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                place = session.get_one(Unit, int(form.unit.data))
                row, reason = session.get_one(Person, found.id), service.ChangeReason(form.reason.data)
                service.transfer(session, row, place, reason=reason, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("%(name)s now works in %(unit)s.", name=found.name, unit=place.name), "ok")
            return _to(found)
    return _page("unit", form, person=found, there=there)


@bp.route("/<service_number>/name", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def name(service_number: str) -> ResponseReturnValue:
    found = _person(service_number)
    form = NameForm(name=found.name, email=found.email)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Person, found.id)
                told = {"name": form.name.data, "email": form.email.data or None}
                reason = service.ChangeReason(form.reason.data)
                service.correct(session, row, **told, reason=reason, at=now(), by=current_person())
        except service.AddressTaken as error:
            form.email.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Name and address are recorded."), "ok")
            return _to(found)
    return _page("name", form, person=found)


@bp.route("/<service_number>/certificates/<int:award_id>/revoke", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def revoke(service_number: str, award_id: int) -> ResponseReturnValue:
    found, form = _person(service_number), RevocationForm()
    award = reading_session().get(Award, award_id)
    if award is None or award.officer_id != found.id:
        abort(404)
    version = reading_session().get_one(ToolVersion, award.version_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row, reason = session.get_one(Award, award_id), RevocationReason(form.reason.data)
                _end, new = revocations.revoke(session, row, reason, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The certificate is revoked from now on.") if new else _("It was revoked already."), "ok")
            return _to(found)
    return _page("revoke", form, person=found, award=award, version=version)


@bp.route("/<service_number>/retraining", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def order_retraining(service_number: str) -> ResponseReturnValue:
    found, form, titles = _person(service_number), RetrainingForm(), _module_titles()
    tools = reading_session().execute(select(Tool.id, Tool.name).order_by(Tool.name)).all()
    form.tool.choices = [
        SelectChoice("", _("Choose")),
        SelectChoice(EVERY_TOOL, _("Every tool")),
        *(SelectChoice(str(row.id), row.name) for row in tools),
    ]
    form.modules.choices = [SelectChoice(slug, title) for slug, title in titles.items()]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                tool = None if form.tool.data == EVERY_TOOL else session.get_one(Tool, int(form.tool.data))
                asked = retraining.Order(tool, form.modules.data, form.last_day, RetrainingReason(form.reason.data))
                row = session.get_one(Person, found.id)
                _order, new = retraining.order(session, row, asked, at=now(), by=current_person(), zone=zone())
        except (retraining.DayPassed, retraining.DayTooFar) as error:
            form.due.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Retraining is ordered.") if new else _("The same was ordered already. Nothing was changed."), "ok")
            return _to(found)
    return _page("retraining", form, person=found)


# -- what the pages show -----------------------------------------------------------------------------------------------


def _person(service_number: str) -> Person:
    if is_erased(service_number):
        abort(404)  # nothing is changed about who was erased
    return service.by_number(reading_session(), service_number) or abort(404)


def _to(found: Person) -> ResponseReturnValue:
    return redirect(url_for(".person", service_number=found.service_number))


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page around *form*; with status 422 where something is wrong with what was sent."""
    return render_template(f"people/{template}.html", form=form, **context), 422 if form.errors else 200


def _module_titles() -> Mapping[str, str]:
    """Return the title of every published module in its newest revision, by slug."""
    reader = str(get_locale())
    rows = requirements.published_modules(reading_session())
    found = {row.slug: content.published(row).module for row in rows}
    return {slug: in_language(module.title_in(reader), module.language_for(reader)) for slug, module in found.items()}
