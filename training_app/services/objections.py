"""Objections: an officer's to the void of an award, a trainer's to a measure; talked over, and decided by oversight.

An objection that is right mends what it is about, in the transaction of the decision: an award in place of the void
one, or the end of the measure.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.conduct import Objection, ObjectionDecision, ObjectionMessage
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import TrainerMeasure
from training_app.rules.civil_time import CivilInstant, in_force
from training_app.rules.doubts import Concerned, concerned, unconcerned
from training_app.rules.facts import AwardEndKind
from training_app.rules.objections import ObjectionOutcome, last_day_to_object
from training_app.rules.permissions import Role
from training_app.services import accounts, award_basis, certification, measure_reviews, trainer_measures
from training_app.services.award_reviews import Doubt, Upheld
from training_app.services.locks import one_at_a_time
from training_app.services.measure_reviews import MayNotJudge
from training_app.services.trainer_measures import Mended


class TooLate(TrainingError):
    def __init__(self, last_day: date) -> None:
        super().__init__(f"The time to object ended on {last_day}.")
        self.last_day = last_day


class NothingToObjectTo(TrainingError):
    """It is somebody else's, it is no void, or it has ended by itself."""

    def __init__(self) -> None:
        super().__init__("There is nothing here that you can object to.")


class ObjectionDecided(TrainingError):
    def __init__(self) -> None:
        super().__init__("This objection has been decided, perhaps a moment ago. The decision stands below.")


Subject = AwardEnd | TrainerMeasure


def last_day(session: Session, about: Subject, *, on: CivilInstant) -> date:
    """Return the last day on which to object: to a void anew from when a measure behind it turned out to be wrong."""
    told = [about.recorded_at]
    if isinstance(about, AwardEnd):
        ends = (
            select(TrainerMeasure.recorded_at)
            .join(AwardReview, AwardReview.measure_id == TrainerMeasure.ends_id)
            .where(AwardReview.award_id == about.award_id, TrainerMeasure.reason_code == Mended.OBJECTION)
        )
        told.extend(session.scalars(ends))
    return last_day_to_object(max(told), on=on)


def find(session: Session, about: Subject) -> Objection | None:
    """Return the objection to a void or a measure: there is at most one."""
    column = Objection.award_end_id if isinstance(about, AwardEnd) else Objection.measure_id
    return session.scalar(select(Objection).where(column == about.id))


def object_to(session: Session, about: Subject, text: str, *, on: CivilInstant, by: Person) -> tuple[Objection, bool]:
    """Object, as the officer or trainer whom it is about; the same words sent again are that objection.

    :returns: the objection, and whether it is new: other words join its thread.
    :raises NothingToObjectTo, TooLate: if it cannot be objected to; :raises ObjectionDecided: if it was decided.
    """
    person_id = about.officer_id if isinstance(about, AwardEnd) else about.person_id
    if person_id != by.id or not _open_to_objection(about):
        raise NothingToObjectTo
    one_at_a_time(session, "person", by.id)
    there = find(session, about)
    if there is not None:
        if text not in {one.text for one in messages(session, there)}:
            write(session, there, text, at=on.instant, by=by)
        return there, False
    ends = last_day(session, about, on=on)
    if not in_force(ends, on=on):
        raise TooLate(ends)
    fact = Objection(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=by.id,
        award_end_id=about.id if isinstance(about, AwardEnd) else None,
        measure_id=about.id if isinstance(about, TrainerMeasure) else None,
    )
    session.add(fact)
    session.flush()
    _add_message(session, fact, text, at=on.instant, by=by)
    return fact, True


def _open_to_objection(about: Subject) -> bool:
    if isinstance(about, AwardEnd):
        return about.kind is AwardEndKind.VOIDED
    return about.ends_id is None


def write(session: Session, found: Objection, text: str, *, at: datetime, by: Person) -> ObjectionMessage:
    """Add a message to the thread; what the same person wrote last, sent again, is one message.

    :raises ObjectionDecided: if it is decided; :raises MayNotJudge: if *by* is neither the objector nor may judge it.
    """
    one_at_a_time(session, "objection", found.id)
    if decision_of(session, found) is not None:
        raise ObjectionDecided
    if by.id != found.person_id and (hand := hand_against(session, found, by)) is not None:
        raise MayNotJudge(hand)
    last = messages(session, found)[-1:]
    if last and last[0].recorded_by_id == by.id and last[0].text == text:
        return last[0]
    return _add_message(session, found, text, at=at, by=by)


