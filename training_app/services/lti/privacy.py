"""What is kept here about one account of a platform."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.lti import LtiGrade, LtiLink, LtiPlacement
from training_app.services.lti import links


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether the account is linked, how often it was, and how many grades were sent for it."""

    linked_since: datetime | None
    links_ever: int
    grades: int


def kept_of(session: Session, platform_id: int, subject: str) -> Kept:
    standing = links.standing(session, platform_id, subject)
    ever = select(func.count()).where(LtiLink.platform_id == platform_id, LtiLink.subject == subject)
    grades = (
        select(func.count(LtiGrade.id))
        .join(LtiPlacement, LtiPlacement.id == LtiGrade.placement_id)
        .where(LtiPlacement.platform_id == platform_id, LtiGrade.subject == subject)
    )
    return Kept(standing.effective_at if standing else None, session.scalar(ever) or 0, session.scalar(grades) or 0)
