"""Reports of wrong or biased results: how far one is, by when what is due, who handles it and who signs its end.

Sources: popAI recommendations (January 2024): independent oversight, bias spotted and errors corrected, reports by the
police on the data that they use; Regulation (EU) 2024/1689 art. 26(5) and 73 (the deployer tells the provider);
Directive (EU) 2016/680 art. 7(3) and 16 (recipients are told of what was wrong).  The deadlines and the independent
second person are this product's own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from training_app.rules.civil_time import CivilInstant, days_after, in_force, working_days_after


class Problem(StrEnum):
    WRONG = "wrong"
    BIASED = "biased"
    """A group comes off worse than others."""
    BOTH = "both"


class Group(StrEnum):
    """Which group might be affected: along the grounds of art. 21 of the Charter of Fundamental Rights that officers
    meet in results, and where people live.
    """

    ORIGIN = "origin"
    GENDER = "gender"
    AGE = "age"
    DISABILITY = "disability"
    RELIGION = "religion"
    ORIENTATION = "sexual-orientation"
    LANGUAGE = "language"
    PLACE = "place"
    OTHER = "other"


class Acted(StrEnum):
    """Whether something was done on the result."""

    NO = "no"
    PUT_RIGHT = "put-right"
    STANDS = "stands"
    """Somebody still bears what followed from it: to be looked at first."""


class StepKind(StrEnum):
    TAKEN = "taken"
    """The first acknowledges the report."""
    GIVEN_BACK = "given-back"
    NOTED = "noted"
    ASKED = "asked"
    ANSWERED = "answered"
    SUSPENDED = "version-suspended"
    RETRAINING = "retraining-ordered"
    LESSON = "lesson-wanted"
    PROVIDER = "provider-notified"
    SENT_BACK = "sent-back"
    """The second person did not sign the decision."""


class ReportOutcome(StrEnum):
    CAUSE_FOUND = "cause-found"
    NO_FAULT = "no-fault-found"


class State(StrEnum):
    RECEIVED = "received"
    HANDLED = "being-handled"
    ASKED = "question-open"
    """Whoever reported is asked something."""
    DECIDED = "decided"
    """The second person has not signed yet."""
    CLOSED = "closed"


class Late(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    CLOSE = "close"


class Bar(StrEnum):
    """Why somebody does not handle a report, or does not sign its end, in the order in which it is told."""

    REPORTED_IT = "reported-it"
    NO_REGISTRAR = "no-registrar"
    HANDLED_IT = "handled-it"
    """Whoever held it at any time signs no decision on it."""


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    at: datetime
    by: int | None
    """``None``: whoever reported, whom no fact names."""


@dataclass(frozen=True, slots=True)
class Decision:
    at: datetime
    by: int
    sent_back: bool = False
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A report with all that was done, each in the order of the record."""

    received_at: datetime
    steps: tuple[Step, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def acknowledged_at(self) -> datetime | None:
        return next((one.at for one in self.steps if one.kind is StepKind.TAKEN), None)

    @property
    def closed_at(self) -> datetime | None:
        return next((one.signed_at for one in self.decisions if one.signed_at), None)

    @property
    def handler(self) -> int | None:
        """Who has taken the report and not given it back."""
        held = [one for one in self.steps if one.kind in {StepKind.TAKEN, StepKind.GIVEN_BACK}]
        return held[-1].by if held and held[-1].kind is StepKind.TAKEN else None

    @property
    def held_by(self) -> frozenset[int]:
        """Everybody who held it at any time, or decided."""
        taken = {one.by for one in self.steps if one.kind is StepKind.TAKEN and one.by is not None}
        return frozenset(taken | {one.by for one in self.decisions})

    @property
    def asked(self) -> bool:
        """Whether a question waits for its answer."""
        said = [one.kind for one in self.steps if one.kind in {StepKind.ASKED, StepKind.ANSWERED}]
        return bool(said) and said[-1] is StepKind.ASKED

    @property
    def waits_for_signature(self) -> bool:
        return any(one.signed_at is None and not one.sent_back for one in self.decisions)


def state(history: History) -> State:
    """Return how far the report is, as everybody reads it who may read it."""
    if history.closed_at is not None:
        return State.CLOSED
    if history.waits_for_signature:
        return State.DECIDED
    if history.asked:
        return State.ASKED
    return State.RECEIVED if history.acknowledged_at is None else State.HANDLED


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agency sets: by when a report is acknowledged and closed, how long its words are kept afterwards."""

    acknowledge_working_days: int
    close_days: int
    """Civil days."""
    months: int


class Dated(Protocol):
    """A case that is received, acknowledged and closed: a report, or a citizen's incident."""

    @property
    def received_at(self) -> datetime: ...

    @property
    def acknowledged_at(self) -> datetime | None: ...

    @property
    def closed_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Last days, both inclusive, in the agency's zone."""

    acknowledge: date
    close: date


def deadlines(received_on: date, terms: Terms) -> Deadlines:
    return Deadlines(
        working_days_after(received_on, terms.acknowledge_working_days), days_after(received_on, terms.close_days)
    )


def late(history: Dated, terms: Terms, *, on: CivilInstant) -> tuple[Late, ...]:
    """Return which of its last days the case has passed without what was due by then; of a closed one nothing.

    A question that waits for its answer stops no clock: who handles it may close without.
    """
    if history.closed_at is not None:
        return ()
    due = deadlines(on.at(history.received_at).day, terms)
    found = []
    if history.acknowledged_at is None and not in_force(due.acknowledge, on=on):
        found.append(Late.ACKNOWLEDGEMENT)
    if not in_force(due.close, on=on):
        found.append(Late.CLOSE)
    return tuple(found)


def acknowledged_in_time(history: Dated, terms: Terms, *, on: CivilInstant) -> bool:
    """Tell whether it was acknowledged by its last day."""
    done = history.acknowledged_at
    return done is not None and in_force(deadlines(on.at(history.received_at).day, terms).acknowledge, on=on.at(done))


def closed_in_time(history: Dated, terms: Terms, *, on: CivilInstant) -> bool:
    """Tell whether it was closed by its last day."""
    done = history.closed_at
    return done is not None and in_force(deadlines(on.at(history.received_at).day, terms).close, on=on.at(done))


def bars(person: int, *, reported_by: int | None, registrars: Collection[int]) -> tuple[Bar, ...]:
    """Return everything that keeps *person* from handling the report; empty: may handle it.

    :param reported_by: ``None`` once the words were deleted.
    :param registrars: who holds the office now, and can sign in.
    """
    held = {Bar.REPORTED_IT: person == reported_by, Bar.NO_REGISTRAR: person not in registrars}
    return tuple(bar for bar, holds in held.items() if holds)


def second_bars(
    person: int, history: History, *, reported_by: int | None, registrars: Collection[int]
) -> tuple[Bar, ...]:
    """Return everything that keeps *person* from signing the decision as the independent second person."""
    close = bars(person, reported_by=reported_by, registrars=registrars)
    return (*close, Bar.HANDLED_IT) if person in history.held_by else close


def lacks_people(history: History, *, reported_by: int | None, registrars: Collection[int]) -> bool:
    """Tell whether nobody is left who may handle the report, or nobody who may sign its end: one more is needed."""
    if history.closed_at is not None:
        return False
    able = {one for one in registrars if one != reported_by}
    independent = able - history.held_by
    handlers = {history.handler} & able or able
    return not any(independent - {one} for one in handlers)
