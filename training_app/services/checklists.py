"""Checklists for observed practice: written for one version of a tool by a trainer, approved by another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.observed_practice import Checklist, ChecklistApproval
from training_app.models.people import Person
from training_app.models.tools import ImpactAssessment, RequirementChange, RequirementSet, Tool, ToolVersion
from training_app.rules import observed_practice as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level
from training_app.rules.observed_practice import Behaviour, Changes
from training_app.rules.trainers import Act
from training_app.services import trainer_acts
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import Superseded, sign_once


class NoBehaviour(TrainingError):
    def __init__(self) -> None:
        super().__init__("Write at least one behaviour.")


class ChecklistUnchanged(TrainingError):
    def __init__(self) -> None:
        super().__init__("Nothing was changed in this list.")


class WrittenMeanwhile(TrainingError):
    """Another list than the one it was made from stands: told by its id, its author's, when, and what it says."""

    def __init__(self, theirs: Checklist) -> None:
        super().__init__("Somebody else wrote this list meanwhile.")
        self.number, self.by_id, self.at = theirs.id, theirs.recorded_by_id, theirs.recorded_at
        self.behaviours = behaviours_of(theirs)


class OwnChecklist(TrainingError):
    def __init__(self) -> None:
        super().__init__("You wrote this list yourself. Another assessor approves it.")


def write(
    session: Session,
    version: ToolVersion,
    rows: Iterable[tuple[str | None, str]],
    *,
    made_from: int | None,
    on: CivilInstant,
    by: Person,
) -> Checklist:
    """Write the next revision of the checklist of *version*; it is in force once another trainer approves.

    :param rows: each behaviour by its id, ``None`` for a new one, and its text, in their order.
    :param made_from: the id of the list that the writer saw, as `start_of` says; ``None`` where there was none.
    :raises trainer_acts.NotAllowed: if *by* may not write for this tool;
    :raises NoBehaviour: if there is none; :raises ChecklistUnchanged: if it is what was written last.
    :raises WrittenMeanwhile: if another list stands by now.
    """
    one_at_a_time(session, "checklist", version.id)
    matter = trainer_acts.of_tool(session, version.tool, version, by.id, on=on)
    trainer_acts.require(session, Act.WRITE, by, matter, on=on)
    before, start = latest(session, version), start_of(session, version)
    behaviours = rule.named(rows, _ids_used(session, version, start))
    if not behaviours:
        raise NoBehaviour
    if before is not None and _texts(behaviours) == _texts(behaviours_of(before)):
        raise ChecklistUnchanged
    if start is not None and start.id != made_from:
        raise WrittenMeanwhile(start)
    fact = Checklist(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        version_id=version.id,
        revision=1 if before is None else before.revision + 1,
        behaviours=[{"id": one.id, "text": one.text} for one in behaviours],
        based_on_id=None if start is None else start.id,
    )
    session.add(fact)
    session.flush()
    return fact


def _texts(behaviours: Iterable[Behaviour]) -> list[str]:
    return [one.text for one in behaviours]


def approve(session: Session, written: Checklist, *, on: CivilInstant, by: Person) -> ChecklistApproval:
    """Approve a checklist as the second person; observations that begin from then on are made against it.

    :raises trainer_acts.NotAllowed: if *by* may not publish for this tool; :raises OwnChecklist: if *by* wrote it;
    :raises AlreadyDone: if it is approved; :raises Superseded: if a later revision was written.
    """
    version = session.get_one(ToolVersion, written.version_id)
    one_at_a_time(session, "checklist", version.id)
    if written.recorded_by_id == by.id:
        raise OwnChecklist
    matter = trainer_acts.of_tool(session, version.tool, version, by.id, on=on)
    trainer_acts.require(session, Act.PUBLISH, by, matter, on=on)
    newest = latest(session, version)
    if newest is not None and newest.id != written.id:
        raise Superseded
    fact = ChecklistApproval(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        checklist_id=written.id,
        author_id=written.recorded_by_id,
    )
    sign_once(session, fact)
    return fact


def latest(session: Session, version: ToolVersion) -> Checklist | None:
    """Return the revision that was written last, approved or not."""
    rows = select(Checklist).where(Checklist.version_id == version.id).order_by(Checklist.revision.desc())
    return session.scalars(rows.limit(1)).first()


def in_force(session: Session, version_id: int) -> Checklist | None:
    """Return the revision that was approved last, or ``None``."""
    rows = (
        select(Checklist)
        .join(ChecklistApproval, ChecklistApproval.checklist_id == Checklist.id)
        .where(Checklist.version_id == version_id)
        .order_by(Checklist.revision.desc())
    )
    return session.scalars(rows.limit(1)).first()


