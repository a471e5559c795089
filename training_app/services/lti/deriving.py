"""What may change a grade is noticed as it is flushed, and kept in the outbox until the grades are derived anew.

The note is written in the transaction of its cause: whoever dies after the commit leaves it to the next who delivers.
No service gives it, none can forget it.  See `grades` for what is derived.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import event, exists, select
from sqlalchemy.orm import Session, UOWTransaction

from training_app.models.base import Fact
from training_app.models.lti import (
    LtiDeployment,
    LtiLink,
    LtiParticipant,
    LtiPlacement,
    LtiPlatformApproval,
    LtiUnlink,
)
from training_app.models.rulings import NewMark
from training_app.models.training import Submission
from training_app.services import changes, outbox
from training_app.services.journal import JournalledSession
from training_app.services.outbox import NewMessage

CHANNEL = "lti-grades"
"""Of the notes: whose grades are to be derived anew."""
EVERYBODY = "everybody"
OFFICER = "officer:"
NOTICED = "noticed_for_grades"
ABOUT_EVERYBODY = 0
"""In the place of a person's id."""
MOST_OFFICERS_APART = 50
"""Where a transaction is about more, everybody's are derived, in slices."""

_OF_OFFICERS = {kind for kind, reach in changes.REACHES.items() if reach is changes.Reach.OFFICER} | {
    model.__tablename__ for model in (Submission, NewMark, LtiLink, LtiUnlink)
}
_OF_EVERYBODY = {
    kind for kind, reach in changes.REACHES.items() if reach in {changes.Reach.TOOL, changes.Reach.EVERYTHING}
} | {model.__tablename__ for model in (LtiPlatformApproval, LtiDeployment)}


@event.listens_for(JournalledSession, "after_flush")
def _notice(session: Session, _: UOWTransaction) -> None:
    for thing in session.new:
        if not isinstance(thing, Fact):
            continue
        kind = thing.__tablename__
        if kind in _OF_EVERYBODY:
            notice(session, ABOUT_EVERYBODY, at=thing.recorded_at)
        elif kind in _OF_OFFICERS and thing.about:
            notice(session, getattr(thing, thing.about), at=thing.recorded_at)


def notice(session: Session, person_id: int, *, at: datetime) -> None:
    """Have the grades of one person derived anew once the transaction is committed, whatever else it is about."""
    session.info.setdefault(NOTICED, {})[person_id] = at


@event.listens_for(JournalledSession, "before_commit")
def _note(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the end of a savepoint; what was noticed waits for the end of everything
    if session.new:
        session.flush()
    noticed: dict[int, datetime] = session.info.pop(NOTICED, {})
    if not noticed:
        return
    at = max(noticed.values())
    if ABOUT_EVERYBODY in noticed or len(noticed) > MOST_OFFICERS_APART:
        if session.scalar(select(exists().where(LtiParticipant.id > 0))):
            everybody_changed(session, at=at)
    else:
        for person_id in participating(session, noticed):
            officer_changed(session, person_id, at=at)


@event.listens_for(JournalledSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(NOTICED, None)


def participating(session: Session, person_ids: Collection[int]) -> list[int]:
    """Return those of the persons whom some platform may be told a grade of."""
    query = (
        select(LtiLink.person_id)
        .join(LtiPlacement, LtiPlacement.platform_id == LtiLink.platform_id)
        .join(
            LtiParticipant,
            (LtiParticipant.placement_id == LtiPlacement.id) & (LtiParticipant.subject == LtiLink.subject),
        )
        .where(LtiLink.person_id.in_(person_ids))
        .distinct()
    )
    return sorted(session.scalars(query))


def officer_changed(session: Session, person_id: int, *, at: datetime) -> None:
    """Have the grades of one person derived anew, once this is committed."""
    outbox.put(session, [NewMessage(outbox.new_id(), CHANNEL, f"{OFFICER}{person_id}", {})], at=at)


def everybody_changed(session: Session, *, after: int = 0, at: datetime) -> None:
    """Have everybody's grades derived anew, from the participant after the one named on."""
    outbox.put(session, [NewMessage(outbox.new_id(), CHANNEL, EVERYBODY, {"after": after})], at=at)
