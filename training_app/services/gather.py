"""Rows into facts: everything that a rule needs to know about a tool, and about some officers in view of it.

The statements are written down once and name their values (``tool``, ``ids`` and the like), because this is read for
every access question: putting a statement together costs several times what running it does.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
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

WHEN = ("effective_at", "recorded_at")


def tool(session: Session, slug: str) -> known.ToolFacts | None:
    """Return all that is recorded about the tool called *slug*, or ``None`` if no such tool is registered."""
    session.flush()
    found = _tool(session, slug)
    return None if found is None else found.facts


def officer(session: Session, person_id: int, slug: str) -> known.OfficerFacts | None:
    """Return all that is recorded about one officer in view of the tool *slug*; see `officers`."""
    return officers(session, [person_id], slug).get(person_id)


def officers(session: Session, person_ids: Collection[int], slug: str) -> dict[int, known.OfficerFacts]:
    """Return all that is recorded about each officer in view of the tool *slug*, by the id of the person.

    A fixed number of statements for every 10,000 officers, whatever their history.
    """
    session.flush()
    tool_id = session.scalar(_TOOL_ID, {"slug": slug}) or 0
    policies = _policies(session, tool_id)
    wanted = sorted(person_ids)
    found: dict[int, known.OfficerFacts] = {}
    for first in range(0, len(wanted), RUN):
        ids = wanted[first : first + RUN]
        people = {row.id: row.service_number for row in session.execute(_PEOPLE, {"ids": ids})}
        found |= _officers(session, people, tool_id, policies)
    return found


def question(session: Session, *, number: str, slug: str, zone: ZoneInfo) -> known.Facts:
    """Return everything that an answer about the officer *number* and the tool *slug* rests on."""
    session.flush()
    person_id = session.scalar(_PERSON_ID, {"number": number})
    found = _tool(session, slug)
    officer_facts = None
    if person_id is not None:
        tool_id, policies = (found.id, found.policies) if found else (0, {})
        officer_facts = _officers(session, {person_id: number}, tool_id, policies)[person_id]
    return known.Facts(zone=zone, tool=found.facts if found else None, officer=officer_facts)


# -- tools -------------------------------------------------------------------------------------------------------------


def _columns(kind: type[Fact], *names: str) -> Select[Any]:
    table = cast(Table, kind.__table__)
    return select(*(table.c[name] for name in names))


def _table(kind: type[Fact]) -> Table:
    return cast(Table, kind.__table__)


_VERSIONS, _SIGNATURES, _SETS_SIGNED = map(_table, (ToolVersion, AssessmentSignature, RequirementSetSignature))
_OF_TOOL: BindParameter[int] = bindparam("tool")

_TOOL_ID = _columns(Tool, "id").where(_table(Tool).c.slug == bindparam("slug"))
_TOOL = _columns(
    Tool, "id", *WHEN, "prohibition", "purposes", "purpose_required", "max_cache_seconds"
).where(_table(Tool).c.slug == bindparam("slug"))  # fmt: skip
_VERSIONS_OF_TOOL = (
    _columns(ToolVersion, "id", *WHEN, "label", "predecessor_id", "prohibition")
    .where(_VERSIONS.c.tool_id == _OF_TOOL)
    .order_by(_VERSIONS.c.id)
)
_TERMS = (
    "revision", "validity_months", "window_months", "pass_age_months",
    "evaluation_required", "seats_required", "seat_review_months",
)  # fmt: skip
_POLICIES_OF_TOOL = (
    _columns(ToolPolicy, "id", *WHEN, *_TERMS)
    .where(_table(ToolPolicy).c.tool_id == _OF_TOOL)
    .order_by(_table(ToolPolicy).c.id)
)
_CHANGES_OF_TOOL = (
    _columns(VersionFact, "id", *WHEN, "version_id", "change", "ends_id")
    .join(_VERSIONS, _VERSIONS.c.id == _table(VersionFact).c.version_id)
    .where(_VERSIONS.c.tool_id == _OF_TOOL)
    .order_by(_table(VersionFact).c.id)
)
#: In force, and known, from the second signature on.
_ASSESSMENTS_OF_TOOL = (
    _columns(ImpactAssessment, "id", "start_id", "end_id", "level", "grace_days", "modules")
    .add_columns(_SIGNATURES.c.effective_at, _SIGNATURES.c.recorded_at)
    .join(_SIGNATURES, _SIGNATURES.c.assessment_id == _table(ImpactAssessment).c.id)
    .where(_table(ImpactAssessment).c.tool_id == _OF_TOOL)
    .order_by(_SIGNATURES.c.id)
)
_REQUIREMENTS_OF_TOOL = (
    _columns(RequirementSet, "id", "version_id", "full_modules", "renewal_modules")
    .add_columns(_SETS_SIGNED.c.effective_at, _SETS_SIGNED.c.recorded_at)
    .join(_SETS_SIGNED, _SETS_SIGNED.c.requirement_set_id == _table(RequirementSet).c.id)
    .join(_VERSIONS, _VERSIONS.c.id == _table(RequirementSet).c.version_id)
    .where(_VERSIONS.c.tool_id == _OF_TOOL)
    .order_by(_SETS_SIGNED.c.id)
)


@dataclass(frozen=True, slots=True)
class _Tool:
    id: int
    facts: known.ToolFacts
    policies: Mapping[int, known.Policy]
    """By their id, which awards name."""


def _tool(session: Session, slug: str) -> _Tool | None:
    row = session.execute(_TOOL, {"slug": slug}).one_or_none()
    if row is None:
        return None
    of_tool = {"tool": row.id}
    versions = session.execute(_VERSIONS_OF_TOOL, of_tool).all()
    labels = {version.id: version.label for version in versions}
    policies = _policies(session, row.id)
    facts = known.ToolFacts(
        **_when(row),
        slug=slug,
        prohibition=row.prohibition,
        purposes=frozenset(row.purposes),
        purpose_required=row.purpose_required,
        max_cache_seconds=row.max_cache_seconds,
        policies=tuple(policies.values()),
        versions=tuple(_version(version, labels) for version in versions),
        changes=tuple(_change(change, labels) for change in session.execute(_CHANGES_OF_TOOL, of_tool)),
        assessments=tuple(_assessment(one, labels) for one in session.execute(_ASSESSMENTS_OF_TOOL, of_tool)),
        requirements=tuple(_requirements(one, labels) for one in session.execute(_REQUIREMENTS_OF_TOOL, of_tool)),
    )
    return _Tool(row.id, facts, policies)


def _policies(session: Session, tool_id: int) -> dict[int, known.Policy]:
    return {
        row.id: known.Policy(**_when(row), **{name: row._mapping[name] for name in _TERMS})
        for row in session.execute(_POLICIES_OF_TOOL, {"tool": tool_id})
    }


def _version(row: Row[Any], labels: Mapping[int, str]) -> known.Version:
    return known.Version(
        **_when(row), label=row.label, predecessor=labels.get(row.predecessor_id), prohibition=row.prohibition
    )


def _change(row: Row[Any], labels: Mapping[int, str]) -> known.VersionChanged:
    return known.VersionChanged(
        **_when(row),
        id=str(row.id),
        version=labels[row.version_id],
        change=row.change,
        ends=None if row.ends_id is None else str(row.ends_id),
    )


def _assessment(row: Row[Any], labels: Mapping[int, str]) -> known.Assessment:
    return known.Assessment(
        **_when(row),
        id=str(row.id),
        start=labels[row.start_id],
        end=labels[row.end_id],
        level=None if row.level is None else known.Level(row.level),
        grace_days=row.grace_days,
        modules=tuple(row.modules),
    )


def _requirements(row: Row[Any], labels: Mapping[int, str]) -> known.Requirements:
    return known.Requirements(
        **_when(row),
        id=str(row.id),
        version=labels[row.version_id],
        full=tuple(row.full_modules),
        renewal=tuple(row.renewal_modules),
    )


# -- officers ----------------------------------------------------------------------------------------------------------

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_PERSON_ID = _columns(Person, "id").where(_table(Person).c.service_number == bindparam("number"))
_PEOPLE = _columns(Person, "id", "service_number").where(_table(Person).c.id.in_(_IDS))


def _about(kind: type[Fact], *names: str) -> Select[Any]:
    """Return the statement that reads the facts of one *kind* about the officers ``ids``, the officer's id first."""
    table = _table(kind)
    owner = table.c[cast(str, kind.about)]
    columns = (table.c[name] for name in ("id", *WHEN, *names))
    return select(owner, *columns).where(owner.in_(_IDS)).order_by(table.c.id)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of fact about officers is read."""

    statement: Select[Any]
    """Asks for the officers ``ids``, and for ``tool`` where the kind is about one tool."""
    fact: Callable[[Row[Any]], known.Fact]


_OF_OFFICERS: Mapping[str, _Kind] = {
    "accounts": _Kind(
        _about(AccountFact, "change"),
        lambda row: known.AccountChanged(**_when(row), is_open=row.change is AccountChange.OPENED),
    ),
    "units": _Kind(
        _about(UnitAssignment, "unit_id"),
        lambda row: known.UnitAssigned(**_when(row), unit=str(row.unit_id)),
    ),
    "suspensions": _Kind(
        _about(OfficerSuspension).where(
            or_(_table(OfficerSuspension).c.tool_id.is_(None), _table(OfficerSuspension).c.tool_id == _OF_TOOL)
        ),
        lambda row: known.Suspended(**_when(row), id=str(row.id)),
    ),
    "reinstatements": _Kind(
        _about(OfficerReinstatement, "suspension_id"),
        lambda row: known.Reinstated(**_when(row), suspension=str(row.suspension_id)),
    ),
    "evaluations": _Kind(
        _about(Evaluation, "outcome", "through", "restriction"),
        lambda row: known.Evaluated(
            **_when(row), outcome=row.outcome, through=row.through, restriction=row.restriction
        ),
    ),
    "seats": _Kind(
        _about(SeatGrant, "unit_id", "purposes").where(_table(SeatGrant).c.tool_id == _OF_TOOL),
        lambda row: known.SeatGranted(
            **_when(row), id=str(row.id), unit=str(row.unit_id), purposes=frozenset(row.purposes)
        ),
    ),
    "seat_releases": _Kind(
        _about(SeatRelease, "seat_id"),
        lambda row: known.SeatReleased(**_when(row), seat=str(row.seat_id)),
    ),
    "seat_reviews": _Kind(
        _about(SeatReview, "seat_id"),
        lambda row: known.SeatReviewed(**_when(row), seat=str(row.seat_id)),
    ),
    "attempts": _Kind(
        _about(Attempt)
        .add_columns(_table(ModuleRevision).c.slug)
        .join(_table(ModuleRevision), _table(ModuleRevision).c.id == _table(Attempt).c.revision_id)
        .where(_table(Attempt).c.mode == Mode.ASSESSMENT),
        lambda row: known.AttemptOpened(**_when(row), module=row.slug),
    ),
    "award_ends": _Kind(
        _about(AwardEnd, "award_id", "kind"),
        lambda row: known.AwardEnded(**_when(row), award=str(row.award_id), kind=row.kind),
    ),
}

_AWARDS = (
    _about(Award, "kind", "policy_id", "base_id", "steps", "attempts_from", "evidence")
    .add_columns(_VERSIONS.c.label)
    .join(_VERSIONS, _VERSIONS.c.id == _table(Award).c.version_id)
    .where(_VERSIONS.c.tool_id == _OF_TOOL)
)


def _officers(
    session: Session, people: Mapping[int, str], tool_id: int, policies: Mapping[int, known.Policy]
) -> dict[int, known.OfficerFacts]:
    """Return the facts about *people* (service numbers by id) in view of one tool."""
    kinds = {**_OF_OFFICERS, "awards": _Kind(_AWARDS, lambda row: _award(row, policies))}
    found: dict[str, dict[int, list[known.Fact]]] = {name: defaultdict(list) for name in kinds}
    values = {"ids": list(people), "tool": tool_id}
    for name, kind in kinds.items():
        by_officer = found[name]
        for row in session.execute(kind.statement, values):
            by_officer[row[0]].append(kind.fact(row))
    return {
        person: known.OfficerFacts(number=number, **{name: tuple(of.get(person, ())) for name, of in found.items()})  # type: ignore[arg-type]
        for person, number in people.items()
    }


def _award(row: Row[Any], policies: Mapping[int, known.Policy]) -> known.Award:
    return known.Award(
        **_when(row),
        id=str(row.id),
        version=row.label,
        kind=row.kind,
        policy=policies[row.policy_id],
        attempts_from=row.attempts_from,
        base=None if row.base_id is None else str(row.base_id),
        steps=tuple(covered_step(step) for step in row.steps),
        evidence=tuple(row.evidence.get("met_by", ())),
    )


def covered_step(step: Mapping[str, Any]) -> known.CoveredStep:
    """Return the rule's value for one step as an award keeps it; `step_row` is its inverse."""
    return known.CoveredStep(
        start=step["start"],
        end=step["end"],
        level=known.Level(step["level"]),
        modules=tuple(step["modules"]),
        assessment=step.get("assessment"),
    )


def step_row(step: known.CoveredStep) -> dict[str, Any]:
    return {
        "start": step.start,
        "end": step.end,
        "level": int(step.level),
        "modules": list(step.modules),
        "assessment": step.assessment,
    }


def _when(row: Row[Any]) -> dict[str, Any]:
    return {"effective_at": row.effective_at, "recorded_at": row.recorded_at}
