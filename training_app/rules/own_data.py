"""What is kept about a person: in which section of their own page it stands, and what of it is not given, and why.

Facts find their way by themselves: every kind with a person that it is `about` is given, under `Section.OTHER` until it
has a section here.  What is no fact is listed by `services.own_data`.

Sources: GDPR (Regulation (EU) 2016/679) art. 15(1) and (3) (access, a copy), art. 15(4) (not at the cost of the rights
of others), art. 20 (a structured, machine-readable file: given here, though art. 20(3)
asks none of a public task).
"""

from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    """The parts of the page, in its order."""

    IDENTITY = "identity"
    ACCOUNT = "account"
    UNIT = "unit"
    SEATS = "seats"
    EVALUATIONS = "evaluations"
    TRAINING = "training"
    PRACTICE = "observed-practice"
    AWARDS = "certifications"
    SUSPENSIONS = "suspensions"
    EMERGENCIES = "emergencies"
    SESSIONS = "training-sessions"
    TRAINER = "trainer"
    REPORTS = "reports"
    PLATFORMS = "platforms"
    DECISIONS = "decisions"
    LOOKS = "looks"
    RECTIFICATION = "rectification"
    SIGN_IN = "sign-in"
    WRITTEN = "written"
    """Drafts and remarks on modules."""
    ACTS = "acts"
    """What the person recorded, about tools, content or other people."""
    OTHER = "other"


class Why(StrEnum):
    """Why something that touches a person is not given to them, or not here."""

    EXAM = "exam"
    """A test that is known tests nothing."""
    OTHERS = "others"
    """It is about other people: GDPR art. 15(4)."""
    CONFIDENCE = "confidence"
    """It would tell who raised a concern, or disturb how one is looked into."""
    SECURITY = "security"
    """With it somebody could sign in as the person, or undo a pseudonym."""
    THEIR_ACT = "their-act"
    """A record about somebody else that names the person for what they did: counted under `Section.ACTS`."""
    TECHNICAL = "technical"
    """It says nothing of the person that does not stand here already."""


#: By the name of the table.
SECTIONS: Mapping[str, Section] = {
    "person": Section.IDENTITY,
    "person_correction": Section.IDENTITY,
    "account_fact": Section.ACCOUNT,
    "role_assignment": Section.ACCOUNT,
    "password_set": Section.ACCOUNT,
    "tool_owner": Section.ACCOUNT,
    "unit_assignment": Section.UNIT,
    "seat_grant": Section.SEATS,
    "seat_release": Section.SEATS,
    "seat_review": Section.SEATS,
    "evaluation": Section.EVALUATIONS,
    "evaluation_review": Section.EVALUATIONS,
    "attempt": Section.TRAINING,
    "answer": Section.TRAINING,
    "submission": Section.TRAINING,
    "new_mark": Section.TRAINING,
    "late_acceptance": Section.TRAINING,
    "lesson_read": Section.TRAINING,
    "familiarisation": Section.TRAINING,
    "requirement_familiarisation": Section.TRAINING,
    "retraining_order": Section.TRAINING,
    "appeal": Section.TRAINING,
    "appeal_message": Section.TRAINING,
    "appeal_decision": Section.TRAINING,
    "time_accommodation": Section.TRAINING,
    "further_attempt": Section.TRAINING,
    "observation": Section.PRACTICE,
    "observation_tick": Section.PRACTICE,
    "observed_practice": Section.PRACTICE,
    "observed_practice_signature": Section.PRACTICE,
    "award": Section.AWARDS,
    "award_basis": Section.AWARDS,
    "award_end": Section.AWARDS,
    "award_review": Section.AWARDS,
    "award_upholding": Section.AWARDS,
    "status_index": Section.AWARDS,
    "offline_pass": Section.AWARDS,
    "objection": Section.AWARDS,
    "objection_message": Section.AWARDS,
    "objection_decision": Section.AWARDS,
    "officer_suspension": Section.SUSPENSIONS,
    "officer_reinstatement": Section.SUSPENSIONS,
    "emergency_request": Section.EMERGENCIES,
    "emergency_grant": Section.EMERGENCIES,
    "emergency_end": Section.EMERGENCIES,
    "session_enrolment": Section.SESSIONS,
    "session_withdrawal": Section.SESSIONS,
    "session_attendance": Section.SESSIONS,
    "training_session": Section.SESSIONS,
    "session_change": Section.SESSIONS,
    "calendar_feed": Section.SESSIONS,
    "trainer_qualification": Section.TRAINER,
    "trainer_qualification_signature": Section.TRAINER,
    "trainer_measure": Section.TRAINER,
    "conduct_outcome": Section.TRAINER,
    "ethics_declaration": Section.TRAINER,
    "declared_interest": Section.TRAINER,
    "declared_interest_end": Section.TRAINER,
    "continuing_education": Section.TRAINER,
    "standard_judge": Section.TRAINER,
    "report_text": Section.REPORTS,
    "result_report": Section.REPORTS,
    "report_step": Section.REPORTS,
    "report_step_text": Section.REPORTS,
    "report_decision": Section.REPORTS,
    "concern_text": Section.REPORTS,
    "lti_link": Section.PLATFORMS,
    "lti_unlink": Section.PLATFORMS,
    "lti_launch": Section.PLATFORMS,
    "lti_grade": Section.PLATFORMS,
    "lti_participant": Section.PLATFORMS,
    "recorded_decision": Section.DECISIONS,
    "recorded_search": Section.DECISIONS,
    "event_stream_exclusion": Section.DECISIONS,
    "oversight_look": Section.LOOKS,
    "name_disclosure": Section.LOOKS,
    "rectification_request": Section.RECTIFICATION,
    "rectification_text": Section.RECTIFICATION,
    "rectification_step": Section.RECTIFICATION,
    "rectification_step_text": Section.RECTIFICATION,
    "browser_session": Section.SIGN_IN,
    "sign_in_attempt": Section.SIGN_IN,
    "kept_post": Section.SIGN_IN,
    "draft": Section.WRITTEN,
    "draft_save": Section.WRITTEN,
    "draft_closing": Section.WRITTEN,
    "review_comment": Section.WRITTEN,
    "waiting_import": Section.WRITTEN,
    "waiting_questions": Section.WRITTEN,
    "lti_invitation": Section.WRITTEN,
}

