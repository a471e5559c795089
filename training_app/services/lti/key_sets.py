"""The public keys of platforms, as they were last fetched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from training_app.models.lti import LtiKeySet


def of_platform(session: Session, platform_id: int, url: str) -> LtiKeySet | None:
    """Return the keys that were fetched from *url*; ``None`` where none were, or the platform has another address."""
    found = session.get(LtiKeySet, platform_id)
    return found if found is not None and found.url == url else None


def keep(session: Session, platform_id: int, url: str, keys: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what was fetched in place of what was there."""
    found = session.get(LtiKeySet, platform_id, with_for_update=True)
    if found is None:
        session.merge(LtiKeySet(platform_id=platform_id, url=url, keys=dict(keys), fetched_at=at))
    else:
        found.url, found.keys, found.fetched_at = url, dict(keys), at
    session.flush()
