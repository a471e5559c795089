"""The registrar's desk: for what a tool may be used, an intrusive one under rows of the agency's guideline."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.purposes import MOST_ROWS, EndPurposeForm, PurposeForm, shown
from training_app.models.tools import Tool
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import purposes as service
from training_app.services.purposes import StatedPurpose
from training_app.services.second_signatures import names_of

bp = Blueprint("purposes", __name__, url_prefix="/registrar/tools/<slug>")

SPARE_ROWS = 1
"""Empty rows of the guideline that a page offers beside those that are written."""


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"zone": zone(), "moment": moment, "wording": wording, "may_manage": may(Permission.TOOL_MANAGE)}


@bp.get("/purposes")
@requires(Permission.TOOL_READ)
def purposes(slug: str) -> ResponseReturnValue:
    return _list(_tool(slug))


@bp.route("/add-purpose", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def add(slug: str) -> ResponseReturnValue:
    tool, form = _tool(slug), PurposeForm()
    if not _more_rows(form) and form.validate_on_submit():
        try:
            with transaction() as session:
                row, stated = session.get_one(Tool, tool.id), (form.code.data or "", form.name.data or "")
                service.add(session, row, *stated, form.guideline(), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The purpose is permitted from now on."), "ok")
            return redirect(url_for(".purposes", slug=slug))
    return _form_page(tool, form, None)


@bp.route("/purposes/<code>", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def change(slug: str, code: str) -> ResponseReturnValue:
    tool = _tool(slug)
    found = service.purpose_of(reading_session(), tool, code) or abort(404)
    start = {"code": code, "name": found.name, "cases": shown(found.cases), "after": found.fact_id}
    form = PurposeForm(data=start)
    form.code.data = code  # a code stands for what tools send and seats name: another code is another purpose
    if not _more_rows(form) and form.validate_on_submit():
        try:
            with transaction() as session:
                row, stated = session.get_one(Tool, tool.id), (code, form.name.data or "", form.guideline())
                service.change(session, row, *stated, after=form.last_seen, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Saved. It holds from now on."), "ok")
            return redirect(url_for(".purposes", slug=slug))
    return _form_page(tool, form, found)


@bp.post("/purposes/<code>/end")
@requires(Permission.TOOL_MANAGE)
def end(slug: str, code: str) -> ResponseReturnValue:
    tool, form = _tool(slug), EndPurposeForm()
    try:
        with transaction() as session:
            row = session.get_one(Tool, tool.id)
            service.end(session, row, code, after=form.last_seen, at=now(), by=current_person())
    except TrainingError as error:
        return _list(tool, errors=[refusals.sentence(error)]), 422
    flash(_("The purpose %(code)s is not permitted any more.", code=code), "ok")
    return redirect(url_for(".purposes", slug=slug))


# -- what the pages show -----------------------------------------------------------------------------------------------


def _tool(slug: str) -> Tool:
    return reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)


def _list(tool: Tool, errors: list[str] | None = None) -> str:
    found = service.purposes_of(reading_session(), tool)
    names = names_of(reading_session(), {one.by_id for one in found})
    return render_template("registrar/purposes.html", tool=tool, purposes=found, names=names, errors=errors or [])


def _more_rows(form: PurposeForm) -> bool:
    """Add a row to what was sent where the button for that was pressed; nothing is saved then."""
    if request.method == "POST" and "more" in request.form and len(form.cases) < MOST_ROWS:
        form.cases.append_entry()
        return True
    return False


def _form_page(tool: Tool, form: PurposeForm, found: StatedPurpose | None) -> ResponseReturnValue:
    if request.method == "GET":
        for _spare in range(SPARE_ROWS):
            form.cases.append_entry()
    page = render_template("registrar/purpose.html", tool=tool, form=form, purpose=found, most_rows=MOST_ROWS)
    return page, 422 if form.errors else 200
