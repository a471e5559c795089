"""The yearly report, made from the facts that were recorded by one instant; kept by the process that made it.

What goes by rows (passes, awards, refusals) is counted by the database, one statement for all tools where that can be.
What goes by rules (who had to retrain, who was in grace, who has access) is asked once for all officers alike.
"""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, exists, func, select, union
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd
from training_app.models.observed_practice import Checklist, ObservedPractice, ObservedPracticeSignature
from training_app.models.recorded import RecordedDecision
from training_app.models.rulings import NewMark
from training_app.models.tools import ImpactAssessment, RequirementSet, Tool, ToolCard, ToolVersion
from training_app.models.training import (
    Attempt,
    Familiarisation,
    Mode,
    RequirementFamiliarisation,
    Submission,
)
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.decision import Ground
from training_app.rules.facts import AwardEndKind, AwardKind, Facts, Prohibition, ToolFacts, as_known
from training_app.rules.reports import ReportOutcome, Terms
from training_app.rules.retrained import asked_by_release, later_occasions, newly_in_grace
from training_app.rules.signed_note import CheckpointText
from training_app.rules.yearly_figures import OPEN, Counted, Refused, Retraining, days_to_share, of_agency, of_tool
from training_app.rules.yearly_report import Report, ToolInYear
from training_app.services import emergencies, gather, journal, people_with_access, reports, retention
from training_app.services.concerned import Alike, concerned

FIRST_YEAR, LAST_YEAR = 2000, 9998
_TERMS = Terms(acknowledge_working_days=1, close_days=1, months=1)
"""Deadlines of reports, which no figure here depends on."""


class YearNotOver(TrainingError):
    def __init__(self, year: int) -> None:
        super().__init__(f"The figures of {year} are made once the year is over, from 2 January {year + 1} on.")
        self.year = year


class KnownTooEarly(TrainingError):
    def __init__(self, year: int) -> None:
        super().__init__(f"Figures of {year} are made from what was known at its end, or later, and not in the future.")
        self.year = year


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


def years(session: Session, zone: ZoneInfo, *, at: datetime) -> list[int]:
    """Return the years that there are figures of, the latest first: from the first in which a tool was in use."""
    released = [
        instant
        for facts in gather.tools(session).values()
        for instant in versions.first_releases(facts, at=at).values()
    ]
    if not released:
        return []
    first, last = (CivilInstant(one, zone).day.year for one in (min(released), at))
    return [year for year in range(last, first - 1, -1) if Year(year, zone).is_over(at=at)]


def report(
    session: Session,
    year: Year,
    *,
    agency: str,
    unpublished: Collection[str],
    at: datetime,
    known_at: datetime | None = None,
) -> Report:
    """Return the report of *year*: the same whenever it is made, as long as its records are kept.

    :param unpublished: slugs of tools that the agency may not name; see `config.Config.unpublished_tools`.
    :param known_at: default: the end of the year.
    :raises YearNotOver: on its last day and before; :raises KnownTooEarly: if *known_at* is before its end or to come.
    """
    if not FIRST_YEAR <= year.number <= LAST_YEAR or not year.is_over(at=at):
        raise YearNotOver(year.number)
    known = known_at or year.end.instant
    if not year.end.instant <= known <= at:
        raise KnownTooEarly(year.number)
    rows = {row.slug: row for row in session.scalars(select(Tool).order_by(Tool.name, Tool.id))}
    facts = {slug: one for slug, one in _known_tools(session, known).items() if _is_of(one, year)}
    told = [(rows[slug], facts[slug]) for slug in rows if slug in facts and slug not in unpublished]
    counted = _counted(session, told, year, known)
    grounds = [ground for ground in Ground if any(ground in (one.refused or ()) for one in counted.values())]
    of_tools = [row for tool, _facts in told for row in of_tool(tool.slug, counted[tool.slug], grounds=grounds)]
    return Report(
        agency=agency,
        zone=year.zone.key,
        year=year.number,
        start=year.start.instant,
        end=year.end.instant,
        known_at=known,
        complete=not any(slug in unpublished for slug in facts),
        refusals_kept=_are_refusals_kept(session, year),
        tools=tuple(_tool(session, tool, known) for tool, _facts in told),
        rows=(*of_agency(of_tools), *of_tools),
    )


