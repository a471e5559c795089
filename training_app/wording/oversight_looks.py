"""What oversight looked at and why a name was shown to it, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.rules.oversight_looks import DisclosureReason

REASONS: Mapping[DisclosureReason, Any] = {
    DisclosureReason.COMPLAINT: _l("A complaint or an incident report is handled"),
    DisclosureReason.INSPECTION: _l("An inspection or an audit asks for it"),
    DisclosureReason.COURT: _l("A court or a prosecutor asks for it"),
    DisclosureReason.CONFLICT_OF_INTEREST: _l("It is checked whether somebody decided on their own matter"),
    DisclosureReason.DATA_SUBJECT: _l("The person asked for their data, or to have them put right or erased"),
    DisclosureReason.MISCONDUCT: _l("Misuse of a tool or of a record is looked into"),
}

#: By the name of the view; of pages that are not here, what all pages of their kind are called.
_PAGES: Mapping[str, Any] = {
    "as_of.evidence": _l("Facts behind an answer, as a file"),
    "oversight.decision": _l("Decision, answered again"),
    "oversight.decisions": _l("Decisions"),
    "oversight.journal_check": _l("Check of the journal"),
    "oversight.journal_proof": _l("Proof of an entry"),
    "oversight.searches": _l("Searches by clients"),
    "oversight_entries.entry": _l("Entry of the journal"),
    "oversight_entries.proof_file": _l("Proof of an entry, as a file"),
    "oversight_desk.home": _l("Overview of oversight"),
    "oversight_desk.in_use": _l("Versions in use, to suspend"),
    "overviews.conduct": _l("Trainers' conduct"),
    "overviews.emergencies": _l("Emergency accesses"),
    "overviews.evaluations": _l("Psychological evaluations"),
    "overviews.graces": _l("Graces above 0"),
    "overviews.group_tests": _l("Tests by group past their date"),
    "overviews.seats": _l("Seats against caps"),
}
_KINDS: Mapping[str, Any] = {
    "as_of": _l("Whether an officer could use a version at an instant"),
    "award_reviews": _l("Awards and their review"),
    "capacity": _l("Sign-offs to come"),
    "checklists": _l("Checklists for observed practice"),
    "clients": _l("Clients"),
    "conduct": _l("Concerns about trainers"),
    "emergencies": _l("Emergency access"),
    "emergency_settings": _l("Emergency access of a tool"),
    "event_streams": _l("Event streams"),
    "evidence_packs": _l("Evidence packs"),
    "exchange": _l("Questions as a file"),
    "field": _l("Versions in the field"),
    "incidents": _l("Incidents that citizens reported"),
    "lti_grades": _l("Results sent to a learning platform"),
    "lti_rosters": _l("Courses at a learning platform"),
    "measure_reviews": _l("Awards that a measure puts in doubt"),
    "objections": _l("Objections"),
    "oversight": _l("Journal"),
    "oversight_desk": _l("Suspension of a version"),
    "oversight_looks": _l("Looks of oversight"),
    "oversight_names": _l("Name of a person"),
    "oversight_questions": _l("Questions on the record"),
    "platforms": _l("Learning platforms"),
    "policies": _l("Policies of tools"),
    "prohibitions": _l("Prohibitions"),
    "purposes": _l("Purposes of a tool"),
    "rectifications": _l("Requests for rectification"),
    "registrar": _l("Tools and versions"),
    "releases": _l("Releases"),
    "reports": _l("Reports of wrong results"),
    "requirements": _l("Requirements"),
    "reviews": _l("Reviews of modules"),
    "rulings": _l("Rulings on questions"),
    "scorm": _l("Module as a package"),
    "seat_caps": _l("Seats of a tool"),
    "standards": _l("Standard settings"),
    "statistics": _l("Statistics of questions"),
    "tools": _l("Cards of tools"),
    "trainer": _l("Modules"),
    "trainer_measures": _l("Measures against a trainer"),
    "trainer_registry": _l("Registry of trainers"),
    "wishes": _l("Wishes for changed training"),
    "withdrawals": _l("Withdrawal or suspension of a version"),
}


#: What parts of an address say; what is not here goes by its own name.
FIELDS: Mapping[str, Any] = {
    "after": _l("after the entry"),
    "answer": _l("by the answer"),
    "assessment_id": _l("assessment"),
    "award_id": _l("award"),
    "before": _l("before the entry"),
    "by": _l("by who recorded it"),
    "case_id": _l("concern"),
    "client": _l("by the client"),
    "client_id": _l("client"),
    "correction_id": _l("correction"),
    "decision_id": _l("decision"),
    "entry": _l("entry"),
    "entry_id": _l("entry"),
    "first": _l("from"),
    "ground": _l("by the ground"),
    "incident_id": _l("incident"),
    "item_id": _l("question of a quiz"),
    "kind": _l("by what was recorded"),
    "last": _l("through"),
    "leaves": _l("leaves"),
    "lesson": _l("lesson"),
    "measure_id": _l("measure"),
    "named": _l("only with a name"),
    "objection_id": _l("objection"),
    "overseer": _l("by who looked"),
    "placement_id": _l("course"),
    "platform_id": _l("platform"),
    "public_id": _l("stream"),
    "question_id": _l("question"),
    "rebase_id": _l("change of terms"),
    "report_id": _l("report"),
    "request_id": _l("request"),
    "review_id": _l("review"),
    "ruling_id": _l("ruling"),
    "set_id": _l("requirements"),
    "setting_id": _l("standard setting"),
    "since": _l("from"),
    "suspension_id": _l("suspension"),
    "through": _l("through"),
    "version": _l("by the version"),
    "version_id": _l("version"),
    "waiver_id": _l("release without a card"),
    "wish_id": _l("wish"),
}


def page_of(view: str) -> str:
    """Return what the page of *view* is called; a view that is not known here is its own name."""
    blueprint = view.partition(".")[0]
    return str(_PAGES.get(view) or _KINDS.get(blueprint) or view)
