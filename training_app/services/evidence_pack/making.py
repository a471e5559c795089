"""That a pack was taken out: recorded before anybody has it, and listed for who looks into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.models.evidence_packs import EvidencePackMade, PackReason
from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.services.evidence_pack.writing import Made


def record(session: Session, made: Made, reason: PackReason, *, at: datetime, by: Person | None) -> None:
    """Record that *made* was taken out; the same pack by the same person for the same reason is recorded once.

    :param by: who takes it out; nobody where an operator did at the command line and did not say.
    """
    order, found = made.contents.order, made.contents
    fact = EvidencePackMade(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=None if by is None else by.id,
        tool_id=found.tool.id,
        first_day=order.first,
        last_day=order.last,
        known_at=order.known_at,
        with_officers=order.with_officers,
        officers=found.officers,
        decisions=found.decisions,
        reason_code=reason,
        sums_digest=made.sums_digest,
    )
    if by is not None and _recorded(session, fact):
        return
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError:
        if not _recorded(session, fact):
            raise


def _recorded(session: Session, fact: EvidencePackMade) -> bool:
    same = select(EvidencePackMade.id).where(
        EvidencePackMade.recorded_by_id == fact.recorded_by_id,
        EvidencePackMade.sums_digest == fact.sums_digest,
        EvidencePackMade.reason_code == fact.reason_code,
    )
    return session.scalar(same) is not None


@dataclass(frozen=True, slots=True)
class Taken:
    """A pack that was taken out, as the list shows it."""

    at: datetime
    tool: str
    first: date
    last: date
    by: str
    """Service number; empty for an operator at the command line."""
    reason: PackReason
    with_officers: bool
    officers: int
    decisions: int
    sums_digest: str


def taken(session: Session, *, most: int) -> Sequence[Taken]:
    """Return the packs that were taken out last, the latest first."""
    rows = session.execute(
        select(EvidencePackMade, Tool.name, Person.service_number)
        .join(Tool, Tool.id == EvidencePackMade.tool_id)
        .outerjoin(Person, Person.id == EvidencePackMade.recorded_by_id)
        .order_by(EvidencePackMade.id.desc())
        .limit(most)
    )
    return [
        Taken(
            at=made.recorded_at,
            tool=name,
            first=made.first_day,
            last=made.last_day,
            by=number or "",
            reason=made.reason_code,
            with_officers=made.with_officers,
            officers=made.officers,
            decisions=made.decisions,
            sums_digest=made.sums_digest,
        )
        for made, name, number in rows
    ]
