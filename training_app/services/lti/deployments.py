"""Where a platform has installed this product: deployments that the registrar approved, and others that came by.

A launch from a deployment that nobody approved is refused and noted, so that the registrar sees it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.lti import LtiDeployment, LtiPlatform, LtiSeenDeployment
from training_app.models.people import Person
from training_app.services.lti import platforms

MOST_CHARACTERS = 255
"""Of a deployment's id (LTI Core 1.3, section 5.3.3)."""
MOST_SEEN = 200
"""Of one platform: what comes beyond is refused all the same, and not noted."""


class DeploymentApproved(TrainingError):
    def __init__(self, deployment_id: str) -> None:
        super().__init__(f"The deployment {deployment_id} is approved already. Nothing was changed.")
        self.deployment_id = deployment_id


class DeploymentUnfit(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"A deployment id has 1 to {MOST_CHARACTERS} characters. Copy it from the platform.")


def approve(
    session: Session, platform: LtiPlatform, deployment_id: str, *, at: datetime, by: Person | None
) -> LtiDeployment:
    """Let *platform* launch from this deployment from now on, whether it was seen before or not.

    :raises platforms.PlatformClosed: if the platform is closed; :raises DeploymentApproved: if it was approved before;
    :raises DeploymentUnfit: if no platform could call it so.
    """
    if not 1 <= len(deployment_id) <= MOST_CHARACTERS:
        raise DeploymentUnfit
    platforms.refuse_closed(session, platform)
    same = select(LtiDeployment.id).where(
        LtiDeployment.platform_id == platform.id, LtiDeployment.deployment_id == deployment_id
    )
    if session.scalar(same) is not None:
        raise DeploymentApproved(deployment_id)
    fact = LtiDeployment(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id if by else None,
        platform_id=platform.id,
        deployment_id=deployment_id,
    )
    session.add(fact)
    session.flush()
    return fact


def note_seen(session: Session, platform_id: int, deployment_id: str, *, at: datetime) -> None:
    """Note that a deployment came by; twice is as once, but for the time.

    One more than `MOST_SEEN`, or one with an id that could not be approved, is not noted.
    """
    if not 1 <= len(deployment_id) <= MOST_CHARACTERS:
        return
    key = {"platform_id": platform_id, "deployment_id": deployment_id}
    noted = select(func.count()).where(LtiSeenDeployment.platform_id == platform_id)
    if session.get(LtiSeenDeployment, key) is None and (session.scalar(noted) or 0) >= MOST_SEEN:
        return
    values: dict[str, Any] = {**key, "first_seen_at": at, "last_seen_at": at}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(LtiSeenDeployment).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"last_seen_at": at}))


def unapproved(session: Session, platform_id: int) -> Sequence[LtiSeenDeployment]:
    """Return the deployments that came by and that nobody has approved, the latest first."""
    approved = and_(
        LtiDeployment.platform_id == LtiSeenDeployment.platform_id,
        LtiDeployment.deployment_id == LtiSeenDeployment.deployment_id,
    )
    return session.scalars(
        select(LtiSeenDeployment)
        .join(LtiDeployment, approved, isouter=True)
        .where(LtiSeenDeployment.platform_id == platform_id, LtiDeployment.id.is_(None))
        .order_by(LtiSeenDeployment.last_seen_at.desc(), LtiSeenDeployment.deployment_id)
    ).all()


def approved(session: Session, platform_id: int) -> Sequence[LtiDeployment]:
    """Return the approved ones, in the order of their approval."""
    return session.scalars(
        select(LtiDeployment).where(LtiDeployment.platform_id == platform_id).order_by(LtiDeployment.id)
    ).all()
