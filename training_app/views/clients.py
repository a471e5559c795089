"""The registrar's desk: programs that may ask, what each may do, and the credentials that let it in."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.clients import ClientForm, ConfirmForm, KeyForm, MayDo, RotateForm, TokenForm, shown
from training_app.models.clients import Client, ClientCredential, CredentialKind
from training_app.models.tools import Tool
from training_app.rules.clients import ClientKind
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import client_credentials, client_overview
from training_app.services import clients as service
from training_app.services.client_keys import public_key_in
from training_app.services.client_overview import ClientRow
from training_app.services.second_signatures import names_of
from training_app.wording import clients as words

bp = Blueprint("clients", __name__, url_prefix="/registrar/clients")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "words": words, "may_manage": may(Permission.CLIENT_MANAGE)}


@bp.get("")
@requires(Permission.CLIENT_READ)
def clients() -> ResponseReturnValue:
    rows = client_overview.all_of_them(reading_session(), at=now())
    return render_template("clients/clients.html", rows=rows, names=dict(_tools()))


@bp.route("/register", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def register() -> ResponseReturnValue:
    form = ClientForm().offering(_tools())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                kind, name = ClientKind(form.kind.data), form.name.data or ""
                made = service.register(session, name, kind, form.grant(), at=now(), by=current_person())
        except service.ClientExists as error:
            form.name.errors = [refusals.sentence(error)]
        except service.ToolsMissing as error:
            form.tools.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("%(name)s is registered. It is let in once it has a token or a key.", name=made.name), "ok")
            return redirect(url_for(".client", client_id=made.id))
    return _page("may_do", form, row=None)


@bp.get("/<int:client_id>")
@requires(Permission.CLIENT_READ)
def client(client_id: int) -> ResponseReturnValue:
    return _client_page(_row(client_id))


@bp.route("/<int:client_id>/may-do", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def give(client_id: int) -> ResponseReturnValue:
    row = _row(client_id)
    form = MayDo(data={**shown(row.grant), "after": str(row.grant_id)}).offering(_tools())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found, grant = session.get_one(Client, client_id), form.grant()
                service.give(session, found, grant, after=form.last_seen, at=now(), by=current_person())
        except service.ToolsMissing as error:
            form.tools.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Saved. It holds from the client's next question on."), "ok")
            return redirect(url_for(".client", client_id=client_id))
    return _page("may_do", form, row=row)


@bp.route("/<int:client_id>/issue-token", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def issue_token(client_id: int) -> ResponseReturnValue:
    row = _row(client_id)
    form = TokenForm(nonce=secrets.token_urlsafe(32)).only(row.grant.scopes)
    if form.validate_on_submit():
        token = _token(f"{client_id} {form.nonce.data}")
        try:
            with transaction() as session:
                found = session.get_one(Client, client_id)
                made = client_credentials.issue_token(session, found, token, form.new(), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return _shown_once(row, made, token)
    return _page("issue", form, row=row, key=False)


@bp.route("/<int:client_id>/register-key", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def register_key(client_id: int) -> ResponseReturnValue:
    row = _row(client_id)
    form = KeyForm().only(row.grant.scopes)
    if form.validate_on_submit():
        try:
            key = public_key_in(form.public_key.data or "")
            with transaction() as session:
                found = session.get_one(Client, client_id)
                client_credentials.register_key(
                    session, found, key.jwk, key.thumbprint, form.new(), at=now(), by=current_person()
                )
        except service.ClientClosed as error:
            form.form_errors.append(refusals.sentence(error))
        except TrainingError as error:
            form.public_key.errors = [refusals.sentence(error)]
        else:
            flash(_("The key is registered. The client signs with its private half from now on."), "ok")
            return redirect(url_for(".client", client_id=client_id))
    return _page("issue", form, row=row, key=True)


@bp.route("/<int:client_id>/credentials/<int:credential_id>/rotate", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def rotate(client_id: int, credential_id: int) -> ResponseReturnValue:
    row, old = _row(client_id), _credential(client_id, credential_id)
    if old.kind is not CredentialKind.TOKEN:
        abort(404)
    form = RotateForm(nonce=secrets.token_urlsafe(32))
    if form.validate_on_submit():
        token = _token(f"{client_id} {form.nonce.data}")
        try:
            with transaction() as session:
                made = client_credentials.rotate(
                    session,
                    session.get_one(ClientCredential, credential_id),
                    token,
                    days=form.days.data or 1,
                    overlap=timedelta(hours=form.overlap_hours.data or 0),
                    at=now(),
                    by=current_person(),
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return _shown_once(row, made, token)
    return _page("rotate", form, row=row, credential=old)


@bp.route("/<int:client_id>/credentials/<int:credential_id>/revoke", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def revoke(client_id: int, credential_id: int) -> ResponseReturnValue:
    row, credential, form = _row(client_id), _credential(client_id, credential_id), ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = session.get_one(ClientCredential, credential_id)
                client_credentials.revoke(session, found, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("%(label)s is revoked: it opens nothing from now on.", label=credential.label), "ok")
            return redirect(url_for(".client", client_id=client_id))
    return _page("revoke", form, row=row, credential=credential)


@bp.route("/<int:client_id>/close", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def close(client_id: int) -> ResponseReturnValue:
    row, form = _row(client_id), ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.close(session, session.get_one(Client, client_id), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("%(name)s is closed.", name=row.client.name), "ok")
            return redirect(url_for(".clients"))
    return _page("close", form, row=row)


# -- what the pages show -----------------------------------------------------------------------------------------------


def _tools() -> list[tuple[str, str]]:
    rows = reading_session().execute(select(Tool.slug, Tool.name).order_by(Tool.name))
    return [(row.slug, row.name) for row in rows]


def _row(client_id: int) -> ClientRow:
    session = reading_session()
    return client_overview.of(session, session.get(Client, client_id) or abort(404), at=now())


def _credential(client_id: int, credential_id: int) -> ClientCredential:
    found = reading_session().get(ClientCredential, credential_id)
    if found is None or found.client_id != client_id:
        abort(404)
    return found


def _token(nonce: str) -> str:
    return client_credentials.token_from(current_app.extensions["config"].secret_key, nonce)


def _client_page(row: ClientRow) -> str:
    by = {row.client.recorded_by_id, *(one.credential.recorded_by_id for one in row.credentials)}
    names = names_of(reading_session(), {one for one in by if one is not None})
    return render_template("clients/client.html", row=row, names=names, tools=dict(_tools()))


def _shown_once(row: ClientRow, credential: ClientCredential, token: str) -> ResponseReturnValue:
    """Show a token.  It is kept nowhere: whoever loses it rotates it."""
    page = render_template("clients/token.html", row=row, credential=credential, token=token)
    return make_response(page, 201, {"Cache-Control": "no-store"})


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    return render_template(f"clients/{template}.html", form=form, **context), 422 if form.errors else 200
