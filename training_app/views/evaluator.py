"""The evaluator's desk: outcome and last day of psychological evaluations.  No findings, no free text, anywhere."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app import refusals, wording
from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.evaluations import EvaluationForm
from training_app.models.people import ReviewKind
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import evaluations as service
from training_app.services.evaluations import Restriction
from training_app.views.pages import Page

bp = Blueprint("evaluator", __name__, url_prefix="/evaluations")

OUTCOMES_A_PAGE = 50
OUTCOMES = {
    EvaluationOutcome.CLEARED: _l("Cleared"),
    EvaluationOutcome.RESTRICTED: _l("Cleared with a restriction"),
    EvaluationOutcome.NOT_CLEARED: _l("Not cleared"),
    EvaluationOutcome.PENDING: _l("Pending"),
}
RESTRICTIONS = {
    Restriction.TWO_HOURS_A_DAY: _l("At most two hours a day"),
    Restriction.NO_VIOLENT_CONTENT: _l("No violent content"),
    Restriction.NO_CHILD_ABUSE_CONTENT: _l("No child abuse content"),
    Restriction.NOT_ALONE: _l("Not alone"),
    Restriction.NO_NIGHT_SHIFT: _l("No night shift"),
}
REVIEWS = {
    ReviewKind.SECOND_OPINION: _l("Second opinion"),
    ReviewKind.APPEAL: _l("Decision on an appeal"),
}


@bp.get("")
@requires(Permission.EVALUATION_RECORD)
def evaluations() -> ResponseReturnValue:
    session = reading_session()
    page: Page[Any] = Page.counted(service.count(session), size=OUTCOMES_A_PAGE)
    rows = service.recorded(session, page=page.number, size=page.size)
    words = {
        "outcomes": OUTCOMES,
        "reviews": REVIEWS,
        "restrictions": RESTRICTIONS,
        "civil": wording.civil,
        "day": _day,
    }
    return render_template("evaluator/evaluations.html", rows=rows, page=page, **words)


@bp.route("/record", methods=["GET", "POST"])
@requires(Permission.EVALUATION_RECORD)
def record() -> ResponseReturnValue:
    form = EvaluationForm().restrictions(RESTRICTIONS.items())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                person = current_person()
                service.record(session, form.service_number.data, form.found(), at=now(), by=person, zone=zone())
        except (service.LastDayPassed, service.LastDayTooFar) as error:
            form.through.errors = [refusals.sentence(error)]
        except service.SameEvaluator as error:
            form.step.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.service_number.errors = [refusals.sentence(error)]
        else:
            flash(_("The outcome is recorded. It holds from now on."), "ok")
            return redirect(url_for(".evaluations"))
    return render_template("evaluator/record.html", form=form), 422 if form.errors else 200


def _day(instant: datetime) -> str:
    return wording.civil_of(instant, zone())
