"""Reports as people see them: who reported, who handles them, who signs, and the oversight body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from training_app.models.people import Person, RetrainingOrder
from training_app.models.reports import (
    ReportDecision,
    ReportDecisionSignature,
    ReportStep,
    ReportText,
    ResultReport,
)
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules import reports as rule
from training_app.rules import tool_owners as owner_rule
from training_app.rules import wishes as wish_rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Role
from training_app.rules.reports import Acted, Bar, Deadlines, History, Late, ReportOutcome, State, StepKind, Terms
from training_app.rules.tool_owners import Naming
from training_app.services import accounts, report_handling, reports, tool_owners, wishes
from training_app.services.reports import Words
from training_app.services.second_signatures import names_of
from training_app.services.wishes import Wanted


@dataclass(frozen=True, slots=True)
class Row:
    """A report as a list shows it: of what was said nothing, of who said it nothing."""

    report: ResultReport
    tool: Tool
    version: ToolVersion
    state: State
    due: Deadlines
    late: tuple[Late, ...]
    handler_id: int | None
    handler: str
    """Name; empty where nobody has taken it."""
    free: bool
    """Open, and nobody has taken it who may handle it still."""
    closed_at: datetime | None
    bars: tuple[Bar, ...]
    """Of who looks, from handling it."""
    second_bars: tuple[Bar, ...]
    """Of who looks, from signing its end."""
    lacks_people: bool
    kept_for_id: int | None
    """The owner of the tool, who takes it first; ``None`` where any registrar may."""
    kept_for: str
    """Name."""
    kept_until: date
    """From that day on another may take it."""
    wishes: tuple[Wanted, ...]
    """For changed training."""
    late_wishes: tuple[Wanted, ...]
    """Those of them that wait for longer than they may."""

    @property
    def urgent(self) -> bool:
        """Whether somebody still bears what followed from the result."""
        return self.report.acted is Acted.STANDS and self.state is not State.CLOSED


def rows(session: Session, by: Person, *, terms: Terms, on: CivilInstant) -> list[Row]:
    """Return every report but the own ones of *by*: the overdue first, then by the day on which they are due."""
    mine = select(ReportText.report_id).where(ReportText.reported_by_id == by.id)
    found = session.scalars(select(ResultReport).where(ResultReport.id.not_in(mine)).order_by(ResultReport.id)).all()
    shown = _rows(session, found, by, terms=terms, on=on)
    first = [one for one in shown if one.state is not State.CLOSED]
    first.sort(key=lambda row: (not row.late, not row.urgent, row.due.close, row.report.id))
    return [*first, *(row for row in reversed(shown) if row.state is State.CLOSED)]


def row(session: Session, report_id: int, by: Person, *, terms: Terms, on: CivilInstant) -> Row | None:
    """Return one report; ``None`` where there is none, or it is *by*'s own, which another handles."""
    report = session.get(ResultReport, report_id)
    if report is None or reports.reporter_of(session, report_id) == by.id:
        return None
    return _rows(session, [report], by, terms=terms, on=on)[0]


def own_rows(session: Session, by: Person, *, terms: Terms, on: CivilInstant) -> list[Row]:
    """Return the reports that *by* made, the latest first."""
    return _rows(session, reports.own(session, by.id), by, terms=terms, on=on)


def own_row(session: Session, report_id: int, by: Person, *, terms: Terms, on: CivilInstant) -> Row | None:
    """Return one of the reports that *by* made, or ``None``."""
    report = session.get(ResultReport, report_id)
    if report is None or reports.reporter_of(session, report_id) != by.id:
        return None
    return _rows(session, [report], by, terms=terms, on=on)[0]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the rows of a list share."""

    by: Person
    terms: Terms
    on: CivilInstant
    registrars: frozenset[int]
    reporters: Mapping[int, int]
    """By the reports' ids."""
    namings: Mapping[int, Sequence[Naming]]
    """By the tools' ids."""
    wishes: Mapping[int, tuple[Wanted, ...]]
    """By the reports' ids."""


