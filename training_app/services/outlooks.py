"""A forecast as registrars read it: officer by officer and unit by unit, who may go on and who may not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.rules.access import Decision
from training_app.rules.civil_time import CivilInstant, ends_at
from training_app.rules.outlook import lasting
from training_app.rules.releases import Outlook
from training_app.services import units
from training_app.services.forecasts import Forecast
from training_app.services.preparation import Needs, Readiness, needs, preparation
from training_app.services.units import Member


class Fate(StrEnum):
    """What a release means for one officer.  The order is that of the list: who loses most stands first."""

    REFUSED = "refused"
    """May use the tool today, and will be refused for the new version from its release on."""
    IN_GRACE = "in-grace"
    """May use the new version, for as long as grace runs."""
    READY = "ready"
    NOT_TODAY = "not-today"
    """May use no version today, and not the new one either."""


@dataclass(frozen=True, slots=True)
class OfficerOutlook:
    officer: Member
    fate: Fate
    allowed_today: tuple[str, ...]
    then: Decision
    """The answer for the new version, with what each single use asks to be stated taken as stated."""
    refused_from: datetime | None
    """First instant at which the new version is refused; ``None`` for who is ready, or may use nothing today."""


@dataclass(frozen=True, slots=True)
class UnitOutlook:
    """How many officers of a unit may use the tool today, and what becomes of them."""

    unit: str
    today: int
    refused: int
    in_grace: int
    ready: int


@dataclass(frozen=True, slots=True)
class Outlooks:
    officers: tuple[OfficerOutlook, ...]
    units: tuple[UnitOutlook, ...]
    readiness: Readiness
    needs: Needs

    @property
    def refused(self) -> int:
        return self._count(Fate.REFUSED)

    @property
    def in_grace(self) -> int:
        return self._count(Fate.IN_GRACE)

    @property
    def ready(self) -> int:
        return self._count(Fate.READY)

    @property
    def not_today(self) -> int:
        return self._count(Fate.NOT_TODAY)

    @property
    def today(self) -> int:
        """How many officers may use some version of the tool today."""
        return sum(bool(found.allowed_today) for found in self.officers)

    def _count(self, fate: Fate) -> int:
        return sum(found.fate is fate for found in self.officers)


def outlooks(session: Session, forecast: Forecast, *, at: datetime, zone: ZoneInfo) -> Outlooks:
    """Return *forecast* with names and units as of *at*."""
    members = units.everybody(session, at=at)
    order = list(Fate).index
    officers = sorted(
        (_outlook(found, members[found.officer], forecast.release_at, zone) for found in forecast.outlooks),
        key=lambda found: (order(found.fate), found.officer.unit, found.officer.name, found.officer.service_number),
    )
    names = sorted({found.officer.unit for found in officers})
    on = CivilInstant(at, zone)
    prepared = preparation(session, forecast.tool, forecast.groups, forecast.version, on=on)
    return Outlooks(
        officers=tuple(officers),
        units=tuple(_unit(name, [one for one in officers if one.officer.unit == name]) for name in names),
        readiness=prepared.readiness,
        needs=needs(session, prepared.to_do, {number: one.unit for number, one in members.items()}),
    )


def _outlook(found: Outlook, member: Member, release_at: datetime, zone: ZoneInfo) -> OfficerOutlook:
    fate = Fate.READY if found.usable else Fate.NOT_TODAY
    refused_from: datetime | None = None
    if found.affected:
        fate, refused_from = Fate.REFUSED, release_at
    elif found.in_grace:
        path = found.then.standing.path if found.then.standing else None
        fate, refused_from = Fate.IN_GRACE, ends_at(path.due, zone) if path and path.due else None
    return OfficerOutlook(member, fate, found.allowed_today, lasting(found.then), refused_from)


def _unit(name: str, officers: Iterable[OfficerOutlook]) -> UnitOutlook:
    held = list(officers)
    fates = [one.fate for one in held]
    return UnitOutlook(
        unit=name,
        today=sum(bool(one.allowed_today) for one in held),
        refused=fates.count(Fate.REFUSED),
        in_grace=fates.count(Fate.IN_GRACE),
        ready=fates.count(Fate.READY),
    )
