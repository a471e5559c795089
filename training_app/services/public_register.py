"""What everybody may know of the agency's AI tools: a list of fields, not of rows, so that nothing else gets out.

No name of a person, no reason that somebody wrote for colleagues, no count that could point at one: `docs/public.md`
says which parts of a card are published and which are not.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import Tool, ToolVersion
from training_app.rules import emergency, versions
from training_app.rules.cards import Card
from training_app.rules.civil_time import CivilInstant
from training_app.rules.disclosure import Published, once, standing
from training_app.rules.facts import (
    GuidelineCase,
    Level,
    Prohibition,
    Requirements,
    ToolFacts,
    VersionChange,
    in_effect,
    latest,
)
from training_app.rules.paths import Graph
from training_app.rules.purposes import permitted_purposes
from training_app.rules.seats import cap_of
from training_app.rules.versions import VersionState
from training_app.services import cards, emergencies, gather, incidents, policies, reports, seats, tools
from training_app.services.cards import ToolStatement


class Standing(StrEnum):
    """How a tool stands, for everybody."""

    IN_USE = "in-use"
    SUSPENDED = "suspended"
    """Every version in use is suspended for safety: nobody may use the tool now."""
    WITHDRAWN = "withdrawn"
    """Was in use, and no version is any more."""
    PROHIBITED = "prohibited"


@dataclass(frozen=True, slots=True)
class PublicPurpose:
    name: str
    cases: tuple[GuidelineCase, ...]
    """Of an intrusive tool: the rows of the agency's guideline."""


@dataclass(frozen=True, slots=True)
class PublicReport:
    """What came of a report of a wrong result, as its two registrars wrote it for everybody."""

    version: str
    closed: date
    sentence: str


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """What came of an incident that a citizen reported, as the oversight body wrote it for everybody."""

    closed: date
    sentence: str


@dataclass(frozen=True, slots=True)
class Taught:
    """What officers learn before they use a version."""

    modules: tuple[str, ...]
    """Slugs, in their order."""
    observed: bool
    """Whether an assessor must also have seen the officer at work."""


@dataclass(frozen=True, slots=True)
class Update:
    """What an officer who was certified on the version before must do; *level* ``None``: nothing leads from there."""

    since: str
    level: Level | None
    modules: tuple[str, ...]
    grace_days: int


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """A version that is or was in use; days are civil days of the agency's zone."""

    label: str
    state: VersionState
    released: date
    withdrawn: date | None
    what_changed: str
    how_to_stop: str
    card: Card | None
    taught: Taught | None
    update: Update | None


@dataclass(frozen=True, slots=True)
class PublicTool:
    """One tool of the register; *versions* with the newest first."""

    slug: str
    name: str
    vendor: str
    description: str
    standing: Standing
    prohibition: Prohibition
    prohibition_source: str
    said: ToolStatement | None
    purposes: tuple[PublicPurpose, ...]
    intrusive: bool
    asks_evaluation: bool
    most_seats: int | None
    """Most officers who may hold a seat at a time; ``None`` where no seat is asked, or no cap is set."""
    graces: tuple[int, ...]
    """Days of grace of each signed finding that lets officers use a version in use before they are trained on it.

    Of level 2 and up: what is only read and signed stands for no training that was put off.
    """
    versions: tuple[PublicVersion, ...]
    with_access: Published | None
    """``None`` where nobody can have any: withdrawn and prohibited tools."""
    emergencies: tuple[tuple[int, Published], ...]
    """How often emergency access was confirmed, by calendar year, the latest first."""
    offers_emergencies: bool
    reports: tuple[PublicReport, ...]
    """Sentences on reports of wrong results that two registrars signed for the public, the latest first."""
    incidents: tuple[PublicIncident, ...]
    """Sentences of the oversight body on citizens' incidents, the latest first."""

    @property
    def in_use(self) -> tuple[PublicVersion, ...]:
        kept = {VersionState.IN_USE, VersionState.SUSPENDED}
        return tuple(one for one in self.versions if one.state in kept)


