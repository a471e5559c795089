"""The yearly report, made from the facts that were recorded by one instant; kept by the process that made it.

What goes by rows (passes, awards, refusals, reports) is counted in `yearly_counts`.  What goes by rules (who had to
retrain, who was in grace, who has access) is asked once for all officers alike.
"""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.tools import Tool, ToolCard
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant
from training_app.rules.decision import Ground
from training_app.rules.facts import AwardKind, Facts, Prohibition, ToolFacts, as_known
from training_app.rules.retrained import asked_by_release, later_occasions, newly_in_grace
from training_app.rules.signed_note import CheckpointText
from training_app.rules.yearly_figures import Counted, Refused, Retraining, days_to_share, of_agency, of_tool
from training_app.rules.yearly_report import Report, ToolInYear
from training_app.services import emergencies, gather, journal, people_with_access
from training_app.services import yearly_counts as counts
from training_app.services.concerned import Alike, concerned
from training_app.services.yearly_counts import Year

FIRST_YEAR, LAST_YEAR = 2000, 9998


class YearNotOver(TrainingError):
    def __init__(self, year: int) -> None:
        super().__init__(f"The figures of {year} are made once the year is over, from 2 January {year + 1} on.")
        self.year = year


class KnownTooEarly(TrainingError):
    def __init__(self, year: int) -> None:
        super().__init__(f"Figures of {year} are made from what was known at its end, or later, and not in the future.")
        self.year = year


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
        refusals_kept=counts.are_refusals_kept(session, year),
        tools=tuple(_tool(session, tool, known) for tool, _facts in told),
        rows=(*of_agency(of_tools, without_tool=counts.incidents_without_tool(session, year, known)), *of_tools),
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
    certified = counts.certified(session, year, known_at)
    refused = counts.refused(session, year, known_at) if counts.are_refusals_kept(session, year) else None
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
        trained=counts.trained(session, tool, facts, year, known_at),
        certified=certified,
        refused=refused,
        retraining=_retraining(groups, facts, year),
        later_graces=_later_graces(groups, facts, year),
        emergencies=confirmed,
        reports=counts.outcomes_of_reports(session, tool, year, known_at),
        incidents=counts.outcomes_of_incidents(session, tool, year, known_at),
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


# -- kept --------------------------------------------------------------------------------------------------------------


class BeingMade(TrainingError):
    def __init__(self, year: int) -> None:
        super().__init__(f"The figures of {year} are being counted. Come back in a minute.")
        self.year = year


@dataclass(slots=True)
class YearlyReports:
    """What one process has made, so that pages open to everybody cost the same however often they are asked."""

    patience_seconds: float = 5
    """Who asks while another counts waits no longer: a server has few threads, and large agencies take a minute."""

    counting: threading.Lock = field(default_factory=threading.Lock)
    _made: dict[tuple[int, bool], Report] = field(default_factory=dict)
    _heads: dict[tuple[int, str], CheckpointText] = field(default_factory=dict)

    def of(self, session: Session, year: Year, *, agency: str, unpublished: Collection[str], at: datetime) -> Report:
        """Return the report as known at the year's end; who asks meanwhile waits a moment for the one who counts.

        :raises YearNotOver: see `report`; :raises BeingMade: if that takes longer.
        """
        if not FIRST_YEAR <= year.number <= LAST_YEAR or not year.is_over(at=at):
            raise YearNotOver(year.number)
        key = year.number, counts.are_refusals_kept(session, year)
        if key in self._made:
            return self._made[key]
        if not self.counting.acquire(timeout=self.patience_seconds):
            raise BeingMade(year.number)
        try:
            if key not in self._made:
                self._made[key] = report(session, year, agency=agency, unpublished=unpublished, at=at)
            return self._made[key]
        finally:
            self.counting.release()

    def head_behind(self, session: Session, report: Report, *, origin: str) -> CheckpointText:
        """Return the head of the journal behind a report that `of` gave: see `head_behind`; it never changes."""
        if (report.year, origin) not in self._heads:
            self._heads[report.year, origin] = head_behind(session, report, origin=origin)
        return self._heads[report.year, origin]
