"""Awards: made in the transaction that meets the last requirement, once, however often it is asked for."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.rulings import NewMark
from training_app.models.tools import Tool, ToolPolicy, ToolVersion
from training_app.models.training import (
    Attempt,
    Familiarisation,
    ModuleRevision,
    RequirementFamiliarisation,
    Submission,
)
from training_app.rules.awarding import AwardDue, awards_due
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import SET, Passed, Signed
from training_app.services import award_basis, gather, marks, sign_offs
from training_app.services.locks import one_at_a_time


def award_what_is_due(
    session: Session,
    officer: Person,
    *,
    at: datetime,
    zone: ZoneInfo,
    new_code: Callable[[], str],
    recorded_at: datetime,
) -> list[Award]:
    """Make every award that *officer* has earned as of *at* and does not hold, and return them.

    :param new_code: gives a fresh random verification code for each certificate.

    An award is dated by its last requirement, whenever it is made.  Awards of one officer are made one after the other,
    so that two tabs or two processes make one award: the second finds nothing due.  One award can be what was missing
    for the next, as where a version that is announced asks for what was just passed: all are made, until none is due.
    """
    one_at_a_time(session, "person", officer.id)
    passed, signed = passes(session, officer.id), readings(session, officer.id)
    observed = sign_offs.of(session, officer.id)
    on = CivilInstant(at, zone)
    made: list[Award] = []
    for tool in session.scalars(select(Tool).order_by(Tool.id)).all():
        facts = gather.tool(session, tool.slug)
        while facts is not None and (subject := gather.officer(session, officer.id, tool.slug)) is not None:
            earned = awards_due(subject, facts, passed=passed, signed=signed, observed=observed, on=on)
            if not earned:
                break
            found = [_award(session, tool, officer, due, recorded_at=recorded_at, code=new_code()) for due in earned]
            session.add_all(award for award, _ in found)
            session.flush()
            for award, acts in found:
                award_basis.add(session, award, acts)
            session.flush()
            made += [award for award, _ in found]
    return made


def _award(
    session: Session, tool: Tool, officer: Person, due: AwardDue, *, recorded_at: datetime, code: str
) -> tuple[Award, list[award_basis.Act]]:
    """Return the award that is due, and the acts of trainers that it rests on, whose digest is in its evidence."""
    version_id = session.execute(
        select(ToolVersion.id).where(ToolVersion.tool_id == tool.id, ToolVersion.label == due.version)
    ).scalar_one()
    policy_id = session.execute(
        select(ToolPolicy.id).where(ToolPolicy.tool_id == tool.id, ToolPolicy.revision == due.policy.revision)
    ).scalar_one()
    evidence: dict[str, Any] = {
        "met_by": list(due.evidence),
        "modules": list(due.modules),
        "revisions": _revisions(session, due.evidence),
        **_marked_anew(session, due.evidence),
        **_checklists(session, due.evidence),
    }
    acts = award_basis.acts_behind(session, evidence)
    made = Award(
        effective_at=due.met_at,
        recorded_at=recorded_at,
        recorded_by_id=None,
        officer_id=officer.id,
        version_id=version_id,
        kind=due.kind,
        policy_id=policy_id,
        base_id=None if due.base is None else int(due.base.id),
        requirement_set_id=None if due.requirements is None else int(due.requirements),
        steps=[gather.step_row(step) for step in due.steps],
        attempts_from=due.attempts_from,
        evidence={**evidence, "basis": award_basis.digest_of(acts)},
        evidence_key=_evidence_key(due),
        holder_name=officer.name,
        code=code,
    )
    return made, acts


def _evidence_key(due: AwardDue) -> str:
    """Return what the award is known by: what earned it and, of a delta, the award that it is built on.

    Where that one is voided, the same passes earn a delta anew on another award of the term.
    """
    return "+".join([*due.evidence, *([] if due.base is None else [f"base:{due.base.id}"])])


def _revisions(session: Session, evidence: Sequence[str]) -> dict[str, str]:
    """Return the digest of the module revision behind each submission among *evidence*."""
    rows = session.execute(
        select(Submission.id, ModuleRevision.digest)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(ModuleRevision, ModuleRevision.id == Attempt.revision_id)
        .where(Submission.id.in_(_submissions(evidence)))
    )
    return {f"submission:{row.id}": row.digest for row in rows}


def _marked_anew(session: Session, evidence: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return which new mark passed each submission that its first mark did not pass; nothing where there is none."""
    first = (
        select(NewMark.submission_id, func.min(NewMark.id).label("mark"))
        .join(Submission, Submission.id == NewMark.submission_id)
        .where(NewMark.submission_id.in_(_submissions(evidence)), NewMark.passed, ~Submission.passed)
        .group_by(NewMark.submission_id)
    )
    passed_by = {f"submission:{row.submission_id}": f"new-mark:{row.mark}" for row in session.execute(first)}
    return {"passed_by": passed_by} if passed_by else {}


