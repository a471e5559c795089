"""Versions in the field against versions registered, for registrars and oversight."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session
from training_app.rules.permissions import Permission
from training_app.security import may, requires
from training_app.services import field_reports
from training_app.views import way_into_use as words

bp = Blueprint("field", __name__, url_prefix="/registrar")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "may_manage": may(Permission.TOOL_MANAGE)}


@bp.get("/versions-in-the-field")
@requires(Permission.CLIENT_READ)
def versions() -> ResponseReturnValue:
    found = field_reports.in_the_field(reading_session(), at=now())
    tools = sorted(found, key=lambda one: not any(version.places for version in one.versions))
    return render_template("field/versions.html", tools=tools, days=field_reports.SILENT_AFTER.days)
