"""Questions of the oversight body: asked of an office, answered by any of its holders, followed up, closed.

All of it is on the record and only ever added to.  Whoever adds takes their turn at the question, so that its answers
and follow-ups have one order, and nothing is added to one that is closed.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_questions import (
    OversightAnswer,
    OversightFollowUp,
    OversightQuestion,
    OversightQuestionClosed,
)
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules import oversight_questions as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.oversight_questions import ROLES, Closing, Office, Said, State, Thread
from training_app.rules.permissions import Role
from training_app.services import accounts, units
from training_app.services.locks import one_at_a_time
from training_app.services.seats import unit_names

Q = Select[tuple[OversightQuestion]]


class NotAsked(TrainingError):
    """Who would answer is not of the office that was asked; or who would ask is not of the oversight body."""

    def __init__(self) -> None:
        super().__init__("This is for somebody else to do.")


class OwnQuestion(TrainingError):
    def __init__(self) -> None:
        super().__init__("You asked this yourself. Somebody else answers it.")


class NobodyToAnswer(TrainingError):
    """Nobody holds the office that the question is put to, or nobody but who asks."""

    def __init__(self, office: Office) -> None:
        super().__init__("Nobody holds this office now, so nobody could answer. Ask another.")
        self.office = office


class DayNotPossible(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"Choose a day from today on, within {rule.MOST_DAYS} days.")


class NoSuchEntry(TrainingError):
    def __init__(self) -> None:
        super().__init__("The journal has no entry with this number.")


class QuestionClosed(TrainingError):
    def __init__(self) -> None:
        super().__init__("This question is closed, perhaps since a moment ago. Nothing was added.")


class NotAnswered(TrainingError):
    def __init__(self) -> None:
        super().__init__("It waits for its answer still. Follow it up once it is answered.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put."""

    office: Office
    text: str
    due_on: date
    office_unit_id: int | None = None
    tool_id: int | None = None
    version_id: int | None = None
    unit_id: int | None = None
    entry_id: int | None = None

    @property
    def digest(self) -> str:
        said = "\0".join(str(getattr(self, one.name)) for one in fields(self))
        return hashlib.sha256(said.encode()).hexdigest()


# -- asked, answered, followed up, closed ------------------------------------------------------------------------------


def ask(session: Session, asked: Asked, *, on: CivilInstant, by: Person) -> OversightQuestion:
    """Put a question on the record; the same of the same person, sent twice, is one.

    :raises NotAsked: if *by* is not of the oversight body; :raises DayNotPossible: if the day has passed or is too far;
    :raises NoSuchEntry: if it names an entry that the journal has not; :raises NobodyToAnswer: if nobody could answer.
    """
    _of_oversight(session, by, on=on)
    _day(asked.due_on, on=on)
    if asked.entry_id is not None and session.get(JournalEntry, asked.entry_id) is None:
        raise NoSuchEntry
    if not asked_people(session, asked.office, asked.office_unit_id, on=on) - {by.id}:
        raise NobodyToAnswer(asked.office)
    fact = OversightQuestion(
        **_stamp(on, by),
        digest=asked.digest,
        **{one.name: getattr(asked, one.name) for one in fields(asked)},
    )
    if asked.version_id is not None:
        fact.tool_id = session.get_one(ToolVersion, asked.version_id).tool_id
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError:
        same = (OversightQuestion.recorded_by_id == by.id, OversightQuestion.digest == asked.digest)
        there = session.scalar(select(OversightQuestion).where(*same))
        if there is None:
            raise
        return there
    return fact


