"""A version's way into use: registered, announced, released; and a scheduled release called off or moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import ReleaseCancellation, Tool, ToolVersion, VersionFact
from training_app.rules import releases as rule
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.facts import Prohibition, VersionChange
from training_app.services import cards, schedules
from training_app.services.second_signatures import AlreadyDone
from training_app.services.tool_versions import facts_of, one_registrar_at_a_time, running_on

MOST_YEARS_AHEAD = 2
"""Of a release: a day farther off was mistyped."""


class DuplicateVersion(TrainingError):
    def __init__(self, tool: str, label: str) -> None:
        super().__init__(f"{tool} {label} is already registered. Choose another label or open that version.")
        self.tool, self.label = tool, label


class VersionProhibited(TrainingError):
    def __init__(self, label: str) -> None:
        super().__init__(f"Version {label} is prohibited. Nothing prepares it for use.")
        self.label = label


class NotReleasable(TrainingError):
    """Something stands against the release; `obstacles` names every one."""

    def __init__(self, label: str, obstacles: Sequence[rule.Obstacle]) -> None:
        super().__init__(f"Version {label} cannot be released yet: see what is still missing.")
        self.label, self.obstacles = label, tuple(obstacles)


class TooFarAhead(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"A release is set for a day within {MOST_YEARS_AHEAD} years. Choose an earlier day.")


class ReleaseBackdated(TrainingError):
    def __init__(self) -> None:
        super().__init__("That time has passed. A version is released now or later, never for an earlier time.")


class AlreadyScheduled(TrainingError):
    def __init__(self, label: str, at: datetime) -> None:
        super().__init__(f"The release of version {label} is scheduled already. Move that release instead.")
        self.label, self.at = label, at


class ReleaseTookPlace(TrainingError):
    """A release is called off before its instant only; after it, the version is withdrawn."""

    def __init__(self, label: str) -> None:
        super().__init__(f"Version {label} is in use by now. To take it out of use, withdraw it.")
        self.label = label


class ForecastOutdated(TrainingError):
    def __init__(self) -> None:
        super().__init__("The forecast has changed since you were shown it. Read it again, then release.")


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a registrar states of a new version."""

    label: str
    predecessor_id: int | None
    what_changed: str
    how_to_stop: str
    prohibition: Prohibition