#: Kinds that touch a person and are not given to them, though they are `about` them or name them.
WITHHELD_KINDS: Mapping[str, Why] = {
    "conduct_case": Why.CONFIDENCE,
    "conduct_handling": Why.CONFIDENCE,
    "credential": Why.SECURITY,
    "person_salt": Why.SECURITY,
}

#: Columns that are left out of what is given, by table.
WITHHELD_COLUMNS: Mapping[str, Mapping[str, Why]] = {
    "attempt": {"paper": Why.EXAM, "seed": Why.EXAM},
    "browser_session": {"token_digest": Why.SECURITY, "data": Why.SECURITY, "epoch": Why.SECURITY},
    "calendar_feed": {"token_digest": Why.SECURITY},
    "draft_save": {"content": Why.EXAM},
    "kept_post": {"form": Why.SECURITY},
    "lti_invitation": {"token_digest": Why.SECURITY},
    "lti_launch": {"code_digest": Why.SECURITY},
    "oversight_look": {"disclosure_id": Why.CONFIDENCE},
    "review_comment": {"text": Why.EXAM},
    "sign_in_attempt": {"account_digest": Why.SECURITY, "address_digest": Why.SECURITY},
    "waiting_import": {"content": Why.OTHERS, "mapping": Why.TECHNICAL},
    "waiting_questions": {"content": Why.EXAM},
}

#: Parts of structured columns that are left out, by table and column.
WITHHELD_PARTS: Mapping[tuple[str, str], Mapping[str, Why]] = {
    ("submission", "result"): {"items": Why.EXAM, "critical_missed": Why.EXAM},
    ("new_mark", "result"): {"items": Why.EXAM, "critical_missed": Why.EXAM},
    ("recorded_decision", "question"): {"authorisation": Why.OTHERS},
    ("trainer_qualification", "evidence"): {"by": Why.OTHERS},
}

#: Other columns that name a person, and why what they stand in is not given to that person.
ELSEWHERE: Mapping[tuple[str, str], Why] = {
    ("award_basis", "trainer_id"): Why.THEIR_ACT,
    ("journal_entry", "actor_id"): Why.THEIR_ACT,
    ("journal_entry", "subject_id"): Why.TECHNICAL,
    ("observation", "assessor_id"): Why.THEIR_ACT,
    ("person_erased", "person_id"): Why.TECHNICAL,
    ("person_erasure", "person_id"): Why.TECHNICAL,
    ("person_erasure_signature", "person_id"): Why.TECHNICAL,
    ("review_verdict", "requested_by_id"): Why.THEIR_ACT,
    ("session_attendance", "instructor_id"): Why.THEIR_ACT,
}


def section_of(kind: str) -> Section:
    """Return where the records of a table stand on a person's own page."""
    return SECTIONS.get(kind, Section.OTHER)
