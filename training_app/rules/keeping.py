"""How long each kind of record is kept, from when that counts, and on whose say: the retention policy.

Every table of the product is in one kind, and a test fails until a new one is.  What is about a person and has no time
of its own goes all together, by the erasure of the person (`training_app.rules.erasure`), when the last of it is past
its time: a certificate without the quiz behind it could not be defended, a quiz without the certificate serves nobody.

Sources: GDPR art. 5(1)(e) (no longer than necessary) and 17(3)(b) (a legal obligation to keep), which applies to the
training records of officers; LED art. 5 (time limits, with procedures); AI Act art. 26(6) (logs of high-risk systems:
six months at least); designed along the ideas of ISO/IEC 17024 on records of certification.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months, in_force


class Source(StrEnum):
    """On whose say a record is kept so long."""

    LAW = "law"
    RECOMMENDATION = "recommendation"
    OURS = "ours"
    """A default of this product, which the agency's own rules replace."""


class Since(StrEnum):
    """From when the time counts."""

    LAST_RECORD = "last-record"
    """The last record about the person, once the account is closed."""
    ENDED = "ended"
    """The end of the case, or of the report."""
    RECORDED = "recorded"
    SENT = "sent"
    """When it was delivered, sent or used up."""
    PERSON = "person"
    """It goes with the person that it is about, if it did not go before."""
    FOR_GOOD = "for-good"
    """It is kept for good: it is about nobody, or nobody can be known by it once the person is erased."""


class Unit(StrEnum):
    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Time:
    """A length of time: as set in the setting *setting*, or *count* where nothing sets it."""

    unit: Unit
    setting: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """One kind of record: its tables, and how long they are kept."""

    tables: tuple[str, ...]
    since: Since
    source: Source
    time: Time | None = None
    """Empty where it goes with the person, or is kept for good."""


_PERSON_YEARS = Time(Unit.YEARS, "person_retention_years")


def _with_the_person(source: Source, *tables: str) -> Keeping:
    return Keeping(tables, Since.LAST_RECORD, source, _PERSON_YEARS)


def _for_good(*tables: str) -> Keeping:
    return Keeping(tables, Since.FOR_GOOD, Source.OURS)


