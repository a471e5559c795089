"""Emergency access: switched on for a tool, asked for by an officer, confirmed by a supervisor, ended early, listed.

Two people act, always: nothing is in force until somebody other than the officer has confirmed it.  What an emergency
then lifts, and for how long, is `rules.emergency`'s to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.emergencies import EmergencyEnd, EmergencyGrant, EmergencyRequest, EmergencySetting
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.rules import emergency as rule
from training_app.rules.access import Ground, Question, judge
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.emergency import Danger, State
from training_app.rules.facts import EmergencyGranted, EmergencySet, Facts, as_known
from training_app.rules.outlook import lasting_grounds
from training_app.services import gather
from training_app.services.locks import one_at_a_time

MOST_WORDS = 120
"""Characters that an officer may add to the kind of danger."""
LISTED_DAYS = 30


class NotOffered(TrainingError):
    def __init__(self, tool: str) -> None:
        super().__init__(f"{tool} has no emergency access. Nothing was changed.")
        self.tool = tool


class TooLong(TrainingError):
    def __init__(self, most: int) -> None:
        super().__init__(f"An emergency lasts {most} minutes at most.")
        self.most = most


class LiftsNothing(TrainingError):
    """An emergency would not let the officer use the version: these grounds stay."""

    def __init__(self, grounds: Sequence[Ground]) -> None:
        super().__init__("An emergency lifts nothing here: " + (", ".join(grounds) or "use is allowed") + ".")
        self.grounds = tuple(grounds)


class ForOneself(TrainingError):
    def __init__(self) -> None:
        super().__init__("Nobody confirms their own emergency. Another supervisor does.")


class Lapsed(TrainingError):
    def __init__(self) -> None:
        super().__init__("This request has lapsed or was called off. The officer can ask again.")


class Over(TrainingError):
    def __init__(self) -> None:
        super().__init__("This emergency is over already. Nothing was changed.")


class SettingUnchanged(TrainingError):
    def __init__(self) -> None:
        super().__init__("That is set already. Nothing was changed.")


# -- the tool's setting ------------------------------------------------------------------------------------------------


def settings(session: Session, tool_id: int) -> Sequence[tuple[EmergencySetting, str]]:
    """Return what was ever set for a tool, the latest first, each with the name of who did."""
    rows = session.execute(
        select(EmergencySetting, Person.name)
        .join(Person, Person.id == EmergencySetting.recorded_by_id)
        .where(EmergencySetting.tool_id == tool_id)
        .order_by(EmergencySetting.effective_at.desc(), EmergencySetting.id.desc())
    )
    return [(setting, name) for setting, name in rows]


def switch(
    session: Session, tool: Tool, most_minutes: int | None, reason: str, *, at: datetime, by: Person
) -> EmergencySetting:
    """Let emergencies last *most_minutes* at most on *tool* from now on; ``None`` switches them off, running ones too.

    :raises TooLong: beyond `rules.emergency.MOST_MINUTES`; :raises SettingUnchanged: if that holds already.
    """
    if most_minutes is not None and most_minutes > rule.MOST_MINUTES:
        raise TooLong(rule.MOST_MINUTES)
    one_at_a_time(session, "tool", tool.id)
    of_tool = _settings(session).get(tool.id, ())
    at = max([at, *(one.effective_at for one in of_tool)])
    if rule.longest(of_tool, at=at) == most_minutes:
        raise SettingUnchanged
    fact = EmergencySetting(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, tool_id=tool.id, most_minutes=most_minutes, reason=reason
    )
    session.add(fact)
    session.flush()
    return fact


def _settings(session: Session) -> Mapping[int, tuple[EmergencySet, ...]]:
    found: dict[int, tuple[EmergencySet, ...]] = {}
    for one in session.scalars(select(EmergencySetting).order_by(EmergencySetting.id)):
        fact = EmergencySet(effective_at=one.effective_at, recorded_at=one.recorded_at, most_minutes=one.most_minutes)
        found[one.tool_id] = (*found.get(one.tool_id, ()), fact)
    return found


# -- asked for, confirmed, ended ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an emergency could do for an officer and a version now."""

    most_minutes: int | None
    """``None``: the tool has no emergency access."""
    lifted: tuple[Ground, ...]
    """What it would lift; empty where there is nothing to lift."""
    left: tuple[Ground, ...]
    """What it would not lift, so that it does not help."""

    @property
    def helps(self) -> bool:
        return self.most_minutes is not None and bool(self.lifted) and not self.left


