"""What the pages of the registrar's desk share: what each of them shows, and what their addresses name."""

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from training_app import wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.models.tools import ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import may
from training_app.services import content, requirements, way_into_use
from training_app.services.content import Published
from training_app.services.way_into_use import Journey
from training_app.views import way_into_use as words
from training_app.views.desk import in_language
from training_app.wording import oversight as oversight_words

OFFICERS_A_PAGE = 50


def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"zone": zone(), "moment": moment, "wording": wording, "words": words}
    rights = {"may_manage": may(Permission.TOOL_MANAGE), "may_oversee": may(Permission.OVERSIGHT_DESK)}
    return shown | rights | {"oversight_words": oversight_words}


def page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page around *form*; with status 422 where something is wrong with what was sent."""
    return render_template(f"registrar/{template}.html", form=form, **context), 422 if form.errors else 200


def version_of_address(version_id: int) -> ToolVersion:
    return reading_session().get(ToolVersion, version_id) or abort(404)


def journey_of(version: ToolVersion) -> Journey:
    return way_into_use.overview(reading_session(), version.tool, at=now(), zone=zone()).journey(version.id)


def modules_by_slug() -> Mapping[str, Published]:
    """Return every published module in its newest revision, by slug."""
    return {row.slug: content.published(row) for row in requirements.published_modules(reading_session())}


def title_of(published: Published) -> str:
    reader, module = str(get_locale()), published.module
    return in_language(module.title_in(reader), module.language_for(reader))