@dataclass(frozen=True, slots=True)
class PublicRegister:
    """Every tool that everybody may know of, by name."""

    tools: tuple[PublicTool, ...]
    agency_asks_evaluation: bool
    some_unpublished: bool
    """Whether the agency has tools that it does not publish; how many is not said."""

    def tool(self, slug: str) -> PublicTool | None:
        return next((one for one in self.tools if one.slug == slug), None)


Counting = Callable[[Session, ToolFacts, CivilInstant], int]
"""Returns how many officers may use a tool."""


def register(
    session: Session, *, on: CivilInstant, counting: Counting, unpublished: Collection[str] = ()
) -> PublicRegister:
    """Return the tools that are or were in use at *on*, and those that are prohibited.

    :param unpublished: slugs of tools that the agency may not name; see `config.Config.unpublished_tools`.
    """
    rows = session.scalars(select(Tool).where(Tool.effective_at <= on.instant).order_by(Tool.name, Tool.id)).all()
    known = gather.tools(session)
    confirmed = _confirmed(session, on)
    seen = ((row, facts) for row in rows if (facts := known.get(row.slug)) and standing_of(facts, at=on.instant))
    shown = [(row, facts) for row, facts in seen]
    return PublicRegister(
        tools=tuple(
            _tool(session, row, facts, on, counting, confirmed.get(row.slug, {}))
            for row, facts in shown
            if row.slug not in unpublished
        ),
        agency_asks_evaluation=policies.agency_asks_evaluation(session, at=on.instant),
        some_unpublished=any(row.slug in unpublished for row, _facts in shown),
    )


def standing_of(facts: ToolFacts, *, at: datetime) -> Standing | None:
    """Return how the tool stands; ``None`` where it is nobody's business yet: registered, and never in use."""
    if versions.prohibition_of(facts, None, at=at) is not Prohibition.NONE:
        return Standing.PROHIBITED
    used = versions.in_use(facts, at=at)
    if used:
        halted = all(versions.suspended(facts, label, at=at) for label in used)
        return Standing.SUSPENDED if halted else Standing.IN_USE
    return Standing.WITHDRAWN if versions.first_releases(facts, at=at) else None


def _tool(
    session: Session,
    row: Tool,
    facts: ToolFacts,
    on: CivilInstant,
    counting: Counting,
    confirmed: Mapping[int, int],
) -> PublicTool:
    at = on.instant
    stands = standing_of(facts, at=at) or Standing.WITHDRAWN
    policy, card = latest(facts.policies, at), cards.tool_card(session, row)
    asks_seats = policy is None or policy.seats_required
    offers = emergency.longest(facts.emergency_settings, at=at) is not None
    open_to_use = stands in {Standing.IN_USE, Standing.SUSPENDED}
    return PublicTool(
        slug=row.slug,
        name=row.name,
        vendor=row.vendor,
        description=row.description,
        standing=stands,
        prohibition=versions.prohibition_of(facts, None, at=at),
        prohibition_source=row.prohibition_source or "",
        said=cards.said_of_tool(card) if card else None,
        purposes=_purposes(session, row, facts, at),
        intrusive=row.purpose_required,
        asks_evaluation=policy is None or policy.evaluation_required,
        most_seats=cap_of(seats.caps_of(session, row.id), None, at=at) if asks_seats and open_to_use else None,
        graces=_graces(facts, versions.in_use(facts, at=at), on),
        versions=_versions(session, row, facts, on),
        with_access=standing(counting(session, facts, on)) if open_to_use else None,
        emergencies=_emergencies(confirmed, on, offers=offers),
        offers_emergencies=offers,
        reports=_reports(session, row, facts, on),
        incidents=_incidents(session, row, on),
    )


def _reports(session: Session, row: Tool, facts: ToolFacts, on: CivilInstant) -> tuple[PublicReport, ...]:
    released = versions.first_releases(facts, at=on.instant)
    return tuple(
        PublicReport(one.version, on.at(one.closed_at).day, one.sentence)
        for one in reports.published(session, row)
        if one.version in released and one.closed_at <= on.instant
    )


def _incidents(session: Session, row: Tool, on: CivilInstant) -> tuple[PublicIncident, ...]:
    found = incidents.published(session, row.id)
    return tuple(PublicIncident(on.at(one.closed_at).day, one.sentence) for one in found if one.closed_at <= on.instant)


