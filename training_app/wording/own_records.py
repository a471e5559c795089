"""Records about a person in words, for that person: their kinds, their fields, and the codes in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.models.people import AccountChange, ReviewKind
from training_app.models.recorded import SearchKind
from training_app.models.training import Mode
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.own_data import Section
from training_app.rules.reports import StepKind
from training_app.services.own_data.records import INSTALLATION, SOMEBODY, YOURSELF, Record
from training_app.wording import rectification, reports, rulings
from training_app.wording.award_reviews import AWARD_KINDS, DOUBTS, ENDS, UPHELD, VOIDED
from training_app.wording.conduct import ACTS, OBJECTION_OUTCOMES, OUTCOMES
from training_app.wording.conduct import WHYS as MEASURED
from training_app.wording.decisions import ROLES, civil
from training_app.wording.emergencies import DANGERS
from training_app.wording.further_attempts import REASONS as FURTHER
from training_app.wording.journal import FACTS
from training_app.wording.observed_practice import OUTCOMES as SEEN
from training_app.wording.oversight_looks import REASONS as LOOK_REASONS
from training_app.wording.oversight_looks import page_of
from training_app.wording.own_data import SECTIONS
from training_app.wording.people import CHANGES, RETRAINING, REVOCATIONS
from training_app.wording.suspensions import END_REASONS
from training_app.wording.suspensions import REASONS as SUSPENDED
from training_app.wording.trainers import INTERESTS, LEVELS, MEASURES
from training_app.wording.training_sessions import PRESENCES

#: What is not in the journal's list of facts, by the name of its table.
OTHER_KINDS: Mapping[str, Any] = {
    "answer": _l("Answer given in a quiz"),
    "award_basis": _l("Act of a trainer that a certification rests on"),
    "browser_session": _l("Browser signed in"),
    "calendar_feed": _l("Address of the calendar feed made"),
    "concern_text": _l("Concern that you raised, in your words"),
    "draft": _l("Draft of a module opened"),
    "draft_closing": _l("Draft of a module given up"),
    "draft_save": _l("Part of a draft saved"),
    "event_stream_exclusion": _l("Taken out of an event stream"),
    "kept_post": _l("Answer kept until you signed in again"),
    "lesson_read": _l("Lesson marked as read"),
    "lti_grade": _l("Grade at a learning platform"),
    "lti_invitation": _l("Invitation of a learning platform made"),
    "lti_launch": _l("Launch from a learning platform that is being followed"),
    "lti_participant": _l("Course at a learning platform opened"),
    "observation": _l("Observation begun"),
    "observation_tick": _l("Behaviour ticked by the observer"),
    "rectification_step_text": _l("What you were told about a request"),
    "rectification_text": _l("What you said is wrong"),
    "report_step_text": _l("Words of a step in your report"),
    "report_text": _l("Report that you made, in your words"),
    "review_comment": _l("Remark on a draft"),
    "sign_in_attempt": _l("Attempt to sign in"),
    "waiting_import": _l("File of people or units that waits"),
    "waiting_questions": _l("File of questions that waits"),
}


def kind(name: str) -> str:
    """Return what a kind of record is called; a new one that has no words yet, by the name of its table."""
    return str(FACTS.get(name) or OTHER_KINDS.get(name) or name.replace("_", " "))


#: What the fields are called that the pages show; the file has more, as `docs/data-protection.md` says.
FIELDS: Mapping[str, Any] = {
    "act": _l("Act"),
    "acted": _l("Done on the result"),
    "agreed": _l("You agreed"),
    "all_met": _l("Everything met"),
    "allowed": _l("Allowed"),
    "at": _l("When"),
    "attempts_from": _l("First attempt opened"),
    "begun_at": _l("Begun"),
    "behaviour": _l("Behaviour"),
    "browser": _l("Browser"),
    "change": _l("Change"),
    "client": _l("Program"),
    "closes_at": _l("Open until"),
    "code": _l("Code"),
    "comment": _l("Remark"),
    "danger": _l("Danger"),
    "done_at": _l("Done"),
    "done_instead": _l("Done instead"),
    "due": _l("Last day"),
    "email": _l("E-mail address"),
    "ended_at": _l("Ended"),
    "ends_at": _l("Ends"),
    "expires_at": _l("Valid until"),
    "file_name": _l("File"),
    "found": _l("Results"),
    "gateway": _l("Gateway"),
    "granted": _l("Given"),
    "grounds": _l("Grounds"),
    "groups": _l("Groups"),
    "happened": _l("What happened"),
    "held_on": _l("Day"),
    "holder_name": _l("Name on the certificate"),
    "hours": _l("Hours"),
    "how": _l("Linked by"),
    "instructor": _l("Instructor"),
    "item_id": _l("Question"),
    "justification": _l("Why"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "lesson": _l("Lesson"),
    "level": _l("Level"),
    "minutes": _l("Minutes"),
    "mode": _l("Mode"),
    "module": _l("Module"),
    "modules": _l("Modules"),
    "name": _l("Name"),
    "number": _l("Number"),
    "options": _l("Answer"),
    "outcome": _l("Outcome"),
    "page": _l("Page"),
    "part": _l("Part"),
    "passed": _l("Passed"),
    "path": _l("Way"),
    "percent": _l("More time, in percent"),
    "place": _l("Place"),
    "placement": _l("Course"),
    "platform": _l("Learning platform"),
    "presence": _l("Presence"),
    "problem": _l("What it was"),
    "proposed": _l("What is right"),
    "published": _l("For the public"),
    "purposes": _l("Purposes"),
    "reason": _l("Reason"),
    "reason_code": _l("Reason"),
    "refusal": _l("Why not"),
    "replayed_at": _l("Sent on"),
    "restriction": _l("Restriction"),
    "revision": _l("Module"),
    "role": _l("Role"),
    "section": _l("Section"),
    "seen_at": _l("Last used"),
    "service_number": _l("Service number"),
    "session": _l("Training session"),
    "slug": _l("Module"),
    "special": _l("Special"),
    "starts_at": _l("Starts"),
    "subject": _l("Subject"),
    "succeeded": _l("Succeeded"),
    "text": _l("Text"),
    "through": _l("Through"),
    "title": _l("Title"),
    "told": _l("What you were told"),
    "tool": _l("Tool"),
    "unit": _l("Unit"),
    "until": _l("Until"),
    "used_at": _l("Used"),
    "valid_through": _l("Through"),
    "vendor": _l("Vendor"),
    "version": _l("Version"),
    "which_group": _l("The group in your words"),
    "words": _l("In your words"),
    "wrong": _l("What is wrong"),
}

#: Fields that stand in the file alone: working data, digests, and what has parts of its own.
FILE_ONLY = frozenset(
    {
        "answer", "answers_digest", "based_on", "capacity", "checked_at", "claims", "closed_at", "continued",
        "correction_kind", "created_at", "deployment_id", "dismissed_at", "document_sha256", "doubts_content",
        "doubts_marks", "effective_at", "endpoint", "evidence", "evidence_key", "facts_digest", "first_seen_at",
        "kept_at", "last_timestamp", "launched_at", "made_at", "message_type", "officer", "opened_at", "question",
        "read_at", "received_at", "record_kind", "reference", "result", "rule_version", "saved_at", "scope", "seen",
        "sequence", "stated", "steps", "terms", "text_digest", "text_version", "told_at", "told_on", "uid", "view_args",
        "wanted", "wanted_since", "within_reach", "written_at",
    }
)  # fmt: skip

_YES_NO = {True: _l("Yes"), False: _l("No")}
_LEVEL_NAMES = {level.name.lower(): label for level, label in LEVELS.items()}

#: Steps of a report of which whoever reported is told.
_STEPS_OF_REPORTS: Mapping[StepKind, Any] = {
    StepKind.TAKEN: _l("A registrar looks into it"),
    StepKind.GIVEN_BACK: _l("It waits for another registrar"),
    StepKind.ASKED: _l("You were asked"),
    StepKind.ANSWERED: _l("You answered"),
    StepKind.SUSPENDED: _l("The version was suspended for safety"),
    StepKind.RETRAINING: _l("Retraining was ordered"),
    StepKind.LESSON: _l("The training is to be changed"),
    StepKind.PROVIDER: _l("The provider was told"),
}

#: Codes in words, by kind of record and field.
_CODES: Mapping[tuple[str, str], Mapping[Any, Any]] = {
    ("account_fact", "change"): {AccountChange.OPENED: _l("Opened"), AccountChange.CLOSED: _l("Closed")},
    ("appeal_decision", "outcome"): rulings.OUTCOMES,
    ("attempt", "mode"): {Mode.PRACTICE: _l("Practice"), Mode.ASSESSMENT: _l("Assessment")},
    ("award", "kind"): AWARD_KINDS,
    ("award_basis", "act"): ACTS,
    ("award_end", "kind"): ENDS,
    ("award_end", "reason_code"): {**REVOCATIONS, **VOIDED},
    ("award_review", "reason_code"): DOUBTS,
    ("award_upholding", "reason_code"): UPHELD,
    ("conduct_outcome", "outcome"): OUTCOMES,
    ("declared_interest", "kind"): INTERESTS,
    ("emergency_request", "danger"): DANGERS,
    ("evaluation", "outcome"): {
        EvaluationOutcome.CLEARED: _l("Cleared"),
        EvaluationOutcome.RESTRICTED: _l("Cleared with a restriction"),
        EvaluationOutcome.PENDING: _l("Pending"),
        EvaluationOutcome.NOT_CLEARED: _l("Not cleared"),
    },
    ("evaluation_review", "kind"): {ReviewKind.SECOND_OPINION: _l("Second opinion"), ReviewKind.APPEAL: _l("Appeal")},
    ("further_attempt", "reason_code"): FURTHER,
    ("name_disclosure", "reason"): LOOK_REASONS,
    ("objection_decision", "outcome"): OBJECTION_OUTCOMES,
    ("observation_tick", "outcome"): SEEN,
    ("officer_reinstatement", "reason_code"): END_REASONS,
    ("officer_suspension", "reason_code"): SUSPENDED,
    ("person_correction", "reason_code"): CHANGES,
    ("recorded_search", "kind"): {
        SearchKind.SUBJECT: _l("Who may use a version"),
        SearchKind.RESOURCE: _l("Which versions you may use"),
        SearchKind.ACTION: _l("What you may do with a version"),
    },
    ("rectification_step", "kind"): rectification.STEPS,
    ("rectification_step", "path"): rectification.PATHS,
    ("rectification_step", "refusal"): rectification.REFUSALS,
    ("report_decision", "outcome"): reports.OUTCOMES,
    ("report_step", "kind"): _STEPS_OF_REPORTS,
    ("result_report", "acted"): reports.ACTED,
    ("result_report", "groups"): reports.GROUPS,
    ("result_report", "problem"): reports.PROBLEMS,
    ("retraining_order", "reason_code"): RETRAINING,
    ("role_assignment", "role"): ROLES,
    ("session_attendance", "presence"): PRESENCES,
    ("trainer_measure", "kind"): MEASURES,
    ("trainer_measure", "reason_code"): MEASURED,
    ("trainer_qualification", "level"): _LEVEL_NAMES,
    ("unit_assignment", "reason_code"): CHANGES,
}


def by(roles: Sequence[str]) -> str:
    """Return who recorded something: the reader, the installation, or somebody by their roles then."""
    said = {YOURSELF: _("you"), INSTALLATION: _("the system"), SOMEBODY: _("somebody without a role")}
    known = {role.value: str(words) for role, words in ROLES.items()}
    return ", ".join(said.get(role) or known.get(role, role) for role in roles)


def value(of: str, name: str, given: Any, *, moment: Callable[[datetime], str]) -> str | None:
    """Return what a field says in words; ``None`` where it says nothing, or only the file has it.

    :param moment: writes an instant on the agency's clocks.
    """
    if given in (None, "", []) or name not in FIELDS:
        return None
    if isinstance(given, bool):
        return str(_YES_NO[given])
    if isinstance(given, list):
        if name == "instructor":
            return by(given)
        return ", ".join(_code(of, name, str(one)) for one in given)
    if isinstance(given, dict):
        return None
    return _instant_or_day(str(given), moment) or _code(of, name, str(given))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record in a table."""

    number: int | None
    when: str
    cells: tuple[str, ...]
    """One for each column; empty where the record says nothing."""
    by: str


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def table(of: str, records: Sequence[Record], *, moment: Callable[[datetime], str]) -> Table:
    """Return records of one kind as a table: the fields of which any of them says something, in words."""
    said = [{name: value(of, name, given, moment=moment) for name, given in one.values.items()} for one in records]
    names = [name for name in (records[0].values if records else ()) if any(row.get(name) for row in said)]
    rows = [
        TableRow(one.number, moment(one.at) if one.at else "", tuple(row.get(name) or "" for name in names), by(one.by))
        for one, row in zip(records, said, strict=True)
    ]
    return Table(tuple(str(FIELDS[name]) for name in names), tuple(rows))


def _code(of: str, name: str, code: str) -> str:
    if name == "section":
        return str(SECTIONS[Section(code)].title)
    if (of, name) == ("oversight_look", "page"):
        return page_of(code)
    return str(_CODES.get((of, name), {}).get(code, code))


def _instant_or_day(text: str, moment: Callable[[datetime], str]) -> str | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z", text):
        return moment(datetime.fromisoformat(text))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return civil(date.fromisoformat(text))
    return None
