"""The trainer's desk: what an author was asked to look at, and found right."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.models.authoring import Draft
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import drafts

bp = Blueprint("draft_checks", __name__, url_prefix="/content/drafts/<int:draft_id>")


@bp.post("/translations/confirm")
@requires(Permission.CONTENT_WRITE)
def confirm_translation(draft_id: int) -> ResponseReturnValue:
    """Record that a translation says what its source says, as the author found who compared the two."""
    found = reading_session().get(Draft, draft_id) or abort(404)
    part, language, read = (request.form.get(name, "") for name in ("part", "language", "read"))
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            drafts.confirm_translation(
                session, row, part, language, read=read, at=now(), zone=zone(), by=current_person()
            )
    except TrainingError as error:
        flash(refusals.sentence(error), "warn")
    else:
        flash(_("Recorded: the translation says what its source says now."), "ok")
    return redirect(url_for("authoring.draft", draft_id=found.id), 303)
