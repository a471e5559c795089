"""The authors' desk: what reports of wrong or biased results ask of the training, and what is done about it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import refusals
from training_app.agency import moment, on_now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.wishes import DeclineForm
from training_app.models.authoring import Draft
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import wishes as service
from training_app.services.wishes import Wanted
from training_app.views import wish_page
from training_app.wording import reports as report_words
from training_app.wording import wishes as words

bp = Blueprint("wishes", __name__, url_prefix="/content/wishes")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "wish_words": words, "words": report_words}


@bp.get("/<int:wish_id>")
@requires(Permission.CONTENT_READ)
def wish(wish_id: int) -> ResponseReturnValue:
    return _page(wish_id)


@bp.post("/<int:wish_id>/draft")
@requires(Permission.CONTENT_WRITE)
def open_draft(wish_id: int) -> ResponseReturnValue:
    """Open a draft of the module for the wish, or tie the one that is open to it, and go on to that."""
    _wish(wish_id)
    try:
        with transaction() as session:
            draft = service.open_draft(session, wish_id, on=on_now(), by=current_person())
            draft_id = draft.id
    except TrainingError as error:
        return _page(wish_id, [refusals.sentence(error)])
    flash(_("This draft is to answer the report. Its review and its revision will say so."), "ok")
    return redirect(url_for("authoring.draft", draft_id=draft_id), 303)


@bp.post("/<int:wish_id>/tie/<int:draft_id>")
@requires(Permission.CONTENT_WRITE)
def tie(wish_id: int, draft_id: int) -> ResponseReturnValue:
    return _done(wish_id, draft_id, service.tie, _("Recorded. The revision says which report it answers."))


@bp.post("/<int:wish_id>/untie/<int:draft_id>")
@requires(Permission.CONTENT_WRITE)
def untie(wish_id: int, draft_id: int) -> ResponseReturnValue:
    return _done(wish_id, draft_id, service.untie, _("This draft is not to answer the report any more."))


def _done(wish_id: int, draft_id: int, act: Callable[..., None], said: str) -> ResponseReturnValue:
    _wish(wish_id)
    try:
        with transaction() as session:
            act(session, wish_id, _draft(session, draft_id), on=on_now(), by=current_person())
    except TrainingError as error:
        return _page(wish_id, [refusals.sentence(error)])
    flash(said, "ok")
    return redirect(url_for(".wish", wish_id=wish_id), 303)


@bp.route("/<int:wish_id>/decline", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def decline(wish_id: int) -> ResponseReturnValue:
    wanted, form = _wish(wish_id), DeclineForm()
    if wanted.ended:
        return redirect(url_for(".wish", wish_id=wish_id), 303)
    if form.is_submitted() and form.looked_through(today=on_now().day):
        try:
            with transaction() as session:
                service.decline(session, wish_id, form.reason.data or "", on=on_now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Declined. The registrar and whoever reported read why."), "ok")
            return redirect(url_for(".wish", wish_id=wish_id), 303)
    shown = wish_page.of(wanted)
    return render_template("wishes/decline.html", shown=shown, form=form), 422 if form.errors else 200


def _wish(wish_id: int) -> Wanted:
    return service.one(reading_session(), wish_id) or abort(404)


def _draft(session: Session, draft_id: int) -> Draft:
    return session.get(Draft, draft_id) or abort(404)


def _page(wish_id: int, errors: list[str] | None = None) -> ResponseReturnValue:
    shown = wish_page.whole(_wish(wish_id), current_person())
    page = render_template("wishes/one.html", may_write=may(Permission.CONTENT_WRITE), errors=errors or [], **shown)
    return page, 422 if errors else 200