def answer(session: Session, question: OversightQuestion, text: str, *, on: CivilInstant, by: Person) -> None:
    """Answer for the office that was asked; the same words said last by the same person are that answer.

    :raises OwnQuestion: if *by* asked; :raises NotAsked: if *by* is not of that office; :raises QuestionClosed: if it is.
    """
    if question.recorded_by_id == by.id:
        raise OwnQuestion
    if by.id not in asked_people(session, question.office, question.office_unit_id, on=on):
        raise NotAsked
    found, on = _turn(session, question, on)
    last = found.said[-1] if found.said else None
    if last is not None and last.kind is Said.ANSWER and (last.by_id, last.text) == (by.id, text):
        return
    fact = OversightAnswer(
        **_stamp(on, by),
        question_id=question.id,
        asker_id=question.recorded_by_id or 0,
        number=len(found.said) + 1,
        text=text,
    )
    session.add(fact)
    session.flush()


def follow_up(
    session: Session, question: OversightQuestion, text: str, due_on: date, *, on: CivilInstant, by: Person
) -> None:
    """Ask further, with a day of its own; the same words said last are that follow-up.

    :raises NotAsked: if *by* is not of the oversight body; :raises DayNotPossible: as of `ask`;
    :raises NotAnswered: if it waits for an answer still; :raises QuestionClosed: if it is closed.
    """
    _of_oversight(session, by, on=on)
    _day(due_on, on=on)
    found, on = _turn(session, question, on)
    last = found.said[-1] if found.said else None
    if last is not None and last.kind is Said.FOLLOW_UP and (last.by_id, last.text) == (by.id, text):
        return
    if found.state is not State.ANSWERED:
        raise NotAnswered
    session.add(
        OversightFollowUp(
            **_stamp(on, by), question_id=question.id, number=len(found.said) + 1, text=text, due_on=due_on
        )
    )
    session.flush()


def close(
    session: Session, question: OversightQuestion, closing: Closing, text: str, *, on: CivilInstant, by: Person
) -> None:
    """Close it; nothing is added afterwards.

    :raises NotAsked: if *by* is not of the oversight body; :raises QuestionClosed: if it is closed.
    """
    _of_oversight(session, by, on=on)
    _found, on = _turn(session, question, on)
    fact = OversightQuestionClosed(**_stamp(on, by), question_id=question.id, closing=closing, text=text)
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError as error:
        raise QuestionClosed from error


def _turn(session: Session, question: OversightQuestion, on: CivilInstant) -> tuple["Row", CivilInstant]:
    """Return the question as it stands now that nobody else adds to it, and the instant at which to add.

    That is no earlier than what was added before, whatever the clocks of two servers say.
    """
    one_at_a_time(session, "oversight question", question.id)
    [found] = _rows(session, [question])
    if found.closed is not None:
        raise QuestionClosed
    return found, on.at(max([on.instant, question.effective_at, *(one.at for one in found.said)]))


def _of_oversight(session: Session, by: Person, *, on: CivilInstant) -> None:
    if Role.OVERSIGHT not in accounts.roles_of(session, by.id, at=on.instant):
        raise NotAsked


def _day(due_on: date, *, on: CivilInstant) -> None:
    if not rule.day_can_be_asked(due_on, on=on):
        raise DayNotPossible


def _stamp(on: CivilInstant, by: Person) -> dict[str, datetime | int]:
    return {"effective_at": on.instant, "recorded_at": on.instant, "recorded_by_id": by.id}


