"""The trainer's desk: a module being written, part by part."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizzes.parts import MODULE, PAPER, Content, lesson_part
from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms import authoring as forms
from training_app.forms.authoring import NewLessonForm, NewModuleForm
from training_app.forms.repeated import MORE, add_blank_rows
from training_app.forms.reviews import NoteForm
from training_app.models.authoring import Draft
from training_app.models.training import ModuleRevision
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import drafts, reviews
from training_app.services.drafts import Part
from training_app.services.trainer_acts import NotAllowed
from training_app.views import draft_page
from training_app.views.draft_saving import form_page as _form_page
from training_app.views.draft_saving import save_part as _save
from training_app.views.module_page import STANDINGS
from training_app.wording import items as wording_of_items

bp = Blueprint("authoring", __name__, url_prefix="/content/drafts")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {
        "zone": zone(),
        "moment": moment,
        "civil": wording.civil,
        "page_language": str(get_locale()),
        "standings": STANDINGS,
        "levels": wording_of_items.LEVELS,
        "item_kinds": wording_of_items.KINDS,
    }


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def new() -> ResponseReturnValue:
    form = NewModuleForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                draft_id = _opened(session, form.slug.data or "", form.content())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            if draft_id is not None:
                return redirect(url_for(".draft", draft_id=draft_id), 303)
            form.slug.errors = [_("There is a module or a draft of this name already. Choose another.")]
    return render_template("authoring/new.html", form=form), 422 if form.errors else 200


def _opened(session: Session, slug: str, content: Content) -> int | None:
    """Open the first draft of a module and return its id; ``None`` where the name is taken."""
    if _is_taken(session, slug):
        return None
    at, by = now(), current_person()
    draft = drafts.open_draft(session, slug, at=at, zone=zone(), by=by)
    drafts.save(session, draft, MODULE, content, made_from=0, at=at, zone=zone(), by=by)
    return draft.id


def _is_taken(session: Session, slug: str) -> bool:
    published = session.scalar(select(ModuleRevision.id).where(ModuleRevision.slug == slug).limit(1))
    return published is not None or any(draft.slug == slug for draft in drafts.open_drafts(session))


@bp.post("/of/<slug>")
@requires(Permission.CONTENT_WRITE)
def change(slug: str) -> ResponseReturnValue:
    """Open the draft of a published module, or lead to the one that is open."""
    with transaction() as session:
        if session.scalar(select(ModuleRevision.id).where(ModuleRevision.slug == slug).limit(1)) is None:
            abort(404)
        try:
            draft = drafts.open_draft(session, slug, at=now(), zone=zone(), by=current_person())
        except NotAllowed as error:
            flash(refusals.sentence(error), "warn")
            return redirect(url_for("trainer.module", slug=slug), 303)
        return redirect(url_for(".draft", draft_id=draft.id), 303)


@bp.get("/<int:draft_id>")
@requires(Permission.CONTENT_WRITE)
def draft(draft_id: int) -> ResponseReturnValue:
    return _overview(_draft(draft_id))


@bp.post("/<int:draft_id>/give-up")
@requires(Permission.CONTENT_WRITE)
def give_up(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    try:
        with transaction() as session:
            drafts.give_up(session, session.get_one(Draft, found.id), at=now(), by=current_person())
    except TrainingError as error:
        return _overview(found, [refusals.sentence(error)]), 422
    flash(_("The draft is closed. What is published stays as it is."), "ok")
    return redirect(url_for("trainer.modules"), 303)


@bp.post("/<int:draft_id>/review")
@requires(Permission.CONTENT_WRITE)
def put_up(draft_id: int) -> ResponseReturnValue:
    """Put the draft up for review, with the author's note on what changed."""
    found, form = _draft(draft_id), NoteForm()
    if not form.validate_on_submit():
        return _overview(found, form=form), 422
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            review = reviews.put_up(session, row, form.note.data or "", at=now(), zone=zone(), by=current_person())
    except TrainingError as error:
        return _overview(found, [refusals.sentence(error)], form), 422
    flash(_("It waits for a review. Nothing can be changed until then; you can take it back."), "ok")
    return redirect(url_for("reviews.review", request_id=review.id), 303)


