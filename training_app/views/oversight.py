"""The desk of oversight: the journal with its proofs, and what machines were told.  It reads and changes nothing."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from training_app import wording
from training_app.agency import moment, zone
from training_app.db import reading_session
from training_app.forms.decisions import DecisionsForm
from training_app.models.oversight import JournalEntry
from training_app.models.tools import Tool
from training_app.rules.access import Ground
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import journal as service
from training_app.services import oversight, recorded, retention
from training_app.services.clients import by_name
from training_app.views.incident_pages import incidents_waiting
from training_app.views.pages import Page
from training_app.views.replay_commands import replay_commands
from training_app.views.report_pages import waiting_for

bp = Blueprint("oversight", __name__, url_prefix="/oversight")

ROWS_A_PAGE = 50
MOST_ENTRIES_CHECKED_HERE = 100_000
"""A larger journal is checked with the command, which says how far it is."""


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {"facts": wording.FACTS, "moment": moment}


@bp.get("/journal")
@requires(Permission.JOURNAL_READ)
def journal() -> ResponseReturnValue:
    session = reading_session()
    page: Page[Any] = Page.counted(oversight.count_entries(session), size=ROWS_A_PAGE)
    rows = oversight.entries(session, page=page.number, size=page.size)
    checkpoint = oversight.last_checkpoint(session)
    return render_template(
        "oversight/journal.html",
        head=service.head(session),
        checkpoint=checkpoint,
        rows=rows,
        page=page,
        waiting=waiting_for(current_person()),
        incidents=incidents_waiting(),
    )


@bp.get("/journal/check")
@requires(Permission.JOURNAL_READ)
def journal_check() -> ResponseReturnValue:
    """Recompute the whole journal and say what is found; nothing is written."""
    session, key = reading_session(), _public_key()
    too_many = oversight.count_entries(session) > MOST_ENTRIES_CHECKED_HERE
    # Without its key no signature can be trusted: any other key says just that of every checkpoint.
    trusted = key or Ed25519PrivateKey.generate().public_key()
    report = None if too_many else service.verify(session, trusted)
    return render_template("oversight/journal_check.html", report=report, has_key=key is not None)


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
    """List what clients were told, as far as it is looked for; reading is not recorded."""
    session = reading_session()
    tools = session.execute(select(Tool.slug, Tool.name).order_by(Tool.name)).all()
    clients = [(client.id, client.name) for client in by_name(session)]
    form = DecisionsForm(request.args).offering([(row.slug, row.name) for row in tools], clients)
    status = 200 if form.validate() else 422
    sought = form.sought(zone())
    page: Page[Any] = Page.counted(count := recorded.count_decisions(session, sought), size=ROWS_A_PAGE)
    rows = recorded.decisions(session, sought, page=page.number, size=page.size)
    shown = {"form": form, "rows": rows, "page": page, "count": count, "kept_from": retention.kept_from(session)}
    return render_template("oversight/decisions.html", **shown), status


@bp.get("/decisions/<int:decision_id>")
@requires(Permission.JOURNAL_READ)
def decision(decision_id: int) -> ResponseReturnValue:
    session = reading_session()
    found = recorded.decision(session, decision_id) or abort(404)
    again = recorded.replay(session, found, zone=zone())
    unknown = not found.within_reach or {Ground.OFFICER_UNKNOWN, Ground.TOOL_UNKNOWN} & set(again.decision.grounds)
    commands = None if unknown or not found.question.get("version") else replay_commands(found.question, found.at)
    return render_template("oversight/decision.html", recorded=found, again=again, commands=commands)


@bp.get("/decisions/searches")
@requires(Permission.JOURNAL_READ)
def searches() -> ResponseReturnValue:
    session = reading_session()
    page: Page[Any] = Page.counted(recorded.count_searches(session), size=ROWS_A_PAGE)
    rows = recorded.searches(session, page=page.number, size=page.size)
    return render_template("oversight/searches.html", rows=rows, page=page)


def _public_key() -> Ed25519PublicKey | None:
    """Return the key that this installation's checkpoints are signed with; ``None`` where it cannot be read."""
    try:
        key = load_pem_private_key(current_app.extensions["config"].journal_key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    return key.public_key() if isinstance(key, Ed25519PrivateKey) else None
