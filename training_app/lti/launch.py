"""A launch as the library sees it, with the checks that it leaves out.

The library believes a token whose first audience is ours, takes one nonce any number of times within a day, and knows
no limit of its life; what is closed here, and how, stands in `docs/decisions/0014-lti.md`.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import jwt
from joserfc.jwk import RSAKey
from jwt.exceptions import InvalidSignatureError, PyJWTError
from pylti1p3.cookie import CookieService
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from sqlalchemy.orm import Session

from training_app.lti.refused import LaunchRefused
from training_app.lti.tool_conf import ToolConf, registration
from training_app.models.lti import LtiLogin
from training_app.rules import lti_claims
from training_app.rules.lti_claims import Check, Expected
from training_app.rules.signing_keys import ToolKey
from training_app.services.lti.launches import digest_of
from training_app.services.lti.platforms import Registered

MOST_TOKEN_CHARACTERS = 64 * 1024
ALGORITHM = "RS256"

KeysNamed = Callable[[str], list[RSAKey]]
"""Returns the platform's keys of a name."""


class _Sent(Request):
    """The token and the state that the browser brought, as the library asks for them."""

    def __init__(self, id_token: str, state: str) -> None:
        self._sent = {"id_token": id_token, "state": state}

    @property
    def session(self) -> dict[str, Any]:
        return {}

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._sent.get(key, "")


class _NoSession(SessionService):
    """The library keeps nothing: what serves once is in the table of logins."""

    def __init__(self, login: LtiLogin) -> None:
        self._login = login

    def check_nonce(self, nonce: str) -> bool:
        return isinstance(nonce, str) and hmac.compare_digest(digest_of(nonce), self._login.nonce_digest)


class _NoCookies(CookieService):
    def get_cookie(self, name: str) -> str | None:
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Cookies are the views'."""


class Launch(MessageLaunch[Request, ToolConf, _NoSession, _NoCookies]):
    """One launch; `verified` makes it.  The library's services of a launch can be asked of it."""

    def __init__(
        self, sent: _Sent, login: LtiLogin, platform: Registered, conf: ToolConf, keys: KeysNamed, expected: Expected
    ) -> None:
        super().__init__(sent, conf, session_service=_NoSession(login), cookie_service=_NoCookies())
        self._sent, self._expected, self.platform, self._keys_named = sent, expected, platform, keys
        self._at: datetime

    def _get_request_param(self, key: str) -> str:
        return self._sent.get_param(key)

    @property
    def claims(self) -> Mapping[str, Any]:
        """What the token says; verified."""
        return self._jwt["body"]

    def verify(self, *, at: datetime) -> "Launch":
        """Check everything that the token alone can answer for.

        :raises LaunchRefused: at the first check that fails.
        """
        self._validated = True  # the library would begin its own, weaker order of checks at the first question
        self._at = at
        try:
            self.validate_jwt_format().validate_registration().validate_jwt_signature().validate_message()
            self.validate_nonce()
        except LtiException as error:
            raise LaunchRefused(_CHECKS.get(type(error).__name__, Check.MESSAGE), str(error)[:200]) from None
        return self

    def validate_jwt_format(self) -> "Launch":
        """Read header and claims: three parts, both objects, of the type that the header may state."""
        token = self._sent.get_param("id_token")
        if len(token) > MOST_TOKEN_CHARACTERS:
            raise LaunchRefused(Check.TOKEN, "too long")
        try:
            header = jwt.get_unverified_header(token)
            body = jwt.decode(token, options={"verify_signature": False})
        except (PyJWTError, ValueError, RecursionError):
            raise LaunchRefused(Check.TOKEN) from None
        kind = header.get("typ", "JWT")
        if not isinstance(body, dict) or not isinstance(kind, str) or kind.upper() != "JWT" or "crit" in header:
            raise LaunchRefused(Check.TOKEN)
        if header.get("alg") != ALGORITHM:
            raise LaunchRefused(Check.ALGORITHM, json.dumps(header.get("alg"))[:40])
        self._jwt = cast(Any, {"header": header, "body": body})
        return self

    def validate_registration(self) -> "Launch":
        """Take the platform that the login began with; the claims are held against it."""
        self._registration = registration(self.platform)
        return self

    def validate_jwt_signature(self) -> "Launch":
        """Check the signature with the platform's keys of that name."""
        token, kid = self._sent.get_param("id_token"), self._jwt["header"].get("kid")
        name = lti_claims.identifier(kid)
        keys = self._keys_named(name) if name else []
        if not keys:
            raise LaunchRefused(Check.KEY, f"kid {name}" if name else "kid")
        for key in keys:
            try:
                jwt.decode(token, key.as_pem(private=False), algorithms=[ALGORITHM], options=_SIGNATURE_ALONE)
            except InvalidSignatureError:
                continue
            except PyJWTError:
                raise LaunchRefused(Check.TOKEN) from None
            return self
        raise LaunchRefused(Check.SIGNATURE, f"kid {name}")

    def validate_nonce(self) -> "Launch":
        nonce = self.claims.get("nonce")
        if not isinstance(nonce, str) or not self.get_session_service().check_nonce(nonce):
            raise LaunchRefused(Check.NONCE)
        return self

    def validate_message(self) -> "Launch":
        """Check the claims by our rules, then by the library's for the type of message."""
        check = lti_claims.failed(self.claims, self._expected, at=self._at)
        if check is not None:
            raise LaunchRefused(check)
        super().validate_message()
        return self


_SIGNATURE_ALONE: Any = {
    "verify_signature": True,
    "verify_exp": False,  # by our rules, with the instant that is passed down
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
_CHECKS = {"LtiInvalidNonceException": Check.NONCE, "LtiKeyException": Check.KEY}


def verified(
    session: Session,
    login: LtiLogin,
    platform: Registered,
    *,
    id_token: str,
    state: str,
    keys: KeysNamed,
    launch_address: str,
    at: datetime,
    key: ToolKey | None = None,
) -> Launch:
    """Return the launch that *id_token* is, in answer to *login*.

    :param keys: of the platform, by name; may call the platform, so no transaction should be under way.
    :raises LaunchRefused: if it fails a check.
    """
    expected = Expected(
        issuer=platform.issuer,
        client_id=platform.client_id,
        launch_address=launch_address,
        target_at_login=login.asked["target_link_uri"],
    )
    made = Launch(_Sent(id_token, state), login, platform, ToolConf(session, key), keys, expected)
    return made.verify(at=at)
