"""Citizens report an incident and follow it, below /public/: no account, no session, no cookie, no script.

A form here brings no token against forged requests, for there is no session that one could stand in.  Instead the
browser says that a page of this site sent it; and nothing is done in anybody's name, so that a forged request could
only send a report that anybody can send.

The receipt code is never in an address.  It is derived from the number of the form and from what was written, under the
installation's secret: the same form sent twice, by whichever process, is one incident with one code.
"""

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from config import Config
from training_app import refusals
from training_app.agency import on_now
from training_app.clock import now
from training_app.db import new_reading_session, reading_session, transaction
from training_app.forms.incidents import CitizensAnswerForm, CodeForm, IncidentForm, WithoutSession
from training_app.languages import FOR_CITIZENS
from training_app.models.incidents import Incident
from training_app.models.tools import Tool
from training_app.rules import receipts
from training_app.rules.incidents import Sending
from training_app.rules.receipts import Mistyped
from training_app.security import from_this_site, requires
from training_app.services import incident_desk, incident_handling, incident_limits, incidents
from training_app.services.incident_handling import NotNow
from training_app.services.incident_limits import TooManySent
from training_app.services.incidents import Told
from training_app.services.sign_in import keyed_digest
from training_app.views import public_tools
from training_app.views.incident_pages import for_citizen, terms, what_every_page_here_shows

bp = Blueprint("incident_reports", __name__, url_prefix=FOR_CITIZENS.rstrip("/"))
bp.context_processor(what_every_page_here_shows)

FORM_LASTS = timedelta(hours=24)
"""The same form sent again within that time shows its receipt again."""


@bp.context_processor
def _frame() -> dict[str, Any]:
    return {"agency_name": current_app.extensions["config"].agency_name}


# -- reported ----------------------------------------------------------------------------------------------------------


@bp.route("/report-an-incident", methods=["GET", "POST"])
@bp.route("/report-an-incident/<slug>", methods=["GET", "POST"])
@requires(None)
def new(slug: str = "") -> ResponseReturnValue:
    """Ask for the incident; whatever is wrong, the page comes back with everything that was written."""
    names = _tools()
    if slug and slug not in names:
        abort(404)
    form = IncidentForm(tool=slug).offering(names.items())
    if request.method == "GET":
        return _form_page(form, 200, about=names.get(slug, ""))
    number = _number_of(form)
    if not _comes_from_here(form) or number is None or not form.looked_through(today=on_now().day):
        return _form_page(form, 422)
    told = form.told(_ids(names))
    code = receipts.code_of(_entropy(number, told))
    try:
        incident = incidents.by_code(reading_session(), code) or _received(told, code)
    except TooManySent as error:
        found = incidents.by_code(new_reading_session(), code)
        if found is None:
            form.form_errors.append(refusals.sentence(error))
            return _form_page(form, 429)
        incident = found  # a second click, which was counted after the first
    row = incident_desk.row(reading_session(), incident, terms=terms(), on=on_now())
    return _answer(render_template("public/incident_receipt.html", code=code, row=row, follow_at=_follow_at()), 200)


def _follow_at() -> str:
    """Return the whole address of the page on which a code is entered, to be read off paper."""
    config: Config = current_app.extensions["config"]
    return (config.public_address or request.host_url.rstrip("/")) + url_for(".follow")


def _tools() -> dict[str, str]:
    """Return the names of the tools that everybody may know of, by slug."""
    register = public_tools.register(reading_session(), on=on_now())
    return {one.slug: one.name for one in register.tools}


def _ids(names: dict[str, str]) -> dict[str, int]:
    rows = reading_session().execute(select(Tool.slug, Tool.id).where(Tool.slug.in_(names)))
    return {row.slug: row.id for row in rows}


def _received(told: Told, code: str) -> Incident:
    limit = _limit()
    with transaction() as session:
        incident_limits.count(session, Sending.REPORT, **limit)
        incident, _new = incidents.receive(session, told, code, at=now())
        return incident


def _limit() -> dict[str, Any]:
    return {"address": request.remote_addr or "", "key": _secret().encode(), "on": on_now()}


def _form_page(form: IncidentForm, status: int, *, about: str = "") -> ResponseReturnValue:
    if _opened(form.form_number.data) is None:
        form.form_number.data = _numbers().dumps(secrets.token_urlsafe(16))
    return _answer(render_template("public/incident_new.html", form=form, about=about), status)


def _answer(page: str, status: int) -> ResponseReturnValue:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"  # each form has a number of its own, and each receipt a code
    return answer


