"""Awards that a measure put under review, for the oversight body: chosen, looked at, judged in groups."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from wtforms.fields import SelectChoice

from training_app import refusals
from training_app.agency import moment, on_now
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.conduct import ChooseAwardsForm, JudgeForm
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure
from training_app.rules.permissions import Permission
from training_app.security import current_person, only_shows, requires
from training_app.services import measure_reviews as service
from training_app.services.award_reviews import Upheld, Voided
from training_app.services.measure_reviews import Row
from training_app.services.seen import Seen
from training_app.views.award_reviews import words_for_codes
from training_app.wording import conduct as words
from training_app.wording import trainers as words_of_trainers

LISTED = 200
"""How many certifications, or officers, are listed one by one on a page."""

bp = Blueprint("measure_reviews", __name__, url_prefix="/oversight/award-reviews/measures")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {**words_for_codes(), "words": words, "measures": words_of_trainers.MEASURES, "moment": moment}


def _measure(measure_id: int) -> TrainerMeasure:
    found = reading_session().get(TrainerMeasure, measure_id)
    if found is None or found.ends_id is not None:
        abort(404)
    return found


def _rows(measure: TrainerMeasure, known_at: datetime | None = None) -> list[Row]:
    return service.rows(reading_session(), measure, by=current_person(), at=now(), known_at=known_at)


def _offer(form: ChooseAwardsForm, rows: list[Row]) -> None:
    """Give the form what can be chosen of what who looks may judge: tools with such awards, and those listed."""
    form.groups.choices, form.awards.choices = [], []
    for slug, of_tool in _by_tool(rows).items():
        if free := [row for row in of_tool if row.concerned is None]:
            form.groups.choices.append(SelectChoice(slug, free[0].award.tool))
        form.awards.choices += [
            SelectChoice(str(row.award.award_id), row.award.officer)
            for row in of_tool[:LISTED]
            if row.concerned is None
        ]


def _by_tool(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.award.slug, []).append(row)
    return found


def _chosen(form: ChooseAwardsForm, rows: list[Row]) -> list[int]:
    groups, each = set(form.groups.data or ()), set(form.awards.data or ())
    return [
        row.award.award_id
        for row in rows
        if row.concerned is None and (row.award.slug in groups or str(row.award.award_id) in each)
    ]


@bp.get("/<int:measure_id>")
@requires(Permission.AWARD_JUDGE)
def measure(measure_id: int) -> ResponseReturnValue:
    return _choosing(measure_id, ChooseAwardsForm(formdata=None))


def _choosing(measure_id: int, form: ChooseAwardsForm) -> ResponseReturnValue:
    found, session = _measure(measure_id), reading_session()
    rows = _rows(found)
    _offer(form, rows)
    page = render_template(
        "award_reviews/measure.html",
        found=found,
        trainer=session.get_one(Person, found.person_id),
        groups=_by_tool(rows),
        listed=LISTED,
        boxes={option.data: option for option in form.awards},
        all_of={option.data: option for option in form.groups},
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:measure_id>/preview")
@requires(Permission.AWARD_JUDGE)
@only_shows
def preview(measure_id: int) -> ResponseReturnValue:
    """Show what would follow; nothing is decided."""
    found, form = _measure(measure_id), ChooseAwardsForm()
    rows = _rows(found)
    _offer(form, rows)
    if not form.validate_on_submit():
        return _choosing(measure_id, form)
    chosen = _chosen(form, rows)
    if not chosen:
        form.form_errors.append(refusals.sentence(service.NothingChosen()))
        return _choosing(measure_id, form)
    return _preview(found, chosen, form)


def _preview(found: TrainerMeasure, chosen: list[int], form: ChooseAwardsForm) -> ResponseReturnValue:
    dry = service.dry_run(reading_session(), found, chosen, on=on_now())
    page = render_template(
        "award_reviews/measure_preview.html",
        found=found,
        dry=dry,
        listed=LISTED,
        form=form,
        upholds=isinstance(form.reason, Upheld),
        decided={choice.value: choice.label for choice in form.decision.choices}[form.decision.data],
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:measure_id>/judge")
@requires(Permission.AWARD_JUDGE)
def judge(measure_id: int) -> ResponseReturnValue:
    found, form = _measure(measure_id), JudgeForm()
    seen = Seen.read(form.seen.data or "")
    rows = _rows(found, seen.at if seen else None)
    _offer(form, rows)
    try:
        if seen is None or not form.validate_on_submit():
            raise service.SeenChanged
        count = _judge(found, _chosen(form, rows), form.reason, seen)
    except TrainingError as error:
        flash(refusals.sentence(error), "info")
        return redirect(url_for(".measure", measure_id=measure_id), 303)
    upheld = ngettext("%(num)s award is upheld.", "%(num)s awards are upheld.", count)
    void = ngettext("%(num)s award is void.", "%(num)s awards are void.", count)
    flash(upheld if isinstance(form.reason, Upheld) else void, "ok")
    return redirect(url_for(".measure", measure_id=measure_id), 303)


def _judge(found: TrainerMeasure, chosen: list[int], reason: Upheld | Voided, seen: Seen) -> int:
    """Judge portion after portion; between them whoever waits to write comes in."""
    count, me = 0, current_person()
    for portion in service.still_waiting(reading_session(), found, chosen, seen=seen, by=me):
        with transaction() as session:
            row = session.get_one(TrainerMeasure, found.id)
            count += service.judge(session, row, portion, reason, on=on_now(), by=me)
    return count
