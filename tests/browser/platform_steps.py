"""Learning platforms of the demonstration: one that launches, one that waits, and an invitation."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.demo_server import DemoServer
from tests.lti import placed
from tests.services import platform_agency
from tests.services.version_life import person, registrars
from training_app import demo
from training_app.clock import now
from training_app.db import Database
from training_app.models.lti import LtiPlacement, LtiPlatform
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.services.lti import deployments, grades, invitations, platforms
from training_app.services.lti.deriving import EVERYBODY


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
        placement = _graded(session, connected)
        names = {
            "placement": str(placement.id),
            "platform": str(connected.id),
            "waiting platform": str(waiting.id),
            "invitation": invitation.token_digest,
        }
    database.dispose()
    return names


def _graded(session: Session, of: LtiPlatform) -> LtiPlacement:
    """Place a certification that officers opened: one grade waits, and one the platform would not take."""
    at = placed.placement(session, of, "certification:sightline", column=11)
    at.deployment_id = "7"
    for subject, number in (("41", "DP-1003"), ("42", "DP-1004")):
        placed.opens(session, at, of, subject, person(session, number))
    grades.derive_noted(session, EVERYBODY, {}, at=now(), zone=demo.ZONE)
    refused = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == grades.CHANNEL)).first()
    if refused is not None:
        refused.state, refused.ended_at = OutboxState.FAILED, now()
        refused.fault = "HTTP 400: User is not enrolled"
    return at
