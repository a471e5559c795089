"""Questions of the oversight body as they are read: each with its answers and follow-ups, and how many wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_app.models.oversight_questions import (
    OversightAnswer,
    OversightFollowUp,
    OversightQuestion,
    OversightQuestionClosed,
)
from training_app.models.people import Person
from training_app.rules import oversight_questions as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.oversight_questions import Closing, Said, State, Thread
from training_app.services import accounts, units
from training_app.services.people import numbers_of
from training_app.services.seats import unit_names


@dataclass(frozen=True, slots=True)
class Added:
    """An answer or a follow-up; people by their service number."""

    kind: Said
    by_id: int | None
    number: str
    at: datetime
    text: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    closing: Closing
    number: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A question with all that was added to it, as a list or a page shows it."""

    question: OversightQuestion
    asker: str
    """Service number."""
    said: tuple[Added, ...]
    closed: Ended | None

    @property
    def thread(self) -> Thread:
        entries = tuple(rule.Entry(one.kind, one.due_on) for one in self.said)
        return Thread(self.question.due_on, entries, self.closed is not None)

    @property
    def state(self) -> State:
        return rule.state(self.thread)

    @property
    def last_day(self) -> date:
        return self.thread.last_day

    def overdue(self, on: CivilInstant) -> bool:
        return rule.overdue(self.thread, on=on)

    def due_soon(self, on: CivilInstant) -> bool:
        return rule.due_soon(self.thread, on=on)


def row(session: Session, question_id: int) -> Row | None:
    found = session.get(OversightQuestion, question_id)
    return None if found is None else rows(session, [found])[0]


def every(session: Session) -> list[Row]:
    """Return all questions, those that wait for somebody first, then by the day that counts; closed ones last."""
    return _in_order(rows(session, session.scalars(_questions()).all()))


def put_to(session: Session, person: Person, *, on: CivilInstant) -> list[Row]:
    """Return the questions put to an office that *person* holds now, in the same order."""
    return _in_order(rows(session, _of_offices(session, person, _questions(), on=on)))


def _in_order(found: Collection[Row]) -> list[Row]:
    later = {State.WAITS: 0, State.ANSWERED: 1, State.CLOSED: 2}
    newest_first = sorted(found, key=lambda one: -one.question.id)
    return sorted(newest_first, key=lambda one: (later[one.state], date.min if one.closed else one.last_day))


def _questions(*, open_only: bool = False) -> Select[OversightQuestion]:
    found = select(OversightQuestion).order_by(OversightQuestion.id)
    if open_only:
        found = found.where(OversightQuestion.id.not_in(select(OversightQuestionClosed.question_id)))
    return found


def is_asked(session: Session, person: Person, question: OversightQuestion, *, on: CivilInstant) -> bool:
    """Tell whether *person* holds the office that the question is put to now."""
    return bool(_put_to(session, person, [question], on=on))


def _of_offices(
    session: Session, person: Person, wanted: Select[OversightQuestion], *, on: CivilInstant
) -> list[OversightQuestion]:
    return _put_to(session, person, session.scalars(wanted).all(), on=on)


def _put_to(
    session: Session, person: Person, found: Sequence[OversightQuestion], *, on: CivilInstant
) -> list[OversightQuestion]:
    """Return those of the questions that are put to an office which *person* holds."""
    if not found:
        return []
    roles, above = accounts.roles_of(session, person.id, at=on.instant), unit_names(session).parents
    place = units.unit_of(session, person.id, at=on.instant)
    own = None if place is None else str(place.id)

    def asked(one: OversightQuestion) -> bool:
        unit = None if one.office_unit_id is None else str(one.office_unit_id)
        return rule.is_asked(roles, own, office=one.office, unit=unit, above=above)

    return [one for one in found if asked(one)]


def rows(session: Session, questions: Sequence[OversightQuestion]) -> list[Row]:
    """Return *questions* with what was added to each; a fixed number of statements."""
    ids = [one.id for one in questions]
    answers = session.scalars(select(OversightAnswer).where(OversightAnswer.question_id.in_(ids))).all()
    further = session.scalars(select(OversightFollowUp).where(OversightFollowUp.question_id.in_(ids))).all()
    closings = session.scalars(
        select(OversightQuestionClosed).where(OversightQuestionClosed.question_id.in_(ids))
    ).all()
    numbers = numbers_of(session, {one.recorded_by_id for one in (*questions, *answers, *further, *closings)})
    said: dict[int, list[tuple[int, Added]]] = {one: [] for one in ids}
    for answer in answers:
        number = numbers.get(answer.recorded_by_id, "")
        added = Added(Said.ANSWER, answer.recorded_by_id, number, answer.effective_at, answer.text)
        said[answer.question_id].append((answer.number, added))
    for more in further:
        number = numbers.get(more.recorded_by_id, "")
        added = Added(Said.FOLLOW_UP, more.recorded_by_id, number, more.effective_at, more.text, more.due_on)
        said[more.question_id].append((more.number, added))
    ended = {
        one.question_id: Ended(one.closing, numbers.get(one.recorded_by_id, ""), one.effective_at, one.text)
        for one in closings
    }
    return [
        Row(
            one,
            numbers.get(one.recorded_by_id, ""),
            tuple(added for _number, added in sorted(said[one.id], key=lambda pair: pair[0])),
            ended.get(one.id),
        )
        for one in questions
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many questions wait, for whom the count is made."""

    to_answer: int = 0
    soon: int = 0
    overdue: int = 0
    answered: int = 0
    """For the oversight body to follow up or close."""


def waiting_for(session: Session, person: Person, *, on: CivilInstant) -> Waiting:
    """Count what waits for an answer of *person*, as of an office that was asked."""
    return _count(rows(session, _of_offices(session, person, _questions(open_only=True), on=on)), on)


def waiting(session: Session, *, on: CivilInstant) -> Waiting:
    """Count every question that is open."""
    return _count(rows(session, session.scalars(_questions(open_only=True)).all()), on)


def _count(found: Collection[Row], on: CivilInstant) -> Waiting:
    return Waiting(
        to_answer=sum(one.state is State.WAITS for one in found),
        soon=sum(one.due_soon(on) for one in found),
        overdue=sum(one.overdue(on) for one in found),
        answered=sum(one.state is State.ANSWERED for one in found),
    )
