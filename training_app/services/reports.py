"""Officers' reports of wrong or biased results: made in confidence, read back with all that was done, counted.

What was said, and who said it, stand in `ReportText` and `ReportStepText` alone, until their time is past; then `purge`
deletes them.  Handling is in `report_handling`, what the desks show in `report_desk`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person, RetrainingOrder
from training_app.models.reports import (
    AnsweredReport,
    ReportDecision,
    ReportDecisionSignature,
    ReportStep,
    ReportStepText,
    ReportText,
    ResultReport,
)
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSetSignature,
    Tool,
    ToolVersion,
)
from training_app.models.wishes import AskedAfterReport
from training_app.rules import reports as rule
from training_app.rules import wishes as wish_rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.kept_texts import text_is_shown
from training_app.rules.reports import Acted, Group, History, Problem, ReportOutcome, StepKind, Terms
from training_app.rules.wishes import Wish, WishState
from training_app.services import wishes
from training_app.services.locks import one_at_a_time

IDS_AT_ONCE = 1000

K = TypeVar("K", bound=StrEnum)


class NothingToReportOn(TrainingError):
    def __init__(self) -> None:
        super().__init__("This version is not registered. Choose another.")


@dataclass(frozen=True, slots=True)
class Said:
    """A report as it is made."""

    version_id: int
    problem: Problem
    acted: Acted
    groups: tuple[Group, ...]
    happened: str
    done_instead: str
    which_group: str | None = None


# -- made --------------------------------------------------------------------------------------------------------------


def report(session: Session, said: Said, *, at: datetime, by: Person) -> tuple[ResultReport, bool]:
    """Record a report, in nobody's name; return it, and whether it is new.

    The same words of the same person about the same version are one report, until it is closed.

    :raises NothingToReportOn: if there is no such version.
    """
    if session.get(ToolVersion, said.version_id) is None:
        raise NothingToReportOn
    one_at_a_time(session, "person", by.id)
    there = session.scalars(
        select(ResultReport)
        .join(ReportText, ReportText.report_id == ResultReport.id)
        .where(
            ReportText.reported_by_id == by.id,
            ReportText.happened == said.happened,
            ResultReport.version_id == said.version_id,
        )
        .order_by(ResultReport.id.desc())
    ).first()
    if there is not None and history_of(session, there).closed_at is None:
        return there, False
    fact = ResultReport(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=None,
        version_id=said.version_id,
        problem=said.problem,
        acted=said.acted,
        groups=[group.value for group in said.groups],
    )
    session.add(fact)
    session.flush()
    session.add(
        ReportText(
            report_id=fact.id,
            reported_by_id=by.id,
            happened=said.happened,
            done_instead=said.done_instead,
            which_group=said.which_group or None,
        )
    )
    session.flush()
    return fact, True


# -- read --------------------------------------------------------------------------------------------------------------


def history_of(session: Session, report: ResultReport) -> History:
    return histories(session, [report])[report.id]


def histories(session: Session, reports: Sequence[ResultReport]) -> dict[int, History]:
    """Return what was done about each of *reports*, by their ids; a fixed number of statements for each thousand."""
    steps: dict[int, list[rule.Step]] = {one.id: [] for one in reports}
    decisions: dict[int, list[rule.Decision]] = {one.id: [] for one in reports}
    ids = sorted(steps)
    for first in range(0, len(ids), IDS_AT_ONCE):
        chunk = ids[first : first + IDS_AT_ONCE]
        sent_back = set()
        for step in session.scalars(
            select(ReportStep).where(ReportStep.report_id.in_(chunk)).order_by(ReportStep.number)
        ):
            steps[step.report_id].append(rule.Step(step.kind, step.effective_at, step.recorded_by_id))
            sent_back.add(step.decision_id)
        rows = session.execute(
            select(ReportDecision, ReportDecisionSignature.effective_at)
            .outerjoin(ReportDecisionSignature, ReportDecisionSignature.decision_id == ReportDecision.id)
            .where(ReportDecision.report_id.in_(chunk))
            .order_by(ReportDecision.number)
        )
        for decided, signed_at in rows:
            decisions[decided.report_id].append(
                rule.Decision(decided.effective_at, decided.recorded_by_id or 0, decided.id in sent_back, signed_at)
            )
    return {one.id: History(one.effective_at, tuple(steps[one.id]), tuple(decisions[one.id])) for one in reports}


def reporter_of(session: Session, report_id: int) -> int | None:
    """Return who reported; ``None`` once the words were deleted."""
    return session.scalar(select(ReportText.reported_by_id).where(ReportText.report_id == report_id))


def own(session: Session, person_id: int) -> Sequence[ResultReport]:
    """Return the reports that the person made and whose words are still there, the latest first."""
    return session.scalars(
        select(ResultReport)
        .join(ReportText, ReportText.report_id == ResultReport.id)
        .where(ReportText.reported_by_id == person_id)
        .order_by(ResultReport.id.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class Words:
    """What was said about a report, while it may be shown."""

    report: ReportText
    steps: Mapping[int, str]
    """By the id of the step."""


def words_of(session: Session, report: ResultReport, *, months: int, on: CivilInstant) -> Words | None:
    """Return what was said, to whom it may be shown; ``None`` when its time is past, deleted or not."""
    if not text_is_shown(history_of(session, report).closed_at, months, on=on):
        return None
    said = session.get(ReportText, report.id)
    if said is None:
        return None
    rows = session.execute(
        select(ReportStepText.step_id, ReportStepText.text)
        .join(ReportStep, ReportStep.id == ReportStepText.step_id)
        .where(ReportStep.report_id == report.id)
    )
    return Words(said, {row.step_id: row.text for row in rows})


@dataclass(frozen=True, slots=True)
class NamedBy:
    """An assessment that names a report."""

    assessment: ImpactAssessment
    signed_at: datetime | None


def named_by(session: Session, report: ResultReport) -> list[NamedBy]:
    """Return the assessments that name the report, the earliest first."""
    rows = session.execute(
        select(ImpactAssessment, AssessmentSignature.effective_at)
        .join(AnsweredReport, AnsweredReport.assessment_id == ImpactAssessment.id)
        .outerjoin(AssessmentSignature, AssessmentSignature.assessment_id == ImpactAssessment.id)
        .where(AnsweredReport.report_id == report.id)
        .order_by(ImpactAssessment.id)
    )
    return [NamedBy(assessment, signed_at) for assessment, signed_at in rows]


def answered(session: Session) -> frozenset[int]:
    """Return the ids of the reports that a signed assessment names."""
    signed = select(AnsweredReport.report_id).join(
        AssessmentSignature, AssessmentSignature.assessment_id == AnsweredReport.assessment_id
    )
    return frozenset(session.scalars(signed))


def answered_by(session: Session, assessment: ImpactAssessment) -> Sequence[ResultReport]:
    """Return the reports that the assessment names."""
    return session.scalars(
        select(ResultReport)
        .join(AnsweredReport, AnsweredReport.report_id == ResultReport.id)
        .where(AnsweredReport.assessment_id == assessment.id)
        .order_by(ResultReport.id)
    ).all()


def of_tool(session: Session, tool: Tool) -> Sequence[ResultReport]:
    """Return every report on any version of the tool, the earliest first."""
    return session.scalars(
        select(ResultReport)
        .join(ToolVersion, ToolVersion.id == ResultReport.version_id)
        .where(ToolVersion.tool_id == tool.id)
        .order_by(ResultReport.id)
    ).all()


def sources_of_orders(session: Session, officer_id: int) -> dict[int, int]:
    """Return the number of the report that each retraining order of the officer came of, by the order's id."""
    rows = session.execute(
        select(ReportStep.order_id, ReportStep.report_id)
        .join(RetrainingOrder, RetrainingOrder.id == ReportStep.order_id)
        .where(RetrainingOrder.officer_id == officer_id)
    )
    return {row.order_id: row.report_id for row in rows if row.order_id is not None}


