"""Two safeguards beside certification: the psychological evaluation in force, and the seat under the tool's cap.

Source: popAI recommendations (January 2024): officers who use AI are psychologically evaluated, and few, trained people
reach personal data.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from training_app.rules.civil_time import CivilInstant, add_months, days_after, in_force
from training_app.rules.facts import (
    Evaluated,
    EvaluationOutcome,
    Fact,
    OfficerFacts,
    Policy,
    SeatGranted,
    Suspended,
    ToolFacts,
    in_effect,
    latest,
)

F = TypeVar("F", bound=Fact)

#: Days that a seat lasts beyond the day on which its review is due.
SEAT_REVIEW_MARGIN = 30


def governing_evaluation(officer: OfficerFacts, *, on: CivilInstant) -> Evaluated | None:
    """Return the evaluation that governs: the latest that is not pending, on a tie the stricter.

    Of two with the same outcome that is the one which ends earlier, then the one with a restriction.
    """
    settled = [
        found for found in in_effect(officer.evaluations, on.instant) if found.outcome is not EvaluationOutcome.PENDING
    ]
    if len(settled) < 2:
        return settled[0] if settled else None
    return max(settled, key=_strictness)


def _strictness(found: Evaluated) -> tuple[datetime, int, int, str]:
    outcome = list(EvaluationOutcome).index(found.outcome)
    lasts = found.through.toordinal() if found.through is not None else 0
    return found.effective_at, outcome, -lasts, found.restriction or ""


def evaluation_in_force(officer: OfficerFacts, *, on: CivilInstant) -> bool:
    """Tell whether a clearance (with or without a restriction) governs and runs; "not cleared" never grows milder."""
    found = governing_evaluation(officer, on=on)
    return found is not None and found.outcome is not EvaluationOutcome.NOT_CLEARED and in_force(found.through, on=on)


def evaluation_asked(tool: ToolFacts, *, at: datetime) -> bool:
    """Tell whether use of *tool* asks for an evaluation: unless the agency or the tool's own policy switched it off."""
    agency, policy = latest(tool.agency, at), latest(tool.policies, at)
    return all(one is None or one.evaluation_required for one in (agency, policy))


def obligations(officer: OfficerFacts, *, on: CivilInstant) -> tuple[str, ...]:
    """Return the restriction codes that a tool must honour; empty without a clearance in force."""
    found = governing_evaluation(officer, on=on)
    return (found.restriction,) if found and found.restriction and evaluation_in_force(officer, on=on) else ()


def seat_review_day(
    seat: SeatGranted, officer: OfficerFacts, policy: Policy | None, *, on: CivilInstant
) -> date | None:
    """Return the day by which *seat* is to be reviewed next, or ``None`` where policy asks for no review.

    Counted from the last review up to *on* that came in time, else from the grant; a late one counts for nothing.
    """
    if policy is None or policy.seat_review_months is None:
        return None
    months = policy.seat_review_months
    by = add_months(on.at(seat.effective_at).day, months)
    for review in in_effect(officer.seat_reviews, on.instant):
        reviewed = on.at(review.effective_at)
        if review.seat == seat.id and in_force(days_after(by, SEAT_REVIEW_MARGIN), on=reviewed):
            by = add_months(reviewed.day, months)
    return by


def seat_last_day(seat: SeatGranted, officer: OfficerFacts, policy: Policy | None, *, on: CivilInstant) -> date | None:
    """Return the last day of *seat* by its reviews up to *on*, or ``None`` where policy asks for none.

    Each review in time carries the seat on; a late one revives nothing.
    """
    by = seat_review_day(seat, officer, policy, on=on)
    return None if by is None else days_after(by, SEAT_REVIEW_MARGIN)


def standing_suspensions(officer: OfficerFacts, *, at: datetime) -> tuple[Suspended, ...]:
    """Return the suspensions that no reinstatement has ended."""
    ended = {reinstated.suspension for reinstated in in_effect(officer.reinstatements, at)}
    return tuple(suspended for suspended in in_effect(officer.suspensions, at) if suspended.id not in ended)


def running_seats(officer: OfficerFacts, policy: Policy | None, *, on: CivilInstant) -> tuple[SeatGranted, ...]:
    """Return the officer's seats that stand: not released, not ended by transfer, account closing or missed review.

    Two people decide at once: what held of unit and account when the seat was granted ends it as a later change would.
    """
    released = {release.seat for release in in_effect(officer.seat_releases, on.instant)}

    def stands(seat: SeatGranted) -> bool:
        moved = any(assigned.unit != seat.unit for assigned in _since(officer.units, seat, on))
        closed = any(not account.is_open for account in _since(officer.accounts, seat, on))
        through = seat_last_day(seat, officer, policy, on=on)
        return not (seat.id in released or moved or closed) and (through is None or in_force(through, on=on))

    return tuple(seat for seat in in_effect(officer.seats, on.instant) if stands(seat))


def _since(facts: Iterable[F], seat: SeatGranted, on: CivilInstant) -> Iterator[F]:
    """Yield the fact that held when *seat* was granted and those that took effect since; of one instant, all."""
    held = in_effect(facts, on.instant)
    before = max((fact.effective_at for fact in held if fact.effective_at < seat.effective_at), default=None)
    for fact in held:
        if fact.effective_at >= seat.effective_at or fact.effective_at == before:
            yield fact
