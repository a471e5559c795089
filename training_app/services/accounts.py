"""Who may sign in, and what a signed-in person may do: accounts, roles and local passwords."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Credential,
    PasswordSet,
    Person,
    PersonCorrection,
    RoleAssignment,
)
from training_app.rules.passwords import Weakness, weaknesses
from training_app.rules.permissions import Role
from training_app.services.locks import one_at_a_time

NO_PASSWORD = "-"  # noqa: S105 - nothing hashes to it
"""In place of a hash: the person is signed in by a learning platform, and no password is theirs."""


class NobodyByThatName(TrainingError):
    def __init__(self, identifier: str) -> None:
        super().__init__(f"Nobody here has the e-mail address or service number {identifier}.")
        self.identifier = identifier


class WeakPassword(TrainingError):
    """The password is refused; `weaknesses` says why, in full."""

    def __init__(self, found: Iterable[Weakness]) -> None:
        self.weaknesses = tuple(found)
        super().__init__(" ".join(weakness.sentence for weakness in self.weaknesses))


def find(session: Session, identifier: str) -> Person | None:
    """Return the person with this e-mail address (in any case) or service number (as written, or in capitals)."""
    wanted = identifier.strip()
    if "@" in wanted:
        return session.scalar(_by_email(wanted.lower()))
    return session.scalars(
        select(Person).where(Person.service_number.in_({wanted, wanted.upper()})).order_by(Person.service_number)
    ).first()


def _by_email(address: str) -> Select[Person]:
    """Return the statement that finds who has *address* today: among the few who ever had it, which an index knows."""
    corrected = select(PersonCorrection.person_id).where(PersonCorrection.email == address)
    return select(Person).where(
        or_(Person.registered_email == address, Person.id.in_(corrected)), Person.email == address
    )


def is_open(session: Session, person_id: int, *, at: datetime) -> bool:
    """Return whether the account is open at *at*.  Without a fact it is not; of two at one instant, closing governs."""
    facts = session.scalars(
        select(AccountFact).where(AccountFact.person_id == person_id, AccountFact.effective_at <= at)
    ).all()
    latest = max(facts, key=lambda fact: (fact.effective_at, fact.change is AccountChange.CLOSED), default=None)
    return latest is not None and latest.change is AccountChange.OPENED


def roles_of(session: Session, person_id: int, *, at: datetime) -> frozenset[Role]:
    """Return the roles held at *at*.  Of two facts at one instant, taking back governs."""
    facts = session.scalars(
        select(RoleAssignment).where(RoleAssignment.person_id == person_id, RoleAssignment.effective_at <= at)
    ).all()
    governing = {fact.role: fact for fact in sorted(facts, key=lambda fact: (fact.effective_at, not fact.granted))}
    return frozenset(role for role, fact in governing.items() if fact.granted)


def may_act_as(session: Session, person_id: int, roles: Collection[Role], *, at: datetime) -> bool:
    """Tell whether the person can sign in at *at*, and holds one of *roles*."""
    return is_open(session, person_id, at=at) and not roles_of(session, person_id, at=at).isdisjoint(roles)


def holders(session: Session, role: Role, *, at: datetime) -> frozenset[int]:
    """Return the ids of everybody who holds *role* at *at* and can sign in."""
    ever = session.scalars(select(RoleAssignment.person_id).where(RoleAssignment.role == role).distinct())
    return frozenset(one for one in ever if role in roles_of(session, one, at=at) and is_open(session, one, at=at))


def password_hash_of(session: Session, person: Person) -> str | None:
    credential = session.get(Credential, person.id)
    return credential.password_hash if credential and credential.password_hash != NO_PASSWORD else None


def epoch_of(session: Session, person: Person) -> int:
    """Return the epoch of the person's sessions; who has no password here can have sessions too."""
    credential = session.get(Credential, person.id)
    if credential is None:
        one_at_a_time(session, "person", person.id)
        credential = session.get(Credential, person.id, populate_existing=True)
    if credential is None:
        credential = Credential(person_id=person.id, password_hash=NO_PASSWORD, epoch=0)
        session.add(credential)
        session.flush()
    return credential.epoch


def set_password(
    session: Session, person: Person, *, password: str, password_hash: str, at: datetime, by: Person | None
) -> None:
    """Give *person* a local password, and end every session begun under another.  That it was done is a fact.

    :param password: the new password, to judge it; only *password_hash* is kept, and neither is in the fact.
    :param by: who does it; ``None`` at the command line, where the installation itself does.
    :raises WeakPassword: if it is too short or easily guessed.
    """
    found = weaknesses(password, about=(person.name, person.email or "", person.service_number))
    if found:
        raise WeakPassword(found)
    credential = session.get(Credential, person.id)
    if credential is None:
        session.add(Credential(person_id=person.id, password_hash=password_hash, epoch=0))
    else:
        credential.password_hash = password_hash
        credential.epoch += 1
    session.add(
        PasswordSet(effective_at=at, recorded_at=at, recorded_by_id=None if by is None else by.id, person_id=person.id)
    )
    session.flush()
