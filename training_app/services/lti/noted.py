"""The channel of the outbox on which grades are derived anew: nothing leaves the house by it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.rules.retries import Outcome
from training_app.services.lti import deriving, grades
from training_app.services.outbox import Claimed

NOTES_AT_ONCE = 50
SLICES_AT_ONCE = 5
"""Of what is looked at in time, in one housekeeping; the next one goes on."""

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Note:
    name: str
    """Whose grades; see `deriving`."""


class DerivedGrades:
    """Derives the grades that facts may have changed.

    :param transaction: gives one to write in.
    """

    name = deriving.CHANNEL

    def __init__(self, transaction: Transaction, zone: ZoneInfo, *, clock: Callable[[], datetime]) -> None:
        self._transaction, self._zone, self._now = transaction, zone, clock

    def destinations(self, session: Session, *, at: datetime) -> Sequence[Note]:
        """Return whose grades wait to be derived, who has waited longest first."""
        waiting = session.scalars(
            select(OutboxMessage.destination)
            .where(OutboxMessage.channel == self.name, OutboxMessage.state == OutboxState.WAITING)
            .group_by(OutboxMessage.destination)
            .order_by(func.min(OutboxMessage.id))
            .limit(NOTES_AT_ONCE)
        )
        return [Note(destination) for destination in waiting]

    def send(self, note: Note, message: Claimed) -> tuple[Outcome, str]:
        with self._transaction() as session:
            grades.derive_noted(session, note.name, message.payload, at=self._now(), zone=self._zone)
        return Outcome.TAKEN, ""

    def keep_house(self, *, at: datetime) -> None:
        """Derive what time alone may have changed."""
        for _ in range(SLICES_AT_ONCE):
            with self._transaction() as session:
                if grades.derive_in_time(session, at=at, zone=self._zone) < grades.AT_ONCE:
                    return
