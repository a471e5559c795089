"""Questions from elsewhere come into a draft, and those of a bank or a draft leave as a file.

An import is shown as a dry run first; between the two the file is kept for who sent it.
"""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from quizzes.exchange.formats import ExchangeFormat
from quizzes.exchange.placing import placed
from quizzes.exchange.report import MOST_BYTES, Unreadable, Written
from quizzes.parts import MODULE, Content
from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.exchange import ExportForm, PlacingForm, SendForm, export_form, placing_form, send_form
from training_app.models.authoring import Draft
from training_app.models.imports import WaitingQuestions
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires, takes_files
from training_app.services import content, drafts
from training_app.services import exchange as service
from training_app.services.exchange import Plan, Wanted
from training_app.views import draft_page, exchange_page
from training_app.views.desk import in_language
from training_app.wording import exchange as words
from training_app.wording import items as wording_of_items

bp = Blueprint("exchange", __name__, url_prefix="/content")

ROOM_FOR_THE_FORM_BYTES = 256 * 1024


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {
        "words": words,
        "moment": moment,
        "civil": wording.civil,
        "page_language": str(get_locale()),
        "item_kinds": wording_of_items.KINDS,
        "levels": wording_of_items.LEVELS,
    }


# -- into a draft ------------------------------------------------------------------------------------------------------


@bp.route("/drafts/<int:draft_id>/questions/import", methods=["GET", "POST"])
@takes_files(MOST_BYTES + ROOM_FOR_THE_FORM_BYTES)
@requires(Permission.CONTENT_WRITE)
def send(draft_id: int) -> ResponseReturnValue:
    found, me = _draft(draft_id), current_person()
    form = send_form(_outline(found).get("languages") or ["en"])
    if form.validate_on_submit() and (read := _read(found, form)):
        content_sent, file_name = read
        with transaction() as session:
            row, language = session.get_one(Draft, found.id), form.language.data
            service.keep(session, row, me.id, content_sent, language=language, file_name=file_name, at=now())
        return redirect(url_for(".dry_run", draft_id=found.id), 303)
    kept = service.waiting(reading_session(), found.id, me.id, at=now())
    page = render_template(
        "exchange/send.html",
        draft=found,
        title=draft_page.title(found),
        form=form,
        kept=kept,
        can_change=_can_change(found),
    )
    return page, 422 if form.errors else 200


def _read(found: Draft, form: SendForm) -> tuple[bytes, str] | None:
    """Return what was sent, if it can be read; else say at its field why not."""
    sent, file_name = form.sent()
    language = form.language.data
    if not sent:
        form.file.errors = [_("Choose a file or paste the questions, one of the two.")]
        return None
    try:
        service.plan(reading_session(), found, sent, language=language, words=words.verdicts(language))
    except Unreadable as error:
        (form.file if file_name else form.text).errors = [words.unreadable(error)]
        return None
    return sent, file_name


