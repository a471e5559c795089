"""Who may be erased, what stands against it, and the two signatures that order it.

The erasure itself is in `services.erasing`; what it does to each table, in `rules.erasure`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.certification import AwardEnd, AwardReview, AwardUpholding
from training_app.models.conduct import ConcernText, ConductCase, ConductOutcome, Objection, ObjectionDecision
from training_app.models.erasures import (
    PersonErased,
    PersonErasure,
    PersonErasureSignature,
    PersonErasureWithdrawal,
)
from training_app.models.oversight import JournalEntry
from training_app.models.people import AccountChange, AccountFact, Person
from training_app.models.rectification import RectificationRequest
from training_app.models.reports import ReportDecision, ReportDecisionSignature, ReportText
from training_app.models.rulings import Appeal, AppealDecision
from training_app.models.trainers import TrainerMeasure
from training_app.rules import keeping
from training_app.rules.civil_time import CivilInstant
from training_app.rules.erasure import ErasureReason, Hold
from training_app.rules.facts import AwardEndKind
from training_app.services import accounts, rectifications, trainer_doubts
from training_app.services.journal.entries import PersonIsErased
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import AlreadyDone, second_person

_OF_THE_PERSON = JournalEntry.fact_kind.not_in(sorted(keeping.NOT_OF_THE_PERSON))


class Held(TrainingError):
    """Something stands against the erasure; *holds* says what, in full."""

    def __init__(self, holds: Collection[Hold]) -> None:
        super().__init__(f"Not to be erased yet: {', '.join(sorted(hold.value for hold in holds))}.")
        self.holds = tuple(sorted(holds))


class NotOrdered(TrainingError):
    def __init__(self) -> None:
        super().__init__("No erasure of this person waits for a signature.")


class OrderedAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("The erasure of this person is ordered already.")


# -- who is due --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A person whose retention time is over, by numbers alone."""

    person_id: int
    service_number: str
    last_record: date
    """Of the last record about the person, or by them."""
    kept_through: date


def due(session: Session, *, years: int, on: CivilInstant) -> list[Due]:
    """Return everybody whose account is closed and whose last record is more than *years* old, by service number.

    Also what the person recorded about others counts: what rests on it may be asked about as long.
    """
    waiting = select(PersonErasure.person_id).where(PersonErasure.id.not_in(_WITHDRAWN))
    rows = session.execute(select(Person.id, Person.service_number).where(Person.id.not_in(waiting)))
    numbers = {row.id: row.service_number for row in rows}
    candidates = numbers.keys() - _open_accounts(session, at=on.instant)
    days = _last_days(session, candidates, on=on)
    found = [
        Due(person, numbers[person], day, keeping.kept_through(day, years=years))
        for person, day in days.items()
        if keeping.is_due(day, years=years, on=on)
    ]
    return sorted(found, key=lambda one: one.service_number)


def last_day(session: Session, person_id: int, *, on: CivilInstant) -> date | None:
    """Return the day of the last record about the person or by them, what programs asked left out."""
    return _last_days(session, {person_id}, on=on).get(person_id)


def _last_days(session: Session, people: Collection[int], *, on: CivilInstant) -> dict[int, date]:
    latest: dict[int, datetime] = {}
    for column in (JournalEntry.subject_id, JournalEntry.actor_id):
        query = select(column, func.max(JournalEntry.recorded_at)).where(column.is_not(None), _OF_THE_PERSON)
        if len(people) == 1:
            query = query.where(column.in_(people))
        for person, instant in session.execute(query.group_by(column)):
            if person is not None and person in people:
                latest[person] = max(instant, latest.get(person, instant))
    return {person: on.at(instant).day for person, instant in latest.items()}


def _open_accounts(session: Session, *, at: datetime) -> set[int]:
    rows = session.execute(
        select(AccountFact.person_id, AccountFact.change)
        .where(AccountFact.effective_at <= at)
        .order_by(AccountFact.effective_at, AccountFact.change.desc())  # of two at one instant, closing governs
    )
    latest = {row.person_id: row.change for row in rows}
    return {person for person, change in latest.items() if change is AccountChange.OPENED}


# -- what stands against it --------------------------------------------------------------------------------------------