# -- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """From *start*, inclusive, up to *end*, exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """Reports on one tool that were received within a period, and how they stood at its end."""

    received: int
    by_problem: Mapping[Problem, int]
    by_group: Mapping[Group, int]
    """A report may name several groups, or none."""
    acknowledged: int
    acknowledged_in_time: int
    closed: int
    closed_in_time: int
    by_outcome: Mapping[ReportOutcome, int]
    suspensions: int
    retraining_orders: int
    provider_notices: int
    named_by_assessments: int
    """Reports that a signed assessment names."""
    training_wanted: int
    """Wishes for changed training."""
    training_changed: int
    """Those of them that a published revision answers."""
    training_declined: int
    asked_of_officers: int
    """Reports that a signed requirement set names, which asks certified officers for something because of them."""


def counts(session: Session, tool: Tool, period: Period, *, terms: Terms, on: CivilInstant) -> Counts:
    """Count the tool's reports of *period*, as known at its end or now, whichever is earlier.

    The figures may be small enough to tell about a person; whoever publishes them suppresses small cells.

    :param on: now, and the agency's zone.
    """
    until = min(period.end, on.instant)
    reports = [one for one in of_tool(session, tool) if period.start <= one.effective_at < period.end]
    known = {key: _until(history, until) for key, history in histories(session, reports).items()}
    done = Counter(step.kind for history in known.values() for step in history.steps)
    wanted = Counter(wish_rule.state(one) for one in _wishes(session, known.keys(), until))
    return Counts(
        received=len(reports),
        by_problem=_each(Problem, Counter(one.problem for one in reports)),
        by_group=_each(Group, Counter(Group(code) for one in reports for code in one.groups)),
        acknowledged=sum(one.acknowledged_at is not None for one in known.values()),
        acknowledged_in_time=sum(rule.acknowledged_in_time(one, terms, on=on) for one in known.values()),
        closed=sum(one.closed_at is not None for one in known.values()),
        closed_in_time=sum(rule.closed_in_time(one, terms, on=on) for one in known.values()),
        by_outcome=_each(ReportOutcome, Counter(_outcomes(session, tool, known.keys(), until))),
        suspensions=done[StepKind.SUSPENDED],
        retraining_orders=done[StepKind.RETRAINING],
        provider_notices=done[StepKind.PROVIDER],
        named_by_assessments=_named(session, known.keys(), until),
        training_wanted=wanted.total(),
        training_changed=wanted[WishState.ANSWERED],
        training_declined=wanted[WishState.DECLINED],
        asked_of_officers=_asked(session, known.keys(), until),
    )