def _add_message(session: Session, found: Objection, text: str, *, at: datetime, by: Person) -> ObjectionMessage:
    fact = ObjectionMessage(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        person_id=found.person_id,
        objection_id=found.id,
        text=text,
    )
    session.add(fact)
    session.flush()
    return fact


def subject(session: Session, found: Objection) -> Subject:
    if found.award_end_id is not None:
        return session.get_one(AwardEnd, found.award_end_id)
    return session.get_one(TrainerMeasure, found.measure_id)


def hand_against(session: Session, found: Objection, person: Person) -> Concerned | None:
    """Return why *person* does not decide the objection; ``None``: may decide it."""
    return concerned(person.id, _hands(session, found))


def nobody_decides(session: Session, found: Objection, *, at: datetime) -> bool:
    """Tell whether everybody of the oversight body had a hand in it, so that a further person is needed."""
    return not unconcerned(accounts.holders(session, Role.OVERSIGHT, at=at), _hands(session, found))


def _hands(session: Session, found: Objection) -> Mapping[Concerned, Collection[int | None]]:
    """Return who does not judge: whose it is, and everybody with a hand in the void or in the measures behind it.

    Source: the ideas of ISO/IEC 17024:2012, 9.8: appeals are decided by others than those who took part before.
    """
    about, own = subject(session, found), {Concerned.OWN: {found.person_id}}
    if isinstance(about, TrainerMeasure):
        return {**measure_reviews.hands(session, [about]), **own}
    award = session.get_one(Award, about.award_id)
    reviews = session.scalars(select(AwardReview).where(AwardReview.award_id == award.id)).all()
    measures = {review.measure_id for review in reviews if review.measure_id is not None}
    measured = session.scalars(select(TrainerMeasure).where(TrainerMeasure.id.in_(measures))).all()
    return {
        **measure_reviews.hands(session, measured),
        **own,
        Concerned.RECORDED_AWARD: {award.recorded_by_id},
        Concerned.VOIDED: {about.recorded_by_id, *(review.recorded_by_id for review in reviews)},
    }


def decide(
    session: Session,
    found: Objection,
    outcome: ObjectionOutcome,
    reason: str,
    *,
    new_code: Callable[[], str],
    on: CivilInstant,
    by: Person,
) -> ObjectionDecision:
    """Decide *found*, once; one that is upheld is mended with it.

    With an award in place of the void one, training done meanwhile that had nothing to build on is awarded, too.

    :param reason: the sentence that the objector reads.
    :param new_code: gives a fresh random verification code for each award that is made.
    :raises ObjectionDecided: if it is decided; :raises MayNotJudge: if *by* had a hand in what it is about;
    :raises trainer_measures.EndedAlready: if the measure has ended meanwhile.
    """
    one_at_a_time(session, "person", found.person_id)
    one_at_a_time(session, "objection", found.id)
    if decision_of(session, found) is not None:
        raise ObjectionDecided
    if (hand := hand_against(session, found, by)) is not None:
        raise MayNotJudge(hand)
    award, ending = None, None
    if outcome is ObjectionOutcome.UPHELD:
        about = subject(session, found)
        if isinstance(about, AwardEnd):
            award = _made_anew(session, about, code=new_code(), at=on.instant, by=by)
            certification.award_what_is_due(
                session,
                session.get_one(Person, found.person_id),
                at=on.instant,
                zone=on.zone,
                new_code=new_code,
                recorded_at=on.instant,
            )
        else:
            ending = trainer_measures.end(session, about, Mended.OBJECTION, on=on, by=by)
    fact = ObjectionDecision(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=found.person_id,
        objection_id=found.id,
        outcome=outcome,
        reason=reason,
        award_id=None if award is None else award.id,
        reinstatement_id=None if ending is None else ending.id,
    )
    session.add(fact)
    session.flush()
    return fact


_COPIED = (
    "effective_at", "officer_id", "version_id", "kind", "policy_id", "base_id", "requirement_set_id", "steps",
    "attempts_from", "holder_name",
)  # fmt: skip


