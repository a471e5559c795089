"""The registrar's desk: the answer on prohibited practice corrected, by two persons and from a source."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.prohibitions import CorrectionForm
from training_app.models.tools import ProhibitionCorrection, Tool, ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import prohibitions as service
from training_app.services.second_signatures import written_and_signed
from training_app.wording import policies as words

bp = Blueprint("prohibitions", __name__, url_prefix="/registrar")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"zone": zone(), "moment": moment, "wording": wording, "words": words}
    return shown | {"may_manage": may(Permission.TOOL_MANAGE)}


@bp.get("/tools/<slug>/prohibition")
@requires(Permission.TOOL_READ)
def answers(slug: str) -> ResponseReturnValue:
    """Show the answer on record for the tool and each of its versions, and every correction."""
    session, tool = reading_session(), _tool(slug)
    versions = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id).order_by(ToolVersion.id)).all()
    subjects: list[ToolVersion | None] = [None, *versions]
    on_record = [(one, service.answer_on_record(session, tool, one)) for one in subjects]
    corrections = [(one, _subject(one), _proposal(one)) for one in service.corrections_of(session, tool)]
    return render_template(
        "registrar/prohibition_answers.html", tool=tool, on_record=on_record, corrections=corrections
    )


@bp.route("/tools/<slug>/prohibition/correct", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def correct_tool(slug: str) -> ResponseReturnValue:
    return _correct(_tool(slug), None)


@bp.route("/versions/<int:version_id>/prohibition/correct", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def correct_version(version_id: int) -> ResponseReturnValue:
    version = reading_session().get(ToolVersion, version_id) or abort(404)
    return _correct(version.tool, version)


def _correct(tool: Tool, version: ToolVersion | None) -> ResponseReturnValue:
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                rows = session.get_one(Tool, tool.id), session.get_one(ToolVersion, version.id) if version else None
                fact = service.propose(session, *rows, form.corrected(), at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Written. It holds once another registrar has signed."), "ok")
            return redirect(url_for(".correction", correction_id=fact.id))
    on_record = service.answer_on_record(reading_session(), tool, version)
    return _page("correct_prohibition", form, tool=tool, version=version, on_record=on_record)


@bp.get("/prohibition-corrections/<int:correction_id>")
@requires(Permission.TOOL_READ)
def correction(correction_id: int) -> ResponseReturnValue:
    return _correction_page(correction_id, FlaskForm())


@bp.post("/prohibition-corrections/<int:correction_id>")
@requires(Permission.TOOL_MANAGE)
def sign_correction(correction_id: int) -> ResponseReturnValue:
    form = FlaskForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get(ProhibitionCorrection, correction_id) or abort(404)
                service.sign(session, row, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. It holds from now on."), "ok")
            return redirect(url_for(".correction", correction_id=correction_id))
    return _correction_page(correction_id, form)


# -- what the pages show -----------------------------------------------------------------------------------------------


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page around *form*; with status 422 where something is wrong with what was sent."""
    return render_template(f"registrar/{template}.html", form=form, **context), 422 if form.errors else 200


def _tool(slug: str) -> Tool:
    return reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)


def _subject(one: ProhibitionCorrection) -> ToolVersion | None:
    return None if one.version_id is None else reading_session().get_one(ToolVersion, one.version_id)


def _proposal(one: ProhibitionCorrection) -> Any:
    session = reading_session()
    return written_and_signed(session, one, service.signature_of(session, one))


def _correction_page(correction_id: int, form: FlaskForm) -> ResponseReturnValue:
    session = reading_session()
    asked = session.get(ProhibitionCorrection, correction_id) or abort(404)
    tool, version = session.get_one(Tool, asked.tool_id), _subject(asked)
    shown = {"proposal": _proposal(asked), "latest": service.is_latest(session, asked), "me": current_person()}
    on_record = service.answer_on_record(session, tool, version)
    return _page("correction", form, asked=asked, tool=tool, version=version, on_record=on_record, **shown)
