"""How many officers may use a tool: counted once a civil day, as at its first instant, whoever asks how often."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.facts import ToolFacts
from training_app.rules.outlook import usable
from training_app.services.access_outlook import ToolAt
from training_app.services.concerned import Alike, concerned


def start_of_day(on: CivilInstant) -> CivilInstant:
    """Return the first instant of the civil day of *on*, in the same zone."""
    return CivilInstant(first_instant(on.day, on.zone), on.zone)


def count(session: Session, tool: ToolFacts, *, on: CivilInstant) -> int:
    """Return how many officers may use a version in use of *tool*, by what was known and held at *on*.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.
    """
    if not ToolAt.of(tool, on).labels:
        return 0
    return count_among(concerned(session, tool, at=on.instant, zone=on.zone), tool, on=on)


def count_among(groups: Iterable[Alike], tool: ToolFacts, *, on: CivilInstant) -> int:
    """Return the same of the officers of *groups*, who must be alike at *on*."""
    here = ToolAt.of(tool, on)
    found = 0
    for group in groups if here.labels else ():
        known = here.known(group.facts)
        if any(usable(here.judge(known, label)) for label in here.labels):
            found += len(group.people)
    return found


@dataclass(slots=True)
class PeopleWithAccess:
    """What one process has counted today, so that a page open to everybody costs the same however often it is asked."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _counted: dict[str, tuple[CivilInstant, int]] = field(default_factory=dict)

    def of(self, session: Session, tool: ToolFacts, *, on: CivilInstant) -> int:
        """Return the count at the start of the civil day of *on*; who asks meanwhile waits for the one who counts."""
        begin = start_of_day(on)
        with self._lock:
            known = self._counted.get(tool.slug)
            if known is None or known[0] != begin:
                known = self._counted[tool.slug] = begin, count(session, tool, on=begin)
            return known[1]
