"""Four eyes: what is under review, what changed, comments at their place, and the verdict."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.reviews import CommentForm, VerdictForm
from training_app.models.authoring import ReviewRequest
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import reviews as service
from training_app.views import review_page

bp = Blueprint("reviews", __name__, url_prefix="/content/reviews")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"zone": zone(), "moment": moment, "page_language": str(get_locale())}


@bp.get("/<int:request_id>")
@requires(Permission.CONTENT_READ)
def review(request_id: int) -> ResponseReturnValue:
    return _page(_request(request_id))


@bp.post("/<int:request_id>/comments")
@requires(Permission.CONTENT_WRITE)
def comment(request_id: int) -> ResponseReturnValue:
    found, form = _request(request_id), CommentForm()
    place = form.place.data or service.WHOLE
    if place != service.WHOLE and place not in review_page.places(found):
        abort(422)
    if not form.validate_on_submit():
        return _page(found, comment_form=form), 422
    try:
        with transaction() as session:
            row = session.get_one(ReviewRequest, found.id)
            service.comment(session, row, place, form.text.data or "", at=now(), zone=zone(), by=current_person())
    except TrainingError as error:
        return _page(found, [refusals.sentence(error)], comment_form=form), 422
    return redirect(url_for(".review", request_id=found.id, _anchor=review_page.anchor(place)), 303)


@bp.post("/<int:request_id>/approve")
@requires(Permission.CONTENT_WRITE)
def approve(request_id: int) -> ResponseReturnValue:
    return _decide(request_id, service.approve, _("Approved and published."))


@bp.post("/<int:request_id>/return")
@requires(Permission.CONTENT_WRITE)
def give_back(request_id: int) -> ResponseReturnValue:
    return _decide(request_id, service.give_back, _("Returned to its authors."))


@bp.post("/<int:request_id>/withdraw")
@requires(Permission.CONTENT_WRITE)
def withdraw(request_id: int) -> ResponseReturnValue:
    found = _request(request_id)
    try:
        with transaction() as session:
            row = session.get_one(ReviewRequest, found.id)
            service.withdraw(session, row, at=now(), by=current_person())
    except TrainingError as error:
        return _page(found, [refusals.sentence(error)]), 422
    flash(_("Taken back from review. You can change it again."), "ok")
    return redirect(url_for("authoring.draft", draft_id=found.draft_id), 303)


def _decide(request_id: int, act: Any, done: str) -> ResponseReturnValue:
    found, form = _request(request_id), VerdictForm()
    if not form.validate_on_submit():
        return _page(found, verdict_form=form), 422
    try:
        with transaction() as session:
            row = session.get_one(ReviewRequest, found.id)
            act(session, row, form.note.data or "", at=now(), zone=zone(), by=current_person())
    except TrainingError as error:
        return _page(found, [refusals.sentence(error)], verdict_form=form), 422
    flash(done, "ok")
    return redirect(url_for(".review", request_id=found.id), 303)


def _request(request_id: int) -> ReviewRequest:
    return reading_session().get(ReviewRequest, request_id) or abort(404)


def _page(
    found: ReviewRequest,
    errors: list[str] | None = None,
    *,
    comment_form: CommentForm | None = None,
    verdict_form: VerdictForm | None = None,
) -> str:
    return render_template(
        "reviews/review.html",
        errors=errors or [],
        comment_form=comment_form or CommentForm(formdata=None),
        verdict_form=verdict_form or VerdictForm(formdata=None),
        may_write=may(Permission.CONTENT_WRITE),
        **review_page.shown(found, current_person()),
    )
