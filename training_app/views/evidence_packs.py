"""Evidence packs: what one would hold, and taking it out; registrars and oversight, on the record."""

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import partial
from typing import IO, Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from config import Config
from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import new_reading_session, reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.evidence_packs import REASONS, PackForm, TakeForm
from training_app.journal_key import journal_origin, signing_key, verifier_line
from training_app.models.evidence_packs import PackReason
from training_app.models.tools import Tool
from training_app.rules.canonical import instant
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import evidence_pack as service
from training_app.services import journal
from training_app.services.evidence_pack import Extent, PackOrder
from training_app.views.evidence_pack_index import index
from training_app.wording.evidence_packs import PARTS

bp = Blueprint("evidence_packs", __name__, url_prefix="/evidence-packs")

MOST_OFFICERS_HERE, MOST_DECISIONS_HERE = 300, 3_000
"""A larger pack takes minutes: the command makes it, and says how far it is."""
MOST_LISTED = 20
BYTES_AT_ONCE = 64 * 1024


@bp.get("")
@requires(Permission.RECORD_READ)
def page() -> ResponseReturnValue:
    """Say what a pack of the tool and period asked about would hold."""
    form = PackForm(request.args).offering(_tools())
    if "tool" not in request.args:
        today = now().astimezone(zone()).date()
        return _shown(PackForm(formdata=None, first=date(today.year, 1, 1), last=today).offering(_tools()))
    if not form.validate():
        return _shown(form, status=422)
    order, at = None, now()
    try:
        order = form.order(known_at=at, zone=zone(), language=str(get_locale()))
        extent = service.extent(reading_session(), order)
    except TrainingError as error:
        form.last.errors = [refusals.sentence(error)]
        return _shown(form, status=422)
    take = TakeForm(formdata=None, known_at=instant(at)).offering(_tools())
    return _shown(form, order=order, extent=extent, take=take)


@bp.post("")
@requires(Permission.RECORD_READ)
def take() -> ResponseReturnValue:
    """Make the pack that was shown, record that it is taken out, and hand it over."""
    take, form = TakeForm().offering(_tools()), PackForm(request.form).offering(_tools())
    valid = take.validate() & form.validate()
    known_at = take.known(now=now(), zone=zone())
    if form.errors or known_at is None:
        form.form_errors.append(_("This page is too old, or was changed. Look again at what the pack would hold."))
        return _shown(form, status=422)
    try:
        order = form.order(known_at=known_at, zone=zone(), language=str(get_locale()))
        extent = service.extent(reading_session(), order)
        if not valid or not _fits(extent):
            return _shown(form, order=order, extent=extent, take=take, status=422)
        file = _taken_out(order, PackReason(take.reason.data))
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return _shown(form, status=422)
    return _handed_over(order, file)


def _taken_out(order: PackOrder, reason: PackReason) -> IO[bytes]:
    """Return the pack as a file without a name, once it is on record that it is taken out."""
    config: Config = current_app.extensions["config"]
    key, origin = signing_key(config), journal_origin(config)
    journal.seal(current_app.extensions["database"], at=now())
    with ExitStack() as until_recorded:
        file = until_recorded.enter_context(tempfile.TemporaryFile())
        made = service.write(new_reading_session(), order, file, key=key, origin=origin, index=index)
        with transaction() as session:
            service.record(session, made, reason, at=now(), by=current_person())
        until_recorded.pop_all()
    return file


def _handed_over(order: PackOrder, file: IO[bytes]) -> Response:
    size = file.seek(0, 2)
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            yield from iter(partial(file.read, BYTES_AT_ONCE), b"")

    answer = Response(pieces(), mimetype="application/zip")
    answer.call_on_close(file.close)  # also where nobody reads it to the end
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(order))
    answer.headers["Content-Length"] = str(size)
    return answer


def file_name(order: PackOrder) -> str:
    return f"evidence-pack-{order.slug}-{order.first}-{order.last}.zip"


def _shown(form: PackForm, *, status: int = 200, **what: Any) -> ResponseReturnValue:
    extent: Extent | None = what.get("extent")
    order: PackOrder | None = what.get("order")
    shown = {
        "form": form,
        "take": what.get("take"),
        "order": order,
        "extent": extent,
        "fits": extent is not None and _fits(extent),
        "command": _command(order) if order else None,
        "key": verifier_line(current_app.extensions["config"]),
        "parts": PARTS,
        "reasons": REASONS,
        "taken": service.taken(reading_session(), most=MOST_LISTED),
        "most": (MOST_OFFICERS_HERE, MOST_DECISIONS_HERE),
        "moment": moment,
    }
    return render_template("evidence_packs/page.html", **shown), status


def _fits(extent: Extent) -> bool:
    return extent.officers <= MOST_OFFICERS_HERE and extent.decisions <= MOST_DECISIONS_HERE


def _command(order: PackOrder) -> str:
    """Return the command that makes the same pack; whoever runs it says why."""
    asked = ["training-app", "evidence-pack", order.slug, "--from", f"{order.first}", "--to", f"{order.last}"]
    without = [] if order.with_officers else ["--without-officers"]
    return shlex.join(
        [*asked, *without, "--reason", "inspection", "--by", current_person().service_number, "--out", file_name(order)]
    )


def _tools() -> dict[str, str]:
    rows = reading_session().execute(select(Tool.slug, Tool.name).order_by(Tool.name))
    return {row.slug: row.name for row in rows}
