"""Before a release: who will lose access when, and who has still what to do, for every officer with an account."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.models.tools import ImpactAssessment, ToolVersion, VersionFact
from training_app.rules import releases as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import ToolFacts, VersionChange, VersionChanged
from training_app.rules.outlook import lasting_badge, lasting_grounds
from training_app.services import assessments, schedules
from training_app.services.concerned import Alike, concerned
from training_app.services.tool_versions import facts_of


@dataclass(frozen=True, slots=True)
class Forecast:
    """Who will lose access when, as of the moment of asking; *digest* names exactly this forecast."""

    release_at: datetime
    outlooks: tuple[rule.Outlook, ...]
    digest: str
    version: str
    tool: ToolFacts
    """As the forecast took it to be: with what was assumed, without what was left out."""
    groups: tuple[Alike, ...]
    """Everybody whom the forecast is about."""

    @property
    def affected(self) -> tuple[rule.Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.affected)

    @property
    def in_grace(self) -> tuple[rule.Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.in_grace)

    @property
    def ready(self) -> tuple[rule.Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.usable and not outlook.in_grace)


def forecast(
    session: Session,
    version: ToolVersion,
    *,
    release_at: datetime,
    at: datetime,
    zone: ZoneInfo,
    assumed: ImpactAssessment | None = None,
    instead_of: VersionFact | None = None,
) -> Forecast:
    """Return what releasing *version* at *release_at* means for every officer with an account.

    Read outside the releasing transaction; the release records the digest of the forecast that was seen.

    :param assumed: an assessment that waits for its signature, taken as signed.
    :param instead_of: a scheduled release, taken as called off.
    """
    facts, on = facts_of(session, version.tool), CivilInstant(at, zone)
    if assumed is not None:
        facts = replace(facts, assessments=(*facts.assessments, assessments.as_signed(assumed, at)))
    if instead_of is not None:
        facts = schedules.without(facts, str(instead_of.id))
    groups = concerned(session, _released(facts, version.label, release_at), at=at, zone=zone)
    found = rule.forecast(facts, [one.facts for one in groups], version.label, release_at=release_at, on=on)
    outlooks = tuple(outlook for _person, outlook in sorted(_each(groups, found), key=lambda one: one[0]))
    text = json.dumps([version.tool.slug, version.label, [_line(one) for one in outlooks]], separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Forecast(release_at, outlooks, digest, version.label, facts, groups)


def _released(facts: ToolFacts, label: str, at: datetime) -> ToolFacts:
    """Return *facts* with the release that the rule assumes, whose instant tells officers apart."""
    change = VersionChanged(effective_at=at, recorded_at=at, id="assumed", version=label, change=VersionChange.RELEASED)
    return replace(facts, changes=(*facts.changes, change))


def _each(groups: Sequence[Alike], found: Sequence[rule.Outlook]) -> Iterator[tuple[int, rule.Outlook]]:
    """Yield the outlook of each person, by id; the awards behind the answer are those of the first of those alike."""
    for group, outlook in zip(groups, found, strict=True):
        for person_id, number in group.people:
            question = replace(outlook.then.question, officer=number)
            yield person_id, replace(outlook, officer=number, then=replace(outlook.then, question=question))


def _line(found: rule.Outlook) -> list[object]:
    """Return what a forecast says of one officer, for its digest."""
    path = found.then.standing.path if found.then.standing else None
    grace = path.due.isoformat() if found.in_grace and path and path.due else None
    return [
        found.officer,
        list(found.allowed_today),
        lasting_badge(found.then).value,
        [ground.value for ground in lasting_grounds(found.then)],
        grace,
    ]
