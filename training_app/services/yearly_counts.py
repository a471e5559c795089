"""What the yearly figures count by rows: the database counts, with one statement for all tools where that can be."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, exists, func, select, union
from sqlalchemy.orm import Session

from training_app.models.certification import Award, AwardEnd
from training_app.models.observed_practice import Checklist, ObservedPractice, ObservedPracticeSignature
from training_app.models.recorded import RecordedDecision
from training_app.models.rulings import NewMark
from training_app.models.tools import ImpactAssessment, RequirementSet, Tool, ToolVersion
from training_app.models.training import (
    Attempt,
    Familiarisation,
    Mode,
    RequirementFamiliarisation,
    Submission,
)
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.decision import Ground
from training_app.rules.facts import AwardEndKind, AwardKind, ToolFacts
from training_app.rules.incidents import Outcome
from training_app.rules.reports import ReportOutcome, Terms
from training_app.rules.yearly_figures import OPEN, Refused
from training_app.services import incidents, reports, retention

TERMS = Terms(acknowledge_working_days=1, close_days=1, months=1)
"""Deadlines of reports and incidents, which no figure here depends on."""


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year of the agency's zone."""

    number: int
    zone: ZoneInfo

    @property
    def start(self) -> CivilInstant:
        return CivilInstant(first_instant(date(self.number, 1, 1), self.zone), self.zone)

    @property
    def end(self) -> CivilInstant:
        """The first instant after it."""
        return CivilInstant(first_instant(date(self.number + 1, 1, 1), self.zone), self.zone)

    def is_over(self, *, at: datetime) -> bool:
        """Tell whether it is over by a day: whatever was under way at midnight is recorded by then."""
        return at >= first_instant(date(self.number + 1, 1, 2), self.zone)


def _in_year(fact: Any, year: Year, known_at: datetime) -> ColumnElement[bool]:
    """Return the condition that a *fact* took effect in the year and was recorded by *known_at*."""
    within: ColumnElement[bool] = (
        (fact.effective_at >= year.start.instant)
        & (fact.effective_at < year.end.instant)
        & (fact.recorded_at <= known_at)
    )
    return within


def trained(session: Session, tool: Tool, facts: ToolFacts, year: Year, known_at: datetime) -> int:
    """Count the officers who did something of what the tool asks; see `Figure.TRAINED`."""
    slugs = {slug for asked in facts.requirements for slug in (*asked.full, *asked.renewal, *asked.modules)}
    slugs |= {slug for finding in facts.assessments for slug in finding.modules}
    passed = (
        select(Submission.officer_id)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(Attempt.mode == Mode.ASSESSMENT, Submission.module.in_(sorted(slugs)))
    )
    anew = passed.join(NewMark, NewMark.submission_id == Submission.id)
    did: list[Select[int]] = [
        passed.where(Submission.passed, _in_year(Submission, year, known_at)),
        anew.where(NewMark.passed, ~Submission.passed, _in_year(NewMark, year, known_at)),
        select(Familiarisation.officer_id)
        .join(ImpactAssessment, ImpactAssessment.id == Familiarisation.assessment_id)
        .where(ImpactAssessment.tool_id == tool.id, _in_year(Familiarisation, year, known_at)),
        select(RequirementFamiliarisation.officer_id)
        .join(RequirementSet, RequirementSet.id == RequirementFamiliarisation.requirement_set_id)
        .join(ToolVersion, ToolVersion.id == RequirementSet.version_id)
        .where(ToolVersion.tool_id == tool.id, _in_year(RequirementFamiliarisation, year, known_at)),
        select(ObservedPractice.officer_id)
        .join(ObservedPracticeSignature, ObservedPracticeSignature.practice_id == ObservedPractice.id)
        .join(Checklist, Checklist.id == ObservedPractice.checklist_id)
        .join(ToolVersion, ToolVersion.id == Checklist.version_id)
        .where(
            ToolVersion.tool_id == tool.id,
            ObservedPractice.all_met,
            ObservedPracticeSignature.agreed,
            _in_year(ObservedPracticeSignature, year, known_at),
        ),
    ]
    officers = union(*did).subquery()
    return session.scalar(select(func.count()).select_from(officers)) or 0


