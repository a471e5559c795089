"""The tables about the tool: its versions, what they ask of officers, and the verdicts on what each changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    ReleaseCancellation,
    RequirementChange,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolVersion,
    VersionFact,
)
from training_app.rules.facts import Level
from training_app.services.evidence_pack.orders import PackOrder
from training_app.services.evidence_pack.shown import Shown

Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a pack: its file, its columns and its rows."""

    file: str
    header: tuple[str, ...]
    rows: list[Cells]


def tables(session: Session, tool: Tool, order: PackOrder, shown: Shown) -> Iterator[Table]:
    """Yield the tables about versions, requirements and assessments; whatever held before the end of the period."""
    versions = session.scalars(
        select(ToolVersion).where(ToolVersion.tool_id == tool.id, order.known(ToolVersion)).order_by(ToolVersion.id)
    ).all()
    labels = {one.id: one.label for one in versions}
    yield _versions(versions, labels, shown)
    yield _changes(session, labels, order, shown)
    yield _requirements(session, labels, order, shown)
    yield _assessments(session, tool, labels, order, shown)


def modules(session: Session, tool: Tool, order: PackOrder) -> list[str]:
    """Return the slugs of every module that something about the tool asked for by the end of the period."""
    found: set[str] = set()
    versions = select(ToolVersion.id).where(ToolVersion.tool_id == tool.id)
    sets = select(RequirementSet).where(RequirementSet.version_id.in_(versions), order.known(RequirementSet))
    for one in session.scalars(sets):
        found.update(one.full_modules, one.renewal_modules)
    changes = (
        select(RequirementChange)
        .join(RequirementSet, RequirementSet.id == RequirementChange.requirement_set_id)
        .where(RequirementSet.version_id.in_(versions), order.known(RequirementChange))
    )
    for change in session.scalars(changes):
        found.update(change.modules)
    for edge in session.scalars(
        select(ImpactAssessment).where(ImpactAssessment.tool_id == tool.id, order.known(ImpactAssessment))
    ):
        found.update(edge.modules)
    return sorted(found)


def _versions(versions: Sequence[ToolVersion], labels: dict[int, str], shown: Shown) -> Table:
    entries = shown.of(ToolVersion, labels)
    by = shown.numbers([one.recorded_by_id for one in versions])
    header = (
        "entry", "label", "predecessor", "prohibition", "what_changed", "how_to_stop", "effective_at", "recorded_at",
        "recorded_by",
    )  # fmt: skip
    rows: list[Cells] = [
        (
            entries.get(one.id),
            one.label,
            labels.get(one.predecessor_id or 0),
            one.prohibition,
            one.what_changed,
            one.how_to_stop,
            one.effective_at,
            one.recorded_at,
            by[one.recorded_by_id],
        )
        for one in versions
    ]
    return Table("versions.csv", header, rows)


def _changes(session: Session, labels: dict[int, str], order: PackOrder, shown: Shown) -> Table:
    facts = session.scalars(
        select(VersionFact).where(VersionFact.version_id.in_(labels), order.known(VersionFact)).order_by(VersionFact.id)
    ).all()
    version_of = {one.id: labels[one.version_id] for one in facts}
    called_off = session.scalars(
        select(ReleaseCancellation)
        .where(ReleaseCancellation.release_id.in_(version_of), order.known(ReleaseCancellation))
        .order_by(ReleaseCancellation.id)
    ).all()
    entries = shown.of(VersionFact, version_of)
    cancelled = shown.of(ReleaseCancellation, [one.id for one in called_off])
    by = shown.numbers([one.recorded_by_id for one in (*facts, *called_off)])
    header = (
        "entry", "version", "change", "change_number", "ends_id", "release_id", "forecast", "reason", "effective_at",
        "recorded_at", "recorded_by",
    )  # fmt: skip
    rows: list[Cells] = [
        (
            entries.get(one.id),
            labels[one.version_id],
            one.change,
            one.id,
            one.ends_id,
            None,
            one.forecast,
            one.reason,
            one.effective_at,
            one.recorded_at,
            by[one.recorded_by_id],
        )
        for one in facts
    ]
    for end in called_off:
        stamp = (end.effective_at, end.recorded_at, by[end.recorded_by_id])
        version = version_of[end.release_id]
        rows.append(
            (cancelled.get(end.id), version, "called-off", None, None, end.release_id, None, end.reason, *stamp)
        )
    return Table("version-changes.csv", header, rows)


