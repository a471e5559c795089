"""How concerns about trainers ended, and which measures were taken: by kind and time, never the words of a concern."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.conduct import ConductCase, ConductOutcome, Objection, ObjectionDecision
from training_app.models.trainers import TrainerMeasure
from training_app.rules.conduct import MEASURED, CaseOutcome, ConcernKind
from training_app.rules.objections import ObjectionOutcome
from training_app.rules.trainers import MeasureKind
from training_app.services.people import numbers_of


class Objected(StrEnum):
    """How an objection to a measure stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Row:
    """The end of a concern, or a measure; people by service number."""

    at: datetime
    trainer: str
    outcome: CaseOutcome
    concern: ConcernKind | None
    """What the concern was about; ``None``: a measure that no concern led to."""
    measure_id: int | None
    reason_code: str
    """Of the measure, else empty."""
    by: str
    objected: Objected | None
    """``None`` where nobody objected."""
    ended_at: datetime | None
    """When somebody else ended the measure."""


def rows(session: Session) -> list[Row]:
    """Return every end of a concern and every measure, the latest first; a measure that ended one stands once."""
    endings = session.execute(
        select(ConductOutcome, ConductCase.kind).join(ConductCase, ConductCase.id == ConductOutcome.case_id)
    ).all()
    every = session.scalars(select(TrainerMeasure)).all()
    ended = {one.ends_id: one.effective_at for one in every if one.ends_id is not None}
    measures = {one.id: one for one in every if one.ends_id is None}
    objected = _objections(session)
    numbers = numbers_of(
        session,
        {one for row in endings for one in (row[0].person_id, row[0].recorded_by_id)}
        | {one for each in measures.values() for one in (each.person_id, each.recorded_by_id)},
    )

    def row(
        fact: ConductOutcome | TrainerMeasure,
        outcome: CaseOutcome,
        concern: ConcernKind | None,
        measure: TrainerMeasure | None,
    ) -> Row:
        return Row(
            at=fact.effective_at,
            trainer=numbers.get(fact.person_id, ""),
            outcome=outcome,
            concern=concern,
            measure_id=measure.id if measure else None,
            reason_code=measure.reason_code if measure else "",
            by=numbers.get(fact.recorded_by_id, ""),
            objected=objected.get(measure.id) if measure else None,
            ended_at=ended.get(measure.id) if measure else None,
        )

    found = [row(one, one.outcome, kind, measures.get(one.measure_id or 0)) for one, kind in endings]
    led_to = {one.measure_id for one, _kind in endings}
    found.extend(row(one, _AS_OUTCOME[one.kind], None, one) for one in measures.values() if one.id not in led_to)
    return sorted(found, key=lambda one: (one.at, one.trainer), reverse=True)


_AS_OUTCOME: Mapping[MeasureKind, CaseOutcome] = {
    MeasureKind.SUSPENDED: CaseOutcome.SUSPENDED,
    MeasureKind.REVOKED: CaseOutcome.REVOKED,
}


def _objections(session: Session) -> Mapping[int, Objected]:
    """Return how the objection to each measure stands, by the measure's id."""
    decided = session.execute(
        select(Objection.measure_id, ObjectionDecision.outcome)
        .outerjoin(ObjectionDecision, ObjectionDecision.objection_id == Objection.id)
        .where(Objection.measure_id.is_not(None))
    )
    stands = {
        None: Objected.OPEN,
        ObjectionOutcome.UPHELD: Objected.UPHELD,
        ObjectionOutcome.DISMISSED: Objected.DISMISSED,
    }
    return {row.measure_id: stands[row.outcome] for row in decided if row.measure_id is not None}


def in_force(found: Collection[Row]) -> int:
    """Return how many measures nobody has ended."""
    return sum(one.outcome in MEASURED and one.ended_at is None for one in found)
