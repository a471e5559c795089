"""One after the other, where two transactions would decide on the same thing at once.

On SQLite a transaction is the only writer, so nothing is needed.  On PostgreSQL an advisory lock is taken until the
transaction ends: row locks would need the right to change facts, which the application's role does not have.

Take them in this order, so that no two wait for each other: trainer registry, attempt, revision, person (the lower id
first), tool, appeal, training session, client, report, incident (sending, receipt, incident), rectification, oversight
question, learning platforms (all, then one), participants of learning platforms (the lower id first).
"""

import hashlib
from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, what: str, which: int | str) -> None:
    """Wait until no other transaction holds the same lock, for example ``("person", 17)``, and hold it to the end."""
    _lock(session, "pg_advisory_xact_lock", what, which)


def each_at_a_time(session: Session, what: str, which: Collection[int]) -> None:
    """Hold the lock of each of several as `one_at_a_time` does, the lower id first, by one statement."""
    if session.get_bind().dialect.name == "postgresql":
        keys = [_key(what, one) for one in sorted(which)]
        session.execute(
            text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys}
        )


def side_by_side(session: Session, what: str, which: int | str) -> None:
    """Wait only for who takes the same lock with `one_at_a_time`, and keep them waiting to the end."""
    _lock(session, "pg_advisory_xact_lock_shared", what, which)


def _lock(session: Session, function: str, what: str, which: int | str) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(text(f"SELECT {function}(:key)"), {"key": _key(what, which)})


def _key(what: str, which: int | str) -> int:
    digest = hashlib.sha256(f"{what}:{which}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
