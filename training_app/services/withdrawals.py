"""Taking a version out of use: for good, or for safety until a second person lets it be used again.

Each is one fact, whatever the number of officers: who is refused follows from it when a tool asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.oversight_questions import OversightSuspension
from training_app.models.people import Person
from training_app.models.tools import ToolVersion, VersionFact
from training_app.rules import version_suspensions as rule
from training_app.rules import versions
from training_app.rules.facts import VersionChange
from training_app.rules.version_suspensions import Body, Cause
from training_app.services import accounts
from training_app.services.second_signatures import AlreadyDone
from training_app.services.tool_versions import facts_of, one_registrar_at_a_time, running_on


class NotInUse(TrainingError):
    def __init__(self, label: str) -> None:
        super().__init__(f"Version {label} is not in use, so there is nothing to take out of use.")
        self.label = label


class OwnSuspension(TrainingError):
    """*body*: in whose name it was, so whose second person ends it."""

    def __init__(self, body: Body = Body.REGISTRARS) -> None:
        super().__init__("You suspended it yourself. Somebody else of the same body ends the suspension.")
        self.body = body


class EndedByOthers(TrainingError):
    """Somebody of the *body* in whose name it was suspended ends it."""

    def __init__(self, body: Body) -> None:
        super().__init__("This suspension is ended by the body in whose name it was made.")
        self.body = body


def withdraw(session: Session, version: ToolVersion, *, reason: str, at: datetime, by: Person) -> VersionFact:
    """Take *version* out of use from *at* on; nobody's certification changes.

    :raises AlreadyDone: if it is withdrawn; :raises NotInUse: if it was never released, or is prohibited.
    """
    one_registrar_at_a_time(session, version)
    facts = facts_of(session, version.tool)
    at = running_on(facts, at)
    if versions.released(facts, version.label, at=at) is VersionChange.WITHDRAWN:
        raise AlreadyDone(f"Version {version.label} is withdrawn already.")
    if version.label not in versions.in_use(facts, at=at):
        raise NotInUse(version.label)
    return _changed(session, version, VersionChange.WITHDRAWN, reason=reason, at=at, by=by)


def suspend(session: Session, version: ToolVersion, *, reason: str, at: datetime, by: Person) -> VersionFact:
    """Suspend *version* for safety from *at* on.  Several suspensions may stand; each is ended on its own.

    :raises AlreadyDone: if *by* suspended it for the same reason and that still stands;
    :raises NotInUse: if it is not in use.
    """
    one_registrar_at_a_time(session, version)
    if any(one.reason == reason and one.recorded_by_id == by.id for one in standing(session, version)):
        raise AlreadyDone(f"Version {version.label} is suspended for this reason already.")
    facts = facts_of(session, version.tool)
    at = running_on(facts, at)
    if version.label not in versions.in_use(facts, at=at):
        raise NotInUse(version.label)
    return _changed(session, version, VersionChange.SUSPENDED, reason=reason, at=at, by=by)


def resume(session: Session, suspension: VersionFact, *, reason: str, at: datetime, by: Person) -> VersionFact:
    """End *suspension*, as a second person of the same body; the version may be used again once none stands.

    :raises OwnSuspension: if *by* suspended it; :raises EndedByOthers: if it was in the name of a body that *by* is not
    of; :raises AlreadyDone: if that suspension has been ended.
    """
    version = session.get_one(ToolVersion, suspension.version_id)
    one_registrar_at_a_time(session, version)
    body = Body.REGISTRARS if cause_of(session, suspension) is None else Body.OVERSIGHT
    against = rule.bars(
        by.id, accounts.roles_of(session, by.id, at=at), suspended_by=suspension.recorded_by_id, body=body
    )
    if rule.Bar.OWN in against:
        raise OwnSuspension(body)
    if against:
        raise EndedByOthers(body)
    at = running_on(facts_of(session, version.tool), at)
    try:
        with session.begin_nested():
            return _changed(session, version, VersionChange.RESUMED, reason=reason, at=at, by=by, ends=suspension)
    except IntegrityError as error:
        raise AlreadyDone("This suspension has been ended.") from error


def standing(session: Session, version: ToolVersion) -> Sequence[VersionFact]:
    """Return the safety suspensions of *version* that nobody has ended, the oldest first."""
    ended = select(VersionFact.ends_id).where(VersionFact.ends_id.is_not(None))
    return session.scalars(
        select(VersionFact)
        .where(
            VersionFact.version_id == version.id,
            VersionFact.change == VersionChange.SUSPENDED,
            VersionFact.id.not_in(ended),
        )
        .order_by(VersionFact.id)
    ).all()


def cause_of(session: Session, suspension: VersionFact) -> Cause | None:
    """Return why the oversight body suspended; ``None`` where a registrar did."""
    named = OversightSuspension.suspension_id == suspension.id
    return session.scalar(select(OversightSuspension.cause).where(named))


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A suspension or a withdrawal with who did it, when and why, as the pages show it."""

    id: int
    by_id: int | None
    by: str
    at: datetime
    reason: str
    number: str = ""
    """Service number of who did it."""
    cause: Cause | None = None
    """Where the oversight body suspended: why."""

    @property
    def body(self) -> Body:
        return Body.REGISTRARS if self.cause is None else Body.OVERSIGHT


def suspensions(session: Session, version: ToolVersion) -> list[TakenOut]:
    """Return what `standing` finds, with the names of who suspended."""
    return _named(session, standing(session, version))


def withdrawal(session: Session, version: ToolVersion) -> TakenOut | None:
    """Return the latest withdrawal of *version*, be it in use again or not; ``None`` if there never was one."""
    rows = session.scalars(
        select(VersionFact)
        .where(VersionFact.version_id == version.id, VersionFact.change == VersionChange.WITHDRAWN)
        .order_by(VersionFact.id.desc())
        .limit(1)
    ).all()
    return next(iter(_named(session, rows)), None)


def _named(session: Session, rows: Sequence[VersionFact]) -> list[TakenOut]:
    wanted = {row.recorded_by_id for row in rows}
    people = {
        row.id: (row.name, row.service_number)
        for row in session.execute(select(Person.id, Person.name, Person.service_number).where(Person.id.in_(wanted)))
    }
    causes = session.execute(
        select(OversightSuspension.suspension_id, OversightSuspension.cause).where(
            OversightSuspension.suspension_id.in_({row.id for row in rows})
        )
    )
    by_oversight = {row.suspension_id: row.cause for row in causes}
    found = []
    for row in rows:
        name, number = people.get(row.recorded_by_id or 0, ("", ""))
        cause, at = by_oversight.get(row.id), row.effective_at
        found.append(TakenOut(row.id, row.recorded_by_id, name, at, row.reason or "", number, cause))
    return found


def _changed(
    session: Session,
    version: ToolVersion,
    change: VersionChange,
    *,
    reason: str,
    at: datetime,
    by: Person,
    ends: VersionFact | None = None,
) -> VersionFact:
    fact = VersionFact(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        version_id=version.id,
        change=change,
        ends_id=ends.id if ends else None,
        suspended_by_id=ends.recorded_by_id if ends else None,
        reason=reason,
    )
    session.add(fact)
    session.flush()
    return fact
