"""Signing in and out, the language of the pages, and one's own sessions."""

import logging
from math import ceil
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, validators

from config import Config
from training_app import kept_answers, languages, sessions
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.people import Person
from training_app.rules.permissions import Permission, permissions_of
from training_app.security import current_person, requires, safe_path, signed_in
from training_app.services import accounts, browser_sessions
from training_app.services import sign_in as signing
from training_app.wording import ROLES

bp = Blueprint("auth", __name__)
logger = logging.getLogger(__name__)

#: In this order: most browsers also call themselves by the names further down.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class SignInForm(FlaskForm):
    identifier = StringField(
        _l("Work e-mail or service number"),
        [validators.InputRequired(_l("Enter your work e-mail address or your service number."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [validators.InputRequired(_l("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> ResponseReturnValue:
    going_to = safe_path(request.args.get("next"))
    if signed_in() is not None:
        return redirect(going_to or url_for("public.home"))
    form = SignInForm(identifier=request.args.get("account"))
    if not form.validate_on_submit():
        return _sign_in_page(form), 422 if form.errors else 200
    try:
        person = _admit(form.identifier.data or "", form.password.data or "")
    except signing.TooManyAttempts as held:
        return _held_back(form, held)
    except signing.SignInBusy:
        form.form_errors.append(_("Many people are signing in at this moment. Try again in a few seconds."))
        return _sign_in_page(form), 503, {"Retry-After": "5"}
    if person is None:
        form.form_errors.append(_("The e-mail address or service number and the password do not belong together."))
        return _sign_in_page(form), 422
    return redirect(_replay_kept_answers(person) or going_to or url_for("public.home"))


@bp.post("/sign-out")
@requires(None)
def sign_out() -> ResponseReturnValue:
    with transaction() as database_session:
        sessions.sign_out(database_session, at=now())
    flash(_("You are signed out."), "ok")
    return redirect(url_for(".sign_in", next=safe_path(request.form.get("next"))))


@bp.post("/language")
@requires(None)
def choose_language() -> ResponseReturnValue:
    """Keep the choice with the session of who is signed in, and with the browser of a visitor."""
    answer = make_response(redirect(safe_path(request.form.get("next")) or url_for("public.home")))
    language = request.form.get("language", "")
    if language not in current_app.extensions["languages"]:
        return answer
    if signed_in() is not None:
        session[languages.COOKIE] = language
    else:
        secure = _config().secure_cookies
        answer.set_cookie(
            languages.COOKIE, language, max_age=languages.COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax"
        )
    return answer


@bp.get("/my-sessions")
@requires(Permission.SIGNED_IN)
def my_sessions() -> ResponseReturnValue:
    state = sessions.state_of_browser()
    here = state.live.token_digest if state and state.live else ""
    standing = browser_sessions.standing(reading_session(), current_person().id, limits=sessions.limits(), at=now())
    return render_template("auth/my_sessions.html", sessions=standing, here=here, moment=moment)


@bp.post("/my-sessions/end-others")
@requires(Permission.SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    state = sessions.state_of_browser()
    here = state.live.token_digest if state and state.live else ""
    with transaction() as database_session:
        ended = browser_sessions.end_others(database_session, current_person().id, but=here, at=now())
    flash(ngettext("%(num)s other session was ended.", "%(num)s other sessions were ended.", ended), "ok")
    return redirect(url_for(".my_sessions"))


@bp.app_template_filter()
def browser_name(agent: str) -> str:
    """Return browser and system in words, from what the browser calls itself; good enough to recognise one's own."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in agent), None)
    return ", ".join(filter(None, (browser, system))) or agent[:60] or _("Unknown browser")


def _admit(identifier: str, password: str) -> Person | None:
    """Sign in who gave *identifier* and *password*; ``None`` where they do not fit.

    The password is verified between two transactions: it takes long enough to hold up every other writer.
    """
    passwords = _passwords()
    with transaction() as database_session:
        claim = signing.receive(
            database_session,
            identifier,
            address=request.remote_addr or "",
            key=_config().secret_key.encode(),
            at=now(),
        )
    if not passwords.fits(password, claim.password_hash) or claim.password_hash is None:
        # not what was typed: it may be a password in the wrong field
        logger.warning("sign-in refused for account %s from %s", claim.account_digest[:12], request.remote_addr)
        return None
    better_hash = passwords.hash(password) if passwords.outdated(claim.password_hash) else None
    with transaction() as database_session:
        person = signing.accept(database_session, claim, better_hash=better_hash)
        if person is not None:
            sessions.start(database_session, person.id, epoch=claim.epoch, at=now())
            logger.info("person %d signed in from %s", person.id, request.remote_addr)
    return person


def _replay_kept_answers(person: Person) -> str | None:
    at = now()
    roles = accounts.roles_of(reading_session(), person.id, at=at)
    window = kept_answers.window_of(_config())
    return kept_answers.replay_for(person, permissions_of(roles), window=window, at=at)


def _held_back(form: SignInForm, held: signing.TooManyAttempts) -> ResponseReturnValue:
    logger.warning("sign-in held back until %s for an attempt from %s", held.until.isoformat(), request.remote_addr)
    time = format_time(held.until, "short")
    form.form_errors.append(_("There were too many attempts to sign in. Try again at %(time)s.", time=time))
    seconds = max(1, ceil((held.until - now()).total_seconds()))
    return _sign_in_page(form), 429, {"Retry-After": str(seconds)}


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "auth/sign_in.html",
        form=form,
        kept="kept" in request.args,
        linking=(request.args.get("next") or "").startswith("/lti/link/"),
        expired="expired" in request.args,
        demo_accounts=_demo_accounts() if _config().demo else [],
    )


def _demo_accounts() -> list[tuple[str, Any]]:
    from training_app import demo

    return [(email, ROLES[role]) for email, role in demo.accounts()]


def _config() -> Config:
    found: Config = current_app.extensions["config"]
    return found


def _passwords() -> signing.Passwords:
    found: signing.Passwords = current_app.extensions["passwords"]
    return found
