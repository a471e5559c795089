"""Gateways of the demonstration that listen: one did not take an event, the stream of another is paused."""

from tests.browser.demo_server import DemoServer
from tests.services import listening
from tests.services.version_life import registrars
from training_app.clock import now
from training_app.db import Database
from training_app.services import outbox
from training_app.services.event_streams import streams


def streams_of(server: DemoServer) -> dict[str, str]:
    """Make both, and return how addresses name them."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        refusing = listening.stream(session, at=at, description="Control room")
        streams.verify(session, refusing, None, at=at)
        [message] = listening.waiting(session, refusing)
        said = {message.message_id: "invalid_key No key with this kid"}
        outbox.refused(session, streams.CHANNEL, refusing.public_id, said, at=at)
        held = listening.stream(session, at=at)
        streams.hold(session, held, "Its operators examine a fault", at=at, by=registrars(session)[0])
        names = {"stream": refusing.public_id, "held stream": held.public_id}
    database.dispose()
    return names
