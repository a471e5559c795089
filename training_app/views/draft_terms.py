"""The trainer's desk: the terms of a module's own, beside those of the shared glossary."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from quizzes.parts import GLOSSARY, MODULE
from training_app.agency import moment
from training_app.db import reading_session
from training_app.forms.repeated import MORE, add_blank_rows
from training_app.forms.terms import terms_form
from training_app.models.authoring import Draft
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import drafts
from training_app.views.draft_saving import form_page, save_part

bp = Blueprint("draft_terms", __name__, url_prefix="/content/drafts/<int:draft_id>/terms")

PAGE = "authoring/terms.html"


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "page_language": str(get_locale())}


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def terms(draft_id: int) -> ResponseReturnValue:
    session = reading_session()
    found = session.get(Draft, draft_id) or abort(404)
    part, outline = drafts.part(session, found, GLOSSARY), drafts.part(session, found, MODULE).content or {}
    form = terms_form(part.content or {}, part.version, outline.get("languages") or ["en"])
    grown = request.method == "POST" and form.grown(request.form.get(MORE))
    if request.method == "GET":
        add_blank_rows(form.terms)
    elif not grown and form.validate_on_submit():
        return save_part(found, GLOSSARY, form, form.content(), PAGE)
    return form_page(PAGE, found, form, part, GLOSSARY)