def _checklists(session: Session, evidence: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return by which checklist each sign-off among *evidence* was given; nothing where there is none."""
    found = sign_offs.checklists_behind(session, evidence)
    return {"checklists": found} if found else {}


def _submissions(evidence: Sequence[str]) -> list[int]:
    return [int(one.removeprefix("submission:")) for one in evidence if one.startswith("submission:")]


def _runs(officer_ids: Collection[int]) -> Iterator[list[int]]:
    wanted = sorted(officer_ids)
    for first in range(0, len(wanted), gather.RUN):
        yield wanted[first : first + gather.RUN]


def passes(session: Session, officer_id: int) -> list[Passed]:
    """Return every assessment that the officer passed."""
    return passes_of(session, [officer_id])[officer_id]


def passes_of(session: Session, officer_ids: Collection[int]) -> Mapping[int, list[Passed]]:
    """Return, for each officer, every assessment passed; a fixed number of statements for every 10,000 officers."""
    found: dict[int, list[Passed]] = {officer_id: [] for officer_id in officer_ids}
    for ids in _runs(officer_ids):
        for officer_id, passed in marks.passes(session, ids):
            found[officer_id].append(passed)
    return found


def readings(session: Session, officer_id: int) -> list[Signed]:
    """Return every familiarisation that the officer signed: of a new version, or of a later requirement set."""
    return readings_of(session, [officer_id])[officer_id]


def readings_of(session: Session, officer_ids: Collection[int]) -> Mapping[int, list[Signed]]:
    """Return, for each officer, every familiarisation signed; see `passes_of`."""
    found: dict[int, list[Signed]] = {officer_id: [] for officer_id in officer_ids}
    of_versions, of_sets = Familiarisation, RequirementFamiliarisation
    changes = select(of_versions.officer_id, of_versions.id, of_versions.assessment_id, of_versions.effective_at)
    sets = select(of_sets.officer_id, of_sets.id, of_sets.requirement_set_id, of_sets.effective_at)
    for ids in _runs(officer_ids):
        for row in session.execute(changes.where(of_versions.officer_id.in_(ids))):
            signed = Signed(f"signature:{row.id}", str(row.assessment_id), row.effective_at)
            found[row.officer_id].append(signed)
        for row in session.execute(sets.where(of_sets.officer_id.in_(ids))):
            subject = f"{SET}{row.requirement_set_id}"
            found[row.officer_id].append(Signed(f"requirement-signature:{row.id}", subject, row.effective_at))
    return found


def awards_of(session: Session, officer_id: int) -> Sequence[tuple[Award, ToolVersion, Tool]]:
    """Return the officer's awards with version and tool, the latest first."""
    rows = session.execute(
        select(Award, ToolVersion, Tool)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .where(Award.officer_id == officer_id)
        .order_by(Award.effective_at.desc(), Award.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]