def _requirements(session: Session, labels: dict[int, str], order: PackOrder, shown: Shown) -> Table:
    found = session.execute(
        select(RequirementSet, RequirementChange, RequirementSetSignature)
        .outerjoin(RequirementChange, RequirementChange.requirement_set_id == RequirementSet.id)
        .outerjoin(
            RequirementSetSignature,
            (RequirementSetSignature.requirement_set_id == RequirementSet.id)
            & (RequirementSetSignature.recorded_at <= order.known_at),
        )
        .where(RequirementSet.version_id.in_(labels), order.known(RequirementSet))
        .order_by(RequirementSet.id)
    ).all()
    entries = shown.of(RequirementSet, [row[0].id for row in found])
    changes = shown.of(RequirementChange, [row[1].id for row in found if row[1]])
    signatures = shown.of(RequirementSetSignature, [row[2].id for row in found if row[2]])
    by = shown.numbers([one.recorded_by_id for row in found for one in row if one])
    header = (
        "entry", "requirement_set", "version", "revision", "full_modules", "full_observed", "renewal_modules",
        "renewal_observed", "effective_at", "recorded_at", "recorded_by", "change_entry", "level", "grace_days",
        "modules", "what_changed", "grace_reason", "signature_entry", "signed_at", "signed_by", "reason",
    )  # fmt: skip
    rows: list[Cells] = []
    for row in found:
        asked, change, signature = row[0], row[1], row[2]
        rows.append(
            (
                entries.get(asked.id),
                asked.id,
                labels[asked.version_id],
                asked.revision,
                asked.full_modules,
                asked.full_observed,
                asked.renewal_modules,
                asked.renewal_observed,
                asked.effective_at,
                asked.recorded_at,
                by[asked.recorded_by_id],
                *(
                    (
                        changes.get(change.id),
                        change.level,
                        change.grace_days,
                        change.modules,
                        change.what_changed,
                        change.grace_reason,
                    )
                    if change
                    else (None,) * 6
                ),
                *_signed(signature, signatures, by),
            )
        )
    return Table("requirements.csv", header, rows)


def _assessments(session: Session, tool: Tool, labels: dict[int, str], order: PackOrder, shown: Shown) -> Table:
    found = session.execute(
        select(ImpactAssessment, AssessmentSignature)
        .outerjoin(
            AssessmentSignature,
            (AssessmentSignature.assessment_id == ImpactAssessment.id)
            & (AssessmentSignature.recorded_at <= order.known_at),
        )
        .where(ImpactAssessment.tool_id == tool.id, order.known(ImpactAssessment))
        .order_by(ImpactAssessment.id)
    ).all()
    entries = shown.of(ImpactAssessment, [row[0].id for row in found])
    signatures = shown.of(AssessmentSignature, [row[1].id for row in found if row[1]])
    by = shown.numbers([one.recorded_by_id for row in found for one in row if one])
    header = (
        "entry", "assessment", "from_version", "to_version", "level", "level_name", "method", "grace_days", "modules",
        "what_changed", "grace_reason", "effective_at", "recorded_at", "recorded_by", "signature_entry", "signed_at",
        "signed_by", "reason",
    )  # fmt: skip
    rows: list[Cells] = []
    for row in found:
        edge, signature = row[0], row[1]
        name, method = _METHODS[edge.verdict]
        rows.append(
            (
                entries.get(edge.id),
                edge.id,
                labels.get(edge.start_id),
                labels.get(edge.end_id),
                edge.level,
                name,
                method,
                edge.grace_days,
                edge.modules,
                edge.what_changed,
                edge.grace_reason,
                edge.effective_at,
                edge.recorded_at,
                by[edge.recorded_by_id],
                *_signed(signature, signatures, by),
            )
        )
    return Table("assessments.csv", header, rows)


#: Name of each level, and how it is checked that an officer has learned what changed.
_METHODS: dict[Level | None, tuple[str, str]] = {
    Level.CARRY_OVER: ("carry-over", "none"),
    Level.FAMILIARISATION: ("familiarisation", "signature"),
    Level.DIFFERENCES: ("differences", "quiz"),
    Level.DIFFERENCES_OBSERVED: ("differences-observed", "quiz and observed practice"),
    Level.FULL: ("full", "the whole course again"),
    None: ("no-way-from-here", "the whole course for the later version"),
}


def _signed(
    signature: RequirementSetSignature | AssessmentSignature | None,
    entries: dict[int, int],
    by: dict[int | None, str],
) -> Cells:
    if signature is None:
        return (None,) * 4
    return entries.get(signature.id), signature.effective_at, by[signature.recorded_by_id], signature.reason
