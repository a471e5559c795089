"""Retraining that the registrar orders for one officer: modules to pass again by a last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd
from training_app.models.people import Person, RetrainingOrder
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import ModuleRevision
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.services.locks import one_at_a_time

MOST_MONTHS_AHEAD = 24
"""Of the last day: one that was mistyped cannot be taken back."""


class RetrainingReason(StrEnum):
    INCIDENT = "incident"
    ERRORS = "errors-in-use"
    ABSENCE = "long-absence"
    LAW = "law-changed"
    AUDIT = "audit"


class OwnRetraining(TrainingError):
    def __init__(self) -> None:
        super().__init__("You cannot order your own retraining. Another registrar does that.")


class DayPassed(TrainingError):
    def __init__(self) -> None:
        super().__init__("That day has passed. The last day is today at the earliest.")


class DayTooFar(TrainingError):
    def __init__(self) -> None:
        super().__init__("The last day is within 2 years. Enter an earlier day.")


class ModuleUnknown(TrainingError):
    def __init__(self, slug: str) -> None:
        super().__init__(f"No module called {slug} is published.")
        self.slug = slug


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be ordered; without a tool, for every tool."""

    tool: Tool | None
    modules: Sequence[str]
    due: date
    reason: RetrainingReason


def orders_of(session: Session, officer_id: int) -> Sequence[RetrainingOrder]:
    """Return every order given for the officer, the latest first."""
    return session.scalars(
        select(RetrainingOrder).where(RetrainingOrder.officer_id == officer_id).order_by(RetrainingOrder.id.desc())
    ).all()


def order(
    session: Session, officer: Person, asked: Order, *, at: datetime, by: Person, zone: ZoneInfo
) -> tuple[RetrainingOrder, bool]:
    """Order retraining: due through the day, overdue after it, until an award made later carries the modules.

    :returns: the order, and whether it is new: the same modules for the same tool and day are ordered once, until an
        award has met that order.
    :raises OwnRetraining: if it is oneself; :raises DayPassed: :raises DayTooFar: :raises ModuleUnknown:
    """
    if officer.id == by.id:
        raise OwnRetraining
    today = CivilInstant(at, zone).day
    if asked.due < today:
        raise DayPassed
    if asked.due > add_months(today, MOST_MONTHS_AHEAD):
        raise DayTooFar
    published = set(session.scalars(select(ModuleRevision.slug).where(ModuleRevision.slug.in_(asked.modules))))
    for slug in asked.modules:
        if slug not in published:
            raise ModuleUnknown(slug)
    one_at_a_time(session, "person", officer.id)
    tool_id = asked.tool.id if asked.tool else None
    for there in orders_of(session, officer.id):
        same = (there.tool_id, set(there.modules), there.due) == (tool_id, set(asked.modules), asked.due)
        if same and not _met(session, there):
            return there, False
    fact = RetrainingOrder(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=officer.id,
        tool_id=tool_id,
        modules=list(dict.fromkeys(asked.modules)),
        due=asked.due,
        reason_code=asked.reason.value,
    )
    session.add(fact)
    session.flush()
    return fact, True


def _met(session: Session, order: RetrainingOrder) -> bool:
    """Tell whether an award that nothing ended, from attempts opened since, carries all modules of *order*."""
    awards = (
        select(Award)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .where(
            Award.officer_id == order.officer_id,
            Award.attempts_from >= order.effective_at,
            Award.id.not_in(select(AwardEnd.award_id).where(AwardEnd.officer_id == order.officer_id)),
        )
    )
    if order.tool_id is not None:
        awards = awards.where(ToolVersion.tool_id == order.tool_id)
    return any(set(order.modules) <= set(award.evidence.get("modules", ())) for award in session.scalars(awards))
