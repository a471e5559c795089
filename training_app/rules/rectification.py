"""Rectification of what is kept about a person: by when it is answered, by whom, what is contested.

Sources: GDPR (Regulation (EU) 2016/679) art. 16 (rectification), art. 12(3) (within one month, extended once by two
further months, of which the person is told within the first), art. 12(4) (a refusal names its reason and the right to
complain), art. 18(1)(a) (what is contested is marked until its accuracy is verified).  That nobody handles their own
is this product's own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months, in_force

ANSWER_MONTHS = 1
"""GDPR art. 12(3): without undue delay, and within one month of receipt at the latest."""
EXTENSION_MONTHS = 2
"""GDPR art. 12(3): further months, where the request is complex or there are many."""


class StepKind(StrEnum):
    TAKEN = "taken"
    GIVEN_BACK = "given-back"
    EXTENDED = "extended"
    REFERRED = "referred"
    """Somebody else judges it first, on the path that is made for it; the request stays open until that is done."""
    CORRECTED = "corrected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """By the person."""


ENDS = frozenset({StepKind.CORRECTED, StepKind.REFUSED, StepKind.WITHDRAWN})


class Path(StrEnum):
    """Who judges what a registrar must not change."""

    APPEAL = "appeal"
    """A mark: an assessor who had no hand in it."""
    SECOND_OPINION = "second-opinion"
    """A psychological evaluation: another evaluator."""
    OBJECTION = "objection"
    """A void certification, or a measure against a trainer: the oversight body."""
    AWARD_REVIEW = "award-review"
    """A certification that should or should not stand: the oversight body."""
    SUPERVISOR = "supervisor"
    """A seat, or a suspension from tools."""
    OPERATOR = "operator"
    """A role, or a service number."""


class Refusal(StrEnum):
    ACCURATE = "accurate"
    """What is recorded is right."""
    JUDGED = "judged"
    """It is a judgement, and whoever judges it anew has confirmed it."""
    ELSEWHERE = "elsewhere"
    """Another system holds it; here it is a copy."""
    UNFOUNDED = "unfounded"
    """GDPR art. 12(5)(b): manifestly unfounded or excessive; the agency must show that it is."""


class State(StrEnum):
    RECEIVED = "received"
    HANDLED = "being-handled"
    REFERRED = "referred"
    CORRECTED = "corrected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Bar(StrEnum):
    """Why somebody does not handle a request, in the order in which it is told."""

    OWN = "own"
    NO_REGISTRAR = "no-registrar"


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    at: datetime
    by: int


@dataclass(frozen=True, slots=True)
class History:
    """A request with all that was done, in the order of the record."""

    received_at: datetime
    person: int
    """Whose record it is, who asked."""
    steps: tuple[Step, ...] = ()

    @property
    def end(self) -> Step | None:
        return next((one for one in self.steps if one.kind in ENDS), None)

    @property
    def handler(self) -> int | None:
        """Who has taken it and not given it back."""
        held = [one for one in self.steps if one.kind in {StepKind.TAKEN, StepKind.GIVEN_BACK}]
        return held[-1].by if held and held[-1].kind is StepKind.TAKEN else None

    @property
    def extended(self) -> bool:
        return any(one.kind is StepKind.EXTENDED for one in self.steps)


def state(history: History) -> State:
    """Return how far the request is, as everybody reads it who may read it."""
    if history.end is not None:
        return State(history.end.kind.value)
    if any(one.kind is StepKind.REFERRED for one in history.steps):
        return State.REFERRED
    return State.RECEIVED if history.handler is None else State.HANDLED


def due(history: History, *, on: CivilInstant) -> date:
    """Return the last day for the answer, inclusive, in the agency's zone.

    A month that is too short for the day ends it: received on 31 January, due on 28 February.
    """
    months = ANSWER_MONTHS + EXTENSION_MONTHS * history.extended
    return add_months(on.at(history.received_at).day, months)


def may_extend(history: History, *, on: CivilInstant) -> bool:
    """Tell whether the time may still be extended: once, and while the person can be told within the first month."""
    first = add_months(on.at(history.received_at).day, ANSWER_MONTHS)
    return history.end is None and not history.extended and in_force(first, on=on)


def overdue(history: History, *, on: CivilInstant) -> bool:
    """Tell whether the last day has passed and there is no answer."""
    return history.end is None and not in_force(due(history, on=on), on=on)


def bars(handler: int, *, person: int, registrars: Collection[int]) -> tuple[Bar, ...]:
    """Return everything that keeps *handler* from handling a request of *person*; empty: may handle it.

    :param registrars: who holds the office now, and can sign in.
    """
    held = {Bar.OWN: handler == person, Bar.NO_REGISTRAR: handler not in registrars}
    return tuple(bar for bar, holds in held.items() if holds)


def contested(history: History) -> bool:
    """Tell whether what the request is about is to be marked as contested: until the request is answered."""
    return history.end is None