@bp.route("/<int:draft_id>/module", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def module(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    part = _part(found, MODULE)
    form = forms.module_form(part.content or {}, part.version)
    grown = request.method == "POST" and form.grown(request.form.get(MORE))
    if request.method == "GET":
        add_blank_rows(form.objectives)
        add_blank_rows(form.sources)
    elif not grown and form.validate_on_submit():
        return _save(found, MODULE, form, form.content(part.content or {}), "authoring/module.html")
    return _form_page("authoring/module.html", found, form, part, MODULE)


@bp.route("/<int:draft_id>/paper", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def paper(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    part, outline = _part(found, PAPER), _part(found, MODULE).content or {}
    form = forms.paper_form(part.content or {}, part.version, outline, wording_of_items.LEVELS)
    grown = request.method == "POST" and form.grown(request.form.get(MORE))
    if request.method == "GET":
        add_blank_rows(form.blueprint)
    forms.offer_cells(form, outline, wording_of_items.LEVELS)
    if request.method == "POST" and not grown and form.validate_on_submit():
        before = {**(part.content or {}), "languages": outline.get("languages", [])}
        return _save(found, PAPER, form, form.content(before), "authoring/paper.html")
    return _form_page("authoring/paper.html", found, form, part, PAPER)


@bp.route("/<int:draft_id>/lessons/new", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def new_lesson(draft_id: int) -> ResponseReturnValue:
    found, form = _draft(draft_id), NewLessonForm()
    if form.validate_on_submit():
        outline = _part(found, MODULE).content or {}
        language = (outline.get("languages") or ["en"])[0]
        there, prefix = drafts.parts(reading_session(), found), lesson_part(language, "")
        slug = form.slug(name.removeprefix(prefix) for name in there if name.startswith(prefix))
        try:
            with transaction() as session:
                row = session.get_one(Draft, found.id)
                content = {"slug": slug, "title": form.title.data}
                name, by = lesson_part(language, slug), current_person()
                drafts.save(session, row, name, content, made_from=0, at=now(), zone=zone(), by=by)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return redirect(url_for(".lesson", draft_id=found.id, language=language, slug=slug), 303)
    page = render_template("authoring/new_lesson.html", draft=found, form=form, title=draft_page.title(found))
    return page, 422 if form.errors else 200


@bp.route("/<int:draft_id>/lessons/<language>/<slug>", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def lesson(draft_id: int, language: str, slug: str) -> ResponseReturnValue:
    found, name = _draft(draft_id), lesson_part(language, slug)
    outline = _part(found, MODULE).content or {}
    source = (outline.get("languages") or ["en"])[0]
    original = _part(found, lesson_part(source, slug))
    if language not in outline.get("languages", []) or original.content is None:
        abort(404)
    part = _part(found, name)
    start = part.content or {key: value for key, value in original.content.items() if key not in ("title", "body")}
    form = forms.lesson_form(start, part.version, outline)
    shown: dict[str, Any] = {"slug": slug, "written_in": language, "source": original if language != source else None}
    if request.method == "POST" and form.validate_on_submit():
        content = form.content(slug)
        if "preview" in request.form:
            shown["preview"] = draft_page.preview(found, outline, language, content)
        else:
            return _save(
                found,
                name,
                form,
                content,
                "authoring/lesson.html",
                preview=lambda: draft_page.preview(found, outline, language, content),
                outline=outline,
                **shown,
            )
    shown.setdefault("preview", draft_page.preview(found, outline, language, part.content or {}))
    return _form_page("authoring/lesson.html", found, form, part, name, outline=outline, **shown)


@bp.post("/<int:draft_id>/lessons/<language>/<slug>/remove")
@requires(Permission.CONTENT_WRITE)
def remove_lesson(draft_id: int, language: str, slug: str) -> ResponseReturnValue:
    """Take a lesson out; of the source language with its translations."""
    found = _draft(draft_id)
    outline = _part(found, MODULE).content or {}
    languages = outline.get("languages", []) if language == (outline.get("languages") or [""])[0] else [language]
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            for tag in languages:
                stands = drafts.part(session, row, lesson_part(tag, slug))
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
        return _overview(found, [refusals.sentence(error)]), 422
    flash(_("The lesson is taken out of the draft."), "ok")
    return redirect(url_for(".draft", draft_id=found.id, _anchor="lessons"), 303)


# -- what the pages share ----------------------------------------------------------------------------------------------


def _draft(draft_id: int) -> Draft:
    return reading_session().get(Draft, draft_id) or abort(404)


def _part(found: Draft, name: str) -> Part:
    return drafts.part(reading_session(), found, name)


def _overview(found: Draft, errors: list[str] | None = None, form: Any = None) -> str:
    return render_template("authoring/draft.html", **draft_page.shown(found, errors or [], form))
