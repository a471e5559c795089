"""Two safeguards beside certification: the psychological evaluation in force, and the seat under the tool's cap.

Source: popAI recommendations (January 2024): officers who use AI are psychologically evaluated, and few, trained people
reach personal data.
"""

from datetime import date, datetime

from training_app.rules.civil_time import CivilInstant, add_months, days_after, in_force
from training_app.rules.facts import (
    Evaluated,
    EvaluationOutcome,
    OfficerFacts,
    Policy,
    SeatGranted,
    in_effect,
)

#: Days that a seat lasts beyond the day on which its review is due.
SEAT_REVIEW_MARGIN = 30


def governing_evaluation(officer: OfficerFacts, *, on: CivilInstant) -> Evaluated | None:
    """Return the evaluation that governs: the latest that is not pending, on a tie the stricter."""
    strictness = list(EvaluationOutcome).index
    settled = [
        found for found in in_effect(officer.evaluations, on.instant) if found.outcome is not EvaluationOutcome.PENDING
    ]
    return max(settled, key=lambda found: (found.effective_at, strictness(found.outcome)), default=None)


def evaluation_in_force(officer: OfficerFacts, *, on: CivilInstant) -> bool:
    """Tell whether a clearance (with or without a restriction) governs and runs; "not cleared" never grows milder."""
    found = governing_evaluation(officer, on=on)
    return found is not None and found.outcome is not EvaluationOutcome.NOT_CLEARED and in_force(found.through, on=on)


def obligations(officer: OfficerFacts, *, on: CivilInstant) -> tuple[str, ...]:
    """Return the restriction codes that a tool must honour; empty without a clearance in force."""
    found = governing_evaluation(officer, on=on)
    return (found.restriction,) if found and found.restriction and evaluation_in_force(officer, on=on) else ()


def seat_last_day(seat: SeatGranted, officer: OfficerFacts, policy: Policy | None, *, on: CivilInstant) -> date | None:
    """Return the last day of *seat* by its reviews up to *on*, or ``None`` where policy asks for none.

    Each review in time carries the seat on; a late one revives nothing.
    """
    if policy is None or policy.seat_review_months is None:
        return None

    def last_day(start: datetime) -> date:
        return days_after(add_months(on.at(start).day, policy.seat_review_months or 0), SEAT_REVIEW_MARGIN)

    through = last_day(seat.effective_at)
    for review in in_effect(officer.seat_reviews, on.instant):
        if review.seat == seat.id and in_force(through, on=on.at(review.effective_at)):
            through = last_day(review.effective_at)
    return through


def running_seats(officer: OfficerFacts, policy: Policy | None, *, on: CivilInstant) -> tuple[SeatGranted, ...]:
    """Return the officer's seats that stand: not released, not ended by transfer, account closing or missed review."""
    released = {release.seat for release in in_effect(officer.seat_releases, on.instant)}

    def stands(seat: SeatGranted) -> bool:
        moved = any(
            assigned.effective_at >= seat.effective_at and assigned.unit != seat.unit
            for assigned in in_effect(officer.units, on.instant)
        )
        closed = any(
            account.effective_at >= seat.effective_at and not account.is_open
            for account in in_effect(officer.accounts, on.instant)
        )
        through = seat_last_day(seat, officer, policy, on=on)
        return not (seat.id in released or moved or closed) and (through is None or in_force(through, on=on))

    return tuple(seat for seat in in_effect(officer.seats, on.instant) if stands(seat))
