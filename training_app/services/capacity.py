"""Observed sign-offs before a release: who needs one by when, who may give it, and which unit runs short."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules import capacity as rule
from training_app.rules import versions
from training_app.rules.capacity import Capacity, Need
from training_app.rules.civil_time import CivilInstant, days_after
from training_app.rules.duties import TaskKind
from training_app.rules.facts import OfficerFacts, Policy, ToolFacts, VersionChange, VersionChanged, latest
from training_app.rules.releases import Outlook, is_scheduled
from training_app.rules.retrained import is_certified
from training_app.rules.safeguards import running_seats
from training_app.rules.trainers import Act
from training_app.rules.versions import VersionState
from training_app.services import forecasts, gather, observations, preparation, trainer_acts, trainer_facts, units
from training_app.services.forecasts import Forecast
from training_app.services.units import Member

ASSUMED_DAYS = 28
"""A version that is announced and for which no release is set is reckoned with as if released in so many days."""


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody who may give sign-offs for the version; *ready*: today, else once certified for it themselves."""

    person_id: int
    name: str
    ready: bool
    most: int
    """How many they can give until the latest day on which one is needed."""
    barred: int
    """For how many of the officers they may not sign."""


@dataclass(frozen=True, slots=True)
class OfficerNeed:
    officer: Member
    last_day: date
    may: int
    """How many assessors may sign for them."""


