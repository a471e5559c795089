"""Before a quiz: everything that holds for it, and its start."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.training import Mode
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import content, officer_desk, sittings, training
from training_app.views import module_page, quiz_terms
from training_app.views.officer import reader_of_request
from training_app.views.quiz_terms import RefusalShown

bp = Blueprint("quiz_start", __name__)

SEEDS = 2**31
"""The seed of a paper is one of so many."""


def _mode(written: str | None) -> Mode:
    return next((mode for mode in Mode if mode.value == written), None) or abort(400)


@bp.get("/modules/<slug>/quiz")
@requires(Permission.TRAINING_TAKE)
def before(slug: str) -> ResponseReturnValue:
    """Say everything that holds, so that nobody learns it in the middle."""
    return _page(slug, _mode(request.args.get("mode", Mode.ASSESSMENT.value)))


def _page(slug: str, mode: Mode, refusal: RefusalShown | None = None) -> str:
    reader, session, person = reader_of_request(), reading_session(), current_person()
    found = officer_desk.module(session, person, slug, zone=reader.zone, at=reader.at) or abort(404)
    state = quiz_terms.admission_to(session, person.id, found, reader)
    extra = quiz_terms.extra_percent(session, person.id, reader)
    attempts = training.attempts_of(session, person.id, slug, mode)
    running = training.running_among(session, attempts, at=reader.at)
    return render_template(
        "quiz/start.html",
        found=found,
        module=found.published.module,
        page_language=reader.language,
        practice=mode is Mode.PRACTICE,
        terms=quiz_terms.terms(found, mode, state, extra_percent=extra, reader=reader),
        promises=quiz_terms.promises(found, mode),
        refusal=refusal or quiz_terms.against(session, person.id, found, mode, state, reader=reader),
        running=None if running is None or refusal is not None else running.id,
        provisional=module_page.is_provisional(found),
    )


@bp.post("/modules/<slug>/attempts")
@requires(Permission.TRAINING_TAKE)
def start(slug: str) -> ResponseReturnValue:
    """Open the attempt, or go on with the one that is open; say what stands against it."""
    mode, person = _mode(request.form.get("mode")), current_person()
    language, seed = str(get_locale()), secrets.randbelow(SEEDS)
    try:
        with transaction() as session:
            published = content.newest(session, slug) or abort(404)
            attempt = sittings.start(
                session, person, published, mode, language=language, seed=seed, zone=zone(), at=now()
            )
    except sittings.NothingToPractise:
        return _page(slug, mode, quiz_terms.nothing_to_practise()), 409
    except sittings.PracticeWaits:
        return practice_waits(slug)
    except (sittings.ResultWaits, sittings.AttemptsUsedUp, sittings.CoolingOff):
        return _page(slug, mode), 409
    return redirect(url_for("quiz.attempt", attempt_id=attempt.id), 303)


def practice_waits(slug: str) -> ResponseReturnValue:
    """Lead back to the module, and say that a quiz is to be submitted first."""
    refusal = quiz_terms.practice_waits()
    flash(f"{refusal.sentence} {refusal.way_out}", "warn")
    return redirect(url_for("officer.module", slug=slug, _anchor="quiz"), 303)
