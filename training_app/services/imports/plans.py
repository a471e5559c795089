"""What an import would record, line by line: shown before anything is written, and what is written then."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.people import Person
from training_app.rules.canonical import digest as digest_of
from training_app.services.imports.reading import Fault

T = TypeVar("T")

#: SQLite binds at most 32,766 values to a statement.
VALUES_AT_ONCE = 10_000
#: Facts that are flushed at a time; between two flushes the importer is told how far it is.
FACTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many facts of an import are recorded, of how many."""

    done: int
    all: int


class Kind(StrEnum):
    UNITS = "units"
    PEOPLE = "people"
    LEGACY = "legacy"


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left-out"


class What(StrEnum):
    """One thing that a line would record."""

    UNIT = "unit"
    PERSON = "person"
    NAME = "name"
    EMAIL = "email"
    PLACE = "place"
    ROLE = "role"
    AWARD = "award"


@dataclass(frozen=True, slots=True)
class Change:
    what: What
    new: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line comes to."""

    line: int
    subject: str
    """The unit's name or the service number."""
    outcome: Outcome
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who imports, when, and in which zone a day is read."""

    at: datetime
    by: Person | None
    """Empty at the command line, where the installation itself imports."""
    zone: ZoneInfo
    new_code: Callable[[], str]
    """Gives a fresh random verification code for each certificate."""

    @property
    def by_id(self) -> int | None:
        return None if self.by is None else self.by.id

    @property
    def stamp(self) -> Mapping[str, object]:
        return {"effective_at": self.at, "recorded_at": self.at, "recorded_by_id": self.by_id}


#: Makes the facts of a plan: each list only names facts of the lists before it, by then flushed.
Waves = Iterator[Sequence[Fact]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dry run.  It can be carried out where nothing is wrong and no course is left to map."""

    kind: Kind
    file_digest: str
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    to_map: Mapping[str, int]
    """Of legacy certificates: every course of the file, with its number of lines."""
    unmapped: tuple[str, ...]
    waves: Callable[[], Waves]
    facts: int
    """How many facts there will be."""

    @property
    def ready(self) -> bool:
        return not self.faults and not self.unmapped

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(entry.outcome for entry in self.entries)

    @property
    def telling(self) -> list[Entry]:
        """The entries that tell something new."""
        return [entry for entry in self.entries if entry.outcome in {Outcome.NEW, Outcome.CHANGED}]

    @property
    def digest(self) -> str:
        """Names the dry run: another file, or another state of the records, gives another."""
        told = [
            [entry.line, entry.subject, entry.outcome, [[one.what, one.old, one.new] for one in entry.changes]]
            for entry in self.entries
        ]
        return digest_of(json.dumps([self.kind, self.file_digest, told, len(self.faults), self.unmapped]))


def in_runs(values: Collection[T]) -> Iterator[list[T]]:
    """Yield *values* in lists short enough for one statement."""
    wanted = list(values)
    for first in range(0, len(wanted), VALUES_AT_ONCE):
        yield wanted[first : first + VALUES_AT_ONCE]


def record(session: Session, plan: Plan) -> Iterator[Recorded]:
    """Add and flush every fact of *plan*, some at a time, and yield how far it is."""
    done = 0
    for wave in plan.waves():
        for first in range(0, len(wave), FACTS_AT_ONCE):
            some = wave[first : first + FACTS_AT_ONCE]
            session.add_all(some)
            session.flush()
            done += len(some)
            yield Recorded(done, plan.facts)
