"""Learning platforms of the demonstration: one that launches, one that waits, and an invitation."""

from tests.browser.demo_server import DemoServer
from tests.services import platform_agency
from tests.services.version_life import registrars
from training_app.clock import now
from training_app.db import Database
from training_app.services.lti import deployments, invitations, platforms


def platforms_of(server: DemoServer) -> dict[str, str]:
    """Make them, and return how addresses name them."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        registrar = registrars(session)[0]
        connected = platform_agency.platform(session, name="Police academy")
        platforms.approve(session, connected, at=at, by=registrar)
        deployments.approve(session, connected, "7", at=at, by=registrar)
        deployments.note_seen(session, connected.id, "8", at=at)
        waiting = platform_agency.platform(session, name="Academy of the coast guard")
        deployments.note_seen(session, waiting.id, "1", at=at)
        invitation = invitations.make(session, "an invitation of the demonstration", at=at, by=registrar)
        names = {
            "platform": str(connected.id),
            "waiting platform": str(waiting.id),
            "invitation": invitation.token_digest,
        }
    database.dispose()
    return names
