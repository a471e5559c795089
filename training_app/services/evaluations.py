"""Psychological evaluations: outcome and last day, recorded by an evaluator, and nothing else ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.people import Evaluation, Person
from training_app.rules.civil_time import CivilInstant, add_months, in_force
from training_app.rules.facts import EvaluationOutcome

MOST_YEARS_AHEAD = 10
"""Of the end of a clearance: a day that was mistyped cannot be taken back."""


class Restriction(StrEnum):
    """What a clearance may be restricted to.  The code goes to the tool as an obligation; no reason goes with it."""

    TWO_HOURS_A_DAY = "two-hours-a-day"
    NO_VIOLENT_CONTENT = "no-violent-content"
    NO_CHILD_ABUSE_CONTENT = "no-child-abuse-content"
    NOT_ALONE = "not-alone"
    NO_NIGHT_SHIFT = "no-night-shift"


class OfficerUnknown(TrainingError):
    def __init__(self, service_number: str) -> None:
        super().__init__(f"Nobody here has the service number {service_number}.")
        self.service_number = service_number


class OwnEvaluation(TrainingError):
    def __init__(self) -> None:
        super().__init__("You cannot record an evaluation of yourself. Another evaluator does that.")


class LastDayPassed(TrainingError):
    def __init__(self) -> None:
        super().__init__("That day has passed. A clearance ends today at the earliest.")


class LastDayTooFar(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"A clearance ends within {MOST_YEARS_AHEAD} years. Enter an earlier day.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluator found; *restriction* with a restricted clearance only, *through* with a clearance only."""

    outcome: EvaluationOutcome
    restriction: Restriction | None = None
    through: date | None = None
    """Last day, inclusive, in the agency's zone."""


def record(
    session: Session, service_number: str, found: Outcome, *, at: datetime, by: Person, zone: ZoneInfo
) -> Evaluation:
    """Record the outcome of an evaluation of the officer with *service_number*; it holds from *at* on.

    :raises OfficerUnknown: if nobody has that number; :raises OwnEvaluation: if it is the evaluator's own;
    :raises LastDayPassed: if the clearance would be over already; :raises LastDayTooFar: if it would never be.
    """
    number = service_number.strip()
    officer = session.scalars(
        select(Person).where(Person.service_number.in_({number, number.upper()})).order_by(Person.service_number)
    ).first()
    if officer is None:
        raise OfficerUnknown(number)
    if officer.id == by.id:
        raise OwnEvaluation
    if found.through is not None and not in_force(found.through, on=CivilInstant(at, zone)):
        raise LastDayPassed
    if found.through is not None and found.through > add_months(CivilInstant(at, zone).day, 12 * MOST_YEARS_AHEAD):
        raise LastDayTooFar
    fact = Evaluation(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=officer.id,
        outcome=found.outcome,
        restriction=found.restriction.value if found.restriction else None,
        through=found.through,
    )
    session.add(fact)
    session.flush()
    return fact


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded outcome, as evaluators see it."""

    service_number: str
    name: str
    outcome: EvaluationOutcome
    restriction: str | None
    through: date | None
    recorded_at: datetime
    evaluator: str


def recorded(session: Session, *, page: int, size: int) -> Sequence[Recorded]:
    """Return one page of the recorded outcomes, the latest first; pages count from 1."""
    evaluator = aliased(Person)
    rows = session.execute(
        select(
            Person.service_number,
            Person.name,
            Evaluation.outcome,
            Evaluation.restriction,
            Evaluation.through,
            Evaluation.recorded_at,
            func.coalesce(evaluator.name, "").label("evaluator"),
        )
        .join(Person, Person.id == Evaluation.officer_id)
        .join(evaluator, evaluator.id == Evaluation.recorded_by_id, isouter=True)
        .order_by(Evaluation.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [Recorded(**row._mapping) for row in rows]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Evaluation)) or 0
