"""How often one address may send: counted in the database, so that several processes share it, without any address.

What is kept is a digest under a key that is another each day, for a day.  Nobody who reads the table can tell which
address it was, nor whether one of today is one of yesterday.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.incidents import IncidentSending
from training_app.rules import incidents as rule
from training_app.rules.civil_time import CivilInstant, ends_at
from training_app.rules.incidents import Sending
from training_app.services.locks import one_at_a_time
from training_app.services.sign_in import keyed_digest, network_of

KEPT = timedelta(hours=24)


class TooManySent(TrainingError):
    """Nothing more is taken from the address before *until*."""

    def __init__(self, kind: Sending, until: datetime) -> None:
        super().__init__(f"Too much was sent from this address: {kind}.")
        self.kind, self.until = kind, until


def refuse_too_many(session: Session, kind: Sending, *, address: str, key: bytes, on: CivilInstant) -> None:
    """Do nothing while the address may send; what was looked at so far is not counted.

    :raises TooManySent: if it may not.
    """
    until = rule.held_back_until(_before(session, kind, _digest(address, key, on)), rule.RATES[kind], at=on.instant)
    if until is not None:
        raise TooManySent(kind, min(until, ends_at(on.day, on.zone)))  # tomorrow nobody knows the address again


def count(session: Session, kind: Sending, *, address: str, key: bytes, on: CivilInstant) -> None:
    """Count one more of the address.

    :param address: of the browser, as far as the installation can know it; the rest of a network of IPv6 counts as one.
    :param key: secret of the installation.
    :raises TooManySent: if as many were counted as it may send, perhaps a moment ago by another process.
    """
    digest = _digest(address, key, on)
    one_at_a_time(session, "incident-sending", f"{kind}:{digest}")
    refuse_too_many(session, kind, address=address, key=key, on=on)
    forget(session, on=on)
    session.add(IncidentSending(kind=kind, address_digest=digest, at=on.instant))
    session.flush()


def forget(session: Session, *, on: CivilInstant) -> int:
    """Delete what was counted more than a day ago, and return how much; done with each that is counted, and nightly."""
    old = delete(IncidentSending).where(IncidentSending.at <= on.instant - KEPT).returning(IncidentSending.id)
    return len(session.scalars(old).all())


def _digest(address: str, key: bytes, on: CivilInstant) -> str:
    of_the_day = keyed_digest(key, "incidents on", on.day.isoformat())
    return keyed_digest(of_the_day.encode(), "address", network_of(address))


def _before(session: Session, kind: Sending, digest: str) -> list[datetime]:
    rows = select(IncidentSending.at).where(IncidentSending.address_digest == digest, IncidentSending.kind == kind)
    return list(session.scalars(rows))
