"""Suspending an officer from one tool or from every tool, with immediate effect, and ending that again.

A suspension and its end name a reason from a fixed list.  No free text: findings and health have no place here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import OfficerReinstatement, OfficerSuspension, Person
from training_app.models.tools import Tool
from training_app.services import own_unit


class Reason(StrEnum):
    """Why an officer is suspended."""

    INQUIRY_OPEN = "inquiry-open"
    RULES_BROKEN = "rules-broken"
    ACCESS_AT_RISK = "access-at-risk"
    NOT_ON_DUTY = "not-on-duty"
    DUTIES_CHANGED = "duties-changed"
    OTHER = "other"


class EndReason(StrEnum):
    """Why a suspension ends."""

    INQUIRY_CLOSED = "inquiry-closed"
    MATTER_SETTLED = "matter-settled"
    BACK_ON_DUTY = "back-on-duty"
    MISTAKE = "mistake"
    OTHER = "other"


class SuspendedAlready(TrainingError):
    def __init__(self, tool: str | None) -> None:
        super().__init__(f"The officer is suspended from {tool or 'every tool'} already. Nothing was changed.")
        self.tool = tool
        """Name of the tool, ``None`` for all of them."""


class NotSuspended(TrainingError):
    def __init__(self) -> None:
        super().__init__("This suspension has ended already, perhaps a moment ago. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension that stands."""

    id: int
    tool: str | None
    """Name of the tool, ``None`` for all of them."""
    slug: str | None
    since: datetime
    reason_code: str
    by: str
    """Name of who suspended the officer."""


def standing(session: Session, person_id: int, *, at: datetime) -> Sequence[Suspension]:
    """Return the officer's suspensions that no reinstatement has ended at *at*, the oldest first."""
    ended = select(OfficerReinstatement.suspension_id).where(
        OfficerReinstatement.officer_id == person_id, OfficerReinstatement.effective_at <= at
    )
    rows = session.execute(
        select(
            OfficerSuspension.id,
            Tool.name.label("tool"),
            Tool.slug,
            OfficerSuspension.effective_at.label("since"),
            OfficerSuspension.reason_code,
            func.coalesce(Person.name, "").label("by"),
        )
        .join(Tool, Tool.id == OfficerSuspension.tool_id, isouter=True)
        .join(Person, Person.id == OfficerSuspension.recorded_by_id, isouter=True)
        .where(
            OfficerSuspension.officer_id == person_id,
            OfficerSuspension.effective_at <= at,
            OfficerSuspension.id.not_in(ended),
        )
        .order_by(OfficerSuspension.effective_at, OfficerSuspension.id)
    )
    return [Suspension(**row._mapping) for row in rows]


def suspend(
    session: Session, service_number: str, tool: Tool | None, reason: Reason, *, at: datetime, by: Person
) -> OfficerSuspension:
    """Suspend an officer of the unit of *by*, or of one below it, from *tool* or (``None``) from every tool, now.

    :raises NotInUnit: if the officer is of another unit; :raises OwnCase: if it is *by*;
    :raises SuspendedAlready: if a suspension from the same stands.
    """
    officer = own_unit.decide_about(session, service_number, at=at, by=by)
    ended = select(OfficerReinstatement.suspension_id).where(OfficerReinstatement.officer_id == officer.person_id)
    stands = session.scalar(
        select(OfficerSuspension.id).where(
            OfficerSuspension.officer_id == officer.person_id,
            OfficerSuspension.tool_id.is_(None) if tool is None else OfficerSuspension.tool_id == tool.id,
            OfficerSuspension.id.not_in(ended),
        )
    )
    if stands is not None:
        raise SuspendedAlready(tool.name if tool else None)
    fact = OfficerSuspension(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=officer.person_id,
        tool_id=tool.id if tool else None,
        reason_code=reason.value,
    )
    session.add(fact)
    session.flush()
    return fact


def reinstate(
    session: Session, suspension: OfficerSuspension, reason: EndReason, *, at: datetime, by: Person
) -> OfficerReinstatement:
    """End *suspension* from now on.

    :raises NotInUnit: if the officer is of another unit than that of *by* and those below it;
    :raises OwnCase: if it is *by*; :raises NotSuspended: if it has ended.
    """
    number = session.scalars(select(Person.service_number).where(Person.id == suspension.officer_id)).one()
    own_unit.decide_about(session, number, at=at, by=by)
    moment = max(at, suspension.effective_at)
    fact = OfficerReinstatement(
        effective_at=moment,
        recorded_at=moment,
        recorded_by_id=by.id,
        officer_id=suspension.officer_id,
        suspension_id=suspension.id,
        reason_code=reason.value,
    )
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError as error:
        raise NotSuspended from error
    return fact