def _comes_from_here(form: WithoutSession) -> bool:
    """Tell whether a page of this site sent the form, without a file; say what to do where not."""
    if request.files:
        form.form_errors.append(
            _(
                "Files cannot be sent here: they carry hidden data, such as where and with which device a picture was "
                "taken. Nothing was sent. Describe in words what they show; where oversight needs them, it asks, and "
                "says how to hand them over safely."
            )
        )
    if not from_this_site():
        form.form_errors.append(
            _("Your browser did not say that this form comes from this page. Nothing was sent. Look at it and send it.")
        )
    return not form.form_errors


def _number_of(form: IncidentForm) -> str | None:
    """Return the number of the form; where it has none, or an old one, say so."""
    number = _opened(form.form_number.data)
    if number is None:
        form.form_errors.append(
            _(
                "This page was open for more than a day. If you were shown a receipt, your report has arrived. If not, "
                "nothing was sent: send it again."
            )
        )
    return number


def _opened(number: str | None) -> str | None:
    try:
        return str(_numbers().loads(number or "", max_age=int(FORM_LASTS.total_seconds())))
    except BadSignature:
        return None


def _numbers() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_secret(), salt="incident-form")


def _secret() -> str:
    config: Config = current_app.extensions["config"]
    return config.secret_key


def _entropy(number: str, told: Told) -> bytes:
    written = "\0".join((str(told.tool_id), told.effect, told.happened, told.when_about, told.meant, told.wanted))
    return bytes.fromhex(keyed_digest(_secret().encode(), "incident receipt", f"{number}\0{written}"))


# -- followed ----------------------------------------------------------------------------------------------------------


@bp.route("/incident", methods=["GET", "POST"])
@requires(None)
def follow() -> ResponseReturnValue:
    """Ask for the receipt code, and show what it opens."""
    form = CodeForm()
    if request.method == "GET":
        return render_template("public/incident_code.html", form=form)
    found = _opened_by(form) if _comes_from_here(form) and form.validate_on_submit() else None
    if found is None:
        return _answer(render_template("public/incident_code.html", form=form), 422)
    code, incident = found
    return _status_page(incident, CitizensAnswerForm(formdata=None, code=code))


def _opened_by(form: CodeForm) -> tuple[str, Incident] | None:
    """Return the code and what it opens; where it opens nothing, say why, and count it."""
    try:
        code = receipts.read(form.code.data or "")
        incident = _sought(code)
    except Mistyped:
        form.code.errors = [
            _("This is no receipt code: a character is wrong, missing or too many. Compare it with your receipt.")
        ]
    except TooManySent as error:
        form.form_errors.append(refusals.sentence(error))
    else:
        if incident is not None:
            return code, incident
        form.code.errors = [_nothing_there()]
    return None


def _sought(code: str) -> Incident | None:
    """Return what the code opens, or count one that opens nothing.

    :raises TooManySent: if too many were tried from this address.
    """
    limit = _limit()
    incident_limits.refuse_too_many(reading_session(), Sending.WRONG_CODE, **limit)
    incident = incidents.by_code(reading_session(), code)
    if incident is not None and _shown(incident):
        return incident
    with transaction() as session:
        incident_limits.count(session, Sending.WRONG_CODE, **limit)
    return None


def _shown(incident: Incident) -> bool:
    return incidents.words_of(reading_session(), incident, months=terms().months, on=on_now()) is not None


def _nothing_there() -> str:
    months = terms().months
    return _(
        "Nothing is kept under this code. A report is deleted %(months)s months after it was answered.", months=months
    )


@bp.post("/incident/answer")
@requires(None)
def answer() -> ResponseReturnValue:
    """Answer the question that waits, with the code that the page before was opened with."""
    form = CitizensAnswerForm()
    asked = CodeForm(formdata=None, code=form.code.data)
    found = _opened_by(asked)
    if found is None:
        return _answer(render_template("public/incident_code.html", form=asked, unsent=form.text.data), 422)
    code, incident = found
    if not _comes_from_here(form) or not form.looked_through(today=on_now().day):
        return _status_page(incident, form, status=422)
    try:
        with transaction() as session:
            mine = session.get_one(Incident, incident.id)
            incident_handling.answer(session, mine, form.text.data or "", on=on_now())
    except NotNow as error:
        form.form_errors.append(refusals.sentence(error))
        return _status_page(incident, form, status=422)
    return _status_page(incident, CitizensAnswerForm(formdata=None, code=code), sent=True)


def _status_page(
    incident: Incident, form: CitizensAnswerForm, *, status: int = 200, sent: bool = False
) -> ResponseReturnValue:
    session, on = reading_session(), on_now()
    row = incident_desk.row(session, incident, terms=terms(), on=on)
    said = incidents.words_of(session, incident, months=terms().months, on=on)
    steps = incident_desk.steps(session, incident, said)
    page = render_template(
        "public/incident_status.html",
        row=row,
        said=said,
        steps=steps,
        events=for_citizen(row, steps),
        form=form,
        sent=sent,
    )
    return _answer(page, status)
