"""The home of the oversight body: what waits for it, and a figure of each overview; versions suspended in its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import moment, on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.oversight import OversightSuspensionForm, SafeAgainForm
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules import versions
from training_app.rules.facts import VersionChange
from training_app.rules.permissions import Permission
from training_app.rules.version_suspensions import Cause
from training_app.security import current_person, requires
from training_app.services import (
    consequences,
    gather,
    incidents,
    oversight_home,
    oversight_suspensions,
    rectifications,
    withdrawals,
)
from training_app.services.oversight_home import Waits
from training_app.views import rectification_pages
from training_app.views.incident_pages import incidents_waiting
from training_app.views.pages import Page
from training_app.views.registrar_desk import OFFICERS_A_PAGE, version_of_address
from training_app.views.report_pages import waiting_for
from training_app.views.way_into_use import state_badge
from training_app.wording import oversight as words
from training_app.wording import reports as report_words

bp = Blueprint("oversight_desk", __name__, url_prefix="/oversight")


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "wording": wording, "words": words, "report_words": report_words}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits; *urgent*: it should have been done, or runs now."""

    sentence: str
    href: str
    urgent: bool = False
    note: str = ""


@bp.get("/")
@requires(Permission.OVERSIGHT_DESK)
def home() -> ResponseReturnValue:
    session, me = reading_session(), current_person()
    found = oversight_home.waits(session, me, on=on_now())
    waiting = [
        *_decisions(found),
        *_incidents(incidents_waiting()),
        *_reports(me),
        *_rectifications(rectification_pages.waiting_for(me)),
        *_emergencies(found),
        *_suspensions(found),
        *_questions(found),
    ]
    return render_template(
        "oversight/home.html",
        waiting=sorted(waiting, key=lambda one: not one.urgent),
        found=found,
        figures=oversight_home.figures(session, on=on_now()),
    )


def _decisions(found: Waits) -> Iterator[Item]:
    page = url_for("award_reviews.under_review")
    if found.reviews:
        yield Item(
            ngettext(
                "%(num)s award is under review, to uphold or void",
                "%(num)s awards are under review, to uphold or void",
                found.reviews,
            ),
            page,
        )
    if found.objections:
        yield Item(
            ngettext(
                "%(num)s objection waits to be decided", "%(num)s objections wait to be decided", found.objections
            ),
            page,
        )


def _incidents(found: incidents.Waiting) -> Iterator[Item]:
    page = url_for("incidents.desk")
    if found.late:
        text = ngettext(
            "%(num)s incident that a citizen reported is overdue",
            "%(num)s incidents that citizens reported are overdue",
            found.late,
        )
        yield Item(text, page, urgent=True)
    if found.new:
        text = ngettext(
            "%(num)s incident that a citizen reported waits to be taken",
            "%(num)s incidents that citizens reported wait to be taken",
            found.new,
        )
        yield Item(text, page)
    if found.held:
        text = ngettext(
            "%(num)s report of a citizen is held as possible spam, until a person has read it",
            "%(num)s reports of citizens are held as possible spam, until a person has read them",
            found.held,
        )
        yield Item(text, page)


def _rectifications(found: rectifications.Waiting) -> Iterator[Item]:
    if found.overdue:
        text = ngettext(
            "%(num)s request to put something right is overdue",
            "%(num)s requests to put something right are overdue",
            found.overdue,
        )
        yield Item(text, url_for("rectifications.desk"), urgent=True)


def _reports(me: Person) -> Iterator[Item]:
    found, page = waiting_for(me), url_for("reports.desk")
    if found.late:
        text = ngettext(
            "%(num)s report of a wrong result is overdue", "%(num)s reports of wrong results are overdue", found.late
        )
        yield Item(text, page, urgent=True)
    if found.late_wishes:
        text = ngettext(
            "%(num)s change of the training is overdue",
            "%(num)s changes of the training are overdue",
            found.late_wishes,
        )
        yield Item(text, page, urgent=True)
    if found.lacking:
        text = ngettext(
            "For %(num)s report no independent registrar is left",
            "For %(num)s reports no independent registrar is left",
            found.lacking,
        )
        yield Item(text, page, urgent=True)


def _emergencies(found: Waits) -> Iterator[Item]:
    page = url_for("overviews.emergencies")
    if found.emergencies_running:
        text = ngettext(
            "%(num)s emergency access runs now", "%(num)s emergency accesses run now", found.emergencies_running
        )
        yield Item(text, page, urgent=True)
    if found.emergencies_waiting:
        text = ngettext(
            "%(num)s emergency access waits for a supervisor",
            "%(num)s emergency accesses wait for a supervisor",
            found.emergencies_waiting,
        )
        yield Item(text, page)