#: By the code of the kind, in the order in which pages and `docs/retention.md` show them.
POLICY: Mapping[str, Keeping] = {
    "identity": _with_the_person(
        Source.OURS, "account_fact", "lti_link", "lti_unlink", "password_set", "person", "person_correction",
        "role_assignment", "unit_assignment",
    ),
    "certification": _with_the_person(
        Source.RECOMMENDATION, "award", "award_basis", "award_end", "award_review", "award_upholding",
        "familiarisation", "officer_reinstatement", "officer_suspension", "requirement_familiarisation",
        "retraining_order", "seat_grant", "seat_release", "seat_review",
    ),
    "learning": _with_the_person(
        Source.RECOMMENDATION, "answer", "appeal", "appeal_decision", "appeal_message", "attempt", "further_attempt",
        "late_acceptance", "lesson_read", "lti_grade", "lti_participant", "new_mark", "observation",
        "observation_tick", "observed_practice", "observed_practice_signature", "session_attendance",
        "session_enrolment", "session_withdrawal", "submission", "time_accommodation",
    ),
    "evaluation": _with_the_person(Source.OURS, "evaluation", "evaluation_review"),
    "trainer": _with_the_person(
        Source.RECOMMENDATION, "conduct_case", "conduct_handling", "conduct_outcome", "continuing_education",
        "declared_interest", "declared_interest_end", "ethics_declaration", "objection", "objection_decision",
        "objection_message", "standard_judge", "trainer_measure", "trainer_qualification",
        "trainer_qualification_signature",
    ),
    "emergency": _with_the_person(Source.OURS, "emergency_end", "emergency_grant", "emergency_request"),
    "offline": _with_the_person(Source.OURS, "offline_pass", "status_index"),
    "decisions": Keeping(
        ("recorded_decision", "recorded_search"), Since.RECORDED, Source.LAW,
        Time(Unit.DAYS, "record_retention_days"),
    ),
    "concern-words": Keeping(
        ("concern_text",), Since.ENDED, Source.OURS, Time(Unit.MONTHS, "conduct_months")
    ),
    "report-words": Keeping(
        ("report_step_text", "report_text"), Since.ENDED, Source.OURS, Time(Unit.MONTHS, "report_months")
    ),
    "reports": _for_good(
        "answered_report", "asked_after_report", "report_decision", "report_decision_signature", "report_step",
        "result_report", "wish_step",
    ),
    "incident-words": Keeping(
        ("incident_step_text", "incident_text"), Since.ENDED, Source.OURS, Time(Unit.MONTHS, "incident_months")
    ),
    "incidents": _for_good("incident", "incident_step"),
    "incident-limits": Keeping(("incident_sending",), Since.RECORDED, Source.OURS, Time(Unit.HOURS, count=24)),
    "rectifications": _with_the_person(Source.LAW, "rectification_request", "rectification_step"),
    "rectification-words": Keeping(
        ("rectification_step_text", "rectification_text"), Since.ENDED, Source.OURS,
        Time(Unit.MONTHS, "rectification_months"),
    ),
    "oversight": _for_good(
        "evidence_pack_made", "name_disclosure", "oversight_answer", "oversight_follow_up", "oversight_look",
        "oversight_question", "oversight_question_closed", "oversight_suspension", "resumption_proposal",
    ),
    "disclosure-words": Keeping(("name_disclosure_text",), Since.PERSON, Source.OURS),
    "sign-in": Keeping(("browser_session",), Since.RECORDED, Source.OURS, Time(Unit.HOURS, "session_kept_hours")),
    "sign-in-attempts": Keeping(("sign_in_attempt",), Since.RECORDED, Source.OURS, Time(Unit.DAYS, count=30)),
    "credentials": Keeping(("calendar_feed", "credential"), Since.PERSON, Source.OURS),
    "interrupted-answers": Keeping(
        ("kept_post",), Since.RECORDED, Source.OURS, Time(Unit.DAYS, "kept_answer_days")
    ),
    "waiting-files": Keeping(("waiting_import", "waiting_questions"), Since.RECORDED, Source.OURS,
                             Time(Unit.HOURS, count=24)),
    "platform-visits": Keeping(("lti_launch", "lti_login"), Since.SENT, Source.OURS, Time(Unit.HOURS, count=1)),
    "invitations": Keeping(("lti_invitation",), Since.SENT, Source.OURS, Time(Unit.DAYS, count=7)),
    "program-tokens": Keeping(("client_access_token", "used_assertion"), Since.SENT, Source.OURS,
                              Time(Unit.HOURS, count=1)),
    "messages": Keeping(("outbox_message",), Since.SENT, Source.OURS, Time(Unit.DAYS, count=7)),
    "journal": _for_good(
        "answer_change", "checkpoint", "journal_entry", "journal_leaf", "journal_waiting", "person_erased",
        "person_erasure", "person_erasure_signature", "person_erasure_withdrawal", "record_expiry", "tree_head",
    ),
    "journal-content": Keeping(("journal_payload", "person_salt"), Since.PERSON, Source.OURS),
    "tools": _for_good(
        "agency_policy", "assessment_signature", "emergency_setting", "impact_assessment", "prohibition_correction",
        "prohibition_correction_signature", "release_cancellation", "requirement_change", "requirement_set",
        "requirement_set_signature", "seat_cap", "terms_rebase", "terms_rebase_signature", "tool", "tool_card",
        "tool_owner", "tool_policy", "tool_purpose", "tool_version", "unit_seat_cap", "version_card",
        "version_card_waiver", "version_card_waiver_signature", "version_fact",
    ),
    "content": _for_good(
        "checklist", "checklist_approval", "draft", "draft_closing", "draft_save", "item_ruling", "module_revision",
        "review_comment", "review_request", "review_verdict", "standard_outcome", "standard_rating",
        "standard_round_closing", "standard_setting",
    ),
    "agency": _for_good("data_import", "session_cancellation", "session_change", "training_session", "unit"),
    "programs": _for_good(
        "client", "client_closure", "client_credential", "client_credential_end", "client_grant", "credential_use",
        "event_stream", "event_stream_change", "event_stream_exclusion", "field_place", "field_report", "gateway",
        "gateway_closure", "lti_deployment", "lti_key_set", "lti_line_item", "lti_placement", "lti_platform",
        "lti_platform_approval", "lti_platform_closure", "lti_platform_setting", "lti_seen_deployment",
    ),
}  # fmt: skip

KIND_OF: Mapping[str, str] = {table: kind for kind, keeping in POLICY.items() for table in keeping.tables}
"""By the name of a table, the code of its kind."""


NOT_OF_THE_PERSON = frozenset({"name_disclosure", "oversight_look", "recorded_decision", "recorded_search"})
"""Tables of what others asked about a person or looked at: it says nothing of when they were last here.

Else a tool that asks every night, or an overseer who looks once a year, would keep somebody's records for ever.
"""


def kept_through(last: date, *, years: int) -> date:
    """Return the last day, inclusive, on which anything about a person is kept whose last record is of *last*.

    Where the month has no such day, its last day: 29 February and six years is 28 February.
    """
    return add_months(last, 12 * years)


def is_due(last: date, *, years: int, on: CivilInstant) -> bool:
    """Tell whether the retention time of a person is over, whose last record is of *last*."""
    return not in_force(kept_through(last, years=years), on=on)
