"""The registrar switches emergency access of a tool on and off."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.emergencies import SettingForm
from training_app.models.tools import Tool
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import emergencies as service

bp = Blueprint("emergency_settings", __name__, url_prefix="/registrar/tools/<slug>/emergency")


@bp.get("")
@requires(Permission.TOOL_READ)
def page(slug: str) -> ResponseReturnValue:
    return _page(_tool(slug), SettingForm(formdata=None))


@bp.post("")
@requires(Permission.TOOL_MANAGE)
def switch(slug: str) -> ResponseReturnValue:
    tool, form = _tool(slug), SettingForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Tool, tool.id)
                service.switch(session, row, form.most_minutes, form.reason.data or "", at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            said = _("Emergency access is on.") if form.most_minutes else _("Emergency access is off.")
            flash(said, "ok")
            return redirect(url_for(".page", slug=slug), 303)
    return _page(tool, form)


def _tool(slug: str) -> Tool:
    return reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)


def _page(tool: Tool, form: SettingForm) -> ResponseReturnValue:
    page = render_template(
        "emergencies/setting.html",
        tool=tool,
        form=form,
        settings=service.settings(reading_session(), tool.id),
        may_manage=may(Permission.TOOL_MANAGE),
        moment=moment,
    )
    return page, 422 if form.errors else 200
