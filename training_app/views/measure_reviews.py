"""Awards that a measure put under review, for the oversight body: chosen, looked at, judged in groups."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from wtforms.fields import SelectChoice

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.conduct import ChooseAwardsForm, JudgeForm
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import measure_reviews as service
from training_app.services.award_reviews import Upheld
from training_app.services.measure_reviews import Row
from training_app.views.award_reviews import words_for_codes
from training_app.wording import conduct as words
from training_app.wording import trainers as words_of_trainers

bp = Blueprint("measure_reviews", __name__, url_prefix="/oversight/award-reviews/measures")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {**words_for_codes(), "words": words, "measures": words_of_trainers.MEASURES, "moment": moment}


def _on() -> CivilInstant:
    return CivilInstant(now(), zone())


def _measure(measure_id: int) -> TrainerMeasure:
    found = reading_session().get(TrainerMeasure, measure_id)
    if found is None or found.ends_id is not None:
        abort(404)
    return found


def _rows(measure: TrainerMeasure) -> list[Row]:
    return service.rows(reading_session(), measure, by=current_person(), at=now())


def _offer(form: ChooseAwardsForm, rows: list[Row]) -> None:
    """Give the form what can be chosen: awards that who looks may judge, and tools with such awards."""
    free = [row for row in rows if row.concerned is None]
    tools = {row.award.slug: row.award.tool for row in free}
    form.groups.choices = [SelectChoice(slug, name) for slug, name in tools.items()]
    form.awards.choices = [SelectChoice(str(row.award.award_id), row.award.officer) for row in free]


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
    by_tool: dict[str, list[Row]] = {}
    for row in rows:
        by_tool.setdefault(row.award.slug, []).append(row)
    page = render_template(
        "award_reviews/measure.html",
        found=found,
        trainer=session.get_one(Person, found.person_id),
        groups=by_tool,
        boxes={option.data: option for option in form.awards},
        all_of={option.data: option for option in form.groups},
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:measure_id>/preview")
@requires(Permission.AWARD_JUDGE)
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
    dry = service.dry_run(reading_session(), found, chosen, on=_on())
    page = render_template(
        "award_reviews/measure_preview.html",
        found=found,
        dry=dry,
        chosen=chosen,
        form=form,
        upholds=isinstance(form.reason, Upheld),
        decided={choice.value: choice.label for choice in form.decision.choices}[form.decision.data],
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:measure_id>/judge")
@requires(Permission.AWARD_JUDGE)
def judge(measure_id: int) -> ResponseReturnValue:
    found, form = _measure(measure_id), JudgeForm()
    rows = _rows(found)
    _offer(form, rows)
    if not form.validate_on_submit():
        # What was chosen may wait no longer: somebody judged it meanwhile.
        flash(refusals.sentence(service.SeenChanged()), "info")
        return redirect(url_for(".measure", measure_id=measure_id), 303)
    try:
        with transaction() as session:
            row = session.get_one(TrainerMeasure, measure_id)
            chosen, seen = _chosen(form, rows), form.seen.data or ""
            count = service.judge(session, row, chosen, form.reason, seen=seen, on=_on(), by=current_person())
    except service.SeenChanged as error:
        form.form_errors.append(refusals.sentence(error))
        return _preview(found, _chosen(form, rows), form)
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _choosing(measure_id, form)
    upheld = ngettext("%(num)s award is upheld.", "%(num)s awards are upheld.", count)
    void = ngettext("%(num)s award is void.", "%(num)s awards are void.", count)
    flash(upheld if isinstance(form.reason, Upheld) else void, "ok")
    return redirect(url_for(".measure", measure_id=measure_id), 303)
