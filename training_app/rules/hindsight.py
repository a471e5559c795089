"""What was recorded only after an instant and yet bears on the answer about it: late facts, corrections and voids."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from training_app.rules.evidence import needed
from training_app.rules.facts import OFFICER_TIMELINES, TOOL_TIMELINES, AwardEnded, AwardEndKind, Fact, Facts

TOOL = "tool"
"""Kind of the registration of the tool itself; every other kind is the name of its timeline, as ``award_ends``."""


@dataclass(frozen=True, slots=True)
class Late:
    """One fact, by its kind and its two times; what it says is nobody's business here."""

    kind: str
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What is known later and was not known at the instant in question."""

    counting: tuple[Late, ...]
    """Applies at that instant all the same; in the order of recording."""
    others: int
    """How many more were recorded, which take effect after it and cannot change the answer."""


def hindsight(facts: Facts, *, at: datetime, known_at: datetime) -> Hindsight:
    """Return what was recorded after *at*, and by *known_at*, about the officer and the tool in question.

    A void applies at every instant, whenever it takes effect.
    """
    late = [(kind, fact) for kind, fact in _kinds(needed(facts)) if at < fact.recorded_at <= known_at]
    counting = [
        Late(kind, fact.effective_at, fact.recorded_at)
        for kind, fact in late
        if fact.effective_at <= at or (isinstance(fact, AwardEnded) and fact.kind is AwardEndKind.VOIDED)
    ]
    counting.sort(key=lambda one: (one.recorded_at, one.effective_at, one.kind))
    return Hindsight(tuple(counting), len(late) - len(counting))


def _kinds(facts: Facts) -> Iterator[tuple[str, Fact]]:
    if facts.tool is not None:
        yield TOOL, facts.tool
    for holder, names in ((facts.tool, TOOL_TIMELINES), (facts.officer, OFFICER_TIMELINES)):
        for name in names if holder is not None else ():
            for fact in getattr(holder, name):
                yield name, fact
