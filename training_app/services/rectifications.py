"""Requests to put right what is kept about a person: asked by that person, handled by a registrar who is not it.

What was said stands in `RectificationText` and `RectificationStepText` alone, until its time is past; then `purge`
deletes it.  Handling is in `rectification_handling`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.rectification import (
    RectificationRequest,
    RectificationStep,
    RectificationStepText,
    RectificationText,
)
from training_app.rules import rectification as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.kept_texts import text_is_shown
from training_app.rules.own_data import Section
from training_app.rules.rectification import ENDS, Bar, History, State, Step
from training_app.services import own_data
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import names_of

IDS_AT_ONCE = 1000


class NoSuchRecord(TrainingError):
    def __init__(self) -> None:
        super().__init__("No such record is kept about you. Choose it on your page again.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is made."""

    section: Section
    wrong: str
    proposed: str
    record: tuple[str, int] | None = None
    """Name of the table and id of the one record that it is about."""


def ask(
    session: Session, asked: Asked, *, subject: own_data.Subject, at: datetime
) -> tuple[RectificationRequest, bool]:
    """Record the request of *subject*; return it, and whether it is new.

    The same words about the same thing are one request, until it is answered.

    :raises NoSuchRecord: if the record is not about them, or is not given to them.
    """
    if asked.record is not None:
        _given(session, asked.record, subject)
    person = subject.person
    one_at_a_time(session, "person", person.id)
    kind, number = asked.record or (None, None)
    there = session.scalars(
        select(RectificationRequest)
        .join(RectificationText, RectificationText.request_id == RectificationRequest.id)
        .where(
            RectificationRequest.person_id == person.id,
            RectificationRequest.section == asked.section.value,
            RectificationRequest.record_kind.is_not_distinct_from(kind),
            RectificationRequest.record_id.is_not_distinct_from(number),
            RectificationText.wrong == asked.wrong,
            ~ended(),
        )
        .order_by(RectificationRequest.id)
    ).first()
    if there is not None:
        return there, False
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": person.id, "person_id": person.id}
    fact = RectificationRequest(**stamp, section=asked.section.value, record_kind=kind, record_id=number)
    session.add(fact)
    session.flush()
    session.add(RectificationText(request_id=fact.id, wrong=asked.wrong, proposed=asked.proposed))
    session.flush()
    return fact, True


def _given(session: Session, record: tuple[str, int], subject: own_data.Subject) -> None:
    name, number = record
    kind = next((one for one in own_data.kinds() if one.name == name), None)
    if kind is None or own_data.one_record(own_data.Naming(session, subject), kind, number) is None:
        raise NoSuchRecord


# -- read --------------------------------------------------------------------------------------------------------------


def histories(session: Session, requests: Sequence[RectificationRequest]) -> dict[int, History]:
    """Return what was done about each of *requests*, by their ids."""
    steps: dict[int, list[Step]] = {one.id: [] for one in requests}
    ids = sorted(steps)
    for first in range(0, len(ids), IDS_AT_ONCE):
        chunk = ids[first : first + IDS_AT_ONCE]
        rows = select(RectificationStep).where(RectificationStep.request_id.in_(chunk))
        for step in session.scalars(rows.order_by(RectificationStep.number)):
            steps[step.request_id].append(Step(step.kind, step.effective_at, step.recorded_by_id or 0))
    return {one.id: History(one.effective_at, one.person_id, tuple(steps[one.id])) for one in requests}


def history_of(session: Session, request: RectificationRequest) -> History:
    return histories(session, [request])[request.id]


@dataclass(frozen=True, slots=True)
class Row:
    """A request as a list shows it; of what was said nothing."""

    request: RectificationRequest
    state: State
    due: date
    """Last day for the answer, inclusive."""
    overdue: bool
    may_extend: bool
    ended_at: datetime | None
    handler_id: int | None
    handler: str
    """Name; empty where nobody has taken it."""
    free: bool
    """Open, and nobody has taken it who may handle it still."""
    bars: tuple[Bar, ...]
    """Of who looks, from handling it."""


def own_rows(session: Session, person: Person, *, registrars: frozenset[int], on: CivilInstant) -> list[Row]:
    """Return the requests of a person, the latest first."""
    found = select(RectificationRequest).where(RectificationRequest.person_id == person.id)
    requests = session.scalars(found.order_by(RectificationRequest.id.desc())).all()
    return rows_of(session, requests, person, registrars=registrars, on=on)


