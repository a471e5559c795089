"""What the pages on the way from a learning platform share: cookies, frames, and what a refused launch is told."""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import get_locale

from config import Config
from training_app.clock import now
from training_app.db import reading_session
from training_app.lti import keys
from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LtiPlacement
from training_app.rules.lti_claims import Check
from training_app.rules.lti_targets import Target
from training_app.rules.signing_keys import ToolKey
from training_app.security import let_be_framed
from training_app.services.lti import offers, platforms
from training_app.services.lti.launches import digest_of, login_of
from training_app.services.lti.platforms import Registered
from training_app.wording import grades as wording
from training_app.wording.launches import FAILED

logger = logging.getLogger(__name__)

PATH = "/lti"
STATE_COOKIE, GO_COOKIE = "training-lti-", "training-lti-go-"
NAME_CHARACTERS = 16


def config() -> Config:
    found: Config = current_app.extensions["config"]
    return found


def own_address() -> str:
    """Return how platforms reach this site, without a slash at the end."""
    return config().public_address or request.host_url.rstrip("/")


def titles_of(placements: Iterable[LtiPlacement]) -> Mapping[Target, str]:
    """Return the names of the modules and tools that stand at *placements*, in the language of the page."""
    return titles(filter(None, map(wording.target_of, placements)))


def titles(targets: Iterable[Target]) -> Mapping[Target, str]:
    return offers.names(reading_session(), targets, language=str(get_locale() or "en").partition("_")[0])


def launch_address() -> str:
    """Return where platforms post launches: the redirect URI and the target of everything of ours."""
    return own_address() + url_for("lti.launch")


def signing_key() -> ToolKey:
    """Return the key that signs what is sent to platforms now: its ``private_pem`` and its ``kid``.

    :raises UnusableKeyFile: if there is none, and none can be made.
    """
    return keys.signing(config().lti_keys, at=now())


def name_of(secret: str) -> str:
    """Return what a secret's cookie is told apart by; it tells nothing of the secret."""
    return digest_of(secret)[:NAME_CHARACTERS]


def set_state_cookie(answer: Response, state: str, browser: str, *, seconds: int) -> None:
    """Give the browser what it must bring back with the launch: in a frame too, and one for each login under way."""
    answer.set_cookie(
        STATE_COOKIE + name_of(state),
        browser,
        max_age=seconds,
        path=PATH,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def clear_state_cookie(answer: Response, state: str) -> None:
    set_state_cookie(answer, state, "", seconds=0)


def state_cookie(state: str) -> str | None:
    return request.cookies.get(STATE_COOKIE + name_of(state))


def set_code_cookie(answer: Response, code: str, *, seconds: int) -> None:
    """Keep *code* with the browser that the launch came to; no address holds it, which could be passed on."""
    answer.set_cookie(
        GO_COOKIE + name_of(code),
        code,
        max_age=seconds,
        path=PATH,
        secure=config().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def code_cookie(name: str) -> str:
    """Return the code that the cookie of *name* holds.

    :raises LaunchRefused: if this browser has none.
    """
    code = request.cookies.get(GO_COOKIE + name)
    if not code:
        raise LaunchRefused(Check.LAUNCH)
    return code


def framed_page(template: str, origins: Iterable[str], status: int = 200, **context: Any) -> Response:
    """Return a page that the pages of *origins* may show in a frame."""
    return let_be_framed(make_response(render_template(template, **context), status), origins)


def refuse(refused: LaunchRefused, *, again: str | None = None, origins: Iterable[str] | None = None) -> Response:
    """Return the page that names the check that failed, what to do, whom to tell, and the number in the log.

    :param again: the state of a login that can be begun anew in another window.
    :param origins: of the pages in which it may stand; by default those of the platform that the request names.
    """
    number = secrets.token_hex(4).upper()
    logger.warning(
        "launch %s refused: %s, platform %s, %s", number, refused.check, ascii(refused.platform), ascii(refused.detail)
    )
    shown = platforms.frame_origins(_named_by_request()) if origins is None else origins
    return framed_page(
        "lti/refused.html",
        shown,
        400,
        check=refused.check,
        words=FAILED[refused.check],
        detail=refused.detail if refused.check in _SHOWN else "",
        platform=refused.platform,
        number=number,
        again=url_for("lti.again", state=again) if again else None,
    )


def _named_by_request() -> Iterator[Registered]:
    """Yield the platforms that the request says it comes from: by its login, its issuer, or the page that sent it.

    A stranger, who can name none, is told of none.
    """
    session, state = reading_session(), request.values.get("state", "")
    login = login_of(session, state)
    issuer, page = request.values.get("iss"), request.headers.get("Origin") or request.headers.get("Referer", "")
    origin = platforms.origin_of(page)
    for one in platforms.every(session):
        if (login is not None and one.id == login.platform_id) or one.issuer == issuer or origin in one.origins:
            yield one


_SHOWN = {Check.REQUEST, Check.TARGET, Check.CLAIM, Check.DEPLOYMENT_APPROVAL, Check.KEY, Check.ALGORITHM}
"""Checks whose detail helps who administers the platform."""


def answer_refusals(bp: Blueprint) -> None:
    """Let every view of *bp* answer `LaunchRefused` with its page."""
    bp.register_error_handler(LaunchRefused, refuse)
