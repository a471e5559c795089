"""Imports from CSV at the registrar's desk: a file is sent, its dry run is read, and all of it is recorded or nothing.

Between the two the file is kept for who sent it; the pages hold a digest and nothing of its lines to send back.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, stream_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import csv_files, refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.imports import ConfirmedForm, FileForm, mapping_form, mapping_of
from training_app.models.imports import WaitingImport
from training_app.models.people import DataImport
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires, takes_files
from training_app.services import imports as service
from training_app.services.imports import Context, Kind, Plan, legacy, reading, waiting
from training_app.views.officer import new_code
from training_app.views.pages import Page
from training_app.wording import imports as words

bp = Blueprint("imports", __name__, url_prefix="/registrar/imports")

ROWS_A_PAGE = 50
IMPORTS_SHOWN = 50

FACTS_IN_ONE_ANSWER = 2_000
"""What records more takes seconds: its page is sent while it is recorded, and says how far it is."""

ROOM_FOR_THE_FORM_BYTES = 64 * 1024


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"words": words, "moment": moment, "columns": service.COLUMNS, "Kind": Kind}


@bp.route("", methods=["GET", "POST"])
@takes_files(reading.MOST_BYTES + ROOM_FOR_THE_FORM_BYTES)
@requires(Permission.PEOPLE_MANAGE)
def imports() -> ResponseReturnValue:
    session, at, me = reading_session(), now(), current_person()
    form = FileForm()
    if form.validate_on_submit():
        sent, kind = form.file.data, Kind(form.kind.data)
        with sent.stream:
            content = sent.read()
        try:
            reading.read(content, service.COLUMNS[kind])
        except TrainingError as error:
            form.file.errors = [refusals.sentence(error)]
        else:
            with transaction() as writing:
                waiting.keep(writing, me.id, kind, content, file_name=sent.filename or "", at=at)
            return redirect(url_for(".dry_run"))
    shown = {"kept": waiting.of(session, me.id, at=at), "earlier": service.earlier(session, most=IMPORTS_SHOWN)}
    return render_template("imports/imports.html", form=form, **shown), 422 if form.errors else 200


@bp.get("/templates/<kind>.csv")
@requires(Permission.PEOPLE_MANAGE)
def template(kind: str) -> ResponseReturnValue:
    found = next((one for one in Kind if one.value == kind), None) or abort(404)
    return csv_files.response(f"{found.value}.csv", service.COLUMNS[found], [])


@bp.get("/dry-run")
@requires(Permission.PEOPLE_MANAGE)
def dry_run() -> ResponseReturnValue:
    """Show what the waiting file would record, and what is wrong in it; nothing is written."""
    kept = waiting.of(reading_session(), current_person().id, at=now())
    if kept is None:
        return _nothing_waits()
    return _dry_run_page(kept)


@bp.post("/dry-run/courses")
@requires(Permission.PEOPLE_MANAGE)
def map_courses() -> ResponseReturnValue:
    session, me = reading_session(), current_person()
    kept = waiting.of(session, me.id, at=now())
    if kept is None:
        return _nothing_waits()
    courses = _plan(session, kept, now()).to_map
    form = mapping_form(courses, _versions(now()), kept.mapping)
    if not form.validate():
        return _dry_run_page(kept, mapping=form)
    with transaction() as writing:
        waiting.map_courses(writing, me.id, mapping_of(form, courses))
    return redirect(url_for(".dry_run"))


@bp.post("/dry-run")
@requires(Permission.PEOPLE_MANAGE)
def carry_out() -> ResponseReturnValue:
    """Record all that the file tells.  What takes seconds answers with a page that grows while it is recorded."""
    session, form = reading_session(), ConfirmedForm()
    kept = waiting.of(session, current_person().id, at=now())
    if kept is None:
        return _nothing_waits()
    found, seen = _plan(session, kept, now()), form.seen.data or ""
    if not form.validate():
        return _dry_run_page(kept)
    if found.facts > FACTS_IN_ONE_ANSWER and found.ready and found.digest == seen:
        return Response(stream_template("imports/importing.html", kind=found.kind, parts=_in_parts(seen)))
    try:
        with transaction() as writing:
            done = service.finish(waiting.carry_out(writing, current_person().id, _context(now()), seen=seen))
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _dry_run_page(kept, confirmed=form)
    flash(_result(done), "ok")
    return redirect(url_for(".imports"))


@bp.post("/dry-run/discard")
@requires(Permission.PEOPLE_MANAGE)
def discard() -> ResponseReturnValue:
    with transaction() as session:
        waiting.discard(session, current_person().id)
    flash(_("The file is gone. Nothing of it was recorded."), "ok")
    return redirect(url_for(".imports"))


# -- what the pages show -----------------------------------------------------------------------------------------------


def _context(at: datetime) -> Context:
    return Context(at=at, by=current_person(), zone=zone(), new_code=new_code)


def _plan(session: Session, kept: WaitingImport, at: datetime) -> Plan:
    return service.plan(session, Kind(kept.kind), kept.content, _context(at), kept.mapping)


def _versions(at: datetime) -> dict[int, str]:
    return {target.version_id: target.name for target in legacy.targets(reading_session(), at=at)}


def _nothing_waits() -> ResponseReturnValue:
    flash(refusals.sentence(waiting.NothingWaits()), "info")
    return redirect(url_for(".imports"))


def _dry_run_page(
    kept: WaitingImport, *, mapping: Any = None, confirmed: ConfirmedForm | None = None
) -> ResponseReturnValue:
    found = _plan(reading_session(), kept, now())
    form = mapping or confirmed or ConfirmedForm()
    if mapping is None and found.to_map:
        mapping = mapping_form(found.to_map, _versions(now()), kept.mapping)
    listed = found.faults or found.telling
    page: Page[Any] = Page.of(listed, size=ROWS_A_PAGE)
    shown = {"kept": kept, "found": found, "mapping": mapping, "page": page}
    return render_template("imports/dry_run.html", form=form, **shown), 422 if form.errors else 200


def _in_parts(seen: str) -> Iterator[dict[str, str]]:
    """Import the waiting file, and yield a sentence for each part; nothing is recorded if the page is left before."""
    try:
        with transaction() as session:
            recording = waiting.carry_out(session, current_person().id, _context(now()), seen=seen)
            done = yield from _told(recording)
    except TrainingError as error:
        yield {"kind": "stop", "text": refusals.sentence(error)}
    else:
        yield {"kind": "ok", "text": _result(done)}


def _told(recording: Any) -> Any:
    while True:
        try:
            part = next(recording)
        except StopIteration as end:
            return end.value
        yield {
            "kind": "",
            "text": _(
                "%(done)s of %(all)s facts recorded", done=format_decimal(part.done), all=format_decimal(part.all)
            ),
        }


def _result(done: DataImport | None) -> str:
    if done is None:
        return _("The file tells nothing that is not recorded already. Nothing was changed.")
    return ngettext(
        "Imported. %(num)s line told something new.", "Imported. %(num)s lines told something new.", done.recorded
    )
