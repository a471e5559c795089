"""What is done about a request to put something right: taken, extended, referred, corrected, refused, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.oversight import JournalEntry
from training_app.models.people import Person
from training_app.models.rectification import RectificationRequest, RectificationStep, RectificationStepText
from training_app.rules import rectification as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Role
from training_app.rules.rectification import Bar, History, Path, Refusal, StepKind
from training_app.services import accounts, rectifications
from training_app.services.locks import one_at_a_time

#: Kinds of fact by which something about a person can have been put right.
CORRECTING = frozenset(
    {
        "account_fact", "appeal_decision", "award", "award_end", "award_upholding", "declared_interest_end",
        "emergency_end", "evaluation", "late_acceptance", "lti_unlink", "new_mark", "objection_decision",
        "observed_practice", "officer_reinstatement", "person_correction", "retraining_order", "role_assignment",
        "seat_grant", "seat_release", "seat_review", "session_attendance", "session_enrolment", "session_withdrawal",
        "time_accommodation", "trainer_measure", "trainer_qualification", "unit_assignment",
    }
)  # fmt: skip


class MayNotRectify(TrainingError):
    def __init__(self, bars: tuple[Bar, ...]) -> None:
        super().__init__("Somebody else does this: " + ", ".join(bars) + ".")
        self.bars = bars


class RequestTaken(TrainingError):
    def __init__(self) -> None:
        super().__init__("Somebody else has taken this request, perhaps a moment ago.")


class RequestNotYours(TrainingError):
    def __init__(self) -> None:
        super().__init__("Take this request first.")


class RequestEnded(TrainingError):
    def __init__(self) -> None:
        super().__init__("This request is answered or withdrawn. Nothing was changed.")


class TooLateToExtend(TrainingError):
    def __init__(self) -> None:
        super().__init__("The time is extended once, and within the first month only. Answer now.")


class NoCorrection(TrainingError):
    def __init__(self) -> None:
        super().__init__("No such correction was recorded about this person since they asked. Record it first.")


def registrars(session: Session, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of everybody who may handle requests by office."""
    return accounts.holders(session, Role.REGISTRAR, at=on.instant)


def bars(session: Session, request: RectificationRequest, by: Person, *, on: CivilInstant) -> tuple[Bar, ...]:
    """Return what keeps *by* from handling the request; empty: nothing."""
    return rule.bars(by.id, person=request.person_id, registrars=registrars(session, on=on))


def take(session: Session, request: RectificationRequest, *, on: CivilInstant, by: Person) -> None:
    """Take the request; taking twice is taking once.  It is taken over from somebody who may not handle it any more.

    :raises MayNotRectify: if it is the own one, or *by* is no registrar; :raises RequestTaken, RequestEnded:
    """
    history = _open(session, request)
    if held := bars(session, request, by, on=on):
        raise MayNotRectify(held)
    if history.handler == by.id:
        return
    if history.handler is not None and history.handler in registrars(session, on=on) - {request.person_id}:
        raise RequestTaken
    _step(session, request, StepKind.TAKEN, on=on, by=by)


def give_back(session: Session, request: RectificationRequest, *, on: CivilInstant, by: Person) -> None:
    """Give the request back, for another to take."""
    _own(session, request, on=on, by=by)
    _step(session, request, StepKind.GIVEN_BACK, on=on, by=by)


def extend(session: Session, request: RectificationRequest, why: str, *, on: CivilInstant, by: Person) -> None:
    """Extend the time by two further months, and tell the person why; sent twice, it is once.

    :raises TooLateToExtend: if the first month is over.
    """
    history = _own(session, request, on=on, by=by)
    if history.extended:
        return
    if not rule.may_extend(history, on=on):
        raise TooLateToExtend
    _step(session, request, StepKind.EXTENDED, why, on=on, by=by)


