"""Measures against a trainer: suspended, revoked (also from a past day), reinstated; by a lead, or by oversight."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure, TrainerQualification
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Role
from training_app.rules.trainers import Act, Matter, MeasureKind, Scope
from training_app.services import accounts, trainer_acts, trainer_doubts, trainer_facts
from training_app.services.blast_radius import Proposal, not_shown
from training_app.services.locks import one_at_a_time


class Why(StrEnum):
    """Why a trainer is suspended or loses a qualification."""

    CONDUCT = "conduct"
    EVIDENCE_FALSE = "evidence-false"
    """What the qualification was awarded on is not so."""
    SIGNED_UNSEEN = "signed-unseen"
    INTEREST = "undeclared-interest"
    NOT_COMPETENT = "not-competent"
    BEING_LOOKED_AT = "being-looked-at"
    """Until a concern is looked at; of a suspension only: see `fits`."""
    OWN_REQUEST = "own-request"


class Mended(StrEnum):
    """Why a measure ends."""

    UNFOUNDED = "unfounded"
    MENDED = "mended"
    """What was missing has been made good."""
    OBJECTION = "objection-upheld"


class RadiusChanged(TrainingError):
    """Awards would be hit that were not shown; *more* names some of them: officer, tool and version."""

    def __init__(self, count: int, more: Sequence[str]) -> None:
        super().__init__("What would follow has changed since you looked. Nothing was recorded.")
        self.count, self.more = count, tuple(more)


TOLD = 5
"""How many of the awards that were not shown a refusal names."""


class NothingToTake(TrainingError):
    """There is no such qualification of the person's, or the measure stands already."""

    def __init__(self) -> None:
        super().__init__("This trainer has no such qualification, or it was suspended or revoked already.")


class ForASuspension(TrainingError):
    """Nothing is taken for good while it is being looked at."""

    def __init__(self) -> None:
        super().__init__("Only a suspension runs until a concern is looked at.")


class LaterThanNow(TrainingError):
    def __init__(self) -> None:
        super().__init__("A measure takes effect today, or from a day that has passed.")


class SameHand(TrainingError):
    """Who suspended does not reinstate."""

    def __init__(self) -> None:
        super().__init__("You recorded this suspension yourself. Somebody else ends it.")


class EndedAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("This measure has ended already, perhaps a moment ago. Nothing was changed.")


def fits(kind: MeasureKind, reason: str) -> bool:
    """Tell whether *reason* can be one for a measure of this kind."""
    return reason != Why.BEING_LOOKED_AT or kind is MeasureKind.SUSPENDED


def require(session: Session, by: Person, trainer: Person, qualification_id: int | None, *, on: CivilInstant) -> None:
    """Let *by* record a measure against *trainer*, or refuse it.

    A lead of the scope may, of every scope of the trainer's where all qualifications are meant; so may the oversight
    body.  Never of oneself, and never where one's own qualification rests on the trainer.

    :raises trainer_acts.NotAllowed: with what is missing.
    """
    persons = frozenset({str(trainer.id)})
    scopes = _scopes(session, trainer, qualification_id)
    if not scopes:
        raise NothingToTake
    if Role.OVERSIGHT in accounts.roles_of(session, by.id, at=on.instant):
        matter = Matter(scope=scopes[0], persons=persons)
        trainer_acts.refuse_if_too_close(session, by, matter)
        return
    for scope in scopes:
        trainer_acts.require(session, Act.QUALIFY, by, Matter(scope=scope, persons=persons), on=on)


def may(session: Session, by: Person, trainer: Person, qualification_id: int | None, *, on: CivilInstant) -> bool:
    """Tell whether `require` lets *by* through; for what a page shows."""
    try:
        require(session, by, trainer, qualification_id, on=on)
    except (trainer_acts.NotAllowed, NothingToTake):
        return False
    return True


def _scopes(session: Session, trainer: Person, qualification_id: int | None) -> list[Scope]:
    wanted = select(TrainerQualification).where(TrainerQualification.person_id == trainer.id)
    if qualification_id is not None:
        wanted = wanted.where(TrainerQualification.id == qualification_id)
    return sorted({trainer_facts.scope_of(session, row) for row in session.scalars(wanted)}, key=str)


def record(
    session: Session, trainer: Person, proposal: Proposal, *, seen: str, on: CivilInstant, by: Person
) -> TrainerMeasure:
    """Suspend *trainer*, or revoke; the same sent twice is recorded once.

    :param seen: of the `blast_radius.Radius` that *by* was shown.
    :raises trainer_acts.NotAllowed: see `require`; :raises NothingToTake: if there is nothing to take any more;
    :raises ForASuspension: if the reason does not fit; :raises LaterThanNow: if it is to take effect in the future;
    :raises RadiusChanged: if it would hit awards that were not shown.
    """
    one_at_a_time(session, "person", trainer.id)
    require(session, by, trainer, proposal.qualification_id, on=on)
    if not fits(proposal.kind, proposal.reason):
        raise ForASuspension
    if proposal.since > on.instant:
        raise LaterThanNow
    there = _standing_like(session, trainer, proposal)
    if there is not None:
        if there.recorded_by_id == by.id and there.effective_at == proposal.since:
            return there
        raise NothingToTake
    more = not_shown(session, trainer, proposal, seen, on=on)
    if more is None or more:
        named = trainer_doubts.awards(session, (more or [])[:TOLD])
        raise RadiusChanged(len(more or ()), [f"{one.officer}, {one.tool} {one.version}" for one in named])
    fact = TrainerMeasure(
        effective_at=proposal.since,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=trainer.id,
        kind=proposal.kind,
        qualification_id=proposal.qualification_id,
        reason_code=proposal.reason,
        doubts_content=proposal.content,
        doubts_marks=proposal.marks,
    )
    session.add(fact)
    session.flush()
    return fact


