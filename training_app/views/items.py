"""The trainer's desk: the items of a module being written."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from quizzes.interaction_fields import ItemKind
from quizzes.parts import MODULE, Content, item_part
from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms import items as forms
from training_app.forms.items import ItemForm, NewItemForm, Shape
from training_app.forms.repeated import MORE
from training_app.models.authoring import Draft
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import draft_items, drafts
from training_app.views import draft_page
from training_app.views.draft_saving import form_page, save_part
from training_app.views.item_preview import item_preview
from training_app.wording import items as wording_of_items

bp = Blueprint("items", __name__, url_prefix="/content/drafts/<int:draft_id>/items")

PAGE = "authoring/item.html"
PARTS = "parts"
"""What the button for another question of a case asks for."""


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "page_language": str(get_locale()), "item_kinds": wording_of_items.KINDS}


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def new(draft_id: int) -> ResponseReturnValue:
    """Add an item; the next page has its question."""
    found = _draft(draft_id)
    outline, chosen = _outline(found), {name: request.args.get(name, "") for name in ("kind", "objective", "level")}
    form = forms.new_item_form(draft_items.free_name(reading_session(), found.slug), outline, **chosen)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row, name = session.get_one(Draft, found.id), form.item_id.data or ""
                content = form.content(name, outline)
                added = draft_items.add(session, row, name, content, at=now(), zone=zone(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return redirect(url_for(".edit", draft_id=found.id, item_id=added.name.removeprefix(item_part(""))), 303)
    return _new_page(found, form), 422 if form.errors else 200


def _new_page(found: Draft, form: NewItemForm) -> str:
    return render_template(
        "authoring/new_item.html",
        draft=found,
        form=form,
        title=draft_page.title(found),
        hints=wording_of_items.KIND_HINTS,
    )


@bp.route("/<item_id>", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def edit(draft_id: int, item_id: str) -> ResponseReturnValue:
    found, name = _draft(draft_id), item_part(item_id)
    part, outline = drafts.part(reading_session(), found, name), _outline(found)
    before = part.content or {}
    # What somebody else took out meanwhile is still on the page of who writes it.
    shape = forms.sent_shape(request.form) if request.method == "POST" else None
    shape = shape or forms.shape_of(before)
    if shape is None or (part.content is None and (request.method == "GET" or not part.version)):
        abort(404)
    asked = request.form.get(MORE) if request.method == "POST" else None
    if asked == PARTS:
        shape = _with_part(shape)
    form = forms.item_form(shape, before, part.version, outline, _others(found, item_id))
    shown = {"item_id": item_id}
    if request.method == "POST" and asked is None and form.validate_on_submit():
        return _save(found, name, form, before, **shown)
    if asked:
        form.grow(asked)
    form.ready()
    shown["preview"] = _preview(found, name, before, form.languages)
    return form_page(PAGE, found, form, part, name, **shown)


def _with_part(shape: Shape) -> Shape:
    kind = next((kind for kind in forms.SIMPLE if kind == request.form.get("new_kind")), ItemKind.SINGLE_CHOICE)
    return shape.with_part(kind) if len(shape.parts) < forms.MOST_PARTS else shape


def _save(found: Draft, name: str, form: ItemForm, before: Content, **shown: Any) -> ResponseReturnValue:
    content = form.content(shown["item_id"], before)
    form.ready()
    then = url_for("authoring.draft", draft_id=found.id, _anchor="quiz")
    if "stay" in request.form:
        then = url_for(".edit", draft_id=found.id, item_id=shown["item_id"], _anchor="preview")
    elif "next" in request.form:
        like = {name: content.get(name) for name in ("kind", "objective", "level")}
        then = url_for(".new", draft_id=found.id, **like)
    return save_part(
        found,
        name,
        form,
        content,
        PAGE,
        then=then,
        preview=lambda: _preview(found, name, content, form.languages),
        **shown,
    )


@bp.post("/<item_id>/remove")
@requires(Permission.CONTENT_WRITE)
def remove(draft_id: int, item_id: str) -> ResponseReturnValue:
    """Take an item out, as it was shown; it can be put back."""
    return _set_aside(draft_id, item_id, back=False)


@bp.post("/<item_id>/put-back")
@requires(Permission.CONTENT_WRITE)
def put_back(draft_id: int, item_id: str) -> ResponseReturnValue:
    """Put an item that was taken out back as it was last."""
    return _set_aside(draft_id, item_id, back=True)


def _set_aside(draft_id: int, item_id: str, *, back: bool) -> ResponseReturnValue:
    found, name = _draft(draft_id), item_part(item_id)
    session = reading_session()
    last = {one.name: one.content for one in draft_items.taken_out(session, found)}.get(item_id)
    if drafts.part(session, found, name).content is None and last is None:
        abort(404)
    version = request.form.get("made_from", "")
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1
            content = last if back else None
            drafts.save(session, row, name, content, made_from=seen, at=now(), zone=zone(), by=current_person())
    except drafts.SavedMeanwhile:
        flash(_("Somebody else saved this item after you opened the page. It stands as they left it."), "warn")
    except TrainingError as error:
        flash(refusals.sentence(error), "stop")
    else:
        flash(_("The item is back.") if back else _("The item is taken out of the draft. You can put it back."), "ok")
    return redirect(url_for("authoring.draft", draft_id=found.id, _anchor="quiz"), 303)


# -- what the pages share ----------------------------------------------------------------------------------------------


def _draft(draft_id: int) -> Draft:
    return reading_session().get(Draft, draft_id) or abort(404)


def _outline(found: Draft) -> Content:
    return drafts.part(reading_session(), found, MODULE).content or {}


def _others(found: Draft, item_id: str) -> dict[str, str]:
    """Return the stems of the other items by id, in the language in which the module is written."""
    language = (_outline(found).get("languages") or ["en"])[0]
    items = draft_items.items_of(drafts.parts(reading_session(), found))
    return {
        name: content.get("texts", {}).get(language, {}).get("stem") or name
        for name, content in items.items()
        if name != item_id
    }


def _preview(found: Draft, name: str, content: Content, languages: tuple[str, ...]) -> str:
    return item_preview(content, languages, draft_page.missing_in(found, name))