def is_missing(session: Session, version: ToolVersion) -> bool:
    """Tell whether what is written for *version* asks to be observed on it, and no checklist is in force.

    A registrar learns it before the second signature, so what waits for one counts, too.
    """
    if in_force(session, version.id) is not None:
        return False
    asked = (
        select(RequirementSet).where(RequirementSet.version_id == version.id).order_by(RequirementSet.revision.desc())
    )
    newest = session.scalars(asked.limit(1)).first()
    if newest is not None and (newest.full_observed or newest.renewal_observed):
        return True
    observed = int(Level.DIFFERENCES_OBSERVED)
    ways = select(ImpactAssessment.id).where(ImpactAssessment.end_id == version.id, ImpactAssessment.level == observed)
    later = (
        select(RequirementChange.id)
        .join(RequirementSet, RequirementSet.id == RequirementChange.requirement_set_id)
        .where(RequirementSet.version_id == version.id, RequirementChange.level == observed)
    )
    return any(session.scalars(one.limit(1)).first() is not None for one in (ways, later))


def approval_of(session: Session, written: Checklist) -> ChecklistApproval | None:
    return session.scalar(select(ChecklistApproval).where(ChecklistApproval.checklist_id == written.id))


def start_of(session: Session, version: ToolVersion) -> Checklist | None:
    """Return what the next revision is made from: the last one of the version, else that of its predecessor."""
    own = latest(session, version)
    if own is not None or version.predecessor_id is None:
        return own
    return in_force(session, version.predecessor_id)


def behaviours_of(written: Checklist) -> tuple[Behaviour, ...]:
    return tuple(Behaviour(one["id"], one["text"]) for one in written.behaviours)


def changes_in(session: Session, written: Checklist) -> tuple[Checklist, Changes] | None:
    """Return from which list *written* was made, and what it changes in it; ``None`` for one written from nothing."""
    if written.based_on_id is None:
        return None
    before = session.get_one(Checklist, written.based_on_id)
    return before, rule.changes(behaviours_of(before), behaviours_of(written))


def worked_on(session: Session, person_id: int, tool_id: int, *, since: datetime) -> int:
    """Count the checklists of the tool that the person wrote, or approved, and that were approved from *since* on."""
    counted = (
        select(func.count(ChecklistApproval.id))
        .join(Checklist, Checklist.id == ChecklistApproval.checklist_id)
        .join(ToolVersion, ToolVersion.id == Checklist.version_id)
        .where(
            ToolVersion.tool_id == tool_id,
            ChecklistApproval.effective_at >= since,
            or_(ChecklistApproval.author_id == person_id, ChecklistApproval.recorded_by_id == person_id),
        )
    )
    return session.scalar(counted) or 0


def _ids_used(session: Session, version: ToolVersion, start: Checklist | None) -> frozenset[str]:
    """Return every id that a behaviour of the version ever had, and those of the list that it starts from."""
    rows = session.scalars(select(Checklist.behaviours).where(Checklist.version_id == version.id)).all()
    return frozenset(one["id"] for behaviours in (*rows, *([start.behaviours] if start else [])) for one in behaviours)


@dataclass(frozen=True, slots=True)
class OfVersion:
    """How far the checklist of one version is."""

    tool: Tool
    version: ToolVersion
    in_force: Checklist | None
    waiting: Checklist | None
    """Written after it, or before there was any, and not approved."""


def of_every_version(session: Session) -> list[OfVersion]:
    """Return every version with its checklist, by tool, the version registered last first."""
    versions: Sequence[ToolVersion] = session.scalars(
        select(ToolVersion).join(Tool, Tool.id == ToolVersion.tool_id).order_by(Tool.name, ToolVersion.id.desc())
    ).all()
    last = select(func.max(Checklist.id)).group_by(Checklist.version_id)
    newest = {one.version_id: one for one in session.scalars(select(Checklist).where(Checklist.id.in_(last)))}
    good = {
        one.version_id: one
        for one in session.scalars(
            select(Checklist)
            .join(ChecklistApproval, ChecklistApproval.checklist_id == Checklist.id)
            .order_by(Checklist.version_id, Checklist.revision)
        )
    }
    return [
        OfVersion(
            version.tool,
            version,
            good.get(version.id),
            newest.get(version.id) if newest.get(version.id) is not good.get(version.id) else None,
        )
        for version in versions
    ]
