"""Appeals against a mark: made by the officer, talked over, and decided by somebody with no hand in the mark.

An appeal changes no mark.  Where it is right, a ruling on the item or the acceptance of late answers changes it, for
everybody whom it concerns, and the decision names that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from quizzes.paper import Paper
from training_app.errors import TrainingError
from training_app.models.authoring import ReviewRequest, ReviewVerdict
from training_app.models.people import Person, RoleAssignment
from training_app.models.rulings import (
    Appeal,
    AppealDecision,
    AppealMessage,
    AppealOutcome,
    ItemRuling,
    LateAcceptance,
)
from training_app.models.training import Attempt, Mode, ModuleRevision, Submission
from training_app.rules.appeals import Hand, hand_of, last_day_to_appeal
from training_app.rules.civil_time import CivilInstant, in_force
from training_app.rules.permissions import Permission, Role, permissions_of
from training_app.rules.trainers import Act, Matter
from training_app.services import accounts, marks, trainer_acts
from training_app.services.locks import one_at_a_time

WHOLE = ""
"""In place of an item, where the whole mark is meant."""

Following = ItemRuling | LateAcceptance
"""What an appeal that was right leads to."""


class TooLate(TrainingError):
    def __init__(self, last_day: date) -> None:
        super().__init__(f"The time to appeal against this mark ended on {last_day}.")
        self.last_day = last_day


class NothingToAppeal(TrainingError):
    """Practice has no mark that counts, an attempt that is not submitted has none yet."""

    def __init__(self) -> None:
        super().__init__("There is no such mark to appeal against.")


class AppealDecided(TrainingError):
    def __init__(self) -> None:
        super().__init__("This appeal has been decided, perhaps a moment ago. The decision stands below.")


class HandIn(TrainingError):
    """Who had a hand in the mark does not judge the appeal against it."""

    def __init__(self, hand: Hand) -> None:
        super().__init__("You had a hand in what this appeal is about, so somebody else decides it.")
        self.hand = hand


class NothingFollows(TrainingError):
    """An appeal was right, and nothing that changes the mark was named."""

    def __init__(self) -> None:
        super().__init__("First void or re-key the item, or accept the late answers. Then name that here.")


# -- what the officer does ---------------------------------------------------------------------------------------------


def last_day(submission: Submission, found: marks.Marks, *, on: CivilInstant) -> date:
    """Return the last day on which the officer can appeal against the mark that stands."""
    return last_day_to_appeal(marks.marked_at(submission, found), on=on)


def appeal(
    session: Session, submission: Submission, item_id: str, text: str, *, at: datetime, zone: ZoneInfo
) -> tuple[Appeal, bool]:
    """Appeal, as its officer, against the mark of *submission*: for one item, or as a whole (`WHOLE`).

    :returns: the appeal, and whether it is new.  Against the same there is one appeal: the same words sent again are
        that appeal, other words join its thread.
    :raises NothingToAppeal: if it is practice, or the item was not on the paper.
    :raises TooLate: if the time is over; :raises AppealDecided: if it was made and decided before.
    """
    attempt = submission.attempt
    on_paper = {entry.item_id for entry in Paper.from_json(attempt.paper).items}
    if attempt.mode is not Mode.ASSESSMENT or item_id not in {WHOLE, *on_paper}:
        raise NothingToAppeal
    officer = session.get_one(Person, submission.officer_id)
    one_at_a_time(session, "person", officer.id)
    there = session.scalar(select(Appeal).where(Appeal.submission_id == submission.id, Appeal.item_id == item_id))
    if there is not None:
        if text not in {one.text for one in messages(session, there)}:
            write(session, there, text, at=at, zone=zone, by=officer)
        return there, False
    on = CivilInstant(at, zone)
    ends = last_day(submission, marks.of(session, submission), on=on)
    if not in_force(ends, on=on):
        raise TooLate(ends)
    fact = Appeal(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=officer.id,
        officer_id=officer.id,
        submission_id=submission.id,
        item_id=item_id,
    )
    session.add(fact)
    session.flush()
    _add_message(session, fact, text, at=at, by=officer)
    return fact, True


def write(session: Session, found: Appeal, text: str, *, at: datetime, zone: ZoneInfo, by: Person) -> AppealMessage:
    """Add a message to the thread; what the same person wrote last, sent again, is one message.

    :raises AppealDecided: if the appeal is decided; :raises HandIn: if *by* is neither its officer nor may judge it.
    """
    one_at_a_time(session, "appeal", found.id)
    if decision_of(session, found) is not None:
        raise AppealDecided
    if by.id != found.officer_id:
        if (hand := hand_against(session, found, by)) is not None:
            raise HandIn(hand)
        _require(session, found, at=at, zone=zone, by=by)
    last = messages(session, found)[-1:]
    if last and last[0].recorded_by_id == by.id and last[0].text == text:
        return last[0]
    return _add_message(session, found, text, at=at, by=by)


def _add_message(session: Session, found: Appeal, text: str, *, at: datetime, by: Person) -> AppealMessage:
    fact = AppealMessage(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=found.officer_id,
        appeal_id=found.id,
        text=text,
    )
    session.add(fact)
    session.flush()
    return fact


# -- what the assessor does --------------------------------------------------------------------------------------------


def hands(session: Session, found: Appeal, following: Following | None = None) -> dict[Hand, frozenset[int]]:
    """Return who had a hand in what *found* is about.

    :param following: what the appeal leads to.  Who decided that has no hand in the mark that was appealed against.
    """
    attempt = _attempt(session, found)
    reviews = session.execute(
        select(ReviewRequest.author_ids, ReviewVerdict.recorded_by_id)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewVerdict.revision_id == attempt.revision_id)
    ).all()
    published_by = session.get_one(ModuleRevision, attempt.revision_id).recorded_by_id
    ruled = session.execute(
        select(ItemRuling.id, ItemRuling.recorded_by_id).where(ItemRuling.revision_id == attempt.revision_id)
    )
    accepted = session.execute(
        select(LateAcceptance.id, LateAcceptance.recorded_by_id).where(LateAcceptance.attempt_id == attempt.id)
    )
    ruling_id = following.id if isinstance(following, ItemRuling) else None
    acceptance_id = following.id if isinstance(following, LateAcceptance) else None
    found_hands: dict[Hand, set[int | None]] = {
        Hand.OFFICER: {found.officer_id},
        Hand.WROTE: {person for row in reviews for person in row.author_ids},
        Hand.REVIEWED: {published_by, *(row.recorded_by_id for row in reviews)},
        Hand.RULED: {row.recorded_by_id for row in ruled if row.id != ruling_id},
        Hand.MARKED: {row.recorded_by_id for row in accepted if row.id != acceptance_id},
    }
    return {hand: frozenset(person for person in people if person is not None) for hand, people in found_hands.items()}


def followings(session: Session, found: Appeal) -> list[Following]:
    """Return what was decided since the appeal was made and changes what it is about, the latest first."""
    attempt = _attempt(session, found)
    items = [found.item_id] if found.item_id else [entry.item_id for entry in Paper.from_json(attempt.paper).items]
    ruled = session.scalars(
        select(ItemRuling)
        .where(
            ItemRuling.revision_id == attempt.revision_id,
            ItemRuling.item_id.in_(items),
            ItemRuling.recorded_at >= found.recorded_at,
        )
        .order_by(ItemRuling.id.desc())
    )
    accepted = session.scalars(
        select(LateAcceptance).where(
            LateAcceptance.attempt_id == attempt.id, LateAcceptance.recorded_at >= found.recorded_at
        )
    )
    return [*ruled, *accepted]


def hand_against(session: Session, found: Appeal, person: Person) -> Hand | None:
    """Return the hand that keeps *person* from deciding *found*; ``None``: may decide it.

    Who ruled only on what the appeal leads to may, and upholds it by naming that.
    """
    free = [None, *followings(session, found)]
    against = [hand_of(person.id, hands(session, found, one)) for one in free]
    return None if None in against else against[0]


def who_may_judge(session: Session, found: Appeal, *, at: datetime, zone: ZoneInfo) -> list[str]:
    """Return the names of everybody who may decide *found*, in the order of the alphabet."""
    judging = {role for role in Role if Permission.ATTEMPT_JUDGE in permissions_of({role})}
    ever = select(RoleAssignment.person_id).where(RoleAssignment.role.in_(judging))
    people = session.scalars(select(Person).where(Person.id.in_(ever)).order_by(Person.name)).all()
    matter, on = _matter(session, found), CivilInstant(at, zone)
    return [
        person.name
        for person in people
        if accounts.may_act_as(session, person.id, judging, at=at)
        and hand_against(session, found, person) is None
        and not trainer_acts.unmet(session, Act.HEAR_APPEAL, person.id, matter, on=on)
    ]


def decide(
    session: Session,
    found: Appeal,
    outcome: AppealOutcome,
    reason: str,
    following: Following | None = None,
    *,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> AppealDecision:
    """Decide *found*, once.

    :param reason: the sentence that the officer reads.
    :param following: one of `followings`, for an appeal that is upheld.
    :raises AppealDecided: if it is decided; :raises HandIn: if *by* had a hand in the mark;
    :raises trainer_acts.NotAllowed: if *by* is not qualified to hear it, or another condition is not met;
    :raises NothingFollows: if it is to be upheld, and nothing that follows is named.
    """
    one_at_a_time(session, "appeal", found.id)
    if decision_of(session, found) is not None:
        raise AppealDecided
    named = following if outcome is AppealOutcome.UPHELD else None
    hand = hand_of(by.id, hands(session, found, named))
    if hand is not None:
        raise HandIn(hand)
    _require(session, found, at=at, zone=zone, by=by)
    if outcome is AppealOutcome.UPHELD and (named is None or named not in followings(session, found)):
        raise NothingFollows
    fact = AppealDecision(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=found.officer_id,
        appeal_id=found.id,
        outcome=outcome,
        reason=reason,
        ruling_id=named.id if isinstance(named, ItemRuling) else None,
        acceptance_id=named.id if isinstance(named, LateAcceptance) else None,
    )
    session.add(fact)
    session.flush()
    return fact


def _require(session: Session, found: Appeal, *, at: datetime, zone: ZoneInfo, by: Person) -> None:
    trainer_acts.require(session, Act.HEAR_APPEAL, by, _matter(session, found), on=CivilInstant(at, zone))


def _matter(session: Session, found: Appeal) -> Matter:
    """Return what hearing *found* is about: the module's subject area, and the officer whose mark it is."""
    module = session.get_one(Submission, found.submission_id).module
    return replace(trainer_acts.of_module(session, module), persons=frozenset({str(found.officer_id)}))