def _rows(session: Session, found: Sequence[ResultReport], by: Person, *, terms: Terms, on: CivilInstant) -> list[Row]:
    histories = reports.histories(session, found)
    versions = {one.id: one for one in session.scalars(select(ToolVersion))} if found else {}
    namings = tool_owners.namings(session, {versions[one.version_id].tool_id for one in found})
    said = session.execute(select(ReportText.report_id, ReportText.reported_by_id))
    wanted: dict[int, tuple[Wanted, ...]] = {}
    for wish in wishes.of_reports(session, histories.keys()):
        wanted[wish.report_id] = (*wanted.get(wish.report_id, ()), wish)
    seen = _Seen(
        by=by,
        terms=terms,
        on=on,
        registrars=report_handling.registrars(session, on=on),
        reporters={row.report_id: row.reported_by_id for row in said},
        namings=namings,
        wishes=wanted,
    )
    owners = {one.person for named in namings.values() for one in named}
    names = names_of(session, {one.handler for one in histories.values()} | owners)
    return [_row(one, histories[one.id], versions[one.version_id], seen, names) for one in found]


def _row(
    report: ResultReport, history: History, version: ToolVersion, seen: _Seen, names: Mapping[int | None, str]
) -> Row:
    on, terms, reporter = seen.on, seen.terms, seen.reporters.get(report.id)
    namings, wanted = seen.namings[version.tool_id], seen.wishes.get(report.id, ())
    known: dict[str, Any] = {"reported_by": reporter, "registrars": seen.registrars}
    owners = owner_rule.owners_between(namings, report.effective_at, on.instant)
    kept_for = owner_rule.kept_for(
        history,
        owner_rule.owner(namings, at=on.instant),
        urgent=report.acted is Acted.STANDS,
        terms=terms,
        on=on,
        **known,
    )
    return Row(
        report=report,
        tool=version.tool,
        version=version,
        state=rule.state(history),
        due=rule.deadlines(on.at(report.effective_at).day, terms),
        late=rule.late(history, terms, on=on),
        handler_id=history.handler,
        handler=names.get(history.handler, ""),
        free=history.closed_at is None and history.handler not in seen.registrars,
        closed_at=history.closed_at,
        bars=rule.bars(seen.by.id, **known),
        second_bars=rule.second_bars(seen.by.id, history, owners=owners, **known),
        lacks_people=rule.lacks_people(history, owners=owners, **known),
        kept_for_id=kept_for,
        kept_for=names.get(kept_for, ""),
        kept_until=owner_rule.kept_until(history, terms, on=on),
        wishes=wanted,
        late_wishes=tuple(one for one in wanted if wish_rule.is_late(one.wish, terms.training_days, on=on)),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the reports is to be said on the home page of who handles or oversees them."""

    to_acknowledge: int = 0
    to_sign: int = 0
    late: int = 0
    lacking: int = 0
    """For which a further registrar is needed."""
    late_wishes: int = 0
    """Wishes for changed training that wait for longer than they may, of closed reports too."""

    @property
    def anything(self) -> bool:
        return bool(self.to_acknowledge or self.to_sign or self.late or self.lacking or self.late_wishes)


def waiting(session: Session, by: Person, *, terms: Terms, on: CivilInstant) -> Waiting:
    """Count what waits, for *by* where only some may do it."""
    running = session.scalars(select(ResultReport).where(~_closed()).order_by(ResultReport.id)).all()
    shown = [one for one in _rows(session, running, by, terms=terms, on=on) if Bar.REPORTED_IT not in one.bars]
    return Waiting(
        to_acknowledge=sum(one.state is State.RECEIVED and one.kept_for_id in (None, by.id) for one in shown),
        to_sign=sum(one.state is State.DECIDED and not one.second_bars for one in shown),
        late=sum(bool(one.late) for one in shown),
        lacking=sum(one.lacks_people for one in shown),
        late_wishes=_late_wishes(session, by, terms=terms, on=on),
    )


def _late_wishes(session: Session, by: Person, *, terms: Terms, on: CivilInstant) -> int:
    mine = {one.id for one in reports.own(session, by.id)}
    waiting = [one for one in wishes.waiting(session) if one.report_id not in mine]
    return sum(wish_rule.is_late(one.wish, terms.training_days, on=on) for one in waiting)


def _closed() -> ColumnElement[bool]:
    return exists().where(
        ReportDecision.report_id == ResultReport.id, ReportDecisionSignature.decision_id == ReportDecision.id
    )


def questions(session: Session, person_id: int) -> list[int]:
    """Return the numbers of the person's own reports on which they are asked something."""
    found = reports.own(session, person_id)
    histories = reports.histories(session, found)
    return [one.id for one in found if rule.state(histories[one.id]) is State.ASKED]


# -- one report --------------------------------------------------------------------------------------------------------


def reads_words(session: Session, row: Row, by: Person, *, on: CivilInstant) -> bool:
    """Tell whether *by* reads what was said: its handler, who signs or signed its end, and the oversight body."""
    if Role.OVERSIGHT in accounts.roles_of(session, by.id, at=on.instant):
        return True
    if row.handler_id == by.id and not row.bars:
        return True
    if row.state is State.DECIDED:
        return not row.second_bars
    signed = (
        select(ReportDecisionSignature.id)
        .join(ReportDecision, ReportDecision.id == ReportDecisionSignature.decision_id)
        .where(ReportDecision.report_id == row.report.id, ReportDecisionSignature.recorded_by_id == by.id)
    )
    return session.scalars(signed).first() is not None


def reporter_for(session: Session, row: Row, words: Words | None, by: Person) -> str:
    """Return who reported, to its handler alone; to anybody else the name is empty."""
    if words is None or row.handler_id != by.id or row.bars:
        return ""
    return session.get_one(Person, words.report.reported_by_id).name


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a report with what it names."""

    id: int
    kind: StepKind
    at: datetime
    by: str
    text: str
    """Empty where it has no words, or they are not for who looks."""
    version: str
    """Of a suspension."""
    officer: str
    """Of a retraining order: name and service number."""
    officer_number: str
    module: str
    reference: str
    told_on: date | None


def steps(session: Session, report: ResultReport, words: Words | None) -> list[StepShown]:
    """Return the steps of a report in their order."""
    author, officer = aliased(Person), aliased(Person)
    found = session.execute(
        select(ReportStep, author.name, ToolVersion.label, officer)
        .outerjoin(author, author.id == ReportStep.recorded_by_id)
        .outerjoin(VersionFact, VersionFact.id == ReportStep.suspension_id)
        .outerjoin(ToolVersion, ToolVersion.id == VersionFact.version_id)
        .outerjoin(RetrainingOrder, RetrainingOrder.id == ReportStep.order_id)
        .outerjoin(officer, officer.id == RetrainingOrder.officer_id)
        .where(ReportStep.report_id == report.id)
        .order_by(ReportStep.number)
    )
    said = words.steps if words is not None else {}
    return [
        StepShown(
            id=step.id,
            kind=step.kind,
            at=step.effective_at,
            by=name or "",
            text=said.get(step.id, ""),
            version=label or "",
            officer="" if retrained is None else f"{retrained.name}, {retrained.service_number}",
            officer_number="" if retrained is None else retrained.service_number,
            module=step.module or "",
            reference=step.reference or "",
            told_on=step.told_on,
        )
        for step, name, label, retrained in found
    ]


@dataclass(frozen=True, slots=True)
class EndShown:
    """A decision on a report, and its signature."""

    id: int
    outcome: ReportOutcome
    told: str
    published: str
    by: str
    at: datetime
    signed_by: str
    signed_at: datetime | None
    sent_back: bool


def ends(session: Session, report: ResultReport) -> list[EndShown]:
    """Return the decisions on a report in their order; the last may wait for its signature."""
    author, second = aliased(Person), aliased(Person)
    found = session.execute(
        select(ReportDecision, author.name, ReportDecisionSignature.effective_at, second.name, ReportStep.id)
        .join(author, author.id == ReportDecision.recorded_by_id)
        .outerjoin(ReportDecisionSignature, ReportDecisionSignature.decision_id == ReportDecision.id)
        .outerjoin(second, second.id == ReportDecisionSignature.recorded_by_id)
        .outerjoin(ReportStep, ReportStep.decision_id == ReportDecision.id)
        .where(ReportDecision.report_id == report.id)
        .order_by(ReportDecision.number)
    )
    return [
        EndShown(
            id=decided.id,
            outcome=decided.outcome,
            told=decided.told,
            published=decided.published or "",
            by=name,
            at=decided.effective_at,
            signed_by=second_name or "",
            signed_at=signed_at,
            sent_back=back is not None,
        )
        for decided, name, signed_at, second_name, back in found
    ]
