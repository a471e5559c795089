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
    CLIENT_READ = "client-read"
    """Which programs may ask, and which versions tools report of themselves."""
    CLIENT_MANAGE = "client-manage"
    """Register programs, give them tools, scopes and credentials."""
    EVALUATION_RECORD = "evaluation-record"
    JOURNAL_READ = "journal-read"


_BY_ROLE: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.TRAINING_TAKE}),
    Role.TRAINER: frozenset({Permission.CONTENT_READ, Permission.CONTENT_WRITE}),
    Role.LEAD: frozenset(
        {
            Permission.CONTENT_READ,
            Permission.CONTENT_WRITE,
            Permission.ATTEMPT_JUDGE,
            Permission.RULING_READ,
            Permission.TIME_GIVE,
        }
    ),
    Role.SUPERVISOR: frozenset({Permission.UNIT_READ, Permission.UNIT_MANAGE}),
    Role.REGISTRAR: frozenset(
        {
            Permission.TOOL_READ,
            Permission.TOOL_MANAGE,
            Permission.CLIENT_READ,
            Permission.CLIENT_MANAGE,
            Permission.PEOPLE_MANAGE,
            Permission.RECORD_READ,
            Permission.CONTENT_READ,
            Permission.RULING_READ,
            Permission.TIME_GIVE,
        }
    ),
    Role.EVALUATOR: frozenset({Permission.EVALUATION_RECORD}),
    Role.OVERSIGHT: frozenset(
        {
            Permission.JOURNAL_READ,
            Permission.RECORD_READ,
            Permission.AWARD_JUDGE,
            Permission.TOOL_READ,
            Permission.CLIENT_READ,
            Permission.CONTENT_READ,
            Permission.RULING_READ,
        }
    ),
}


def permissions_of(roles: Collection[Role]) -> frozenset[Permission]:
    """Return everything that a signed-in person with *roles* may do; without any role, only to be signed in."""
    return frozenset({Permission.SIGNED_IN}).union(*(_BY_ROLE[role] for role in roles))
