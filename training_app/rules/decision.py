"""The access question and its answer: what may be asked, every ground for a refusal, and the one badge."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from training_app.rules.certification import Coverage, Standing, Validity
from training_app.rules.facts import GuidelineCase
from training_app.rules.purposes import Authorisation

USE = "use"
"""The one action that this product decides about."""


class Ground(StrEnum):
    """One reason for a refusal.  The order is the order in which grounds are given."""

    INTERNAL_ERROR = "internal-error"
    TOOL_UNKNOWN = "tool-unknown"
    OFFICER_UNKNOWN = "officer-unknown"
    VERSION_UNKNOWN = "version-unknown"
    ACTION_NOT_PERMITTED = "action-not-permitted"
    TOOL_PROHIBITED = "tool-prohibited"
    VERSION_PROHIBITED = "version-prohibited"
    ACCOUNT_CLOSED = "account-closed"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NEVER_CERTIFIED = "never-certified"
    IN_TRAINING = "in-training"
    OVERDUE = "overdue"
    ASSESSMENT_MISSING = "assessment-missing"
    NOT_COVERED = "not-covered"
    AWARD_UNDER_REVIEW = "award-under-review"
    VERSION_NOT_RELEASED = "version-not-released"
    VERSION_SUSPENDED = "version-suspended"
    VERSION_WITHDRAWN = "version-withdrawn"
    EVALUATION_NOT_IN_FORCE = "evaluation-not-in-force"
    NO_SEAT = "no-seat"
    PURPOSE_MISSING = "purpose-missing"
    PURPOSE_NOT_PERMITTED = "purpose-not-permitted"
    AUTHORISATION_MISSING = "authorisation-missing"


class Badge(StrEnum):
    """One word for an officer and a tool version; the first that applies, in this order."""

    PROHIBITED = "prohibited"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    NOT_COVERED = "not-covered"
    ON_HOLD = "on-hold"
    EMERGENCY = "emergency"
    DUE = "due"
    RENEWAL_OPEN = "renewal-open"
    CERTIFIED = "certified"
    IN_TRAINING = "in-training"
    NOT_CERTIFIED = "not-certified"


#: Grounds that the agency's guideline may explain.
OF_PURPOSE = frozenset({Ground.PURPOSE_MISSING, Ground.PURPOSE_NOT_PERMITTED, Ground.AUTHORISATION_MISSING})

#: A badge that appears if and only if access is allowed.
ALLOWING = frozenset({Badge.EMERGENCY, Badge.DUE, Badge.RENEWAL_OPEN, Badge.CERTIFIED})


@dataclass(frozen=True, slots=True)
class Question:
    """*officer* by service number, *tool* by slug, *version* by label as the tool states it of itself.

    *crime_type*, *circumstance* and *authorisation* are asked for an intrusive tool, as the agency's guideline has it.
    """

    officer: str
    tool: str
    version: str | None
    action: str = USE
    purpose: str | None = None
    crime_type: str | None = None
    circumstance: str | None = None
    authorisation: Authorisation | None = None


@dataclass(frozen=True, slots=True)
class EmergencyUse:
    """An emergency that was looked at for an answer, with the grounds that it lifted; at least one."""

    id: str
    until: datetime
    """When it is over if nobody ends it earlier; exclusive."""
    lifted: tuple[Ground, ...]


EMERGENCY_USE = "emergency-use"
"""Obligation of an allow that an emergency alone gives: the tool marks what is done as emergency use."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question, with everything that explains it."""

    question: Question
    at: datetime
    known_at: datetime
    grounds: tuple[Ground, ...]
    badge: Badge
    standing: Standing | None = None
    """``None`` where officer or tool is unknown; with an unknown version its coverage is ``none``."""
    obligations: tuple[str, ...] = ()
    """Restriction codes that the tool must honour when it allows use."""
    guidance: tuple[GuidelineCase, ...] = ()
    """The rows of the agency's guideline that a refusal for its purpose quotes."""
    policy_revision: int | None = None
    emergency: EmergencyUse | None = None
    """``None`` too where an emergency runs and there is nothing that it could lift."""
    stable_until: datetime | None = None
    """Earliest instant at which the answer can change without a new fact; ``None`` if none can.  No leave to cache."""
    cache_until: datetime | None = None
    """Until then a tool may hold this answer; for a refusal the instant of the answer itself: it is never held."""

    @property
    def allowed(self) -> bool:
        return not self.grounds

    @property
    def awards(self) -> tuple[str, ...]:
        """Ids of the awards that the answer rests on."""
        return tuple(award.id for award in self.standing.awards) if self.standing else ()


#: Grounds that have a badge of their own, in the order of the badges.
_OWN = (
    (Badge.PROHIBITED, frozenset({Ground.TOOL_PROHIBITED, Ground.VERSION_PROHIBITED})),
    (Badge.REVOKED, frozenset({Ground.REVOKED})),
    (Badge.SUSPENDED, frozenset({Ground.SUSPENDED})),
    (Badge.EXPIRED, frozenset({Ground.EXPIRED})),
    (Badge.OVERDUE, frozenset({Ground.OVERDUE})),
    (Badge.NOT_COVERED, frozenset({Ground.NOT_COVERED})),
)


def badge(grounds: tuple[Ground, ...], found: Standing | None, emergency: EmergencyUse | None = None) -> Badge:
    """Return the one badge: emergency, due, renewal open or certified if and only if there is no ground."""
    for candidate, codes in _OWN if grounds else ():
        if not codes.isdisjoint(grounds):
            return candidate
    if not grounds and emergency is not None:
        return Badge.EMERGENCY
    if not grounds and found is not None:
        if found.coverage is Coverage.DUE:
            return Badge.DUE
        return Badge.RENEWAL_OPEN if found.validity is Validity.RENEWAL_OPEN else Badge.CERTIFIED
    if found is not None and found.ever_certified:
        return Badge.ON_HOLD
    return Badge.IN_TRAINING if found is not None and found.validity is Validity.IN_TRAINING else Badge.NOT_CERTIFIED


def worst(badges: tuple[Badge, ...]) -> Badge:
    """Return the gravest of *badges* (at least one), for a tool's row."""
    return min(badges, key=list(Badge).index)