def prospect(facts: Facts, label: str, *, at: datetime) -> Prospect:
    """Return what an emergency confirmed at *at* would lift, as the rule itself says."""
    tool, officer = facts.tool, facts.officer
    most = rule.longest(tool.emergency_settings, at=at) if tool is not None else None
    if tool is None or officer is None or most is None:
        return Prospect(None, (), ())
    stamp = {"effective_at": at, "recorded_at": at}
    tried = EmergencyGranted(**stamp, id="", version=label, until=at + timedelta(minutes=most))
    known = as_known(replace(facts, officer=replace(officer, emergencies=(tried,), emergency_ends=())), at)
    decision = judge(Question(officer.number, tool.slug, label), known, on=CivilInstant(at, facts.zone))
    return Prospect(most, decision.emergency.lifted if decision.emergency else (), lasting_grounds(decision))


def request(
    session: Session,
    officer: Person,
    version: ToolVersion,
    danger: Danger,
    words: str,
    minutes: int,
    *,
    zone: ZoneInfo,
    at: datetime,
) -> EmergencyRequest:
    """Ask for *officer* to use *version* for some minutes; a request that waits, or that runs, is returned instead.

    :raises NotOffered: if the tool has no emergency access; :raises TooLong: beyond what it allows;
    :raises LiftsNothing: if it would not help.
    """
    one_at_a_time(session, "person", officer.id)
    for one in of_officer(session, officer.id, at=at):
        if one.version_id == version.id and one.state in {State.WAITING, State.RUNNING}:
            return session.get_one(EmergencyRequest, one.id)
    facts = gather.question(session, number=officer.service_number, slug=version.tool.slug, zone=zone)
    found = prospect(facts, version.label, at=at)
    if found.most_minutes is None:
        raise NotOffered(version.tool.name)
    if not found.helps:
        raise LiftsNothing(found.left)
    if minutes > found.most_minutes:
        raise TooLong(found.most_minutes)
    fact = EmergencyRequest(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        version_id=version.id,
        danger=danger,
        words=words[:MOST_WORDS],
        minutes=minutes,
    )
    session.add(fact)
    session.flush()
    return fact


def confirm(session: Session, asked: EmergencyRequest, *, at: datetime, by: Person) -> EmergencyGrant:
    """Confirm what an officer asked for, as the second person: it holds from now on, for the minutes asked.

    Confirmed already, it stays as it is.

    :raises ForOneself: if *by* is the officer; :raises Lapsed: if it can no longer be confirmed;
    :raises NotOffered: if the tool's setting was switched off since.
    """
    if by.id == asked.officer_id:
        raise ForOneself
    one_at_a_time(session, "person", asked.officer_id)
    given = session.scalar(select(EmergencyGrant).where(EmergencyGrant.request_id == asked.id))
    if given is not None:
        return given
    at = max(at, asked.effective_at)
    tool = session.get_one(ToolVersion, asked.version_id).tool
    most = rule.longest(_settings(session).get(tool.id, ()), at=at)
    if _end_of(session, asked) is not None or at >= rule.lapses_at(asked.effective_at):
        raise Lapsed
    if most is None:
        raise NotOffered(tool.name)
    fact = EmergencyGrant(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=asked.officer_id,
        request_id=asked.id,
        version_id=asked.version_id,
        until=at + timedelta(minutes=min(asked.minutes, most)),
    )
    session.add(fact)
    session.flush()
    return fact


def end(session: Session, asked: EmergencyRequest, *, at: datetime, by: Person) -> EmergencyEnd:
    """End an emergency from now on, or call it off before it was confirmed; ended already, it stays as it is.

    :raises Over: if it is over by itself, or has lapsed.
    """
    one_at_a_time(session, "person", asked.officer_id)
    before = _end_of(session, asked)
    if before is not None:
        return before
    [found] = _emergencies(session, _LISTED.where(EmergencyRequest.id == asked.id), at=at)
    if found.state not in {State.WAITING, State.RUNNING}:
        raise Over
    at = max(at, found.granted_at or asked.effective_at)
    fact = EmergencyEnd(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, officer_id=asked.officer_id, request_id=asked.id
    )
    session.add(fact)
    session.flush()
    return fact


def _end_of(session: Session, asked: EmergencyRequest) -> EmergencyEnd | None:
    return session.scalar(select(EmergencyEnd).where(EmergencyEnd.request_id == asked.id))


# -- listed ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency, from its request on, as it stands at an instant."""

    id: int
    officer_id: int
    number: str
    officer: str
    """Name."""
    tool: str
    """Name."""
    slug: str
    version_id: int
    version: str
    danger: Danger
    words: str
    minutes: int
    requested_at: datetime
    granted_at: datetime | None
    confirmed_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    until: datetime | None
    """When it is, or was, over by itself."""
    state: State

    @property
    def lapses_at(self) -> datetime:
        return rule.lapses_at(self.requested_at)


