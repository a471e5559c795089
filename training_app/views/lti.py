"""Launches of learning platforms: the login, the hop that sees whether the cookie came back, and the launch itself.

The pages here may stand in a frame of a registered platform and have no session; from there, the product is opened in a
window of its own.  Source: 1EdTech LTI Core 1.3, Security Framework 1.0, LTI OIDC Login with LTI Client Side
postMessages 0.1.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from training_app.agency import moment
from training_app.clock import now
from training_app.db import end_reading, reading_session, transaction
from training_app.lti import admission, key_sets, keys
from training_app.lti import launch as launching
from training_app.lti import login as logins
from training_app.lti.admission import Admitted
from training_app.lti.calls import CallFailed, CallRules
from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LtiLogin
from training_app.rules import lti_targets
from training_app.rules.lti_claims import LOGIN_LIFE, Check, Message, identifier, title
from training_app.security import from_this_site, let_be_framed, requires
from training_app.services.lti import key_sets as kept_keys
from training_app.services.lti import launches, platforms, privacy
from training_app.services.lti.launches import LAUNCH_LIFE
from training_app.services.lti.platforms import Registered
from training_app.views import lti_continue
from training_app.views import lti_pages as pages
from training_app.wording import grades as wording

bp = Blueprint("lti", __name__, url_prefix=pages.PATH)
pages.answer_refusals(bp)

REQUESTS_PER_MINUTE = 300
"""From one address: a whole class may launch from behind one."""
KEYS_CACHED_SECONDS = 300
FETCHES_PER_MINUTE = 20
"""Of one platform's keys: anybody can bring a token that names an unknown one, and one that is down answers slowly."""
MOST_STATE = 200
_OTHER_FRAGMENT = "#lti"
"""Keeps the browser from handing on that of the hop's address, which is a secret, to where it is redirected."""


@bp.get("/jwks.json")
@requires(None)
def key_set() -> ResponseReturnValue:
    """Answer with the public keys of this tool: those that sign, will sign, or signed lately."""
    at = now()
    answer = jsonify(keys.ring(pages.config().lti_keys, at=at).published(at=at))
    answer.headers["Cache-Control"] = f"public, max-age={KEYS_CACHED_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@bp.route("/login", methods=["GET", "POST"])
@requires(None)
def login() -> ResponseReturnValue:
    """Begin a login for a platform, and send the browser to be told who it is."""
    _slow_down()
    return _begin(logins.asked(request.values.to_dict(flat=False)), alone=_dest() == "document")


@bp.get("/login/again")
@requires(None)
def again() -> ResponseReturnValue:
    """Begin a login anew in the window that this was opened in, where no frame holds back the cookie."""
    _slow_down()
    before = logins.under_way(reading_session(), _state(request.args))
    parameters = {name: value for name, value in before.asked.items() if name != "lti_storage_target"}
    return _begin(parameters, alone=True)


@bp.get("/login/hop")
@requires(None)
def hop() -> ResponseReturnValue:
    """See whether the cookie came back; go on with it, with the platform's storage, or in a new window."""
    state = _state(request.args)
    under_way = logins.under_way(reading_session(), state)
    platform = _platform_of(under_way)
    _refuse_used(under_way, platform)
    address = _authorization(platform, under_way.asked, state)
    browser = pages.state_cookie(state)
    if logins.is_of(under_way, browser):
        return let_be_framed(make_response(redirect(address + _OTHER_FRAGMENT, 303)), platform.origins)
    if "lti_storage_target" not in under_way.asked:
        return _window_page(platform, state)
    return pages.framed_page(
        "lti/storage.html",
        platform.origins,
        platform=platform.name,
        key=pages.STATE_COOKIE + pages.name_of(state),
        target=under_way.asked["lti_storage_target"],
        origin=platforms.origin_of(platform.authorization_url),
        then=address,
        again=url_for(".again", state=state),
    )


@bp.get("/launch")
@requires(None)
def launch_by_hand() -> ResponseReturnValue:
    """Say that this address is opened by a platform."""
    raise LaunchRefused(Check.REQUEST, "id_token")