@dataclass(frozen=True, slots=True)
class SignOffs:
    """*expected* reckons with every assessor, *ready* only with those who may sign today."""

    version: ToolVersion
    release_at: datetime
    per_week: int
    expected: Capacity
    ready: Capacity
    assessors: tuple[Assessor, ...]
    officers: tuple[OfficerNeed, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A version that is not in use yet; *release_at* ``None``: announced, and no release is set."""

    version: ToolVersion
    release_at: datetime | None

    def reckoned_for(self, on: CivilInstant) -> datetime:
        """Return the release that is set, or the one that is assumed."""
        return self.release_at or assumed_release(on)


def assumed_release(on: CivilInstant) -> datetime:
    day = days_after(on.day, ASSUMED_DAYS)
    shown = on.instant.astimezone(on.zone)
    return datetime.combine(day, shown.time(), tzinfo=on.zone).astimezone(on.instant.tzinfo)


def planned_versions(session: Session, *, at: datetime) -> list[Planned]:
    """Return every version whose release is set, the earliest first, and then those that are only announced."""
    rows = {(row.tool.slug, row.label): row for row in session.scalars(select(ToolVersion))}
    found = []
    for slug, tool in gather.tools(session).items():
        for label in versions.by_registration(tool, at=at):
            release_at = is_scheduled(tool, label, at=at)
            announced = versions.state(tool, label, at=at) is VersionState.ANNOUNCED
            if release_at is not None or announced:
                found.append(Planned(rows[slug, label], release_at))
    return sorted(found, key=lambda one: (one.release_at is None, one.release_at or at, one.version.id))


def sign_offs(
    session: Session, version: ToolVersion, *, release_at: datetime, at: datetime, zone: ZoneInfo, per_week: int
) -> SignOffs:
    """Return what sign-offs a release of *version* at *release_at* asks for, and whether they can be given."""
    foreseen = forecasts.forecast(session, version, release_at=release_at, at=at, zone=zone)
    return of_forecast(session, version, foreseen, at=at, zone=zone, per_week=per_week)


def of_forecast(
    session: Session, version: ToolVersion, foreseen: Forecast, *, at: datetime, zone: ZoneInfo, per_week: int
) -> SignOffs:
    """Return the same for a forecast that was made already."""
    on = CivilInstant(at, zone)
    last_days = _last_days(session, foreseen, on)
    members = units.everybody(session, at=at)
    wanted = {str(members[number].person_id): number for number in last_days}
    ready, expected = _assessors(session, version, on)
    barred = _barred(session, version, expected, wanted, on)
    needs = [
        Need(
            officer=person,
            unit=members[number].unit,
            last_day=last_days[number],
            barred=frozenset(one for one in expected if person in barred[one]),
        )
        for person, number in wanted.items()
    ]
    expected_plan = rule.plan(needs, expected, today=on.day, per_week=per_week)
    latest_day = max(last_days.values(), default=on.day)
    names = {row.id: row.name for row in session.scalars(select(Person).where(Person.id.in_(map(int, expected))))}
    most = rule.sign_offs_until(latest_day, today=on.day, per_week=per_week)
    return SignOffs(
        version=version,
        release_at=foreseen.release_at,
        per_week=per_week,
        expected=expected_plan,
        ready=expected_plan if ready == expected else rule.plan(needs, ready, today=on.day, per_week=per_week),
        assessors=tuple(
            sorted(
                (Assessor(int(one), names[int(one)], one in ready, most, len(barred[one])) for one in expected),
                key=lambda one: (not one.ready, one.name),
            )
        ),
        officers=tuple(
            sorted(
                (
                    OfficerNeed(members[wanted[need.officer]], need.last_day, len(expected - need.barred))
                    for need in needs
                ),
                key=lambda one: (one.last_day, one.officer.name, one.officer.service_number),
            )
        ),
    )


def _last_days(session: Session, foreseen: Forecast, on: CivilInstant) -> dict[str, date]:
    """Return until when each officer needs a sign-off for the version, by service number, as of its release.

    Asked of who is certified on the tool today or holds a seat for it: through the last day of grace, else before the
    day of the release.
    """
    released = on.at(foreseen.release_at)
    tool = _released(foreseen, on)
    policy = latest(tool.policies, on.instant)
    groups = [
        one for one in foreseen.groups if is_certified(one.facts, foreseen.tool, on) or _seated(one.facts, policy, on)
    ]
    left = preparation.to_do(session, tool, groups, foreseen.version, released)
    asked = {number for number, tasks in left.items() if any(task.kind is TaskKind.OBSERVATION for task in tasks)}
    before = days_after(released.day, -1)
    return {one.officer: _grace_of(one) or before for one in foreseen.outlooks if one.officer in asked}


def _seated(officer: OfficerFacts, policy: Policy | None, on: CivilInstant) -> bool:
    return bool(running_seats(officer, policy, on=on))


def _released(foreseen: Forecast, on: CivilInstant) -> ToolFacts:
    change = VersionChanged(
        effective_at=foreseen.release_at,
        recorded_at=on.instant,
        id="assumed",
        version=foreseen.version,
        change=VersionChange.RELEASED,
    )
    return replace(foreseen.tool, changes=(*foreseen.tool.changes, change))


def _grace_of(outlook: Outlook) -> date | None:
    path = outlook.then.standing.path if outlook.then.standing else None
    return path.due if path else None


def _assessors(session: Session, version: ToolVersion, on: CivilInstant) -> tuple[frozenset[str], frozenset[str]]:
    """Return who may sign for the version today, and who may or could once their own certification covers it."""
    # Whoever it is asked for: what depends on the trainer is found out for each by `who_may`.
    on_version = trainer_acts.of_tool(session, version.tool, version, 0, on=on)
    on_tool = replace(on_version, version=None)
    ready = {str(one) for one in trainer_acts.who_may(session, Act.SIGN_OFF, on_version, on=on)}
    soon = {str(one) for one in trainer_acts.who_may(session, Act.SIGN_OFF, on_tool, on=on)}
    return frozenset(ready), frozenset(ready | soon)


def _barred(
    session: Session, version: ToolVersion, assessors: Collection[str], officers: Collection[str], on: CivilInstant
) -> Mapping[str, frozenset[str]]:
    matter = trainer_acts.of_tool(session, version.tool, version, 0, on=on)
    qualified_by = trainer_facts.qualified_by(session)
    found = {one.person: one for one in trainer_facts.everybody(session) if one.person in assessors}
    disputed: dict[str, set[str]] = defaultdict(set)
    for officer, assessor in observations.disputes(session, version.id):
        disputed[str(assessor)].add(str(officer))
    return {
        person: rule.barred_for(trainer, matter, officers, qualified_by=qualified_by, on=on) | disputed[person]
        for person, trainer in found.items()
    }
