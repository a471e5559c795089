"""What standing measures throw into doubt: acts of a trainer, and the awards that rest on them.

The access question reads the same in its own statement (`gather.measures`); both ask `rules.doubts`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from training_app.models.certification import Award, AwardBasis, AwardEnd, AwardReview
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import TrainerMeasure, TrainerQualification
from training_app.rules.access import awards_under_review
from training_app.rules.civil_time import CivilInstant
from training_app.rules.doubts import OF_A_MEASURE, BasisKind, Doubting, TrainersAct, doubts, parts_doubted
from training_app.rules.facts import AwardEndKind, AwardKind
from training_app.services import gather
from training_app.services.gather.measures import SCOPE_OF_MEASURE

_ENDING = aliased(TrainerMeasure)


def doubted(
    session: Session, acts: Mapping[str, tuple[int, TrainersAct]], *, at: datetime | None = None
) -> frozenset[str]:
    """Return which of *acts* a measure that stands at *at* throws into doubt: they count for no new award.

    :param acts: by an id of the caller's: the id of the trainer, and what was done.
    :param at: ``None``: as everything stands that is recorded.
    """
    against = _standing(session, {trainer for trainer, _ in acts.values()}, at=at)
    return frozenset(
        name for name, (trainer, act) in acts.items() if any(doubts(one, act) for one in against.get(trainer, ()))
    )


def _standing(session: Session, trainers: set[int], *, at: datetime | None) -> Mapping[int, Sequence[Doubting]]:
    then = [] if at is None else [_ENDING.recorded_at <= at, _ENDING.effective_at <= at]
    ended = exists().where(_ENDING.ends_id == TrainerMeasure.id, *then)
    rows = session.scalars(
        select(TrainerMeasure).where(
            TrainerMeasure.person_id.in_(trainers),
            TrainerMeasure.ends_id.is_(None),
            ~ended,
            *([] if at is None else [TrainerMeasure.recorded_at <= at]),
        )
    )
    found: dict[int, list[Doubting]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(doubting(session, row))
    return found


def doubting(session: Session, measure: TrainerMeasure) -> Doubting:
    """Return a suspension or revocation as the rule reads it."""
    return Doubting(
        since=measure.effective_at,
        until=measure.recorded_at,
        scope=scope_of_qualification(session, measure.qualification_id),
        parts=parts_doubted(content=measure.doubts_content, marks=measure.doubts_marks),
    )


def scope_of_qualification(session: Session, qualification_id: int | None) -> str | None:
    """Return what a qualification is for, as `rules.trainers.Scope` writes it; of none, ``None``."""
    if qualification_id is None:
        return None
    scope: str = session.execute(
        select(SCOPE_OF_MEASURE)
        .select_from(TrainerQualification)
        .join(Tool, Tool.id == TrainerQualification.tool_id, isouter=True)
        .where(TrainerQualification.id == qualification_id)
    ).scalar_one()
    return scope


@dataclass(frozen=True, slots=True)
class Rest:
    """One act of a trainer, with an award that rests on it."""

    award_id: int
    act: TrainersAct
    reference: str


@dataclass(frozen=True, slots=True)
class Resting:
    """An award that rests on acts of one trainer."""

    award_id: int
    officer_id: int
    officer: str
    """Service number."""
    slug: str
    tool: str
    version: str
    kind: AwardKind
    made_at: datetime
    recorded_by: int | None


def acts_since(
    session: Session,
    trainer_id: int,
    since: datetime,
    scope: str | None,
    *,
    among: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> list[Rest]:
    """Return what awards rest on of *trainer_id*'s since then (in one scope, or in all); void awards left out.

    :param among: ids of awards, no more than a statement takes; ``None``: all.
    :param known_at: as it was recorded by then; ``None``: as it is recorded now.
    """
    voids = select(AwardEnd.id).where(AwardEnd.award_id == AwardBasis.award_id, AwardEnd.kind == AwardEndKind.VOIDED)
    wanted = (
        select(AwardBasis.award_id, AwardBasis.act, AwardBasis.done_at, AwardBasis.scope, AwardBasis.reference)
        .where(AwardBasis.trainer_id == trainer_id, AwardBasis.done_at >= since)
        .order_by(AwardBasis.award_id, AwardBasis.id)
    )
    if among is not None:
        wanted = wanted.where(AwardBasis.award_id.in_(among))
    if known_at is not None:
        voids = voids.where(AwardEnd.recorded_at <= known_at)
        wanted = wanted.join(Award, Award.id == AwardBasis.award_id).where(Award.recorded_at <= known_at)
    return [
        Rest(row.award_id, TrainersAct(BasisKind(row.act), row.done_at, row.scope), row.reference)
        for row in session.execute(wanted.where(~voids.exists()))
        if scope in (None, row.scope)
    ]


def under_review(session: Session, officer_id: int, slug: str, *, on: CivilInstant) -> bool:
    """Tell whether a measure has put one of the officer's awards for a tool under review."""
    facts = gather.officer(session, officer_id, slug)
    if facts is None:
        return False
    voided = {one.award for one in facts.award_ends if one.kind is AwardEndKind.VOIDED}
    reviewed = awards_under_review(facts, on=on) - voided
    return any(one.award in reviewed and one.id.startswith(OF_A_MEASURE) for one in facts.award_reviews)


IDS_AT_ONCE = 10_000


def awards(session: Session, award_ids: Sequence[int]) -> list[Resting]:
    """Return awards with what a list shows of them, by tool, version and service number."""
    found: list[Resting] = []
    for first in range(0, len(award_ids), IDS_AT_ONCE):
        rows = session.execute(
            select(
                Award.id.label("award_id"), Award.officer_id, Person.service_number.label("officer"), Tool.slug,
                Tool.name.label("tool"), ToolVersion.label.label("version"), Award.kind,
                Award.effective_at.label("made_at"), Award.recorded_by_id.label("recorded_by"),
            )
            .join(Person, Person.id == Award.officer_id)
            .join(ToolVersion, ToolVersion.id == Award.version_id)
            .join(Tool, Tool.id == ToolVersion.tool_id)
            .where(Award.id.in_(award_ids[first : first + IDS_AT_ONCE]))
        )  # fmt: skip
        found.extend(Resting(**row._mapping) for row in rows)
    return sorted(found, key=lambda one: (one.tool, one.version, one.officer, one.award_id))


def to_judge(
    session: Session,
    measure: TrainerMeasure,
    *,
    among: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> list[int]:
    """Return the ids of the awards that *measure* has put under review and nobody has judged; none if it was ended.

    *among* and *known_at* as of `acts_since`.
    """
    ends = select(TrainerMeasure.id).where(TrainerMeasure.ends_id == measure.id)
    judged = select(AwardReview.award_id).where(AwardReview.measure_id == measure.id)
    if known_at is not None:
        ends, judged = (
            ends.where(TrainerMeasure.recorded_at <= known_at),
            judged.where(AwardReview.recorded_at <= known_at),
        )
    if among is not None:
        judged = judged.where(AwardReview.award_id.in_(among))
    if session.scalar(ends) is not None:
        return []
    against = doubting(session, measure)
    rests = acts_since(session, measure.person_id, measure.effective_at, None, among=among, known_at=known_at)
    return sorted({one.award_id for one in rests if doubts(against, one.act)} - set(session.scalars(judged)))
