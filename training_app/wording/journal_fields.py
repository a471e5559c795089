"""What the columns of facts are called, and which of them an entry's page does not show."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

#: What is not here goes by its name in the table.
FIELDS: Mapping[str, Any] = {
    "allowed": _l("Allowed"),
    "answer": _l("Answer"),
    "assessment_id": _l("Assessment"),
    "attempt_id": _l("Attempt"),
    "award_id": _l("Award"),
    "change": _l("What changed"),
    "client_id": _l("Client"),
    "code": _l("Code"),
    "due": _l("Last day"),
    "effective_at": _l("In effect from"),
    "email": _l("E-mail address"),
    "end_id": _l("To the version"),
    "evidence": _l("What it rests on"),
    "grace_days": _l("Days of grace"),
    "grounds": _l("Grounds"),
    "holder_name": _l("Name of the holder"),
    "id": _l("Number of the fact"),
    "justification": _l("Why"),
    "kind": _l("Kind"),
    "label": _l("Version"),
    "level": _l("Level"),
    "measure_id": _l("Measure"),
    "minutes": _l("Minutes"),
    "module": _l("Module"),
    "modules": _l("Modules"),
    "name": _l("Name"),
    "number": _l("Number"),
    "officer_id": _l("Officer"),
    "outcome": _l("Outcome"),
    "person_id": _l("Person"),
    "predecessor_id": _l("Version before"),
    "purposes": _l("Purposes"),
    "question": _l("Question"),
    "reason": _l("Reason"),
    "reason_code": _l("Reason"),
    "recorded_at": _l("Recorded"),
    "recorded_by_id": _l("Recorded by"),
    "report_id": _l("Report"),
    "request_id": _l("Request"),
    "requirement_set_id": _l("Requirements"),
    "revision_id": _l("Revision"),
    "role": _l("Role"),
    "seats": _l("Seats"),
    "service_number": _l("Service number"),
    "session_id": _l("Training session"),
    "slug": _l("Short name"),
    "start_id": _l("From the version"),
    "subject_id": _l("About"),
    "suspension_id": _l("Suspension"),
    "text": _l("Text"),
    "through": _l("Last day"),
    "tool": _l("Tool"),
    "tool_id": _l("Tool"),
    "unit_id": _l("Unit"),
    "until": _l("Until"),
    "version": _l("Version"),
    "version_id": _l("Version"),
}

NAMES = {("person", "name"), ("person", "email"), ("person_correction", "name"), ("person_correction", "email")} | {
    ("award", "holder_name")
}
"""Columns that name their subject, by table: shown only where a reason was given for the name."""
FOR_OTHERS: Mapping[tuple[str, str], Any] = {
    ("evaluation", "outcome"): _l("Only the officer and the evaluator read it."),
    ("evaluation", "restriction"): _l("Only the officer and the evaluator read it."),
    ("evaluation", "through"): _l("Only the officer and the evaluator read it."),
    ("client_credential", "token_digest"): _l("A secret of the client."),
    ("gateway", "token_digest"): _l("A secret of the client."),
}
