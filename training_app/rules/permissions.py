"""Who may do what, by role.  Certification of a person for a tool is another matter: see `access`."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Role(StrEnum):
    OFFICER = "officer"
    TRAINER = "trainer"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    REGISTRAR = "registrar"
    EVALUATOR = "evaluator"
    OVERSIGHT = "oversight"


class Permission(StrEnum):
    SIGNED_IN = "signed-in"
    TRAINING_TAKE = "training-take"
    CONTENT_READ = "content-read"
    CONTENT_WRITE = "content-write"
    """Write drafts, put them up for review, and review what others wrote."""
    ATTEMPT_JUDGE = "attempt-judge"
    """Void or re-key items, accept late answers, decide appeals, set standards."""
    RULING_READ = "ruling-read"
    """Rulings on items, with the officers whose marks they changed."""
    TIME_GIVE = "time-give"
    """Give an officer more time for timed papers."""
    UNIT_READ = "unit-read"
    UNIT_MANAGE = "unit-manage"
    """Seats and suspensions of the own unit's officers."""
    PEOPLE_MANAGE = "people-manage"
    RECORD_READ = "record-read"
    """Anybody's answers, as of any instant, with the facts behind them."""
    AWARD_JUDGE = "award-judge"
    """Put an award under review; uphold or void it."""
    TOOL_READ = "tool-read"
    TOOL_MANAGE = "tool-manage"
    PRACTICE_ASSESS = "practice-assess"
    """Write checklists and observe officers, as the registry's own rule allows."""
    TRAINER_SELF = "trainer-self"
    """Sign the declaration of ethics, declare interests, see one's own qualifications."""
    TRAINER_READ = "trainer-read"
    """The whole registry of trainers."""
    TRAINER_QUALIFY = "trainer-qualify"
    """Qualify trainers, as the registry's own rule allows; sign special qualifications."""
    TRAINER_FOUND = "trainer-found"
    """Propose and sign special qualifications, where nobody can qualify in the ordinary way."""
    SESSION_HOLD = "session-hold"
    """Plan training sessions, keep their rosters and record attendance; what is taught, the registry decides."""
    SESSION_OVERSEE = "session-oversee"
    """Plan, move and call off the sessions of other instructors."""
    CONCERN_RAISE = "concern-raise"
    """Raise a concern about a trainer's conduct."""
    RESULT_REPORT = "result-report"
    """Report a wrong or biased result of a tool, and follow what is done about it."""
    REPORT_READ = "report-read"
    """Reports of wrong or biased results, with who handles them and their deadlines."""
    REPORT_HANDLE = "report-handle"
    """Handle reports and sign their end, as the rules of independence allow."""
    INCIDENT_HANDLE = "incident-handle"
    """Handle incidents that citizens reported, as the rules of independence allow."""
    INCIDENT_STATE = "incident-state"
    """Give the agency's statement on an incident, from a summary that oversight wrote."""
    RECTIFICATION_READ = "rectification-read"
    """Requests for rectification, with their deadlines; whose they are, registrars alone."""
    TRAINER_JUDGE = "trainer-judge"
    """Handle concerns and record measures against trainers, as the rules of independence allow."""
    CLIENT_READ = "client-read"
    """Which programs may ask, and which versions tools report of themselves."""
    CLIENT_MANAGE = "client-manage"
    """Register programs, give them tools, scopes and credentials."""
    EMERGENCY_READ = "emergency-read"
    """Emergency access of every officer: what waits, what runs and what there was."""
    EMERGENCY_CONFIRM = "emergency-confirm"
    """Confirm another officer's emergency access as the second person, and end it."""
    VERSION_SUSPEND = "version-suspend"
    """Suspend a version of a tool for safety, each in the name of their own body."""
    OVERSIGHT_DESK = "oversight-desk"
    """What waits for the oversight body, and its overviews; ask questions on the record, end what it suspended."""
    QUESTION_ANSWER = "question-answer"
    """Read what the oversight body asks one's office, and answer on the record."""
    EVALUATION_RECORD = "evaluation-record"
    JOURNAL_READ = "journal-read"


_BY_ROLE: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.TRAINING_TAKE, Permission.CONCERN_RAISE, Permission.RESULT_REPORT}),
    Role.TRAINER: frozenset(
        {
            Permission.CONTENT_READ,
            Permission.CONTENT_WRITE,
            Permission.PRACTICE_ASSESS,
            Permission.SESSION_HOLD,
            Permission.TRAINER_SELF,
        }
    ),
    Role.LEAD: frozenset(
        {
            Permission.CONTENT_READ,
            Permission.CONTENT_WRITE,
            Permission.ATTEMPT_JUDGE,
            Permission.RULING_READ,
            Permission.TIME_GIVE,
            Permission.PRACTICE_ASSESS,
            Permission.TRAINER_SELF,
            Permission.TRAINER_READ,
            Permission.TRAINER_QUALIFY,
            Permission.SESSION_HOLD,
            Permission.SESSION_OVERSEE,
            Permission.TRAINER_JUDGE,
            Permission.QUESTION_ANSWER,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.QUESTION_ANSWER,
            Permission.UNIT_READ,
            Permission.UNIT_MANAGE,
            Permission.CONCERN_RAISE,
            Permission.RESULT_REPORT,
            Permission.EMERGENCY_READ,
            Permission.EMERGENCY_CONFIRM,
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            Permission.TOOL_READ,
            Permission.TOOL_MANAGE,
            Permission.VERSION_SUSPEND,
            Permission.QUESTION_ANSWER,
            Permission.REPORT_READ,
            Permission.REPORT_HANDLE,
            Permission.INCIDENT_STATE,
            Permission.CLIENT_READ,
            Permission.CLIENT_MANAGE,
            Permission.PEOPLE_MANAGE,
            Permission.RECTIFICATION_READ,
            Permission.RECORD_READ,
            Permission.CONTENT_READ,
            Permission.RULING_READ,
            Permission.TIME_GIVE,
            Permission.TRAINER_READ,
            Permission.TRAINER_FOUND,
            Permission.SESSION_HOLD,
            Permission.SESSION_OVERSEE,
        }
    ),
    Role.EVALUATOR: frozenset({Permission.EVALUATION_RECORD}),
    Role.OVERSIGHT: frozenset(
        {
            Permission.OVERSIGHT_DESK,
            Permission.VERSION_SUSPEND,
            Permission.JOURNAL_READ,
            Permission.EMERGENCY_READ,
            Permission.RECORD_READ,
            Permission.AWARD_JUDGE,
            Permission.RECTIFICATION_READ,
            Permission.REPORT_READ,
            Permission.INCIDENT_HANDLE,
            Permission.TOOL_READ,
            Permission.CLIENT_READ,
            Permission.CONTENT_READ,
            Permission.RULING_READ,
            Permission.TRAINER_READ,
            Permission.TRAINER_JUDGE,
        }
    ),
}


def permissions_of(roles: Collection[Role]) -> frozenset[Permission]:
    """Return everything that a signed-in person with *roles* may do; without any role, only to be signed in."""
    return frozenset({Permission.SIGNED_IN}).union(*(_BY_ROLE[role] for role in roles))
