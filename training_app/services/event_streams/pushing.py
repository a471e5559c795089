"""Events that are pushed to their receiver (RFC 8935)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app import outgoing
from training_app.models.event_streams import Delivery, EventStream, StreamStatus
from training_app.rules.retries import Outcome
from training_app.services.event_streams import clients
from training_app.services.event_streams.endpoints import EndpointRefused, PushRules
from training_app.services.event_streams.keys import EventKeys, claims
from training_app.services.event_streams.streams import CHANNEL, open_queues
from training_app.services.outbox import Claimed

MAY_BE_TAKEN_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the events of a stream are pushed."""

    name: str
    """Of the queue in the outbox."""
    issuer: str
    audience: str
    endpoint: str
    authorization: str | None


class EventPush:
    """The channel of the outbox that pushes events."""

    name = CHANNEL

    def __init__(self, keys: Callable[[], EventKeys], rules: PushRules) -> None:
        self._keys, self._rules = keys, rules

    def destinations(self, session: Session, *, at: datetime) -> Sequence[Receiver]:
        """Return every receiver that can be pushed to, with the queues of its stream that are open."""
        rows = session.scalars(
            select(EventStream)
            .where(EventStream.delivery == Delivery.PUSH, EventStream.status != StreamStatus.DISABLED)
            .order_by(EventStream.id)
        ).all()
        trusted = clients.trusted(session, {row.client_id for row in rows}, at=at) if rows else set()
        return [
            Receiver(queue, row.issuer, row.audience, row.endpoint or "", row.authorization)
            for row in rows
            if row.client_id in trusted
            for queue in open_queues(row)
        ]

    def send(self, receiver: Receiver, message: Claimed) -> tuple[Outcome, str]:
        """Push one event; return how that ended and, if not well, what happened."""
        about = {"issuer": receiver.issuer, "audience": receiver.audience}
        told = claims(message.payload, message_id=message.message_id, issued_at=message.created_at, **about)
        headers = {"Content-Type": "application/secevent+jwt", "Accept": "application/json"}
        if receiver.authorization:
            headers["Authorization"] = receiver.authorization
        try:
            self._rules.check(receiver.endpoint)
            answer = outgoing.post(receiver.endpoint, self._keys().sign(told).encode("ascii"), headers)
        except (EndpointRefused, outgoing.Unreached) as error:
            return Outcome.UNREACHED, str(error)
        return judged(answer.status, answer.body)


def judged(status: int, body: bytes) -> tuple[Outcome, str]:
    """Return what an answer means: only 202 is the receiver's word that it has the event (RFC 8935, section 2.2).

    Other statuses of success are taken for it too, for some receivers answer 200 or 204.
    """
    if 200 <= status < 300:
        return Outcome.TAKEN, ""
    told = _error_in(body)
    fault = f"HTTP {status}{': ' if told else ''}{told}"
    refused = 400 <= status < 500 and status not in MAY_BE_TAKEN_LATER
    return (Outcome.REFUSED if refused else Outcome.UNREACHED), fault


def _error_in(body: bytes) -> str:
    """Return the error that the answer names, if it is of the form that the standard gives it (section 2.3)."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    told = [document.get("err"), document.get("description")]
    return " ".join("".join(c for c in one if c.isprintable())[:200] for one in told if isinstance(one, str))
