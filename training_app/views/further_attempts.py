"""The lead's desk: who has used every attempt at a module, and one more for an officer, by a named decision."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.further_attempts import FurtherAttemptForm
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import admissions, content, training
from training_app.services.content import Published
from training_app.views.module_page import points
from training_app.views.pages import Page

bp = Blueprint("further_attempts", __name__, url_prefix="/content/<slug>/attempts")

OFFICERS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "page_language": str(get_locale())}


def _published(slug: str) -> Published:
    return content.newest(reading_session(), slug) or abort(404)


@bp.get("")
@requires(Permission.ATTEMPT_JUDGE)
def used_up(slug: str) -> ResponseReturnValue:
    published = _published(slug)
    rows = admissions.used_up(reading_session(), published, at=now())
    return render_template(
        "further_attempts/used_up.html",
        found=published,
        module=published.module,
        page=Page.of(rows, size=OFFICERS_A_PAGE),
    )


@bp.route("/<service_number>", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_JUDGE)
def open_one_more(slug: str, service_number: str) -> ResponseReturnValue:
    """Show how the officer's attempts went, and ask why one more is opened."""
    published, form, session = _published(slug), FurtherAttemptForm(), reading_session()
    officer = session.scalar(select(Person).where(Person.service_number == service_number)) or abort(404)
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                admissions.open_one_more(writing, officer, published, form.why, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("%(name)s can open one more attempt.", name=officer.name), "ok")
            return redirect(url_for(".used_up", slug=slug))
    shown = {
        "found": published,
        "module": published.module,
        "officer": officer,
        "oneself": officer.id == current_person().id,
        "state": admissions.admission_to(session, officer.id, published, at=now()),
        "attempts": _attempts(officer, slug),
    }
    page = render_template("further_attempts/open_one_more.html", form=form, **shown)
    return page, 422 if form.errors else 200


def _attempts(officer: Person, slug: str) -> list[dict[str, str]]:
    """Return how the officer's attempts went, the latest first."""
    session = reading_session()
    rows = []
    for attempt, sat in admissions.attempts_over(session, officer.id, slug, at=now()):
        submission = training.submission_of(session, attempt)
        result = training.result_of(submission) if submission else None
        score = _("%(points)s of %(of)s points", points=points(result.points), of=result.of) if result else ""
        outcome = _("Passed") if sat.passed else _("Not passed") if result else _("Closed, its result not looked at")
        rows.append({"opened": moment(attempt.effective_at), "outcome": outcome, "score": score})
    return rows
