"""The registrar's desk: the terms of certification of a tool and of the agency, and running terms re-based.

Oversight reads the same pages; what changes something asks for `Permission.TOOL_MANAGE`.
"""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.policies import (
    AgencyPolicyForm,
    FromADayOn,
    PolicyForm,
    RebaseForm,
    RebaseSignatureForm,
    shown,
)
from training_app.models.tools import TermsRebase, Tool, ToolPolicy
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import policies as service
from training_app.services import rebases, units
from training_app.services.second_signatures import names_of, written_and_signed
from training_app.views.pages import Page
from training_app.wording import policies as words

bp = Blueprint("policies", __name__, url_prefix="/registrar")

OFFICERS_A_PAGE = 50


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    shared = {"zone": zone(), "moment": moment, "wording": wording, "words": words, "terms_of": service.terms_of}
    return shared | {"may_manage": may(Permission.TOOL_MANAGE)}


@bp.get("/tools/<slug>/policies")
@requires(Permission.TOOL_READ)
def policies(slug: str) -> ResponseReturnValue:
    session, at, tool = reading_session(), now(), _tool(slug)
    revisions = service.policies_of(session, tool)
    written = [
        (one, session.get_one(ToolPolicy, one.policy_id), _signing(one)) for one in rebases.rebases_of(session, tool)
    ]
    return render_template(
        "registrar/policies.html",
        tool=tool,
        at=at,
        revisions=list(reversed(revisions)),
        names=names_of(session, {one.recorded_by_id for one in revisions}),
        in_effect=service.governing(revisions, at=at),
        agency_asks=service.agency_asks_evaluation(session, at=at),
        rebases=written,
    )


