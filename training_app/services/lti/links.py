"""Whose account of a platform is whose here: found, linked and unlinked.

A role at the platform grants nothing here; a link says who somebody is, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.lti import LinkBy, LtiLink, LtiPlatform, LtiUnlink
from training_app.models.people import Person
from training_app.rules.permissions import Role
from training_app.services import accounts
from training_app.services.locks import one_at_a_time


class LinkedToAnother(TrainingError):
    def __init__(self) -> None:
        super().__init__("This account of the learning platform belongs to another person here.")


class NoOfficerOfThatNumber(TrainingError):
    def __init__(self, number: str) -> None:
        super().__init__("Nobody here has the service number that the learning platform states.")
        self.number = number


class AccountClosed(TrainingError):
    def __init__(self) -> None:
        super().__init__("Your account here is closed.")


class NotYourLink(TrainingError):
    def __init__(self) -> None:
        super().__init__("This account is not linked with yours.")


@dataclass(frozen=True, slots=True)
class OwnLink:
    link: LtiLink
    platform: LtiPlatform


def standing(session: Session, platform_id: int, subject: str) -> LtiLink | None:
    """Return the link of an account that stands."""
    return session.scalars(
        select(LtiLink)
        .where(LtiLink.platform_id == platform_id, LtiLink.subject == subject, _stands())
        .order_by(LtiLink.id.desc())
        .limit(1)
    ).first()


def person_of(session: Session, platform_id: int, subject: str, *, at: datetime) -> Person | None:
    """Return whose account it is; ``None`` where it is linked with nobody, or who it is must confirm that first.

    :raises AccountClosed: if that person's account here is closed.
    """
    found = standing(session, platform_id, subject)
    if found is None:
        return None
    person = _open(session, session.get_one(Person, found.person_id), at=at)
    return None if _must_confirm(session, person, found, at=at) else person


def person_stated(session: Session, platform_id: int, subject: str, number: str, *, at: datetime) -> Person | None:
    """Return who has the service *number* that the platform states of an account, and link the account at first.

    ``None`` until they have signed in here once and confirmed it, of somebody with another role than an officer's: who
    administers a platform could state any number, and is not to open a registrar's or a trainer's desk with it.
    Likewise where the officer has another account at the platform already: where people can set what the platform
    states of them, the second to state a number is not believed.

    :raises NoOfficerOfThatNumber: if nobody has it.
    :raises LinkedToAnother: if the account is somebody else's.
    :raises AccountClosed: if the person's account here is closed.
    """
    person = None if "@" in number else accounts.find(session, number)
    if person is None:
        raise NoOfficerOfThatNumber(number)
    _open(session, person, at=at)
    one_at_a_time(session, "person", person.id)
    found = standing(session, platform_id, subject)
    if found is None and _has_account(session, platform_id, person):
        return None
    if (found is None or found.person_id == person.id) and _must_confirm(session, person, found, at=at):
        return None
    link(session, platform_id, subject, person, how=LinkBy.CLAIM, at=at, by=None)
    return person


def link(
    session: Session,
    platform_id: int,
    subject: str,
    person: Person,
    *,
    how: LinkBy,
    at: datetime,
    by: Person | None,
) -> LtiLink:
    """Link an account with *person*; linked already, the link that stands is returned.

    One that rests on the platform's word alone gives way to one that the person confirms.

    :param by: who confirmed it; ``None`` where the platform's word is taken.
    :raises LinkedToAnother: if the account is somebody else's.
    """
    one_at_a_time(session, "lti-account", f"{platform_id} {subject}")
    found = standing(session, platform_id, subject)
    if found is not None and found.person_id != person.id:
        raise LinkedToAnother
    if found is not None:
        if found.how is how or how is LinkBy.CLAIM:
            return found
        unlink(session, found.id, of=person, at=at, by=by or person)
    made = LtiLink(
        platform_id=platform_id,
        subject=subject,
        person_id=person.id,
        how=how,
        effective_at=at,
        recorded_at=at,
        recorded_by_id=None if by is None else by.id,
    )
    session.add(made)
    session.flush()
    return made


def of_person(session: Session, person_id: int) -> Sequence[OwnLink]:
    """Return the accounts that are linked with a person, the latest first."""
    rows = session.execute(
        select(LtiLink, LtiPlatform)
        .join(LtiPlatform, LtiPlatform.id == LtiLink.platform_id)
        .where(LtiLink.person_id == person_id, _stands())
        .order_by(LtiLink.id.desc())
    )
    return [OwnLink(link, platform) for link, platform in rows]


def unlink(session: Session, link_id: int, *, of: Person, at: datetime, by: Person) -> None:
    """End the link of an account with the person *of*; ended already, nothing happens.

    :raises NotYourLink: if there is no such link of that person.
    """
    found = session.get(LtiLink, link_id)
    if found is None or found.person_id != of.id:
        raise NotYourLink
    one_at_a_time(session, "lti-account", f"{found.platform_id} {found.subject}")
    if not session.scalar(select(exists().where(LtiUnlink.link_id == link_id))):
        session.add(LtiUnlink(link_id=link_id, person_id=of.id, effective_at=at, recorded_at=at, recorded_by_id=by.id))
    session.flush()


def _stands() -> ColumnElement[bool]:
    return ~exists().where(LtiUnlink.link_id == LtiLink.id)


def _has_account(session: Session, platform_id: int, person: Person) -> bool:
    of_person = (LtiLink.platform_id == platform_id, LtiLink.person_id == person.id)
    return bool(session.scalar(select(exists().where(*of_person, _stands()))))


def _must_confirm(session: Session, person: Person, found: LtiLink | None, *, at: datetime) -> bool:
    """Return whether the platform's word is not enough: *person* has another role than an officer's."""
    on_its_word = found is None or found.how is LinkBy.CLAIM
    return on_its_word and bool(accounts.roles_of(session, person.id, at=at) - {Role.OFFICER})


def _open(session: Session, person: Person, *, at: datetime) -> Person:
    if not accounts.is_open(session, person.id, at=at):
        raise AccountClosed
    return person
