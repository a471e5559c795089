"""The access question: may this officer use this version of this tool, now, for this purpose?

One pure function answers it for the API, the pages, the certificate and every list.  Every ground is given, never only
the first.  What is unknown silences every ground that would be read from it; a missing fact refuses.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from training_app.rules import emergency
from training_app.rules.certification import (
    Coverage,
    Standing,
    Validity,
    history,
    standing,
    standing_as_if_running,
)
from training_app.rules.civil_time import CivilInstant, days_after, ends_at, first_instant
from training_app.rules.decision import (
    ALLOWING,
    EMERGENCY_USE,
    OF_PURPOSE,
    USE,
    Badge,
    Decision,
    EmergencyUse,
    Ground,
    Question,
    badge,
    worst,
)
from training_app.rules.facts import (
    Assessment,
    AwardEnded,
    AwardEndKind,
    Fact,
    Facts,
    GuidelineCase,
    OfficerFacts,
    Purpose,
    Requirements,
    SeatGranted,
    ToolFacts,
    VersionChange,
    as_known,
    in_effect,
    latest,
)
from training_app.rules.purposes import fitting_cases, is_stated
from training_app.rules.safeguards import (
    evaluation_in_force,
    obligations,
    running_seats,
    seat_last_day,
    standing_suspensions,
)
from training_app.rules.tool_now import ToolNow

__all__ = [
    "ALLOWING",
    "USE",
    "Badge",
    "Decision",
    "Ground",
    "Question",
    "ToolNow",
    "account_open",
    "asked_again",
    "awards_under_review",
    "badge",
    "certified",
    "decide",
    "judge",
    "open_purposes",
    "same_until",
    "worst",
]

_IN_ORDER = tuple(Ground)
_OF_VALIDITY = {
    Validity.NEVER_CERTIFIED: Ground.NEVER_CERTIFIED,
    Validity.IN_TRAINING: Ground.IN_TRAINING,
    Validity.EXPIRED: Ground.EXPIRED,
    Validity.REVOKED: Ground.REVOKED,
}


def decide(question: Question, facts: Facts, *, at: datetime, known_at: datetime) -> Decision:
    """Answer *question* as of *at*, from what was recorded by *known_at* (both aware).

    :returns: a decision with all grounds; access is allowed if and only if there is none.
    """
    known = as_known(facts, known_at)
    on = CivilInstant(at, facts.zone)
    now = replace(judge(question, known, on=on), known_at=known_at)
    later = (judge(question, known, on=on.at(instant)) for instant in _instants(question, known, on))
    changes = next((then.at for then in later if _differs(now, then)), None)
    return replace(now, stable_until=changes, cache_until=_cache_until(now.allowed, known.tool, changes, at=at))


def _cache_until(allowed: bool, tool: ToolFacts | None, stable_until: datetime | None, *, at: datetime) -> datetime:
    if not allowed or tool is None:
        return at
    longest = at + timedelta(seconds=tool.max_cache_seconds)
    return longest if stable_until is None else min(stable_until, longest)


def same_until(question: Question, facts: Facts, *, at: datetime) -> datetime:
    """Return the instant from which on *question* must be decided again, though nothing else is recorded.

    Until then no fact takes effect or becomes known, no emergency ends, and the civil day stays: a rule reads an
    instant by comparing it with others and by its civil day, so that nothing else changes what it says.  Earlier than
    `Decision.stable_until`, for also that stays which changes neither answer nor badge.
    """
    told: list[Fact] = [
        fact for holder in (facts.tool, facts.officer) if holder is not None for fact in holder.timeline()
    ]
    if facts.tool is not None:
        told.append(facts.tool)
    instants = {instant for fact in told for instant in (fact.effective_at, fact.recorded_at)}
    if facts.tool is not None and facts.officer is not None:
        instants |= emergency.ends_of(facts.officer, facts.tool)
    if question.authorisation is not None:
        instants.add(question.authorisation.lapses_at(facts.zone))
    instants.add(ends_at(CivilInstant(at, facts.zone).day, facts.zone))
    return min(instant for instant in instants if instant > at)


def asked_again(decision: Decision, tool: ToolFacts | None, *, at: datetime) -> Decision:
    """Return what `decide` says of the same facts at *at*: after the *decision* and before `same_until`.

    :param tool: what is recorded about the tool, as it was decided on.
    """
    cache_until = _cache_until(decision.allowed, tool, decision.stable_until, at=at)
    return replace(decision, at=at, known_at=at, cache_until=cache_until)


def judge(question: Question, known: Facts, *, on: CivilInstant, now: ToolNow | None = None) -> Decision:
    """Answer *question* at one instant from facts already known; without the forecast, for lists of many officers.

    :param now: the same tool at the same instant, where many are asked about it.
    """
    officer = known.officer
    if officer is not None and account_open(officer, at=on.instant) is None:
        officer = None
    if known.tool is not None and now is None:
        now = ToolNow(known.tool, on)
    label = now.label(question.version) if now else None
    found = standing(officer, now.tool, label or "", on=on, graph=now.graph) if officer and now else None
    held = set(_grounds(question, now, officer, label, found, on))
    use = None
    if officer is not None and now is not None and label is not None and found is not None and officer.emergencies:
        held, use = _lifted(held, officer, now, label, found)
    grounds = tuple(ground for ground in _IN_ORDER if ground in held) if held else ()
    restrictions = obligations(officer, on=on) if officer else ()
    return Decision(
        question=question,
        at=on.instant,
        known_at=on.instant,
        grounds=grounds,
        badge=badge(grounds, found, use),
        standing=found,
        obligations=(*restrictions, EMERGENCY_USE) if use and not grounds else restrictions,
        guidance=_guidance(question, now) if now and held & OF_PURPOSE else (),
        policy_revision=now.policy.revision if now and now.policy else None,
        emergency=use,
    )


def _grounds(
    question: Question,
    now: ToolNow | None,
    officer: OfficerFacts | None,
    label: str | None,
    found: Standing | None,
    on: CivilInstant,
) -> Iterator[Ground]:
    if question.action != USE:
        yield Ground.ACTION_NOT_PERMITTED
    if now is None:
        yield Ground.TOOL_UNKNOWN
    else:
        yield from now.grounds(label)
    if officer is None:
        yield Ground.OFFICER_UNKNOWN
    else:
        yield from _grounds_of_officer(officer, on)
    if now is not None:
        seats = running_seats(officer, now.policy, on=on) if officer else ()
        yield from _grounds_of_purpose(question, now, seats)
        if officer is not None:
            if now.evaluation_asked and not evaluation_in_force(officer, on=on):
                yield Ground.EVALUATION_NOT_IN_FORCE
            if now.seats_asked and not seats:
                yield Ground.NO_SEAT
    if found is not None:
        yield from _grounds_of_standing(found, on, version_known=label is not None)
    if found is not None and officer is not None and now is not None and label is not None:
        yield from _grounds_of_reviews(found, officer, now, label)


def account_open(officer: OfficerFacts, *, at: datetime) -> bool | None:
    """Tell whether the account is open, ``None`` where there is none yet; opened and closed at once, it is closed."""
    accounts = in_effect(officer.accounts, at)
    last = max(accounts, key=lambda account: (account.effective_at, not account.is_open), default=None)
    return last.is_open if last else None


def _grounds_of_officer(officer: OfficerFacts, on: CivilInstant) -> Iterator[Ground]:
    if not account_open(officer, at=on.instant):
        yield Ground.ACCOUNT_CLOSED
    if standing_suspensions(officer, at=on.instant):
        yield Ground.SUSPENDED


def _grounds_of_standing(found: Standing, on: CivilInstant, *, version_known: bool) -> Iterator[Ground]:
    if found.validity in _OF_VALIDITY:
        yield _OF_VALIDITY[found.validity]
    elif version_known:
        yield from _grounds_of_coverage(found, on)


def _grounds_of_coverage(found: Standing, on: CivilInstant) -> Iterator[Ground]:
    if found.coverage is Coverage.NONE:
        yield Ground.NOT_COVERED
    elif found.coverage is Coverage.OVERDUE:
        yield Ground.OVERDUE
        if found.path is not None and found.path.overdue(on.instant) and not found.path.assessed:
            yield Ground.ASSESSMENT_MISSING


def awards_under_review(officer: OfficerFacts, *, on: CivilInstant) -> frozenset[str]:
    """Return the ids of the awards with a review that nobody has ended by upholding them."""
    upheld = {one.review for one in in_effect(officer.award_upholdings, on.instant)}
    return frozenset(review.award for review in in_effect(officer.award_reviews, on.instant) if review.id not in upheld)


def _grounds_of_reviews(found: Standing, officer: OfficerFacts, now: ToolNow, label: str) -> Iterator[Ground]:
    """Yield the ground where validity and coverage allow with the awards under review, and not without them."""
    doubted = awards_under_review(officer, on=now.on)
    if not (doubted and found.sufficient):
        return
    without = standing(_without(officer, doubted), now.tool, label, on=now.on, graph=now.graph)
    if not without.sufficient:
        yield Ground.AWARD_UNDER_REVIEW


def certified(officer: OfficerFacts, now: ToolNow, label: str) -> bool:
    """Tell whether training and award allow the use of the version *label*, be the awards under review counted or not.

    Neither seat nor evaluation, suspension or account is asked for: what a learning platform is told of.
    """
    found = standing(officer, now.tool, label, on=now.on, graph=now.graph)
    return found.sufficient and not any(_grounds_of_reviews(found, officer, now, label))


def _without(officer: OfficerFacts, awards: frozenset[str]) -> OfficerFacts:
    """Return the facts as if *awards* were voided: whatever was built on them counts for nothing."""
    voids = tuple(
        AwardEnded(
            effective_at=award.effective_at, recorded_at=award.recorded_at, award=award.id, kind=AwardEndKind.VOIDED
        )
        for award in officer.awards
        if award.id in awards
    )
    return replace(officer, award_ends=(*officer.award_ends, *voids))


# -- emergencies -------------------------------------------------------------------------------------------------------


def _lifted(
    held: set[Ground], officer: OfficerFacts, now: ToolNow, label: str, found: Standing
) -> tuple[set[Ground], EmergencyUse | None]:
    """Return the grounds that are left by the emergency that runs, and what it lifted; ``None`` where it lifts nothing.

    A ground that another one kept from being read comes to light as that one is lifted, and stands.
    """
    lifted = held & emergency.LIFTABLE
    granted = emergency.running(officer, now.tool, label, at=now.on.instant) if lifted else None
    if Ground.EXPIRED in lifted and not emergency.lifts_expiry(found.last_day, on=now.on):
        lifted.discard(Ground.EXPIRED)
    if granted is None or not lifted:
        return held, None
    revealed: set[Ground] = set()
    if Ground.EXPIRED in lifted:
        found = standing_as_if_running(officer, now.tool, label, found, on=now.on, graph=now.graph)
        revealed |= set(_grounds_of_coverage(found, now.on))
    doubted = awards_under_review(officer, on=now.on)
    if lifted & {Ground.EXPIRED, Ground.OVERDUE} and not doubted.isdisjoint(award.id for award in found.awards):
        revealed.add(Ground.AWARD_UNDER_REVIEW)
    lifted |= revealed & emergency.LIFTABLE
    until = emergency.ends_by_itself(granted, now.tool.emergency_settings, at=now.on.instant)
    use = EmergencyUse(granted.id, until, tuple(ground for ground in _IN_ORDER if ground in lifted))
    return (held | revealed) - lifted, use


# -- purposes ----------------------------------------------------------------------------------------------------------


def _grounds_of_purpose(question: Question, now: ToolNow, seats: tuple[SeatGranted, ...]) -> Iterator[Ground]:
    if question.purpose is None:
        if now.tool.purpose_required:
            yield Ground.PURPOSE_MISSING
        return
    granted = {purpose for seat in seats for purpose in seat.purposes} if seats else set(now.purposes)
    if question.purpose not in now.purposes or question.purpose not in granted:
        yield Ground.PURPOSE_NOT_PERMITTED
    if question.purpose in now.purposes:
        yield from _grounds_of_guideline(question, now.purposes[question.purpose], now)


def open_purposes(officer: OfficerFacts, now: ToolNow) -> tuple[str, ...]:
    """Return the codes of the purposes, in their order, for which nothing is asked of the officer but to state them."""
    seats = running_seats(officer, now.policy, on=now.on)
    questions = (Question(officer.number, now.tool.slug, None, purpose=code) for code in now.purposes)
    return tuple(one.purpose or "" for one in questions if not any(_grounds_of_purpose(one, now, seats)))


def _grounds_of_guideline(question: Question, purpose: Purpose, now: ToolNow) -> Iterator[Ground]:
    """Yield what is missing for the rows that fit; where several do, all of them are asked.

    A purpose of an intrusive tool for which nobody has written a row permits no use.
    """
    on = now.on
    fitting = fitting_cases(purpose, question.crime_type, question.circumstance)
    if not fitting and (purpose.cases or now.tool.purpose_required):
        yield Ground.PURPOSE_NOT_PERMITTED
        return
    asks_leave = any(case.authorisation for case in fitting)
    if not is_stated(fitting, question.crime_type, question.circumstance):
        yield Ground.AUTHORISATION_MISSING if asks_leave else Ground.PURPOSE_MISSING
    elif asks_leave and (question.authorisation is None or question.authorisation.lapses_at(on.zone) <= on.instant):
        yield Ground.AUTHORISATION_MISSING


def _guidance(question: Question, now: ToolNow) -> tuple[GuidelineCase, ...]:
    """Return the rows that a refusal quotes: those that fit, or all of the purpose where none does."""
    purpose = now.purposes.get(question.purpose or "")
    if purpose is None:
        return ()
    return fitting_cases(purpose, question.crime_type, question.circumstance) or purpose.cases


# -- what is to come ---------------------------------------------------------------------------------------------------


def _differs(now: Decision, then: Decision) -> bool:
    def seen(decision: Decision) -> tuple[object, ...]:
        found = decision.standing
        return (
            decision.grounds,
            decision.badge,
            found and found.validity,
            found and found.coverage,
            decision.obligations,
            decision.emergency,
        )

    return seen(now) != seen(then)


def _instants(question: Question, known: Facts, on: CivilInstant) -> tuple[datetime, ...]:
    """Return every later instant at which an answer could change without a new fact, in order."""
    timelines = [holder.timeline() for holder in (known.tool, known.officer) if holder is not None]
    found = {fact.effective_at for timeline in timelines for fact in timeline}
    later = {on.instant, *(instant for instant in found if instant > on.instant)}
    if known.officer is not None:
        found.update(_instants_of_officer(known.officer, known.tool, later, on))
        if known.tool is not None:
            found |= emergency.ends_of(known.officer, known.tool)
    if known.tool is not None:
        found.update(_instants_of_grace(known.tool, on))
    if question.authorisation is not None:
        found.add(question.authorisation.lapses_at(on.zone))
    return tuple(sorted(instant for instant in found if instant > on.instant))


def _instants_of_officer(
    officer: OfficerFacts, tool: ToolFacts | None, later: set[datetime], on: CivilInstant
) -> Iterator[datetime]:
    for evaluated in officer.evaluations:
        if evaluated.through is not None:
            yield ends_at(evaluated.through, on.zone)
    for order in officer.retraining_orders:
        yield ends_at(order.due, on.zone)
    for instant in later:
        moment = on.at(instant)
        for term in history(officer, tool, on=moment).terms[-1:]:
            yield ends_at(term.last_day, on.zone)
            yield first_instant(term.window_opens_on, on.zone)
            if officer.emergencies:
                yield ends_at(days_after(term.last_day, emergency.EXPIRED_DAYS), on.zone)
        policy = latest(tool.policies, instant) if tool else None
        for seat in officer.seats:
            through = seat_last_day(seat, officer, policy, on=moment)
            if through is not None:
                yield ends_at(through, on.zone)


def _instants_of_grace(tool: ToolFacts, on: CivilInstant) -> Iterator[datetime]:
    """Yield when grace may end.  It runs from a release (of any version: see `Graph.path`), or from a signature.

    A signature starts it where an assessment was raised, or a later requirement set took effect.
    """
    asked: list[Assessment | Requirements] = [*tool.assessments, *tool.requirements]
    graces = {one.grace_days for one in asked if one.grace_days}
    starts = {one.effective_at for one in asked}
    starts |= {one.effective_at for one in tool.standing_changes if one.change is VersionChange.RELEASED}
    for day in {on.at(start).day for start in starts}:
        for days in graces:
            yield ends_at(days_after(day, days), on.zone)
