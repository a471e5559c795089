"""One entry of the journal: what it records, by number and never by name, where that leads, and its proof as a file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import wording
from training_app.agency import moment
from training_app.db import reading_session
from training_app.errors import TrainingError
from training_app.models.oversight import JournalEntry
from training_app.rules.permissions import Permission
from training_app.security import may, requires
from training_app.services import journal as service
from training_app.services import journal_search
from training_app.services.journal_search import CONFIDENTIAL, Content, RecordedField
from training_app.services.oversight import EntryRow
from training_app.views.pages import row_asked
from training_app.wording.journal_fields import FIELDS, FOR_OTHERS, NAMES

bp = Blueprint("oversight_entries", __name__, url_prefix="/oversight/journal")

LONGEST_SHOWN = 2_000
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

#: By the name of a table: the page about one of its rows, what its path calls the row's id, and who may open it.
PAGES: Mapping[str, tuple[str, str, Permission]] = {
    "award": ("award_reviews.put_under_review", "award_id", Permission.AWARD_JUDGE),
    "award_review": ("award_reviews.review", "review_id", Permission.AWARD_JUDGE),
    "client": ("clients.client", "client_id", Permission.CLIENT_READ),
    "emergency_request": ("emergencies.one", "request_id", Permission.EMERGENCY_READ),
    "impact_assessment": ("registrar.assessment", "assessment_id", Permission.TOOL_READ),
    "incident": ("incidents.one", "incident_id", Permission.INCIDENT_HANDLE),
    "item_ruling": ("rulings.ruling", "ruling_id", Permission.RULING_READ),
    "lti_platform": ("platforms.platform", "platform_id", Permission.CLIENT_READ),
    "objection": ("objections.judge", "objection_id", Permission.AWARD_JUDGE),
    "oversight_question": ("oversight_questions.one", "question_id", Permission.OVERSIGHT_DESK),
    "prohibition_correction": ("prohibitions.correction", "correction_id", Permission.TOOL_READ),
    "recorded_decision": ("oversight.decision", "decision_id", Permission.JOURNAL_READ),
    "requirement_set": ("requirements.requirement_set", "set_id", Permission.TOOL_READ),
    "result_report": ("reports.one", "report_id", Permission.REPORT_READ),
    "review_request": ("reviews.review", "request_id", Permission.CONTENT_READ),
    "standard_setting": ("standards.panel", "setting_id", Permission.CONTENT_READ),
    "terms_rebase": ("policies.signing", "rebase_id", Permission.TOOL_READ),
    "tool_version": ("registrar.version", "version_id", Permission.TOOL_READ),
    "trainer_measure": ("measure_reviews.measure", "measure_id", Permission.AWARD_JUDGE),
    "version_card_waiver": ("tools.waiver", "waiver_id", Permission.TOOL_READ),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One column in words; *code* where there are no words for its name."""

    term: str
    code: bool
    text: str
    href: str | None = None
    person: str = ""
    """Service number, where it points to a person."""
    soft: bool = False
    """Whether the text says why the content is not there."""


@bp.get("/<int:entry_id>")
@requires(Permission.JOURNAL_READ)
def entry(entry_id: int) -> ResponseReturnValue:
    session = reading_session()
    found = journal_search.row(session, entry_id) or abort(404)
    subject = journal_search.subject_of(session, entry_id)
    confidential = found.kind in CONFIDENTIAL
    content = None if confidential else journal_search.content(session, entry_id)
    named = subject is not None and subject.name != subject.service_number
    return render_template(
        "oversight/entry.html",
        entry=found,
        stored=session.get_one(JournalEntry, entry_id),
        kind=wording.FACTS.get(found.kind, found.kind),
        subject=None if confidential else subject,
        confidential=confidential,
        content=content,
        rows=_rows(found, content, named=named) if content else [],
        leads_to=_page_about(found.kind, found.fact_id),
        moment=moment,
    )


@bp.get("/<int:entry_id>/proof.json")
@requires(Permission.JOURNAL_READ)
def proof_file(entry_id: int) -> ResponseReturnValue:
    """Hand out the proof of one entry, which `training-app journal verify-proof` checks on any machine."""
    leaves = row_asked("leaves")
    if leaves is None and request.args.get("leaves"):
        abort(404)
    try:
        text = service.proof_file(reading_session(), entry_id, leaves=leaves)
    except TrainingError:
        abort(404)
    name = f"proof-of-entry-{entry_id}.json"
    return Response(
        f"{text}\n", mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _rows(entry: EntryRow, content: Content, *, named: bool) -> list[FieldRow]:
    return [_row(entry.kind, one, named=named) for one in content.fields if one.value not in (None, "", [], {})]


def _row(kind: str, field: RecordedField, *, named: bool) -> FieldRow:
    place, term, code = (kind, field.name), str(FIELDS.get(field.name, field.name)), field.name not in FIELDS
    if place in FOR_OTHERS:
        return FieldRow(term, code, text=str(FOR_OTHERS[place]), soft=True)
    if place in NAMES and not named:
        return FieldRow(term, code, text=_("Withheld: give a reason to see the name."), soft=True)
    if field.points_to == "person":
        return FieldRow(term, code, text=field.shown, person=field.shown)
    text = field.shown or _text(field.value)
    href = url_for("registrar.tool", slug=field.shown) if field.points_to == "tool" and field.shown else None
    return FieldRow(term, code, text=text, href=href or _page_about(field.points_to, field.value))


def _page_about(table: str, row: int) -> str | None:
    """Return the page about a row, where there is one that who is signed in may open."""
    endpoint, name, asked = PAGES.get(table, ("", "", Permission.SIGNED_IN))
    path: dict[str, Any] = {name: row}
    return url_for(endpoint, **path) if endpoint and may(asked) else None


def _text(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case str() if _INSTANT.fullmatch(value):
            return moment(datetime.fromisoformat(value), seconds=True)
        case list() if all(isinstance(one, str) for one in value):
            text = ", ".join(value)
        case list() | dict():
            text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
