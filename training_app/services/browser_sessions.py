"""Sessions of signed-in browsers: begun at sign-in, ended at sign-out, and limited in between.

A session that was ended stays ended: every write names ``ended_at IS NULL`` in its condition, so that a request which
was under way when its session was ended cannot revive it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from training_app.models.browser_session import BrowserSession
from training_app.models.lti import LtiLink, LtiPlatformClosure, LtiUnlink
from training_app.models.people import Credential
from training_app.services.deleted import deleted

#: How long an expired session is still recognised, so that an answer sent from it is kept for its officer.
RECOGNISED = timedelta(hours=24)

#: `seen_at` is written when it is older than this, so that reading pages costs no write each.
SEEN_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a session lasts without a request, and in all."""

    idle: timedelta
    absolute: timedelta


class Life(StrEnum):
    LIVE = "live"
    EXPIRED = "expired"
    """Past a limit, and still recognised: it opens nothing, but it tells whose answer arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A session that a token names."""

    token_digest: str
    person_id: int
    epoch: int
    data: dict[str, Any]
    seen_at: datetime
    life: Life


def digest_of(token: str) -> str:
    """Return the SHA-256 of *token* in hexadecimal.  The token has 256 random bits, so that no salt is needed."""
    return sha256(token.encode()).hexdigest()


def find(session: Session, token_digest: str, *, limits: Limits, at: datetime) -> Known | None:
    """Return the session of *token_digest*.

    ``None`` where there is none, it was ended, its epoch has passed, or the learning platform that opened it does not
    stand for the person any more: the platform was closed, or its account is not linked with theirs.
    """
    row = session.execute(
        select(BrowserSession, Credential.epoch)
        .join(Credential, Credential.person_id == BrowserSession.person_id)
        .where(BrowserSession.token_digest == token_digest, BrowserSession.ended_at.is_(None), ~_left_by_platform())
    ).first()
    if row is None:
        return None
    found, epoch = row
    end = min(found.seen_at + limits.idle, found.created_at + limits.absolute)
    if found.epoch != epoch or at >= end + RECOGNISED:
        return None
    return Known(
        token_digest=found.token_digest,
        person_id=found.person_id,
        epoch=found.epoch,
        data=dict(found.data),
        seen_at=found.seen_at,
        life=Life.LIVE if at < end else Life.EXPIRED,
    )


def _left_by_platform() -> ColumnElement[bool]:
    """Tell whether a session was opened by a learning platform that has been closed, or by a link that has ended."""
    closed = exists().where(
        LtiLink.id == BrowserSession.lti_link_id, LtiPlatformClosure.platform_id == LtiLink.platform_id
    )
    return or_(exists().where(LtiUnlink.link_id == BrowserSession.lti_link_id), closed)


def begin(
    session: Session,
    person_id: int,
    *,
    token: str,
    epoch: int,
    browser: str,
    limits: Limits,
    at: datetime,
    lti_link_id: int | None = None,
) -> BrowserSession:
    """Begin a session of *person_id* under the fresh random *token*; expired sessions of everybody are swept out.

    :param lti_link_id: the link of the learning platform's account that opens it, and with which it ends.
    """
    sweep(session, limits=limits, at=at)
    begun = BrowserSession(
        token_digest=digest_of(token),
        person_id=person_id,
        epoch=epoch,
        data={},
        browser=browser[:200],
        created_at=at,
        seen_at=at,
        ended_at=None,
        lti_link_id=lti_link_id,
    )
    session.add(begun)
    session.flush()
    return begun


def keep(session: Session, token_digest: str, data: dict[str, Any] | None, *, at: datetime) -> bool:
    """Note a request at *at*, with the session's *data* where it changed; return whether the session still stands."""
    values: dict[str, Any] = {"seen_at": at} if data is None else {"seen_at": at, "data": data}
    kept = session.execute(
        update(BrowserSession)
        .where(BrowserSession.token_digest == token_digest, BrowserSession.ended_at.is_(None))
        .values(values)
        .returning(BrowserSession.token_digest)
    )
    return kept.first() is not None


def end(session: Session, token_digest: str, *, at: datetime) -> None:
    """End one session now; what it held is forgotten."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.token_digest == token_digest, BrowserSession.ended_at.is_(None))
        .values(ended_at=at, data={})
    )


def end_others(session: Session, person_id: int, *, but: str, at: datetime) -> int:
    """End every session of *person_id* except the one of the token digest *but*; return how many were ended."""
    ended = session.scalars(
        update(BrowserSession)
        .where(
            BrowserSession.person_id == person_id,
            BrowserSession.token_digest != but,
            BrowserSession.ended_at.is_(None),
        )
        .values(ended_at=at, data={})
        .returning(BrowserSession.token_digest)
    )
    return len(ended.all())


def end_all(session: Session, person_id: int) -> None:
    """End every session of *person_id* at once, those under way in other processes too, by raising the epoch."""
    session.execute(update(Credential).where(Credential.person_id == person_id).values(epoch=Credential.epoch + 1))


def standing(session: Session, person_id: int, *, limits: Limits, at: datetime) -> Sequence[BrowserSession]:
    """Return the sessions in which *person_id* is signed in, the latest used first."""
    return session.scalars(
        select(BrowserSession)
        .join(Credential, Credential.person_id == BrowserSession.person_id)
        .where(
            BrowserSession.person_id == person_id,
            BrowserSession.ended_at.is_(None),
            BrowserSession.epoch == Credential.epoch,
            BrowserSession.seen_at > at - limits.idle,
            BrowserSession.created_at > at - limits.absolute,
            ~_left_by_platform(),
        )
        .order_by(BrowserSession.seen_at.desc())
    ).all()


def sweep(session: Session, *, limits: Limits, at: datetime) -> int:
    """Delete sessions that nothing recognises any more; return how many."""
    return deleted(session, delete(BrowserSession).where(BrowserSession.created_at < at - limits.absolute - RECOGNISED))
