"""Observed practice: an assessor watches an officer at work against a checklist, both sign, and all of it was met.

Sources: the ideas of ISO/IEC 17024 (assessment by stated criteria, apart from teaching); aviation's operator difference
requirements, where differences of the higher levels are shown on the device and not only known.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count

BEHAVIOURS_MOST = 30
"""A list that takes longer to read than to watch is not followed."""
BEHAVIOUR_LENGTH = 300
COMMENT_LENGTH = 280
"""Enough for what was seen of one behaviour, and too little for an opinion of the person."""
DISAGREEMENT_LENGTH = 500
OPEN_DAYS = 7
"""An observation is signed by the seventh day after it was begun: nobody signs what they hardly remember."""


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not-met"
    NOT_SEEN = "not-seen"
    """There was no occasion to see it.  Counts as not met."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that an assessor can see or not see; the *id* stays through all revisions of a checklist."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one behaviour, and what the assessor notes about it."""

    outcome: Outcome
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """An assessor observed the officer on *version* of *tool*, all was met, and nothing throws it into doubt.

    *observed_at* is when it was begun; *met_at*, when the officer signed as the second, is ``None`` before that: then
    it counts for nothing yet.  One with which the officer did not agree is none.
    """

    id: str
    tool: str
    version: str
    observed_at: datetime
    met_at: datetime | None


def all_met(checklist: Iterable[Behaviour], seen: Mapping[str, Seen]) -> bool:
    """Tell whether every behaviour was met; what nobody ticked was not seen, and an empty checklist shows nothing."""
    outcomes = [seen[one.id].outcome if one.id in seen else Outcome.NOT_SEEN for one in checklist]
    return bool(outcomes) and all(outcome is Outcome.MET for outcome in outcomes)


def open_through(begun: date) -> date:
    """Return the last day, inclusive, on which an observation that was begun on *begun* can be signed."""
    return begun + timedelta(days=OPEN_DAYS)


def newest(signed: Iterable[SignOff], tool: str, versions: Collection[str], *, at: datetime) -> SignOff | None:
    """Return the sign-off on one of *versions* that was observed last and is signed by both at *at*.

    Where none is, the last one that waits for the officer; ``None`` without any.
    """
    found = [one for one in signed if one.tool == tool and one.version in versions and one.observed_at <= at]
    both = [one for one in found if one.met_at is not None and one.met_at <= at]
    return max(both or found, key=lambda one: (one.observed_at, one.id), default=None)


# -- checklists --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revision of a checklist changes in the one before it."""

    added: tuple[Behaviour, ...]
    reworded: tuple[tuple[Behaviour, Behaviour], ...]
    """As it was, as it is."""
    removed: tuple[Behaviour, ...]
    moved: bool
    """Whether those that stayed stand in another order."""

    def __bool__(self) -> bool:
        return bool(self.added or self.reworded or self.removed or self.moved)


def changes(before: Sequence[Behaviour], after: Sequence[Behaviour]) -> Changes:
    """Return what *after* changes in *before*, by the ids of the behaviours."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    stayed = [one.id for one in after if one.id in old]
    return Changes(
        added=tuple(one for one in after if one.id not in old),
        reworded=tuple((old[name], new[name]) for name in stayed if old[name].text != new[name].text),
        removed=tuple(one for one in before if one.id not in new),
        moved=stayed != [one.id for one in before if one.id in new],
    )


def named(rows: Iterable[tuple[str | None, str]], used: Collection[str]) -> tuple[Behaviour, ...]:
    """Return the behaviours of a list as it was written: each with its id, or with a new one.

    :param rows: id (``None`` of a new one) and text of each; an id that was never given, or twice, is given anew.
    :param used: every id that was ever given in this list: none is given to another behaviour.
    """
    fresh = (new for number in count(1) if (new := f"b{number}") not in used)
    taken: set[str] = set()
    found: list[Behaviour] = []
    for name, text in rows:
        own = name if name is not None and name in used and name not in taken else next(fresh)
        taken.add(own)
        found.append(Behaviour(own, text))
    return tuple(found)
