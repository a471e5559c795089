"""How far a grade has come on its way to the platform: what is sent where, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.models.lti import LtiGrade, LtiLineItem, LtiLink, LtiPlacement, LtiUnlink
from training_app.models.outbox import OutboxMessage, OutboxState
from training_app.rules import lti_grades as rule
from training_app.rules.lti_grades import Score
from training_app.rules.lti_targets import Target, TargetKind
from training_app.services.lti import grades, offers, platforms
from training_app.services.lti.platforms import Registered

AT_ONCE = 4
"""Grades that are sent to one platform side by side: a slow one keeps nothing else waiting."""
LOOKED_THROUGH = 100
"""Grades of one platform that are looked at for those: more than a few may have to wait for the clock."""
ASKING = timedelta(minutes=2)
"""After so long, who asks a platform for a column is taken to have died."""


@dataclass(frozen=True, slots=True)
class GradeTo:
    """A grade with where it goes, as things stand now."""

    name: str
    """Of the queue in the outbox."""
    grade_id: int
    platform: Registered
    deployment_id: str
    placement_id: int
    resource_link_id: str
    subject: str
    resource_id: str
    scopes: tuple[str, ...]
    coupled_url: str | None
    line_items_url: str | None


def waiting(session: Session, *, at: datetime, resting: frozenset[int]) -> Sequence[GradeTo]:
    """Return the grades that can be sent now, for each platform the first few.

    Left out are those of closed platforms, those whose account is not linked with their officer any more, those whose
    account was told something in this very second, and those of platforms, by id, that are *resting* because they did
    not answer.
    """
    open_platforms = {one.id: one for one in platforms.every(session) if one.launches and one.id not in resting}
    place = func.row_number().over(partition_by=LtiPlacement.platform_id, order_by=OutboxMessage.id)
    ranked = (
        select(LtiGrade.id, OutboxMessage.id.label("message"), OutboxMessage.claimed_until, place.label("place"))
        .join(LtiPlacement, LtiPlacement.id == LtiGrade.placement_id)
        .join(OutboxMessage, OutboxMessage.destination == cast(LtiGrade.id, String))
        .where(
            OutboxMessage.channel == grades.CHANNEL,
            OutboxMessage.state == OutboxState.WAITING,
            OutboxMessage.due_at <= at,
            LtiPlacement.platform_id.in_(open_platforms),
            _is_the_officers(),
        )
        .subquery()
    )
    rows = session.execute(
        select(LtiGrade, LtiPlacement, ranked.c.claimed_until)
        .join(ranked, ranked.c.id == LtiGrade.id)
        .join(LtiPlacement, LtiPlacement.id == LtiGrade.placement_id)
        .where(ranked.c.place <= LOOKED_THROUGH)
        .order_by(ranked.c.message)
    ).all()
    sending = {row[0].id: row[1].platform_id for row in rows if row[2] is not None and row[2] > at}
    room = {one: AT_ONCE - list(sending.values()).count(one) for one in open_platforms}
    found: dict[int, GradeTo] = {}
    for grade, placement, _ in rows:
        platform = open_platforms[placement.platform_id]
        if grade.id in sending or grade.id in found or placement.deployment_id not in platform.deployments:
            continue
        if room[platform.id] > 0 and rule.timestamp(grade.last_timestamp, at=at) is not None:
            room[platform.id] -= 1
            found[grade.id] = _to(grade, placement, platform, _made(session, placement.id))
    return list(found.values())


def _is_the_officers() -> ColumnElement[bool]:
    """Tell whether the account of a grade is still linked with whom the grade is of."""
    return exists().where(
        LtiLink.platform_id == LtiPlacement.platform_id,
        LtiLink.subject == LtiGrade.subject,
        LtiLink.person_id == LtiGrade.person_id,
        ~exists().where(LtiUnlink.link_id == LtiLink.id),
    )


def _made(session: Session, placement_id: int) -> Sequence[LtiLineItem]:
    return session.scalars(select(LtiLineItem).where(LtiLineItem.placement_id == placement_id)).all()


def _to(grade: LtiGrade, placement: LtiPlacement, platform: Registered, made: Sequence[LtiLineItem]) -> GradeTo:
    coupled = placement.line_item_url if grades.is_coupled(placement, made) else None
    return GradeTo(
        name=str(grade.id),
        grade_id=grade.id,
        platform=platform,
        deployment_id=placement.deployment_id,
        placement_id=placement.id,
        resource_link_id=placement.resource_link_id,
        subject=grade.subject,
        resource_id=grade.resource_id,
        scopes=tuple(one for one in placement.scopes if one.startswith(grades.AGS)),
        coupled_url=coupled,
        line_items_url=placement.line_items_url,
    )


# -- one sending -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known before a score is sent."""

    there: bool
    """Whether the platform took this very score already: we died before that was recorded in the outbox."""
    doubt: bool
    """Whether something was sent of which nobody knows what came of it."""


