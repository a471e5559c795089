"""The instructor's sessions: planned, changed, called off; their rosters.  Leads and registrars see everybody's."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import false, select
from sqlalchemy.orm import Session

from training_app import refusals, wording
from training_app.agency import moment, on_now, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.seats import ConfirmForm
from training_app.forms.training_sessions import AddForm, CallOffForm, ChangeForm, PlanForm
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import LevelName, TrainerQualification
from training_app.rules.permissions import Permission
from training_app.rules.training_sessions import ATTENDANCE_DAYS, SessionKind
from training_app.security import current_person, may, requires
from training_app.services import accounts, rosters, units
from training_app.services import training_sessions as service
from training_app.services.rosters import SessionNow
from training_app.views import session_rows
from training_app.views.pages import Page
from training_app.wording import training_sessions as words

bp = Blueprint("teaching", __name__, url_prefix="/teaching")

UID_BYTES = 16
SESSIONS_A_PAGE = 40
PAST_A_PAGE = 20


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {
        "moment": moment,
        "kinds": words.KINDS,
        "zone": zone(),
        "civil": wording.civil,
        "presence_state": session_rows.presence_state,
        "place_of": session_rows.place_of,
    }


@bp.get("")
@requires(Permission.SESSION_HOLD)
def desk() -> ResponseReturnValue:
    session, me, at = reading_session(), current_person().id, now()
    mine = rosters.instructed_by([me])
    begun, lately = ~rosters.starting_after(at), rosters.ending_after(at - timedelta(days=ATTENDANCE_DAYS))
    others = (~mine, rosters.ending_after(at)) if overseeing() else (false(),)
    page: Page[Any] = Page.counted(rosters.count(session, *others), size=SESSIONS_A_PAGE)
    earlier: Page[Any] = Page.second("earlier", rosters.count(session, mine, begun), size=PAST_A_PAGE)
    past = rosters.listed(session, mine, begun, first=earlier.first, most=earlier.size, latest_first=True)
    of_others = rosters.listed(session, *others, first=page.first, most=page.size)
    to_record = [one for one in rosters.listed(session, mine, begun, lately) if one.waits_for_attendance(at)]
    people = rosters.names(session, of_others)

    def instructor(one: SessionNow) -> str:
        return people[one.plan.instructor].name

    def outcome(one: SessionNow) -> session_rows.State:
        return _outcome(one, at=at)

    to_come = session_rows.rows(rosters.listed(session, mine, rosters.starting_after(at)), session_rows.room)
    return render_template(
        "teaching/desk.html",
        to_record=session_rows.rows(to_record, session_rows.room),
        to_come=list(session_rows.by_week(to_come)),
        past=session_rows.rows(past, outcome),
        earlier=earlier,
        others=list(session_rows.by_week(session_rows.rows(of_others, session_rows.room, instructor))),
        page=page,
        overseeing=overseeing(),
    )


def _outcome(found: SessionNow, *, at: datetime) -> session_rows.State:
    if found.cancelled is not None:
        return session_rows.called_off()
    if found.waits_for_attendance(at):
        return session_rows.State("no", "dash", _("Not recorded yet"))
    there = sum(presence.value != "absent" for presence in found.attendance.values())
    return session_rows.State(
        "ok", "certified", _("%(there)s of %(all)s there", there=there, all=len(found.attendance))
    )


@bp.route("/plan", methods=["GET", "POST"])
@requires(Permission.SESSION_HOLD)
def plan() -> ResponseReturnValue:
    form = _asking(PlanForm(instructor=str(current_person().id))).teaching(*_subjects())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                on = on_now()
                new = service.NewSession(
                    kind=SessionKind(form.kind.data),
                    title=form.title.data or "",
                    subject=_subject(session, form.subject.data),
                    plan=form.plan(),
                )
                planned = service.plan(session, new, uid=secrets.token_hex(UID_BYTES), on=on, by=_me(session))
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The session is planned. Officers can join it from now on."), "ok")
            return redirect(url_for(".one", session_id=planned.id))
    return render_template("teaching/plan.html", form=form), 422 if form.errors else 200


@bp.get("/<int:session_id>")
@requires(Permission.SESSION_HOLD)
def one(session_id: int) -> ResponseReturnValue:
    return roster_page(session_id, AddForm())


@bp.get("/<int:session_id>/roster")
@requires(Permission.SESSION_HOLD)
def roster(session_id: int) -> ResponseReturnValue:
    """The roster to print and to sign on."""
    found = of_address(session_id)
    session, at = reading_session(), now()
    people = rosters.names(session, [found])
    place = {member.person_id: member.unit for member in units.everybody(session, at=at).values()}
    row = session_rows.rows([found], session_rows.room)[0]
    return render_template("teaching/roster.html", found=found, row=row, people=people, units=place)


@bp.route("/<int:session_id>/change", methods=["GET", "POST"])
@requires(Permission.SESSION_HOLD)
def change(session_id: int) -> ResponseReturnValue:
    found = of_address(session_id)
    start, end = found.plan.starts_at.astimezone(zone()), found.plan.ends_at.astimezone(zone())
    standing = {
        "instructor": str(found.plan.instructor),
        "place": found.plan.place,
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "capacity": found.plan.capacity,
    }
    form = _asking(ChangeForm(**standing), found.plan.instructor)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.change(
                    session,
                    session_id,
                    form.plan(),
                    form.reason.data or "",
                    on=on_now(),
                    by=_me(session),
                    overseeing=overseeing(),
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The session is changed. Everybody on it sees it; tell them, nothing is sent."), "ok")
            return redirect(url_for(".one", session_id=session_id))
    row = session_rows.rows([found], session_rows.room)[0]
    page = render_template("teaching/change.html", form=form, found=found, row=row)
    return page, 422 if form.errors else 200


@bp.route("/<int:session_id>/call-off", methods=["GET", "POST"])
@requires(Permission.SESSION_HOLD)
def call_off(session_id: int) -> ResponseReturnValue:
    found, form = of_address(session_id), CallOffForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                reason, by = form.reason.data or "", _me(session)
                service.cancel(session, session_id, reason, at=now(), by=by, overseeing=overseeing())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The session is called off. Everybody on it sees it; tell them, nothing is sent."), "ok")
            return redirect(url_for(".one", session_id=session_id))
    row = session_rows.rows([found], session_rows.room)[0]
    page = render_template("teaching/call_off.html", form=form, found=found, row=row)
    return page, 422 if form.errors else 200


@bp.post("/<int:session_id>/roster")
@requires(Permission.SESSION_HOLD)
def add(session_id: int) -> ResponseReturnValue:
    of_address(session_id)
    form = AddForm()
    person = accounts.find(reading_session(), form.officer.data or "") if form.validate_on_submit() else None
    if form.officer.data and person is None and not form.errors:
        form.officer.errors = [_("Nobody here has this service number.")]
    if person is not None:

        def act(session: Session) -> str:
            service.add(session, session_id, person, at=now(), by=_me(session), overseeing=overseeing())
            return _("%(name)s is on the roster.", name=person.name)

        return _acted(session_id, form, act)
    return roster_page(session_id, form)


@bp.post("/<int:session_id>/roster/<int:person_id>/remove")
@requires(Permission.SESSION_HOLD)
def remove(session_id: int, person_id: int) -> ResponseReturnValue:
    of_address(session_id)

    def act(session: Session) -> str:
        person = session.get(Person, person_id) or abort(404)
        service.remove(session, session_id, person, at=now(), by=_me(session), overseeing=overseeing())
        return _("%(name)s is off the roster.", name=person.name)

    form = ConfirmForm()
    return _acted(session_id, AddForm(formdata=None), act) if form.validate_on_submit() else abort(400)


def _acted(session_id: int, form: AddForm, act: Callable[[Session], str]) -> ResponseReturnValue:
    try:
        with transaction() as session:
            done = act(session)
    except TrainingError as error:
        form.form_errors.append(refusals.sentence(error))
        return roster_page(session_id, form)
    flash(done, "ok")
    return redirect(url_for(".one", session_id=session_id))


def roster_page(session_id: int, form: AddForm) -> ResponseReturnValue:
    """Return the page of one session with its roster."""
    session, at, found = reading_session(), now(), of_address(session_id)
    mine = service.may_change(found, current_person(), overseeing=overseeing())
    page = render_template(
        "teaching/one.html",
        form=form,
        found=found,
        row=session_rows.rows([found], session_rows.room)[0],
        people=rosters.names(session, [found]),
        changes=mine and found.cancelled is None and not found.has_begun(at),
        adds=mine and found.cancelled is None,
        records=(found.plan.instructor == current_person().id or overseeing()) and found.cancelled is None,
        begun=found.has_begun(at),
        waits=found.waits_for_attendance(at),
    )
    return page, 422 if form.errors else 200


def of_address(session_id: int) -> SessionNow:
    """Return the session of the address to who holds it, planned it or oversees all; to others there is none."""
    found = rosters.one(reading_session(), session_id) or abort(404)
    if not service.may_change(found, current_person(), overseeing=overseeing()):
        abort(404)
    return found


def overseeing() -> bool:
    return may(Permission.SESSION_OVERSEE)


def _me(session: Session) -> Person:
    return session.get_one(Person, current_person().id)


def _asking(form: Any, instructor: int | None = None) -> Any:
    """Return the form with everybody who was ever qualified to teach something, and who is planned already."""
    session = reading_session()
    levels = [level for level in LevelName if level is not LevelName.AUTHOR]
    qualified = select(TrainerQualification.person_id).where(TrainerQualification.level.in_(levels))
    people = session.scalars(
        select(Person)
        .where(Person.id.in_(qualified) | Person.id.in_([current_person().id, instructor or 0]))
        .order_by(Person.name)
    )
    open_ones = [one for one in people if accounts.is_open(session, one.id, at=now())]
    return form.asks(zone=zone(), instructors=[(one.id, f"{one.name} ({one.service_number})") for one in open_ones])


def _subjects() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the tools with their versions, and the published modules, as codes with their names."""
    session, tools = reading_session(), []
    labels: dict[int, list[str]] = {}
    for version in session.scalars(select(ToolVersion).order_by(ToolVersion.id.desc())):
        labels.setdefault(version.tool_id, []).append(version.label)
    for tool in session.scalars(select(Tool).order_by(Tool.name)):
        tools.append((f"tool:{tool.slug}", _("%(tool)s, any version", tool=tool.name)))
        tools += [(f"tool:{tool.slug}:{label}", f"{tool.name} {label}") for label in labels.get(tool.id, ())]
    return tools, [(f"module:{slug}", str(title)) for slug, title in sorted(session_rows.module_titles().items())]


def _subject(session: Session, code: str) -> service.Subject:
    kind, _sign, rest = code.partition(":")
    if kind == "module":
        return service.Subject(module=rest)
    slug, _sign, label = rest.partition(":")
    tool = session.scalars(select(Tool).where(Tool.slug == slug)).one()
    if not label:
        return service.Subject(tool=tool)
    named = select(ToolVersion).where(ToolVersion.tool_id == tool.id, ToolVersion.label == label)
    return service.Subject(tool=tool, version=session.scalars(named).one())
