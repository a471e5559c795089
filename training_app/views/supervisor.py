"""The supervisor's desk: who of the unit may use which tool now, and why not."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from training_app import wording
from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.forms import UnitFilterForm
from training_app.models.tools import Tool
from training_app.rules.access import Question, decide
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, ToolFacts
from training_app.rules.permissions import Permission
from training_app.rules.versions import in_use
from training_app.security import current_person, requires
from training_app.services import access, gather, units
from training_app.services.units import Member
from training_app.views import unit_matrix
from training_app.views.pages import Page

bp = Blueprint("supervisor", __name__, url_prefix="/unit")

OFFICERS_A_PAGE = 100

Tools = Mapping[str, tuple[ToolFacts, str]]
"""What is known of each tool, with its name, by slug."""


@bp.get("")
@requires(Permission.UNIT_READ)
def unit() -> ResponseReturnValue:
    """Show the unit's matrix; the figures count everybody in the filter, the rows come a page at a time."""
    session, at = reading_session(), now()
    own = units.unit_of(session, current_person().id, at=at)
    if own is None:
        return render_template("supervisor/no_unit.html")
    everybody, tools = units.officers_in(session, units.with_subordinates(session, own.id), at=at), _tools()
    form = _filter(tools, everybody)
    members = [one for one in everybody if form.unit.data in {"", one.unit}]
    shown = [facts for facts, _name in tools.values() if form.tool.data in {"", facts.slug}]
    answers = access.matrix(session, [one.person_id for one in members], shown, zone=zone(), at=at)
    concerned = [one for one in members if unit_matrix.needs_attention(answers[one.person_id])]
    listed = concerned if form.show.data == "attention" else members
    page = Page.of(listed, size=OFFICERS_A_PAGE)
    counts = unit_matrix.counted([decision for one in listed for decision in answers[one.person_id]])
    return render_template(
        "supervisor/unit.html",
        unit=form.unit.data or own.name,
        members=members,
        concerned=concerned,
        form=form,
        filtered=any(form.data[name] for name in ("unit", "tool")) or form.show.data != "all",
        **unit_matrix.heading([(tools[facts.slug][1], label) for facts, label in access.columns(shown, at=at)]),
        rows=[unit_matrix.row(one, answers[one.person_id]) for one in page.items],
        counts=counts,
        bars=unit_matrix.bars(counts, sum(found.count or 0 for found in counts)),
        page=page,
        today=wording.civil(CivilInstant(at, zone()).day),
    )


@bp.get("/officers/<service_number>")
@requires(Permission.UNIT_READ)
def officer(service_number: str) -> ResponseReturnValue:
    """Show one officer's answer for every version in use; who works elsewhere is not found."""
    session, on = reading_session(), CivilInstant(now(), zone())
    own = units.unit_of(session, current_person().id, at=on.instant) or abort(404)
    below = units.with_subordinates(session, own.id)
    member = units.person_in(session, below, service_number, at=on.instant) or abort(404)
    shown = []
    for tool, name in _tools().values():
        facts = Facts(zone=on.zone, tool=tool, officer=gather.officer(session, member.person_id, tool.slug))
        decisions = [
            decide(Question(member.service_number, tool.slug, label), facts, at=on.instant, known_at=on.instant)
            for label in in_use(tool, at=on.instant)
        ]
        if decisions and facts.officer:
            shown.append(unit_matrix.tool_answers(name, member, tool, facts.officer, decisions, on=on))
    return render_template("supervisor/officer.html", member=member, tools=shown)


def _tools() -> Tools:
    names = reading_session().execute(select(Tool.slug, Tool.name).order_by(Tool.name))
    found = ((gather.tool(reading_session(), row.slug), row.name) for row in names.all())
    return {facts.slug: (facts, name) for facts, name in found if facts is not None}


def _filter(tools: Tools, officers: Sequence[Member]) -> UnitFilterForm:
    """Return the filter as the address states it; what it does not know leaves out nobody."""
    form, everything = UnitFilterForm(request.args), SelectChoice("", _("All"))
    names = sorted({one.unit for one in officers})
    form.unit.choices = [everything, *(SelectChoice(name, name) for name in names)]
    form.tool.choices = [everything, *(SelectChoice(slug, name) for slug, (_facts, name) in tools.items())]
    if form.unit.data not in names:
        form.unit.data = ""
    if form.tool.data not in tools:
        form.tool.data = ""
    if form.show.data != "attention":
        form.show.data = "all"
    return form
