"""The trainer's desk: the figures of a module being written, as officers see them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from courses.figures import read_figure
from courses.render import figures_in
from quizzes.parts import Content, figure_part
from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.figures import FigureForm, NewFigureForm
from training_app.models.authoring import Draft
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import drafts
from training_app.views import draft_page
from training_app.views.draft_saving import form_page, save_part

bp = Blueprint("draft_figures", __name__, url_prefix="/content/drafts/<int:draft_id>/figures")

PAGE = "authoring/figure.html"


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "page_language": str(get_locale())}


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def new(draft_id: int) -> ResponseReturnValue:
    found, form = _draft(draft_id), NewFigureForm()
    faults: list[str] = []
    if form.validate_on_submit():
        drawing, faults = read_figure(form.drawing())
        name, content = form.name.data or "", {"svg": drawing.svg}
        if faults:
            form.form_errors.append(_("This drawing cannot be shown, and is not saved yet."))
        elif _add(found, form, figure_part(name), content):
            return redirect(url_for(".figure", draft_id=found.id, name=name), 303)
    page = render_template(
        "authoring/new_figure.html", draft=found, form=form, title=draft_page.title(found), unfit=faults
    )
    return page, 422 if form.errors else 200


def _add(found: Draft, form: NewFigureForm, name: str, content: Content) -> bool:
    """Save a new figure and tell whether it is there; a double click adds one, and none is replaced unseen."""
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            stands = drafts.part(session, row, name)
            if stands.content not in (None, content):
                form.name.errors = [_("There is a figure of this name already. Choose another, or replace that one.")]
                return False
            drafts.save(
                session, row, name, content, made_from=stands.version, at=now(), zone=zone(), by=current_person()
            )
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return False
    flash(_("The figure is added."), "ok")
    return True


@bp.route("/<name>", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def figure(draft_id: int, name: str) -> ResponseReturnValue:
    """Show a figure as officers see it, and replace it."""
    found = _draft(draft_id)
    part = drafts.part(reading_session(), found, figure_part(name))
    if part.content is None:
        abort(404)
    svg = str(part.content.get("svg", ""))
    form = FigureForm(data={"made_from": str(part.version), "svg": svg})
    shown: dict[str, Any] = {
        "figure_name": name,
        "drawing": draft_page.drawing(name, svg),
        "shown_in": _shown_in(found, name),
        "unfit": [],
    }
    if form.validate_on_submit():
        drawing, faults = read_figure(form.drawing())
        if not faults:
            then = url_for(".figure", draft_id=found.id, name=name)
            return save_part(found, part.name, form, {"svg": drawing.svg}, PAGE, then=then, **shown)
        form.form_errors.append(_("This drawing cannot be shown, and is not saved yet."))
        shown["unfit"] = faults
    return form_page(PAGE, found, form, part, part.name, **shown)


@bp.post("/<name>/remove")
@requires(Permission.CONTENT_WRITE)
def remove(draft_id: int, name: str) -> ResponseReturnValue:
    found = _draft(draft_id)
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            stands = drafts.part(session, row, figure_part(name))
            if stands.content is not None:
                drafts.save(
                    session,
                    row,
                    stands.name,
                    None,
                    made_from=stands.version,
                    at=now(),
                    zone=zone(),
                    by=current_person(),
                )
    except TrainingError as error:
        flash(refusals.sentence(error), "error")
        return redirect(url_for(".figure", draft_id=found.id, name=name), 303)
    flash(_("The figure is taken out of the draft."), "ok")
    return redirect(url_for("authoring.draft", draft_id=found.id, _anchor="figures"), 303)


def _shown_in(found: Draft, name: str) -> list[tuple[str, str]]:
    """Return title and address of the lessons that show the figure."""
    shown = []
    for part in drafts.parts(reading_session(), found).values():
        kind, _slash, rest = part.name.partition("/")
        content = part.content or {}
        if kind == "lesson" and name in figures_in(str(content.get("body", ""))):
            language, _slash, slug = rest.partition("/")
            href = url_for("authoring.lesson", draft_id=found.id, language=language, slug=slug)
            shown.append((str(content.get("title") or slug), href))
    return shown


def _draft(draft_id: int) -> Draft:
    return reading_session().get(Draft, draft_id) or abort(404)