def begin(session: Session, grade_id: int, score: Score) -> Begun:
    row = session.get_one(LtiGrade, grade_id)
    unknown = row.last_timestamp is not None and (row.told_at is None or row.told_at < row.last_timestamp)
    return Begun(there=row.told == score and not unknown, doubt=unknown)


def stamped(session: Session, grade_id: int, *, at: datetime) -> datetime | None:
    """Return the time that the score states, and keep it before it is sent; ``None``: not before the next second."""
    row = session.get_one(LtiGrade, grade_id, with_for_update=True)
    stated = rule.timestamp(row.last_timestamp, at=at)
    if stated is not None:
        row.last_timestamp = stated
        session.flush()
    return stated


def taken(session: Session, grade_id: int, score: Score, *, at: datetime) -> None:
    """Record that the platform has *score*."""
    row = session.get_one(LtiGrade, grade_id, with_for_update=True)
    row.told, row.told_at = dict(score), max(at, row.last_timestamp or at)
    session.flush()


# -- columns that are made for us --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    url: str
    """Empty: nobody has it yet."""
    ours_to_ask: bool
    """Whether it is for the caller to ask the platform for it."""


def column(session: Session, placement_id: int, resource_id: str, *, at: datetime) -> Column:
    """Return the column of a placement; where there is none, one process alone is told to ask for it."""
    query = select(LtiLineItem).where(LtiLineItem.placement_id == placement_id, LtiLineItem.resource_id == resource_id)
    row = session.scalars(query.with_for_update()).first()
    if row is None:
        new = LtiLineItem(placement_id=placement_id, resource_id=resource_id, url="", made_at=at)
        try:
            with session.begin_nested():
                session.add(new)
        except IntegrityError:  # another process was quicker
            return Column("", ours_to_ask=False)
        return Column("", ours_to_ask=True)
    if row.url or row.made_at > at - ASKING:
        return Column(row.url, ours_to_ask=False)
    row.made_at = at
    session.flush()
    return Column("", ours_to_ask=True)


def column_found(session: Session, placement_id: int, resource_id: str, url: str | None, *, at: datetime) -> None:
    """Record where the column is; ``None``: the platform gave none, and whoever comes next asks anew."""
    row = session.scalars(
        select(LtiLineItem)
        .where(LtiLineItem.placement_id == placement_id, LtiLineItem.resource_id == resource_id)
        .with_for_update()
    ).one()
    if url is None:
        session.delete(row)
    else:
        row.url, row.made_at = url, at
    session.flush()


def forget_column(session: Session, placement_id: int, resource_id: str) -> None:
    """Forget a column that the platform does not know any more; the next score asks for one."""
    row = session.scalars(
        select(LtiLineItem).where(LtiLineItem.placement_id == placement_id, LtiLineItem.resource_id == resource_id)
    ).first()
    if row is not None:
        session.delete(row)
        session.flush()


def label_of(session: Session, resource_id: str) -> str:
    """Return what a column is called at the platform: the name of what it stands for and, of a version, its label."""
    kind, _, rest = resource_id.partition("/")
    slug, _, label = rest.partition("/")
    return offers.name_of(session, Target(TargetKind(kind), slug), label)
