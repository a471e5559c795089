"""Rows into facts: everything that a rule needs to know about a tool, and about some officers in view of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from training_app.models.certification import Award, AwardEnd
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    OfficerReinstatement,
    OfficerSuspension,
    Person,
    SeatGrant,
    SeatRelease,
    SeatReview,
    UnitAssignment,
)
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolPolicy,
    ToolVersion,
    VersionFact,
)
from training_app.models.training import Attempt, Mode, ModuleRevision
from training_app.rules import facts as known

#: SQLite binds at most 32,766 values to a statement; officers are asked for in runs of this many.
RUN = 10_000

Rows = Iterable[Row[Any]]


def tool(session: Session, slug: str) -> known.ToolFacts | None:
    """Return all that is recorded about the tool called *slug*, or ``None`` if no such tool is registered."""
    row = session.execute(
        select(
            Tool.id,
            Tool.effective_at,
            Tool.recorded_at,
            Tool.prohibition,
            Tool.purposes,
            Tool.purpose_required,
            Tool.max_cache_seconds,
        ).where(Tool.slug == slug)
    ).one_or_none()
    if row is None:
        return None
    versions = session.execute(
        select(
            ToolVersion.id,
            ToolVersion.label,
            ToolVersion.predecessor_id,
            ToolVersion.prohibition,
            ToolVersion.effective_at,
            ToolVersion.recorded_at,
        )
        .where(ToolVersion.tool_id == row.id)
        .order_by(ToolVersion.id)
    ).all()
    labels = {version.id: version.label for version in versions}
    return known.ToolFacts(
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        slug=slug,
        prohibition=row.prohibition,
        purposes=frozenset(row.purposes),
        purpose_required=row.purpose_required,
        max_cache_seconds=row.max_cache_seconds,
        policies=tuple(policy for _, policy in _policies(session, row.id)),
        versions=tuple(
            known.Version(
                effective_at=version.effective_at,
                recorded_at=version.recorded_at,
                label=version.label,
                predecessor=labels.get(version.predecessor_id),
                prohibition=version.prohibition,
            )
            for version in versions
        ),
        changes=_changes(session, labels),
        assessments=_assessments(session, labels),
        requirements=_requirements(session, labels),
    )


def _policies(session: Session, tool_id: int) -> list[tuple[int, known.Policy]]:
    rows = session.execute(
        select(
            ToolPolicy.id,
            ToolPolicy.effective_at,
            ToolPolicy.recorded_at,
            ToolPolicy.revision,
            ToolPolicy.validity_months,
            ToolPolicy.window_months,
            ToolPolicy.pass_age_months,
            ToolPolicy.evaluation_required,
            ToolPolicy.seats_required,
            ToolPolicy.seat_review_months,
        )
        .where(ToolPolicy.tool_id == tool_id)
        .order_by(ToolPolicy.id)
    )
    return [
        (row.id, known.Policy(**{name: value for name, value in row._mapping.items() if name != "id"})) for row in rows
    ]


def _changes(session: Session, labels: Mapping[int, str]) -> tuple[known.VersionChanged, ...]:
    rows = session.execute(
        select(
            VersionFact.id,
            VersionFact.version_id,
            VersionFact.change,
            VersionFact.ends_id,
            VersionFact.effective_at,
            VersionFact.recorded_at,
        )
        .where(VersionFact.version_id.in_(labels))
        .order_by(VersionFact.id)
    )
    return tuple(
        known.VersionChanged(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            id=str(row.id),
            version=labels[row.version_id],
            change=row.change,
            ends=None if row.ends_id is None else str(row.ends_id),
        )
        for row in rows
    )


def _assessments(session: Session, labels: Mapping[int, str]) -> tuple[known.Assessment, ...]:
    """An assessment is in force, and known, from its second signature on."""
    rows = session.execute(
        select(
            ImpactAssessment.id,
            ImpactAssessment.start_id,
            ImpactAssessment.end_id,
            ImpactAssessment.level,
            ImpactAssessment.grace_days,
            ImpactAssessment.modules,
            AssessmentSignature.effective_at,
            AssessmentSignature.recorded_at,
        )
        .join(AssessmentSignature, AssessmentSignature.assessment_id == ImpactAssessment.id)
        .where(ImpactAssessment.end_id.in_(labels))
        .order_by(AssessmentSignature.id)
    )
    return tuple(
        known.Assessment(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            id=str(row.id),
            start=labels[row.start_id],
            end=labels[row.end_id],
            level=None if row.level is None else known.Level(row.level),
            grace_days=row.grace_days,
            modules=tuple(row.modules),
        )
        for row in rows
    )


def _requirements(session: Session, labels: Mapping[int, str]) -> tuple[known.Requirements, ...]:
    rows = session.execute(
        select(
            RequirementSet.id,
            RequirementSet.version_id,
            RequirementSet.full_modules,
            RequirementSet.renewal_modules,
            RequirementSetSignature.effective_at,
            RequirementSetSignature.recorded_at,
        )
        .join(RequirementSetSignature, RequirementSetSignature.requirement_set_id == RequirementSet.id)
        .where(RequirementSet.version_id.in_(labels))
        .order_by(RequirementSetSignature.id)
    )
    return tuple(
        known.Requirements(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            id=str(row.id),
            version=labels[row.version_id],
            full=tuple(row.full_modules),
            renewal=tuple(row.renewal_modules),
        )
        for row in rows
    )


def officer(session: Session, person_id: int, slug: str) -> known.OfficerFacts | None:
    """Return all that is recorded about one officer in view of the tool *slug*; see `officers`."""
    return officers(session, [person_id], slug).get(person_id)


def officers(session: Session, person_ids: Collection[int], slug: str) -> dict[int, known.OfficerFacts]:
    """Return all that is recorded about each officer in view of the tool *slug*, by the id of the person.

    A fixed number of statements for every 10,000 officers, whatever their history.
    """
    tool_id = session.scalar(select(Tool.id).where(Tool.slug == slug)) or 0
    policies = dict(_policies(session, tool_id))
    wanted = sorted(person_ids)
    found: dict[int, known.OfficerFacts] = {}
    for first in range(0, len(wanted), RUN):
        found |= _officers(session, wanted[first : first + RUN], tool_id, policies)
    return found


def _officers(
    session: Session, ids: list[int], tool_id: int, policies: Mapping[int, known.Policy]
) -> dict[int, known.OfficerFacts]:
    people = session.execute(select(Person.id, Person.service_number).where(Person.id.in_(ids)))
    by_kind = {name: gathered(session, ids, tool_id) for name, gathered in _GATHERED.items()}
    by_kind["awards"] = _awards(session, ids, tool_id, policies)
    return {
        person.id: known.OfficerFacts(
            number=person.service_number,
            **{name: tuple(rows.get(person.id, ())) for name, rows in by_kind.items()},
        )
        for person in people
    }


ByOfficer = dict[int, list[Any]]


def _by_officer(rows: Rows, fact: Callable[[Row[Any]], known.Fact]) -> ByOfficer:
    """Group rows, whose first column is the officer's id, into facts by officer."""
    found: ByOfficer = defaultdict(list)
    for row in rows:
        found[row[0]].append(fact(row))
    return found


