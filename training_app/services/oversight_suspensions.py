"""A version suspended in the name of the oversight body: made at once, ended by somebody else of it.

A registrar says why the version is safe again; the oversight body signs that, or asks on the record what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.oversight_questions import OversightSuspension, ResumptionProposal
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.permissions import Role
from training_app.rules.version_suspensions import Cause, who_can_end
from training_app.services import accounts, withdrawals
from training_app.services.second_signatures import AlreadyDone
from training_app.services.tool_versions import one_registrar_at_a_time


class NotOfOversight(TrainingError):
    def __init__(self) -> None:
        super().__init__("Only the oversight body does this.")


class NothingToPropose(TrainingError):
    """The suspension has ended, or it is not one of the oversight body."""

    def __init__(self) -> None:
        super().__init__("There is no suspension by the oversight body here that still stands.")


def suspend(
    session: Session, version: ToolVersion, cause: Cause, *, reason: str, at: datetime, by: Person
) -> VersionFact:
    """Suspend *version* in the name of the oversight body; errors also as of `withdrawals.suspend`.

    :raises NotOfOversight: if *by* does not hold the role now.
    """
    if Role.OVERSIGHT not in accounts.roles_of(session, by.id, at=at):
        raise NotOfOversight
    fact = withdrawals.suspend(session, version, reason=reason, at=at, by=by)
    session.add(
        OversightSuspension(
            effective_at=fact.effective_at,
            recorded_at=fact.recorded_at,
            recorded_by_id=by.id,
            suspension_id=fact.id,
            cause=cause,
        )
    )
    session.flush()
    return fact


def propose(session: Session, suspension: VersionFact, *, reason: str, at: datetime, by: Person) -> ResumptionProposal:
    """Say, as a registrar, why what the oversight body suspended is safe again; the latest words are to be signed.

    :raises NothingToPropose: if no such suspension stands; :raises AlreadyDone: if the latest proposal says the same.
    """
    version = session.get_one(ToolVersion, suspension.version_id)
    one_registrar_at_a_time(session, version)
    stands = suspension.id in {one.id for one in withdrawals.standing(session, version)}
    if not stands or withdrawals.cause_of(session, suspension) is None:
        raise NothingToPropose
    before = proposals(session, suspension.id)
    if before and before[-1].reason == reason:
        raise AlreadyDone("This is proposed already, and waits for the oversight body.")
    at = max(at, suspension.effective_at)
    fact = ResumptionProposal(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        suspension_id=suspension.id,
        number=len(before) + 1,
        reason=reason,
    )
    session.add(fact)
    session.flush()
    return fact


@dataclass(frozen=True, slots=True)
class Proposed:
    """Why a version is safe again, as a registrar says."""

    number: str
    """Service number of the registrar."""
    at: datetime
    reason: str


def proposals(session: Session, suspension_id: int) -> list[Proposed]:
    """Return what registrars proposed for one suspension, the latest last."""
    rows = session.execute(
        select(ResumptionProposal, Person.service_number)
        .join(Person, Person.id == ResumptionProposal.recorded_by_id)
        .where(ResumptionProposal.suspension_id == suspension_id)
        .order_by(ResumptionProposal.number)
    )
    return [Proposed(number, fact.effective_at, fact.reason) for fact, number in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """A suspension in the name of the oversight body that stands."""

    id: int
    version_id: int
    tool: str
    """Name."""
    version: str
    cause: Cause
    by_id: int | None
    number: str
    """Service number of who suspended."""
    at: datetime
    proposed_at: datetime | None
    """When a registrar last said that it is safe again; ``None``: nobody did."""


def standing(session: Session) -> Sequence[Standing]:
    """Return every suspension of the oversight body that nobody has ended, the oldest first."""
    resumption = aliased(VersionFact)
    rows = session.execute(
        select(VersionFact, OversightSuspension.cause, ToolVersion.label, Tool.name, Person.service_number)
        .join(OversightSuspension, OversightSuspension.suspension_id == VersionFact.id)
        .join(ToolVersion, ToolVersion.id == VersionFact.version_id)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .join(Person, Person.id == VersionFact.recorded_by_id)
        .where(~exists().where(resumption.ends_id == VersionFact.id))
        .order_by(VersionFact.id)
    ).all()
    said = session.execute(
        select(ResumptionProposal.suspension_id, ResumptionProposal.effective_at)
        .where(ResumptionProposal.suspension_id.in_([row[0].id for row in rows]))
        .order_by(ResumptionProposal.number)
    )
    latest = {row.suspension_id: row.effective_at for row in said}
    return [
        Standing(
            id=fact.id,
            version_id=fact.version_id,
            tool=tool,
            version=label,
            cause=cause,
            by_id=fact.recorded_by_id,
            number=number,
            at=fact.effective_at,
            proposed_at=latest.get(fact.id),
        )
        for fact, cause, label, tool, number in rows
    ]


def nobody_ends(session: Session, suspended_by: int | None, *, at: datetime) -> bool:
    """Tell whether the oversight body has nobody beside who suspended, so that a further person is needed."""
    return not who_can_end(accounts.holders(session, Role.OVERSIGHT, at=at), suspended_by=suspended_by)