def _suspensions(found: Waits) -> Iterator[Item]:
    for one in found.to_sign:
        text = _("A registrar says that %(tool)s %(version)s is safe again", tool=one.tool, version=one.version)
        note = _("Sign the end of its suspension, or ask what is missing.")
        yield Item(text, url_for(".resume", suspension_id=one.id), note=note)
    for one in found.stuck:
        yield Item(
            _("Nobody could end the suspension of %(tool)s %(version)s", tool=one.tool, version=one.version),
            url_for(".resume", suspension_id=one.id),
            urgent=True,
            note=_("Only somebody else of your body can. A registrar has to give the role to a further person."),
        )


def _questions(found: Waits) -> Iterator[Item]:
    page, asked = url_for("oversight_questions.every"), found.questions
    if asked.overdue:
        text = ngettext(
            "%(num)s question is overdue for an answer", "%(num)s questions are overdue for an answer", asked.overdue
        )
        yield Item(text, page, urgent=True)
    if asked.answered:
        text = ngettext(
            "%(num)s question is answered, to follow up or close",
            "%(num)s questions are answered, to follow up or close",
            asked.answered,
        )
        yield Item(text, page)


# -- versions suspended in the name of the oversight body --------------------------------------------------------------


@bp.get("/versions")
@requires(Permission.OVERSIGHT_DESK)
def in_use() -> ResponseReturnValue:
    """List every version in use, to suspend one, and what the oversight body suspended."""
    session, at = reading_session(), now()
    tools = gather.tools(session)
    known = session.execute(
        select(ToolVersion.id, ToolVersion.label, Tool.slug, Tool.name)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .order_by(Tool.name, ToolVersion.id)
    )
    rows = [
        (row, state_badge(versions.state(tools[row.slug], row.label, at=at)))
        for row in known
        if row.label in versions.in_use(tools[row.slug], at=at)
    ]
    return render_template("oversight/in_use.html", rows=rows, standing=oversight_suspensions.standing(session))


@bp.route("/versions/<int:version_id>/suspend", methods=["GET", "POST"])
@requires(Permission.OVERSIGHT_DESK)
def suspend(version_id: int) -> ResponseReturnValue:
    """Show who loses access, by service number, and ask why."""
    session, found, form = reading_session(), version_of_address(version_id), OversightSuspensionForm()
    if form.looked_through(today=on_now().day):
        try:
            with transaction() as writing:
                row, cause = writing.get_one(ToolVersion, version_id), Cause(form.cause.data)
                said: dict[str, Any] = {"reason": form.reason.data or "", "at": now(), "by": current_person()}
                oversight_suspensions.suspend(writing, row, cause, **said)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Version %(version)s is suspended for safety from now on.", version=found.label), "ok")
            return redirect(url_for(".in_use"), 303)
    facts = gather.tools(session)[found.tool.slug]
    losses = consequences.losses(session, found, VersionChange.SUSPENDED, at=now(), zone=zone())
    page = render_template(
        "oversight/suspend.html",
        form=form,
        version=found,
        in_use=found.label in versions.in_use(facts, at=now()),
        found=losses,
        page=Page.of(losses.officers, size=OFFICERS_A_PAGE),
        alone=oversight_suspensions.nobody_ends(session, current_person().id, at=now()),
        standing=withdrawals.suspensions(session, found),
    )
    return page, 422 if form.errors else 200


@bp.route("/suspensions/<int:suspension_id>/end", methods=["GET", "POST"])
@requires(Permission.OVERSIGHT_DESK)
def resume(suspension_id: int) -> ResponseReturnValue:
    """Let somebody else of the oversight body end what it suspended."""
    session, form = reading_session(), SafeAgainForm()
    fact = session.get(VersionFact, suspension_id)
    if fact is None or withdrawals.cause_of(session, fact) is None:
        abort(404)
    found = version_of_address(fact.version_id)
    if form.looked_through(today=on_now().day):
        try:
            with transaction() as writing:
                row = writing.get_one(VersionFact, suspension_id)
                withdrawals.resume(writing, row, reason=form.reason.data or "", at=now(), by=current_person())
                left = len(withdrawals.standing(writing, found))
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            _tell_of_the_end(found.label, left)
            return redirect(url_for(".in_use"), 303)
    stands = withdrawals.suspensions(session, found)
    page = render_template(
        "oversight/resume.html",
        form=form,
        version=found,
        suspension=next((one for one in stands if one.id == suspension_id), None),
        others=len(stands) - 1,
        proposals=oversight_suspensions.proposals(session, suspension_id),
        me=current_person(),
        alone=oversight_suspensions.nobody_ends(session, fact.recorded_by_id, at=now()),
    )
    return page, 422 if form.errors else 200


def _tell_of_the_end(label: str, left: int) -> None:
    if left:
        text = _("This suspension is ended. Version %(version)s stays suspended: another one stands.", version=label)
    else:
        text = _("The suspension is ended. Version %(version)s may be used again.", version=label)
    flash(text, "ok")