def _made_anew(session: Session, void: AwardEnd, *, code: str, at: datetime, by: Person) -> Award:
    """Make the award that stands in place of the void one, of the same day and on the same evidence.

    A void is for ever, so that what was answered with it can be told; the new award is the correction.  Under the
    measures under which the old one was judged the new one is upheld at once, or it would be under review again.
    """
    old = session.get_one(Award, void.award_id)
    acts = award_basis.of_award(session, old.id)
    award = Award(
        **{name: getattr(old, name) for name in _COPIED},
        recorded_at=at,
        recorded_by_id=by.id,
        evidence={**old.evidence, "instead_of": old.id, "basis": award_basis.digest_of(acts)},
        evidence_key=f"{old.evidence_key}+instead-of:{old.id}",
        code=code,
    )
    session.add(award)
    session.flush()
    award_basis.add(session, award, acts)
    measures = session.scalars(
        select(AwardReview.measure_id).where(AwardReview.award_id == old.id, AwardReview.measure_id.is_not(None))
    ).all()
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id, "officer_id": old.officer_id}
    reviews = [
        AwardReview(**stamp, award_id=award.id, measure_id=measure, reason_code=Doubt.TRAINER_NOT_QUALIFIED.value)
        for measure in measures
    ]
    session.add_all(reviews)
    session.flush()
    session.add_all(
        AwardUpholding(**stamp, review_id=review.id, reason_code=Upheld.OTHER_EVIDENCE.value) for review in reviews
    )
    session.flush()
    return award


# -- what is seen ------------------------------------------------------------------------------------------------------


def messages(session: Session, found: Objection) -> Sequence[ObjectionMessage]:
    """Return the thread, the earliest first."""
    return session.scalars(
        select(ObjectionMessage).where(ObjectionMessage.objection_id == found.id).order_by(ObjectionMessage.id)
    ).all()


def decision_of(session: Session, found: Objection) -> ObjectionDecision | None:
    return session.scalar(select(ObjectionDecision).where(ObjectionDecision.objection_id == found.id))


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection in a list."""

    objection: Objection
    number: str
    """Service number of the objector."""
    tool: str
    """Name and version of what the void award was for; empty of a measure."""
    decision: ObjectionDecision | None
    stuck: bool
    """It is not decided, and nobody who is there may."""


def open_objections(session: Session, *, at: datetime) -> list[ObjectionRow]:
    """Return the objections that nobody has decided, the oldest first."""
    undecided = select(Objection).where(~exists().where(ObjectionDecision.objection_id == Objection.id))
    return [row(session, one, at=at) for one in session.scalars(undecided.order_by(Objection.id))]


def row(session: Session, found: Objection, *, at: datetime) -> ObjectionRow:
    decision = decision_of(session, found)
    return ObjectionRow(
        objection=found,
        number=session.get_one(Person, found.person_id).service_number,
        tool=_tool_of(session, found),
        decision=decision,
        stuck=decision is None and nobody_decides(session, found, at=at),
    )


def _tool_of(session: Session, found: Objection) -> str:
    if found.award_end_id is None:
        return ""
    named = session.execute(
        select(Tool.name, ToolVersion.label)
        .join(ToolVersion, ToolVersion.tool_id == Tool.id)
        .join(Award, Award.version_id == ToolVersion.id)
        .join(AwardEnd, AwardEnd.award_id == Award.id)
        .where(AwardEnd.id == found.award_end_id)
    ).one()
    return f"{named.name} {named.label}"


@dataclass(frozen=True, slots=True)
class Lost:
    """An award of an officer's that was voided after a measure, or is under review by one."""

    award: Award
    version: str
    void: AwardEnd | None
    """``None``: it is under review."""
    objection: Objection | None
    decision: ObjectionDecision | None


def lost(session: Session, officer_id: int, tool_id: int) -> list[Lost]:
    """Return the officer's awards for a tool that were voided because a trainer's work was in doubt, latest first."""
    rows = session.execute(
        select(Award, ToolVersion.label, AwardEnd)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .join(AwardEnd, AwardEnd.award_id == Award.id)
        .where(
            Award.officer_id == officer_id,
            ToolVersion.tool_id == tool_id,
            AwardEnd.kind == AwardEndKind.VOIDED,
            exists().where(AwardReview.award_id == Award.id, AwardReview.measure_id.is_not(None)),
        )
        .order_by(AwardEnd.id.desc())
    ).all()
    found = []
    for award, label, void in rows:
        objection = find(session, void)
        decision = None if objection is None else decision_of(session, objection)
        found.append(Lost(award, label, void, objection, decision))
    return found
