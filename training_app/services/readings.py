"""What an officer has read: lessons, as a bookmark; and what changed, by signature."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import ImpactAssessment, RequirementSet
from training_app.models.training import Familiarisation, LessonRead, RequirementFamiliarisation
from training_app.services.locks import one_at_a_time


def mark_lesson_read(session: Session, officer_id: int, revision_id: int, lesson: str, *, at: datetime) -> None:
    """Note that the officer has read a lesson; saying it twice changes nothing."""
    key: dict[str, Any] = {"officer_id": officer_id, "revision_id": revision_id, "lesson": lesson}
    if session.get(LessonRead, key) is None:
        session.merge(LessonRead(**key, read_at=at))
        session.flush()


def sign_familiarisation(
    session: Session, officer: Person, assessment: ImpactAssessment, *, at: datetime
) -> Familiarisation:
    """Record that the officer has read what changed (level 1); signing twice is signing once."""
    done = select(Familiarisation).where(
        Familiarisation.officer_id == officer.id, Familiarisation.assessment_id == assessment.id
    )
    one_at_a_time(session, "person", officer.id)
    found = session.scalar(done)
    if found is not None:
        return found
    fact = Familiarisation(
        effective_at=at, recorded_at=at, recorded_by_id=officer.id, officer_id=officer.id, assessment_id=assessment.id
    )
    session.add(fact)
    session.flush()
    return fact


def sign_requirement_change(
    session: Session, officer: Person, requirement_set: RequirementSet, *, at: datetime
) -> RequirementFamiliarisation:
    """Record that the officer has read what changed in what a version asks (level 1); twice is once."""
    done = select(RequirementFamiliarisation).where(
        RequirementFamiliarisation.officer_id == officer.id,
        RequirementFamiliarisation.requirement_set_id == requirement_set.id,
    )
    one_at_a_time(session, "person", officer.id)
    found = session.scalar(done)
    if found is not None:
        return found
    fact = RequirementFamiliarisation(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        requirement_set_id=requirement_set.id,
    )
    session.add(fact)
    session.flush()
    return fact
