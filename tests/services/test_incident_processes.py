"""Two processes that work on the same incidents at once: one report, one answer, and one count of what is sent."""

from tests.rules.factories import local
from tests.services import recorded
from tests.services.contested import TURNS, rows, won_by_both
from tests.services.incident_agency import code
from tests.services.recorded import NOW, ZONE
from training_app.db import Database
from training_app.models.incidents import Incident, IncidentSending, IncidentStep, IncidentText
from training_app.models.people import AccountChange, AccountFact, RoleAssignment
from training_app.rules.civil_time import CivilInstant
from training_app.rules.incidents import RATES, Effect, Sending
from training_app.rules.permissions import Role
from training_app.services import incident_handling, incident_limits, incidents
from training_app.services.incidents import Told

ON = CivilInstant(NOW, ZONE)
KEY = b"k" * 40


def told(turn: int) -> Told:
    return Told(None, Effect.OTHER, f"They took me for somebody else. {turn}")


def asked(turn: int) -> str:
    return code(f"asked {turn}")


def send_the_same(database: Database, name: str, turn: int) -> None:
    """Send, from both processes, the same form and the same answer, and then what is one too many for one of them."""
    with database.transaction() as session:
        incidents.receive(session, told(turn), code(turn), at=NOW)
    with database.transaction() as session:
        incident_handling.answer(session, incidents.by_code(session, asked(turn)), "At the gate.", on=ON)
    with database.transaction() as session:
        incident_limits.count(session, Sending.REPORT, address=f"192.0.2.{turn}", key=KEY, on=ON)


def test_what_two_processes_are_sent_at_once_is_one_and_counted_together(database):
    with database.transaction() as session:
        overseer = recorded.person(session, service_number="overseer")
        stamp = {"effective_at": local("2025-01-01"), "recorded_at": local("2025-01-01"), "person_id": overseer.id}
        session.add(AccountFact(**stamp, change=AccountChange.OPENED))
        session.add(RoleAssignment(**stamp, role=Role.OVERSIGHT, granted=True))
        session.flush()
        for turn in range(TURNS):
            incident, _new = incidents.receive(session, told(100 + turn), asked(turn), at=NOW)
            incident_handling.take(session, incident, on=ON, by=overseer)
            incident_handling.ask(session, incident, "Where was it?", on=ON, by=overseer)
            for _ in range(RATES[Sending.REPORT].most - 1):
                incident_limits.count(session, Sending.REPORT, address=f"192.0.2.{turn}", key=KEY, on=ON)
    before = rows(database, IncidentStep)
    assert won_by_both(database, send_the_same) == TURNS, "of each turn's two, one is held back at the end"
    assert (rows(database, Incident), rows(database, IncidentText)) == (2 * TURNS, 2 * TURNS)
    assert rows(database, IncidentStep) == before + TURNS, "each answer once"
    assert rows(database, IncidentSending) == TURNS * RATES[Sending.REPORT].most
