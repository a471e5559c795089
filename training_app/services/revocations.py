"""An award taken back from now on.  One that was never valid is voided instead, which oversight decides."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd
from training_app.models.people import Person
from training_app.rules.facts import AwardEndKind
from training_app.services.locks import one_at_a_time


class RevocationReason(StrEnum):
    MISUSE = "misuse"
    NOT_COMPETENT = "not-competent"
    CONDUCT = "conduct"
    ORDERED = "ordered-by-authority"


class OwnAward(TrainingError):
    def __init__(self) -> None:
        super().__init__("This is your own certificate. Another registrar decides on it.")


class AwardVoided(TrainingError):
    def __init__(self) -> None:
        super().__init__("This certificate was declared void: it was never valid. There is nothing left to revoke.")


def ends_of(session: Session, officer_id: int) -> dict[int, list[AwardEnd]]:
    """Return what ended each of the officer's awards, by the award's id."""
    found: dict[int, list[AwardEnd]] = {}
    for end in session.scalars(select(AwardEnd).where(AwardEnd.officer_id == officer_id).order_by(AwardEnd.id)):
        found.setdefault(end.award_id, []).append(end)
    return found


def revoke(
    session: Session, award: Award, reason: RevocationReason, *, at: datetime, by: Person
) -> tuple[AwardEnd, bool]:
    """Revoke *award* from now on.

    :returns: the fact, and whether it is new: what was revoked stays revoked, for the reason given first.
    :raises OwnAward: if it is one's own; :raises AwardVoided: if it was declared void.
    """
    if award.officer_id == by.id:
        raise OwnAward
    one_at_a_time(session, "person", award.officer_id)
    ends = {end.kind: end for end in session.scalars(select(AwardEnd).where(AwardEnd.award_id == award.id))}
    if AwardEndKind.REVOKED in ends:
        return ends[AwardEndKind.REVOKED], False
    if AwardEndKind.VOIDED in ends:
        raise AwardVoided
    fact = AwardEnd(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=award.officer_id,
        award_id=award.id,
        kind=AwardEndKind.REVOKED,
        reason_code=reason.value,
    )
    session.add(fact)
    session.flush()
    return fact, True