def refer(
    session: Session, request: RectificationRequest, path: Path, told: str, *, on: CivilInstant, by: Person
) -> None:
    """Say who judges it first; the request stays open, and what it is about stays contested.

    The same path sent twice is one step.
    """
    _own(session, request, on=on, by=by)
    there = select(RectificationStep.id).where(
        RectificationStep.request_id == request.id, RectificationStep.path == path
    )
    if session.scalars(there).first() is None:
        _step(session, request, StepKind.REFERRED, told, on=on, by=by, path=path)


@dataclass(frozen=True, slots=True)
class Correction:
    """A fact that may be what puts it right."""

    kind: str
    number: int
    recorded_at: datetime


def possible_corrections(session: Session, request: RectificationRequest) -> Sequence[Correction]:
    """Return the facts about the person by which it can have been put right since they asked, the latest first.

    What the person recorded about themselves is none of them.
    """
    rows = session.execute(
        select(JournalEntry.fact_kind, JournalEntry.fact_id, JournalEntry.recorded_at)
        .where(
            JournalEntry.subject_id == request.person_id,
            JournalEntry.fact_kind.in_(sorted(CORRECTING)),
            JournalEntry.recorded_at >= request.recorded_at,
            JournalEntry.actor_id.is_distinct_from(request.person_id),
        )
        .order_by(JournalEntry.id.desc())
    )
    return [Correction(row.fact_kind, row.fact_id, row.recorded_at) for row in rows]


def correct(
    session: Session,
    request: RectificationRequest,
    by_fact: tuple[str, int],
    told: str,
    *,
    on: CivilInstant,
    by: Person,
) -> None:
    """Answer that it is put right, by the fact that does it.

    :raises NoCorrection: if there is no such fact about the person since they asked.
    """
    _own(session, request, on=on, by=by)
    if by_fact not in {(one.kind, one.number) for one in possible_corrections(session, request)}:
        raise NoCorrection
    kind, number = by_fact
    _step(session, request, StepKind.CORRECTED, told, on=on, by=by, correction_kind=kind, correction_id=number)


def refuse(
    session: Session, request: RectificationRequest, reason: Refusal, told: str, *, on: CivilInstant, by: Person
) -> None:
    """Answer that nothing is changed, and why; the page tells the person of the right to complain."""
    _own(session, request, on=on, by=by)
    _step(session, request, StepKind.REFUSED, told, on=on, by=by, refusal=reason)


def withdraw(session: Session, request: RectificationRequest, *, on: CivilInstant, by: Person) -> None:
    """Withdraw one's own request; twice is once.

    :raises RequestNotYours: if it is somebody else's; :raises RequestEnded: if it is answered.
    """
    if request.person_id != by.id:
        raise RequestNotYours
    one_at_a_time(session, "rectification", request.id)
    ended = rectifications.history_of(session, request).end
    if ended is not None and ended.kind is not StepKind.WITHDRAWN:
        raise RequestEnded
    if ended is None:
        _step(session, request, StepKind.WITHDRAWN, on=on, by=by)


# -- recorded ----------------------------------------------------------------------------------------------------------


def _open(session: Session, request: RectificationRequest) -> History:
    one_at_a_time(session, "rectification", request.id)
    history = rectifications.history_of(session, request)
    if history.end is not None:
        raise RequestEnded
    return history


def _own(session: Session, request: RectificationRequest, *, on: CivilInstant, by: Person) -> History:
    history = _open(session, request)
    if held := bars(session, request, by, on=on):
        raise MayNotRectify(held)
    if history.handler != by.id:
        raise RequestNotYours
    return history


def _step(
    session: Session,
    request: RectificationRequest,
    kind: StepKind,
    text: str = "",
    *,
    on: CivilInstant,
    by: Person,
    **named: Any,
) -> None:
    number = len(rectifications.history_of(session, request).steps) + 1
    fact = RectificationStep(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=request.person_id,
        request_id=request.id,
        number=number,
        kind=kind,
        **named,
    )
    session.add(fact)
    session.flush()
    if text:
        session.add(RectificationStepText(step_id=fact.id, text=text))
        session.flush()
