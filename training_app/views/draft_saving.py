"""What the pages that write a part of a draft share: saving it as it is typed or by its button, and what is against it.

Nothing that somebody else saved meanwhile is overwritten: both texts are shown, and who saves again does so knowingly.
"""

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _

from quizzes.parts import Content
from training_app import refusals
from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms.authoring import SavedPart
from training_app.models.authoring import Draft
from training_app.security import current_person
from training_app.services import drafts
from training_app.services.drafts import DraftClosed, Part, SavedMeanwhile, SubjectAreaMissing
from training_app.services.second_signatures import names_of
from training_app.services.trainer_acts import NotAllowed
from training_app.views import draft_page


def save_part(
    found: Draft,
    name: str,
    form: SavedPart,
    content: Content,
    template: str,
    *,
    then: str | None = None,
    preview: Callable[[], str] | None = None,
    **shown: Any,
) -> ResponseReturnValue:
    """Save a part, sent by the page's script as it was typed or by its button.

    :param then: the address to go on to; the draft where there is none.
    :param preview: what shows the part as officers will see it, asked once it is saved.
    :param shown: what *template* shows besides, should the page be shown again.
    """
    at = now()
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            saved = drafts.save(
                session, row, name, content, made_from=form.version, at=at, zone=zone(), by=current_person()
            )
    except SavedMeanwhile as conflict:
        return _conflict(found, name, form, conflict, template, preview=preview, **shown)
    except (DraftClosed, NotAllowed, SubjectAreaMissing) as error:
        if told_by_script():
            return jsonify(error=refusals.sentence(error)), 409
        form.form_errors.append(refusals.sentence(error))
        part = drafts.part(reading_session(), found, name)
        return form_page(template, found, form, part, name, **shown, **_previewed(preview))
    if told_by_script():
        answer = {"saved_at": format_time(at, "HH:mm"), "version": saved.version}
        return jsonify(answer | _previewed(preview))
    flash(_("Saved."), "ok")
    return redirect(then or url_for("authoring.draft", draft_id=found.id), 303)


def _previewed(preview: Callable[[], str] | None) -> dict[str, str]:
    return {"preview": preview()} if preview else {}


def _conflict(
    found: Draft,
    name: str,
    form: SavedPart,
    conflict: SavedMeanwhile,
    template: str,
    *,
    preview: Callable[[], str] | None,
    **shown: Any,
) -> ResponseReturnValue:
    """Show what somebody else saved meanwhile beside what was typed; saving again replaces it knowingly."""
    if told_by_script():
        return jsonify(error=refusals.sentence(conflict)), 409
    theirs = conflict.theirs
    form.made_from.data = str(theirs.version)
    form.form_errors.append(refusals.sentence(conflict))
    who = names_of(reading_session(), {theirs.saved_by_id} - {None})
    shown |= {"theirs": draft_page.theirs(theirs, who), "discard": request.path} | _previewed(preview)
    return form_page(template, found, form, theirs, name, **shown)


def form_page(template: str, found: Draft, form: SavedPart, part: Part, name: str, **shown: Any) -> ResponseReturnValue:
    """Return the page about the part *name*, with everything that is missing there."""
    if form.errors and told_by_script():
        return jsonify(error=_("Not saved: something is not filled in as it should be. Press Save to see what.")), 422
    missing = draft_page.missing_in(found, name)
    page = render_template(
        template,
        draft=found,
        form=form,
        part=part,
        title=draft_page.title(found),
        missing=missing,
        advice=draft_page.advice_in(found, name),
        **shown,
    )
    return page, 422 if form.errors else 200


def told_by_script() -> bool:
    """Tell whether the page's script asks, and not somebody who is to see a page."""
    return request.headers.get("X-Requested-With") == "fetch"
