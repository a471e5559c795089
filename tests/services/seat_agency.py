"""An agency with a tool under a cap, two units below one, their supervisors, and officers without a seat."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tests.services import recorded
from training_app.models.people import AccountChange, AccountFact, Person, SeatCap, SeatGrant, Unit, UnitAssignment
from training_app.models.tools import Tool, ToolPolicy
from training_app.services import seats
from training_app.services.seats import NewSeat

ZONE = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BEFORE = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW}


@dataclass
class SeatAgency:
    session: Session
    tool: Tool
    units: dict[str, Unit]
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, number: str, unit: str) -> Person:
        person = recorded.person(self.session, service_number=number)
        self.session.add(AccountFact(**BEFORE, person_id=person.id, change=AccountChange.OPENED))
        recorded.assignment(self.session, person_id=person.id, unit_id=self.units[unit].id, recorded_by_id=None)
        self.people[number] = person
        return person

    def move(self, number: str, unit: str, *, at: datetime = NOW) -> None:
        self.session.add(
            UnitAssignment(
                effective_at=at, recorded_at=at, person_id=self.people[number].id, unit_id=self.units[unit].id
            )
        )
        self.session.flush()

    def grant(self, number: str, *, by: str = "S-CENTRAL", at: datetime = NOW, **given: Any) -> SeatGrant:
        new = NewSeat(**{"officer": number, "purposes": ("missing-person",), "justification": "Works on it."} | given)
        return seats.grant(self.session, self.tool, new, at=at, by=self.people[by], zone=ZONE)

    def held(self, *, at: datetime = NOW) -> list[str]:
        """Return the service numbers of who holds a seat, the first granted first."""
        found = seats.tool_seats(self.session, self.tool, on=seats.CivilInstant(at, ZONE)).held
        return [one.officer for one in found]


def build(session: Session, *, cap: int | None = None, officers: int = 4, **policy: Any) -> SeatAgency:
    """Record the agency; the officers of Central are O-1, O-2 and so on, the one of Harbour is H-1."""
    tool = recorded.tool(session, slug="sightline", name="Sightline", purposes=["missing-person", "identify-suspect"])
    terms = {
        "revision": 1, "validity_months": 24, "window_months": 3, "pass_age_months": 12,
        "evaluation_required": False, "seats_required": True, "seat_review_months": None,
    }  # fmt: skip
    session.add(ToolPolicy(**BEFORE, **terms | policy, tool_id=tool.id))
    if cap is not None:
        session.add(SeatCap(**BEFORE, tool_id=tool.id, seats=cap))
    top = recorded.unit(session, name="Agency")
    units = {"Agency": top} | {
        name: recorded.unit(session, name=name, parent_id=top.id) for name in ("Central", "Harbour")
    }
    agency = SeatAgency(session, tool, units)
    for number, unit in (
        ("S-AGENCY", "Agency"),
        ("S-CENTRAL", "Central"),
        ("S-HARBOUR", "Harbour"),
        ("H-1", "Harbour"),
    ):
        agency.person(number, unit)
    for number in range(1, officers + 1):
        agency.person(f"O-{number}", "Central")
    session.flush()
    return agency
