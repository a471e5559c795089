"""The registrar's desk: to whom events go, what waits, what needs a person; pausing a stream."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms.event_streams import HoldForm
from training_app.models.event_streams import EventStream
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services.event_streams import overview, streams
from training_app.services.event_streams.overview import Standing, StreamRow
from training_app.wording import event_streams as words

bp = Blueprint("event_streams", __name__, url_prefix="/registrar/event-streams")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "may_manage": may(Permission.CLIENT_MANAGE)}


@bp.get("")
@requires(Permission.CLIENT_READ)
def all_streams() -> ResponseReturnValue:
    rows = overview.all_streams(reading_session(), at=now())
    return render_template(
        "event_streams/all_streams.html",
        rows=rows,
        waiting=sum(row.queue.waiting for row in rows),
        failed=sum(row.queue.failed for row in rows),
    )


@bp.get("/<public_id>")
@requires(Permission.CLIENT_READ)
def stream(public_id: str) -> ResponseReturnValue:
    return _page(_row(public_id), HoldForm())


@bp.post("/<public_id>/hold")
@requires(Permission.CLIENT_MANAGE)
def hold(public_id: str) -> ResponseReturnValue:
    row, form = _row(public_id), HoldForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    with transaction() as session:
        streams.hold(session, _to_change(session, public_id), form.reason.data or "", at=now(), by=current_person())
    flash(_("The stream is paused. What happens is kept for it."), "ok")
    return redirect(url_for(".stream", public_id=public_id))


@bp.post("/<public_id>/let-go")
@requires(Permission.CLIENT_MANAGE)
def let_go(public_id: str) -> ResponseReturnValue:
    with transaction() as session:
        streams.let_go(session, _to_change(session, public_id), at=now(), by=current_person())
    _wake()
    flash(_("The stream goes on. What was kept is sent now."), "ok")
    return redirect(url_for(".stream", public_id=public_id))


@bp.post("/<public_id>/try-again")
@requires(Permission.CLIENT_MANAGE)
def try_again(public_id: str) -> ResponseReturnValue:
    """Send what waits and what was given up, now."""
    with transaction() as session:
        overview.try_again(session, _to_change(session, public_id), at=now())
    _wake()
    flash(_("Everything that waits is sent now. Load this page again in a moment."), "ok")
    return redirect(url_for(".stream", public_id=public_id))


@bp.post("/<public_id>/dismiss")
@requires(Permission.CLIENT_MANAGE)
def dismiss(public_id: str) -> ResponseReturnValue:
    """Delete what was given up."""
    with transaction() as session:
        number = overview.dismiss(session, _to_change(session, public_id))
    flash(ngettext("%(num)d event is dismissed.", "%(num)d events are dismissed.", number), "ok")
    return redirect(url_for(".stream", public_id=public_id))


@bp.post("/<public_id>/delete")
@requires(Permission.CLIENT_MANAGE)
def delete(public_id: str) -> ResponseReturnValue:
    """Delete the stream of a client that is told nothing any more; one that is has to do it itself."""
    if _row(public_id).standing is not Standing.CLIENT_ENDED:
        abort(409)
    with transaction() as session:
        streams.remove(session, _to_change(session, public_id), at=now(), by=current_person())
    flash(_("The stream is deleted."), "ok")
    return redirect(url_for(".all_streams"))


def _row(public_id: str) -> StreamRow:
    return overview.one_stream(reading_session(), public_id, at=now()) or abort(404)


def _to_change(session: Any, public_id: str) -> EventStream:
    return streams.by_public_id(session, public_id) or abort(404)


def _page(row: StreamRow, form: HoldForm) -> str:
    session = reading_session()
    return render_template(
        "event_streams/stream.html",
        row=row,
        stream=row.stream,
        queue=row.queue,
        form=form,
        failed=overview.failed(session, row.stream),
        changes=streams.changes(session, row.stream.public_id),
        delivered=[words.KINDS[kind.value] for kind in streams.delivered_types(row.stream.requested)],
    )


def _wake() -> None:
    current_app.extensions["courier"].tell(current_app.extensions["database"])
