"""What trainers declare of themselves: ethics and impartiality every year, and interests in vendors."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.trainers import DeclaredInterest, DeclaredInterestEnd, EthicsDeclaration
from training_app.rules import trainers as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import InterestKind
from training_app.services import trainer_acts, trainer_facts
from training_app.services.locks import one_at_a_time


def declare(session: Session, person: Person, *, text: str, language: str, on: CivilInstant) -> EthicsDeclaration:
    """Sign the declaration of ethics and impartiality, as it was shown; signed twice on a day, it is signed once."""
    one_at_a_time(session, "person", person.id)
    digest, at = sha256(text.encode()).hexdigest(), on.instant
    last = session.scalars(
        select(EthicsDeclaration).where(EthicsDeclaration.person_id == person.id).order_by(EthicsDeclaration.id.desc())
    ).first()
    if last is not None and last.text_digest == digest and on.at(last.effective_at).day == on.day:
        return last
    fact = EthicsDeclaration(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=person.id,
        person_id=person.id,
        text_version=trainer_acts.ETHICS_TEXT,
        text_digest=digest,
        language=language,
    )
    session.add(fact)
    session.flush()
    return fact


def declare_interest(
    session: Session, person: Person, kind: InterestKind, vendor: str, *, on: CivilInstant
) -> DeclaredInterest:
    """Declare an interest in a vendor; one that stands already is not declared twice."""
    one_at_a_time(session, "person", person.id)
    standing = {int(one.id) for one in rule.interests(trainer_facts.of(session, person.id), on=on)}
    for row in session.scalars(select(DeclaredInterest).where(DeclaredInterest.id.in_(standing))):
        if (row.kind, row.vendor) == (kind, vendor):
            return row
    at = on.instant
    fact = DeclaredInterest(
        effective_at=at, recorded_at=at, recorded_by_id=person.id, person_id=person.id, kind=kind, vendor=vendor
    )
    session.add(fact)
    session.flush()
    return fact


def end_interest(session: Session, interest: DeclaredInterest, *, at: datetime) -> None:
    """Declare, as the trainer, that an interest ended; declaring it twice is declaring it once."""
    one_at_a_time(session, "person", interest.person_id)
    if session.scalar(select(DeclaredInterestEnd.id).where(DeclaredInterestEnd.interest_id == interest.id)):
        return
    session.add(
        DeclaredInterestEnd(
            effective_at=at,
            recorded_at=at,
            recorded_by_id=interest.person_id,
            person_id=interest.person_id,
            interest_id=interest.id,
        )
    )
    session.flush()
