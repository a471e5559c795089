"""Emergency access in the demo agency: DP-1001 may not use Sightline 3.2, for what changed in it was never trained."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.rules.factories import BRUSSELS, local
from training_app.models.emergencies import EmergencyGrant, EmergencyRequest
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.access import Decision, Question
from training_app.rules.emergency import Danger
from training_app.services import access, emergencies

NOW = local("2026-11-22 02:00")
OFFICER, SUPERVISOR, REGISTRAR = "DP-1001", "DP-2001", "DP-3001"


@dataclass
class Emergencies:
    session: Session
    tool: Tool
    version: ToolVersion

    def person(self, number: str) -> Person:
        return self.session.scalars(select(Person).where(Person.service_number == number)).one()

    def switch(self, most: int | None = 60, *, at: datetime = NOW - timedelta(days=1)) -> None:
        emergencies.switch(self.session, self.tool, most, "Night shifts.", at=at, by=self.person(REGISTRAR))

    def request(
        self, number: str = OFFICER, *, at: datetime = NOW, minutes: int = 30, **given: Any
    ) -> EmergencyRequest:
        named = {"danger": Danger.LIFE, "words": ""} | given
        return emergencies.request(
            self.session, self.person(number), self.version, **named, minutes=minutes, zone=BRUSSELS, at=at
        )

    def confirm(self, asked: EmergencyRequest, *, at: datetime = NOW, by: str = SUPERVISOR) -> EmergencyGrant:
        return emergencies.confirm(self.session, asked, at=at, by=self.person(by))

    def answer(self, number: str = OFFICER, *, at: datetime = NOW, version: str = "3.2") -> Decision:
        question = Question(number, "sightline", version)
        return access.answer(self.session, question, zone=BRUSSELS, at=at, known_at=at)


def of(session: Session, *, most: int | None = 60) -> Emergencies:
    """Return the demo agency with emergency access to Sightline switched on, or (``None``) as it is."""
    tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    version = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id, ToolVersion.label == "3.2"))
    found = Emergencies(session, tool, version.one())
    if most is not None:
        found.switch(most)
    return found