def head_behind(session: Session, report: Report, *, origin: str) -> CheckpointText:
    """Return the head of the journal, named *origin*, that holds every fact the report was made from.

    :raises NothingSealed: while one of them waits to be sealed.
    """
    head = journal.head_holding(session, recorded_by=report.known_at)
    return CheckpointText(origin, head.size, bytes.fromhex(head.root))


def _known_tools(session: Session, known_at: datetime) -> dict[str, ToolFacts]:
    zone = ZoneInfo("UTC")
    found = {
        slug: as_known(Facts(zone=zone, tool=facts, officer=None), known_at).tool
        for slug, facts in gather.tools(session).items()
    }
    return {slug: facts for slug, facts in found.items() if facts is not None}


def _is_of(facts: ToolFacts, year: Year) -> bool:
    """Tell whether the tool was in use at some time of the year, or is prohibited at its end."""
    start, end = year.start.instant, _last_moment(year)
    if facts.effective_at > end:
        return False
    if versions.prohibition_of(facts, None, at=end) is not Prohibition.NONE:
        return True
    came = versions.first_releases(facts, at=end)
    return bool(versions.in_use(facts, at=start)) or any(instant >= start for instant in came.values())


def _last_moment(year: Year) -> datetime:
    return year.end.instant - timedelta(microseconds=1)


def _tool(session: Session, tool: Tool, known_at: datetime) -> ToolInYear:
    card = session.scalars(
        select(ToolCard)
        .where(ToolCard.tool_id == tool.id, ToolCard.recorded_at <= known_at)
        .order_by(ToolCard.revision.desc())
    ).first()
    if card is None:
        return ToolInYear(tool.slug, tool.name)
    return ToolInYear(tool.slug, tool.name, card.personal_data, card.special_categories, card.retention)


# -- counted -----------------------------------------------------------------------------------------------------------


def _counted(
    session: Session, tools: Iterable[tuple[Tool, ToolFacts]], year: Year, known_at: datetime
) -> dict[str, Counted]:
    certified = _certified(session, year, known_at)
    refused = _refused(session, year, known_at) if _are_refusals_kept(session, year) else None
    confirmed = {
        one.tool: one.confirmed
        for one in emergencies.counts(session, zone=year.zone, at=known_at)
        if one.year == year.number
    }
    return {
        tool.slug: _of_tool(
            session,
            tool,
            facts,
            year,
            known_at,
            certified=certified.get(tool.slug, {}),
            refused=None if refused is None else refused.get(tool.slug, {}),
            confirmed=confirmed.get(tool.slug, 0),
        )
        for tool, facts in tools
    }


def _of_tool(
    session: Session,
    tool: Tool,
    facts: ToolFacts,
    year: Year,
    known_at: datetime,
    *,
    certified: Mapping[AwardKind, int],
    refused: Mapping[Ground, Refused] | None,
    confirmed: int,
) -> Counted:
    groups = _known(concerned(session, facts, at=known_at, zone=year.zone), known_at, year.zone)
    in_use = versions.in_use(facts, at=year.end.instant)
    return Counted(
        trained=_trained(session, tool, facts, year, known_at),
        certified=certified,
        refused=refused,
        retraining=_retraining(groups, facts, year),
        later_graces=_later_graces(groups, facts, year),
        emergencies=confirmed,
        reports=_reports(session, tool, year, known_at),
        with_access=people_with_access.count_among(groups, facts, on=year.end) if in_use else None,
    )


def _known(groups: Iterable[Alike], known_at: datetime, zone: ZoneInfo) -> list[Alike]:
    """Return *groups* with what was recorded about them by *known_at*."""
    found = []
    for group in groups:
        known = as_known(Facts(zone=zone, tool=None, officer=group.facts), known_at).officer
        if known is not None:
            found.append(Alike(known, group.people))
    return found


