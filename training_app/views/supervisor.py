"""The supervisor's desk: who of the unit may use which tool now, who is about to lose it, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from training_app import csv_files, wording
from training_app.agency import moment, on_now
from training_app.db import reading_session
from training_app.forms.units import ATTENTION, SPANS, UnitFilterForm, chosen, day_asked, span_asked
from training_app.rules.civil_time import CivilInstant, days_after, ends_at
from training_app.rules.facts import ToolFacts
from training_app.rules.outlook import horizon
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import access, access_outlook, own_unit, suspensions, unit_desk, unit_officer, units
from training_app.services.unit_desk import A_WEEK, UnitDesk
from training_app.services.units import Member
from training_app.views import session_rows, unit_lists, unit_matrix
from training_app.views import unit_officer as officer_words
from training_app.views import who_may_use as who
from training_app.views.pages import Page
from training_app.views.unit_matrix import Column, Line, Order
from training_app.wording import suspensions as suspension_words

bp = Blueprint("supervisor", __name__, url_prefix="/unit")

OFFICERS_A_PAGE = 100
ENTRIES_A_PAGE = 100


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"civil": wording.civil, "moment": moment, "reason": suspension_words.reason}


class NoUnit(Exception):
    """The supervisor is assigned to no unit: there is nobody to show."""


@bp.errorhandler(NoUnit)
def no_unit(_error: NoUnit) -> ResponseReturnValue:
    return render_template("supervisor/no_unit.html")


def _desk(on: CivilInstant) -> UnitDesk:
    desk = unit_desk.desk(reading_session(), current_person(), at=on.instant)
    if desk is None:
        raise NoUnit
    return desk


def _file(name: str, on: CivilInstant, header: list[str], rows: Any) -> Response:
    return csv_files.response(f"{name}-{on.day.isoformat()}.csv", header, rows)


# -- the matrix --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """The matrix as it is filtered and sorted: *found* in order, *members* before who needs attention was asked for."""

    desk: UnitDesk
    form: UnitFilterForm
    members: list[Member]
    columns: list[Column]
    found: list[Line]
    concerned: int
    order: Order

    @property
    def filtered(self) -> bool:
        return bool(self.form.named.data or self.form.unit.data or self.form.tool.data) or (
            self.form.show.data == ATTENTION
        )


@bp.get("")
@requires(Permission.UNIT_READ)
def unit() -> ResponseReturnValue:
    """Show the unit's matrix; the figures count everybody in the filter, the rows come a page at a time."""
    on = on_now()
    shown = _matrix(on)
    page = Page.of(shown.found, size=OFFICERS_A_PAGE)
    counts = unit_matrix.counted(shown.found)
    return render_template(
        "supervisor/unit.html",
        shown=shown,
        form=shown.form,
        caption=unit_matrix.caption(shown.columns),
        heading=unit_matrix.heading(shown.columns, shown.order),
        rows=[unit_matrix.row(line) for line in page.items],
        counts=counts,
        bars=unit_matrix.bars(counts),
        page=page,
        today=wording.civil(on.day),
    )


@bp.get("/matrix.csv")
@requires(Permission.UNIT_READ)
def matrix_file() -> ResponseReturnValue:
    """Return the matrix as it is filtered and sorted, every row of it."""
    on = on_now()
    shown = _matrix(on)
    rows = (unit_matrix.file_row(line) for line in shown.found)
    return _file("who-may-use-what", on, unit_matrix.file_header(shown.columns), rows)


def _matrix(on: CivilInstant) -> Shown:
    desk = _desk(on)
    form = _filter(desk)
    members = [one for one in desk.members if form.unit.data in {"", one.unit}]
    members = unit_matrix.named(members, form.named.data or "")
    tools = [tool.facts for slug, tool in desk.tools.items() if form.tool.data in {"", slug}]
    columns = [
        Column(facts.slug, desk.tools[facts.slug].name, label) for facts, label in access.columns(tools, at=on.instant)
    ]
    answers = access.matrix(reading_session(), [one.person_id for one in members], tools, zone=on.zone, at=on.instant)
    lines = unit_matrix.lines(members, answers)
    concerned = [line for line in lines if line.needs_attention]
    order = Order.asked(columns)
    found = order.sort(concerned if form.show.data == ATTENTION else lines, columns)
    return Shown(desk, form, members, columns, found, len(concerned), order)


def _filter(desk: UnitDesk) -> UnitFilterForm:
    """Return the filter as the address states it; what it does not know leaves out nobody."""
    form, everything = UnitFilterForm(request.args), SelectChoice("", _("All"))
    form.unit.choices = [everything, *(SelectChoice(name, name) for name in desk.units)]
    form.tool.choices = [everything, *(SelectChoice(slug, tool.name) for slug, tool in desk.tools.items())]
    chosen(form.unit, "")
    chosen(form.tool, "")
    chosen(form.show, "all")
    return form


# -- one officer -------------------------------------------------------------------------------------------------------


