"""The review of awards: oversight doubts what an award rests on, then upholds it or voids it; officers by number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.award_reviews import DoubtForm, OfficerForm, UpholdForm, VoidForm
from training_app.models.certification import Award, AwardReview
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import award_reviews as service
from training_app.services import measure_reviews, objections
from training_app.services.evaluations import OfficerUnknown
from training_app.services.evidence import number_of
from training_app.wording import BadgeText, GroundText
from training_app.wording.award_reviews import AWARD_KINDS, DOUBTS, ENDS
from training_app.wording.trainers import MEASURES

bp = Blueprint("award_reviews", __name__, url_prefix="/oversight")


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {"kinds": AWARD_KINDS, "ends": ENDS, "doubts": DOUBTS, "moment": moment, "day": _day}


@bp.get("/award-reviews")
@requires(Permission.AWARD_JUDGE)
def under_review() -> ResponseReturnValue:
    session, at = reading_session(), now()
    return render_template(
        "award_reviews/under_review.html",
        rows=service.open_reviews(session),
        waiting=measure_reviews.waiting(session, at=at),
        objections=objections.open_objections(session, at=at),
        measures=MEASURES,
        form=OfficerForm(formdata=None),
    )


@bp.get("/award-reviews/awards")
@requires(Permission.AWARD_JUDGE)
def awards() -> ResponseReturnValue:
    """List the awards of the officer whose service number is in the address."""
    session, form = reading_session(), OfficerForm(request.args)
    number, rows, status = "", [], 422
    if form.validate():
        try:
            number = number_of(session, form.officer.data)
        except OfficerUnknown as error:
            form.officer.errors, status = [refusals.sentence(error)], 404
        else:
            rows, status = list(service.awards_of(session, number)), 200
    return render_template("award_reviews/awards.html", form=form, number=number, rows=rows), status


@bp.route("/awards/<int:award_id>/review", methods=["GET", "POST"])
@requires(Permission.AWARD_JUDGE)
def put_under_review(award_id: int) -> ResponseReturnValue:
    form, session = DoubtForm(), reading_session()
    found = service.award(session, award_id) or abort(404)
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                award = writing.get_one(Award, award_id)
                opened = service.put_under_review(writing, award, form.reason, at=now(), by=current_person())
                review_id = opened.id
        except service.AlreadyUnderReview as error:
            flash(refusals.sentence(error), "info")
            return redirect(url_for(".review", review_id=error.review_id))
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The award is under review. Until the review ends, no answer rests on it."), "ok")
            return redirect(url_for(".review", review_id=review_id))
    return render_template("award_reviews/put_under_review.html", form=form, award=found), 422 if form.errors else 200


@bp.get("/award-reviews/<int:review_id>")
@requires(Permission.AWARD_JUDGE)
def review(review_id: int) -> ResponseReturnValue:
    return _review_page(review_id, UpholdForm(), VoidForm())


@bp.post("/award-reviews/<int:review_id>/uphold")
@requires(Permission.AWARD_JUDGE)
def uphold(review_id: int) -> ResponseReturnValue:
    form = UpholdForm()
    if not form.validate_on_submit():
        return _review_page(review_id, form, VoidForm(formdata=None))
    try:
        with transaction() as session:
            row = session.get(AwardReview, review_id) or abort(404)
            service.uphold(session, row, form.reason, at=now(), by=current_person())
    except TrainingError as error:
        return _refused(error, review_id, form, VoidForm(formdata=None))
    flash(_("The award is upheld. Answers rest on it again from now on."), "ok")
    return redirect(url_for(".review", review_id=review_id))


@bp.post("/award-reviews/<int:review_id>/void")
@requires(Permission.AWARD_JUDGE)
def void(review_id: int) -> ResponseReturnValue:
    form = VoidForm()
    if not form.validate_on_submit():
        return _review_page(review_id, UpholdForm(formdata=None), form)
    try:
        with transaction() as session:
            row = session.get(AwardReview, review_id) or abort(404)
            service.void(session, row, form.reason, at=now(), by=current_person())
    except TrainingError as error:
        return _refused(error, review_id, UpholdForm(formdata=None), form)
    flash(_("The award is void. It counts for nothing, and never did."), "ok")
    return redirect(url_for(".review", review_id=review_id))


def _refused(error: TrainingError, review_id: int, upholding: Any, voiding: Any) -> ResponseReturnValue:
    """A review that ended meanwhile shows how it ended; anything else stands above the form that was sent."""
    if isinstance(error, service.ReviewEnded):
        flash(refusals.sentence(error), "info")
        return redirect(url_for(".review", review_id=review_id))
    sent = upholding if upholding.is_submitted() and upholding.upheld.data else voiding
    sent.form_errors.append(refusals.sentence(error))
    return _review_page(review_id, upholding, voiding)


def _review_page(review_id: int, upholding: UpholdForm, voiding: VoidForm) -> ResponseReturnValue:
    session, at = reading_session(), now()
    found = service.review(session, review_id) or abort(404)
    outlook = [_outlook(one) for one in service.foreseen(session, found, zone=zone(), at=at)] if found.is_open else []
    wrong = voiding if voiding.errors else upholding  # what was sent and came back
    shown = {"found": found, "outlook": outlook, "upholding": upholding, "voiding": voiding, "form": wrong}
    return render_template("award_reviews/review.html", **shown), 422 if wrong.errors else 200


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an officer would be answered for one version, as badges, and why not where the award is void."""

    version: str
    today: BadgeText
    upheld: BadgeText
    voided: BadgeText
    refused: list[GroundText]


def _outlook(found: service.Foreseen) -> Outlook:
    return Outlook(
        version=found.version,
        today=wording.badge(found.today.badge),
        upheld=wording.badge(found.upheld.badge),
        voided=wording.badge(found.voided.badge),
        refused=wording.grounds(found.voided, zone=zone()),
    )


def _day(instant: datetime) -> str:
    return wording.civil_of(instant, zone())
