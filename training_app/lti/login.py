"""A login that a platform begins: what it must say, and where the browser is sent to be told who it is.

Source: 1EdTech Security Framework 1.0 (5.1.1), OpenID Connect Core 1.0 (4, third-party initiated login).
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy.orm import Session

from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LtiLogin
from training_app.rules.lti_claims import MOST_ID, MOST_VALUE, Check, identifier, is_target
from training_app.services.lti import launches, platforms
from training_app.services.lti.platforms import Registered

NEEDED = {"iss": MOST_VALUE, "login_hint": MOST_VALUE, "target_link_uri": MOST_VALUE}
"""Parameters that every login has, and the most characters of each."""
OTHERS = {"client_id": MOST_ID, "lti_message_hint": 8_000, "lti_deployment_id": MOST_ID, "lti_storage_target": MOST_ID}


SECRET_BYTES = 32


def new_secret() -> str:
    """Return a text that nobody guesses, for what serves once."""
    return secrets.token_urlsafe(SECRET_BYTES)


@dataclass(frozen=True, slots=True)
class Begun:
    """A login under way: *state* goes round by the platform, *browser* stays with the browser."""

    state: str
    browser: str
    login: LtiLogin
    platform: Registered


def asked(sent: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the parameters of a login, each given once.

    :raises LaunchRefused: if one is missing, empty, given twice, or too long.
    """
    found: dict[str, str] = {}
    for name, most in (NEEDED | OTHERS).items():
        values = [value for value in sent.get(name, []) if value != ""]
        if not values and name not in NEEDED:
            continue
        if len(values) != 1 or identifier(values[0], most=most) is None:
            raise LaunchRefused(Check.REQUEST, name)
        found[name] = values[0]
    return found


def platform_of(session: Session, parameters: Mapping[str, str]) -> Registered:
    """Return the platform that begins a login.

    :raises LaunchRefused: if it is not known, does not launch, or could be one of several.
    """
    found = platforms.of_issuer(session, parameters["iss"], parameters.get("client_id"))
    launching = [one for one in found if one.launches]
    if len(launching) == 1:
        return launching[0]
    if launching:
        raise LaunchRefused(Check.CLIENT_ID, "client_id")
    if not found:
        raise LaunchRefused(Check.PLATFORM, parameters["iss"])
    closed = all(one.closed for one in found)
    raise LaunchRefused(Check.CLOSED if closed else Check.APPROVAL, platform=found[0].name)


def begin(session: Session, parameters: Mapping[str, str], *, launch_address: str, key: bytes, at: datetime) -> Begun:
    """Begin a login with *parameters*, as `asked` returns them.

    :param launch_address: of ours; the platform must mean to launch there.
    :param key: secret of the installation, from which the nonce is made.
    :raises LaunchRefused: if nothing can be begun.
    """
    platform = platform_of(session, parameters)
    if not is_target(parameters["target_link_uri"], launch_address):
        raise LaunchRefused(Check.TARGET, launch_address, platform=platform.name)
    state, browser = new_secret(), new_secret()
    login = launches.begin_login(
        session, platform.id, parameters, state=state, nonce=nonce_of(state, key), browser=browser, at=at
    )
    return Begun(state, browser, login, platform)


def nonce_of(state: str, key: bytes) -> str:
    """Return the nonce that goes with *state*: two hops can name it, and nobody else can make it."""
    return hmac.new(key, f"lti-nonce:{state}".encode("utf-8", "replace"), sha256).hexdigest()


def authorization_address(
    platform: Registered, parameters: Mapping[str, str], state: str, *, launch_address: str, key: bytes
) -> str:
    """Return where the platform tells who its user is; every parameter is encoded, hints as they came."""
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": launch_address,
        "state": state,
        "nonce": nonce_of(state, key),
        "login_hint": parameters["login_hint"],
    }
    if "lti_message_hint" in parameters:
        query["lti_message_hint"] = parameters["lti_message_hint"]
    parts = urlsplit(platform.authorization_url)
    own = f"{parts.query}&" if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, own + urlencode(query), ""))


def under_way(session: Session, state: str) -> LtiLogin:
    """Return the login that *state* stands for, used or not, in time or not.

    :raises LaunchRefused: if there is none.
    """
    login = launches.login_of(session, state)
    if login is None:
        raise LaunchRefused(Check.STATE)
    return login


def is_of(login: LtiLogin, browser: str | None) -> bool:
    """Return whether the browser brought back what it was given when *login* began."""
    return browser is not None and hmac.compare_digest(launches.digest_of(browser), login.browser_digest)