def register_version(session: Session, tool: Tool, new: NewVersion, *, at: datetime, by: Person) -> ToolVersion:
    """Register a version of *tool*.

    :raises DuplicateVersion: if the label is taken.
    """
    version = ToolVersion(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=tool.id,
        label=new.label,
        predecessor_id=new.predecessor_id,
        prohibition=new.prohibition,
        what_changed=new.what_changed,
        how_to_stop=new.how_to_stop,
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as error:
        raise DuplicateVersion(tool.name, new.label) from error
    return version


def announce(session: Session, version: ToolVersion, *, at: datetime, by: Person) -> VersionFact:
    """Announce a version: officers see what is coming and may train for it.

    :raises AlreadyDone: if it is announced; :raises VersionProhibited: if nobody may ever use it.
    """
    one_registrar_at_a_time(session, version)
    facts = facts_of(session, version.tool)
    at = running_on(facts, at)
    if versions.state(facts, version.label, at=at) is versions.VersionState.PROHIBITED:
        raise VersionProhibited(version.label)
    if versions.announced_at(facts, version.label, at=at) is not None:
        raise AlreadyDone(f"Version {version.label} is already announced.")
    return _changed(session, version, VersionChange.ANNOUNCED, at=at, effective_at=at, by=by)


def last_day_for_release(*, on: CivilInstant) -> date:
    """Return the last day for which a release can be set."""
    return add_months(on.day, 12 * MOST_YEARS_AHEAD)


def release(
    session: Session,
    version: ToolVersion,
    *,
    effective_at: datetime,
    at: datetime,
    by: Person,
    seen: str,
    foreseen: str,
    zone: ZoneInfo,
) -> VersionFact:
    """Put *version* into use from *effective_at* on.

    Writes one fact, whatever the number of officers: who must retrain follows from it when it is asked.

    :param seen: digest of the forecast that *by* was shown before deciding.
    :param foreseen: digest of the same forecast as it is now, read just before this transaction.
    :raises ReleaseBackdated: if that is before *at*; :raises TooFarAhead: if it is later than `last_day_for_release`;
    :raises AlreadyScheduled: if a release of the version is scheduled; :raises NotReleasable: if the gate names
    obstacles; :raises ForecastOutdated: if the two digests differ.
    """
    if effective_at < at:
        raise ReleaseBackdated
    if CivilInstant(effective_at, zone).day > last_day_for_release(on=CivilInstant(at, zone)):
        raise TooFarAhead
    one_registrar_at_a_time(session, version)
    facts = facts_of(session, version.tool)
    at = running_on(facts, at)
    effective_at = max(at, effective_at)
    if planned := rule.is_scheduled(facts, version.label, at=at):
        raise AlreadyScheduled(version.label, planned)
    carded = cards.card_of(session, version.id).allows_release
    obstacles = rule.obstacles(facts, version.label, on=CivilInstant(effective_at, zone), carded=carded)
    if obstacles:
        raise NotReleasable(version.label, obstacles)
    if seen != foreseen:
        raise ForecastOutdated
    return _changed(session, version, VersionChange.RELEASED, at=at, effective_at=effective_at, by=by, forecast=seen)


def cancel(session: Session, planned: VersionFact, *, reason: str, at: datetime, by: Person) -> ReleaseCancellation:
    """Call off a scheduled release, before its instant.

    :raises AlreadyDone: if it was called off; :raises ReleaseTookPlace: if its instant has come.
    """
    version = session.get_one(ToolVersion, planned.version_id)
    one_registrar_at_a_time(session, version)
    called_off = AlreadyDone(f"This release of version {version.label} was called off already.")
    if is_called_off(session, planned):
        raise called_off
    at = running_on(facts_of(session, version.tool), at)
    if planned.effective_at <= at:
        raise ReleaseTookPlace(version.label)
    fact = ReleaseCancellation(
        effective_at=at, recorded_at=at, recorded_by_id=by.id, release_id=planned.id, reason=reason
    )
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError as error:
        raise called_off from error
    return fact


def move(
    session: Session,
    planned: VersionFact,
    *,
    reason: str,
    effective_at: datetime,
    at: datetime,
    by: Person,
    seen: str,
    foreseen: str,
    zone: ZoneInfo,
) -> VersionFact:
    """Call off a scheduled release and release its version at another time, through the same gate, both or neither.

    :raises: whatever `cancel` and `release` raise; the caller's transaction must then be rolled back.
    """
    cancel(session, planned, reason=reason, at=at, by=by)
    version = session.get_one(ToolVersion, planned.version_id)
    terms = {"seen": seen, "foreseen": foreseen}
    return release(session, version, effective_at=effective_at, at=at, by=by, zone=zone, **terms)


def planned_release(session: Session, release_id: int) -> VersionFact | None:
    """Return the release with this id, be it to come or past; ``None`` for what is no release."""
    found = session.get(VersionFact, release_id)
    return found if found is not None and found.change is VersionChange.RELEASED else None


def is_called_off(session: Session, planned: VersionFact) -> bool:
    named = select(ReleaseCancellation.id).where(ReleaseCancellation.release_id == planned.id)
    return session.scalar(named) is not None


def obstacles(
    session: Session, version: ToolVersion, *, at: datetime, zone: ZoneInfo, instead_of: VersionFact | None = None
) -> tuple[rule.Obstacle, ...]:
    """Return what stands against releasing *version* at *at*; see `training_app.rules.releases.obstacles`.

    :param instead_of: a scheduled release that is taken as called off.
    """
    facts = facts_of(session, version.tool)
    if instead_of is not None:
        facts = schedules.without(facts, str(instead_of.id))
    carded = cards.card_of(session, version.id).allows_release
    return rule.obstacles(facts, version.label, on=CivilInstant(at, zone), carded=carded)


def _changed(
    session: Session,
    version: ToolVersion,
    change: VersionChange,
    *,
    at: datetime,
    effective_at: datetime,
    by: Person,
    forecast: str | None = None,
) -> VersionFact:
    fact = VersionFact(
        effective_at=effective_at,
        recorded_at=at,
        recorded_by_id=by.id,
        version_id=version.id,
        change=change,
        forecast=forecast,
    )
    session.add(fact)
    session.flush()
    return fact