def certified(session: Session, year: Year, known_at: datetime) -> dict[str, dict[AwardKind, int]]:
    """Count the officers with an award of the year that nobody voided, by tool and kind."""
    voided = exists().where(
        AwardEnd.award_id == Award.id, AwardEnd.kind == AwardEndKind.VOIDED, AwardEnd.recorded_at <= known_at
    )
    rows = session.execute(
        select(Tool.slug, Award.kind, func.count(Award.officer_id.distinct()))
        .select_from(Award)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .where(_in_year(Award, year, known_at), ~voided)
        .group_by(Tool.slug, Award.kind)
    )
    found: dict[str, dict[AwardKind, int]] = {}
    for slug, kind, officers in rows:
        found.setdefault(slug, {})[kind] = officers
    return found


def are_refusals_kept(session: Session, year: Year) -> bool:
    """Tell whether no decision of the year was let go: of a part of them nothing is counted."""
    kept_from = retention.kept_from(session)
    return kept_from is None or kept_from <= year.start.instant


def refused(session: Session, year: Year, known_at: datetime) -> dict[str, dict[Ground, Refused]]:
    """Count refusals, and the officers refused, by tool and ground: one reading of the year's decisions."""
    record = RecordedDecision
    # Before there were columns for it, the question alone told which tool was asked about.
    slug = func.coalesce(record.tool, record.question["tool"].as_string()).label("slug")
    of_array = "json_array_elements_text" if session.get_bind().dialect.name == "postgresql" else "json_each"
    ground = getattr(func, of_array)(record.grounds).table_valued("value", joins_implicitly=True)
    rows = session.execute(
        select(
            slug,
            ground.c.value.cast(String).label("ground"),
            func.count(),
            func.count(func.coalesce(record.officer_id, -record.id).distinct()),
        )
        .select_from(record)
        .where(_in_year(record, year, known_at), ~record.allowed, func.coalesce(record.within_reach, True))
        .group_by(slug, "ground")
    )
    found: dict[str, dict[Ground, Refused]] = {}
    for tool, code, decisions, officers in rows:
        found.setdefault(tool, {})[Ground(code)] = Refused(decisions, officers)
    return found


def outcomes_of_reports(session: Session, tool: Tool, year: Year, known_at: datetime) -> dict[str, int]:
    """Count the officers' reports received in the year by how they stood at its end."""
    period = reports.Period(year.start.instant, year.end.instant)
    found = reports.counts(session, tool, period, terms=TERMS, on=CivilInstant(known_at, year.zone))
    closed = {outcome.value: found.by_outcome[outcome] for outcome in ReportOutcome}
    return {**closed, OPEN: found.received - sum(closed.values())}


def outcomes_of_incidents(session: Session, tool: Tool, year: Year, known_at: datetime) -> dict[str, int]:
    """Count the incidents on the tool that citizens reported in the year by how they stood at its end."""
    found = _incidents(session, tool.id, year, known_at)
    closed = {outcome.value: found.by_outcome[outcome] for outcome in Outcome}
    return {**closed, OPEN: found.received - sum(closed.values())}


def incidents_without_tool(session: Session, year: Year, known_at: datetime) -> int:
    """Count the incidents of the year of which nobody could name the tool."""
    return _incidents(session, None, year, known_at).tool_unknown


def _incidents(session: Session, tool_id: int | None, year: Year, known_at: datetime) -> incidents.Counts:
    period = year.start.instant, year.end.instant
    return incidents.counts(session, tool_id, *period, terms=TERMS, on=CivilInstant(known_at, year.zone))
