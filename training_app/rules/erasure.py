"""What the erasure of a person does to each table: which rows go, which lose what names the person, and which stay.

Rows that concern the person alone go.  What other people's records or the counts of past years rest on stays, with the
bare number of the person, which leads to nobody: names, words and what was learnt are blanked in it.  The journal keeps
its entries, whose digests tell nothing without the salt.

A new table that names a person has its place here, and a test fails until it has.  Sources: GDPR art. 5(1)(e) and 17;
LED art. 5 and 16; design of the journal (`training_app.models.oversight`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: In place of the name of who was erased, in every record that keeps one.
ERASED_NAME = "Erased person"
#: Before the person's number, in place of the service number.
ERASED_NUMBER = "erased-"


def is_erased(service_number: str) -> bool:
    """Tell whether *service_number* stands in place of the one of a person who was erased."""
    return service_number.startswith(ERASED_NUMBER)


class ErasureReason(StrEnum):
    """Why a person is erased.  There is no text: it could name what is to be erased."""

    RETENTION_OVER = "retention-over"
    """The longest time for which anything about the person is kept is over."""
    UNLAWFUL = "unlawful-processing"
    """The data may not be processed, or not any more (GDPR art. 17(1), LED art. 16(2))."""
    LEGAL_OBLIGATION = "legal-obligation"
    """A law, a court or the supervisory authority asks for it."""


class Hold(StrEnum):
    """What stands against an erasure until it is settled."""

    OWN = "own"
    ACCOUNT_OPEN = "account-open"
    NOT_DUE = "not-due"
    """Of an erasure for the retention time alone."""
    APPEAL = "appeal"
    OBJECTION = "objection"
    CASE = "case"
    """A concern about the person, or one that the person raised."""
    REVIEW = "review"
    """An award of the person is under review."""
    MEASURE = "measure"
    """Awards of others wait for a decision, because of a measure against the person as a trainer."""
    REPORT = "report"
    """A report of a wrong result by the person."""
    RECTIFICATION = "rectification"
    """A request of the person to have something put right."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a row is: *column* holds the number of the person, or names a row of *parent* whose *column* does."""

    column: str
    parent: str = ""
    parent_column: str = ""

    def condition(self) -> str:
        """Return the SQL condition on rows of the person numbered ``:person``."""
        if self.parent:
            return f"{self.column} IN (SELECT id FROM {self.parent} WHERE {self.parent_column} = :person)"  # noqa: S608 - names of ours
        return f"{self.column} = :person"

    def of(self, row: str) -> str:
        """Return the SQL expression for the number of the person whose *row* (as ``OLD``) is."""
        if self.parent:
            return f"(SELECT {self.parent_column} FROM {self.parent} WHERE id = {row}.{self.column})"  # noqa: S608 - names of ours
        return f"{row}.{self.column}"


_OFFICER, _PERSON = Owner("officer_id"), Owner("person_id")

#: Rows that go, by table.
GOES: Mapping[str, Owner] = {
    "account_fact": _PERSON,
    "answer": Owner("attempt_id", "attempt", "officer_id"),
    "appeal": _OFFICER,
    "appeal_decision": _OFFICER,
    "appeal_message": _OFFICER,
    "attempt": _OFFICER,
    "award_basis": _OFFICER,
    "award_review": _OFFICER,
    "award_upholding": _OFFICER,
    "browser_session": _PERSON,
    "calendar_feed": _PERSON,
    "concern_text": Owner("raised_by_id"),
    "conduct_case": _PERSON,
    "conduct_handling": _PERSON,
    "conduct_outcome": _PERSON,
    "continuing_education": _PERSON,
    "credential": _PERSON,
    "declared_interest": _PERSON,
    "declared_interest_end": _PERSON,
    "ethics_declaration": _PERSON,
    "evaluation": _OFFICER,
    "evaluation_review": _OFFICER,
    "familiarisation": _OFFICER,
    "further_attempt": _OFFICER,
    "kept_post": _PERSON,
    "late_acceptance": _OFFICER,
    "lesson_read": _OFFICER,
    "lti_grade": _PERSON,
    "lti_invitation": Owner("made_by_id"),
    "lti_launch": _PERSON,
    "lti_link": _PERSON,
    "lti_unlink": _PERSON,
    "name_disclosure_text": Owner("disclosure_id", "name_disclosure", "person_id"),
    "new_mark": _OFFICER,
    "objection": _PERSON,
    "objection_decision": _PERSON,
    "objection_message": _PERSON,
    "observation": _OFFICER,
    "observation_tick": Owner("observation_id", "observation", "officer_id"),
    "observed_practice": _OFFICER,
    "observed_practice_signature": _OFFICER,
    "officer_reinstatement": _OFFICER,
    "officer_suspension": _OFFICER,
    "offline_pass": _OFFICER,
    "password_set": _PERSON,
    "person_correction": _PERSON,
    "person_salt": _PERSON,
    "rectification_request": _PERSON,
    "rectification_step": _PERSON,
    "rectification_step_text": Owner("step_id", "rectification_step", "person_id"),
    "rectification_text": Owner("request_id", "rectification_request", "person_id"),
    "report_text": Owner("reported_by_id"),
    "requirement_familiarisation": _OFFICER,
    "retraining_order": _OFFICER,
    "role_assignment": _PERSON,
    "seat_grant": _OFFICER,
    "seat_release": _OFFICER,
    "seat_review": _OFFICER,
    "session_attendance": _PERSON,
    "session_enrolment": _PERSON,
    "session_withdrawal": _PERSON,
    "submission": _OFFICER,
    "time_accommodation": _OFFICER,
    "unit_assignment": _PERSON,
    "waiting_import": _PERSON,
    "waiting_questions": _PERSON,
}

