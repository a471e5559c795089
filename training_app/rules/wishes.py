"""Wishes for changed training that come of reports: how far one is, by when it is to be answered, and by what.

A wish is a report's step *lesson-wanted*.  Authors tie a draft to it; it is answered once such a draft is published, or
ends where a lead declines it.  Source: popAI recommendations (January 2024): bias spotted and errors corrected, and
training that follows; the days are this product's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, days_after, in_force


class WishStepKind(StrEnum):
    TIED = "tied"
    """A draft of the module is to answer the wish."""
    UNTIED = "untied"
    DECLINED = "declined"


class WishState(StrEnum):
    OPEN = "open"
    """Nobody writes on it."""
    IN_WORK = "in-work"
    """An open draft is tied to it."""
    ANSWERED = "answered"
    DECLINED = "declined"


ENDED = frozenset({WishState.ANSWERED, WishState.DECLINED})


@dataclass(frozen=True, slots=True)
class WishStep:
    kind: WishStepKind
    at: datetime
    draft: int | None = None
    """``None`` of a wish that is declined."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a draft; neither: it is being written, or under review."""

    published_at: datetime | None = None
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish with all that was done about it, in the order of the record."""

    wanted_at: datetime
    steps: tuple[WishStep, ...] = ()
    drafts: Mapping[int, Fate] = field(default_factory=dict)
    """Of every draft that a step names."""

    @property
    def tied(self) -> Mapping[int, datetime]:
        """The drafts that are tied to it now, with the moment since which each is."""
        found: dict[int, datetime] = {}
        for step in self.steps:
            if step.kind is WishStepKind.TIED and step.draft is not None:
                found.setdefault(step.draft, step.at)
            elif step.draft is not None:
                found.pop(step.draft, None)
        return found

    @property
    def declined_at(self) -> datetime | None:
        return next((step.at for step in self.steps if step.kind is WishStepKind.DECLINED), None)

    @property
    def answer(self) -> tuple[datetime, int] | None:
        """When it was answered, and by which draft: the first that was tied and published; none if declined before."""
        found = []
        for draft, since in self.tied.items():
            published = self.drafts[draft].published_at
            if published is not None:
                found.append((max(since, published), draft))
        first = min(found, default=None)
        declined = self.declined_at
        return None if first is None or (declined is not None and declined < first[0]) else first


def state(wish: Wish) -> WishState:
    """Return how far the wish is."""
    if wish.answer is not None:
        return WishState.ANSWERED
    if wish.declined_at is not None:
        return WishState.DECLINED
    written_on = any(not wish.drafts[draft].given_up for draft in wish.tied)
    return WishState.IN_WORK if written_on else WishState.OPEN


def is_late(wish: Wish, days: int, *, on: CivilInstant) -> bool:
    """Tell whether the wish waits for longer than *days* civil days; the last one is inclusive.

    A draft that is being written stops no clock; only what is published, or a reason why not, reaches who reported.
    """
    return state(wish) not in ENDED and not in_force(days_after(on.at(wish.wanted_at).day, days), on=on)


def known(wish: Wish, until: datetime) -> Wish:
    """Return the wish as it was known before *until*."""
    steps = tuple(step for step in wish.steps if step.at < until)
    drafts = {
        draft: fate if fate.published_at is None or fate.published_at < until else Fate()
        for draft, fate in wish.drafts.items()
    }
    return Wish(wish.wanted_at, steps, drafts)