def _in_year(fact: Any, year: Year, known_at: datetime) -> ColumnElement[bool]:
    """Return the condition that a *fact* took effect in the year and was recorded by *known_at*."""
    within: ColumnElement[bool] = (
        (fact.effective_at >= year.start.instant)
        & (fact.effective_at < year.end.instant)
        & (fact.recorded_at <= known_at)
    )
    return within


def _trained(session: Session, tool: Tool, facts: ToolFacts, year: Year, known_at: datetime) -> int:
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


def _certified(session: Session, year: Year, known_at: datetime) -> dict[str, dict[AwardKind, int]]:
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


def _are_refusals_kept(session: Session, year: Year) -> bool:
    """Tell whether no decision of the year was let go: of a part of them nothing is counted."""
    kept_from = retention.kept_from(session)
    return kept_from is None or kept_from <= year.start.instant


def _refused(session: Session, year: Year, known_at: datetime) -> dict[str, dict[Ground, Refused]]:
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


def _retraining(groups: Iterable[Alike], facts: ToolFacts, year: Year) -> list[Retraining]:
    """Return how the officers retrained for each version that came out in the year, or in the one before and was not
    yet done by then."""
    groups, before = list(groups), Year(year.number - 1, year.zone)
    found = []
    for label, released in versions.first_releases(facts, at=_last_moment(year)).items():
        here = versions.version(facts, label, at=released)
        if here is None or here.predecessor is None or released < before.start.instant:
            continue
        of_before = released < year.start.instant
        if of_before and days_to_share(_asked(groups, facts, label, released, before.end).days) is not None:
            continue
        found.append(_asked(groups, facts, label, released, year.end))
    return found


def _asked(groups: Iterable[Alike], facts: ToolFacts, label: str, released: datetime, end: CivilInstant) -> Retraining:
    days: list[int | None] = []
    in_grace = 0
    for group in groups:
        asked = asked_by_release(group.facts, facts, label, release=end.at(released), end=end)
        if asked is not None:
            days += [asked.days] * len(group.people)
            in_grace += len(group.people) * asked.in_grace
    return Retraining(label, days, in_grace)


def _later_graces(groups: Iterable[Alike], facts: ToolFacts, year: Year) -> dict[str, int]:
    groups = list(groups)
    return {
        f"{label}, {on.day.isoformat()}": sum(
            len(group.people) for group in groups if newly_in_grace(group.facts, facts, label, on=on)
        )
        for label, on in later_occasions(facts, start=year.start, end=year.end)
    }


def _reports(session: Session, tool: Tool, year: Year, known_at: datetime) -> dict[str, int]:
    """Count the reports received in the year by how they stood at its end."""
    period = reports.Period(year.start.instant, year.end.instant)
    counts = reports.counts(session, tool, period, terms=_TERMS, on=CivilInstant(known_at, year.zone))
    closed = {outcome.value: counts.by_outcome[outcome] for outcome in ReportOutcome}
    return {**closed, OPEN: counts.received - sum(closed.values())}


# -- kept --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class YearlyReports:
    """What one process has made, so that pages open to everybody cost the same however often they are asked."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: dict[tuple[int, bool], Report] = field(default_factory=dict)
    _heads: dict[tuple[int, str], CheckpointText] = field(default_factory=dict)

    def of(self, session: Session, year: Year, *, agency: str, unpublished: Collection[str], at: datetime) -> Report:
        """Return the report as known at the year's end; who asks meanwhile waits for the one who counts.

        :raises YearNotOver: see `report`.
        """
        if not FIRST_YEAR <= year.number <= LAST_YEAR or not year.is_over(at=at):
            raise YearNotOver(year.number)
        key = year.number, _are_refusals_kept(session, year)
        with self._lock:
            if key not in self._made:
                self._made[key] = report(session, year, agency=agency, unpublished=unpublished, at=at)
            return self._made[key]

    def head_behind(self, session: Session, report: Report, *, origin: str) -> CheckpointText:
        """Return the head of the journal behind a report that `of` gave: see `head_behind`; it never changes."""
        with self._lock:
            if (report.year, origin) not in self._heads:
                self._heads[report.year, origin] = head_behind(session, report, origin=origin)
            return self._heads[report.year, origin]
