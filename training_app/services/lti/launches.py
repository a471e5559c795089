"""Logins and launches under way: each serves once, whichever process is asked first.

Every taking is one statement that names ``used_at IS NULL`` in its condition, so that of any number of requests with
the same state, or the same code, one is served.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from training_app.models.lti import LtiLaunch, LtiLogin
from training_app.rules.lti_claims import LOGIN_LIFE
from training_app.services.deleted import deleted

LAUNCH_LIFE = timedelta(minutes=10)
"""So long may an officer look at the page that offers a new window."""
LINKING_LIFE = timedelta(minutes=20)
"""So long may signing in take before an account is linked."""
KEPT = timedelta(hours=1)
"""Logins and launches that have expired are kept for so long, to tell a late browser from a stranger."""


def digest_of(secret: str) -> str:
    """Return the SHA-256 of *secret*, which has 256 random bits, in hexadecimal."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def begin_login(
    session: Session,
    platform_id: int,
    asked: Mapping[str, Any],
    *,
    state: str,
    nonce: str,
    browser: str,
    at: datetime,
) -> LtiLogin:
    """Note that a platform began a login; what has long expired, of anybody, is swept out.

    :param browser: the secret that the browser is given to bring back.
    """
    sweep_logins(session, at=at)
    login = LtiLogin(
        state_digest=digest_of(state),
        nonce_digest=digest_of(nonce),
        browser_digest=digest_of(browser),
        platform_id=platform_id,
        asked=dict(asked),
        begun_at=at,
        expires_at=at + LOGIN_LIFE,
        used_at=None,
    )
    session.add(login)
    session.flush()
    return login


def sweep_logins(session: Session, *, at: datetime) -> int:
    """Delete logins that have long expired; return how many."""
    return deleted(session, delete(LtiLogin).where(LtiLogin.expires_at < at - KEPT))


def sweep_launches(session: Session, *, at: datetime) -> int:
    """Delete launches that have long expired; return how many."""
    return deleted(session, delete(LtiLaunch).where(LtiLaunch.expires_at < at - KEPT))


def login_of(session: Session, state: str) -> LtiLogin | None:
    return session.get(LtiLogin, digest_of(state))


def take_login(session: Session, state: str, *, at: datetime) -> bool:
    """Use the state up; return whether it was there, in time, and unused until now."""
    taken = session.execute(
        update(LtiLogin)
        .where(LtiLogin.state_digest == digest_of(state), LtiLogin.used_at.is_(None), LtiLogin.expires_at > at)
        .values(used_at=at)
        .returning(LtiLogin.state_digest)
    )
    return taken.first() is not None


def record_launch(session: Session, code: str, *, at: datetime, **facts: Any) -> None:
    """Note a launch that was verified, on which the browser goes by *code*, fresh and random."""
    sweep_launches(session, at=at)
    session.add(
        LtiLaunch(code_digest=digest_of(code), launched_at=at, expires_at=at + LAUNCH_LIFE, used_at=None, **facts)
    )
    session.flush()


def launch_of(session: Session, code: str) -> LtiLaunch | None:
    """Return the launch that *code* stands for, used or not; it opens nothing by itself."""
    return session.get(LtiLaunch, digest_of(code))


def take_launch(session: Session, code: str, *, at: datetime) -> LtiLaunch | None:
    """Use the code up; return its launch, or ``None`` if it is unknown, late, or was used before."""
    taken = session.execute(
        update(LtiLaunch)
        .where(LtiLaunch.code_digest == digest_of(code), LtiLaunch.used_at.is_(None), LtiLaunch.expires_at > at)
        .values(used_at=at)
        .returning(LtiLaunch.code_digest)
    )
    return session.get(LtiLaunch, digest_of(code), populate_existing=True) if taken.first() is not None else None


def change_code(session: Session, code: str, new: str, *, at: datetime) -> bool:
    """Put *new* in place of *code*, with time to sign in; return whether *code* was still good."""
    changed = session.execute(
        update(LtiLaunch)
        .where(LtiLaunch.code_digest == digest_of(code), LtiLaunch.used_at.is_(None), LtiLaunch.expires_at > at)
        .values(code_digest=digest_of(new), expires_at=at + LINKING_LIFE)
        .returning(LtiLaunch.code_digest)
    )
    return changed.first() is not None