@bp.route("/drafts/<int:draft_id>/questions/import/dry-run", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def dry_run(draft_id: int) -> ResponseReturnValue:
    """Show what the waiting file holds and what each question would be given; add those that are chosen."""
    found = _draft(draft_id)
    kept = service.waiting(reading_session(), found.id, current_person().id, at=now())
    if kept is None:
        return _nothing_waits(found)
    plan = service.plan(
        reading_session(), found, kept.content, language=kept.language, words=words.verdicts(kept.language)
    )
    form = _placing(found, plan, kept.language)
    if request.method == "POST" and form.validate() and "look" not in request.form:
        return _add(found, kept, plan, form)
    return _dry_run_page(found, kept, plan, form)


def _add(found: Draft, kept: WaitingQuestions, plan: Plan, form: PlacingForm) -> ResponseReturnValue:
    wanted = Wanted(form.placement(plan.categories), form.numbers(), form.seen.data or "")
    if not wanted.numbers:
        form.form_errors.append(_("Choose at least one question, or discard the file."))
        return _dry_run_page(found, kept, plan, form)
    said = words.verdicts(kept.language)
    try:
        with transaction() as session:
            row = session.get_one(Draft, found.id)
            added = service.add_waiting(session, row, wanted, words=said, at=now(), zone=zone(), by=current_person())
    except service.NoQuestionsWait:
        return _nothing_waits(found)
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _dry_run_page(found, kept, plan, form)
    count = len(added)
    flash(ngettext("%(num)s question was added.", "%(num)s questions were added.", count), "ok")
    return redirect(url_for("authoring.draft", draft_id=found.id, _anchor="quiz"), 303)


@bp.post("/drafts/<int:draft_id>/questions/import/discard")
@requires(Permission.CONTENT_WRITE)
def discard(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    with transaction() as session:
        service.discard(session, found.id, current_person().id)
    flash(_("The file is gone. Nothing of it was added."), "ok")
    return redirect(url_for(".send", draft_id=found.id), 303)


def _nothing_waits(found: Draft) -> ResponseReturnValue:
    flash(refusals.sentence(service.NoQuestionsWait()), "info")
    return redirect(url_for(".send", draft_id=found.id), 303)


def _placing(found: Draft, plan: Plan, language: str) -> PlacingForm:
    outline = _outline(found)
    return placing_form(
        service.guessed(plan, outline, language),
        outline,
        language,
        law_as_of=service.law_as_of(outline),
        numbers=[entry.number for entry in plan.new],
    )


def _dry_run_page(found: Draft, kept: WaitingQuestions, plan: Plan, form: PlacingForm) -> ResponseReturnValue:
    outline = _outline(found)
    form.seen.data = plan.digest
    placement = form.placement(plan.categories)
    sources = service.source_ids(outline)
    shown = [
        exchange_page.shown(entry, placed(entry.question, placement, sources=sources), kept.language)
        for entry in plan.new
    ]
    page = render_template(
        "exchange/dry_run.html",
        draft=found,
        title=draft_page.title(found),
        kept=kept,
        plan=plan,
        form=form,
        shown=shown,
        told=words.told(plan.notes),
        objectives={one["id"]: one.get(kept.language) or one["id"] for one in outline.get("objectives", [])},
        can_change=_can_change(found),
    )
    return page, 422 if form.errors else 200


# -- out of a bank or a draft ------------------------------------------------------------------------------------------


@bp.get("/<slug>/bank/export")
@requires(Permission.CONTENT_READ)
def export_bank(slug: str) -> ResponseReturnValue:
    found = content.newest(reading_session(), slug) or abort(404)
    form = export_form(request.args, found.bank.languages)
    back = (_("Items of the quiz"), url_for("trainer.bank", slug=slug))
    module, reader = found.module, str(get_locale())
    name = in_language(module.title_in(reader), module.language_for(reader))
    return _export_page(form, back, name, lambda: _bank_file(slug, form), url_for(".bank_file", slug=slug))


@bp.get("/<slug>/bank/export/file")
@requires(Permission.CONTENT_READ)
def bank_file(slug: str) -> ResponseReturnValue:
    found = content.newest(reading_session(), slug) or abort(404)
    form = export_form(request.args, found.bank.languages)
    return _file(form, slug, _bank_file(slug, form)) if form.validate() else abort(404)


def _bank_file(slug: str, form: ExportForm) -> Written:
    found = content.newest(reading_session(), slug) or abort(404)
    form_of_file, language = ExchangeFormat(form.format.data), form.language.data
    return service.written(
        form_of_file, found.bank.items, module=slug, language=language, words=words.verdicts(language)
    )


@bp.get("/drafts/<int:draft_id>/questions/export")
@requires(Permission.CONTENT_WRITE)
def export_draft(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    form = export_form(request.args, _outline(found).get("languages") or ["en"])
    back = (draft_page.title(found), url_for("authoring.draft", draft_id=found.id))
    return _export_page(
        form,
        back,
        _("draft of %(name)s", name=found.slug),
        lambda: _draft_file(found, form),
        url_for(".draft_file", draft_id=found.id),
    )


@bp.get("/drafts/<int:draft_id>/questions/export/file")
@requires(Permission.CONTENT_WRITE)
def draft_file(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    form = export_form(request.args, _outline(found).get("languages") or ["en"])
    return _file(form, found.slug, _draft_file(found, form)) if form.validate() else abort(404)


def _draft_file(found: Draft, form: ExportForm) -> Written:
    language = form.language.data
    return service.written_draft(
        reading_session(),
        found,
        ExchangeFormat(form.format.data),
        language=language,
        words=words.verdicts(language),
    )


def _export_page(form: ExportForm, back: tuple[str, str], name: str, write: Any, address: str) -> ResponseReturnValue:
    """Show what of the items the chosen file will not hold, before it is taken."""
    written = write() if form.validate() else None
    page = render_template(
        "exchange/export.html",
        form=form,
        back=back,
        name=name,
        written=written,
        told=words.told(written.notes) if written else [],
        address=address,
    )
    return page, 422 if form.errors else 200


def _file(form: ExportForm, slug: str, written: Written) -> Response:
    chosen = ExchangeFormat(form.format.data)
    answer = Response(written.text, mimetype=chosen.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-{form.language.data}{chosen.ending}")
    return answer


# -- what the pages share ----------------------------------------------------------------------------------------------


def _draft(draft_id: int) -> Draft:
    return reading_session().get(Draft, draft_id) or abort(404)


def _can_change(found: Draft) -> bool:
    session = reading_session()
    return drafts.is_open(session, found) and drafts.under_review(session, found) is None


def _outline(found: Draft) -> Content:
    return drafts.part(reading_session(), found, MODULE).content or {}
