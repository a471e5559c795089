"""The registrar's desk: tools, their versions, and the way of each version into use.

Oversight reads the same pages; what changes something asks for `Permission.TOOL_MANAGE`.
"""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from courses.module import ModuleKind
from training_app import refusals
from training_app.agency import on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.assessments import AssessmentForm, SignatureForm
from training_app.forms.releases import VersionForm
from training_app.models.reports import ResultReport
from training_app.models.tools import ImpactAssessment, Tool, ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import (
    assessments,
    checklists,
    client_overview,
    field_reports,
    forecasts,
    incident_desk,
    outlooks,
    releases,
    report_handling,
    reports,
    tool_owners,
    way_into_use,
    withdrawals,
)
from training_app.services.report_desk import Row
from training_app.services.way_into_use import StepKind, ToolOverview
from training_app.views.registrar_desk import (
    journey_of,
    modules_by_slug,
    page,
    title_of,
    version_of_address,
    what_every_page_here_shows,
)
from training_app.views.report_pages import reports_on, waiting_for
from training_app.wording import reports as report_words

bp = Blueprint("registrar", __name__, url_prefix="/registrar")
bp.context_processor(what_every_page_here_shows)


@bp.get("/tools")
@requires(Permission.TOOL_READ)
def tools() -> ResponseReturnValue:
    session, at, person = reading_session(), now(), current_person()
    rows = session.scalars(select(Tool).order_by(Tool.name)).all()
    overviews = [way_into_use.overview(session, tool, at=at, zone=zone()) for tool in rows]
    steps = {
        journey.version.id: step
        for overview in overviews
        for journey in overview.journeys
        if (step := way_into_use.next_step(journey, person.id))
    }
    to_sign = [found for overview in overviews for found in overview.to_sign(person.id)]
    can_do = [
        (journey, steps[journey.version.id])
        for overview in overviews
        for journey in overview.journeys
        if journey.version.id in steps and steps[journey.version.id].kind is not StepKind.WAIT
    ]
    first = next(iter([*to_sign, *can_do]), None)
    shown: dict[str, Any] = {"overviews": overviews, "steps": steps, "to_sign": to_sign, "first": first}
    alarms, ending = field_reports.alarms(session, at=at), client_overview.ending(session, at=at)
    shown["waiting"], shown["statements"] = waiting_for(person), incident_desk.statements_waiting(session)
    return render_template("registrar/tools.html", **shown, alarms=alarms, ending=ending)


@bp.get("/tools/<slug>")
@requires(Permission.TOOL_READ)
def tool(slug: str) -> ResponseReturnValue:
    overview = _overview(slug)
    owner = tool_owners.owner_of(reading_session(), overview.tool, at=now())
    office = report_handling.registrars(reading_session(), on=on_now())
    gone = owner is not None and owner.id not in office
    return render_template("registrar/tool.html", overview=overview, owner=owner, owner_gone=gone)