@bp.post("/launch")
@requires(None)
def launch() -> ResponseReturnValue:
    """Verify a launch; then go on, or offer to in a new window."""
    _slow_down()
    sent = request.form
    state = _state(sent)
    if "error" in sent:
        raise LaunchRefused(Check.PLATFORM_ERROR, (title(sent["error"]) or "")[:60])
    id_token = identifier(sent.get("id_token"), most=launching.MOST_TOKEN_CHARACTERS)
    if id_token is None or len(sent.getlist("id_token")) != 1:
        raise LaunchRefused(Check.REQUEST, "id_token")
    under_way = logins.under_way(reading_session(), state)
    platform = _platform_of(under_way)
    _refuse_used(under_way, platform)
    if not logins.is_of(under_way, pages.state_cookie(state)) and not _stored(under_way, sent.get("browser")):
        return _without_cookie(under_way, platform, state, id_token)
    try:
        answer = _verified(under_way, platform, state, id_token)
    except LaunchRefused as refused:
        refused.platform = refused.platform or platform.name
        answer = pages.refuse(refused, origins=platform.origins)
    pages.clear_state_cookie(answer, state)
    return answer


def _begin(parameters: Mapping[str, str], *, alone: bool) -> Response:
    """Begin a login.

    :param alone: whether the request is known to have a window of its own, in which cookies are kept.
    """
    logins.platform_of(reading_session(), parameters)  # strangers cost no writing
    with transaction() as session:
        begun = logins.begin(session, parameters, launch_address=pages.launch_address(), key=_secret(), at=now())
    onward = _authorization(begun.platform, parameters, begun.state)
    if not alone:
        # In the fragment the secret reaches the page's script alone; it stands in no log, and no state opens it.
        kept = begun.browser if "lti_storage_target" in parameters else None
        onward = url_for(".hop", state=begun.state, _anchor=kept)
    answer = make_response(redirect(onward, 303))
    pages.set_state_cookie(answer, begun.state, begun.browser, seconds=int(LOGIN_LIFE.total_seconds()))
    return let_be_framed(answer, begun.platform.origins)


def _verified(under_way: LtiLogin, platform: Registered, state: str, id_token: str) -> Response:
    at = now()
    with transaction() as session:
        taken = launches.take_login(session, state, at=at)
    if not taken:
        raise LaunchRefused(Check.STATE_USED)
    found = launching.verified(
        reading_session(),
        under_way,
        platform,
        id_token=id_token,
        state=state,
        keys=lambda kid: _keys(platform, kid),
        launch_address=pages.launch_address(),
        at=at,
    )
    with transaction() as session:
        admitted = admission.admit(session, found, at=at)
        session.expunge_all()
    if isinstance(admitted, LaunchRefused):
        raise admitted
    return _go_on(admitted)


def _keys(platform: Registered, kid: str) -> Any:
    """Return the platform's keys called *kid*, fetched anew where need be."""
    at, url = now(), platform.key_set_url
    row = kept_keys.of_platform(reading_session(), platform.id, url)
    kept = (row.keys, row.fetched_at) if row else None
    end_reading()  # the platform may take its time to answer

    def fetched() -> Mapping[str, Any]:
        if current_app.extensions["rate_limits"].take(("lti keys", platform.id), FETCHES_PER_MINUTE):
            raise CallFailed("They were asked for in vain too often within a minute.")
        found = key_sets.fetch(url, CallRules(frozenset(pages.config().lti_private_hosts)))
        with transaction() as session:
            kept_keys.keep(session, platform.id, url, found, at=at)
        return found

    try:
        return key_sets.for_token(kid, kept, fetched, at=at)
    except CallFailed as error:
        raise LaunchRefused(Check.KEYS, str(error)) from None


# -- how a launch goes on ----------------------------------------------------------------------------------------------


def _go_on(admitted: Admitted) -> Response:
    handler = HANDLERS.get(admitted.message)
    if handler is None:
        raise LaunchRefused(Check.MESSAGE_TYPE, admitted.message)
    if admitted.test_student and admitted.message in lti_continue.OPENING:
        return pages.framed_page("lti/test_student.html", admitted.platform.origins, platform=admitted.platform.name)
    return handler(admitted)


def _open_resource(admitted: Admitted) -> Response:
    origins = admitted.platform.origins
    if _dest() == "document":
        answer = make_response(redirect(url_for("lti_continue.go", name=pages.name_of(admitted.code)), 303))
        pages.set_code_cookie(answer, admitted.code, seconds=int(LAUNCH_LIFE.total_seconds()))
        return let_be_framed(answer, origins)
    claims = admitted.claims
    return pages.framed_page(
        "lti/launched.html",
        origins,
        platform=admitted.platform.name,
        person=admitted.person,
        code=admitted.code,
        opened=claims["resource_link"].get("title") or _named_by(claims) or claims.get("context", {}).get("title"),
    )


