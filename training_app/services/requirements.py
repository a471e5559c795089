"""What earns a certification on a version: written by one registrar, signed by another.

A set in place of one that is in force asks something of officers who were certified under that one: its change is
assessed as an edge between two versions is, written with the set, and signed with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import RequirementChange, RequirementSet, RequirementSetSignature, ToolVersion
from training_app.models.training import ModuleRevision
from training_app.models.wishes import AskedAfterReport
from training_app.rules.facts import Level, Requirements
from training_app.services.assessments import AssessmentIncomplete, GraceNotAgreed, Verdict
from training_app.services.second_signatures import second_person, sign_once, still_the_latest
from training_app.services.tool_versions import one_registrar_at_a_time

#: Of a set that replaces one which nobody signed: nobody was certified under that one, so nothing changes for anybody.
_NOTHING_CHANGES = Verdict(Level.CARRY_OVER, 0, (), "", None)


class ChangeNotAssessed(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("Say what officers certified until now must do: this set takes the place of one in force.")


class NothingChanged(AssessmentIncomplete):
    def __init__(self) -> None:
        super().__init__("This is what earns a certification already, and nothing more is asked of anybody.")


def propose_requirements(
    session: Session,
    version: ToolVersion,
    *,
    full: Sequence[str],
    renewal: Sequence[str],
    full_observed: bool = False,
    renewal_observed: bool = False,
    change: Verdict | None = None,
    at: datetime,
    by: Person,
) -> RequirementSet:
    """Write the next revision of what earns an award for *version*; it is in force once another person signs.

    :param full_observed: whether a first certification asks an assessor's sign-off, too; *renewal_observed*: a renewal.
    :param change: what it asks of officers certified under the set in force; of a version without one it is not used.
    :raises ChangeNotAssessed: if a set is in force and *change* is missing, or finds "no way";
    :raises NoDeltaModule: if level 2 or 3 names none;
    :raises GraceWithoutReason: if grace from level 2 on has no reason;
    :raises NothingChanged: if the set in force is the same and the change asks nothing.
    """
    one_registrar_at_a_time(session, version)
    before = in_force(session, version)
    if before is not None:
        if change is None or change.level is None:
            raise ChangeNotAssessed
        change.complete()
        same = (list(full), list(renewal), full_observed, renewal_observed) == _asked(before)
        if same and change.level is Level.CARRY_OVER:
            raise NothingChanged
    last = session.scalar(select(func.max(RequirementSet.revision)).where(RequirementSet.version_id == version.id))
    fact = RequirementSet(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        version_id=version.id,
        revision=(last or 0) + 1,
        full_modules=list(full),
        renewal_modules=list(renewal),
        full_observed=full_observed,
        renewal_observed=renewal_observed,
    )
    session.add(fact)
    session.flush()
    if fact.revision > 1:
        _add_change(session, fact, change if before is not None and change else _NOTHING_CHANGES)
    return fact


def _asked(found: RequirementSet) -> tuple[list[str], list[str], bool, bool]:
    return found.full_modules, found.renewal_modules, bool(found.full_observed), bool(found.renewal_observed)


def _add_change(session: Session, fact: RequirementSet, change: Verdict) -> None:
    session.add(
        RequirementChange(
            effective_at=fact.effective_at,
            recorded_at=fact.recorded_at,
            recorded_by_id=fact.recorded_by_id,
            requirement_set_id=fact.id,
            level=int(change.level or Level.CARRY_OVER),
            grace_days=change.grace_days,
            modules=list(change.modules),
            what_changed=change.what_changed,
            grace_reason=change.grace_reason or None,
        )
    )
    session.flush()


def sign_requirements(
    session: Session, proposed: RequirementSet, *, reason: str | None = None, at: datetime, by: Person
) -> None:
    """Sign as the second person; the set is in force from then on, with what it asks of certified officers.

    :raises SameSigner: if *by* wrote the set; :raises AlreadyDone: if it is signed;
    :raises GraceNotAgreed: if it gives grace from level 2 on and *reason* is empty;
    :raises Superseded: if a later revision was written.
    """
    second_person(proposed.recorded_by_id, by)
    one_registrar_at_a_time(session, session.get_one(ToolVersion, proposed.version_id))
    still_the_latest(session, proposed)
    change = change_of(session, proposed)
    if change is not None and change.grace_reason and not reason:
        raise GraceNotAgreed
    signature = RequirementSetSignature(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        requirement_set_id=proposed.id,
        author_id=proposed.recorded_by_id,
        reason=reason or None,
    )
    sign_once(session, signature)


def in_force(session: Session, version: ToolVersion) -> RequirementSet | None:
    """Return the set of *version* that was signed last, or ``None``."""
    return session.scalars(
        select(RequirementSet)
        .join(RequirementSetSignature, RequirementSetSignature.requirement_set_id == RequirementSet.id)
        .where(RequirementSet.version_id == version.id)
        .order_by(RequirementSet.revision.desc())
    ).first()


def replaced_by(session: Session, asked: RequirementSet) -> RequirementSet | None:
    """Return the set in whose place *asked* stands or is to stand: the last signed one before it, or ``None``."""
    return session.scalars(
        select(RequirementSet)
        .join(RequirementSetSignature, RequirementSetSignature.requirement_set_id == RequirementSet.id)
        .where(RequirementSet.version_id == asked.version_id, RequirementSet.revision < asked.revision)
        .order_by(RequirementSet.revision.desc())
    ).first()


def change_of(session: Session, asked: RequirementSet) -> RequirementChange | None:
    """Return what *asked* asks of officers who were certified under an earlier set; a first one asks nothing."""
    return session.scalar(select(RequirementChange).where(RequirementChange.requirement_set_id == asked.id))


@dataclass(frozen=True, slots=True)
class AskedAfter:
    """What certified officers are asked for because of a report."""

    asked: RequirementSet
    change: RequirementChange
    signed_at: datetime | None


def asked_after(session: Session, report_id: int) -> list[AskedAfter]:
    """Return the sets that name the report as what they come of, the earliest first."""
    rows = session.execute(
        select(RequirementSet, RequirementChange, RequirementSetSignature.effective_at)
        .join(AskedAfterReport, AskedAfterReport.requirement_set_id == RequirementSet.id)
        .join(RequirementChange, RequirementChange.requirement_set_id == RequirementSet.id)
        .outerjoin(RequirementSetSignature, RequirementSetSignature.requirement_set_id == RequirementSet.id)
        .where(AskedAfterReport.report_id == report_id)
        .order_by(RequirementSet.id)
    )
    return [AskedAfter(asked, change, signed_at) for asked, change, signed_at in rows]


def reports_behind(session: Session, asked: RequirementSet) -> frozenset[int]:
    """Return the numbers of the reports that the set names as what it comes of."""
    named = select(AskedAfterReport.report_id).where(AskedAfterReport.requirement_set_id == asked.id)
    return frozenset(session.scalars(named))


def as_signed(session: Session, proposed: RequirementSet, version: ToolVersion, at: datetime) -> Requirements:
    """Return *proposed* as the rules will know it if it is signed at *at*."""
    change = change_of(session, proposed)
    return Requirements(
        effective_at=at,
        recorded_at=at,
        id=str(proposed.id),
        version=version.label,
        full=tuple(proposed.full_modules),
        renewal=tuple(proposed.renewal_modules),
        full_observed=bool(proposed.full_observed),
        renewal_observed=bool(proposed.renewal_observed),
        revision=proposed.revision,
        level=Level(change.level) if change else Level.CARRY_OVER,
        grace_days=change.grace_days if change else 0,
        modules=tuple(change.modules) if change else (),
    )


def published_modules(session: Session) -> Sequence[ModuleRevision]:
    """Return the newest revision of every published module, by slug."""
    newest = select(func.max(ModuleRevision.id)).group_by(ModuleRevision.slug)
    return session.scalars(
        select(ModuleRevision).where(ModuleRevision.id.in_(newest)).order_by(ModuleRevision.slug)
    ).all()