_CONFIRMER, _ENDER = aliased(Person), aliased(Person)
_LISTED = (
    select(
        EmergencyRequest,
        EmergencyGrant,
        EmergencyEnd,
        Person.service_number,
        Person.name,
        Tool.id,
        Tool.name,
        Tool.slug,
        ToolVersion.label,
        _CONFIRMER.name,
        _ENDER.name,
    )
    .join(Person, Person.id == EmergencyRequest.officer_id)
    .join(ToolVersion, ToolVersion.id == EmergencyRequest.version_id)
    .join(Tool, Tool.id == ToolVersion.tool_id)
    .join(EmergencyGrant, EmergencyGrant.request_id == EmergencyRequest.id, isouter=True)
    .join(EmergencyEnd, EmergencyEnd.request_id == EmergencyRequest.id, isouter=True)
    .join(_CONFIRMER, _CONFIRMER.id == EmergencyGrant.recorded_by_id, isouter=True)
    .join(_ENDER, _ENDER.id == EmergencyEnd.recorded_by_id, isouter=True)
    .order_by(EmergencyRequest.effective_at.desc(), EmergencyRequest.id.desc())
)


def _emergencies(session: Session, query: Select[*tuple[Any, ...]], *, at: datetime) -> list[Emergency]:
    rows = session.execute(query).all()
    of_tools = _settings(session) if rows else {}
    found = []
    for asked, given, ended, number, name, tool_id, tool, slug, label, confirmer, ender in rows:
        granted = given and EmergencyGranted(
            effective_at=given.effective_at,
            recorded_at=given.recorded_at,
            id=str(asked.id),
            version=label,
            until=given.until,
        )
        ended_at, of_tool = ended.effective_at if ended else None, of_tools.get(tool_id, ())
        state = rule.state(requested_at=asked.effective_at, granted=granted, ended_at=ended_at, settings=of_tool, at=at)
        found.append(
            Emergency(
                id=asked.id,
                officer_id=asked.officer_id,
                number=number,
                officer=name,
                tool=tool,
                slug=slug,
                version_id=asked.version_id,
                version=label,
                danger=asked.danger,
                words=asked.words,
                minutes=asked.minutes,
                requested_at=asked.effective_at,
                granted_at=given.effective_at if given else None,
                confirmed_by=confirmer,
                ended_at=ended_at,
                ended_by=ender,
                until=rule.ends_by_itself(granted, of_tool, at=at) if granted else None,
                state=state,
            )
        )
    return found


def one(session: Session, request_id: int, *, at: datetime) -> Emergency | None:
    return next(iter(_emergencies(session, _LISTED.where(EmergencyRequest.id == request_id), at=at)), None)


def of_officer(session: Session, officer_id: int, *, at: datetime) -> list[Emergency]:
    """Return what an officer asked for in the last hours in which anything of it could still hold, the latest first."""
    recent = EmergencyRequest.effective_at > at - _LONGEST_IN_ALL
    return _emergencies(session, _LISTED.where(EmergencyRequest.officer_id == officer_id, recent), at=at)


_LONGEST_IN_ALL = timedelta(minutes=rule.REQUEST_MINUTES + rule.MOST_MINUTES)


def current(session: Session, *, at: datetime) -> list[Emergency]:
    """Return those that wait to be confirmed and those that run; of everybody."""
    recent = EmergencyRequest.effective_at > at - _LONGEST_IN_ALL
    found = _emergencies(session, _LISTED.where(recent, EmergencyEnd.id.is_(None)), at=at)
    return [each for each in found if each.state in {State.WAITING, State.RUNNING}]


def listed(session: Session, *, at: datetime, days: int = LISTED_DAYS) -> list[Emergency]:
    """Return everybody's of the last *days*, the latest first, however they ended."""
    return _emergencies(session, _LISTED.where(EmergencyRequest.effective_at > at - timedelta(days)), at=at)


@dataclass(frozen=True, slots=True)
class Count:
    """How often emergency access was confirmed on a tool in a calendar year of the agency's zone."""

    tool: str
    """Slug."""
    year: int
    confirmed: int


def counts(session: Session, *, zone: ZoneInfo, at: datetime) -> list[Count]:
    """Return how many emergencies were confirmed by *at*, by tool and year; nothing where there were none.

    Counts alone, so that they can be public.
    """
    first = session.scalar(select(func.min(EmergencyGrant.effective_at)))
    if first is None:
        return []
    found: list[Count] = []
    begun, last = first.astimezone(zone).date().replace(month=1, day=1), at.astimezone(zone).year
    for year in range(begun.year, last + 1):
        since, until = (first_instant(begun.replace(year=one), zone) for one in (year, year + 1))
        rows = session.execute(
            select(Tool.slug, func.count())
            .select_from(EmergencyGrant)
            .join(ToolVersion, ToolVersion.id == EmergencyGrant.version_id)
            .join(Tool, Tool.id == ToolVersion.tool_id)
            .where(
                EmergencyGrant.effective_at >= since,
                EmergencyGrant.effective_at < until,
                EmergencyGrant.effective_at <= at,
            )
            .group_by(Tool.slug)
            .order_by(Tool.slug)
        )
        found.extend(Count(slug, year, count) for slug, count in rows)
    return found
