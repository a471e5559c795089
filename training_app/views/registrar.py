"""The registrar's desk: tools, their versions, and the way of each version into use.

Oversight reads the same pages; what changes something asks for `Permission.TOOL_MANAGE`.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from courses.module import ModuleKind
from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms import AssessmentForm, ReleaseForm, RequirementsForm, SignatureForm, VersionForm
from training_app.models.tools import ImpactAssessment, RequirementSet, Tool, ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import content, forecasts, outlooks, releases, way_into_use
from training_app.services.content import Published
from training_app.services.way_into_use import Journey, StepKind, ToolOverview
from training_app.views import way_into_use as words
from training_app.views.desk import in_language
from training_app.views.pages import Page

bp = Blueprint("registrar", __name__, url_prefix="/registrar")

OFFICERS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    shown = {"zone": zone(), "moment": moment, "wording": wording, "words": words}
    return shown | {"may_manage": may(Permission.TOOL_MANAGE)}


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
    return render_template("registrar/tools.html", overviews=overviews, steps=steps, to_sign=to_sign, first=first)


@bp.get("/tools/<slug>")
@requires(Permission.TOOL_READ)
def tool(slug: str) -> ResponseReturnValue:
    return render_template("registrar/tool.html", overview=_overview(slug))


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
    return _page("register_version", form, overview=overview)


@bp.get("/versions/<int:version_id>")
@requires(Permission.TOOL_READ)
def version(version_id: int) -> ResponseReturnValue:
    return _version_page(_version(version_id))


@bp.post("/versions/<int:version_id>/announce")
@requires(Permission.TOOL_MANAGE)
def announce(version_id: int) -> ResponseReturnValue:
    found = _version(version_id)
    try:
        with transaction() as session:
            row = session.get_one(ToolVersion, version_id)
            releases.announce(session, row, at=now(), by=current_person())
    except TrainingError as error:
        return _version_page(found, errors=[refusals.sentence(error)]), 422
    flash(_("Version %(version)s is announced. Officers see it from now on.", version=found.label), "ok")
    return redirect(url_for(".version", version_id=version_id))


@bp.route("/versions/<int:version_id>/requirements", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def requirements(version_id: int) -> ResponseReturnValue:
    found, modules = _version(version_id), _modules()
    before = _requirements_before(found)
    form = (
        RequirementsForm(obj=None, full=before.full_modules, renewal=before.renewal_modules)
        if before
        else RequirementsForm()
    )
    whole = [SelectChoice(slug, _title(one)) for slug, one in modules.items() if one.module.kind is ModuleKind.MODULE]
    form.full.choices, form.renewal.choices = whole, whole
    if form.validate_on_submit():
        with transaction() as session:
            row, chosen = (
                session.get_one(ToolVersion, version_id),
                {"full": form.full.data, "renewal": form.renewal.data},
            )
            releases.propose_requirements(session, row, **chosen, at=now(), by=current_person())
        flash(_("Written. It holds once another registrar has signed."), "ok")
        return redirect(url_for(".version", version_id=version_id))
    return _page("requirements", form, version=found, modules=modules, before=before)


@bp.get("/requirement-sets/<int:set_id>")
@requires(Permission.TOOL_READ)
def requirement_set(set_id: int) -> ResponseReturnValue:
    return _requirement_set_page(set_id, SignatureForm())


@bp.post("/requirement-sets/<int:set_id>")
@requires(Permission.TOOL_MANAGE)
def sign_requirements(set_id: int) -> ResponseReturnValue:
    form = SignatureForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get(RequirementSet, set_id) or abort(404)
                releases.sign_requirements(session, row, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. It holds from now on."), "ok")
            return redirect(url_for(".version", version_id=row.version_id))
    return _requirement_set_page(set_id, form)


@bp.route("/versions/<int:version_id>/assess/<int:start_id>", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def assess(version_id: int, start_id: int) -> ResponseReturnValue:
    end, start, modules = _version(version_id), _version(start_id), _modules()
    if start.tool_id != end.tool_id or start.id == end.id:
        abort(404)
    deltas = {slug: one for slug, one in modules.items() if one.module.kind is ModuleKind.DELTA}
    form = AssessmentForm()
    form.modules.choices = [SelectChoice(slug, _title(one)) for slug, one in deltas.items()]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                edge = session.get_one(ToolVersion, start_id), session.get_one(ToolVersion, version_id)
                releases.assess(session, *edge, form.verdict(), at=now(), by=current_person())
        except releases.NoDeltaModule as error:
            form.modules.errors = [refusals.sentence(error)]
        except releases.GraceWithoutReason as error:
            form.grace_reason.errors = [refusals.sentence(error)]
        else:
            flash(_("Written. It holds once another registrar has signed."), "ok")
            return redirect(url_for(".version", version_id=version_id))
    return _page("assess", form, start=start, end=end, deltas=deltas)


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
                releases.sign_assessment(session, row, reason=form.reason.data, at=now(), by=current_person())
        except releases.GraceNotAgreed as error:
            form.reason.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. It holds from now on."), "ok")
            return redirect(url_for(".version", version_id=row.end_id))
    return _assessment_page(assessment_id, form)


@bp.get("/versions/<int:version_id>/release")
@requires(Permission.TOOL_READ)
def forecast(version_id: int) -> ResponseReturnValue:
    """Show what a release at the chosen time means; the form is sent with GET and changes nothing."""
    chosen = request.args if "when" in request.args else None
    form = ReleaseForm(chosen, meta={"csrf": False}).asks(zone=zone(), at=now())
    if chosen is not None:
        form.validate()
    return _forecast_page(_version(version_id), form)


@bp.post("/versions/<int:version_id>/release")
@requires(Permission.TOOL_MANAGE)
def release(version_id: int) -> ResponseReturnValue:
    found, at = _version(version_id), now()
    form = ReleaseForm().asks(zone=zone(), at=at)
    if form.validate():
        foreseen = forecasts.forecast(reading_session(), found, release_at=form.release_at, at=at, zone=zone())
        digests = {"seen": form.seen.data or "", "foreseen": foreseen.digest}
        try:
            with transaction() as session:
                row = session.get_one(ToolVersion, version_id)
                at = form.asks(zone=zone(), at=now()).at  # read now that this is the only writer on SQLite
                terms: dict[str, Any] = {"effective_at": form.release_at, **digests}
                releases.release(session, row, **terms, at=at, by=current_person(), zone=zone())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            names = {"version": found.label, "when": moment(form.release_at)}
            later = form.release_at > at
            done = _("Version %(version)s will be in use from %(when)s on.", **names) if later else None
            flash(done or _("Version %(version)s is released. It is in use from now on.", **names), "ok")
            return redirect(url_for(".version", version_id=version_id))
    return _forecast_page(found, form)


# -- what the pages show -----------------------------------------------------------------------------------------------


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page around *form*; with status 422 where something is wrong with what was sent."""
    return render_template(f"registrar/{template}.html", form=form, **context), 422 if form.errors else 200