def _purposes(session: Session, row: Tool, facts: ToolFacts, at: datetime) -> tuple[PublicPurpose, ...]:
    cases = permitted_purposes(facts, at=at)
    return tuple(
        PublicPurpose(one.name, cases[one.code].cases if one.code in cases else ())
        for one in tools.purposes_of(session, row, at=at)
    )


def _versions(session: Session, tool: Tool, facts: ToolFacts, on: CivilInstant) -> tuple[PublicVersion, ...]:
    at = on.instant
    released = versions.first_releases(facts, at=at)
    rows = {one.label: one for one in session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id))}
    labels = [label for label in reversed(versions.by_registration(facts, at=at)) if label in released]
    stated = cards.cards_of(session, [rows[label].id for label in labels])
    graph = Graph(facts, on)
    return tuple(
        PublicVersion(
            label=label,
            state=versions.state(facts, label, at=at),
            released=on.at(released[label]).day,
            withdrawn=_withdrawn(facts, label, on),
            what_changed=rows[label].what_changed,
            how_to_stop=rows[label].how_to_stop,
            card=stated[rows[label].id].card,
            taught=_taught(facts, label, at),
            update=_update(facts, label, graph, at) if _comes_after_use(facts, label, released, at) else None,
        )
        for label in labels
    )


def _withdrawn(facts: ToolFacts, label: str, on: CivilInstant) -> date | None:
    if versions.released(facts, label, at=on.instant) is not VersionChange.WITHDRAWN:
        return None
    ended = [
        change.effective_at
        for change in in_effect(facts.standing_changes, on.instant)
        if change.version == label and change.change is VersionChange.WITHDRAWN
    ]
    return on.at(max(ended)).day


def _taught(facts: ToolFacts, label: str, at: datetime) -> Taught | None:
    asked: Iterable[Requirements] = (one for one in in_effect(facts.requirements, at) if one.version == label)
    found = max(asked, key=lambda one: one.revision, default=None)
    return None if found is None else Taught(found.full, found.full_observed)


def _comes_after_use(facts: ToolFacts, label: str, released: Collection[str], at: datetime) -> bool:
    """Tell whether the version before was in use: one that never was is nobody's business, not even its name."""
    registered = versions.version(facts, label, at=at)
    return registered is not None and registered.predecessor in released


def _update(facts: ToolFacts, label: str, graph: Graph, at: datetime) -> Update | None:
    registered = versions.version(facts, label, at=at)
    if registered is None or registered.predecessor is None:
        return None
    found = graph.assessment(registered.predecessor, label)
    if found is None:
        return Update(registered.predecessor, Level.FULL, (), 0)
    return Update(registered.predecessor, found.level, found.modules, found.grace_days)


def _graces(facts: ToolFacts, used: Collection[str], on: CivilInstant) -> tuple[int, ...]:
    graph = Graph(facts, on)
    edges = {(one.start, one.end) for one in facts.assessments if one.end in used}
    held = filter(None, (graph.assessment(*edge) for edge in sorted(edges)))
    found = [one.grace_days for one in held if one.level is not None and one.level >= Level.DIFFERENCES]
    found += [
        one.grace_days
        for one in in_effect(facts.requirements, on.instant)
        if one.revision > 1 and one.version in used and one.level >= Level.DIFFERENCES
    ]
    return tuple(sorted(days for days in found if days))


def _confirmed(session: Session, on: CivilInstant) -> dict[str, dict[int, int]]:
    """Return how often emergency access was confirmed, by tool and year."""
    found: dict[str, dict[int, int]] = {}
    for one in emergencies.counts(session, zone=on.zone, at=on.instant):
        found.setdefault(one.tool, {})[one.year] = one.confirmed
    return found


def _emergencies(confirmed: Mapping[int, int], on: CivilInstant, *, offers: bool) -> tuple[tuple[int, Published], ...]:
    """Return the counts from the first year that has one up to this one, which still changes and is rounded for it."""
    this_year = on.day.year
    if not confirmed and not offers:
        return ()
    years: Sequence[int] = range(this_year, min(confirmed, default=this_year) - 1, -1)
    return tuple(
        (year, standing(confirmed.get(year, 0)) if year == this_year else once(confirmed.get(year, 0)))
        for year in years
    )
