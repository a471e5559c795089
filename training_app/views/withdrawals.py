"""The registrar's desk: a version withdrawn, suspended for safety, and let into use again."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import refusals
from training_app.agency import on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.oversight import SafeAgainForm
from training_app.forms.releases import ResumptionForm, SuspensionForm, WithdrawalForm
from training_app.models.reports import ResultReport
from training_app.models.tools import ToolVersion, VersionFact
from training_app.rules.facts import VersionChange
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import consequences, oversight_suspensions, report_handling, tool_versions, withdrawals
from training_app.views.pages import MOST_ROWS, Page
from training_app.views.registrar_desk import (
    OFFICERS_A_PAGE,
    journey_of,
    page,
    version_of_address,
    what_every_page_here_shows,
)
from training_app.wording import reports as report_words

bp = Blueprint("withdrawals", __name__, url_prefix="/registrar")
bp.context_processor(what_every_page_here_shows)


@bp.route("/versions/<int:version_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def withdraw(version_id: int) -> ResponseReturnValue:
    """Show what it means, and ask why."""
    found, form = version_of_address(version_id), WithdrawalForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(ToolVersion, version_id)
                tool_versions.one_registrar_at_a_time(session, row)
                withdrawals.withdraw(session, row, reason=form.reason.data or "", at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Version %(version)s is withdrawn. Nobody may use it from now on.", version=found.label), "ok")
            return redirect(url_for("registrar.version", version_id=version_id))
    return _confirmation("withdraw", found, form, VersionChange.WITHDRAWN)


@bp.route("/versions/<int:version_id>/suspend", methods=["GET", "POST"])
@requires(Permission.VERSION_SUSPEND)
def suspend(version_id: int) -> ResponseReturnValue:
    """Show what it means, and ask why; the oversight body has a page of its own, in its own name."""
    found, form = version_of_address(version_id), SuspensionForm()
    if not may(Permission.TOOL_MANAGE):
        return redirect(url_for("oversight_desk.suspend", version_id=version_id), 303)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(ToolVersion, version_id)
                tool_versions.one_registrar_at_a_time(session, row)
                _suspend(session, row, form.reason.data or "")
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Version %(version)s is suspended for safety from now on.", version=found.label), "ok")
            return redirect(_back_to_report() or url_for("registrar.version", version_id=version_id))
    return _confirmation("suspend", found, form, VersionChange.SUSPENDED)


def _suspend(session: Session, version: ToolVersion, reason: str) -> None:
    """Suspend the version; where the address names the report that it comes of, as a step of that report."""
    report, by = _report_of_address(session), current_person()
    if report is None:
        withdrawals.suspend(session, version, reason=reason, at=now(), by=by)
    else:
        report_handling.suspend(session, report, version, reason=reason, on=on_now(), by=by)


def _back_to_report() -> str | None:
    report = _report_of_address(reading_session())
    return None if report is None else url_for("reports.one", report_id=report.id)


def _report_of_address(session: Session) -> ResultReport | None:
    number = request.args.get("report", 0, type=int)
    return session.get(ResultReport, number) if 0 < number <= MOST_ROWS else None


@bp.route("/suspensions/<int:suspension_id>/end", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def resume(suspension_id: int) -> ResponseReturnValue:
    """Let a second person end one suspension."""
    session, form = reading_session(), ResumptionForm()
    fact = session.get(VersionFact, suspension_id)
    if fact is None or fact.change is not VersionChange.SUSPENDED:
        abort(404)
    found = version_of_address(fact.version_id)
    if withdrawals.cause_of(session, fact) is not None:
        return redirect(url_for(".safe_again", suspension_id=suspension_id), 303)
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                row = writing.get_one(VersionFact, suspension_id)
                tool_versions.one_registrar_at_a_time(writing, writing.get_one(ToolVersion, row.version_id))
                withdrawals.resume(writing, row, reason=form.reason.data or "", at=now(), by=current_person())
                left = len(withdrawals.standing(writing, found))
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            _tell_of_resumption(found.label, left)
            return redirect(url_for("registrar.version", version_id=found.id))
    stands = withdrawals.suspensions(session, found)
    shown: dict[str, Any] = {"suspension": next((one for one in stands if one.id == suspension_id), None)}
    return page("resume", form, version=found, others=len(stands) - 1, me=current_person(), **shown)


@bp.route("/suspensions/<int:suspension_id>/safe-again", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def safe_again(suspension_id: int) -> ResponseReturnValue:
    """Let a registrar say why what the oversight body suspended is safe again; that body signs, or does not."""
    session, form = reading_session(), SafeAgainForm()
    fact = session.get(VersionFact, suspension_id)
    if fact is None or withdrawals.cause_of(session, fact) is None:
        abort(404)
    found = version_of_address(fact.version_id)
    if form.looked_through(today=on_now().day):
        try:
            with transaction() as writing:
                row = writing.get_one(VersionFact, suspension_id)
                said: dict[str, Any] = {"reason": form.reason.data or "", "at": now(), "by": current_person()}
                oversight_suspensions.propose(writing, row, **said)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Said, on the record. The version stays suspended until the oversight body signs."), "ok")
            return redirect(url_for("registrar.version", version_id=found.id), 303)
    stands = withdrawals.suspensions(session, found)
    shown: dict[str, Any] = {"suspension": next((one for one in stands if one.id == suspension_id), None)}
    shown["proposals"] = oversight_suspensions.proposals(session, suspension_id)
    return page("safe_again", form, version=found, report_words=report_words, **shown)


def _tell_of_resumption(label: str, left: int) -> None:
    if left:
        flash(
            _("This suspension is ended. Version %(version)s stays suspended: another one stands.", version=label), "ok"
        )
    else:
        flash(_("The suspension is ended. Version %(version)s may be used again.", version=label), "ok")


def _confirmation(template: str, version: ToolVersion, form: Any, change: VersionChange) -> ResponseReturnValue:
    found = consequences.losses(reading_session(), version, change, at=now(), zone=zone())
    shown = {"journey": journey_of(version), "found": found, "page": Page.of(found.officers, size=OFFICERS_A_PAGE)}
    return page(template, form, version=version, **shown)
