"""The desk of oversight: the journal with its proofs, and what machines were told.  It reads and changes nothing."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from training_app.agency import moment, zone
from training_app.db import reading_session
from training_app.models.oversight import JournalEntry
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import journal as service
from training_app.services import oversight
from training_app.views.pages import Page

bp = Blueprint("oversight", __name__, url_prefix="/oversight")

ROWS_A_PAGE = 50
MOST_ENTRIES_CHECKED_HERE = 100_000
"""A larger journal is checked with the command, which says how far it is."""

#: What each kind of fact is called, by its table.
FACTS = {
    "account_fact": _l("Account opened or closed"),
    "assessment_signature": _l("Assessment signed"),
    "attempt": _l("Attempt at a quiz opened"),
    "award": _l("Award made"),
    "award_end": _l("Award revoked or voided"),
    "evaluation": _l("Evaluation recorded"),
    "familiarisation": _l("What changed read and signed"),
    "gateway": _l("Gateway registered"),
    "gateway_closure": _l("Gateway closed"),
    "impact_assessment": _l("Way between versions assessed"),
    "module_revision": _l("Module revision published"),
    "officer_reinstatement": _l("Officer reinstated"),
    "officer_suspension": _l("Officer suspended"),
    "person": _l("Person registered"),
    "recorded_decision": _l("Access decision answered"),
    "requirement_set": _l("Requirements written"),
    "requirement_set_signature": _l("Requirements signed"),
    "role_assignment": _l("Role given or taken back"),
    "seat_cap": _l("Seat cap set"),
    "seat_grant": _l("Seat granted"),
    "seat_release": _l("Seat released"),
    "seat_review": _l("Seat reviewed"),
    "submission": _l("Quiz submitted"),
    "tool": _l("Tool registered"),
    "tool_policy": _l("Policy of a tool set"),
    "tool_version": _l("Version registered"),
    "unit": _l("Unit registered"),
    "unit_assignment": _l("Person assigned to a unit"),
    "version_fact": _l("Version announced, released, suspended, resumed or withdrawn"),
}


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {"facts": FACTS, "moment": moment}


@bp.get("/journal")
@requires(Permission.JOURNAL_READ)
def journal() -> ResponseReturnValue:
    session = reading_session()
    page: Page[Any] = Page.counted(oversight.count_entries(session), size=ROWS_A_PAGE)
    rows = oversight.entries(session, page=page.number, size=page.size)
    checkpoint = oversight.last_checkpoint(session)
    return render_template(
        "oversight/journal.html", head=service.head(session), checkpoint=checkpoint, rows=rows, page=page
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
    session = reading_session()
    page: Page[Any] = Page.counted(oversight.count_decisions(session), size=ROWS_A_PAGE)
    rows = oversight.decisions(session, page=page.number, size=page.size)
    return render_template("oversight/decisions.html", rows=rows, page=page)


@bp.get("/decisions/<int:decision_id>")
@requires(Permission.JOURNAL_READ)
def decision(decision_id: int) -> ResponseReturnValue:
    session = reading_session()
    recorded = oversight.decision(session, decision_id) or abort(404)
    again = oversight.replay(session, recorded, zone=zone())
    return render_template("oversight/decision.html", recorded=recorded, again=again)


def _public_key() -> Ed25519PublicKey | None:
    """Return the key that this installation's checkpoints are signed with; ``None`` where it cannot be read."""
    try:
        key = load_pem_private_key(current_app.extensions["config"].journal_key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    return key.public_key() if isinstance(key, Ed25519PrivateKey) else None
