"""Registering a tool, and the cards: written by registrars, read by everybody who is signed in."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import moment, on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.cards import ToolCardForm, VersionCardForm, WaiverForm
from training_app.forms.repeated import MORE, add_blank_rows
from training_app.forms.tools import ToolForm
from training_app.models.tools import Tool, ToolVersion, VersionCardWaiver
from training_app.rules.cards import Card, gaps
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import cards
from training_app.services import tools as registration
from training_app.views import card_page
from training_app.wording import cards as card_words

bp = Blueprint("tools", __name__)


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"zone": zone(), "moment": moment, "wording": wording, "card_words": card_words}
    return (
        shown
        | {"may_manage": may(Permission.TOOL_MANAGE), "may_read": may(Permission.TOOL_READ)}
        | {"may_report": may(Permission.RESULT_REPORT)}
    )


@bp.route("/registrar/register-tool", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def register() -> ResponseReturnValue:
    form = ToolForm()
    if form.grown(request.form.get(MORE)):
        return render_template("tools/register.html", form=form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                tool = registration.register_tool(session, form.new_tool(), at=now(), by=current_person())
        except registration.DuplicateTool as error:
            field = form.slug if error.is_slug else form.name
            field.errors = [refusals.sentence(error)]
        else:
            flash(_("%(tool)s is registered.", tool=tool.name), "ok")
            return redirect(url_for("registrar.tool", slug=tool.slug))
    if request.method == "GET":
        add_blank_rows(form.purposes, 3)
    return _page("register", form)


@bp.get("/tools/<slug>/card")
@requires(Permission.SIGNED_IN)
def card(slug: str) -> ResponseReturnValue:
    shown = card_page.shown(reading_session(), _tool(slug), on=on_now(), whole=may(Permission.TOOL_READ))
    return render_template("tools/card.html", shown=shown, back=_back(slug))


@bp.route("/registrar/tools/<slug>/card", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def tool_card(slug: str) -> ResponseReturnValue:
    tool = _tool(slug)
    last = cards.tool_card(reading_session(), tool)
    said = {"seen": last.revision, **card_page.typed_of_tool(last)} if last else {"seen": 0}
    form = ToolCardForm(data=said)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row, seen = session.get_one(Tool, tool.id), _number(form.seen.data)
                cards.revise_tool_card(session, row, form.statement(), seen=seen, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The card is written. Everybody who is signed in can read it."), "ok")
            return redirect(url_for(".card", slug=slug))
    return _page("edit_tool_card", form, tool=tool)


@bp.route("/registrar/versions/<int:version_id>/card", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def version_card(version_id: int) -> ResponseReturnValue:
    version = _version(version_id)
    last = cards.card_of(reading_session(), version_id)
    form = VersionCardForm(data={"seen": last.revision, **card_page.typed_of_version(last.card)})
    form.asks(today=on_now().day)
    if form.grown(request.form.get(MORE)):
        return render_template("tools/edit_version_card.html", form=form, version=version, last=last)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row, seen = session.get_one(ToolVersion, version_id), _number(form.seen.data)
                cards.revise_version_card(session, row, form.card(), seen=seen, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            _tell_what_is_missing(version, form.card())
            return redirect(url_for("registrar.version", version_id=version_id))
    if request.method == "GET":
        add_blank_rows(form.figures)
        add_blank_rows(form.tests, 1)
    return _page("edit_version_card", form, version=version, last=last)


@bp.route("/registrar/versions/<int:version_id>/card/waiver", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def waive(version_id: int) -> ResponseReturnValue:
    version, form = _version(version_id), WaiverForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(ToolVersion, version_id)
                cards.waive(session, row, form.reason.data or "", at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Written. It holds once another registrar has signed."), "ok")
            return redirect(url_for("registrar.version", version_id=version_id))
    return _page("waive", form, version=version, found=cards.card_of(reading_session(), version_id))


@bp.get("/registrar/card-waivers/<int:waiver_id>")
@requires(Permission.TOOL_READ)
def waiver(waiver_id: int) -> ResponseReturnValue:
    return _waiver_page(waiver_id, WaiverForm())


@bp.post("/registrar/card-waivers/<int:waiver_id>")
@requires(Permission.TOOL_MANAGE)
def sign_waiver(waiver_id: int) -> ResponseReturnValue:
    form = WaiverForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get(VersionCardWaiver, waiver_id) or abort(404)
                cards.sign_waiver(session, row, form.reason.data or "", at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. It holds from now on."), "ok")
            return redirect(url_for("registrar.version", version_id=row.version_id))
    return _waiver_page(waiver_id, form)


# -- what the pages show -----------------------------------------------------------------------------------------------


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page around *form*; with status 422 where something is wrong with what was sent."""
    return render_template(f"tools/{template}.html", form=form, **context), 422 if form.errors else 200


def _tool(slug: str) -> Tool:
    return reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)


def _version(version_id: int) -> ToolVersion:
    return reading_session().get(ToolVersion, version_id) or abort(404)


def _number(sent: str | None) -> int:
    """Return the number of the revision that a page was made from; what is no number matches none."""
    return int(sent) if sent and sent.isdecimal() else -1


def _tell_what_is_missing(version: ToolVersion, said: Card) -> None:
    missing = gaps(said)
    if missing:
        flash(_("Saved. Still missing: %(parts)s.", parts=card_words.gaps(missing)), "warn")
    else:
        flash(_("The card of %(version)s is filled in.", version=version.label), "ok")


def _back(slug: str) -> tuple[str, str] | None:
    """Return where the reader of a card most likely came from: text and address."""
    if may(Permission.TRAINING_TAKE):
        return _("My AI tools"), url_for("officer.tools")
    if may(Permission.TOOL_READ):
        return _("The tool and its versions"), url_for("registrar.tool", slug=slug)
    return (_("Who may use what"), url_for("supervisor.unit")) if may(Permission.UNIT_READ) else None


def _waiver_page(waiver_id: int, form: WaiverForm) -> ResponseReturnValue:
    session = reading_session()
    row = session.get(VersionCardWaiver, waiver_id) or abort(404)
    found, version = cards.card_of(session, row.version_id), _version(row.version_id)
    form.reason.label.text = _("Why you agree")
    shown = {"waiver": cards.waiver_of(session, row), "latest": found.waiver is not None and found.waiver.id == row.id}
    return _page("waiver", form, version=version, found=found, me=current_person(), **shown)