@bp.route("/tools/<slug>/register-version", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def register_version(slug: str) -> ResponseReturnValue:
    overview = _overview(slug)
    newest = next((one for one in overview.journeys if one.version.label == overview.newest_in_use), None)
    form = VersionForm(predecessor=str(newest.version.id) if newest else "")
    form.predecessor.choices = [
        *(SelectChoice(str(one.version.id), one.version.label) for one in reversed(overview.journeys)),
        SelectChoice("", _("None: it replaces no registered version")),
    ]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(Tool, overview.tool.id)
                version = releases.register_version(session, row, form.new_version(), at=now(), by=current_person())
        except releases.DuplicateVersion as error:
            form.label.errors = [refusals.sentence(error)]
        else:
            flash(_("Version %(version)s is registered.", version=version.label), "ok")
            return redirect(url_for(".version", version_id=version.id))
    return page("register_version", form, overview=overview)


@bp.get("/versions/<int:version_id>")
@requires(Permission.TOOL_READ)
def version(version_id: int) -> ResponseReturnValue:
    return _version_page(version_of_address(version_id))


@bp.post("/versions/<int:version_id>/announce")
@requires(Permission.TOOL_MANAGE)
def announce(version_id: int) -> ResponseReturnValue:
    found = version_of_address(version_id)
    try:
        with transaction() as session:
            row = session.get_one(ToolVersion, version_id)
            releases.announce(session, row, at=now(), by=current_person())
    except TrainingError as error:
        return _version_page(found, errors=[refusals.sentence(error)]), 422
    flash(_("Version %(version)s is announced. Officers see it from now on.", version=found.label), "ok")
    return redirect(url_for(".version", version_id=version_id))


@bp.route("/versions/<int:version_id>/assess/<int:start_id>", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def assess(version_id: int, start_id: int) -> ResponseReturnValue:
    end, start, modules = version_of_address(version_id), version_of_address(start_id), modules_by_slug()
    if start.tool_id != end.tool_id or start.id == end.id:
        abort(404)
    deltas = {slug: one for slug, one in modules.items() if one.module.kind is ModuleKind.DELTA}
    form = AssessmentForm(answers=request.args.getlist("report"))
    form.modules.choices = [SelectChoice(slug, title_of(one)) for slug, one in deltas.items()]
    form.answers.choices = [SelectChoice(str(row.report.id), report_words.named(row)) for row in _to_answer(end)]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                edge = session.get_one(ToolVersion, start_id), session.get_one(ToolVersion, version_id)
                written = assessments.assess(session, *edge, form.verdict(), at=now(), by=current_person())
                for number in form.answers.data or ():
                    report = session.get_one(ResultReport, int(number))
                    report_handling.name_in_assessment(session, written, report, on=on_now(), by=current_person())
        except assessments.NoDeltaModule as error:
            form.modules.errors = [refusals.sentence(error)]
        except assessments.GraceWithoutReason as error:
            form.grace_reason.errors = [refusals.sentence(error)]
        except report_handling.MayNotHandle as error:
            form.answers.errors = [refusals.sentence(error)]
        else:
            flash(_("Written. It holds once another registrar has signed."), "ok")
            return redirect(url_for(".version", version_id=version_id))
    return page("assess", form, start=start, end=end, deltas=deltas)


@bp.get("/assessments/<int:assessment_id>")
@requires(Permission.TOOL_READ)
def assessment(assessment_id: int) -> ResponseReturnValue:
    return _assessment_page(assessment_id, SignatureForm())


@bp.post("/assessments/<int:assessment_id>")
@requires(Permission.TOOL_MANAGE)
def sign_assessment(assessment_id: int) -> ResponseReturnValue:
    form = SignatureForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get(ImpactAssessment, assessment_id) or abort(404)
                assessments.sign_assessment(
                    session, row, reason=form.reason.data, at=now(), by=current_person(), zone=zone()
                )
        except assessments.GraceNotAgreed as error:
            form.reason.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. It holds from now on."), "ok")
            return redirect(url_for(".version", version_id=row.end_id))
    return _assessment_page(assessment_id, form)


def _to_answer(version: ToolVersion) -> list[Row]:
    """Return those of them that are open, or that no signed assessment names yet."""
    answered = reports.answered(reading_session())
    return [row for row in reports_on(version) if row.closed_at is None or row.report.id not in answered]


# -- what the pages show -----------------------------------------------------------------------------------------------


def _overview(slug: str) -> ToolOverview:
    found = reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)
    return way_into_use.overview(reading_session(), found, at=now(), zone=zone())


def _version_page(version: ToolVersion, errors: list[str] | None = None) -> str:
    journey = journey_of(version)
    step = way_into_use.next_step(journey, current_person().id)
    return render_template(
        "registrar/version.html",
        journey=journey,
        step=step,
        errors=errors or [],
        suspensions=withdrawals.suspensions(reading_session(), version),
        withdrawal=withdrawals.withdrawal(reading_session(), version),
        me=current_person(),
        no_checklist=checklists.is_missing(reading_session(), version),
    )


def _assessment_page(assessment_id: int, form: SignatureForm) -> ResponseReturnValue:
    session, at = reading_session(), now()
    edge = session.get(ImpactAssessment, assessment_id) or abort(404)
    proposal, latest = way_into_use.proposal_of(session, edge), way_into_use.is_latest(session, edge)
    assumed = None if proposal.signed else edge
    foreseen = forecasts.forecast(session, edge.end, release_at=at, at=at, zone=zone(), assumed=assumed)
    effect = outlooks.outlooks(session, foreseen, at=at, zone=zone())
    named = {one.id for one in reports.answered_by(session, edge)}
    shown = {"edge": edge, "proposal": proposal, "latest": latest, "modules": modules_by_slug()}
    shown["answered"] = [row for row in reports_on(edge.end) if row.report.id in named] if named else []
    shown["report_words"] = report_words
    shown["no_checklist"] = checklists.is_missing(session, edge.end)
    return page("assessment", form, journey=journey_of(edge.end), effect=effect, me=current_person(), **shown)
