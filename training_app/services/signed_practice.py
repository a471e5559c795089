"""Observed practice as both signed it: the officer's own signature, and what each observation is worth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.observed_practice import Checklist, ObservedPractice, ObservedPracticeSignature
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules.observed_practice import Behaviour, Outcome, Seen
from training_app.services import checklists, sign_offs
from training_app.services.locks import one_at_a_time


class SignedOtherwise(TrainingError):
    """The officer signed already, and otherwise."""

    def __init__(self) -> None:
        super().__init__("You have signed this already. What you signed stands.")


class NoReason(TrainingError):
    """Who does not agree says why, so that the assessor can learn from it."""

    def __init__(self) -> None:
        super().__init__("Say in a sentence what was different.")


def countersign(
    session: Session, practice: ObservedPractice, *, agreed: bool, reason: str = "", at: datetime, by: Person
) -> ObservedPracticeSignature:
    """Sign as the officer: agree, or do not and say why; then it does not count.  Signing the same twice is once.

    :raises SignedOtherwise: if the officer signed otherwise before, or *by* is not the officer;
    :raises NoReason: if the officer does not agree and gives none.
    """
    if not agreed and not reason:
        raise NoReason
    if by.id != practice.officer_id:
        raise SignedOtherwise
    one_at_a_time(session, "person", practice.officer_id)
    done = signature_of(session, practice)
    if done is None:
        done = ObservedPracticeSignature(
            effective_at=at,
            recorded_at=at,
            recorded_by_id=by.id,
            officer_id=practice.officer_id,
            practice_id=practice.id,
            agreed=agreed,
            reason=None if agreed else reason,
        )
        try:
            with session.begin_nested():
                session.add(done)
        except IntegrityError as error:
            raise SignedOtherwise from error
    elif done.agreed is not agreed:
        raise SignedOtherwise
    return done


def signature_of(session: Session, practice: ObservedPractice) -> ObservedPracticeSignature | None:
    return session.scalar(select(ObservedPracticeSignature).where(ObservedPracticeSignature.practice_id == practice.id))


class Status(StrEnum):
    """What a signed observation is worth."""

    WAITING = "waiting"
    """Everything was met, and the officer has still to sign."""
    COUNTS = "counts"
    NOT_ALL_MET = "not-all-met"
    DISAGREED = "disagreed"
    DOUBTED = "doubted"
    """A measure against the assessor reaches back to it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An observation that its assessor signed."""

    practice: ObservedPractice
    signature: ObservedPracticeSignature | None
    officer: Person
    assessor: Person
    version: ToolVersion
    doubted: bool

    @property
    def status(self) -> Status:
        if self.signature is not None and not self.signature.agreed:
            return Status.DISAGREED
        if not self.practice.all_met:
            return Status.NOT_ALL_MET
        if self.doubted:
            return Status.DOUBTED
        return Status.WAITING if self.signature is None else Status.COUNTS

    @property
    def behaviours(self) -> list[tuple[Behaviour, Seen]]:
        """Each behaviour of the checklist with what was seen of it."""
        texts = {one.id: one for one in checklists.behaviours_of(self.practice.checklist)}
        return [
            (texts[row["behaviour"]], Seen(Outcome(row["outcome"]), row.get("comment", "")))
            for row in self.practice.seen
        ]


def of_officer(session: Session, officer_id: int) -> list[Signed]:
    """Return what was signed about the officer, the latest first."""
    return _signed(session, _rows().where(ObservedPractice.officer_id == officer_id))


def unsigned(session: Session, officer_id: int) -> list[Signed]:
    """Return what waits for the officer's signature, be everything met or not, the latest first."""
    return [one for one in of_officer(session, officer_id) if one.signature is None]


def by_assessor(session: Session, assessor_id: int, *, most: int) -> list[Signed]:
    """Return the last *most* that the assessor signed, the latest first."""
    return _signed(session, _rows().where(ObservedPractice.recorded_by_id == assessor_id).limit(most))


def one(session: Session, practice_id: int) -> Signed | None:
    return next(iter(_signed(session, _rows().where(ObservedPractice.id == practice_id))), None)


_OFFICER, _ASSESSOR = aliased(Person), aliased(Person)


def _rows() -> Select[Any, Any, Any, Any, Any]:
    return (
        select(ObservedPractice, ObservedPracticeSignature, _OFFICER, _ASSESSOR, ToolVersion)
        .join(ObservedPracticeSignature, ObservedPracticeSignature.practice_id == ObservedPractice.id, isouter=True)
        .join(_OFFICER, _OFFICER.id == ObservedPractice.officer_id)
        .join(_ASSESSOR, _ASSESSOR.id == ObservedPractice.recorded_by_id)
        .join(Checklist, Checklist.id == ObservedPractice.checklist_id)
        .join(ToolVersion, ToolVersion.id == Checklist.version_id)
        .order_by(ObservedPractice.id.desc())
    )


def _signed(session: Session, rows: Select[Any, Any, Any, Any, Any]) -> list[Signed]:
    read = session.execute(rows).all()
    signed = [(row[0].id, row[0].recorded_by_id, row[0].effective_at, row[4].tool.slug) for row in read]
    doubted = sign_offs.in_doubt(session, signed)
    return [Signed(row[0], row[1], row[2], row[3], row[4], doubted=row[0].id in doubted) for row in read]
