"""The registrar's desk: what earns a certification on a version, and what a later set asks of certified officers."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from courses.course import expanded, name_of
from courses.module import ModuleKind
from training_app import refusals
from training_app.agency import on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.assessments import SignatureForm
from training_app.forms.requirements import LaterRequirementsForm, RequirementsForm
from training_app.models.reports import ResultReport
from training_app.models.tools import RequirementSet, ToolVersion
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import (
    assessments,
    checklists,
    consequences,
    content,
    report_handling,
    requirements,
    way_into_use,
)
from training_app.services.content import Published
from training_app.services.requirements import in_force
from training_app.views import desk
from training_app.views.pages import Page
from training_app.views.registrar_desk import (
    OFFICERS_A_PAGE,
    modules_by_slug,
    page,
    title_of,
    version_of_address,
    what_every_page_here_shows,
)
from training_app.views.report_pages import reports_on
from training_app.wording import reports as report_words

bp = Blueprint("requirements", __name__, url_prefix="/registrar")
bp.context_processor(what_every_page_here_shows)


@bp.route("/versions/<int:version_id>/requirements", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def propose(version_id: int) -> ResponseReturnValue:
    """Ask for a set; where one is in force, also for what the new one asks of certified officers."""
    found, modules = version_of_address(version_id), modules_by_slug()
    current, before = in_force(reading_session(), found), _requirements_before(found)
    start = _as_entered(before) if before else {}
    led_here = {"answers": request.args.getlist("report"), "modules": request.args.getlist("module")}
    form = LaterRequirementsForm(**start, **led_here) if current else RequirementsForm(**start)
    whole = [SelectChoice(slug, title_of(one)) for slug, one in modules.items() if one.module.kind is ModuleKind.MODULE]
    form.full.choices = form.renewal.choices = [*_courses_of(modules), *whole]
    if current:
        form.modules.choices = [SelectChoice(slug, title_of(one)) for slug, one in modules.items()]
        form.answers.choices = [SelectChoice(str(one.report.id), report_words.named(one)) for one in reports_on(found)]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(ToolVersion, version_id)
                written = requirements.propose_requirements(
                    session,
                    row,
                    full=expanded(form.full.data, content.courses()),
                    renewal=expanded(form.renewal.data, content.courses()),
                    full_observed=form.full_observed.data,
                    renewal_observed=form.renewal_observed.data,
                    change=form.verdict() if current else None,
                    at=now(),
                    by=current_person(),
                )
                for number in (form.answers.data or ()) if current else ():
                    report = session.get_one(ResultReport, int(number))
                    report_handling.name_in_requirements(session, written, report, on=on_now(), by=current_person())
        except assessments.NoDeltaModule as error:
            form.modules.errors = [refusals.sentence(error)]
        except assessments.GraceWithoutReason as error:
            form.grace_reason.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Written. It holds once another registrar has signed."), "ok")
            if current:
                return redirect(url_for(".requirement_set", set_id=written.id))
            return redirect(url_for("registrar.version", version_id=version_id))
    courses = {name_of(course): course for course in content.courses()}
    return page("requirements", form, version=found, modules=modules, courses=courses, before=before, current=current)


def _as_entered(before: RequirementSet) -> dict[str, Any]:
    """Return what the form starts from: what was asked before."""
    return {
        "full": before.full_modules,
        "renewal": before.renewal_modules,
        "full_observed": bool(before.full_observed),
        "renewal_observed": bool(before.renewal_observed),
    }


def _courses_of(modules: Mapping[str, Published]) -> list[SelectChoice]:
    """Return the courses whose modules are all published; choosing one chooses its modules."""
    reader = str(get_locale())
    return [
        SelectChoice(name_of(course), _("Course: %(title)s", title=desk.course_title(course, reader)))
        for course in content.courses()
        if set(course.modules) <= modules.keys()
    ]


@bp.get("/requirement-sets/<int:set_id>")
@requires(Permission.TOOL_READ)
def requirement_set(set_id: int) -> ResponseReturnValue:
    return _requirement_set_page(set_id, SignatureForm())


@bp.post("/requirement-sets/<int:set_id>")
@requires(Permission.TOOL_MANAGE)
def sign(set_id: int) -> ResponseReturnValue:
    form = SignatureForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get(RequirementSet, set_id) or abort(404)
                requirements.sign_requirements(session, row, reason=form.reason.data, at=now(), by=current_person())
        except assessments.GraceNotAgreed as error:
            form.reason.errors = [refusals.sentence(error)]
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. It holds from now on."), "ok")
            return redirect(url_for("registrar.version", version_id=row.version_id))
    return _requirement_set_page(set_id, form)


def _requirements_before(version: ToolVersion) -> RequirementSet | None:
    """Return the latest set of the version itself, else of the one that it replaces."""
    latest = select(RequirementSet).order_by(RequirementSet.revision.desc())
    owners = [version.id, version.predecessor_id]
    found = (reading_session().scalars(latest.where(RequirementSet.version_id == owner)).first() for owner in owners)
    return next(filter(None, found), None)


def _requirement_set_page(set_id: int, form: SignatureForm) -> ResponseReturnValue:
    session, at = reading_session(), now()
    asked = session.get(RequirementSet, set_id) or abort(404)
    proposal, latest = way_into_use.proposal_of(session, asked), way_into_use.is_latest(session, asked)
    version, me = version_of_address(asked.version_id), current_person()
    shown: dict[str, Any] = {
        "no_checklist": checklists.is_missing(session, version),
        "proposal": proposal,
        "latest": latest,
        "modules": modules_by_slug(),
    }
    replaced, change = requirements.replaced_by(session, asked), requirements.change_of(session, asked)
    behind = requirements.reports_behind(session, asked)
    shown["reports"] = [row for row in reports_on(version) if row.report.id in behind] if behind else []
    shown["report_words"] = report_words
    if replaced is not None and latest and not proposal.signed:
        effect = consequences.demands(session, asked, at=at, zone=zone())
        shown |= {"effect": effect, "page": Page.of(effect.asked, size=OFFICERS_A_PAGE)}
    return page("requirement_set", form, asked=asked, version=version, replaced=replaced, change=change, me=me, **shown)
