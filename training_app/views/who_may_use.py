"""Who may use one version of one tool now, and who may not, each with the reason: a page and a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from training_app import csv_files, wording
from training_app.db import reading_session
from training_app.forms.units import MAY, MAY_NOT, WhoMayUseForm, chosen
from training_app.rules import versions
from training_app.rules.access import Decision, Question
from training_app.rules.civil_time import CivilInstant
from training_app.rules.outlook import OF_ONE_USE, usable
from training_app.rules.purposes import permitted_purposes
from training_app.services import access_outlook, unit_officer
from training_app.services.unit_desk import KnownTool, Tools
from training_app.services.units import Member
from training_app.views import unit_lists
from training_app.views.pages import Page
from training_app.wording import seats as words

OFFICERS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The version asked about, with the answer for everybody: who may use it first, by name."""

    form: WhoMayUseForm
    tool: KnownTool
    question: Question
    purposes: Mapping[str, str]
    """Names of the purposes for which the tool may be used, by code."""
    answers: list[tuple[Member, Decision]]

    @property
    def may(self) -> int:
        return sum(usable(decision) for _member, decision in self.answers)

    @property
    def shown(self) -> list[tuple[Member, Decision]]:
        wanted = {MAY: {True}, MAY_NOT: {False}}.get(self.form.show.data, {True, False})
        return [(member, decision) for member, decision in self.answers if usable(decision) in wanted]

    @property
    def states_purpose(self) -> bool:
        """Whether each use is asked to state a purpose that was not chosen here."""
        return self.tool.facts.purpose_required and self.question.purpose is None

    @property
    def states_more(self) -> bool:
        """Whether each use is asked for crime type, circumstance or authorisation, by the agency's guideline."""
        return self.question.purpose is not None and any(
            OF_ONE_USE.intersection(decision.grounds) for _member, decision in self.answers
        )


def page(whose: str, members: Sequence[Member], tools: Tools, *, on: CivilInstant, file: str) -> ResponseReturnValue:
    """Show the answers for *members*; *whose* names them, *file* is the endpoint of the same list to download."""
    asked = _asked(members, tools, on)
    listed: Page[tuple[Member, Decision]] = Page.of(asked.shown if asked else [], size=OFFICERS_A_PAGE)
    return render_template(
        "supervisor/who_may_use.html",
        whose=whose,
        asked=asked,
        form=asked.form if asked else None,
        listed=[unit_lists.told(*one, zone=on.zone) for one in listed.items],
        page=listed,
        file=file,
        today=wording.civil(on.day),
    )


def file(members: Sequence[Member], tools: Tools, *, on: CivilInstant) -> Response:
    """Return the same list, every row of it, to download."""
    asked = _asked(members, tools, on)
    name = f"who-may-use-{asked.tool.row.slug}" if asked else "who-may-use"
    rows = unit_lists.who_rows(asked.shown, asked.tool.name, zone=on.zone) if asked else ()
    return csv_files.response(f"{name}-{on.day.isoformat()}.csv", unit_lists.who_header(), rows)


def _asked(members: Sequence[Member], tools: Tools, on: CivilInstant) -> Asked | None:
    """Return what the address asks about, the first tool and its newest version where it does not say.

    ``None`` where no tool is in use.
    """
    used = {slug: labels for slug, tool in tools.items() if (labels := versions.in_use(tool.facts, at=on.instant))}
    if not used:
        return None
    session, form = reading_session(), WhoMayUseForm(request.args)
    form.tool.choices = [SelectChoice(slug, tools[slug].name) for slug in used]
    tool = tools[chosen(form.tool, next(iter(used)))]
    labels = used[tool.row.slug]
    form.version.choices = [SelectChoice(label, label) for label in reversed(labels)]
    newest = versions.newest_in_use(tool.facts, at=on.instant) or labels[-1]
    version = chosen(form.version, newest)
    names = unit_officer.purpose_names(session, {tool.row.slug: tool})[tool.row.slug]
    purposes = {code: words.purpose(code, names) for code in permitted_purposes(tool.facts, at=on.instant)}
    form.purpose.choices = [
        SelectChoice("", _("Any")),
        *(SelectChoice(code, name) for code, name in purposes.items()),
    ]
    question = Question("", tool.row.slug, version, purpose=chosen(form.purpose, "") or None)
    chosen(form.show, "all")
    answers = access_outlook.who_may_use(session, members, tool.facts, version, question.purpose, on=on)
    return Asked(form, tool, question, purposes, sorted(answers, key=lambda one: not usable(one[1])))