def _named_by(claims: Mapping[str, Any]) -> str | None:
    """Return what of ours the link names, for a platform that does not say what it calls the link."""
    try:
        target = lti_targets.parse(claims.get("custom", {}).get(lti_targets.PARAMETER))
    except lti_targets.NoTarget:
        return None
    name = pages.titles([target]).get(target)
    return wording.called(target, name) if name else None


def _show_privacy(admitted: Admitted) -> Response:
    subject = admitted.claims.get("for_user", {}).get("user_id", admitted.subject)
    kept = privacy.kept_of(reading_session(), admitted.platform.id, subject)
    return pages.framed_page(
        "lti/privacy.html",
        admitted.platform.origins,
        platform=admitted.platform.name,
        subject=subject,
        kept=kept,
        moment=moment,
    )


def _in(module: str) -> Callable[[Admitted], Response] | None:
    """Return ``show`` of a module of pages, which is given the launch and its code; ``None`` where there is none."""
    try:
        show = import_module(f"training_app.views.{module}").show
    except ModuleNotFoundError:
        return None
    return lambda admitted: make_response(show(admitted, admitted.code))


HANDLERS: Mapping[Message, Callable[[Admitted], Response] | None] = {
    Message.RESOURCE_LINK: _open_resource,
    Message.DATA_PRIVACY: _show_privacy,
    Message.DEEP_LINKING: _in("lti_deep_linking"),
    Message.SUBMISSION_REVIEW: _in("lti_review"),
}


# -- without a cookie --------------------------------------------------------------------------------------------------


def _without_cookie(under_way: LtiLogin, platform: Registered, state: str, id_token: str) -> Response:
    """Ask the platform's page for what the browser would not keep, or offer a new window."""
    if "lti_storage_target" not in under_way.asked or "browser" in request.form:
        refused = LaunchRefused(Check.BROWSER, platform=platform.name)
        return pages.refuse(refused, again=state, origins=platform.origins)
    return pages.framed_page(
        "lti/stored.html",
        platform.origins,
        platform=platform.name,
        key=pages.STATE_COOKIE + pages.name_of(state),
        target=under_way.asked["lti_storage_target"],
        origin=platforms.origin_of(platform.authorization_url),
        state=state,
        id_token=id_token,
        again=url_for(".again", state=state),
    )


def _window_page(platform: Registered, state: str) -> Response:
    return pages.framed_page(
        "lti/window.html", platform.origins, platform=platform.name, again=url_for(".again", state=state)
    )


def _stored(under_way: LtiLogin, browser: str | None) -> bool:
    """Return whether our own page fetched the secret from the platform's; a stranger's page could post its own."""
    return browser is not None and from_this_site() and logins.is_of(under_way, browser)


# -- shared ------------------------------------------------------------------------------------------------------------


def _state(sent: Any) -> str:
    values = sent.getlist("state")
    if len(values) != 1 or identifier(values[0], most=MOST_STATE) is None:
        raise LaunchRefused(Check.REQUEST, "state")
    return str(values[0])


def _platform_of(under_way: LtiLogin) -> Registered:
    found = platforms.registered(reading_session(), under_way.platform_id)
    if found is None or not found.launches:
        raise LaunchRefused(Check.CLOSED, platform=found.name if found else None)
    return found


def _refuse_used(under_way: LtiLogin, platform: Registered) -> None:
    if under_way.used_at is not None:
        raise LaunchRefused(Check.STATE_USED, platform=platform.name)
    if under_way.expires_at <= now():
        raise LaunchRefused(Check.STATE_EXPIRED, platform=platform.name)


def _authorization(platform: Registered, parameters: Mapping[str, str], state: str) -> str:
    return logins.authorization_address(
        platform, parameters, state, launch_address=pages.launch_address(), key=_secret()
    )


def _secret() -> bytes:
    return pages.config().secret_key.encode()


def _dest() -> str | None:
    """Return where the browser will show the answer; ``None`` of a browser that does not say."""
    return request.headers.get("Sec-Fetch-Dest")


def _slow_down() -> None:
    if current_app.extensions["rate_limits"].take(("lti", request.remote_addr), REQUESTS_PER_MINUTE):
        abort(429)
