"""A version's way into use: registered, announced, assessed by two people, released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolVersion,
    VersionFact,
)
from training_app.models.training import ModuleRevision
from training_app.rules import releases as rule
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.facts import Level, Prohibition, ToolFacts, VersionChange
from training_app.services import gather
from training_app.services.locks import one_at_a_time
from training_app.services.way_into_use import is_latest

#: Days of grace where nobody says otherwise, by level; the others have none.
USUAL_GRACE_DAYS = {Level.FAMILIARISATION: 14}

MOST_YEARS_AHEAD = 2
"""Of a release: a day that was mistyped cannot be taken back."""


class DuplicateVersion(TrainingError):
    def __init__(self, tool: str, label: str) -> None:
        super().__init__(f"{tool} {label} is already registered. Choose another label or open that version.")
        self.tool, self.label = tool, label


class VersionProhibited(TrainingError):
    def __init__(self, label: str) -> None:
        super().__init__(f"Version {label} is prohibited. Nothing prepares it for use.")
        self.label = label


class AlreadyDone(TrainingError):
    """What was asked has been done already; nothing was changed."""


class Superseded(TrainingError):
    """A newer proposal stands in the place of the one to be signed."""

    def __init__(self) -> None:
        super().__init__("A newer one was written in its place. Read and sign that one.")


class SameSigner(TrainingError):
    def __init__(self) -> None:
        super().__init__("You wrote this yourself. The second signature is another registrar's.")


class AssessmentIncomplete(TrainingError):
    """The assessment lacks what its level demands."""


class NoDeltaModule(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("Choose at least one delta module: at this level officers take what changed.")


class GraceWithoutReason(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("Say why officers may go on without this training while grace runs.")


class GraceNotAgreed(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("This assessment gives grace. Say why you agree to it.")


class NotReleasable(TrainingError):
    """Something stands against the release; `obstacles` names every one."""

    def __init__(self, label: str, obstacles: Sequence[rule.Obstacle]) -> None:
        super().__init__(f"Version {label} cannot be released yet: see what is still missing.")
        self.label, self.obstacles = label, tuple(obstacles)


class TooFarAhead(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"A release is set for a day within {MOST_YEARS_AHEAD} years. Choose an earlier day.")


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
    _lock(session, version)
    facts = facts_of(session, version.tool)
    if versions.state(facts, version.label, at=at) is versions.VersionState.PROHIBITED:
        raise VersionProhibited(version.label)
    if versions.announced_at(facts, version.label, at=at) is not None:
        raise AlreadyDone(f"Version {version.label} is already announced.")
    return _changed(session, version, VersionChange.ANNOUNCED, at=at, effective_at=at, by=by)


def propose_requirements(
    session: Session, version: ToolVersion, *, full: Sequence[str], renewal: Sequence[str], at: datetime, by: Person
) -> RequirementSet:
    """Write the next revision of what earns an award for *version*; it is in force once another person signs."""
    _lock(session, version)
    last = session.scalar(select(func.max(RequirementSet.revision)).where(RequirementSet.version_id == version.id))
    fact = RequirementSet(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        version_id=version.id,
        revision=(last or 0) + 1,
        full_modules=list(full),
        renewal_modules=list(renewal),
    )
    session.add(fact)
    session.flush()
    return fact


def sign_requirements(session: Session, proposed: RequirementSet, *, at: datetime, by: Person) -> None:
    """Sign as the second person.

    :raises SameSigner: if *by* wrote the set; :raises AlreadyDone: if it is signed;
    :raises Superseded: if a later revision was written.
    """
    _second_person(proposed.recorded_by_id, by)
    _lock(session, session.get_one(ToolVersion, proposed.version_id))
    _still_the_latest(session, proposed)
    signature = RequirementSetSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        requirement_set_id=proposed.id,
        author_id=proposed.recorded_by_id,
    )
    _sign_once(session, signature)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a registrar finds for one edge; ``level`` is ``None`` for "no way from here"."""

    level: Level | None
    grace_days: int
    modules: tuple[str, ...]
    what_changed: str
    grace_reason: str | None


def assess(
    session: Session, start: ToolVersion, end: ToolVersion, verdict: Verdict, *, at: datetime, by: Person
) -> ImpactAssessment:
    """Write the assessment of the edge from *start* to *end*; it is in force once another registrar signs.

    :raises NoDeltaModule: if level 2 names none; :raises GraceWithoutReason: if grace from level 2 on has no reason.
    """
    if verdict.level is not None and Level.DIFFERENCES <= verdict.level < Level.FULL and not verdict.modules:
        raise NoDeltaModule
    if (
        verdict.level is not None
        and verdict.level >= Level.DIFFERENCES
        and verdict.grace_days
        and not verdict.grace_reason
    ):
        raise GraceWithoutReason
    _lock(session, end)
    fact = ImpactAssessment(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=end.tool_id,
        start_id=start.id,
        end_id=end.id,
        level=None if verdict.level is None else int(verdict.level),
        grace_days=verdict.grace_days,
        modules=list(verdict.modules),
        what_changed=verdict.what_changed,
        grace_reason=verdict.grace_reason or None,
    )
    session.add(fact)
    session.flush()
    return fact


