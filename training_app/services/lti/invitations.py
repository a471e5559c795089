"""One-time addresses at which a platform may register itself.

Of an invitation only the digest is kept.  Whoever takes it first has it, whatever comes at the same time; it is given
back where nothing was registered at the platform, so that its administrator can try again.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.lti import LtiInvitation
from training_app.models.people import Person
from training_app.services.deleted import deleted

OPEN_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=7)
"""After its end, to say of a late visitor's invitation what became of it."""


class InvitationUnknown(TrainingError):
    def __init__(self) -> None:
        super().__init__("There is no such invitation. Ask the registrar for a new address.")


class InvitationExpired(TrainingError):
    def __init__(self) -> None:
        super().__init__("This invitation has expired. Ask the registrar for a new address.")


class InvitationUsed(TrainingError):
    def __init__(self) -> None:
        super().__init__("This invitation was used already. To connect once more, ask the registrar for a new address.")


class InvitationOver(TrainingError):
    """It cannot be taken back any more."""

    def __init__(self) -> None:
        super().__init__("This invitation was used, or is over. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Invitation:
    digest: str
    made_by_id: int


def digest_of(token: str) -> str:
    """Return the form in which an invitation is kept: SHA-256, in hexadecimal."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def token_from(secret: str, nonce: str) -> str:
    """Return the token for a form with this *nonce*: 256 bits, the same however often the form is sent."""
    return hmac.new(secret.encode(), f"lti invitation {nonce}".encode(), sha256).hexdigest()


def sweep(session: Session, *, at: datetime) -> int:
    """Delete invitations whose end is `KEPT_FOR` past; return how many."""
    return deleted(session, delete(LtiInvitation).where(LtiInvitation.expires_at <= at - KEPT_FOR))


def make(session: Session, token: str, *, at: datetime, by: Person) -> LtiInvitation:
    """Let one platform register itself with *token*, within `OPEN_FOR`; the same token again is the same invitation.

    Deletes the invitations whose end is `KEPT_FOR` past.
    """
    sweep(session, at=at)
    values = {"token_digest": digest_of(token), "made_by_id": by.id, "made_at": at, "expires_at": at + OPEN_FOR}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(LtiInvitation).values(values).on_conflict_do_nothing())
    return session.get_one(LtiInvitation, digest_of(token))


def waiting(session: Session, *, at: datetime) -> Sequence[LtiInvitation]:
    """Return the invitations that can be taken at *at*, the one that ends first first."""
    return session.scalars(
        select(LtiInvitation)
        .where(LtiInvitation.used_at.is_(None), LtiInvitation.expires_at > at)
        .order_by(LtiInvitation.expires_at, LtiInvitation.token_digest)
    ).all()


def take_back(session: Session, digest: str, *, at: datetime) -> None:
    """Let nobody register with the invitation of that digest.

    :raises InvitationOver: if it was used, has expired, or there is none.
    """
    open_still = (LtiInvitation.token_digest == digest, LtiInvitation.used_at.is_(None), LtiInvitation.expires_at > at)
    if not _rows(session, delete(LtiInvitation).where(*open_still)):
        raise InvitationOver


def refuse_unfit(session: Session, token: str, *, at: datetime) -> None:
    """Go on only if *token* could be taken at *at*; nothing is taken.

    :raises InvitationUnknown: :raises InvitationUsed: :raises InvitationExpired: as `take`.
    """
    found = session.get(LtiInvitation, digest_of(token), populate_existing=True)
    if found is None:
        raise InvitationUnknown
    if found.used_at is not None:
        raise InvitationUsed
    if found.expires_at <= at:
        raise InvitationExpired


def take(session: Session, token: str, *, at: datetime) -> Invitation:
    """Use the invitation; of several who come at once, one gets it.

    :raises InvitationUnknown: if there is none, or it was taken back; :raises InvitationUsed: if it is another's;
    :raises InvitationExpired: if its end has come.
    """
    digest = digest_of(token)
    open_still = (LtiInvitation.token_digest == digest, LtiInvitation.used_at.is_(None), LtiInvitation.expires_at > at)
    if not _rows(session, update(LtiInvitation).where(*open_still).values(used_at=at)):
        refuse_unfit(session, token, at=at)
        raise InvitationUsed
    return Invitation(digest, session.get_one(LtiInvitation, digest, populate_existing=True).made_by_id)


def give_back(session: Session, invitation: Invitation) -> None:
    """Let an invitation that was taken be used again, until its end: nothing was registered with it."""
    session.execute(update(LtiInvitation).where(LtiInvitation.token_digest == invitation.digest).values(used_at=None))


def _rows(session: Session, statement: object) -> int:
    return cast("CursorResult[object]", session.execute(statement)).rowcount  # type: ignore[call-overload]