def _overview(slug: str) -> ToolOverview:
    found = reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)
    return way_into_use.overview(reading_session(), found, at=now(), zone=zone())


def _version(version_id: int) -> ToolVersion:
    return reading_session().get(ToolVersion, version_id) or abort(404)


def _journey(version: ToolVersion) -> Journey:
    return way_into_use.overview(reading_session(), version.tool, at=now(), zone=zone()).journey(version.id)


def _modules() -> Mapping[str, Published]:
    """Return every published module in its newest revision, by slug."""
    return {row.slug: content.published(row) for row in releases.published_modules(reading_session())}


def _title(published: Published) -> str:
    reader, module = str(get_locale()), published.module
    return in_language(module.title_in(reader), module.language_for(reader))


def _requirements_before(version: ToolVersion) -> RequirementSet | None:
    """Return the latest set of the version itself, else of the one that it replaces."""
    latest = select(RequirementSet).order_by(RequirementSet.revision.desc())
    owners = [version.id, version.predecessor_id]
    found = (reading_session().scalars(latest.where(RequirementSet.version_id == owner)).first() for owner in owners)
    return next(filter(None, found), None)


def _version_page(version: ToolVersion, errors: list[str] | None = None) -> str:
    journey = _journey(version)
    step = way_into_use.next_step(journey, current_person().id)
    return render_template("registrar/version.html", journey=journey, step=step, errors=errors or [])


def _requirement_set_page(set_id: int, form: SignatureForm) -> ResponseReturnValue:
    session = reading_session()
    asked = session.get(RequirementSet, set_id) or abort(404)
    shown = {"proposal": way_into_use.proposal_of(session, asked), "latest": way_into_use.is_latest(session, asked)}
    version = _version(asked.version_id)
    return _page(
        "requirement_set", form, asked=asked, version=version, modules=_modules(), me=current_person(), **shown
    )


def _assessment_page(assessment_id: int, form: SignatureForm) -> ResponseReturnValue:
    session, at = reading_session(), now()
    edge = session.get(ImpactAssessment, assessment_id) or abort(404)
    proposal, latest = way_into_use.proposal_of(session, edge), way_into_use.is_latest(session, edge)
    assumed = None if proposal.signed else edge
    foreseen = forecasts.forecast(session, edge.end, release_at=at, at=at, zone=zone(), assumed=assumed)
    effect = outlooks.outlooks(session, foreseen, at=at, zone=zone())
    shown = {"edge": edge, "proposal": proposal, "latest": latest, "modules": _modules()}
    return _page("assessment", form, journey=_journey(edge.end), effect=effect, me=current_person(), **shown)


def _forecast_page(version: ToolVersion, form: ReleaseForm) -> ResponseReturnValue:
    session, at, journey = reading_session(), now(), _journey(version)
    if any(field.errors for field in form):
        return _page("forecast", form, journey=journey, foreseen=None)
    foreseen = forecasts.forecast(session, version, release_at=form.release_at, at=at, zone=zone())
    found = outlooks.outlooks(session, foreseen, at=at, zone=zone())
    obstacles = releases.obstacles(session, version, at=form.release_at, zone=zone())
    page = Page.of(found.officers, size=OFFICERS_A_PAGE, **form.choice)
    return _page("forecast", form, journey=journey, foreseen=foreseen, found=found, obstacles=obstacles, page=page)
