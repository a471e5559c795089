"""The demo agency with incidents that citizens report: what was written, by whom it is handled, how far it is."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, select

from tests.rules.factories import local
from tests.services.doubting import person
from training_app import demo
from training_app.models.incidents import Incident, IncidentStep
from training_app.models.people import RoleAssignment
from training_app.models.tools import Tool
from training_app.rules.civil_time import CivilInstant
from training_app.rules.incidents import Effect, Outcome, State, state
from training_app.rules.receipts import code_of
from training_app.rules.reports import Terms
from training_app.services import incident_handling as handling
from training_app.services import incidents
from training_app.services.incident_handling import End
from training_app.services.incidents import Told

NOW = local("2027-03-01 12:00")
"""A Monday after everything in the demo agency."""
TERMS = Terms(3, 30, 12)
HAPPENED = "At the station two officers said that a camera had found me, and I have never been there before."


def on(days: float = 0) -> CivilInstant:
    return CivilInstant(NOW + timedelta(days=days), demo.ZONE)


def code(name: str | int) -> str:
    """The receipt code that a test calls *name*."""
    return code_of(sha256(f"code {name}".encode()).digest())


class Agency:
    """The demo agency; its own incidents are older than `NOW`."""

    def __init__(self, session) -> None:
        self.session = session
        self.tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
        self.overseer, self.other = person(session, "DP-6001"), person(session, "DP-6002")
        self.registrar, self.officer = person(session, "DP-3001"), person(session, "DP-1003")

    def received(self, name: str | int = "a", *, days: float = 0, **given) -> Incident:
        told = {"tool_id": None, "effect": Effect.STOPPED, "happened": f"{HAPPENED} It was case {name}."}
        made, _new = incidents.receive(self.session, Told(**{**told, **given}), code(name), at=on(days).instant)
        return made

    def taken(self, name: str | int = "a", *, days: float = 0, **given) -> Incident:
        made = self.received(name, days=days, **given)
        handling.take(self.session, made, on=on(days), by=self.overseer)
        return made

    def closed(self, name: str | int = "a", *, days: float = 0, after: float = 1, end=None, **given) -> Incident:
        made = self.taken(name, days=days, **given)
        handling.close(self.session, made, end or self.end(), on=on(days + after), by=self.overseer)
        return made

    def end(self, **given) -> End:
        return End(**{"outcome": Outcome.USE, "told": "The officers did not check the picture.", **given})

    def state(self, incident) -> State:
        return state(incidents.history_of(self.session, incident))

    def holds(self, who, role, *, granted=True) -> None:
        stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9)}
        self.session.add(RoleAssignment(**stamp, person_id=who.id, role=role, granted=granted))
        self.session.flush()

    def steps(self, incident) -> list[IncidentStep]:
        rows = select(IncidentStep).where(IncidentStep.incident_id == incident.id).order_by(IncidentStep.number)
        return list(self.session.scalars(rows))

    def count(self, kind) -> int:
        return self.session.scalar(select(func.count()).select_from(kind))
