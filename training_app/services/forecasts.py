"""Before a release: who will lose access when, for every officer with an account."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import AccountFact
from training_app.models.tools import ImpactAssessment, ToolVersion
from training_app.rules import releases as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Assessment
from training_app.services import gather
from training_app.services.releases import facts_of


@dataclass(frozen=True, slots=True)
class Forecast:
    """Who will lose access when, as of the moment of asking; *digest* names exactly this forecast."""

    release_at: datetime
    outlooks: tuple[rule.Outlook, ...]
    digest: str

    @property
    def affected(self) -> tuple[rule.Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.affected)

    @property
    def in_grace(self) -> tuple[rule.Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.in_grace)

    @property
    def ready(self) -> tuple[rule.Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.then.allowed and not outlook.in_grace)


def forecast(
    session: Session,
    version: ToolVersion,
    *,
    release_at: datetime,
    at: datetime,
    zone: ZoneInfo,
    assumed: ImpactAssessment | None = None,
) -> Forecast:
    """Return what releasing *version* at *release_at* means for every officer with an account.

    Read outside the releasing transaction; the release records the digest of the forecast that was seen.

    :param assumed: an assessment that waits for its signature, taken as signed.
    """
    facts = facts_of(session, version.tool)
    if assumed is not None:
        facts = replace(facts, assessments=(*facts.assessments, _as_signed(assumed, at)))
    people = session.scalars(select(AccountFact.person_id).distinct()).all()
    officers = gather.officers(session, people, version.tool.slug)
    concerned = [found for _, found in sorted(officers.items()) if found.awards or found.seats]
    outlooks = rule.forecast(facts, concerned, version.label, release_at=release_at, on=CivilInstant(at, zone))
    text = json.dumps([version.tool.slug, version.label, [_line(found) for found in outlooks]], separators=(",", ":"))
    return Forecast(release_at, outlooks, hashlib.sha256(text.encode()).hexdigest())


def _line(found: rule.Outlook) -> list[object]:
    """Return what a forecast says of one officer, for its digest."""
    path = found.then.standing.path if found.then.standing else None
    grace = path.due.isoformat() if found.in_grace and path and path.due else None
    return [
        found.officer,
        list(found.allowed_today),
        found.then.badge.value,
        [ground.value for ground in found.then.grounds],
        grace,
    ]


def _as_signed(assessment: ImpactAssessment, at: datetime) -> Assessment:
    return Assessment(
        effective_at=at,
        recorded_at=at,
        id=f"assumed:{assessment.id}",
        start=assessment.start.label,
        end=assessment.end.label,
        level=assessment.verdict,
        grace_days=assessment.grace_days,
        modules=tuple(assessment.modules),
    )
