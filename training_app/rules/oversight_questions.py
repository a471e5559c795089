"""Questions of the oversight body, answered on the record: how far one is, by when an answer is due, who gives it.

What was asked and what was answered is only ever added to.  A follow-up asks again, with a day of its own; the last
day of what was asked last is the one that counts.

Source: popAI recommendations (January 2024): independent oversight, and police that account for the tools they use.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, days_after, in_force
from training_app.rules.permissions import Role
from training_app.rules.seats import Parents, with_units_above

MOST_DAYS = 366
"""For how many civil days ahead an answer can be asked for."""
SOON_DAYS = 3
"""An answer that is due within so many civil days is marked."""


class Office(StrEnum):
    """To whom a question is put: any of its holders answers for all."""

    REGISTRARS = "registrars"
    LEADS = "leads"
    SUPERVISORS = "supervisors"
    """Of one unit, or of a unit above it."""


ROLES: Mapping[Office, Role] = {
    Office.REGISTRARS: Role.REGISTRAR,
    Office.LEADS: Role.LEAD,
    Office.SUPERVISORS: Role.SUPERVISOR,
}


class Closing(StrEnum):
    """How the oversight body ends a question."""

    ANSWERED = "answered"
    """The answer is enough."""
    ACTED_ON = "acted-on"
    """Something was done because of it."""
    NOT_ANSWERED = "not-answered"
    """It was not answered, or not well enough, and that stays on record."""
    WITHDRAWN = "withdrawn"
    """It need not be answered any more."""


class Said(StrEnum):
    """What is added to a question."""

    ANSWER = "answer"
    FOLLOW_UP = "follow-up"


class State(StrEnum):
    WAITS = "waits"
    """For an answer."""
    ANSWERED = "answered"
    """The oversight body follows it up or closes it."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something added to a question, in the order of its thread."""

    kind: Said
    due_on: date | None = None
    """Of a follow-up: the last day for its answer, inclusive."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with all that was added to it."""

    due_on: date
    """Last day for the first answer, inclusive, in the agency's zone."""
    entries: tuple[Entry, ...] = ()
    closed: bool = False

    @property
    def last_day(self) -> date:
        """The last day for an answer to what was asked last."""
        asked = [one.due_on for one in self.entries if one.due_on is not None]
        return asked[-1] if asked else self.due_on


def state(thread: Thread) -> State:
    if thread.closed:
        return State.CLOSED
    last = thread.entries[-1].kind if thread.entries else Said.FOLLOW_UP
    return State.ANSWERED if last is Said.ANSWER else State.WAITS


def overdue(thread: Thread, *, on: CivilInstant) -> bool:
    """Tell whether it waits for an answer whose last day has passed."""
    return state(thread) is State.WAITS and not in_force(thread.last_day, on=on)


def due_soon(thread: Thread, *, on: CivilInstant) -> bool:
    """Tell whether it waits for an answer that is due within `SOON_DAYS`, today included, and is not overdue."""
    waits = state(thread) is State.WAITS and in_force(thread.last_day, on=on)
    return waits and thread.last_day <= days_after(on.day, SOON_DAYS)


def day_can_be_asked(due_on: date, *, on: CivilInstant) -> bool:
    """Tell whether an answer can be asked for by *due_on*: today at the earliest, within `MOST_DAYS`."""
    return on.day <= due_on <= days_after(on.day, MOST_DAYS)


def is_asked(
    roles: Collection[Role], own_unit: str | None, *, office: Office, unit: str | None, above: Parents
) -> bool:
    """Tell whether somebody with *roles*, assigned to *own_unit*, is of the *office* that a question is put to.

    :param unit: of a question to supervisors: whose.  :param above: the unit above each unit.
    """
    if ROLES[office] not in roles:
        return False
    if office is not Office.SUPERVISORS:
        return True
    return unit is not None and own_unit in with_units_above(unit, above)
