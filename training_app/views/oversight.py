"""The desk of oversight: the journal, searched and checked, and what machines were told.  It changes nothing."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from training_app import wording
from training_app.agency import moment, zone
from training_app.db import reading_session
from training_app.forms.decisions import DecisionsForm
from training_app.forms.journal import CheckpointForm, EntriesForm
from training_app.journal_key import public_key
from training_app.models.oversight import JournalEntry
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool
from training_app.rules.access import Ground
from training_app.rules.permissions import Permission
from training_app.rules.signed_note import verifier_key
from training_app.security import only_shows, requires
from training_app.services import journal as service
from training_app.services import journal_search, oversight, recorded, retention
from training_app.services.clients import by_name
from training_app.views.pages import Page, row_asked
from training_app.views.replay_commands import replay_commands
from training_app.wording.figures import GROUNDS

bp = Blueprint("oversight", __name__, url_prefix="/oversight")

ROWS_A_PAGE = 50
MOST_ENTRIES_CHECKED_HERE = 100_000
"""A larger journal is checked with the command, which says how far it is."""
MOST_ENTRIES_HELD_HERE = 500_000
"""A larger one is held against a kept checkpoint by the command, too."""


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {"facts": wording.FACTS, "moment": moment}


@bp.get("/journal")
@requires(Permission.JOURNAL_READ)
def journal() -> ResponseReturnValue:
    """List the entries that are looked for, on from the one before or after which the address asks."""
    session = reading_session()
    form = EntriesForm(request.args).offering(wording.FACTS, _tools())
    status = 200 if form.validate() else 422
    if form.number is not None:
        if session.get(JournalEntry, form.number):
            return redirect(url_for("oversight_entries.entry", entry_id=form.number), 303)
        form.no_such_entry()
        status = 404
    sought = form.sought(zone())
    places = {"before": row_asked("before"), "after": row_asked("after")}
    found = journal_search.stretch(session, sought, size=ROWS_A_PAGE, **places)
    shown = {"form": form, "found": found, "count": journal_search.count(session, sought), "searched": form.searched}
    return render_template(
        "oversight/journal.html",
        head=service.head(session),
        checkpoint=oversight.last_checkpoint(session),
        most=journal_search.MOST_COUNTED,
        **shown,
    ), status


@bp.route("/journal/check", methods=["GET", "POST"])
@requires(Permission.JOURNAL_READ)
@only_shows
def journal_check() -> ResponseReturnValue:
    """Recompute the journal and say what is found; hold it against a kept checkpoint where one is sent."""
    session, key, form = reading_session(), public_key(current_app.extensions["config"]), CheckpointForm()
    entries = oversight.count_entries(session)
    too_many = entries > MOST_ENTRIES_CHECKED_HERE
    # Without its key no signature can be trusted: any other key says just that of every checkpoint.
    trusted = key or Ed25519PrivateKey.generate().public_key()
    held_here = key is not None and entries <= MOST_ENTRIES_HELD_HERE
    sent = form.validate_on_submit() and held_here
    kept = service.hold_against(session, form.kept(), trusted) if sent else None
    report = None if too_many else service.verify(session, trusted)
    shown = {"report": report, "has_key": key is not None, "kept": kept, "held_here": held_here}
    verifier = verifier_key(kept.stated.origin, trusted) if kept and kept.stated else ""
    page = render_template("oversight/journal_check.html", form=form, verifier=verifier, **shown)
    return page, 422 if form.errors else 200


@bp.get("/journal/<int:entry_id>/proof")
@requires(Permission.JOURNAL_READ)
def journal_proof(entry_id: int) -> ResponseReturnValue:
    session = reading_session()
    entry = session.get(JournalEntry, entry_id) or abort(404)
    try:
        proof = service.prove(session, entry_id)
    except service.NotYetSealed:
        proof = None
    return render_template("oversight/journal_proof.html", entry=entry, proof=proof)


@bp.get("/decisions")
@requires(Permission.JOURNAL_READ)
def decisions() -> ResponseReturnValue:
    """List what clients were told, as far as it is looked for."""
    session = reading_session()
    clients = [(client.id, client.name) for client in by_name(session)]
    form = DecisionsForm(request.args).offering(_tools(), clients)
    status = 200 if form.validate() else 422
    sought = form.sought(zone())
    page: Page[Any] = Page.counted(count := recorded.count_decisions(session, sought), size=ROWS_A_PAGE)
    rows = recorded.decisions(session, sought, page=page.number, size=page.size)
    shown = {"form": form, "rows": rows, "page": page, "count": count, "kept_from": retention.kept_from(session)}
    return render_template("oversight/decisions.html", **shown, ground_words=GROUNDS), status


@bp.get("/decisions/<int:decision_id>")
@requires(Permission.JOURNAL_READ)
def decision(decision_id: int) -> ResponseReturnValue:
    session = reading_session()
    found = recorded.decision(session, decision_id) or abort(404)
    shown = {"recorded": found, "entry_id": journal_search.entry_of(session, RecordedDecision, decision_id)}
    if found.erased:
        return render_template("oversight/decision.html", **shown, again=None, commands=None, officer_known=False)
    again = recorded.replay(session, found, zone=zone())
    unknown = not found.within_reach or {Ground.OFFICER_UNKNOWN, Ground.TOOL_UNKNOWN} & set(again.decision.grounds)
    commands = None if unknown or not found.question.get("version") else replay_commands(found.question, found.at)
    known = Ground.OFFICER_UNKNOWN not in again.decision.grounds
    return render_template("oversight/decision.html", **shown, again=again, commands=commands, officer_known=known)


@bp.get("/decisions/searches")
@requires(Permission.JOURNAL_READ)
def searches() -> ResponseReturnValue:
    session = reading_session()
    page: Page[Any] = Page.counted(recorded.count_searches(session), size=ROWS_A_PAGE)
    rows = recorded.searches(session, page=page.number, size=page.size)
    return render_template("oversight/searches.html", rows=rows, page=page)


def _tools() -> list[tuple[str, str]]:
    rows = reading_session().execute(select(Tool.slug, Tool.name).order_by(Tool.name))
    return [(row.slug, row.name) for row in rows]
