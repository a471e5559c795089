"""Who opened what of ours at a platform, and whose account that is: those whose grades are told there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_app.models.lti import LtiLink, LtiParticipant, LtiPlacement, LtiUnlink
from training_app.services.lti.deriving import notice

#: `insert` that passes over who is there, in the words of each database system.
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def opened(session: Session, placement: LtiPlacement, subject: str, *, at: datetime) -> None:
    """Record that an account opened a placement as a learner; from then on its grade there is told.

    Whoever opens it again changes nothing.
    """
    insert = _INSERTS[session.get_bind().dialect.name]
    row = {"placement_id": placement.id, "subject": subject, "first_seen_at": at, "checked_at": at}
    made = session.execute(
        insert(LtiParticipant).values(row).on_conflict_do_nothing().returning(LtiParticipant.id)
    ).first()
    person_id = people(session, placement.platform_id, [subject]).get(subject)
    if made and person_id is not None:
        notice(session, person_id, at=at)


def people(session: Session, platform_id: int, subjects: Collection[str] | None = None) -> Mapping[str, int]:
    """Return whose accounts of a platform these are, by the account; of all that are linked where none is named."""
    query = select(LtiLink.subject, LtiLink.person_id).where(
        LtiLink.platform_id == platform_id, LtiLink.id.not_in(select(LtiUnlink.link_id))
    )
    if subjects is not None:
        query = query.where(LtiLink.subject.in_(subjects))
    return {row.subject: row.person_id for row in session.execute(query.order_by(LtiLink.id))}


def linked(
    session: Session, placements: Iterable[LtiPlacement], participants: Sequence[LtiParticipant]
) -> dict[int, int]:
    """Return whose the accounts are, by the id of the participant; who is not linked is left out."""
    platform_of = {placement.id: placement.platform_id for placement in placements}
    subjects: dict[int, set[str]] = {}
    for one in participants:
        if one.placement_id in platform_of:
            subjects.setdefault(platform_of[one.placement_id], set()).add(one.subject)
    by_platform = {platform: people(session, platform, wanted) for platform, wanted in subjects.items()}
    found = {}
    for one in participants:
        person = by_platform.get(platform_of.get(one.placement_id, 0), {}).get(one.subject)
        if person is not None:
            found[one.id] = person
    return found


def of_person(session: Session, person_id: int) -> Sequence[LtiParticipant]:
    """Return every placement that accounts of one person opened."""
    return session.scalars(
        select(LtiParticipant)
        .join(LtiPlacement, LtiPlacement.id == LtiParticipant.placement_id)
        .join(
            LtiLink,
            (LtiLink.platform_id == LtiPlacement.platform_id) & (LtiLink.subject == LtiParticipant.subject),
        )
        .where(LtiLink.person_id == person_id, LtiLink.id.not_in(select(LtiUnlink.link_id)))
        .order_by(LtiParticipant.id)
    ).all()


def placements_of(session: Session, person_ids: Collection[int]) -> set[int]:
    """Return the ids of the placements that accounts of these persons opened."""
    query = (
        select(LtiParticipant.placement_id)
        .join(LtiPlacement, LtiPlacement.id == LtiParticipant.placement_id)
        .join(
            LtiLink,
            (LtiLink.platform_id == LtiPlacement.platform_id) & (LtiLink.subject == LtiParticipant.subject),
        )
        .where(LtiLink.person_id.in_(person_ids), LtiLink.id.not_in(select(LtiUnlink.link_id)))
    )
    return set(session.scalars(query))