@bp.get("/officers/<service_number>")
@requires(Permission.UNIT_READ)
def officer(service_number: str) -> ResponseReturnValue:
    """Show one officer's answer for every version in use; who works elsewhere is not found."""
    session, on, person = reading_session(), on_now(), current_person()
    own = own_unit.own_unit(session, person, at=on.instant) or abort(404)
    member = units.person_in(session, own.ids, service_number, at=on.instant) or abort(404)
    found = unit_officer.on_every_tool(session, member, unit_desk.tools(session), on=on)
    suspended = suspensions.standing(session, member.person_id, at=on.instant)
    decides = member.person_id != person.id and may(Permission.UNIT_MANAGE)
    return render_template(
        "supervisor/officer.html",
        member=member,
        decides=decides,
        tools=[officer_words.tool_answers(one, suspended, decides=decides, on=on) for one in found],
        suspended=suspended,
        attended=session_rows.attended(session, member.person_id, at=on.instant),
        steps=officer_words.steps_ahead(found, zone=on.zone),
    )


# -- who may use one version -------------------------------------------------------------------------------------------


@bp.get("/who-may-use")
@requires(Permission.UNIT_READ)
def who_may_use() -> ResponseReturnValue:
    on = on_now()
    desk = _desk(on)
    return who.page(desk.unit, desk.members, desk.tools, on=on, file="supervisor.who_may_use_file")


@bp.get("/who-may-use.csv")
@requires(Permission.UNIT_READ)
def who_may_use_file() -> ResponseReturnValue:
    on = on_now()
    desk = _desk(on)
    return who.file(desk.members, desk.tools, on=on)


# -- who loses access --------------------------------------------------------------------------------------------------

Outlook = Callable[..., tuple[access_outlook.Answer, ...]]


def _outlook(outlook: Outlook, desk: UnitDesk, on: CivilInstant, days: int) -> tuple[access_outlook.Answer, ...]:
    tools: list[tuple[ToolFacts, str]] = [(tool.facts, tool.name) for tool in desk.tools.values()]
    return outlook(reading_session(), desk.members, tools, on=on, days=days)


@bp.get("/losing-access")
@requires(Permission.UNIT_READ)
def losing_access() -> ResponseReturnValue:
    """Show who loses access in the days to come, by day and as a picture by week."""
    on, days = on_now(), span_asked(request.args.get("days"))
    desk = _desk(on)
    ahead = unit_lists.entries(_outlook(access_outlook.losses, desk, on, max(SPANS)), zone=on.zone)
    within = {span: [entry for entry in ahead if entry.at < horizon(on, span)] for span in SPANS}
    found = within[days]
    page = Page.of(found, size=ENTRIES_A_PAGE)
    return render_template(
        "supervisor/losing_access.html",
        desk=desk,
        days=days,
        spans={span: unit_lists.officers_in(within[span]) for span in SPANS},
        officers=unit_lists.officers_in(found),
        next_on=None if found or not ahead else wording.civil_of(ahead[0].at, on.zone),
        listed=unit_lists.by_day(page.items, zone=on.zone),
        weeks=unit_lists.weeks(found, today=on.day, days=days, zone=on.zone),
        unready=unit_lists.entries(_outlook(access_outlook.unready, desk, on, days), zone=on.zone),
        page=page,
        last=wording.civil(days_after(on.day, days)),
    )


@bp.get("/losing-access.csv")
@requires(Permission.UNIT_READ)
def losing_access_file() -> ResponseReturnValue:
    on, days = on_now(), span_asked(request.args.get("days"))
    found = _outlook(access_outlook.losses, _desk(on), on, days)
    rows = unit_lists.losing_rows(found, zone=on.zone)
    return _file(f"losing-access-{days}-days", on, unit_lists.losing_header(), rows)


# -- the week ----------------------------------------------------------------------------------------------------------


@bp.get("/digest")
@requires(Permission.UNIT_READ)
def digest() -> ResponseReturnValue:
    """Show the week up to now, or up to the end of a day that is over, as it was known then."""
    session, on = reading_session(), on_now()
    through = day_asked(request.args.get("through"), today=on.day)
    at = ends_at(through, on.zone) if through else on.instant
    own = own_unit.own_unit(session, current_person(), at=on.instant)
    if own is None:
        raise NoUnit
    last = through or on.day
    return render_template(
        "supervisor/digest.html",
        digest=(found := unit_desk.digest(session, own, at=at, zone=on.zone)),
        lost=[unit_lists.lost_line(one, zone=on.zone) for one in found.lost],
        losing=unit_lists.entries(found.losing, zone=on.zone),
        overdue=[unit_lists.told(one.member, one.decision, zone=on.zone) for one in found.overdue],
        first=wording.civil(CivilInstant(found.since, on.zone).day),
        last=wording.civil(last),
        through=through,
        week_before=days_after(last, -A_WEEK).isoformat(),
        week_after=days_after(last, A_WEEK).isoformat() if through else None,
    )
