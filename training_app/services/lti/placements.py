"""Where this product was placed in the courses of a platform, as the platform's last launch told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.lti import LtiPlacement
from training_app.rules import lti_targets
from training_app.rules.lti_targets import NoTarget
from training_app.services.locks import one_at_a_time


def note(
    session: Session, platform_id: int, deployment_id: str, claims: Mapping[str, Any], *, at: datetime
) -> LtiPlacement:
    """Note a resource link as a launch told of it, and return its placement.

    :param claims: as `rules.lti_claims.kept` returns them; of what they leave out, nothing is kept from before, because
        a platform that states no service offers none.
    """
    context, link = claims.get("context", {}), claims["resource_link"]
    key = {
        "platform_id": platform_id,
        "deployment_id": deployment_id,
        "context_id": context.get("id", ""),
        "resource_link_id": link["id"],
    }
    one_at_a_time(session, "lti-placement", "\0".join(map(str, key.values())))
    placement = session.scalar(select(LtiPlacement).filter_by(**key))
    if placement is None:
        placement = LtiPlacement(**key, first_launched_at=at, last_launched_at=at, scopes=[])
        session.add(placement)
    endpoint = claims.get("endpoint", {})
    placement.context_title, placement.title = context.get("title"), link.get("title")
    placement.line_item_url, placement.line_items_url = _text(endpoint, "lineitem"), _text(endpoint, "lineitems")
    placement.scopes = [scope for scope in endpoint.get("scope", []) if isinstance(scope, str)] if endpoint else []
    _aim(placement, claims)
    placement.memberships_url = _text(claims.get("namesroleservice", {}), "context_memberships_url")
    placement.last_launched_at = max(at, placement.last_launched_at)
    session.flush()
    return placement


def _aim(placement: LtiPlacement, claims: Mapping[str, Any]) -> None:
    """Note what of ours stands there; a link that names nothing is told no grade of."""
    try:
        target = lti_targets.parse(claims.get("custom", {}).get(lti_targets.PARAMETER))
    except NoTarget:
        placement.target_kind, placement.target = None, None
    else:
        placement.target_kind, placement.target = target.kind, target.slug


def _text(of: Mapping[str, Any], name: str) -> str | None:
    found = of.get(name)
    return found if isinstance(found, str) else None
