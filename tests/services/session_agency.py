"""An agency with instructors who may teach, a tool, a module, and sessions to plan."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.services import qualified, seat_agency
from tests.services.seat_agency import NOW, ZONE, SeatAgency
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import LevelName, TrainerQualification, TrainerQualificationSignature
from training_app.models.training_sessions import TrainingSession
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Prohibition
from training_app.rules.training_sessions import Plan, SessionKind
from training_app.services import training_sessions
from training_app.services.training_sessions import NewSession, Subject

ON = CivilInstant(NOW, ZONE)
START = NOW + timedelta(days=3)
STAMP = {"effective_at": NOW - timedelta(days=60), "recorded_at": NOW - timedelta(days=60)}


@dataclass
class SessionAgency:
    seats: SeatAgency
    instructor: Person
    other: Person
    version: ToolVersion
    """The one of Sightline that both may teach."""

    @property
    def on_tool(self) -> Subject:
        return Subject(tool=self.seats.tool, version=self.version)

    @property
    def session(self) -> Session:
        return self.seats.session

    def officer(self, number: int) -> Person:
        return self.seats.people[f"O-{number}"]

    def plan(self, **change: Any) -> Plan:
        given = Plan(
            starts_at=START,
            ends_at=START + timedelta(hours=3),
            place="Room 4",
            capacity=2,
            instructor=self.instructor.id,
        )
        return replace(given, **change)

    def planned(
        self,
        *,
        title: str = "Limits of AI",
        uid: str = "",
        by: Person | None = None,
        on: CivilInstant = ON,
        **change: Any,
    ) -> TrainingSession:
        subject = change.pop("subject", Subject(module="ai-limits"))
        new = NewSession(SessionKind.CLASSROOM, title, subject, self.plan(**change))
        return training_sessions.plan(self.session, new, uid=uid or f"uid of {title}", on=on, by=by or self.instructor)


def qualify_for_version(session: Session, person: Person, version: ToolVersion, **columns: Any) -> None:
    """Qualify *person* specially for the version of its tool: without a certification of their own."""
    given = {"level": LevelName.INSTRUCTOR, "through": qualified.THROUGH, "evidence": []} | columns
    granted = TrainerQualification(
        **STAMP, **given, recorded_by_id=qualified.recorded.person(session).id, person_id=person.id,
        tool_id=version.tool_id, version_id=version.id, special=True,
    )  # fmt: skip
    session.add(granted)
    session.flush()
    session.add(
        TrainerQualificationSignature(
            **STAMP,
            recorded_by_id=qualified.recorded.person(session).id,
            person_id=person.id,
            qualification_id=granted.id,
            author_id=granted.recorded_by_id,
        )
    )
    session.flush()


def build(session: Session, *, officers: int = 4) -> SessionAgency:
    """Record the agency: the instructor and another may teach `ai-limits`, and Sightline by special qualification."""
    seats = seat_agency.build(session, officers=officers)
    people = [
        qualified.trainer(session, level=LevelName.INSTRUCTOR, subject="ai", name=name)
        for name in ("Petra Nowak", "Karim Haddad")
    ]
    version = _version(session, seats.tool)
    for person in people:
        qualify_for_version(session, person, version)
    return SessionAgency(seats, *people, version)


def _version(session: Session, tool: Tool) -> ToolVersion:
    row = ToolVersion(
        **STAMP, tool_id=tool.id, label="3.2", prohibition=Prohibition.NONE, what_changed="First.", how_to_stop="Halt."
    )
    session.add(row)
    session.flush()
    return row