def sign_assessment(
    session: Session, assessment: ImpactAssessment, *, reason: str | None, at: datetime, by: Person
) -> None:
    """Sign as the second registrar; the assessment is in force from then on.

    :raises SameSigner: if *by* wrote it; :raises AlreadyDone: if it is signed;
    :raises GraceNotAgreed: if it gives grace from level 2 on and *reason* is empty;
    :raises Superseded: if the same edge was assessed again.
    """
    _second_person(assessment.recorded_by_id, by)
    _lock(session, assessment.end)
    _still_the_latest(session, assessment)
    if assessment.grace_reason and not reason:
        raise GraceNotAgreed
    signature = AssessmentSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        assessment_id=assessment.id,
        author_id=assessment.recorded_by_id,
        reason=reason or None,
    )
    _sign_once(session, signature)


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
    :raises TooFarAhead: if that is later than `last_day_for_release`; :raises NotReleasable: if the gate names
    obstacles; :raises ForecastOutdated: if the two digests differ.
    """
    if CivilInstant(effective_at, zone).day > last_day_for_release(on=CivilInstant(at, zone)):
        raise TooFarAhead
    _lock(session, version)
    facts = facts_of(session, version.tool)
    obstacles = rule.obstacles(facts, version.label, on=CivilInstant(max(at, effective_at), zone))
    if obstacles:
        raise NotReleasable(version.label, obstacles)
    if seen != foreseen:
        raise ForecastOutdated
    return _changed(session, version, VersionChange.RELEASED, at=at, effective_at=effective_at, by=by, forecast=seen)


def obstacles(session: Session, version: ToolVersion, *, at: datetime, zone: ZoneInfo) -> tuple[rule.Obstacle, ...]:
    """Return what stands against releasing *version* now; see `training_app.rules.releases.obstacles`."""
    return rule.obstacles(facts_of(session, version.tool), version.label, on=CivilInstant(at, zone))


def unsigned_assessments(session: Session, version: ToolVersion) -> Sequence[ImpactAssessment]:
    """Return the assessments of edges to *version* that wait for their second signature, the latest of each edge."""
    signed = select(AssessmentSignature.assessment_id)
    rows = session.scalars(
        select(ImpactAssessment)
        .where(ImpactAssessment.end_id == version.id, ImpactAssessment.id.not_in(signed))
        .order_by(ImpactAssessment.id)
    )
    return list({row.start_id: row for row in rows}.values())


def unsigned_requirements(session: Session, version: ToolVersion) -> RequirementSet | None:
    """Return the latest requirement set of *version* if it waits for its second signature."""
    last = session.scalars(
        select(RequirementSet).where(RequirementSet.version_id == version.id).order_by(RequirementSet.revision.desc())
    ).first()
    if last is None:
        return None
    signed = session.scalar(
        select(RequirementSetSignature.id).where(RequirementSetSignature.requirement_set_id == last.id)
    )
    return None if signed else last


def published_modules(session: Session) -> Sequence[ModuleRevision]:
    """Return the newest revision of every published module, by slug."""
    newest = select(func.max(ModuleRevision.id)).group_by(ModuleRevision.slug)
    return session.scalars(
        select(ModuleRevision).where(ModuleRevision.id.in_(newest)).order_by(ModuleRevision.slug)
    ).all()


def _lock(session: Session, version: ToolVersion) -> None:
    """Let one registrar at a time decide on the versions of a tool."""
    one_at_a_time(session, "tool", version.tool_id)


def facts_of(session: Session, tool: Tool) -> ToolFacts:
    """Return what the rules know of *tool*, now."""
    facts = gather.tool(session, tool.slug)
    if facts is None:
        raise LookupError(tool.slug)
    return facts


def _still_the_latest(session: Session, proposal: RequirementSet | ImpactAssessment) -> None:
    if not is_latest(session, proposal):
        raise Superseded


def _second_person(author_id: int | None, by: Person) -> None:
    if author_id == by.id:
        raise SameSigner


def _sign_once(session: Session, signature: AssessmentSignature | RequirementSetSignature) -> None:
    try:
        with session.begin_nested():
            session.add(signature)
    except IntegrityError as error:
        raise AlreadyDone("This is signed already.") from error


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