def holds(
    session: Session, person: Person, reason: ErasureReason, *, years: int, on: CivilInstant, by: Person | None = None
) -> tuple[Hold, ...]:
    """Return what is to be settled before *person* can be erased; empty where nothing stands against it."""
    found = {hold for hold, query in _UNSETTLED(person.id).items() if session.scalar(select(query.exists()))}
    if by is not None and by.id == person.id:
        found.add(Hold.OWN)
    if accounts.is_open(session, person.id, at=on.instant):
        found.add(Hold.ACCOUNT_OPEN)
    last = last_day(session, person.id, on=on)
    if reason is ErasureReason.RETENTION_OVER and last is not None and not keeping.is_due(last, years=years, on=on):
        found.add(Hold.NOT_DUE)
    measures = session.scalars(select(TrainerMeasure).where(TrainerMeasure.person_id == person.id))
    if any(trainer_doubts.to_judge(session, measure) for measure in measures):
        found.add(Hold.MEASURE)
    return tuple(sorted(found))


def _UNSETTLED(person_id: int) -> Mapping[Hold, Select[int]]:  # noqa: N802 - a table with one blank in it
    void = exists().where(AwardEnd.award_id == AwardReview.award_id, AwardEnd.kind == AwardEndKind.VOIDED)
    signed = (
        select(ReportDecisionSignature.id)
        .join(ReportDecision, ReportDecision.id == ReportDecisionSignature.decision_id)
        .where(ReportDecision.report_id == ReportText.report_id)
        .exists()
    )
    raised = select(ConcernText.case_id).where(ConcernText.raised_by_id == person_id)
    return {
        Hold.APPEAL: select(Appeal.id).where(
            Appeal.officer_id == person_id, ~exists().where(AppealDecision.appeal_id == Appeal.id)
        ),
        Hold.OBJECTION: select(Objection.id).where(
            Objection.person_id == person_id, ~exists().where(ObjectionDecision.objection_id == Objection.id)
        ),
        Hold.CASE: select(ConductCase.id).where(
            or_(ConductCase.person_id == person_id, ConductCase.id.in_(raised)),
            ~exists().where(ConductOutcome.case_id == ConductCase.id),
        ),
        Hold.REVIEW: select(AwardReview.id).where(
            AwardReview.officer_id == person_id, ~exists().where(AwardUpholding.review_id == AwardReview.id), ~void
        ),
        Hold.REPORT: select(ReportText.report_id).where(ReportText.reported_by_id == person_id, ~signed),
        Hold.RECTIFICATION: select(RectificationRequest.id).where(
            RectificationRequest.person_id == person_id, ~rectifications.ended()
        ),
    }


# -- ordered, signed, taken back ---------------------------------------------------------------------------------------


def order(
    session: Session, person: Person, reason: ErasureReason, *, years: int, on: CivilInstant, by: Person
) -> PersonErasure:
    """Order that *person* be erased; a second registrar signs it.

    :raises PersonIsErased: if they are; :raises OrderedAlready: if it is ordered and not taken back;
    :raises Held: if anything stands against it.
    """
    one_at_a_time(session, "person", person.id)
    if erased(session, person.id) is not None:
        raise PersonIsErased
    if standing_order(session, person.id) is not None:
        raise OrderedAlready
    _refuse_held(session, person, reason, years=years, on=on, by=by)
    fact = PersonErasure(**_stamp(on.instant, by), person_id=person.id, reason=reason)
    session.add(fact)
    session.flush()
    return fact


def sign(session: Session, found: PersonErasure, *, years: int, on: CivilInstant, by: Person) -> PersonErasureSignature:
    """Sign the order as the second person; from now on the erasure can be carried out, and not be taken back.

    :raises SameSigner: if *by* ordered it; :raises NotOrdered: if it was taken back;
    :raises AlreadyDone: if it is signed; :raises Held: if something stands against it by now.
    """
    one_at_a_time(session, "person", found.person_id)
    second_person(found.recorded_by_id, by)
    if _withdrawal(session, found) is not None:
        raise NotOrdered
    _refuse_held(session, session.get_one(Person, found.person_id), found.reason, years=years, on=on, by=by)
    fact = PersonErasureSignature(
        **_stamp(on.instant, by), erasure_id=found.id, person_id=found.person_id, author_id=found.recorded_by_id
    )
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError as error:
        raise AlreadyDone("This is signed already.") from error
    return fact