# -- what is seen ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal in a list."""

    appeal: Appeal
    attempt_id: int
    officer: str
    """Service number."""
    module: str
    number: int
    """Of the question on the officer's paper; 0 for the whole mark."""
    decision: AppealDecision | None


def open_appeals(session: Session) -> list[AppealRow]:
    """Return the appeals that nobody has decided, the oldest first."""
    undecided = ~exists().where(AppealDecision.appeal_id == Appeal.id)
    rows = session.scalars(select(Appeal).where(undecided).order_by(Appeal.id)).all()
    return _rows(session, rows)


def decided_lately(session: Session, *, most: int) -> list[AppealRow]:
    """Return the appeals that were decided last, the latest decision first."""
    rows = session.scalars(
        select(Appeal)
        .join(AppealDecision, AppealDecision.appeal_id == Appeal.id)
        .order_by(AppealDecision.id.desc())
        .limit(most)
    ).all()
    return _rows(session, rows)


def of_submission(session: Session, submission: Submission) -> list[AppealRow]:
    """Return the appeals against the mark of *submission*, the earliest first."""
    rows = session.scalars(select(Appeal).where(Appeal.submission_id == submission.id).order_by(Appeal.id)).all()
    return _rows(session, rows)


def _rows(session: Session, found: Sequence[Appeal]) -> list[AppealRow]:
    ids = [one.id for one in found]
    decisions = {
        row.appeal_id: row for row in session.scalars(select(AppealDecision).where(AppealDecision.appeal_id.in_(ids)))
    }
    papers = {
        row.id: row
        for row in session.execute(
            select(Submission.id, Submission.attempt_id, Submission.module, Attempt.paper, Person.service_number)
            .join(Attempt, Attempt.id == Submission.attempt_id)
            .join(Person, Person.id == Submission.officer_id)
            .where(Submission.id.in_({one.submission_id for one in found}))
        )
    }
    return [
        AppealRow(
            appeal=one,
            attempt_id=papers[one.submission_id].attempt_id,
            officer=papers[one.submission_id].service_number,
            module=papers[one.submission_id].module,
            number=_place(papers[one.submission_id].paper, one.item_id),
            decision=decisions.get(one.id),
        )
        for one in found
    ]


def _place(paper: dict[str, list[dict[str, str]]], item_id: str) -> int:
    return next((number for number, one in enumerate(paper["items"], start=1) if one["item"] == item_id), 0)


def row_of(session: Session, found: Appeal) -> AppealRow:
    return _rows(session, [found])[0]


def messages(session: Session, found: Appeal) -> Sequence[AppealMessage]:
    """Return the thread of *found*, the earliest first."""
    return session.scalars(
        select(AppealMessage).where(AppealMessage.appeal_id == found.id).order_by(AppealMessage.id)
    ).all()


def decision_of(session: Session, found: Appeal) -> AppealDecision | None:
    return session.scalar(select(AppealDecision).where(AppealDecision.appeal_id == found.id))


def _attempt(session: Session, found: Appeal) -> Attempt:
    return session.get_one(Submission, found.submission_id).attempt
