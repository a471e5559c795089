"""The tables about who taught and examined: qualifications, declarations, education, measures, sessions held."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_app.models.certification import AwardBasis
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import (
    ContinuingEducation,
    DeclaredInterest,
    DeclaredInterestEnd,
    EthicsDeclaration,
    TrainerMeasure,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.models.training_sessions import TrainingSession
from training_app.rules.trainers import Scope
from training_app.services import rosters
from training_app.services.evidence_pack.of_tool import Cells, Table
from training_app.services.evidence_pack.orders import PackOrder, runs
from training_app.services.evidence_pack.shown import Shown

M = TypeVar("M", TrainerMeasure, EthicsDeclaration, DeclaredInterest, DeclaredInterestEnd, ContinuingEducation)


def people(
    session: Session,
    tool: Tool,
    order: PackOrder,
    *,
    subjects: Collection[str],
    awards: Sequence[int],
    instructors: Collection[int],
) -> list[int]:
    """Return the ids of the trainers who count: qualified for the tool or its subjects, behind an award, or teaching.

    :param subjects: the subject areas of the modules.
    :param awards: ids of the awards in the pack.
    """
    of_scope = or_(TrainerQualification.tool_id == tool.id, TrainerQualification.subject.in_(subjects))
    found = set(
        session.scalars(select(TrainerQualification.person_id).where(of_scope, order.known(TrainerQualification)))
    )
    for some in runs(awards):
        found.update(session.scalars(select(AwardBasis.trainer_id).where(AwardBasis.award_id.in_(some)).distinct()))
    return sorted(found | set(instructors))


def tables(session: Session, trainers: Sequence[int], order: PackOrder, shown: Shown) -> list[Table]:
    """Return the tables about *trainers*; whatever held before the end of the period, for whichever scope."""
    return [
        _qualifications(session, trainers, order, shown),
        _declarations(session, trainers, order, shown),
        _education(session, trainers, order, shown),
        _measures(session, trainers, order, shown),
    ]


def _known(session: Session, kind: type[M], trainers: Sequence[int], order: PackOrder) -> list[M]:
    found: list[M] = []
    for some in runs(trainers):
        found += session.scalars(select(kind).where(kind.person_id.in_(some), order.known(kind)))
    return sorted(found, key=lambda one: one.id)


def _qualifications(session: Session, trainers: Sequence[int], order: PackOrder, shown: Shown) -> Table:
    rows: list[Any] = []
    for some in runs(trainers):
        rows += session.execute(
            select(TrainerQualification, TrainerQualificationSignature, Tool.slug, ToolVersion.label)
            .outerjoin(
                TrainerQualificationSignature,
                (TrainerQualificationSignature.qualification_id == TrainerQualification.id)
                & (TrainerQualificationSignature.recorded_at <= order.known_at),
            )
            .outerjoin(Tool, Tool.id == TrainerQualification.tool_id)
            .outerjoin(ToolVersion, ToolVersion.id == TrainerQualification.version_id)
            .where(TrainerQualification.person_id.in_(some), order.known(TrainerQualification))
        ).all()
    rows.sort(key=lambda row: row[0].id)
    entries = shown.of(TrainerQualification, [row[0].id for row in rows])
    signatures = shown.of(TrainerQualificationSignature, [row[1].id for row in rows if row[1]])
    by = shown.numbers([one for row in rows for one in (row[0].person_id, row[0].recorded_by_id)])
    by |= shown.numbers([row[1].recorded_by_id for row in rows if row[1]])
    header = (
        "entry", "qualification", "trainer", "scope", "version", "level", "special", "effective_at", "through",
        "renews", "evidence", "recorded_at", "recorded_by", "signature_entry", "signed_at", "signed_by",
    )  # fmt: skip
    cells: list[Cells] = []
    for granted, signature, slug, label in rows:
        second: Cells = (None,) * 3
        if signature is not None:
            second = (signatures.get(signature.id), signature.effective_at, by[signature.recorded_by_id])
        cells.append(
            (
                entries.get(granted.id),
                granted.id,
                by[granted.person_id],
                Scope(subject=granted.subject, tool=slug),
                label,
                granted.level,
                granted.special,
                granted.effective_at,
                granted.through,
                granted.renews_id,
                "; ".join(_evidence(one) for one in granted.evidence),
                granted.recorded_at,
                by[granted.recorded_by_id],
                *second,
            )
        )
    return Table("trainers.csv", header, cells)


def _evidence(given: dict[str, Any]) -> str:
    """Return kind, day and digest of a piece of evidence; what was noted with it could name somebody."""
    return " ".join(str(given[name]) for name in ("kind", "day", "by", "sha256") if given.get(name))


def _declarations(session: Session, trainers: Sequence[int], order: PackOrder, shown: Shown) -> Table:
    signed = _known(session, EthicsDeclaration, trainers, order)
    interests = _known(session, DeclaredInterest, trainers, order)
    ends = _known(session, DeclaredInterestEnd, trainers, order)
    by = shown.numbers(trainers)
    header = (
        "entry", "trainer", "what", "text_version", "text_digest", "language", "interest", "kind", "vendor",
        "effective_at", "recorded_at", "recorded_by",
    )  # fmt: skip
    told: list[tuple[Any, int | None, Cells]] = []
    entries = shown.of(EthicsDeclaration, [one.id for one in signed])
    for one in signed:
        what = ("ethics", one.text_version, one.text_digest, one.language, None, None, None)
        told.append((one, entries.get(one.id), what))
    entries = shown.of(DeclaredInterest, [one.id for one in interests])
    for held in interests:
        what_held = ("interest", None, None, None, held.id, held.kind, held.vendor)
        told.append((held, entries.get(held.id), what_held))
    entries = shown.of(DeclaredInterestEnd, [one.id for one in ends])
    for end in ends:
        told.append((end, entries.get(end.id), ("interest ended", None, None, None, end.interest_id, None, None)))
    rows: list[Cells] = [
        (entry, by[one.person_id], *what, one.effective_at, one.recorded_at, by[one.recorded_by_id])
        for one, entry, what in told
    ]
    return Table("trainer-declarations.csv", header, rows)


def _education(session: Session, trainers: Sequence[int], order: PackOrder, shown: Shown) -> Table:
    found = _known(session, ContinuingEducation, trainers, order)
    entries = shown.of(ContinuingEducation, [one.id for one in found])
    by = shown.numbers([person for one in found for person in (one.person_id, one.recorded_by_id)])
    header = (
        "entry", "trainer", "title", "held_on", "hours", "document_sha256", "effective_at", "recorded_at",
        "recorded_by",
    )  # fmt: skip
    rows: list[Cells] = [
        (
            entries.get(one.id),
            by[one.person_id],
            one.title,
            one.held_on,
            one.hours,
            one.document_sha256,
            one.effective_at,
            one.recorded_at,
            by[one.recorded_by_id],
        )
        for one in found
    ]
    return Table("trainer-education.csv", header, rows)


def _measures(session: Session, trainers: Sequence[int], order: PackOrder, shown: Shown) -> Table:
    found = _known(session, TrainerMeasure, trainers, order)
    entries = shown.of(TrainerMeasure, [one.id for one in found])
    by = shown.numbers([person for one in found for person in (one.person_id, one.recorded_by_id)])
    header = (
        "entry", "measure", "trainer", "kind", "qualification", "ends", "reason_code", "doubts_content",
        "doubts_marks", "effective_at", "recorded_at", "recorded_by",
    )  # fmt: skip
    rows: list[Cells] = [
        (
            entries.get(one.id),
            one.id,
            by[one.person_id],
            one.kind,
            one.qualification_id,
            one.ends_id,
            one.reason_code,
            one.doubts_content,
            one.doubts_marks,
            one.effective_at,
            one.recorded_at,
            by[one.recorded_by_id],
        )
        for one in found
    ]
    return Table("trainer-measures.csv", header, rows)


# -- sessions ----------------------------------------------------------------------------------------------------------


def sessions_held(session: Session, tool: Tool, modules: Collection[str], order: PackOrder) -> list[rosters.SessionNow]:
    """Return the sessions on the tool or one of *modules* that began in the period, as they stand."""
    about = or_(TrainingSession.tool_id == tool.id, TrainingSession.module.in_(modules))
    starts = rosters.standing("starts_at")
    return rosters.listed(
        session, about, TrainingSession.recorded_at <= order.known_at, starts >= order.since, starts < order.until
    )


def sessions_table(held: Sequence[rosters.SessionNow], order: PackOrder, shown: Shown) -> Table:
    entries = shown.of(TrainingSession, [one.id for one in held])
    by = shown.numbers([person for one in held for person in (one.plan.instructor, one.row.recorded_by_id)])
    header = (
        "entry", "session", "kind", "title", "tool", "version", "module", "place", "starts_at", "ends_at",
        "instructor", "attendance", "called_off", "planned_at", "planned_by",
    )  # fmt: skip
    rows: list[Cells] = [
        (
            entries.get(one.id),
            one.id,
            one.row.kind,
            one.row.title,
            one.tool and one.tool.slug,
            one.version,
            one.row.module,
            one.plan.place,
            one.plan.starts_at,
            one.plan.ends_at,
            by[one.plan.instructor],
            _attendance(one, order),
            one.cancelled is not None and one.cancelled.recorded_at <= order.known_at,
            one.row.effective_at,
            by[one.row.recorded_by_id],
        )
        for one in held
    ]
    return Table("sessions.csv", header, rows)


def _attendance(one: rosters.SessionNow, order: PackOrder) -> str:
    """Return how many were recorded as what, by what was known."""
    latest = {record.person: record.presence for record in one.records if record.at <= order.known_at}
    counted = Counter(str(presence.value) for presence in latest.values())
    return " ".join(f"{presence}:{number}" for presence, number in sorted(counted.items()))
