"""Questions of the oversight body: asked of an office, answered by any of its holders, followed up, closed.

All of it is on the record and only ever added to.  Whoever adds takes their turn at the question, so that its answers
and follow-ups have one order, and nothing is added to one that is closed.
"""

import hashlib
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
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
from training_app.rules.oversight_questions import ROLES, Closing, Office, Said, State
from training_app.rules.permissions import Role
from training_app.services import accounts, units
from training_app.services.locks import one_at_a_time
from training_app.services.oversight_threads import Row, rows
from training_app.services.seats import unit_names


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

    :raises OwnQuestion: if *by* asked; :raises NotAsked: if *by* is not of that office;
    :raises QuestionClosed: if it is closed.
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


def _turn(session: Session, question: OversightQuestion, on: CivilInstant) -> tuple[Row, CivilInstant]:
    """Return the question as it stands now that nobody else adds to it, and the instant at which to add.

    That is no earlier than what was added before, whatever the clocks of two servers say.
    """
    one_at_a_time(session, "oversight question", question.id)
    [found] = rows(session, [question])
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