def desk_rows(session: Session, by: Person, *, registrars: frozenset[int], on: CivilInstant) -> list[Row]:
    """Return every request but the own ones of *by*: the open by last day, then the answered, the latest first."""
    found = select(RectificationRequest).where(RectificationRequest.person_id != by.id)
    requests = session.scalars(found.order_by(RectificationRequest.id.desc())).all()
    shown = rows_of(session, requests, by, registrars=registrars, on=on)
    running = [one for one in shown if one.ended_at is None]
    running.sort(key=lambda row: (row.due, row.request.id))
    return [*running, *(row for row in shown if row.ended_at is not None)]


def rows_of(
    session: Session,
    requests: Sequence[RectificationRequest],
    by: Person,
    *,
    registrars: frozenset[int],
    on: CivilInstant,
) -> list[Row]:
    known = histories(session, requests)
    names = names_of(session, {one.handler for one in known.values()})
    return [_row(request, known[request.id], names, by, registrars, on) for request in requests]


def _row(
    request: RectificationRequest,
    history: History,
    names: dict[int | None, str],
    by: Person,
    registrars: frozenset[int],
    on: CivilInstant,
) -> Row:
    ended, handler = history.end, history.handler
    return Row(
        request=request,
        state=rule.state(history),
        due=rule.due(history, on=on),
        overdue=rule.overdue(history, on=on),
        may_extend=rule.may_extend(history, on=on),
        ended_at=ended.at if ended else None,
        handler_id=handler,
        handler=names.get(handler, ""),
        free=ended is None
        and (handler is None or bool(rule.bars(handler, person=request.person_id, registrars=registrars))),
        bars=rule.bars(by.id, person=request.person_id, registrars=registrars),
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What was said about a request, while it may be shown."""

    wrong: str
    proposed: str
    steps: dict[int, str]
    """By the id of the step."""


def words_of(session: Session, request: RectificationRequest, *, months: int, on: CivilInstant) -> Words | None:
    """Return what was said; ``None`` when its time is past, deleted or not."""
    ended = history_of(session, request).end
    said = session.get(RectificationText, request.id)
    if said is None or not text_is_shown(ended.at if ended else None, months, on=on):
        return None
    rows = session.execute(
        select(RectificationStepText.step_id, RectificationStepText.text)
        .join(RectificationStep, RectificationStep.id == RectificationStepText.step_id)
        .where(RectificationStep.request_id == request.id)
    )
    return Words(said.wrong, said.proposed, {row.step_id: row.text for row in rows})


def steps_of(session: Session, request: RectificationRequest) -> Sequence[RectificationStep]:
    found = select(RectificationStep).where(RectificationStep.request_id == request.id)
    return session.scalars(found.order_by(RectificationStep.number)).all()


def contested(session: Session, person_id: int) -> Sequence[RectificationRequest]:
    """Return the open requests of a person, the earliest first: what they are about is to be marked as contested.

    Source: GDPR art. 18(1)(a).
    """
    found = select(RectificationRequest).where(RectificationRequest.person_id == person_id, ~ended())
    return session.scalars(found.order_by(RectificationRequest.id)).all()


def ended() -> ColumnElement[bool]:
    """Tell of a request whether it is answered or withdrawn."""
    return exists().where(
        RectificationStep.request_id == RectificationRequest.id, RectificationStep.kind.in_(sorted(ENDS))
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the requests is to be said on the home page of who handles or oversees them."""

    to_take: int = 0
    overdue: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.to_take or self.overdue)


def waiting(session: Session, by: Person, *, registrars: frozenset[int], on: CivilInstant) -> Waiting:
    """Count the open requests of others that nobody has taken, and those whose last day has passed."""
    running = select(RectificationRequest).where(RectificationRequest.person_id != by.id, ~ended())
    shown = rows_of(session, session.scalars(running).all(), by, registrars=registrars, on=on)
    return Waiting(sum(one.free for one in shown), sum(one.overdue for one in shown))


# -- deleted -----------------------------------------------------------------------------------------------------------


def purge(session: Session, *, months: int, on: CivilInstant) -> int:
    """Delete the words whose time is over, and return of how many requests."""
    ended = session.execute(
        select(RectificationStep.request_id, RectificationStep.recorded_at)
        .join(RectificationText, RectificationText.request_id == RectificationStep.request_id)
        .where(RectificationStep.kind.in_(sorted(ENDS)))
    )
    over = [row.request_id for row in ended if not text_is_shown(row.recorded_at, months, on=on)]
    for first in range(0, len(over), IDS_AT_ONCE):
        chunk = over[first : first + IDS_AT_ONCE]
        steps = select(RectificationStep.id).where(RectificationStep.request_id.in_(chunk))
        session.execute(delete(RectificationStepText).where(RectificationStepText.step_id.in_(steps)))
        session.execute(delete(RectificationText).where(RectificationText.request_id.in_(chunk)))
    return len(over)
