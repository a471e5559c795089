"""What renews a trainer's qualification: what was done in its scope since the grant, and continuing education."""

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.authoring import ReviewOutcome, ReviewRequest, ReviewVerdict
from training_app.models.people import Person
from training_app.models.trainers import ContinuingEducation, TrainerQualification
from training_app.rules.civil_time import CivilInstant
from training_app.rules.qualifying import Currency
from training_app.rules.trainers import Act, Condition, Matter, Scope
from training_app.services import checklists, sign_offs, taught, trainer_acts, trainer_facts
from training_app.services.locks import one_at_a_time


def currency(session: Session, held: TrainerQualification, *, on: CivilInstant) -> Currency:
    """Return what the trainer did and learnt since *held* was granted."""
    since = held.effective_at
    hours = session.scalar(
        select(func.sum(ContinuingEducation.hours)).where(
            ContinuingEducation.person_id == held.person_id,
            ContinuingEducation.held_on >= on.at(since).day,
            ContinuingEducation.held_on <= on.day,
        )
    )
    scope = trainer_facts.scope_of(session, held)
    own = trainer_acts.with_own(session, Matter(scope=scope), held.person_id, on=on).own
    certified = None if scope.tool is None else not own
    return Currency(acts=_acts(session, held, since), hours=int(hours or 0), certified=certified)


def _acts(session: Session, held: TrainerQualification, since: datetime) -> int:
    """Count what was written, published, taught and signed in the scope since then."""
    held_sessions = taught.sessions_held(session, held.person_id, trainer_facts.scope_of(session, held), since)
    if held.tool_id is not None:
        signed = sign_offs.given(session, held.person_id, held.tool_id, since=since)
        return held_sessions + signed + checklists.worked_on(session, held.person_id, held.tool_id, since=since)
    approved = session.execute(
        select(ReviewRequest.author_ids, ReviewRequest.content, ReviewVerdict.recorded_by_id)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewVerdict.outcome == ReviewOutcome.APPROVED, ReviewVerdict.effective_at >= since)
    )
    return held_sessions + sum(
        bool(row.content["subject_area"] == held.subject) and held.person_id in {*row.author_ids, row.recorded_by_id}
        for row in approved
    )


def record_education(
    session: Session,
    person: Person,
    *,
    title: str,
    held_on: date,
    hours: int,
    document: bytes | None,
    on: CivilInstant,
    by: Person,
) -> ContinuingEducation:
    """Record that *person* took part in continuing education; the same recorded twice counts once.

    :param document: the certificate, of which only the SHA-256 is kept.
    :raises trainer_acts.NotAllowed: if *by* leads no scope in which the person is, or is the person.
    """
    one_at_a_time(session, "person", person.id)
    _require_lead_of(session, person, on=on, by=by)
    digest = None if document is None else sha256(document).hexdigest()
    same = session.scalar(
        select(ContinuingEducation).where(
            ContinuingEducation.person_id == person.id,
            ContinuingEducation.title == title,
            ContinuingEducation.held_on == held_on,
        )
    )
    if same is not None:
        return same
    at = on.instant
    fact = ContinuingEducation(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        person_id=person.id,
        title=title,
        held_on=held_on,
        hours=hours,
        document_sha256=digest,
    )
    session.add(fact)
    session.flush()
    return fact


def _require_lead_of(session: Session, person: Person, *, on: CivilInstant, by: Person) -> None:
    """Let through a lead of at least one scope in which *person* was ever qualified, who is not the person."""
    scopes = sorted({one.scope for one in trainer_facts.of(session, person.id).qualifications}, key=str)
    persons = frozenset({str(person.id)})
    refusals = [
        trainer_acts.unmet(session, Act.QUALIFY, by.id, Matter(scope=scope, persons=persons), on=on) for scope in scopes
    ]
    if not refusals:
        raise trainer_acts.NotAllowed(Act.QUALIFY, Matter(scope=Scope(subject="")), [Condition.NOT_QUALIFIED])
    if all(refusals):
        raise trainer_acts.NotAllowed(Act.QUALIFY, Matter(scope=scopes[0]), refusals[0])
