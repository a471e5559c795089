"""Psychological evaluations: outcome and last day, recorded by an evaluator, and nothing else ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.people import Evaluation, EvaluationReview, Person, ReviewKind
from training_app.rules.civil_time import CivilInstant, add_months, in_force
from training_app.rules.facts import EvaluationOutcome
from training_app.services.locks import one_at_a_time

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


class NothingToReview(TrainingError):
    def __init__(self, service_number: str) -> None:
        super().__init__(f"No evaluation of {service_number} is recorded yet. Record this one as an evaluation.")
        self.service_number = service_number


class SameEvaluator(TrainingError):
    def __init__(self) -> None:
        super().__init__("The latest evaluation is your own. A second opinion or an appeal is another evaluator's.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluator found; *restriction* with a restricted clearance only, *through* with a clearance only."""

    outcome: EvaluationOutcome
    restriction: Restriction | None = None
    through: date | None = None
    """Last day, inclusive, in the agency's zone."""
    review: ReviewKind | None = None
    """Where it looks at the officer's latest evaluation again."""


def record(
    session: Session, service_number: str, found: Outcome, *, at: datetime, by: Person, zone: ZoneInfo
) -> Evaluation:
    """Record the outcome of an evaluation of the officer with *service_number*; it holds from *at* on.

    What the same evaluator recorded last that day, sent again, is that one.

    :raises OfficerUnknown: if nobody has that number; :raises OwnEvaluation: if it is the evaluator's own;
    :raises LastDayPassed: if the clearance would be over already; :raises LastDayTooFar: if it would never be;
    :raises NothingToReview: if a second opinion or an appeal has no evaluation to look at again;
    :raises SameEvaluator: if that one is of the same evaluator.
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
    one_at_a_time(session, "person", officer.id)
    if (there := _sent_again(session, officer, found, by, on=CivilInstant(at, zone))) is not None:
        return there
    earlier = _to_review(session, officer, by) if found.review else None
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
    if earlier is not None and found.review is not None:
        session.add(
            EvaluationReview(
                effective_at=at,
                recorded_at=at,
                recorded_by_id=by.id,
                officer_id=officer.id,
                evaluation_id=fact.id,
                earlier_id=earlier.id,
                earlier_evaluator_id=earlier.recorded_by_id,
                kind=found.review,
            )
        )
        session.flush()
    return fact


def _sent_again(
    session: Session, officer: Person, found: Outcome, by: Person, *, on: CivilInstant
) -> Evaluation | None:
    """Return the officer's latest evaluation if *by* recorded the same that day; ``None`` for something new."""
    row = session.execute(
        select(Evaluation, EvaluationReview.kind)
        .join(EvaluationReview, EvaluationReview.evaluation_id == Evaluation.id, isouter=True)
        .where(Evaluation.officer_id == officer.id)
        .order_by(Evaluation.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row[0].recorded_by_id != by.id or on.at(row[0].effective_at).day != on.day:
        return None
    there: Evaluation = row[0]
    told = (there.outcome, there.restriction, there.through, row[1])
    return there if told == (found.outcome, found.restriction, found.through, found.review) else None


def _to_review(session: Session, officer: Person, by: Person) -> Evaluation:
    """Return the officer's evaluation that *by* looks at again: the latest that is not pending, else the latest.

    One that is pending settles nothing, so it cannot stand between an outcome and who recorded it.
    """
    earlier = session.scalars(
        select(Evaluation)
        .where(Evaluation.officer_id == officer.id)
        .order_by(Evaluation.outcome == EvaluationOutcome.PENDING, Evaluation.effective_at.desc(), Evaluation.id.desc())
        .limit(1)
    ).first()
    if earlier is None:
        raise NothingToReview(officer.service_number)
    if earlier.recorded_by_id == by.id:
        raise SameEvaluator
    return earlier


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
    review: ReviewKind | None


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
            EvaluationReview.kind.label("review"),
        )
        .join(Person, Person.id == Evaluation.officer_id)
        .join(evaluator, evaluator.id == Evaluation.recorded_by_id, isouter=True)
        .join(EvaluationReview, EvaluationReview.evaluation_id == Evaluation.id, isouter=True)
        .order_by(Evaluation.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [Recorded(**row._mapping) for row in rows]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Evaluation)) or 0
