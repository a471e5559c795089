"""More time for timed papers, as it was recorded for an officer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.rulings import TimeAccommodation
from training_app.rules.civil_time import CivilInstant, in_force


def extra_percent(session: Session, officer_id: int, at: CivilInstant) -> int:
    """Return how much more time the officer gets for a paper that is opened *at* an instant, in percent; 0 for none.

    The latest record governs, as long as it runs: its last day is inclusive, and without one it runs on.
    """
    latest = session.scalars(
        select(TimeAccommodation)
        .where(TimeAccommodation.officer_id == officer_id, TimeAccommodation.effective_at <= at.instant)
        .order_by(TimeAccommodation.effective_at.desc(), TimeAccommodation.id.desc())
        .limit(1)
    ).first()
    if latest is None or not (latest.valid_through is None or in_force(latest.valid_through, on=at)):
        return 0
    return latest.percent