def _until(history: History, until: datetime) -> History:
    """Return the history as it was known before *until*."""
    decisions = tuple(
        rule.Decision(one.at, one.by, one.sent_back, one.signed_at if one.signed_at and one.signed_at < until else None)
        for one in history.decisions
        if one.at < until
    )
    return History(history.received_at, tuple(one for one in history.steps if one.at < until), decisions)


def _each(kinds: type[K], counted: Counter[K]) -> dict[K, int]:
    return {kind: counted[kind] for kind in kinds}


def _outcomes(session: Session, tool: Tool, ids: Collection[int], until: datetime) -> list[ReportOutcome]:
    rows = session.execute(
        select(ReportDecision.report_id, ReportDecision.outcome)
        .join(ReportDecisionSignature, ReportDecisionSignature.decision_id == ReportDecision.id)
        .join(ResultReport, ResultReport.id == ReportDecision.report_id)
        .join(ToolVersion, ToolVersion.id == ResultReport.version_id)
        .where(ToolVersion.tool_id == tool.id, ReportDecisionSignature.effective_at < until)
    )
    return [row.outcome for row in rows if row.report_id in ids]


def _named(session: Session, ids: Collection[int], until: datetime) -> int:
    rows = session.scalars(
        select(AnsweredReport.report_id)
        .join(AssessmentSignature, AssessmentSignature.assessment_id == AnsweredReport.assessment_id)
        .where(AssessmentSignature.effective_at < until)
    )
    return len(set(rows) & set(ids))


def _asked(session: Session, ids: Collection[int], until: datetime) -> int:
    rows = session.scalars(
        select(AskedAfterReport.report_id)
        .join(
            RequirementSetSignature, RequirementSetSignature.requirement_set_id == AskedAfterReport.requirement_set_id
        )
        .where(RequirementSetSignature.effective_at < until)
    )
    return len(set(rows) & set(ids))


def _wishes(session: Session, ids: Collection[int], until: datetime) -> list[Wish]:
    found = wishes.of_reports(session, ids)
    return [wish_rule.known(one.wish, until) for one in found if one.wish.wanted_at < until]


@dataclass(frozen=True, slots=True)
class Published:
    """What the public may read of a report."""

    version: str
    closed_at: datetime
    sentence: str


def published(session: Session, tool: Tool) -> list[Published]:
    """Return the sentences for the public on the tool's reports, the latest first; of the others nothing."""
    rows = session.execute(
        select(ToolVersion.label, ReportDecisionSignature.effective_at, ReportDecision.published)
        .join(ResultReport, ResultReport.version_id == ToolVersion.id)
        .join(ReportDecision, ReportDecision.report_id == ResultReport.id)
        .join(ReportDecisionSignature, ReportDecisionSignature.decision_id == ReportDecision.id)
        .where(ToolVersion.tool_id == tool.id, ReportDecision.published.is_not(None))
        .order_by(ReportDecisionSignature.id.desc())
    )
    return [Published(row.label, row.effective_at, row.published or "") for row in rows]


# -- deleted -----------------------------------------------------------------------------------------------------------


def purge(session: Session, *, months: int, on: CivilInstant) -> int:
    """Delete the words whose time is over, with who reported, and return of how many reports.

    What a wish for changed training is to teach, which a registrar wrote for authors, stays until the wish has ended.
    """
    closed = session.execute(
        select(ReportDecision.report_id, ReportDecisionSignature.recorded_at)
        .join(ReportDecisionSignature, ReportDecisionSignature.decision_id == ReportDecision.id)
        .where(or_(_has_text(), _has_step_text()))
    )
    over = [row.report_id for row in closed if not text_is_shown(row.recorded_at, months, on=on)]
    waiting = [one.id for one in wishes.waiting(session)]
    deleted = 0
    for first in range(0, len(over), IDS_AT_ONCE):
        chunk = over[first : first + IDS_AT_ONCE]
        steps = select(ReportStep.id).where(ReportStep.report_id.in_(chunk), ReportStep.id.not_in(waiting))
        session.execute(delete(ReportStepText).where(ReportStepText.step_id.in_(steps)))
        gone = delete(ReportText).where(ReportText.report_id.in_(chunk)).returning(ReportText.report_id)
        deleted += len(session.scalars(gone).all())
    return deleted


def _has_text() -> ColumnElement[bool]:
    return exists().where(ReportText.report_id == ReportDecision.report_id)


def _has_step_text() -> ColumnElement[bool]:
    return exists().where(ReportStep.report_id == ReportDecision.report_id, ReportStepText.step_id == ReportStep.id)