def asked_people(session: Session, office: Office, unit_id: int | None, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of everybody who can answer for an office now; of supervisors, of that unit or one above it."""
    above = unit_names(session).parents
    unit = None if unit_id is None else str(unit_id)
    holders = accounts.holders(session, ROLES[office], at=on.instant)
    if office is not Office.SUPERVISORS:
        return holders
    places = {one: units.unit_of(session, one, at=on.instant) for one in holders}
    return frozenset(
        one
        for one, place in places.items()
        if place and rule.is_asked({Role.SUPERVISOR}, str(place.id), office=office, unit=unit, above=above)
    )


# -- read --------------------------------------------------------------------------------------------------------------


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
    return None if found is None else _rows(session, [found])[0]


def every(session: Session) -> list[Row]:
    """Return all questions, those that wait for somebody first, then by the day that counts; closed ones last."""
    return _in_order(_rows(session, session.scalars(_questions()).all()))


def put_to(session: Session, person: Person, *, on: CivilInstant) -> list[Row]:
    """Return the questions put to an office that *person* holds now, in the same order."""
    return _in_order(_rows(session, _of_offices(session, person, _questions(), on=on)))


def _in_order(rows: Collection[Row]) -> list[Row]:
    later = {State.WAITS: 0, State.ANSWERED: 1, State.CLOSED: 2}
    newest_first = sorted(rows, key=lambda one: -one.question.id)
    return sorted(newest_first, key=lambda one: (later[one.state], date.min if one.closed else one.last_day))


def _questions(*, open_only: bool = False) -> Q:
    found = select(OversightQuestion).order_by(OversightQuestion.id)
    if open_only:
        found = found.where(OversightQuestion.id.not_in(select(OversightQuestionClosed.question_id)))
    return found


def _of_offices(session: Session, person: Person, wanted: Q, *, on: CivilInstant) -> list[OversightQuestion]:
    """Return those of the questions that *person* may read as one who is asked."""
    found = session.scalars(wanted).all()
    if not found:
        return []
    roles, above = accounts.roles_of(session, person.id, at=on.instant), unit_names(session).parents
    place = units.unit_of(session, person.id, at=on.instant)
    own = None if place is None else str(place.id)
    return [
        one
        for one in found
        if rule.is_asked(
            roles,
            own,
            office=one.office,
            unit=None if one.office_unit_id is None else str(one.office_unit_id),
            above=above,
        )
    ]


def _rows(session: Session, questions: Sequence[OversightQuestion]) -> list[Row]:
    """Return *questions* with what was added to each; a fixed number of statements."""
    ids = [one.id for one in questions]
    answers = session.scalars(select(OversightAnswer).where(OversightAnswer.question_id.in_(ids))).all()
    further = session.scalars(select(OversightFollowUp).where(OversightFollowUp.question_id.in_(ids))).all()
    closings = session.scalars(
        select(OversightQuestionClosed).where(OversightQuestionClosed.question_id.in_(ids))
    ).all()
    numbers = _numbers(session, {one.recorded_by_id for one in (*questions, *answers, *further, *closings)})
    said: dict[int, list[tuple[int, Added]]] = {one: [] for one in ids}
    for fact in (*answers, *further):
        kind, due_on = (Said.FOLLOW_UP, fact.due_on) if isinstance(fact, OversightFollowUp) else (Said.ANSWER, None)
        by = fact.recorded_by_id
        said[fact.question_id].append(
            (fact.number, Added(kind, by, numbers.get(by or 0, ""), fact.effective_at, fact.text, due_on))
        )
    ended = {
        one.question_id: Ended(one.closing, numbers.get(one.recorded_by_id or 0, ""), one.effective_at, one.text)
        for one in closings
    }
    return [
        Row(
            one,
            numbers.get(one.recorded_by_id or 0, ""),
            tuple(added for _number, added in sorted(said[one.id], key=lambda pair: pair[0])),
            ended.get(one.id),
        )
        for one in questions
    ]


def _numbers(session: Session, ids: Collection[int | None]) -> Mapping[int, str]:
    rows = session.execute(select(Person.id, Person.service_number).where(Person.id.in_(ids)))
    return {row.id: row.service_number for row in rows}


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
    return _count(_rows(session, _of_offices(session, person, _questions(open_only=True), on=on)), on)


def waiting(session: Session, *, on: CivilInstant) -> Waiting:
    """Count every question that is open."""
    return _count(_rows(session, session.scalars(_questions(open_only=True)).all()), on)


def _count(rows: Collection[Row], on: CivilInstant) -> Waiting:
    return Waiting(
        to_answer=sum(one.state is State.WAITS for one in rows),
        soon=sum(one.due_soon(on) for one in rows),
        overdue=sum(one.overdue(on) for one in rows),
        answered=sum(one.state is State.ANSWERED for one in rows),
    )