def withdraw(session: Session, found: PersonErasure, *, at: datetime, by: Person) -> bool:
    """Take an order back that nobody has signed, one's own or another's; return whether it stood.

    :raises AlreadyDone: if it is signed.
    """
    one_at_a_time(session, "person", found.person_id)
    if signature_of(session, found.id) is not None:
        raise AlreadyDone("This is signed already.")
    if _withdrawal(session, found) is not None:
        return False
    session.add(PersonErasureWithdrawal(**_stamp(at, by), erasure_id=found.id))
    session.flush()
    return True


def _refuse_held(
    session: Session, person: Person, reason: ErasureReason, *, years: int, on: CivilInstant, by: Person
) -> None:
    against = holds(session, person, reason, years=years, on=on, by=by)
    if against:
        raise Held(against)


# -- how things stand --------------------------------------------------------------------------------------------------

_WITHDRAWN = select(PersonErasureWithdrawal.erasure_id)


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order with what came of it."""

    id: int
    person_id: int
    service_number: str
    """What stands in its place once the person is erased."""
    reason: ErasureReason
    ordered_at: datetime
    ordered_by_id: int
    ordered_by: str
    signed_at: datetime | None
    signed_by: str
    erased_at: datetime | None
    withdrawn_at: datetime | None


def orders(session: Session, *, erasure_id: int | None = None) -> Sequence[Ordered]:
    """Return the orders that were not taken back, the latest first; with *erasure_id*, that one, taken back or not."""
    author, signer = aliased(Person), aliased(Person)
    query = (
        select(
            PersonErasure,
            Person.service_number,
            author.name,
            PersonErasureSignature,
            signer.name,
            PersonErased,
            PersonErasureWithdrawal.effective_at,
        )
        .join(Person, Person.id == PersonErasure.person_id)
        .join(author, author.id == PersonErasure.recorded_by_id)
        .join(PersonErasureSignature, PersonErasureSignature.erasure_id == PersonErasure.id, isouter=True)
        .join(signer, signer.id == PersonErasureSignature.recorded_by_id, isouter=True)
        .join(PersonErased, PersonErased.erasure_id == PersonErasure.id, isouter=True)
        .join(PersonErasureWithdrawal, PersonErasureWithdrawal.erasure_id == PersonErasure.id, isouter=True)
        .order_by(PersonErasure.id.desc())
    )
    if erasure_id is None:
        query = query.where(PersonErasureWithdrawal.id.is_(None))
    else:
        query = query.where(PersonErasure.id == erasure_id)
    return [
        Ordered(
            id=fact.id,
            person_id=fact.person_id,
            service_number=number,
            reason=fact.reason,
            ordered_at=fact.effective_at,
            ordered_by_id=fact.recorded_by_id or 0,
            ordered_by=ordered_by,
            signed_at=None if signature is None else signature.effective_at,
            signed_by=signed_by or "",
            erased_at=None if tombstone is None else tombstone.effective_at,
            withdrawn_at=withdrawn_at,
        )
        for fact, number, ordered_by, signature, signed_by, tombstone, withdrawn_at in session.execute(query)
    ]


def standing_order(session: Session, person_id: int) -> PersonErasure | None:
    """Return the order about the person that was not taken back."""
    return session.scalars(
        select(PersonErasure).where(PersonErasure.person_id == person_id, PersonErasure.id.not_in(_WITHDRAWN))
    ).first()


def signature_of(session: Session, erasure_id: int) -> PersonErasureSignature | None:
    return session.scalar(select(PersonErasureSignature).where(PersonErasureSignature.erasure_id == erasure_id))


def signature_of_person(session: Session, person_id: int) -> PersonErasureSignature | None:
    return session.scalar(select(PersonErasureSignature).where(PersonErasureSignature.person_id == person_id))


def erased(session: Session, person_id: int) -> PersonErased | None:
    """Return the tombstone of a person who was erased."""
    return session.scalar(select(PersonErased).where(PersonErased.person_id == person_id))


def _withdrawal(session: Session, found: PersonErasure) -> PersonErasureWithdrawal | None:
    return session.scalar(select(PersonErasureWithdrawal).where(PersonErasureWithdrawal.erasure_id == found.id))


def _stamp(at: datetime, by: Person) -> dict[str, object]:
    return {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