#: Rows that go with others of the person, by a way of their own (`services.erasing`): of reports, the words of the
#: steps; of learning platforms, the participant; messages and exclusions that name the service number; the content of
#: the journal's entries about the person.
GOES_WITH_IT = frozenset(
    {"event_stream_exclusion", "journal_payload", "lti_participant", "outbox_message", "report_step_text"}
)

#: Rows that go unless the table and column named rest on them; those stay as they are.
UNLESS_NAMED: Mapping[str, tuple[str, str]] = {"retraining_order": ("report_step", "order_id")}


Blank = str | dict[str, object] | list[object] | None
"""A text, in which ``{id}`` is the number of the row itself; of a column that keeps JSON, an empty one; or nothing."""


@dataclass(frozen=True, slots=True)
class Blanked:
    """Rows that stay for the sake of others, without what tells of the person."""

    owner: Owner
    columns: Mapping[str, Blank] = field(default_factory=dict)
    """What each column then says."""


#: Rows that stay with some columns blanked, by table.
BLANKED: Mapping[str, Blanked] = {
    "award": Blanked(_OFFICER, {"holder_name": ERASED_NAME, "evidence": {}, "evidence_key": "erased:{id}"}),
    "emergency_request": Blanked(_OFFICER, {"words": ""}),
    "person": Blanked(Owner("id"), {"service_number": ERASED_NUMBER + "{id}", "name": ERASED_NAME, "email": None}),
    "status_index": Blanked(_OFFICER, {"terms": '{"obligations":["erased-{id}"],"purposes":[]}'}),
    "trainer_qualification": Blanked(_PERSON, {"evidence": []}),
}


class Why(StrEnum):
    """Why the bare number of a person stays in a record."""

    COUNTED = "counted"
    """Counts of past years rest on it."""
    OTHERS = "others"
    """It is part of another person's record, or of what was taught."""
    PROOF = "proof"
    """The journal's proofs rest on it."""
    OWN_TIME = "own-time"
    """It has a time of its own, after which it goes (``training-app records expire``)."""


#: Columns that keep the bare number, by table; beside these ``recorded_by_id``, of every fact.
STAYS: Mapping[str, tuple[Why, tuple[str, ...]]] = {
    "answer_change": (Why.PROOF, ("person_id",)),
    "award": (Why.COUNTED, ("officer_id",)),
    "award_basis": (Why.OTHERS, ("trainer_id",)),
    "award_end": (Why.COUNTED, ("officer_id",)),
    "draft": (Why.OTHERS, ("opened_by_id",)),
    "draft_closing": (Why.OTHERS, ("closed_by_id",)),
    "draft_save": (Why.OTHERS, ("saved_by_id",)),
    "emergency_end": (Why.COUNTED, ("officer_id",)),
    "emergency_grant": (Why.COUNTED, ("officer_id",)),
    "emergency_request": (Why.COUNTED, ("officer_id",)),
    "journal_entry": (Why.PROOF, ("actor_id", "subject_id")),
    "name_disclosure": (Why.OTHERS, ("person_id",)),
    "observation": (Why.OTHERS, ("assessor_id",)),
    "oversight_look": (Why.OTHERS, ("subject_id",)),
    "person_erased": (Why.PROOF, ("person_id",)),
    "person_erasure": (Why.PROOF, ("person_id",)),
    "person_erasure_signature": (Why.PROOF, ("person_id",)),
    "recorded_decision": (Why.OWN_TIME, ("officer_id",)),
    "recorded_search": (Why.OWN_TIME, ("officer_id",)),
    "retraining_order": (Why.OTHERS, ("officer_id",)),
    "review_comment": (Why.OTHERS, ("written_by_id",)),
    "review_verdict": (Why.OTHERS, ("requested_by_id",)),
    "session_attendance": (Why.OTHERS, ("instructor_id",)),
    "session_change": (Why.OTHERS, ("instructor_id",)),
    "standard_judge": (Why.OTHERS, ("judge_id",)),
    "status_index": (Why.OTHERS, ("officer_id",)),
    "tool_owner": (Why.OTHERS, ("person_id",)),
    "trainer_measure": (Why.OTHERS, ("person_id",)),
    "trainer_qualification": (Why.OTHERS, ("person_id",)),
    "trainer_qualification_signature": (Why.OTHERS, ("person_id",)),
    "training_session": (Why.OTHERS, ("instructor_id",)),
}
