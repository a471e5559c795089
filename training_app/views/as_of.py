"""Whether an officer could use a version at an instant, as it was known then and as it is known now.

Registrars and oversight ask about everybody, and may take the facts behind the answer with them; supervisors ask about
the officers of their unit and of the units below it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_app import refusals, wording
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.errors import TrainingError
from training_app.forms.as_of import AsOfForm
from training_app.models.tools import Tool
from training_app.rules.access import Decision, Question
from training_app.rules.clock_readings import offset_of
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import evidence as service
from training_app.services import people, units
from training_app.services.evaluations import OfficerUnknown
from training_app.services.evidence import AsOf
from training_app.views import rectification_pages
from training_app.wording import BadgeText, GroundText
from training_app.wording.as_of import KINDS, sentence_of_then

bp = Blueprint("as_of", __name__)


@bp.get("/as-of")
@requires(Permission.RECORD_READ)
def of_anybody() -> ResponseReturnValue:
    return _page(None)


@bp.get("/unit/as-of")
@requires(Permission.UNIT_READ)
def of_unit() -> ResponseReturnValue:
    """Answer about the officers of the supervisor's unit today; nobody else is found."""
    session = reading_session()
    own = units.unit_of(session, current_person().id, at=now()) or abort(404)
    return _page(units.with_subordinates(session, own.id))


@bp.get("/as-of/evidence")
@requires(Permission.RECORD_READ)
def evidence() -> ResponseReturnValue:
    """Hand out the facts behind the answers about an officer and a tool, outcomes of evaluations among them."""
    officer, tool = request.args.get("officer", ""), request.args.get("tool", "")
    try:
        text = service.export(reading_session(), officer, tool, zone=zone(), at=now())
    except TrainingError:
        abort(404)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"evidence-{officer}-{tool}.json")
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the two answers, in words."""

    title: str
    known: str
    """What it was answered from."""
    allowed: bool
    badge: BadgeText
    sentence: str
    grounds: list[GroundText]
    last_day: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says once it was asked."""

    when: str
    answers: list[Answer]
    same: bool
    late: list[dict[str, str]]
    others: int
    evidence: str | None
    """Where the facts can be had; ``None`` for who may not have them."""


def _page(within: Collection[int] | None) -> ResponseReturnValue:
    """Show form and answer; *within*: ids of the units of the only officers who are found here."""
    session, at = reading_session(), now()
    tools = {row.slug: row.name for row in session.execute(select(Tool.slug, Tool.name).order_by(Tool.name))}
    form = AsOfForm(request.args).asks(zone=zone(), now=at, tools=tools)
    shown, contested, status = None, [], 200
    if "version" in request.args and form.validate():
        try:
            found = service.as_of(session, _question(form, within), zone=zone(), at=form.at, known_at=at)
        except OfficerUnknown as error:
            form.officer.errors, status = [refusals.sentence(error)], 404
        except TrainingError as error:
            form.version.errors = [refusals.sentence(error)]
        else:
            shown = _shown(found, tools[form.tool.data], known_at=at, whole=within is None)
            contested = _contested(found.now.question.officer) if within is None else []
    if status == 200 and form.errors:
        status = 422
    page = render_template("as_of/page.html", form=form, shown=shown, contested=contested, zone=zone().key)
    return page, status


def _contested(number: str) -> list[dict[str, str]]:
    """Return what the officer says is wrong in their record, until it is answered."""
    person = people.by_number(reading_session(), number)
    return [] if person is None else rectification_pages.contested(person.id)


def _question(form: AsOfForm, within: Collection[int] | None) -> Question:
    """:raises OfficerUnknown: if nobody has the number, or not in these units."""
    session = reading_session()
    number = service.number_of(session, form.officer.data)
    if within is not None and units.person_in(session, within, number, at=form.now) is None:
        raise OfficerUnknown(form.officer.data)
    return Question(
        number,
        form.tool.data,
        form.version.data,
        purpose=form.purpose.data or None,
        crime_type=form.crime_type.data or None,
        circumstance=form.circumstance.data or None,
        authorisation=form.authorisation,
    )


def _shown(found: AsOf, tool: str, *, known_at: datetime, whole: bool) -> Shown:
    question, at = found.then.question, found.then.at
    then = _answer(_("As it was known then"), _("From what was recorded by then."), found.then, tool)
    known_now = _("From what is recorded by %(when)s.", when=moment(known_at))
    again = _answer(_("As it is known now"), known_now, found.now, tool)
    seconds = bool(at.second)
    return Shown(
        when=_("%(moment)s (%(offset)s)", moment=moment(at, seconds=seconds), offset=offset_of(at, zone())),
        answers=[then, again],
        same=found.same,
        late=[
            {"kind": str(KINDS[one.kind]), "effective": moment(one.effective_at), "recorded": moment(one.recorded_at)}
            for one in found.late.counting
        ],
        others=found.late.others,
        evidence=url_for(".evidence", officer=question.officer, tool=question.tool) if whole else None,
    )


def _answer(title: str, known: str, decision: Decision, tool: str) -> Answer:
    return Answer(
        title=title,
        known=known,
        allowed=decision.allowed,
        badge=wording.badge(decision.badge),
        sentence=sentence_of_then(decision, officer=decision.question.officer, tool=tool),
        grounds=wording.grounds(decision, zone=zone()),
        last_day=wording.civil(decision.standing.last_day if decision.standing else None),
    )
