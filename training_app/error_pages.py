"""What is answered when something went wrong: a page for people, JSON for programs; never more than they may know."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError, ServiceUnavailable

from training_app.languages import FOR_CITIZENS
from training_app.sessions import FROM_PLATFORMS

logger = logging.getLogger(__name__)

#: Paths that programs ask.
OF_PROGRAMS = ("/access/", "/events/", "/.well-known/", "/oauth/")


@dataclass(frozen=True, slots=True)
class Explanation:
    code: str
    """For programs; stable."""
    title: LazyString
    message: LazyString


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str


EXPLANATIONS = {
    400: Explanation(
        "bad-request",
        _l("This request could not be understood"),
        _l("Go back to the page you came from, load it again, and try once more."),
    ),
    403: Explanation(
        "forbidden",
        _l("This page is not open to you"),
        _l("Your role does not include it. If you need it for your work, ask the registrar of your agency."),
    ),
    404: Explanation(
        "not-found",
        _l("Page not found"),
        _l("The address may be mistyped, or what was here has moved."),
    ),
    405: Explanation(
        "method-not-allowed",
        _l("This address cannot be used like that"),
        _l("It answers to a button on another page. Go back and use that button."),
    ),
    410: Explanation(
        "gone",
        _l("No longer available"),
        _l("The time for which these records are kept is over, and they were erased."),
    ),
    413: Explanation(
        "too-large",
        _l("That was too much to send at once"),
        _l("Nothing was saved. Go back and send less."),
    ),
    429: Explanation(
        "too-many-requests",
        _l("Too many attempts"),
        _l("Wait a few minutes, then try again."),
    ),
    500: Explanation(
        "internal-error",
        _l("Something went wrong on our side"),
        _l("Nothing that you had saved is lost. Try again in a few minutes."),
    ),
    503: Explanation(
        "unavailable",
        _l("The records cannot be reached at this moment"),
        _l("Nothing that you had saved is lost. Try again in a few minutes."),
    ),
}
EXPIRED_FORM = Explanation(
    "expired-form",
    _l("This page was open for too long"),
    _l("Nothing was saved. Go back, load the page again, and send it once more."),
)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(OperationalError, _records_unreachable)


def _records_unreachable(error: OperationalError) -> ResponseReturnValue:
    """Say of a database that is down, locked or read-only what is said where the session itself cannot be read."""
    logger.error("the records could not be read or written", exc_info=error)
    g.records_unreachable = True  # what every page shows would be read from them
    return _explain(ServiceUnavailable())


def wanted_by_a_program() -> bool:
    return request.path.startswith(OF_PROGRAMS) or request.headers.get("X-Requested-With") == "fetch"


def _explain(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if isinstance(error, CSRFError) and request.endpoint == "auth.sign_in":
        flash(_("The page was open for too long. Sign in now."), "info")
        return redirect(request.full_path.rstrip("?"))
    if isinstance(error, CSRFError):
        explanation = EXPIRED_FORM
    else:
        explanation = EXPLANATIONS.get(status) or EXPLANATIONS[500 if status >= 500 else 400]
    if request.path.startswith("/static/") or isinstance(error, SecurityError):
        # no page: nobody reads one in place of a picture, and without a host of ours no link can be written
        answer = make_response(HTTPStatus(status).phrase, status, {"Content-Type": "text/plain; charset=utf-8"})
    elif wanted_by_a_program():
        answer = make_response(jsonify(error=explanation.code, message=_in_english(status)), status)
    else:
        # without a session no form of the whole page could be given its token
        template = "lti/error.html" if request.path.startswith(FROM_PLATFORMS) else "error.html"
        page = render_template(
            template,
            code=status,
            title=explanation.title,
            message=explanation.message,
            way_back=_way_back(error),
            for_citizens=request.path.startswith(FOR_CITIZENS),
        )
        answer = make_response(page, status)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def _in_english(status: int) -> str:
    return HTTPStatus(status).description or HTTPStatus(status).phrase


def _way_back(error: HTTPException) -> Link | None:
    """Return the link to the start; none after a fault of ours, whose cause may well be there too."""
    start = "citizens.start" if request.path.startswith(FOR_CITIZENS) else "public.home"
    return None if (error.code or 500) >= 500 else Link(url_for(start), _("Go to the start"))