def _accounts(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    return _by_officer(
        session.execute(_of(AccountFact.person_id, ids, AccountFact, AccountFact.change)),
        lambda row: known.AccountChanged(
            effective_at=row.effective_at, recorded_at=row.recorded_at, is_open=row.change is AccountChange.OPENED
        ),
    )


def _units(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    return _by_officer(
        session.execute(_of(UnitAssignment.person_id, ids, UnitAssignment, UnitAssignment.unit_id)),
        lambda row: known.UnitAssigned(
            effective_at=row.effective_at, recorded_at=row.recorded_at, unit=str(row.unit_id)
        ),
    )


def _suspensions(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    concerned = or_(OfficerSuspension.tool_id.is_(None), OfficerSuspension.tool_id == tool_id)
    return _by_officer(
        session.execute(_of(OfficerSuspension.officer_id, ids, OfficerSuspension).where(concerned)),
        lambda row: known.Suspended(effective_at=row.effective_at, recorded_at=row.recorded_at, id=str(row.id)),
    )


def _reinstatements(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    named = OfficerReinstatement.suspension_id
    return _by_officer(
        session.execute(_of(OfficerReinstatement.officer_id, ids, OfficerReinstatement, named)),
        lambda row: known.Reinstated(
            effective_at=row.effective_at, recorded_at=row.recorded_at, suspension=str(row.suspension_id)
        ),
    )


def _evaluations(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    columns = (Evaluation.outcome, Evaluation.through, Evaluation.restriction)
    return _by_officer(
        session.execute(_of(Evaluation.officer_id, ids, Evaluation, *columns)),
        lambda row: known.Evaluated(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            outcome=row.outcome,
            through=row.through,
            restriction=row.restriction,
        ),
    )


def _seats(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    statement = _of(SeatGrant.officer_id, ids, SeatGrant, SeatGrant.unit_id, SeatGrant.purposes)
    return _by_officer(
        session.execute(statement.where(SeatGrant.tool_id == tool_id)),
        lambda row: known.SeatGranted(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            id=str(row.id),
            unit=str(row.unit_id),
            purposes=frozenset(row.purposes),
        ),
    )


def _seat_releases(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    return _by_officer(
        session.execute(_of(SeatRelease.officer_id, ids, SeatRelease, SeatRelease.seat_id)),
        lambda row: known.SeatReleased(
            effective_at=row.effective_at, recorded_at=row.recorded_at, seat=str(row.seat_id)
        ),
    )


def _seat_reviews(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    return _by_officer(
        session.execute(_of(SeatReview.officer_id, ids, SeatReview, SeatReview.seat_id)),
        lambda row: known.SeatReviewed(
            effective_at=row.effective_at, recorded_at=row.recorded_at, seat=str(row.seat_id)
        ),
    )


def _attempts(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    statement = _of(Attempt.officer_id, ids, Attempt, ModuleRevision.slug)
    return _by_officer(
        session.execute(
            statement.join(ModuleRevision, ModuleRevision.id == Attempt.revision_id).where(
                Attempt.mode == Mode.ASSESSMENT
            )
        ),
        lambda row: known.AttemptOpened(effective_at=row.effective_at, recorded_at=row.recorded_at, module=row.slug),
    )


def _award_ends(session: Session, ids: list[int], tool_id: int) -> ByOfficer:
    return _by_officer(
        session.execute(_of(AwardEnd.officer_id, ids, AwardEnd, AwardEnd.award_id, AwardEnd.kind)),
        lambda row: known.AwardEnded(
            effective_at=row.effective_at, recorded_at=row.recorded_at, award=str(row.award_id), kind=row.kind
        ),
    )


_GATHERED: Mapping[str, Callable[[Session, list[int], int], ByOfficer]] = {
    "accounts": _accounts,
    "units": _units,
    "suspensions": _suspensions,
    "reinstatements": _reinstatements,
    "evaluations": _evaluations,
    "seats": _seats,
    "seat_releases": _seat_releases,
    "seat_reviews": _seat_reviews,
    "attempts": _attempts,
    "award_ends": _award_ends,
}


def _awards(session: Session, ids: list[int], tool_id: int, policies: Mapping[int, known.Policy]) -> ByOfficer:
    columns = (Award.kind, Award.policy_id, Award.base_id, Award.steps, Award.attempts_from, ToolVersion.label)
    statement = _of(Award.officer_id, ids, Award, *columns)
    return _by_officer(
        session.execute(
            statement.join(ToolVersion, ToolVersion.id == Award.version_id).where(ToolVersion.tool_id == tool_id)
        ),
        lambda row: known.Award(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            id=str(row.id),
            version=row.label,
            kind=row.kind,
            policy=policies[row.policy_id],
            attempts_from=row.attempts_from,
            base=None if row.base_id is None else str(row.base_id),
            steps=tuple(covered_step(step) for step in row.steps),
        ),
    )


def covered_step(step: Mapping[str, Any]) -> known.CoveredStep:
    """Return the rule's value for one step as an award keeps it; `step_row` is its inverse."""
    return known.CoveredStep(
        start=step["start"], end=step["end"], level=known.Level(step["level"]), modules=tuple(step["modules"])
    )


def step_row(step: known.CoveredStep) -> dict[str, Any]:
    return {"start": step.start, "end": step.end, "level": int(step.level), "modules": list(step.modules)}


def _of(owner: Any, ids: list[int], fact: Any, *columns: Any) -> Select[Any]:
    """Return the statement that reads *columns* of the facts about the officers *ids*, the owner's id first."""
    return select(owner, fact.id, fact.effective_at, fact.recorded_at, *columns).where(owner.in_(ids)).order_by(fact.id)


def question(session: Session, *, number: str, slug: str, zone: ZoneInfo) -> known.Facts:
    """Return everything that an answer about the officer *number* and the tool *slug* rests on."""
    person_id = session.scalar(select(Person.id).where(Person.service_number == number))
    return known.Facts(
        zone=zone,
        tool=tool(session, slug),
        officer=None if person_id is None else officer(session, person_id, slug),
    )
