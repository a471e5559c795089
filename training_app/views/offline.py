"""An officer takes a tool's answer along: a signed pass, as a QR code and as a file."""

import secrets
from typing import Any

import segno
from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.utils import secure_filename

from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.models.offline import OfflinePass
from training_app.models.tools import ToolVersion
from training_app.rules import offline_pass
from training_app.rules.offline_pass import Obstacle, Terms
from training_app.rules.permissions import Permission
from training_app.rules.signing_keys import SigningKey
from training_app.security import current_person, requires
from training_app.services import offline, purposes
from training_app.views.evaluator import RESTRICTIONS
from training_app.views.status_lists import issuer, signing_key
from training_app.wording import seats as seat_words

bp = Blueprint("offline", __name__)

MEDIA_TYPE = "application/jwt"


@bp.get("/tools/<slug>/versions/<int:version_id>/pass")
@requires(Permission.TRAINING_TAKE)
def page(slug: str, version_id: int) -> ResponseReturnValue:
    """Show the pass that the officer has, how to get one, or why there is none."""
    key, version = _offered(slug, version_id)
    session = reading_session()
    found = offline.outlook(session, current_person(), version, zone=zone(), at=now())
    running = found.running
    terms = Terms.read(running.index.terms) if running else found.offer.terms
    stated = purposes.purposes_of(session, version.tool)
    words: dict[str, Any] = {code.value: text for code, text in RESTRICTIONS.items()}
    names = {one.code: one.name for one in stated if one.name != one.code}
    return render_template(
        "offline/pass.html",
        tool=version.tool,
        version=version,
        asked_online=found.offer.obstacle is Obstacle.ASKED_ONLINE,
        denied=found.offer.obstacle is Obstacle.DENIED,
        running=running,
        holds_until=moment(running.expires_at) if running else "",
        code=Markup(_qr_code(_token(running, version, key))) if running else "",  # noqa: S704 - made of our own token
        purposes=seat_words.purposes(terms.purposes, names),
        restrictions=[words.get(code, code) for code in terms.obligations],
        hours=current_app.extensions["config"].pass_hours,
    )


@bp.post("/tools/<slug>/versions/<int:version_id>/pass")
@requires(Permission.TRAINING_TAKE)
def take(slug: str, version_id: int) -> ResponseReturnValue:
    """Give the officer a pass; the page shows it."""
    _offered(slug, version_id)
    longest = current_app.extensions["config"].longest_pass
    try:
        with transaction() as session:
            version = session.get_one(ToolVersion, version_id)
            offline.take_pass(
                session, current_person(), version, zone=zone(), at=now(), longest=longest, draw=secrets.randbelow
            )
    except offline.NoPass:
        flash(_("You cannot get a pass now."), "warn")  # the page says why
    return redirect(url_for(".page", slug=slug, version_id=version_id), 303)


@bp.get("/tools/<slug>/versions/<int:version_id>/pass.jwt")
@requires(Permission.TRAINING_TAKE)
def file(slug: str, version_id: int) -> ResponseReturnValue:
    """Give the running pass as a file."""
    key, version = _offered(slug, version_id)
    running = offline.outlook(reading_session(), current_person(), version, zone=zone(), at=now()).running
    if running is None:
        abort(404)
    answer = make_response(_token(running, version, key))
    answer.content_type = MEDIA_TYPE
    name = secure_filename(f"{slug}-{version.label}-pass.jwt")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _offered(slug: str, version_id: int) -> tuple[SigningKey, ToolVersion]:
    """Return the key that signs and the version, where the installation gives out passes and has such a version."""
    key, version = signing_key(), reading_session().get(ToolVersion, version_id)
    if key is None or version is None or version.tool.slug != slug:
        abort(404)
    return key, version


def _token(given: OfflinePass, version: ToolVersion, key: SigningKey) -> str:
    of = issuer(key)
    said = offline_pass.claims(
        Terms.read(given.index.terms),
        issuer=of.address,
        tool=version.tool.slug,
        version=version.label,
        place=given.index.place,
        uri=of.list_address(version.id),
        issued_at=given.effective_at,
        expires=given.expires_at,
    )
    return key.sign(said, kind=offline_pass.TYPE)


def _qr_code(token: str) -> str:
    """Return the code as a drawing, in black on white whatever the page's colours: scanners need that."""
    code = segno.make_qr(token, error="l", boost_error=False)  # a screen has no scratches, and fewer squares are larger
    drawn: str = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, lineclass=None)
    return drawn