_END = aliased(TrainerMeasure)
STANDING = ~exists().where(_END.ends_id == TrainerMeasure.id)
"""Of a suspension or revocation: nobody was reinstated from it."""


def _standing_like(session: Session, trainer: Person, proposal: Proposal) -> TrainerMeasure | None:
    """Return a measure of the same kind and no later day that stands against the same.

    A revocation from an earlier day than the one that stands is new: it doubts more.  So is one of another kind.
    """
    against = (
        TrainerMeasure.qualification_id.is_(None)
        if proposal.qualification_id is None
        else TrainerMeasure.qualification_id == proposal.qualification_id
    )
    wider = [
        column.is_(True)
        for column, asked in (
            (TrainerMeasure.doubts_content, proposal.content),
            (TrainerMeasure.doubts_marks, proposal.marks),
        )
        if asked
    ]
    newest = select(TrainerQualification.recorded_at).where(TrainerQualification.person_id == trainer.id)
    latest = max(session.scalars(newest), default=proposal.since)
    return session.scalars(
        select(TrainerMeasure)
        .where(
            TrainerMeasure.person_id == trainer.id,
            TrainerMeasure.kind == proposal.kind,
            TrainerMeasure.effective_at <= proposal.since,
            TrainerMeasure.recorded_at >= latest,
            against,
            *wider,
            STANDING,
        )
        .order_by(TrainerMeasure.id)
    ).first()


def reinstate(
    session: Session, measure: TrainerMeasure, why: Mended, *, on: CivilInstant, by: Person
) -> TrainerMeasure:
    """End a suspension: from now on it doubts nothing, and what it held back is free.

    :raises SameHand: if *by* suspended; :raises EndedAlready: if it has ended, or is no suspension;
    :raises trainer_acts.NotAllowed: see `require`.
    """
    trainer = session.get_one(Person, measure.person_id)
    one_at_a_time(session, "person", trainer.id)
    require(session, by, trainer, measure.qualification_id, on=on)
    if measure.kind is not MeasureKind.SUSPENDED:
        raise EndedAlready
    return end(session, measure, why, on=on, by=by)


def end(session: Session, measure: TrainerMeasure, why: Mended, *, on: CivilInstant, by: Person) -> TrainerMeasure:
    """Append the end of a measure; who asks has seen to the right to do it, but for the hand that recorded it."""
    if measure.recorded_by_id == by.id:
        raise SameHand
    if session.scalar(select(TrainerMeasure.id).where(TrainerMeasure.ends_id == measure.id)) is not None:
        raise EndedAlready
    fact = TrainerMeasure(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=measure.person_id,
        kind=MeasureKind.REINSTATED,
        ends_id=measure.id,
        ended_recorder_id=measure.recorded_by_id,
        reason_code=why.value,
        doubts_content=False,
        doubts_marks=False,
    )
    session.add(fact)
    session.flush()
    return fact


@dataclass(frozen=True, slots=True)
class Taken:
    """A measure with its end, as the registry and the trainer see it."""

    measure: TrainerMeasure
    scope: Scope | None
    """Of the qualification; ``None``: all."""
    by: str
    """Name of who recorded it."""
    ended: TrainerMeasure | None
    ended_by: str


def of_trainer(session: Session, trainer_id: int) -> Sequence[Taken]:
    """Return the measures against a trainer, the latest first."""
    ending = aliased(TrainerMeasure)
    recorder, ender = aliased(Person), aliased(Person)
    rows = session.execute(
        select(TrainerMeasure, ending, TrainerQualification, recorder, ender)
        .join(ending, ending.ends_id == TrainerMeasure.id, isouter=True)
        .join(TrainerQualification, TrainerQualification.id == TrainerMeasure.qualification_id, isouter=True)
        .join(recorder, recorder.id == TrainerMeasure.recorded_by_id, isouter=True)
        .join(ender, ender.id == ending.recorded_by_id, isouter=True)
        .where(TrainerMeasure.person_id == trainer_id, TrainerMeasure.ends_id.is_(None))
        .order_by(TrainerMeasure.id.desc())
    )
    return [
        Taken(
            measure=row[0],
            scope=None if row[2] is None else trainer_facts.scope_of(session, row[2]),
            by=row[3].name if row[3] else "",
            ended=row[1],
            ended_by=row[4].name if row[4] else "",
        )
        for row in rows
    ]
