"""Sessions of browsers: a random token in the cookie, everything else in the table `browser_session`.

Visitors, who are not signed in, have no row: the little that is kept for them (the token against forged requests, a
message for the next page) travels signed in the cookie.  Asking for public pages therefore writes nothing.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config import Config
from training_app.clock import now
from training_app.db import Database
from training_app.services import browser_sessions
from training_app.services.browser_sessions import Known, Life, Limits

logger = logging.getLogger(__name__)

TOKEN_BYTES = 32

#: Begins the cookie of a visitor; a token has no full stop.
_VISITOR = "visitor."

#: Programs with tokens of their own, files, and what citizens read: none of them has a session.
WITHOUT_SESSION = ("/access/", "/.well-known/", "/static/", "/public/")

#: Pages on the way from a learning platform: in a frame, or posted to by another site, where the browser holds back the
#: session's cookie; a new one would take the place of that of who is signed in.
FROM_PLATFORMS = (
    "/lti/login",
    "/lti/launch",
    "/lti/jwks.json",
    "/lti/deep-linking",
    "/lti/review",
    "/lti/register",
)

#: In a visitor's cookie: digest of the expired session that this browser had before.
_BEFORE = "_before"


class BrowserState(SecureCookieSession):
    """What the current request knows of its browser: the session's data, as a mapping, and whose it is."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, live: Known | None = None) -> None:
        super().__init__(data)
        self.live = live
        """The session of a signed-in browser."""
        self.expired: Known | None = None
        """The session that this browser had until a limit ended it."""
        self.fresh_token: str | None = None
        self.signed_out = False

    @property
    def person_id(self) -> int | None:
        return self.live.person_id if self.live else None


class BrowserSessions(SessionInterface):
    def __init__(self, config: Config, database: Database) -> None:
        self.database = database
        self.limits = Limits(
            idle=timedelta(minutes=config.session_idle_minutes), absolute=timedelta(hours=config.session_absolute_hours)
        )
        self.cookie = "__Host-training" if config.secure_cookies else "training"
        self.secure = config.secure_cookies
        self._serializer = URLSafeTimedSerializer(config.secret_key, salt="visitor")

    def open_session(self, app: Flask, request: Request) -> BrowserState | None:
        """Return the state that the cookie stands for, empty if for nothing; ``None`` where there are no sessions."""
        if request.path.startswith(WITHOUT_SESSION + FROM_PLATFORMS):
            return None
        value = request.cookies.get(self.cookie, "")
        try:
            if value.startswith(_VISITOR):
                return self._visitor(value)
            found = self._find(browser_sessions.digest_of(value)) if value else None
        except DBAPIError:
            logger.exception("the session could not be read")
            g.records_unreachable = True  # a visitor's page would tell a signed-in officer something untrue
            return None
        if found is None or found.life is Life.EXPIRED:
            state = BrowserState()
            state.expired = found
            return state
        return BrowserState(found.data, live=found)

    def save_session(self, app: Flask, state: SessionMixin, response: Response) -> None:
        assert isinstance(state, BrowserState)
        if state.accessed:
            response.vary.add("Cookie")
        if state.live is not None:
            self._save_signed_in(state, state.live, response)
        elif state.signed_out and not state:
            self._delete_cookie(response)
        elif state.modified:
            if state.expired is not None:
                state[_BEFORE] = state.expired.token_digest
            self._set_cookie(response, _VISITOR + self._serializer.dumps(_plain(state)))

    def _save_signed_in(self, state: BrowserState, live: Known, response: Response) -> None:
        at = now()
        stands = True
        if state.modified or at - live.seen_at >= browser_sessions.SEEN_STEP:
            with self.database.transaction() as database_session:
                data = _plain(state) if state.modified else None
                stands = browser_sessions.keep(database_session, live.token_digest, data, at=at)
        if not stands:
            self._delete_cookie(response)
        elif state.fresh_token is not None:
            self._set_cookie(response, state.fresh_token)

    def _visitor(self, value: str) -> BrowserState:
        try:
            data = self._serializer.loads(
                value.removeprefix(_VISITOR), max_age=int(browser_sessions.RECOGNISED.total_seconds())
            )
        except BadSignature:
            return BrowserState()
        state = BrowserState(data)
        if before := data.get(_BEFORE):
            state.expired = self._find(before)
        return state

    def _find(self, token_digest: str) -> Known | None:
        with self.database.reading() as database_session:
            return browser_sessions.find(database_session, token_digest, limits=self.limits, at=now())

    def _set_cookie(self, response: Response, value: str) -> None:
        response.set_cookie(self.cookie, value, secure=self.secure, httponly=True, samesite="Lax", path="/")

    def _delete_cookie(self, response: Response) -> None:
        response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="Lax", path="/")


def state_of_browser() -> BrowserState | None:
    """Return the state of the request's browser; ``None`` where the request has no session."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    return found if isinstance(found, BrowserState) else None


def start(
    database_session: Session, person_id: int, *, epoch: int, at: datetime, lti_link_id: int | None = None
) -> None:
    """Sign *person_id* in on the request's browser, under a new token; what went before is ended and forgotten.

    The token against forged requests of the same person's expired session is carried over, so that pages which the
    person left open in other tabs can still be sent.

    :param lti_link_id: of who is signed in by a learning platform; the session ends with the link, and the platform.
    """
    interface, state = _interface(), _state()
    if state.live is not None:
        browser_sessions.end(database_session, state.live.token_digest, at=at)
    expired = state.expired if state.expired is not None and state.expired.person_id == person_id else None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    begun = browser_sessions.begin(
        database_session,
        person_id,
        token=token,
        epoch=epoch,
        browser=request.headers.get("User-Agent", ""),
        limits=interface.limits,
        at=at,
        lti_link_id=lti_link_id,
    )
    state.clear()
    if expired is not None and "csrf_token" in expired.data:
        state["csrf_token"] = expired.data["csrf_token"]
    state.live = Known(
        token_digest=begun.token_digest, person_id=person_id, epoch=epoch, data={}, seen_at=at, life=Life.LIVE
    )
    state.fresh_token = token


def sign_out(database_session: Session, *, at: datetime) -> None:
    """End the session of the request's browser: its token opens nothing from now on, wherever it was copied to."""
    state = _state()
    if state.live is not None:
        browser_sessions.end(database_session, state.live.token_digest, at=at)
    state.live, state.expired, state.signed_out = None, None, True
    state.clear()


def limits() -> Limits:
    return _interface().limits


def _interface() -> BrowserSessions:
    return cast(BrowserSessions, current_app.session_interface)


def _state() -> BrowserState:
    state = state_of_browser()
    if state is None:
        raise RuntimeError(f"{request.path} has no session to sign in or out of")
    return state


def _plain(state: BrowserState) -> dict[str, Any]:
    """Return the session's data as JSON keeps it; a text that is translated late is translated now."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(state), default=str))
    return plain
