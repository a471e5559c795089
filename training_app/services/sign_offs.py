"""Observed sign-offs as evidence: which of them may count for an award, and how many an assessor has given."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from training_app.models.observed_practice import Checklist, ObservedPractice, ObservedPracticeSignature
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.doubts import BasisKind, TrainersAct
from training_app.rules.observed_practice import SignOff
from training_app.rules.trainers import Scope
from training_app.services import gather, trainer_doubts

PREFIX = "sign-off:"
"""Stands before the id of an `ObservedPractice` among what earned an award."""


def of(session: Session, officer_id: int) -> list[SignOff]:
    """Return the officer's sign-offs that count, and those that wait for the officer's own signature."""
    return of_many(session, [officer_id])[officer_id]


def of_many(session: Session, officer_ids: Collection[int]) -> Mapping[int, list[SignOff]]:
    """Return the same for each officer; a fixed number of statements for every 10,000.

    Everything was met, the officer did not disagree, and no measure against the assessor throws it into doubt.  That
    the assessor was allowed to give it was asked when it was given.
    """
    found: dict[int, list[SignOff]] = {officer_id: [] for officer_id in officer_ids}
    practice, signature = ObservedPractice, ObservedPracticeSignature
    rows = (
        select(
            practice.id,
            practice.officer_id,
            practice.begun_at,
            practice.recorded_by_id.label("assessor_id"),
            practice.effective_at.label("signed_at"),
            signature.effective_at,
            Tool.slug,
            ToolVersion.label,
        )
        .join(signature, signature.practice_id == practice.id, isouter=True)
        .join(Checklist, Checklist.id == practice.checklist_id)
        .join(ToolVersion, ToolVersion.id == Checklist.version_id)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .where(practice.all_met, or_(signature.agreed, signature.id.is_(None)))
        .order_by(practice.id)
    )
    wanted = sorted(officer_ids)
    for first in range(0, len(wanted), gather.RUN):
        read = session.execute(rows.where(practice.officer_id.in_(wanted[first : first + gather.RUN]))).all()
        doubted = in_doubt(session, [(row.id, row.assessor_id, row.signed_at, row.slug) for row in read])
        for row in read:
            if row.id not in doubted:
                one = SignOff(f"{PREFIX}{row.id}", row.slug, row.label, row.begun_at, row.effective_at)
                found[row.officer_id].append(one)
    return found


def in_doubt(session: Session, signed: Iterable[tuple[int, int | None, datetime, str]]) -> frozenset[int]:
    """Return the ids of the observations that a measure against the assessor throws into doubt: see `rules.doubts`.

    :param signed: of each its id, the id of the assessor, when it was signed, and the slug of the tool.
    """
    acts = {
        str(number): (assessor, TrainersAct(BasisKind.SIGNED_OFF, signed_at, str(Scope(tool=slug))))
        for number, assessor, signed_at, slug in signed
        if assessor is not None
    }
    return frozenset(int(name) for name in trainer_doubts.doubted(session, acts)) if acts else frozenset()


def checklists_behind(session: Session, evidence: Iterable[str]) -> dict[str, int]:
    """Return the id of the checklist behind each sign-off among *evidence*, what earned an award."""
    ids = [int(one.removeprefix(PREFIX)) for one in evidence if one.startswith(PREFIX)]
    rows = session.execute(
        select(ObservedPractice.id, ObservedPractice.checklist_id).where(ObservedPractice.id.in_(ids))
    )
    return {f"{PREFIX}{row.id}": row.checklist_id for row in rows}


def given(session: Session, assessor_id: int, tool_id: int, *, since: datetime) -> int:
    """Count what the assessor signed on versions of the tool from *since* on."""
    counted = (
        select(func.count(ObservedPractice.id))
        .join(Checklist, Checklist.id == ObservedPractice.checklist_id)
        .join(ToolVersion, ToolVersion.id == Checklist.version_id)
        .where(
            ObservedPractice.recorded_by_id == assessor_id,
            ToolVersion.tool_id == tool_id,
            ObservedPractice.effective_at >= since,
        )
    )
    return session.scalar(counted) or 0
