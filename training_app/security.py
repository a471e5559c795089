"""Who is asking, and may they: closed unless a view says otherwise, enforced in one place before every request.

A view declares what it asks with `requires`; one that declares nothing answers 403 to everybody.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user

from config import Config
from training_app import bearer, kept_answers, overseeing
from training_app.clock import now
from training_app.error_pages import OF_PROGRAMS
from training_app.models.people import Person
from training_app.rules.clients import Scope
from training_app.rules.permissions import Permission, Role, permissions_of
from training_app.services import accounts
from training_app.sessions import state_of_browser

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NOT_WHEN_FRAMED = ("X-Frame-Options", "Cross-Origin-Opener-Policy")
"""The first knows no list of who may; the second would part a launch from the window that answers for its storage."""
_ORIGIN = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9.\[\]:-]+")
"""Or every host below one, as a policy names them."""
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def requires(asked: Permission | Scope | None) -> Callable[[V], V]:
    """Declare what a view asks of who calls it.

    :param asked: a permission of who is signed in, a scope of a client that shows its credential, or ``None`` to open
        the view to everybody.
    """

    def mark(view: V) -> V:
        view.required = asked  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(most_bytes: int) -> Callable[[V], V]:
    """Let those who may call a view send it as much as *most_bytes*; everybody else meets the limit of every form."""

    def mark(view: V) -> V:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def only_shows(view: V) -> V:
    """Say of a view that a form is posted to it and that it records nothing: for oversight it is a look."""
    view.only_shows = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Who is signed in, with what they may do at the instant of the request: Flask-Login's user."""

    person: Person
    roles: frozenset[Role]

    def get_id(self) -> str:
        return str(self.person.id)

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)


def signed_in() -> SignedIn | None:
    """Return who is signed in; ``None`` for visitors, and from the instant on at which an account is closed."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def current_person() -> Person:
    """Return who is signed in, in a view that asks for a permission.  Its columns can be read, it is in no session."""
    found = signed_in()
    if found is None:
        raise RuntimeError(f"{request.endpoint} is open to visitors, and nobody is signed in")
    return found.person


def may(permission: Permission) -> bool:
    """Return whether who is signed in has *permission*; for what a page shows, never instead of `requires`."""
    found = signed_in()
    return found is not None and permission in found.permissions


def init_app(app: Flask, config: Config) -> None:
    """Enforce what views declare and set the headers of every answer.  Goes before the protection against forgery."""
    files: Any = app.view_functions["static"]
    requires(None)(files)
    app.before_request(_enforce)
    # Who is signed in is read from our own session at each request; Flask-Login's cookies are never set.
    manager = LoginManager(app)
    manager.session_protection = None  # it would write to the session at each request; ours has limits of its own
    manager.request_loader(_identified)
    manager.unauthorized_handler(_sign_in_first)

    app.after_request(overseeing.end)

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            if not (g.get("framed") and name in _NOT_WHEN_FRAMED):
                response.headers.setdefault(name, value)
        if config.secure_cookies:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def let_be_framed(answer: Response, origins: Iterable[str]) -> Response:
    """Let the pages of *origins*, and no others, show the request's answer in a frame; return it.

    For pages on the way from a learning platform only, which no session opens: nothing of the product is in a frame.
    """
    framing = [origin for origin in origins if can_stand_in_policy(origin)]
    if framing:
        g.framed = True
        answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "frame-ancestors 'none'", f"frame-ancestors {' '.join(framing)}"
        )
    return answer


def can_stand_in_policy(origin: str) -> bool:
    """Return whether *origin* is one and nothing besides: what others name could hold directives of its own."""
    return _ORIGIN.fullmatch(origin) is not None


def from_this_site() -> bool:
    """Return whether a page of this site sent the request, as the browser says; for forms that bring no token.

    Browsers say it of every form that is posted; what says nothing is refused.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = request.host_url.rstrip("/")
    return site == "same-origin" if site is not None else origin == ours


def safe_path(target: str | None) -> str | None:
    """Return *target* if it is a path on this site, else ``None``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if "\\" in target or any(ord(character) < 0x20 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def page_of_form() -> str | None:
    """Return the path of the page on this site from which the request's form was sent, as the browser says."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return None
    return safe_path(referrer.path + (f"?{referrer.query}" if referrer.query else ""))


def _enforce() -> ResponseReturnValue | None:
    if g.get("records_unreachable"):
        abort(503)
    _make_room_for_files()
    # What programs send is left unread: a form, which they do not mean, would use up the body.
    sent = request.args if request.path.startswith(OF_PROGRAMS) else request.values
    # A password is only ever digested, and one with a null character is a wrong one like any other.
    texts = [value for name, value in sent.items(multi=True) if name != "password"]
    if any("\0" in text for text in (request.path, *texts)):
        abort(400)  # no text has one, and PostgreSQL takes none
    if request.endpoint is None:
        return None  # no such page, or not with this method; the router answers
    view: Any = current_app.view_functions[request.endpoint]
    if not hasattr(view, "required"):
        abort(403)
    if view.required is None:
        return None
    if isinstance(view.required, Scope):
        return bearer.admit(view.required)
    found = signed_in()
    if found is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if view.required not in found.permissions:
        abort(403)
    overseeing.begin(found.person, found.roles, view.required, view)
    return None


def _make_room_for_files() -> None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "most_bytes") and (found := signed_in()) and view.required in found.permissions:
        request.max_content_length = view.most_bytes


def _sign_in_first() -> ResponseReturnValue:
    """Send a visitor to sign in, and then to where they were going; keep the answer that an expired session sent."""
    kept = kept_answers.keep_from_request(page=page_of_form())
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(error="signed-out", kept=kept), 401
    going_to = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    state = state_of_browser()
    expired = state is not None and state.expired is not None
    return redirect(
        url_for("auth.sign_in", next=safe_path(going_to), kept=int(kept) or None, expired=int(expired) or None)
    )


def _identified(_: Request) -> SignedIn | None:
    state = state_of_browser()
    if state is None or state.person_id is None:
        return None
    at = now()
    with current_app.extensions["database"].reading() as session:
        if not accounts.is_open(session, state.person_id, at=at):
            return None
        person = session.get_one(Person, state.person_id)
        roles = accounts.roles_of(session, person.id, at=at)
        session.expunge(person)
    return SignedIn(person, roles)
