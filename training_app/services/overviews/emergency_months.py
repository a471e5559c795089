"""Emergency access by tool and month, with who confirmed each: people by their service number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.emergencies import EmergencyGrant
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant, add_months, first_instant
from training_app.services import emergencies
from training_app.services.emergencies import Emergency

MONTHS = 12
"""Shown: this month and those before it."""


@dataclass(frozen=True, slots=True)
class Row:
    emergency: Emergency
    confirmed_by: str
    """Service number; empty where nobody confirmed it."""


@dataclass(frozen=True, slots=True)
class Overview:
    months: Sequence[date]
    """The first day of each, the earliest first."""
    confirmed: Mapping[str, Sequence[int]]
    """How many were confirmed in each month, by the tool's name; tools without any are missing."""
    rows: Sequence[Row]
    """Everything that was asked for in that time, the latest first."""


def overview(session: Session, *, on: CivilInstant) -> Overview:
    """Return what was asked for and confirmed within the last `MONTHS` calendar months of the agency's zone."""
    this = on.day.replace(day=1)
    months = [add_months(this, back) for back in range(1 - MONTHS, 1)]
    since = first_instant(months[0], on.zone)
    found = [
        one
        for one in emergencies.listed(session, at=on.instant, days=31 * MONTHS)
        if since <= one.requested_at <= on.instant
    ]
    by = session.execute(
        select(EmergencyGrant.request_id, Person.service_number)
        .join(Person, Person.id == EmergencyGrant.recorded_by_id)
        .where(EmergencyGrant.effective_at >= since)
    )
    confirmers = {row.request_id: row.service_number for row in by}
    counted: Counter[tuple[str, date]] = Counter(
        (one.tool, _month(one.granted_at, on)) for one in found if one.granted_at is not None
    )
    tools = sorted({tool for tool, _ in counted})
    return Overview(
        months=months,
        confirmed={tool: [counted[tool, month] for month in months] for tool in tools},
        rows=[Row(one, confirmers.get(one.id, "")) for one in found],
    )


def _month(instant: datetime, on: CivilInstant) -> date:
    return on.at(instant).day.replace(day=1)
