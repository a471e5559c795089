"""The registrar's desk: who owns a tool, and so handles the reports on it first."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.tool_owners import NOBODY, ToolOwnerForm
from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import tool_owners as service

bp = Blueprint("tool_owners", __name__, url_prefix="/registrar/tools/<slug>/owner")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def name(slug: str) -> ResponseReturnValue:
    """Name who owns the tool from now on."""
    session = reading_session()
    tool = session.scalar(select(Tool).where(Tool.slug == slug)) or abort(404)
    owner, choices = service.owner_of(session, tool, at=now()), service.to_choose(session, at=now())
    form = ToolOwnerForm(owner=NOBODY if owner is None else str(owner.id)).offering(choices)
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                person = None if form.person_id is None else writing.get_one(Person, form.person_id)
                service.name(writing, writing.get_one(Tool, tool.id), person, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Recorded. It holds from now on."), "ok")
            return redirect(url_for("registrar.tool", slug=slug), 303)
    gone = owner is not None and owner.id not in {number for number, _name in choices}
    page = render_template(
        "registrar/tool_owner.html", form=form, tool=tool, owner=owner, gone=gone, few=len(choices) < 2
    )
    return page, 422 if form.errors else 200
