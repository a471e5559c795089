"""Who of a course still must train for what stands there: the accounts of a roster, looked at by our own facts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.lti import LtiPlacement
from training_app.models.people import Person
from training_app.rules.civil_time import CivilInstant
from training_app.services import units
from training_app.services.lti import grades, participants


@dataclass(frozen=True, slots=True)
class OfficerRow:
    person: Person
    done: bool
    """Whether the module is passed, or the full grade earned, as things stand now."""


@dataclass(frozen=True, slots=True)
class StillToTrain:
    """A course's learners; how those stand whom the reader may see, counted and by name."""

    linked: int
    """Officers whom the reader may see."""
    unlinked: frozenset[str]
    """Accounts that belong to nobody here yet."""
    done: int
    officers: tuple[OfficerRow, ...]
    """Who still must train first, then by name."""
    unseen: int
    """Linked officers whom the reader may not see.  How they stand is in no count: of few, a total tells of each."""

    @property
    def to_train(self) -> int:
        return self.linked - self.done


def of(
    session: Session,
    placement: LtiPlacement,
    subjects: Collection[str],
    *,
    within: Collection[int] | None,
    at: datetime,
    zone: ZoneInfo,
) -> StillToTrain:
    """Return how the accounts *subjects* stand on what was placed.

    :param within: ids of the units whose officers the reader may see; ``None``: everybody.
    """
    people = participants.people(session, placement.platform_id, subjects)
    ids = set(people.values())
    seen = ids if within is None else {one.person_id for one in units.officers_in(session, within, at=at)} & ids
    done = grades.earned(session, placement, seen, on=CivilInstant(at, zone))
    rows = session.scalars(select(Person).where(Person.id.in_(seen))).all()
    officers = [OfficerRow(row, row.id in done) for row in rows]
    return StillToTrain(
        linked=len(seen),
        unlinked=frozenset(subjects) - people.keys(),
        done=len(done),
        officers=tuple(sorted(officers, key=lambda one: (one.done, one.person.name.casefold()))),
        unseen=len(ids - seen),
    )


def courses_of(session: Session, unit_ids: Collection[int], *, at: datetime) -> Sequence[LtiPlacement]:
    """Return the placements that officers of the units opened, the latest first."""
    ids = {one.person_id for one in units.officers_in(session, unit_ids, at=at)}
    found = participants.placements_of(session, ids)
    return session.scalars(
        select(LtiPlacement)
        .where(LtiPlacement.id.in_(found), LtiPlacement.target_kind.is_not(None))
        .order_by(LtiPlacement.last_launched_at.desc(), LtiPlacement.id)
    ).all()
