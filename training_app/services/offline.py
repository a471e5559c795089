"""An officer takes a pass along: what stands in it, from when to when, and the place on the list that it names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.offline import OfflinePass, StatusIndex
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules.access import Question
from training_app.rules.offline_pass import Offer, Terms, offer
from training_app.rules.status_list import places
from training_app.services import gather
from training_app.services.locks import one_at_a_time

Draw = Callable[[int], int]
"""Returns a whole number from 0 up to, and without, its argument; each as likely as another, and foreseen by nobody."""


class NoPass(TrainingError):
    """The officer may not use the version now, or it is not for use without a network."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an officer can take along for a version, and what they have taken."""

    offer: Offer
    running: OfflinePass | None
    """The pass that holds: given last, not expired, and with terms that stand."""


def outlook(session: Session, officer: Person, version: ToolVersion, *, zone: ZoneInfo, at: datetime) -> Outlook:
    """Return whether *officer* can have a pass for *version*, and the one that they have."""
    number, slug = officer.service_number, version.tool.slug
    facts = gather.question(session, number=number, slug=slug, zone=zone)
    found = offer(facts, Question(number, slug, version.label), at=at)
    last = _last_pass(session, officer, version, at) if found.obstacle is None else None
    if last is not None and not Terms.read(last.index.terms).hold(found.terms.purposes, found.terms.obligations):
        last = None
    return Outlook(found, last)


def take_pass(
    session: Session,
    officer: Person,
    version: ToolVersion,
    *,
    zone: ZoneInfo,
    at: datetime,
    longest: timedelta,
    draw: Draw,
) -> OfflinePass:
    """Give *officer* a pass for *version*, which holds for *longest* at most, and a place on its list.

    Of two requests for one pass that come at once, one gives it and the other returns the same.

    :raises NoPass: if the officer may not use the version now, or it is not for use without a network.
    """
    one_at_a_time(session, "person", officer.id)
    at = at.replace(microsecond=0)  # tokens count seconds
    found = outlook(session, officer, version, zone=zone, at=at)
    if found.offer.obstacle is not None:
        raise NoPass(found.offer.obstacle)
    if found.running is not None and found.running.effective_at == at:
        return found.running
    expires = found.offer.expires_at(at=at, longest=longest).replace(microsecond=0)
    if expires <= at:
        raise NoPass("The answer changes within a second.")
    index = _index(session, officer, version, found.offer.terms, at=at, draw=draw)
    given = OfflinePass(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        index=index,
        expires_at=expires,
    )
    session.add(given)
    session.flush()
    return given


def _last_pass(session: Session, officer: Person, version: ToolVersion, at: datetime) -> OfflinePass | None:
    return session.scalars(
        select(OfflinePass)
        .join(OfflinePass.index)
        .where(
            OfflinePass.officer_id == officer.id,
            StatusIndex.version_id == version.id,
            OfflinePass.effective_at <= at,
            OfflinePass.expires_at > at,
        )
        .order_by(OfflinePass.effective_at.desc(), OfflinePass.id.desc())
        .limit(1)
    ).first()


def _index(
    session: Session, officer: Person, version: ToolVersion, terms: Terms, *, at: datetime, draw: Draw
) -> StatusIndex:
    """Return the officer's place for these terms; it is drawn the first time."""
    theirs = select(StatusIndex).filter_by(officer_id=officer.id, version_id=version.id, terms=str(terms))
    index = session.scalars(theirs).first()
    if index is None:
        one_at_a_time(session, "status-list", version.id)
        index = StatusIndex(
            effective_at=at,
            recorded_at=at,
            recorded_by_id=officer.id,
            officer_id=officer.id,
            version_id=version.id,
            place=_free_place(session, version, draw),
            terms=str(terms),
        )
        session.add(index)
        session.flush()
    return index


def _free_place(session: Session, version: ToolVersion, draw: Draw) -> int:
    """Return a place that nobody has; half of them are free, so that a few draws find one."""
    on_list = select(func.count()).select_from(StatusIndex).where(StatusIndex.version_id == version.id)
    size = places((session.scalar(on_list) or 0) + 1)
    while True:
        place = draw(size)
        taken = select(StatusIndex.id).where(StatusIndex.version_id == version.id, StatusIndex.place == place)
        if session.scalar(taken) is None:
            return place