@bp.route("/tools/<slug>/policies/new", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def set_policy(slug: str) -> ResponseReturnValue:
    session, at, tool = reading_session(), now(), _tool(slug)
    before = service.governing(service.policies_of(session, tool), at=at)
    last = max((one.revision for one in service.policies_of(session, tool)), default=0)
    start = shown(service.terms_of(before)) if before else {}
    form: PolicyForm = PolicyForm(data={**start, "after": last}).asks(zone=zone(), at=at)
    names = words.month_names()
    form.fixed_month.choices = [SelectChoice("", ""), *(SelectChoice(str(n), names[n]) for n in names)]
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                row, at = writing.get_one(Tool, tool.id), form.asks(zone=zone(), at=now()).at
                stamp = {"effective_at": form.effective_at, "at": at, "by": current_person(), "zone": zone()}
                fact = service.set_policy(writing, row, form.terms(), after=form.last_seen, **stamp)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            _say_written(fact.revision, form)
            return redirect(url_for(".policies", slug=slug))
    return _page("set_policy", form, tool=tool, revision=last + 1)


def _say_written(revision: int, form: FromADayOn) -> None:
    if form.effective_at > form.at:
        told = {"revision": revision, "when": moment(form.effective_at)}
        flash(_("Revision %(revision)s is written. It holds from %(when)s on.", **told), "ok")
    else:
        flash(_("Revision %(revision)s holds from now on.", revision=revision), "ok")


@bp.route("/agency-policy", methods=["GET"])
@requires(Permission.TOOL_READ)
def agency() -> ResponseReturnValue:
    return _agency_page(AgencyPolicyForm(data={"after": _last_agency_revision()}))


@bp.post("/agency-policy")
@requires(Permission.TOOL_MANAGE)
def set_agency_policy() -> ResponseReturnValue:
    form: AgencyPolicyForm = AgencyPolicyForm().asks(zone=zone(), at=now())
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                at = form.asks(zone=zone(), at=now()).at
                said = {"evaluation_required": form.evaluation_required.data == "yes", "reason": form.reason.data or ""}
                stamp = {"effective_at": form.effective_at, "at": at, "by": current_person(), "zone": zone()}
                fact = service.set_agency_policy(writing, **said, after=form.last_seen, **stamp)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            _say_written(fact.revision, form)
            return redirect(url_for(".agency"))
    return _agency_page(form)


# -- running terms re-based --------------------------------------------------------------------------------------------


@bp.route("/tools/<slug>/policies/<int:revision>/rebase", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def rebase(slug: str, revision: int) -> ResponseReturnValue:
    """Show what re-basing the running terms on a revision would do, and write it for a second signature."""
    session, at, tool = reading_session(), now(), _tool(slug)
    policy = next((one for one in service.policies_of(session, tool) if one.revision == revision), None) or abort(404)
    form, found = RebaseForm(), rebases.preview(session, tool, policy, at=at, zone=zone())
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                row, terms = writing.get_one(Tool, tool.id), writing.get_one(ToolPolicy, policy.id)
                said = {"reason": form.reason.data or "", "seen": form.seen.data or "", "foreseen": found.digest}
                fact = rebases.propose(writing, row, terms, **said, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Written. Running certifications change once another registrar has signed."), "ok")
            return redirect(url_for(".signing", rebase_id=fact.id))
    return _page("rebase", form, tool=tool, policy=policy, **_effects(found))


@bp.get("/rebases/<int:rebase_id>")
@requires(Permission.TOOL_READ)
def signing(rebase_id: int) -> ResponseReturnValue:
    return _signing_page(rebase_id, RebaseSignatureForm())


@bp.post("/rebases/<int:rebase_id>")
@requires(Permission.TOOL_MANAGE)
def sign_rebase(rebase_id: int) -> ResponseReturnValue:
    form, session = RebaseSignatureForm(), reading_session()
    read = session.get(TermsRebase, rebase_id) or abort(404)
    tool, policy = session.get_one(Tool, read.tool_id), session.get_one(ToolPolicy, read.policy_id)
    if form.validate_on_submit():
        found = rebases.preview(session, tool, policy, at=now(), zone=zone())
        try:
            with transaction() as writing:
                row, digests = writing.get_one(TermsRebase, rebase_id), {"seen": form.seen.data or ""}
                rebases.sign(writing, row, **digests, foreseen=found.digest, at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Signed. Running certifications count by these terms from now on."), "ok")
            return redirect(url_for(".policies", slug=tool.slug))
    return _signing_page(rebase_id, form)


# -- what the pages show -----------------------------------------------------------------------------------------------


def _page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page around *form*; with status 422 where something is wrong with what was sent."""
    return render_template(f"registrar/{template}.html", form=form, **context), 422 if form.errors else 200


def _tool(slug: str) -> Tool:
    return reading_session().scalar(select(Tool).where(Tool.slug == slug)) or abort(404)


def _last_agency_revision() -> int:
    return max((one.revision for one in service.agency_policies(reading_session())), default=0)


def _agency_page(form: AgencyPolicyForm) -> ResponseReturnValue:
    session, at = reading_session(), now()
    revisions = service.agency_policies(session)
    return _page(
        "agency_policy",
        form,
        at=at,
        revisions=list(reversed(revisions)),
        names=names_of(session, {one.recorded_by_id for one in revisions}),
        in_effect=service.governing(revisions, at=at),
        asked=service.agency_asks_evaluation(session, at=at),
    )


def _signing(one: TermsRebase) -> Any:
    session = reading_session()
    return written_and_signed(session, one, rebases.signature_of(session, one))


def _signing_page(rebase_id: int, form: RebaseSignatureForm) -> ResponseReturnValue:
    session = reading_session()
    read = session.get(TermsRebase, rebase_id) or abort(404)
    tool, policy = session.get_one(Tool, read.tool_id), session.get_one(ToolPolicy, read.policy_id)
    proposal, latest = _signing(read), rebases.is_latest(session, read)
    # What it did cannot be told from the facts of today; what it would do is shown while it waits.
    waits = latest and not proposal.signed
    effects = _effects(rebases.preview(session, tool, policy, at=now(), zone=zone())) if waits else {"found": None}
    shared = {"tool": tool, "policy": policy, "proposal": proposal, "latest": latest, "me": current_person()}
    return _page("rebase_signature", form, rebase=read, **shared, **effects)


def _effects(found: rebases.Preview) -> dict[str, Any]:
    """Return the preview with names and units, who loses most first."""
    members = units.everybody(reading_session(), at=now())
    order = sorted(found.effects, key=lambda one: (not one.loses, not one.shorter, not one.longer, one.number))
    page = Page.of(order, size=OFFICERS_A_PAGE, **request.args.to_dict())
    return {"found": found, "page": page, "members": members}
