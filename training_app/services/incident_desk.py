"""Incidents as people see them: whoever reported, the oversight body, and registrars who are asked for a statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.incidents import Incident, IncidentStep
from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.rules import incidents as rule
from training_app.rules import reports as cases
from training_app.rules.civil_time import CivilInstant
from training_app.rules.incidents import Bar, History, Outcome, SpamSign, State, StepKind
from training_app.rules.reports import Deadlines, Late, Terms
from training_app.services import incident_handling, incidents
from training_app.services.incidents import Words
from training_app.services.second_signatures import names_of


@dataclass(frozen=True, slots=True)
class Row:
    """An incident as a list shows it: of what was written nothing."""

    incident: Incident
    tool: Tool | None
    """That it is about, as far as anybody knows."""
    state: State
    due: Deadlines
    late: tuple[Late, ...]
    handler_id: int | None
    handler: str
    """Name; empty where nobody has taken it."""
    closed_at: datetime | None
    outcome: Outcome | None
    statement_asked: bool
    possible: frozenset[StepKind]

    @property
    def ended(self) -> bool:
        return self.state in rule.ENDED


def rows(session: Session, *, terms: Terms, on: CivilInstant) -> list[Row]:
    """Return every incident: the overdue first, then by the day on which they are due, those that ended last."""
    shown = _rows(session, session.scalars(select(Incident).order_by(Incident.id)).all(), terms=terms, on=on)
    first = [one for one in shown if not one.ended]
    first.sort(key=lambda row: (not row.late, row.due.close, row.incident.id))
    return [*first, *(row for row in reversed(shown) if row.ended)]


def row(session: Session, incident: Incident, *, terms: Terms, on: CivilInstant) -> Row:
    return _rows(session, [incident], terms=terms, on=on)[0]


def _rows(session: Session, found: Sequence[Incident], *, terms: Terms, on: CivilInstant) -> list[Row]:
    known = incidents.histories(session, found)
    names = names_of(session, {one.handler for one in known.values()})
    tools = _tools(session, {one.about for one in known.values()})
    return [_row(one, known[one.id], names, tools, terms=terms, on=on) for one in found]


def _row(
    incident: Incident,
    history: History,
    names: dict[int | None, str],
    tools: dict[int | None, Tool],
    *,
    terms: Terms,
    on: CivilInstant,
) -> Row:
    return Row(
        incident=incident,
        tool=tools.get(history.about),
        state=rule.state(history),
        due=cases.deadlines(on.at(incident.effective_at).day, terms),
        late=cases.late(history, terms, on=on),
        handler_id=history.handler,
        handler=names.get(history.handler, ""),
        closed_at=history.closed_at,
        outcome=history.outcome,
        statement_asked=history.statement_asked,
        possible=rule.possible(history),
    )


def _tools(session: Session, ids: Collection[int | None]) -> dict[int | None, Tool]:
    named = [one for one in ids if one is not None]
    return {one.id: one for one in session.scalars(select(Tool).where(Tool.id.in_(named)))} if named else {}


def bars(session: Session, incident: Incident, by: Person, *, on: CivilInstant) -> tuple[Bar, ...]:
    """Return what keeps *by* from handling the incident, and from reading it; empty: nothing."""
    return incident_handling.bars(session, incidents.history_of(session, incident), by, on=on)


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of an incident with what it names."""

    kind: StepKind
    at: datetime
    by: str
    text: str
    """Empty where it has no words, or they were deleted."""
    signs: tuple[SpamSign, ...]
    outcome: Outcome | None
    tool: str
    published: str


def steps(session: Session, incident: Incident, words: Words | None) -> list[StepShown]:
    """Return the steps of an incident in their order."""
    found = session.execute(
        select(IncidentStep, Person.name, Tool.name)
        .outerjoin(Person, Person.id == IncidentStep.recorded_by_id)
        .outerjoin(Tool, Tool.id == IncidentStep.tool_id)
        .where(IncidentStep.incident_id == incident.id)
        .order_by(IncidentStep.number)
    )
    said = words.steps if words is not None else {}
    return [
        StepShown(
            kind=step.kind,
            at=step.effective_at,
            by=name or "",
            text=said.get(step.id, ""),
            signs=tuple(SpamSign(code) for code in step.signs or ()),
            outcome=step.outcome,
            tool=tool or "",
            published=step.published or "",
        )
        for step, name, tool in found
    ]


# -- for registrars ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """A statement that the agency is asked for: of the incident the summary, and how it ended."""

    incident_id: int
    tool: str
    """Name; empty where nobody knows it."""
    asked_at: datetime
    summary: str
    """Empty once its time is past."""
    given_at: datetime | None
    given_by: str
    statement: str
    open: bool
    """The statement can still be given."""
    outcome: Outcome | None


def requests(session: Session, *, terms: Terms, on: CivilInstant) -> list[Request]:
    """Return every statement that was asked for: those that wait first, the longest waiting before others."""
    asked = select(IncidentStep.incident_id).where(IncidentStep.kind == StepKind.STATEMENT_ASKED)
    found = session.scalars(select(Incident).where(Incident.id.in_(asked)).order_by(Incident.id)).all()
    every = [one for incident in found for one in requests_on(session, incident, terms=terms, on=on)]
    waiting = sorted((one for one in every if one.open), key=lambda one: one.asked_at)
    rest = sorted((one for one in every if not one.open), key=lambda one: one.asked_at, reverse=True)
    return [*waiting, *rest]


def requests_on(session: Session, incident: Incident, *, terms: Terms, on: CivilInstant) -> list[Request]:
    """Return the statements that were asked for on one incident, in their order."""
    history = incidents.history_of(session, incident)
    tool = incident_handling.tool_of(session, history)
    words = incidents.words_of(session, incident, months=terms.months, on=on)
    theirs = {StepKind.STATEMENT_ASKED, StepKind.STATEMENT_GIVEN}
    shown = [one for one in steps(session, incident, words) if one.kind in theirs]
    made = []
    for asked, given in pairwise([*shown, None]):
        if asked is None or asked.kind is StepKind.STATEMENT_GIVEN:
            continue
        made.append(
            Request(
                incident_id=incident.id,
                tool="" if tool is None else tool.name,
                asked_at=asked.at,
                summary=asked.text,
                given_at=given.at if given else None,
                given_by=given.by if given else "",
                statement=given.text if given else "",
                open=given is None and StepKind.STATEMENT_GIVEN in rule.possible(history),
                outcome=history.outcome,
            )
        )
    return made


def statements_waiting(session: Session) -> int:
    """Count the incidents on which the agency is asked for a statement."""
    known = incidents.histories(session, incidents.unended(session))
    return sum(StepKind.STATEMENT_GIVEN in rule.possible(one) for one in known.values())
