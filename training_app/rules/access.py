"""The access question: may this officer use this version of this tool, now, for this purpose?

One pure function answers it for the API, the pages, the certificate and every list.  Every ground is given, never only
the first.  What is unknown silences every ground that would be read from it; a missing fact refuses.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from training_app.rules import versions
from training_app.rules.certification import Coverage, Standing, Validity, history, standing
from training_app.rules.civil_time import CivilInstant, days_after, ends_at, first_instant
from training_app.rules.facts import (
    Facts,
    Level,
    OfficerFacts,
    Policy,
    Prohibition,
    SeatGranted,
    ToolFacts,
    VersionChange,
    as_known,
    in_effect,
    latest,
)
from training_app.rules.safeguards import evaluation_in_force, obligations, running_seats, seat_last_day

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
    VERSION_NOT_RELEASED = "version-not-released"
    VERSION_SUSPENDED = "version-suspended"
    VERSION_WITHDRAWN = "version-withdrawn"
    EVALUATION_NOT_IN_FORCE = "evaluation-not-in-force"
    NO_SEAT = "no-seat"
    PURPOSE_MISSING = "purpose-missing"
    PURPOSE_NOT_PERMITTED = "purpose-not-permitted"


class Badge(StrEnum):
    """One word for an officer and a tool version; the first that applies, in this order."""

    PROHIBITED = "prohibited"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    NOT_COVERED = "not-covered"
    ON_HOLD = "on-hold"
    DUE = "due"
    RENEWAL_OPEN = "renewal-open"
    CERTIFIED = "certified"
    IN_TRAINING = "in-training"
    NOT_CERTIFIED = "not-certified"


#: A badge that appears if and only if access is allowed.
ALLOWING = frozenset({Badge.DUE, Badge.RENEWAL_OPEN, Badge.CERTIFIED})

_OF_VALIDITY = {
    Validity.NEVER_CERTIFIED: Ground.NEVER_CERTIFIED,
    Validity.IN_TRAINING: Ground.IN_TRAINING,
    Validity.EXPIRED: Ground.EXPIRED,
    Validity.REVOKED: Ground.REVOKED,
}


@dataclass(frozen=True, slots=True)
class Question:
    """*officer* by service number, *tool* by slug, *version* by label as the tool states it of itself."""

    officer: str
    tool: str
    version: str | None
    action: str = USE
    purpose: str | None = None


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
    policy_revision: int | None = None
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


def decide(question: Question, facts: Facts, *, at: datetime, known_at: datetime) -> Decision:
    """Answer *question* as of *at*, from what was recorded by *known_at* (both aware).

    :returns: a decision with all grounds; access is allowed if and only if there is none.
    """
    known = as_known(facts, known_at)
    on = CivilInstant(at, facts.zone)
    now = replace(judge(question, known, on=on), known_at=known_at)
    later = (judge(question, known, on=on.at(instant)) for instant in _instants(known, on))
    changes = next((then.at for then in later if _differs(now, then)), None)
    cache_until = at
    if now.allowed and known.tool is not None:
        cache_until = min(filter(None, [changes, at + timedelta(seconds=known.tool.max_cache_seconds)]))
    return replace(now, stable_until=changes, cache_until=cache_until)


def judge(question: Question, known: Facts, *, on: CivilInstant) -> Decision:
    """Answer *question* at one instant from facts already known; without the forecast, for lists of many officers."""
    tool, officer = known.tool, known.officer
    if officer is not None and account_open(officer, at=on.instant) is None:
        officer = None
    label = (
        question.version
        if tool and question.version and versions.version(tool, question.version, at=on.instant)
        else None
    )
    found = standing(officer, tool, label or "", on=on) if officer and tool else None
    policy = latest(tool.policies, on.instant) if tool else None
    held = set(_grounds(question, tool, officer, label, found, policy, on))
    grounds = tuple(ground for ground in Ground if ground in held)
    return Decision(
        question=question,
        at=on.instant,
        known_at=on.instant,
        grounds=grounds,
        badge=badge(grounds, found),
        standing=found,
        obligations=obligations(officer, on=on) if officer else (),
        policy_revision=policy.revision if policy else None,
    )


def _grounds(
    question: Question,
    tool: ToolFacts | None,
    officer: OfficerFacts | None,
    label: str | None,
    found: Standing | None,
    policy: Policy | None,
    on: CivilInstant,
) -> Iterator[Ground]:
    if question.action != USE:
        yield Ground.ACTION_NOT_PERMITTED
    if tool is None:
        yield Ground.TOOL_UNKNOWN
    else:
        yield from _grounds_of_tool(tool, label, on)
    if officer is None:
        yield Ground.OFFICER_UNKNOWN
    else:
        yield from _grounds_of_officer(officer, on)
    if tool is not None:
        seats = running_seats(officer, policy, on=on) if officer else ()
        yield from _grounds_of_purpose(question, tool, seats)
        if officer is not None:
            if (policy is None or policy.evaluation_required) and not evaluation_in_force(officer, on=on):
                yield Ground.EVALUATION_NOT_IN_FORCE
            if (policy is None or policy.seats_required) and not seats:
                yield Ground.NO_SEAT
    if found is not None:
        yield from _grounds_of_standing(found, version_known=label is not None)


def _grounds_of_tool(tool: ToolFacts, label: str | None, on: CivilInstant) -> Iterator[Ground]:
    if tool.prohibition is not Prohibition.NONE:
        yield Ground.TOOL_PROHIBITED
    if label is None:
        yield Ground.VERSION_UNKNOWN
        return
    registration = versions.version(tool, label, at=on.instant)
    if registration and registration.prohibition is not Prohibition.NONE:
        yield Ground.VERSION_PROHIBITED
    released = versions.released(tool, label, at=on.instant)
    if released is None:
        yield Ground.VERSION_NOT_RELEASED
    elif released is VersionChange.WITHDRAWN:
        yield Ground.VERSION_WITHDRAWN
    if versions.suspended(tool, label, at=on.instant):
        yield Ground.VERSION_SUSPENDED


def account_open(officer: OfficerFacts, *, at: datetime) -> bool | None:
    """Tell whether the account is open, ``None`` where there is none yet; opened and closed at once, it is closed."""
    accounts = in_effect(officer.accounts, at)
    last = max(accounts, key=lambda account: (account.effective_at, not account.is_open), default=None)
    return last.is_open if last else None


def _grounds_of_officer(officer: OfficerFacts, on: CivilInstant) -> Iterator[Ground]:
    if not account_open(officer, at=on.instant):
        yield Ground.ACCOUNT_CLOSED
    ended = {reinstated.suspension for reinstated in in_effect(officer.reinstatements, on.instant)}
    if any(suspended.id not in ended for suspended in in_effect(officer.suspensions, on.instant)):
        yield Ground.SUSPENDED


def _grounds_of_standing(found: Standing, *, version_known: bool) -> Iterator[Ground]:
    if found.validity in _OF_VALIDITY:
        yield _OF_VALIDITY[found.validity]
    elif not version_known:
        return
    elif found.coverage is Coverage.NONE:
        yield Ground.NOT_COVERED
    elif found.coverage is Coverage.OVERDUE:
        yield Ground.OVERDUE
        if found.path is not None and not found.path.assessed:
            yield Ground.ASSESSMENT_MISSING


def _grounds_of_purpose(question: Question, tool: ToolFacts, seats: tuple[SeatGranted, ...]) -> Iterator[Ground]:
    if question.purpose is None:
        if tool.purpose_required:
            yield Ground.PURPOSE_MISSING
        return
    granted = {purpose for seat in seats for purpose in seat.purposes} if seats else tool.purposes
    if question.purpose not in tool.purposes or question.purpose not in granted:
        yield Ground.PURPOSE_NOT_PERMITTED


def badge(grounds: tuple[Ground, ...], found: Standing | None) -> Badge:
    """Return the one badge: due, renewal open or certified if and only if there is no ground."""
    own = (
        (Badge.PROHIBITED, {Ground.TOOL_PROHIBITED, Ground.VERSION_PROHIBITED}),
        (Badge.REVOKED, {Ground.REVOKED}),
        (Badge.SUSPENDED, {Ground.SUSPENDED}),
        (Badge.EXPIRED, {Ground.EXPIRED}),
        (Badge.OVERDUE, {Ground.OVERDUE}),
        (Badge.NOT_COVERED, {Ground.NOT_COVERED}),
    )
    for candidate, codes in own:
        if codes.intersection(grounds):
            return candidate
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


# -- what is to come ---------------------------------------------------------------------------------------------------


def _differs(now: Decision, then: Decision) -> bool:
    def seen(decision: Decision) -> tuple[object, ...]:
        found = decision.standing
        return (decision.grounds, decision.badge, found and found.validity, found and found.coverage)

    return seen(now) != seen(then)


def _instants(known: Facts, on: CivilInstant) -> tuple[datetime, ...]:
    """Return every later instant at which an answer could change without a new fact, in order."""
    timelines = [holder.timeline() for holder in (known.tool, known.officer) if holder is not None]
    found = {fact.effective_at for timeline in timelines for fact in timeline}
    later = {on.instant, *(instant for instant in found if instant > on.instant)}
    if known.officer is not None:
        found.update(_instants_of_officer(known.officer, known.tool, later, on))
    if known.tool is not None:
        found.update(_instants_of_grace(known.tool, on))
    return tuple(sorted(instant for instant in found if instant > on.instant))


def _instants_of_officer(
    officer: OfficerFacts, tool: ToolFacts | None, later: set[datetime], on: CivilInstant
) -> Iterator[datetime]:
    for evaluated in officer.evaluations:
        if evaluated.through is not None:
            yield ends_at(evaluated.through, on.zone)
    for instant in later:
        moment = on.at(instant)
        for term in history(officer, on=moment).terms[-1:]:
            yield ends_at(term.last_day, on.zone)
            yield first_instant(term.window_opens_on, on.zone)
        policy = latest(tool.policies, instant) if tool else None
        for seat in officer.seats:
            through = seat_last_day(seat, officer, policy, on=moment)
            if through is not None:
                yield ends_at(through, on.zone)


def _instants_of_grace(tool: ToolFacts, on: CivilInstant) -> Iterator[datetime]:
    for assessment in tool.assessments:
        if assessment.level is None or assessment.level is Level.CARRY_OVER:
            continue
        for change in tool.changes:  # of any version: see Graph.path on ends that were never released
            if change.change is VersionChange.RELEASED:
                yield ends_at(days_after(on.at(change.effective_at).day, assessment.grace_days), on.zone)
